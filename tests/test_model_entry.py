"""Endpoints, prices and model entries: amounts, addresses, and what a long prompt costs."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from pydantic import ValidationError

from simulator.definitions.model_catalog import (
    Endpoint,
    LongPrompt,
    ModelEntry,
    ModelSpec,
    Price,
)
from simulator.errors import UsageError

OPENAI = Endpoint(
    base_url="https://api.openai.com/v1",
    base_url_variable="OPENAI_BASE_URL",
    key_variable="OPENAI_API_KEY",
)


@pytest.mark.parametrize("amount", [0.1, "0.1", "0.10", Decimal("0.1")], ids=repr)
def test_an_amount_is_exact_however_it_is_written(amount: object) -> None:
    """A price in YAML may be a float or a string; it never carries a float's error."""
    price = Price.model_validate({"in": amount, "out": 3})

    assert price == Price(input=Decimal("0.1"), output=Decimal(3))
    assert price.model_dump(mode="json", by_alias=True, exclude_none=True) == {
        "in": str(price.input),
        "out": "3",
    }


@pytest.mark.parametrize("amount", [True, -1, "cheap", float("nan"), [1], None])
def test_what_is_no_amount_is_refused_where_it_stands(amount: object) -> None:
    """A price that is no number of dollars is a mistake at its own place in the file."""
    with pytest.raises(ValidationError) as caught:
        ModelEntry.model_validate({"price": {"in": amount, "out": 1}})

    assert [error["loc"] for error in caught.value.errors()] == [("price", "in")]


def test_a_key_in_place_of_its_variable_is_refused() -> None:
    """An API key itself does not pass as the name of the variable that holds it."""
    with pytest.raises(ValidationError):
        Endpoint(base_url="https://cloud.example/v1", key_variable="sk-not-a-variable")


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({}, "https://api.openai.com/v1"),
        ({"OPENAI_BASE_URL": ""}, "https://api.openai.com/v1"),
        ({"OPENAI_BASE_URL": " http://127.0.0.1:8765/v1/ "}, "http://127.0.0.1:8765/v1"),
    ],
)
def test_the_environment_overrides_an_address(environ: dict[str, str], url: str) -> None:
    """A variable that is set and not empty replaces base_url; a last slash does not matter."""
    assert OPENAI.url(environ) == url


def test_an_endpoint_in_process_has_no_address() -> None:
    """The embedded stand-in is reached without HTTP, whatever the environment says."""
    offline = Endpoint(in_process=True, stand_in=True, base_url_variable="OPENAI_BASE_URL")

    assert offline.url({"OPENAI_BASE_URL": "http://127.0.0.1:1"}) is None
    assert offline.speaks_stand_in({})


def test_an_overriding_address_that_is_none_is_a_mistake_of_the_caller() -> None:
    """The sentence names the variable and what it has to hold."""
    with pytest.raises(UsageError) as caught:
        OPENAI.url({"OPENAI_BASE_URL": "localhost:8765"})

    assert str(caught.value) == (
        "OPENAI_BASE_URL is 'localhost:8765', which is no address: it has to begin with "
        "http:// or https://. Correct it, or unset it."
    )


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("http://127.0.0.1:abc/v1", "abc"),
        ("http://127.0.0.1:99999/v1", "port out of range"),
        ("http://[::1/v1", "IPv6"),
        ("http://.localhost/v1", "no host can be called '.localhost'"),
        (f"http://{'a' * 64}.test/v1", "no host can be called"),
        ("http://127.0.0.1 /v1", "it has a blank in it"),
        ("http:///v1", "it has to begin with"),
        ("http://rosa:hush@127.0.0.1/v1", "no name and password belong into it"),
        ("http://127.0.0.1/v1?api_key=hush", "nothing belongs behind ? or #"),
        ("http://127.0.0.1/v1#hush", "nothing belongs behind ? or #"),
        ("http://rosa:hush@127.0.0.1/v1?", "no name and password belong into it"),
        ("http://127.0.0.1/?/v1", "nothing belongs behind ? or #"),
    ],
)
def test_an_address_nobody_can_be_asked_at_is_told_before_anybody_is(
    address: str, fault: str
) -> None:
    """In the environment and in models.yaml alike; a password in it is not repeated."""
    with pytest.raises(UsageError, match=re.escape(fault)) as caught:
        OPENAI.url({"OPENAI_BASE_URL": address})
    with pytest.raises(ValidationError):
        Endpoint(base_url=address)

    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "speaks"),
    [
        ("http://127.0.0.1:8765/stand-in/v1", True),
        ("http://127.0.0.1:8765/stand-in/", True),
        ("http://127.0.0.1:8765/v1", False),
        ("http://stand-in/v1", False),
        ("http://127.0.0.1:8765/v1/stand-in/v1", False),
    ],
)
def test_an_address_says_whether_the_stand_in_answers(address: str, *, speaks: bool) -> None:
    """An endpoint pointed at the stand-in's own path gets the line the stand-in reads."""
    assert OPENAI.speaks_stand_in({"OPENAI_BASE_URL": address}) is speaks


def test_a_long_prompt_costs_its_factors_on_the_whole_request() -> None:
    """Above the length every price is multiplied; at it, and without a price, nothing is."""
    spec = ModelSpec(
        name="cloud/x",
        endpoint_id="cloud",
        model="x",
        endpoint=Endpoint(),
        price=Price(input=Decimal("0.1"), cached=Decimal("0.01"), output=Decimal(1)),
        long_prompt=LongPrompt(above=100, input=Decimal(2), output=Decimal("1.5")),
    )

    assert spec.price_for(100) == spec.price
    assert spec.price_for(101) == Price(
        input=Decimal("0.2"), cached=Decimal("0.02"), output=Decimal("1.5")
    )
    assert replace(spec, price=None).price_for(101) is None


@pytest.mark.parametrize(
    ("price", "fault"),
    [
        ({"in": "1e30", "out": 1}, "no model costs more than $100,000 for a million tokens"),
        ({"in": 1, "out": 100_001}, "no model costs more than $100,000 for a million tokens"),
        ({"in": 1, "out": -1}, "greater than or equal to 0"),
    ],
)
def test_a_price_nobody_takes_is_a_mistake(price: dict[str, object], fault: str) -> None:
    """Rather told than booked: nano-dollars are whole numbers of 64 bits."""
    with pytest.raises(ValidationError, match=re.escape(fault)):
        Price.model_validate(price)


def test_the_dearest_price_can_be_multiplied() -> None:
    """What a long prompt costs at the dearest model is more than a model may cost in the file."""
    dearest = Price(input=Decimal(100_000), output=Decimal(100_000))

    assert dearest.times(Decimal(2), Decimal(2)).input == 200_000


@pytest.mark.parametrize("field", ["stand_in", "in_process", "free", "streams", "cache_key"])
@pytest.mark.parametrize("value", ["yes", "true", 1])
def test_whether_is_true_or_false_and_nothing_like_it(field: str, value: object) -> None:
    """A text would be taken for true where somebody wrote "no" in a way nobody foresaw."""
    with pytest.raises(ValidationError, match="valid boolean"):
        Endpoint.model_validate({"base_url": "http://127.0.0.1/v1", field: value})
