"""Tokens and dollars: they add up, whatever the order, and unknown is never zero."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.definitions.model_catalog import Price
from simulator.record.usage import NANO, Usage, cost_of, from_nano, to_nano
from simulator.record.usage_report import usage_from_openai

COUNTS = st.integers(min_value=0, max_value=2_000_000)
PRICES = st.builds(
    Price,
    input=st.decimals(0, 100, places=4),
    cached=st.none() | st.decimals(0, 100, places=4),
    cache_write=st.none() | st.decimals(0, 100, places=4),
    output=st.decimals(0, 500, places=4),
)
GPT_5 = Price(input=Decimal("1.25"), cached=Decimal("0.125"), output=Decimal(10))
PLAIN = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}


@st.composite
def usages(draw: st.DrawFn) -> Usage:
    """Usage as an endpoint reports it: parts are never more than the whole."""
    read, written = draw(COUNTS), draw(COUNTS)
    cached = draw(st.integers(0, read))
    return Usage(
        input=read,
        cached=cached,
        cache_write=draw(st.integers(0, read - cached)),
        output=written,
        reasoning=draw(st.integers(0, written)),
    )


@given(st.lists(usages(), min_size=1, max_size=6), PRICES)
def test_costs_add_up(parts: list[Usage], price: Price) -> None:
    """What many answers cost is what their sum costs, but for half a nano-dollar each."""
    together = cost_of(sum(parts, start=Usage()), price)
    single = [cost_of(part, price) for part in parts]

    assert together is not None
    known = [cost for cost in single if cost is not None]
    assert len(known) == len(parts)
    assert abs(together - sum(known)) <= (len(parts) + 1) * Decimal("0.5") / NANO


@given(usages(), PRICES)
def test_a_cost_is_whole_nano_dollars_and_never_negative(usage: Usage, price: Price) -> None:
    """Nothing is lost between Python and the database."""
    cost = cost_of(usage, price)

    assert cost is not None
    assert cost >= 0
    assert from_nano(to_nano(cost)) == cost


@given(st.integers(-(2**63), 2**63 - 1))
def test_nano_dollars_and_dollars_are_inverse(nano: int) -> None:
    """Every integer the database can hold is an exact amount."""
    assert to_nano(from_nano(nano)) == nano


def test_a_fraction_of_a_nano_dollar_is_rounded_to_even() -> None:
    """Half a nano-dollar goes to the even neighbour, so that sums do not drift."""
    halves = [Decimal(text) / NANO for text in ("0.5", "1.5", "2.5", "2.51", "-0.5")]

    assert [to_nano(half) for half in halves] == [0, 2, 2, 3, 0]


@pytest.mark.parametrize(
    ("usage", "price", "cost"),
    [
        (Usage(input=1_000_000), GPT_5, "1.25"),
        (Usage(input=1_000_000, cached=400_000), GPT_5, "0.8"),
        (Usage(input=1_000_000, cache_write=400_000), GPT_5, "1.25"),
        (Usage(output=1_000_000, reasoning=999_999), GPT_5, "10"),
        (
            Usage(input=1_000_000, cached=500_000, cache_write=500_000),
            Price(input=Decimal(2), cache_write=Decimal("2.5"), output=Decimal(10)),
            "2.25",
        ),
        (
            Usage(input=1_000_000, cached=500_000, cache_write=250_000),
            Price(input=Decimal(2), cached=Decimal(0), cache_write=Decimal(0), output=Decimal(1)),
            "0.5",
        ),
        (Usage(input=1), Price(input=Decimal("0.0005"), output=Decimal(0)), "0"),
        (Usage(), GPT_5, "0"),
    ],
)
def test_tokens_cost_their_list_price(usage: Usage, price: Price, cost: str) -> None:
    """Cached and written tokens at their own price, where there is one; others at the input's."""
    assert cost_of(usage, price) == Decimal(cost)


WAYS = (Usage(input=1_000), Usage(input=1_000, cached=900), Usage(input=1_000, cache_write=900))


@pytest.mark.parametrize("used", WAYS, ids=["afresh", "cached", "written"])
@pytest.mark.parametrize(
    ("one", "other", "most"),
    [
        ({"in": 1, "cached": "0.1", "out": 3}, {"in": 2, "cached": "0.2", "out": 3}, (2, 2, 3)),
        ({"in": 1, "cache_write": "1.25", "out": 4}, {"in": 1, "out": 4}, (1, "1.25", 4)),
        ({"in": 1, "cache_write": "1.25", "out": 4}, {"in": 2, "out": 1}, (2, 2, 4)),
    ],
)
def test_the_dearer_of_two_prices_is_more_than_either(
    one: dict[str, Any], other: dict[str, Any], most: tuple[Any, Any, Any], used: Usage
) -> None:
    """Whichever answers, and however it reads the prompt, no more is paid; of (in, write, out)."""
    first, second = Price.model_validate(one), Price.model_validate(other)
    usage = used + Usage(output=100)

    for price in (first.at_most(second), second.at_most(first)):
        written = price.input if price.cache_write is None else price.cache_write
        dearest = cost_of(usage, price)
        costs = [cost_of(usage, each) for each in (first, second)]
        assert (price.input, written, price.output) == tuple(map(Decimal, most))
        assert dearest is not None
        assert all(cost is not None and cost <= dearest for cost in costs)


def test_an_unknown_price_is_unknown() -> None:
    """Without a price there is no figure, not even for nothing."""
    assert cost_of(Usage(input=1), None) is None
    assert cost_of(Usage(), None) is None


def test_usage_adds() -> None:
    """Field by field."""
    one = Usage(input=10, cached=4, cache_write=1, output=3, reasoning=2)

    assert one + one == Usage(input=20, cached=8, cache_write=2, output=6, reasoning=4)
    assert (one + Usage(), one.total) == (one, 13)


@pytest.mark.parametrize(
    ("raw", "usage"),
    [
        (PLAIN, Usage(input=100, output=20)),
        (
            {
                **PLAIN,
                "prompt_tokens_details": {"cached_tokens": 64, "cache_write_tokens": 16},
                "completion_tokens_details": {"reasoning_tokens": 8, "audio_tokens": 0},
            },
            Usage(input=100, cached=64, cache_write=16, output=20, reasoning=8),
        ),
        (
            {**PLAIN, "prompt_tokens_details": None, "completion_tokens_details": {}},
            Usage(input=100, output=20),
        ),
        ({**PLAIN, "prompt_tokens_details": ["?"]}, Usage(input=100, output=20)),
        (
            {**PLAIN, "prompt_tokens_details": {"cached_tokens": "64"}},
            Usage(input=100, output=20),
        ),
        (
            {"prompt_tokens": 7, "completion_tokens": 0, "total_tokens": None},
            Usage(input=7),
        ),
    ],
)
def test_usage_is_read_from_completions(raw: Mapping[str, Any], usage: Usage) -> None:
    """What OpenAI reports, and what compatible servers leave out or get wrong."""
    assert usage_from_openai(raw) == usage


@pytest.mark.parametrize(
    ("raw", "usage"),
    [
        (
            {**PLAIN, "prompt_tokens_details": {"cached_tokens": 900}},
            Usage(input=1_000, cached=900, output=20),
        ),
        (
            {**PLAIN, "completion_tokens_details": {"reasoning_tokens": 50}},
            Usage(input=100, output=70, reasoning=50),
        ),
        ({**PLAIN, "total_tokens": 300}, Usage(input=100, output=200)),
        (
            {
                **PLAIN,
                "total_tokens": 184,
                "prompt_tokens_details": {"cached_tokens": 64},
                "completion_tokens_details": {"reasoning_tokens": 8},
            },
            Usage(input=164, cached=64, output=20, reasoning=8),
        ),
        (
            {
                **PLAIN,
                "total_tokens": 192,
                "prompt_tokens_details": {"cached_tokens": 64},
                "completion_tokens_details": {"reasoning_tokens": 8},
            },
            Usage(input=164, cached=64, output=28, reasoning=8),
        ),
    ],
)
def test_tokens_counted_beside_the_rest_are_not_left_out(
    raw: Mapping[str, Any], usage: Usage
) -> None:
    """Some servers count cached or reasoning tokens apart; they are paid all the same."""
    assert usage_from_openai(raw) == usage


@pytest.mark.parametrize(
    "raw",
    [
        None,
        {},
        {"prompt_tokens": 0, "completion_tokens": 0},
        {"prompt_tokens": 12},
        {"prompt_tokens": None, "completion_tokens": 3},
        {"prompt_tokens": "12", "completion_tokens": 3},
        {"prompt_tokens": -1, "completion_tokens": 3},
        {"prompt_tokens": True, "completion_tokens": True},
    ],
)
def test_usage_that_says_nothing_is_unknown(raw: Mapping[str, Any] | None) -> None:
    """A missing, empty or senseless report is no report of zero tokens."""
    assert usage_from_openai(raw) is None
