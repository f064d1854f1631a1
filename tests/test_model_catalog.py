"""The model catalog: how names, choices, prices and retirements are resolved and checked."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from simulator.definitions.model_catalog import (
    TIERS,
    WEIGHTS,
    ModelCatalog,
    ModelChoice,
    Price,
    Retirement,
    Routing,
)
from simulator.definitions.model_entry import ModelEntry
from simulator.definitions.persona import TierName
from simulator.errors import NotFound, UsageError

TODAY = date(2026, 11, 20)
FILE = Path(__file__).parents[1] / "models.yaml"
SHIPPED = ModelCatalog.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))
ZERO = Price(input=Decimal(0), cached=Decimal(0), cache_write=Decimal(0), output=Decimal(0))


def catalog(**parts: Any) -> ModelCatalog:
    """A small catalog: one endpoint with a key, one free, three models; `parts` replace."""
    base: dict[str, Any] = {
        "default": "tiers",
        "endpoints": {
            "cloud": {"base_url": "https://cloud.example/v1", "key_variable": "CLOUD_KEY"},
            "home": {"base_url": "http://localhost:9/v1", "free": True, "schema": "none"},
        },
        "models": {
            "cloud/old": {"retires_on": date(2026, 12, 1), "replaced_by": "cloud/new"},
            "cloud/new": {"price": {"in": 1, "out": 2}},
            "home/small": {},
        },
        "tiers": {"simple": ["cloud/old"], "standard": ["cloud/old", "cloud/new"]},
    }
    return ModelCatalog.model_validate(base | parts)


def test_a_weight_left_out_keeps_its_default() -> None:
    """Who writes one weight changes that one only."""
    routing = Routing.model_validate({"weights": {"creative": 0.9}})

    assert routing.weights == {**WEIGHTS, "creative": 0.9}


def test_nothing_chosen_is_the_embedded_stand_in() -> None:
    """The shipped default and the word stand-in are one free model, answered in process."""
    choice = SHIPPED.choose()
    spec = SHIPPED.spec(choice.name)

    assert choice == ModelChoice(text="stand-in", kind="model", name="offline/stand-in")
    assert choice == SHIPPED.choose("stand-in")
    assert (spec.price, spec.is_stand_in, spec.endpoint.in_process) == (ZERO, True, True)
    assert (spec.context, spec.max_output, spec.cache) == (1_000_000, 16_384, "automatic")
    assert spec.supports == {"json_schema", "tools", "temperature"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("tiers", "tiers"),
        ("openai", "endpoint"),
        ("openai/gpt-6-luna", "model"),
        ("ollama/qwen3:8b", "model"),
        ("vllm/Qwen/Qwen3-8B", "model"),
        ("stand-in/gpt-4.1-mini", "model"),
    ],
)
def test_a_choice_is_understood_by_its_form(text: str, kind: str) -> None:
    """What --model takes beside stand-in: tiers, an endpoint, a model of an endpoint."""
    choice = SHIPPED.choose(f" {text} ")

    assert (choice.text, choice.kind, choice.name) == (text, kind, text)


@pytest.mark.parametrize(
    ("text", "suggested"),
    [
        ("gpt-4.1-mini", "openai/gpt-4.1-mini"),
        ("o3", "openai/o3"),
        ("ollma", "ollama"),
        ("tier", "tiers"),
        ("opnai/gpt-5", "openai/gpt-5"),
    ],
)
def test_a_wrong_name_is_answered_with_the_right_one(text: str, suggested: str) -> None:
    """A bare name and a mistyped one are refused with the closest name and the form to use."""
    with pytest.raises(NotFound) as caught:
        SHIPPED.choose(text)

    assert str(caught.value) == (
        f"No model is called {text!r}. Did you mean {suggested!r}? A model is written "
        "endpoint/model; endpoints: llama-cpp, lm-studio, offline, ollama, openai, stand-in, vllm."
    )


@pytest.mark.parametrize("name", ["gpt-5", "nowhere/gpt-5", "openai/", "", "/gpt-5"])
def test_no_spec_without_a_known_endpoint(name: str) -> None:
    """A model is only resolved on an endpoint that the file describes."""
    with pytest.raises(NotFound):
        SHIPPED.spec(name)


@given(st.text(min_size=1))
def test_any_model_of_a_local_server_costs_nothing(model: str) -> None:
    """Whatever its name, slashes and colons included, an unlisted local model is free."""
    spec = SHIPPED.spec(f"ollama/{model}")

    assert (spec.model, spec.price, spec.context) == (model, ZERO, None)
    assert spec.supports == {"json_schema", "tools", "temperature"}


def test_an_unlisted_model_that_costs_money_has_no_price() -> None:
    """An unknown price is None, never zero, and such a model is taken to know what others do."""
    spec = SHIPPED.spec("openai/gpt-9")

    assert (spec.price, spec.batch, spec.context, spec.retires_on) == (None, None, None, None)
    assert spec.supports == {"json_schema", "tools", "temperature"}


def test_an_unlisted_model_asks_for_no_schema_where_the_endpoint_has_none() -> None:
    """What an unlisted model supports follows from its endpoint's schema support."""
    assert catalog().spec("home/other").supports == {"tools", "temperature"}


def test_the_loopback_stand_in_plays_models_at_their_prices() -> None:
    """A model played on the stand-in's server is the real entry on another endpoint."""
    real, played = SHIPPED.spec("openai/gpt-4.1-mini"), SHIPPED.spec("stand-in/gpt-4.1-mini")

    assert played.price == real.price
    assert (played.context, played.supports) == (real.context, real.supports)
    assert (played.endpoint_id, played.is_stand_in, real.is_stand_in) == ("stand-in", True, False)
    assert SHIPPED.spec("stand-in/anything").price == ZERO


def test_a_copy_has_its_own_specs() -> None:
    """A spec that was asked for before is not that of another catalog's entry."""
    before = catalog().spec("cloud/new")
    ours = catalog()

    assert ours.spec("cloud/new") is ours.spec("cloud/new")
    free = ours.model_copy(update={"models": {"cloud/new": ModelEntry(price=ZERO)}})
    assert ours.spec("cloud/new") == before == catalog().spec("cloud/new")
    assert free.spec("cloud/new").price == ZERO
    assert ours.model_copy() == ours


def test_a_fixed_model_is_its_own_only_candidate() -> None:
    """Who names a model gets it for every tier, even after its shutdown."""
    choice = SHIPPED.choose("openai/gpt-4")

    found = [SHIPPED.candidates(choice, tier, today=TODAY) for tier in TIERS]

    assert found == [(SHIPPED.spec("openai/gpt-4"),)] * 3


@pytest.mark.parametrize(
    ("tier", "today", "names"),
    [
        ("simple", date(2026, 11, 30), ["cloud/old"]),
        ("standard", date(2026, 11, 30), ["cloud/old", "cloud/new"]),
        ("standard", date(2026, 12, 1), ["cloud/new"]),
        ("complex", date(2026, 12, 1), ["cloud/new"]),
    ],
)
@pytest.mark.parametrize("text", ["tiers", "cloud"])
def test_candidates_are_the_tiers_living_models(
    text: str, tier: TierName, today: date, names: list[str]
) -> None:
    """A model leaves its tier on the day of its shutdown; an empty tier borrows a neighbour's."""
    models = catalog()

    specs = models.candidates(models.choose(text), tier, today=today)

    assert [spec.name for spec in specs] == names


def test_an_empty_tier_asks_the_next_higher_first() -> None:
    """Between a higher and a lower tier the higher one is taken."""
    models = catalog(tiers={"simple": ["home/small"], "complex": ["cloud/new"]})

    specs = models.candidates(models.choose("tiers"), "standard", today=TODAY)

    assert [spec.name for spec in specs] == ["cloud/new"]


def test_an_endpoint_takes_only_its_own_models() -> None:
    """The router within an endpoint passes over other endpoints' models."""
    models = catalog(tiers={"simple": ["cloud/new", "home/small"]})

    specs = models.candidates(models.choose("home"), "simple", today=TODAY)

    assert [spec.name for spec in specs] == ["home/small"]


def test_a_tier_of_dead_models_takes_their_replacements() -> None:
    """The run is warned when it begins, and the route tells it."""
    models, day = catalog(), date(2026, 12, 1)

    specs = models.candidates(models.choose("cloud"), "simple", today=day)

    assert [spec.name for spec in specs] == ["cloud/new"]


def test_where_nothing_lives_the_replacements_are_named() -> None:
    """The replacement is shut down as well, and there is no other tier."""
    known = catalog(tiers={"simple": ["cloud/old"]})
    entry = known.models["cloud/new"].model_copy(update={"retires_on": date(2026, 1, 1)})
    models = known.model_copy(update={"models": {**known.models, "cloud/new": entry}})

    with pytest.raises(UsageError) as caught:
        models.candidates(models.choose("cloud"), "simple", today=date(2026, 12, 1))

    assert str(caught.value) == (
        "Every model of the tier 'simple' is shut down: 'cloud/old' on 2026-12-01 "
        "(use 'cloud/new'). Change it in models.yaml."
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "home",
            (
                "No tier of models.yaml names a model of the endpoint 'home'. Add one there "
                "(simple: [home/small]), or choose one: --model home/small."
            ),
        ),
        (
            "tiers",
            (
                "The tiers of models.yaml are empty. Add one there (simple: [MODEL]), "
                "or choose one: --model MODEL."
            ),
        ),
    ],
)
def test_a_choice_without_any_model_says_what_to_do(text: str, message: str) -> None:
    """The router with nothing to choose from says which line is missing."""
    models = catalog(tiers={"simple": ["cloud/new"]} if text == "home" else {})

    with pytest.raises(UsageError) as caught:
        models.candidates(models.choose(text), "simple", today=TODAY)

    assert str(caught.value) == message


def test_retirements_are_told_in_time() -> None:
    """A shutdown is told from ninety days before it, and ever after as a thing of the past."""
    models = catalog()
    coming = Retirement(
        model="cloud/old",
        retires_on=date(2026, 12, 1),
        replaced_by="cloud/new",
        retired=False,
        in_tiers=("simple", "standard"),
    )

    assert models.retirements(date(2026, 9, 1)) == ()
    assert models.retirements(date(2026, 9, 2)) == (coming,)
    assert models.retirements(date(2026, 11, 1), within=timedelta(days=29)) == ()
    assert [one.retired for one in models.retirements(date(2026, 12, 1))] == [True]
    assert [one.retired for one in models.retirements(date(2030, 1, 1))] == [True]


def test_a_retirement_says_what_to_do() -> None:
    """The warning names the day, the replacement and the tiers to edit."""
    models = catalog()
    before, after = (models.retirements(day)[0] for day in (TODAY, date(2027, 1, 1)))
    unnamed = Retirement(
        model="cloud/x", retires_on=TODAY, replaced_by=None, retired=True, in_tiers=()
    )

    assert before.sentence == (
        "'cloud/old' will be shut down on 2026-12-01; use 'cloud/new' "
        "(models.yaml names it in the tier 'simple' and 'standard')."
    )
    assert after.sentence.startswith("'cloud/old' was shut down on 2026-12-01; use 'cloud/new'")
    assert unnamed.sentence == "'cloud/x' was shut down on 2026-11-20; use another model."


@pytest.mark.parametrize(
    ("day", "retired", "soon"),
    [
        (date(2026, 7, 1), 0, 0),
        (TODAY, 5, 8),
        (date(2026, 12, 11), 9, 4),
        (date(2027, 2, 1), 13, 0),
    ],
)
def test_shipped_retirements_over_time(day: date, retired: int, soon: int) -> None:
    """The shipped list tells more models as their days come, and none of a tier."""
    told = SHIPPED.retirements(day)

    assert (sum(one.retired for one in told), sum(not one.retired for one in told)) == (
        retired,
        soon,
    )
    assert {one.in_tiers for one in told} <= {()}
    assert list(told) == sorted(told, key=lambda one: one.retires_on)
