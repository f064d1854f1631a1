"""What quotes learn from past runs, and what they must not: other policies, silence, short runs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from simulator.definitions.cast import Cast
from simulator.definitions.project import Project
from simulator.display.quote_table import quote_object, quote_sentences
from simulator.record.store import Store
from simulator.runs.quote import Quote
from simulator.runs.simulation import Simulation
from tests.quoted_runs import KEYS, Bout, played, simulation_of
from tests.stage import limited
from tests.talks import cast_of, member, started

PROJECT = Project.find(Path(__file__).parent)
CATALOG = PROJECT.catalog()
MINI = "openai/gpt-4.1-mini"
STAND_IN = {"OPENAI_API_KEY": "sk-not-a-key", "OPENAI_BASE_URL": "http://127.0.0.1:1/stand-in/v1"}


def at_a_round_table(*people: str, turns: int) -> Cast:
    """A cast of these people, with the shipped graph and a rule that may end the talk."""
    file = PROJECT.graph_file("round_table")
    stop = {"phrase": "enough of this"}
    members = (member(name) for name in people)
    cast = cast_of(*members, limits={"turns": turns, "output_tokens": 200}, stop=stop)
    return replace(cast, graph=f"{file.name}:conversation", graph_folder=file.parent)


def by(policy: str, folder: Path, *, scenario: str = "focus-group") -> Simulation:
    """A shipped scenario on the models of the tiers, by a policy of the router."""
    routing = CATALOG.routing.model_copy(update={"policy": policy})
    catalog = CATALOG.model_copy(update={"routing": routing})
    return Simulation(
        cast=limited(PROJECT.cast(scenario), dollars=None),
        catalog=catalog,
        choice=catalog.choose("tiers"),
        database=folder / "runs.db",
        environ=KEYS,
    )


async def has_played(simulation: Simulation, *, seed: int = 1) -> None:
    """A run of the simulation is on record, by a server that talks briefly."""
    bout = Bout(number=seed, cast=simulation.cast, model="tiers", regime="brief")
    await played(simulation, bout, seed)


def calls_of(quote: Quote) -> dict[str, int]:
    """Calls by model in the run of middle price."""
    return {one.model: one.calls for one in quote.figures.models}


def half(quote: Quote) -> Decimal:
    """Dollars that half of all runs stay below."""
    assert quote.dollars is not None
    return quote.dollars.p50


@pytest.mark.parametrize(
    ("on_record", "policy"),
    [
        ("complexity", "always:complex"),
        ("always:complex", "complexity"),
        ("complexity", "cheapest"),
        ("cheapest", "sticky"),
    ],
)
async def test_runs_of_another_policy_do_not_tell_who_is_asked(
    tmp_path: Path, on_record: str, policy: str
) -> None:
    """They tell how long replies are, and the router decides on paper by its own policy."""
    asked = by(policy, tmp_path)
    before = await asked.aquote()
    await has_played(by(on_record, tmp_path))

    after = await asked.aquote()

    turns = sum(calls_of(before).values())
    moved = Counter(calls_of(before))
    moved.subtract(calls_of(after))
    assert sum(abs(one) for one in moved.values()) <= turns / 3
    if policy == "always:complex":
        assert calls_of(after).keys() == calls_of(before).keys()
    assert half(before) / 2 < half(after) < half(before) * Decimal("1.4")


async def test_one_configuration_has_one_figure_in_every_row(tmp_path: Path) -> None:
    """As what was asked about, as another policy of the router, and as another model."""
    await has_played(by("complexity", tmp_path))
    await has_played(by("always:complex", tmp_path), seed=2)
    names = ["tiers", "openai/gpt-6-luna"]
    tiers = await by("complexity", tmp_path).aquote(models=names)
    cheapest = await by("cheapest", tmp_path).aquote(models=names)
    luna = replace(by("complexity", tmp_path), choice=CATALOG.choose("openai/gpt-6-luna"))
    rows = {one.name: one.figures.dollars for one in (*tiers.policies, *tiers.models)}

    assert rows["tiers, cheapest"] == cheapest.dollars
    assert rows["tiers"] == tiers.dollars
    assert rows["openai/gpt-6-luna"] == (await luna.aquote()).dollars
    (complexity,) = (one for one in cheapest.policies if one.name == "tiers, complexity")
    assert complexity.figures.dollars == tiers.dollars


async def test_runs_in_which_nobody_spoke_tell_nothing(tmp_path: Path) -> None:
    """They are no past runs of the scenario, however many there are."""
    cast = at_a_round_table("rosa", "dev", turns=6)
    asked = simulation_of(Bout(number=0, cast=cast, model=MINI, regime="brief"), tmp_path)
    before = await asked.aquote()
    with Store.open(asked.database) as store:
        for _ in range(4):
            run = store.create_run(cast.scenario_id)
            begun = replace(started(cast), scenario=cast.scenario_id, model=MINI, stand_in=False)
            store.journal(run).commit(begun)

    after = await asked.aquote()

    assert after.past_runs == 0
    assert after == before


async def test_a_run_that_was_cut_short_tells_lengths_alone(tmp_path: Path) -> None:
    """Four turns of sixteen do not say that a rule will never end the talk."""
    cast = at_a_round_table("rosa", "dev", turns=16)
    bout = Bout(number=0, cast=cast, model=MINI, regime="brief")
    asked = simulation_of(bout, tmp_path)
    before = await asked.aquote()
    short = replace(asked, cast=limited(cast, turns=4))
    for seed in range(3):
        await played(short, bout, seed)

    after = await asked.aquote()

    assert after.past_runs == 0
    assert after.known[0].turns == 12
    assert after.figures.turns == before.figures.turns
    assert (await short.aquote()).past_runs == 3


async def test_a_quote_of_a_stand_in_says_so(tmp_path: Path) -> None:
    """Where an endpoint's address is a stand-in's, its replies are what is quoted."""
    cast = at_a_round_table("rosa", "dev", turns=6)
    bout = Bout(number=0, cast=cast, model=MINI, regime="brief")
    there = replace(simulation_of(bout, tmp_path), environ=STAND_IN)
    really = replace(there, environ=KEYS)
    told = "\n".join(quote_sentences(await there.aquote()))

    assert "The stand-in answers for openai/gpt-4.1-mini" in told
    assert quote_object(await there.aquote())["stand_in"] is True
    assert "The stand-in answers" not in "\n".join(quote_sentences(await really.aquote()))
