"""Tiers that have no model, and tiers whose models were shut down: who answers instead, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import Session, Simulation
from simulator.definitions.model_catalog import TIERS, ModelCatalog
from simulator.definitions.persona import TierName, TierRange
from simulator.definitions.project import Project
from simulator.errors import UsageError
from simulator.llm.economy import Plan, cheaper_ways
from simulator.llm.fallback import ways_elsewhere
from simulator.llm.router import Route, TurnFeatures, tier_above
from simulator.llm.routing import Models, Sending, policy_named, routed
from simulator.llm.warmth import SentBefore
from simulator.runs.preview import preview
from simulator.testing import LoopbackServer, Scripts
from tests.llm_samples import TODAY, prompt
from tests.llm_samples import catalog as one_model_a_tier
from tests.small_project import loader, small_project

ASKS: dict[TierName, TurnFeatures] = {
    "simple": TurnFeatures(),
    "standard": TurnFeatures(creative=1),
    "complex": TurnFeatures(requires_reasoning=1),
}
"""Features that ask for a tier."""
GONE_ON = date(2026, 11, 1)
ranges = st.tuples(st.sampled_from(TIERS), st.sampled_from(TIERS)).map(
    lambda pair: TierRange(floor=min(pair, key=TIERS.index), ceiling=max(pair, key=TIERS.index))
)


def catalog(
    *, gone: Sequence[str] = (), replaced: dict[str, str] | None = None, **tiers: Sequence[str]
) -> ModelCatalog:
    """A model for each tier, some of them shut down, some of these replaced."""
    known = one_model_a_tier()
    models = {
        name: entry.model_copy(
            update={
                "retires_on": GONE_ON if name in gone else None,
                "replaced_by": (replaced or {}).get(name),
            }
        )
        for name, entry in known.models.items()
    }
    lists = known.tiers.model_copy(update={name: tuple(tier) for name, tier in tiers.items()})
    return known.model_copy(update={"models": models, "tiers": lists})


def models_of(known: ModelCatalog, policy: str = "complexity") -> Models:
    """All of them, by a policy."""
    choice, chosen = known.choose("tiers"), policy_named(policy)
    return Models(catalog=known, choice=choice, today=TODAY, policy=chosen)


def way(
    known: ModelCatalog,
    asked: TierName,
    *,
    floor: TierName = "simple",
    ceiling: TierName = "complex",
) -> Route:
    """The way of a question that asks for a tier."""
    within = TierRange(floor=floor, ceiling=ceiling)
    return routed(ASKS[asked], within, models=models_of(known))


def test_a_lower_tier_of_the_range_comes_before_one_above_the_ceiling() -> None:
    """The tier that is asked for has no model; what the persona may not use is not borrowed."""
    found = way(catalog(standard=[]), "standard", ceiling="standard")

    assert (found.tier, found.spec.name) == ("simple", "test/small")
    assert found.reasons[-1] == "no model in the tier standard; the tier simple instead"


def test_a_higher_tier_of_the_range_comes_before_a_lower_one() -> None:
    """As a hard turn is better answered by more than by less."""
    found = way(catalog(standard=[]), "standard")

    assert (found.tier, found.spec.name) == ("complex", "test/big")


def test_a_range_without_any_model_is_left() -> None:
    """So that tiers of models.yaml may stay empty; the record tells it."""
    found = way(catalog(standard=[]), "standard", floor="standard", ceiling="standard")

    assert found.spec.name == "test/big"
    assert found.reasons[-1] == "no model in the tier standard; test/big instead"


def in_tiers(known: ModelCatalog, tiers: Iterable[TierName]) -> set[str]:
    """The living models of these tiers."""
    choice = known.choose("tiers")
    return {spec.name for one in tiers for spec in known.living(choice, one, today=TODAY)}


@given(
    ranges,
    st.sampled_from(TIERS),
    st.sets(st.sampled_from(TIERS)),
    st.sets(st.sampled_from(["test/small", "test/middle", "test/big"])),
    st.sampled_from(["complexity", "sticky", "cheapest", "always:simple", "always:complex"]),
)
def test_a_range_that_has_a_model_is_never_left(
    tiers: TierRange, asked: TierName, empty: set[TierName], gone: set[str], policy: str
) -> None:
    """Whatever is empty or shut down: not by the router, not upwards, downwards or elsewhere."""
    none: dict[str, Any] = {tier: [] for tier in empty}
    known = catalog(gone=sorted(gone), **none)
    models, allowed = models_of(known, policy), in_tiers(known, tiers.tiers)
    if not in_tiers(known, TIERS):
        return

    taken = routed(ASKS[asked], tiers, models=models)
    choice, today = models.choice, models.today
    refused = Plan(way=taken, prompt=prompt(), max_output=100)
    above = tier_above(taken, tiers=tiers, choice=choice, catalog=known, today=today)
    others = [
        *cheaper_ways(refused, tiers=tiers, models=models.of, bulk=2_000),
        *ways_elsewhere(taken, tiers=tiers, models=models),
        *([] if above is None else [above]),
    ]

    first = known.candidates(choice, asked, today=today, tiers=tiers)[0]
    if allowed:
        assert {one.spec.name for one in (taken, *others)} <= allowed
        assert all(one.spec.name in in_tiers(known, [one.tier]) for one in (taken, *others))
    assert not allowed or first.name in allowed
    assert policy != "complexity" or asked not in tiers.tiers or taken.spec == first


def test_what_replaces_a_model_that_was_shut_down_is_taken() -> None:
    """Where all of the tier are; the reason stands with the others."""
    known = catalog(gone=["test/small"], replaced={"test/small": "test/middle"})

    found = way(known, "simple")

    assert (found.tier, found.spec.name) == ("simple", "test/middle")
    assert found.reasons == (
        "nothing makes this turn hard",
        "test/small was shut down on 2026-11-01; test/middle instead",
    )


def test_a_replacement_may_itself_have_been_replaced() -> None:
    """Whatever lives at the end of the chain; a circle has no end."""
    chain = {"test/small": "test/middle", "test/middle": "test/big"}
    circle = {"test/small": "test/middle", "test/middle": "test/small"}
    gone = ["test/small", "test/middle"]

    found = way(catalog(gone=gone, replaced=chain), "simple")
    other = way(catalog(gone=gone, replaced=circle), "simple")

    assert (found.tier, found.spec.name) == ("simple", "test/big")
    assert (other.tier, other.spec.name) == ("complex", "test/big")


def test_without_a_replacement_the_nearest_living_tier_answers() -> None:
    """In the range, and only where there is none beyond it."""
    known = catalog(gone=["test/middle"])
    told = "test/middle was shut down on 2026-11-01"

    down, up, out = (
        way(known, "standard", ceiling="standard"),
        way(known, "standard"),
        way(known, "standard", floor="standard", ceiling="standard"),
    )

    assert [(one.spec.name, one.reasons[-1]) for one in (down, up, out)] == [
        ("test/small", f"{told}; the tier simple instead"),
        ("test/big", f"{told}; the tier complex instead"),
        ("test/big", f"{told}; test/big instead"),
    ]


def test_a_replacement_that_the_choice_does_not_take_is_none() -> None:
    """Whoever chose one endpoint is not sent to another one, nor to what is not listed."""
    given = one_model_a_tier().model_dump(by_alias=True, exclude_none=True)
    models = {
        "test/old": {"retires_on": GONE_ON, "replaced_by": "other/new"},
        "test/older": {"retires_on": GONE_ON, "replaced_by": "test/unheard-of"},
        "test/big": {},
        "other/new": {},
    }
    given["endpoints"]["other"] = {"base_url": "http://127.0.0.1:2/v1"}
    tiers = {"simple": ["test/old"], "standard": ["test/older"], "complex": ["test/big"]}
    known = ModelCatalog.model_validate({**given, "models": models, "tiers": tiers})

    def first(choice: str, tier: TierName) -> str:
        return known.candidates(known.choose(choice), tier, today=TODAY)[0].name

    assert (first("tiers", "simple"), first("test", "simple")) == ("other/new", "test/big")
    assert first("tiers", "standard") == "test/big"


def test_where_nothing_lives_one_sentence_says_so() -> None:
    """It names the tier that was asked for and what to use instead."""
    known = catalog(gone=["test/small", "test/middle", "test/big"])

    with pytest.raises(UsageError) as raised:
        way(known, "standard")

    assert str(raised.value) == (
        "Every model of the tier 'standard' is shut down: 'test/middle' on 2026-11-01 "
        "(use another model). Change it in models.yaml."
    )


def test_an_unknown_price_is_shown_among_the_figures() -> None:
    """Beside those that are known; where nothing was reckoned there are none."""
    known = catalog(complex=["test/unpriced"])
    sending = Sending(prompt("Dev: Well?"), sent=SentBefore(clock=lambda: 0.0), most=100)

    found = routed(ASKS["standard"], TierRange(), models=models_of(known), sending=sending)

    assert found.spec.name == "test/middle"
    assert found.figures[0].startswith("standard test/middle: $0.000")
    assert found.figures[1].startswith("complex test/unpriced: an unknown price expected, 0 of ")
    assert way(known, "standard").figures == ()


def without_its_simple_tier(simulation: Simulation) -> Simulation:
    """The same talk in a time when the models of the simple tier are shut down."""
    known, yesterday = simulation.catalog, date(2026, 1, 1)
    gone = {
        name: known.models[name].model_copy(update={"retires_on": yesterday, "replaced_by": None})
        for name in known.tiers.simple
    }
    changed = known.model_copy(update={"models": {**known.models, **gone}})
    return replace(simulation, catalog=changed, choice=changed.choose("tiers"))


async def test_a_run_a_quote_and_a_preview_go_to_the_same_model(tmp_path: Path) -> None:
    """Neither refuses a project with a tier that is shut down, nor does a daily budget."""
    project = Project.find(small_project(tmp_path))
    simulation = without_its_simple_tier(loader(tmp_path)(model="tiers", turns=2))
    budget = simulation.catalog.budget.model_validate({"day": {"dollars": Decimal(1)}})
    known = simulation.catalog.model_copy(update={"budget": budget})
    simulation = replace(simulation, catalog=known)
    cast, choice, today = simulation.cast, simulation.choice, datetime.now(UTC).date()

    with LoopbackServer(Scripts.of(project), project.catalog()) as server:
        environ = {"OPENAI_API_KEY": "sk-any", "OPENAI_BASE_URL": server.url}
        async with Session(environ=environ) as session:
            run = await simulation.arun(seed=1, session=session)
    quoted = await simulation.aquote(runs=1)
    seen = preview(cast, cast.ids[0], catalog=known, choice=choice, today=today, environ={})

    asked = {row.call.model for row in run.calls}
    assert asked == {seen.route.spec.name} == {known.tiers.standard[0]}
    assert asked == {one.model for one in quoted.known}
    assert known.top(choice, today=today) == known.spec(known.tiers.complex[0])
    told = [reason for reason in run.calls[0].call.reasons if "shut down" in reason]
    assert told[0].endswith("was shut down on 2026-01-01; the tier standard instead")
