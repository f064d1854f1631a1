"""The shipped models.yaml: its prices, windows, dates and tiers against what is known of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from genai_prices import Usage, calc_price
from genai_prices.types import PriceCalculation, TieredPrices

from simulator.definitions.model_catalog import TIERS, ModelCatalog, Price, Routing
from simulator.definitions.persona import TierName

TODAY = date(2026, 11, 20)
FILE = Path(__file__).parents[1] / "models.yaml"
SHIPPED = ModelCatalog.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))
ON_OPENAI = tuple(name for name in SHIPPED.models if name.startswith("openai/"))

SPECIFIED_PRICES = """
    gpt-5        1.25  0.125  10
    gpt-5-mini   0.25  0.025  2
    gpt-5-nano   0.05  0.005  0.40
    gpt-4.1      2     0.50   8
    gpt-4.1-mini 0.40  0.10   1.60
    gpt-4.1-nano 0.10  0.025  0.40
    o4-mini      1.10  0.275  4.40
    o3           2     0.50   8
    gpt-4o       2.50  -      10
    gpt-4o-mini  0.15  -      0.60
    o1           15    -      60
    o3-mini      1.10  -      4.40
    gpt-4        30    -      60
"""
"""Dollars per million tokens in, cached, out, as the product is specified."""
SPECIFIED_CONTEXTS = {
    "gpt-4o": 128_000,
    "gpt-4o-mini": 128_000,
    "o1": 128_000,
    "o3-mini": 200_000,
    "gpt-4.1": 1_047_576,
    "gpt-4.1-mini": 1_047_576,
    "gpt-4.1-nano": 1_047_576,
    "gpt-4": 8_192,
}
SHUT_DOWN = {
    date(2026, 10, 23): {"gpt-4", "gpt-4.1-nano", "o4-mini", "o3-mini", "o1"},
    date(2026, 12, 11): {"gpt-5", "gpt-5-mini", "gpt-5-nano", "o3"},
    date(2027, 1, 14): {"gpt-4.1", "gpt-4.1-mini", "gpt-4o", "gpt-4o-mini"},
}
"""OpenAI's announced days, as the types of the openai package 3.51 tell them."""


def known_prices(model: str, context: dict[str, str] | None = None) -> PriceCalculation | None:
    """What genai-prices says of an OpenAI model today; None if it does not know that one."""
    try:
        found = calc_price(
            Usage(input_tokens=1, output_tokens=1),
            model,
            provider_id="openai",
            genai_request_timestamp=datetime(2026, 11, 20, tzinfo=UTC),
            price_context=context,
        )
    except LookupError:
        return None
    return found if found.model.id == model else None


def at(price: Decimal | TieredPrices | None, tokens: int) -> Decimal | None:
    """The price per million tokens that holds for a prompt of that many tokens."""
    if not isinstance(price, TieredPrices):
        return price
    return [price.base, *(tier.price for tier in price.tiers if tokens > tier.start)][-1]


def as_known(found: PriceCalculation, ours: Price, tokens: int) -> dict[str, Decimal | None]:
    """The known prices for a prompt of that many tokens, of the kinds that ours has."""
    known = found.model_price
    return {
        "input": at(known.input_mtok, tokens),
        "cached": None if ours.cached is None else at(known.cache_read_mtok, tokens),
        "cache_write": at(known.cache_write_mtok, tokens),
        "output": at(known.output_mtok, tokens),
    }


def test_the_shipped_file_contradicts_itself_nowhere() -> None:
    """The shipped models.yaml passes every cross-check and spells out the default routing."""
    assert SHIPPED.cross_checks() == ()
    assert SHIPPED.routing == Routing()
    assert {entry.checked_on for entry in SHIPPED.models.values()} == {TODAY}


@pytest.mark.parametrize("row", SPECIFIED_PRICES.split("\n")[1:-1])
def test_prices_are_those_of_the_specification(row: str) -> None:
    """Each specified model has exactly the specified prices; a dash is a price not given."""
    model, paid_in, cached, paid_out = row.split()

    price = SHIPPED.spec(f"openai/{model}").price

    assert price == Price(
        input=Decimal(paid_in),
        cached=None if cached == "-" else Decimal(cached),
        output=Decimal(paid_out),
    )


def test_context_windows_are_those_of_the_specification() -> None:
    """Each specified context window is the listed one; 1M and 8K are meant exactly."""
    found = {model: SHIPPED.spec(f"openai/{model}").context for model in SPECIFIED_CONTEXTS}

    assert found == SPECIFIED_CONTEXTS


@pytest.mark.parametrize("tokens", [1_000, 272_000, 272_001])
@pytest.mark.parametrize("name", ON_OPENAI)
def test_prices_agree_with_genai_prices(name: str, tokens: int) -> None:
    """Every listed price, also above the length where prompts cost more, is the known one."""
    spec = SHIPPED.spec(name)
    price = spec.price_for(tokens)
    found = known_prices(spec.model)
    if found is None:
        pytest.skip(f"genai-prices does not know {spec.model}")

    assert price is not None
    words = price.model_dump(exclude={"audio_in", "audio_out"})
    assert words == as_known(found, price, tokens)


@pytest.mark.parametrize("name", ON_OPENAI)
def test_factors_of_batch_and_flex_agree_with_genai_prices(name: str) -> None:
    """The factors of the price are the known ones, and flex is offered where it is known."""
    spec = SHIPPED.spec(name)
    plain = known_prices(spec.model)
    batch = known_prices(spec.model, {"processing": "batch"})
    flex = known_prices(spec.model, {"service_tier": "flex"})
    if plain is None or batch is None or flex is None:
        pytest.skip(f"genai-prices does not know {spec.model}")

    pairs = [
        (at(other.model_price.output_mtok, 1), at(plain.model_price.output_mtok, 1))
        for other in (batch, flex)
    ]
    factors = [other / standard for other, standard in pairs if other and standard]

    assert factors == [spec.batch, spec.flex or Decimal(1)]
    assert (spec.flex is not None) == ("flex" in spec.supports)


def test_genai_prices_knows_what_is_compared() -> None:
    """The comparison is no empty one: at most one model in ten may be unknown there."""
    unknown = [name for name in ON_OPENAI if known_prices(name.partition("/")[2]) is None]

    assert len(ON_OPENAI) >= 20
    assert len(unknown) <= len(ON_OPENAI) // 10, unknown


def test_context_windows_of_newer_models_agree_with_genai_prices() -> None:
    """Where the specification gives no context window, the listed one is the known one."""
    newer = [name for name in ON_OPENAI if name.partition("/")[2] not in SPECIFIED_CONTEXTS]
    known = {name: known_prices(name.partition("/")[2]) for name in newer}

    assert {name: SHIPPED.spec(name).context for name in newer} == {
        name: found.model.context_window if found else None for name, found in known.items()
    }


def test_retirements_are_those_announced() -> None:
    """Every announced day of shutdown is listed, no other, and each with a living replacement."""
    found: dict[date, set[str]] = {}
    for name in ON_OPENAI:
        spec = SHIPPED.spec(name)
        if spec.retires_on:
            found.setdefault(spec.retires_on, set()).add(spec.model)
            assert SHIPPED.spec(spec.replaced_by or "").retires_on is None

    assert found == SHUT_DOWN


@pytest.mark.parametrize("tier", TIERS)
def test_every_tier_has_two_models_that_stay(tier: TierName) -> None:
    """No tier needs an edit before February 2027, and each has a second choice."""
    last_day = date(2027, 1, 31)
    choice = SHIPPED.choose("tiers")

    specs = SHIPPED.candidates(choice, tier, today=last_day)

    assert len(specs) >= 2
    assert tuple(spec.name for spec in specs) == SHIPPED.tiers.of(tier)
    assert all(spec.price and "json_schema" in spec.supports for spec in specs)


def test_the_first_choice_of_every_tier_takes_tools() -> None:
    """A cast with tools can be played by each tier's first model through chat completions."""
    first = [SHIPPED.spec(SHIPPED.tiers.of(tier)[0]) for tier in TIERS]

    assert [("tools" in spec.supports, spec.effort_with_tools) for spec in first] == [
        (True, "none")
    ] * 3


def test_temperature_is_sent_to_no_reasoning_model() -> None:
    """A model reasons or takes a temperature, never both; gpt-4 knows no JSON schema."""
    specs = [SHIPPED.spec(name) for name in SHIPPED.models]

    assert [spec.name for spec in specs if {"reasoning", "temperature"} <= spec.supports] == []
    assert [spec.name for spec in specs if "json_schema" not in spec.supports] == ["openai/gpt-4"]


def test_models_that_bill_cache_writes_are_cached_at_breakpoints() -> None:
    """A price for cache writes and breakpoints go together; only gpt-4 has no cache at all."""
    entries = SHIPPED.models.items()
    priced = {name for name, one in entries if one.price and one.price.cache_write}

    assert {name for name, one in entries if one.cache == "breakpoints"} == priced
    assert {name for name, one in entries if one.cache == "none"} == {"openai/gpt-4"}


@pytest.mark.parametrize(
    ("features", "tier"),
    [
        ({}, "simple"),
        ({"question": 1.0, "length": 0.1, "phase": 1.0}, "simple"),
        ({"creative": 1.0}, "standard"),
        ({"creative": 1.0, "question": 1.0}, "standard"),
        ({"tools": 1.0, "conflict": 1.0, "expertise": 1.0, "question": 1.0}, "complex"),
        ({"requires_reasoning": 1.0}, "complex"),
    ],
)
def test_default_weights_lead_to_the_tiers_they_promise(
    features: dict[str, float], tier: TierName
) -> None:
    """A need to reason alone is complex, creativity alone standard, a plain turn simple."""
    routing = SHIPPED.routing
    score = sum(routing.weights[name] * value for name, value in features.items())

    steps = (score >= routing.thresholds.standard) + (score >= routing.thresholds.complex)

    assert TIERS[steps] == tier
