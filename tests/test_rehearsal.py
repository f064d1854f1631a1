"""A rehearsal: what a run would cost, played through without asking or recording anything."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from simulator.definitions.cast import Cast
from simulator.definitions.project import Project
from simulator.errors import UsageError
from simulator.record.usage import Usage
from simulator.runs.rehearsal import Rehearsal, RehearsedModel, rehearse
from simulator.sync import run_sync
from tests.stage import limited
from tests.talks import cast_of, member

PROJECT = Project.find(Path(__file__).parent)
CATALOG = PROJECT.catalog()
MINI = "openai/gpt-4.1-mini"


async def rehearsed(cast: Cast | str, model: str, **options: Any) -> Rehearsal:
    """A rehearsal of a shipped scenario, or of a cast."""
    found = PROJECT.cast(cast) if isinstance(cast, str) else cast
    return await rehearse(found, CATALOG, CATALOG.choose(model), **options)


def total(usage: Usage, *, output: int | None = None) -> Decimal:
    """What that costs at the list price of the model, exactly."""
    price = CATALOG.spec(MINI).price
    assert price is not None
    assert price.cached is not None
    fresh = usage.input - usage.cached
    words = usage.output if output is None else output
    amounts = fresh * price.input, usage.cached * price.cached, words * price.output
    return sum(amounts, Decimal(0)) / 1_000_000


async def test_a_rehearsal_tells_what_every_model_would_be_asked() -> None:
    """Calls and tokens at list prices, and the most it can come to."""
    told = await rehearsed("focus-group", MINI)
    (model,) = told.models
    replies = model.calls * told.output_tokens

    assert told.turns == 16
    assert (model.model, told.output_tokens) == (MINI, 300)
    assert model.calls >= told.turns
    assert model.usage.input > model.usage.cached > 0
    assert told.dollars == model.dollars == total(model.usage)
    assert told.most == model.most == total(model.usage, output=replies)


async def test_a_rehearsal_is_free_of_keys_money_and_time() -> None:
    """Limits on what may be spent do not stop it; limits on turns do."""
    dear = limited(PROJECT.cast("focus-group"), dollars="0.000001", tokens=1, seconds=0.000001)
    members = tuple(
        replace(one, budget=one.budget.model_copy(update={"tokens": 1})) for one in dear.members
    )

    told = await rehearsed(replace(dear, members=members), MINI)
    short = await rehearsed(limited(dear, turns=3), MINI)

    assert told.turns == 16
    assert 0 < short.turns <= 3
    assert told.dollars is not None
    assert short.dollars is not None
    assert told.dollars > short.dollars > 0


async def test_tiers_are_told_model_by_model() -> None:
    """The router decides as in a run; models stand in the order of their names."""
    told = await rehearsed("design-review", "tiers")
    names = [model.model for model in told.models]
    known = [model.dollars for model in told.models if model.dollars is not None]

    assert len(names) > 1
    assert names == sorted(names)
    assert told.dollars == sum(known)


async def test_the_same_seed_is_the_same_rehearsal() -> None:
    """Another seed may speak other lines; the same one costs the same."""
    first = await rehearsed("interview-practice", MINI, seed=5)

    assert first == await rehearsed("interview-practice", MINI, seed=5)


async def test_the_stand_in_costs_nothing() -> None:
    """Its price is known: zero."""
    told = await rehearsed("focus-group", "stand-in")

    assert (told.dollars, told.most) == (Decimal(0), Decimal(0))


async def test_an_unknown_price_is_unknown() -> None:
    """Never zero, for one model and for all together."""
    told = await rehearsed("focus-group", "openai/gpt-of-tomorrow")

    assert told.models[0].dollars is None
    assert (told.dollars, told.most) == (None, None)
    assert told.models[0].usage.input > 0


def test_a_sum_with_an_unknown_price_is_unknown() -> None:
    """Of several models one is enough."""
    known = RehearsedModel(model="a", dollars=Decimal(1), most=Decimal(2))
    unknown = RehearsedModel(model="b", dollars=None, most=None)

    both = Rehearsal(turns=1, models=(known, unknown), output_tokens=100)

    assert (both.dollars, both.most) == (None, None)
    assert Rehearsal(turns=1, models=(known, known), output_tokens=1).most == 4


async def test_a_cast_that_does_not_fit_its_graph_is_told() -> None:
    """A panel without a moderator would fail at its first turn; it has no price."""
    panel = PROJECT.cast("design-review")
    members = tuple(replace(one, role="") for one in panel.members)

    with pytest.raises(UsageError, match="needs a moderator"):
        await rehearsed(replace(panel, members=members), MINI)


async def test_an_endpoint_without_models_in_the_tiers_is_told() -> None:
    """The same sentence as in a run."""
    with pytest.raises(UsageError, match=r"No tier of models\.yaml names a model of the endpoint"):
        await rehearsed("focus-group", "ollama")


def test_nothing_is_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file appears where one stands."""
    monkeypatch.chdir(tmp_path)
    graph = PROJECT.graph_file("round_table")
    cast = cast_of(member("rosa"), "dev", limits={"turns": 2})

    own = replace(cast, graph=f"{graph.name}:conversation", graph_folder=graph.parent)
    told = run_sync(rehearsed(own, MINI))

    assert told.turns == 2
    assert list(tmp_path.iterdir()) == []
