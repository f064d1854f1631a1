"""The router: a score with its reasons, a tier within the persona's range, a model of the tier."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.definitions.model_catalog import TIERS, WEIGHTS, ModelCatalog, Routing, Thresholds
from simulator.definitions.persona import TierName, TierRange
from simulator.errors import UsageError
from simulator.llm import routing
from simulator.llm.router import (
    Route,
    Score,
    TurnFeatures,
    asked_tier,
    score,
    tier_above,
)
from simulator.llm.routing import Models, policy_named
from tests.llm_samples import TODAY, catalog

NAMES = [feature.name for feature in fields(TurnFeatures)]

shares = st.floats(0, 1)
features = st.builds(TurnFeatures, **dict.fromkeys(NAMES, shares))
weights = st.fixed_dictionaries({name: st.floats(-2, 2) for name in NAMES})
ranges = st.tuples(st.sampled_from(TIERS), st.sampled_from(TIERS)).map(
    lambda pair: TierRange(floor=min(pair, key=TIERS.index), ceiling=max(pair, key=TIERS.index))
)


def routed(
    turn: TurnFeatures,
    *,
    tiers: TierRange | None = None,
    choice: str = "tiers",
    models: ModelCatalog | None = None,
) -> Route:
    """The way of a turn today."""
    known = models or catalog()
    chosen, policy = known.choose(choice), policy_named(known.routing.policy)
    found = Models(catalog=known, choice=chosen, today=TODAY, policy=policy)
    return routing.routed(turn, tiers or TierRange(), models=found)


def above(
    taken: Route,
    *,
    tiers: TierRange | None = None,
    choice: str = "tiers",
    models: ModelCatalog | None = None,
) -> Route | None:
    """The way a tier higher, today."""
    known = models or catalog()
    return tier_above(
        taken,
        tiers=tiers or TierRange(),
        choice=known.choose(choice),
        catalog=known,
        today=TODAY,
    )


def with_tiers(**tiers: list[str]) -> ModelCatalog:
    """The catalog with other tier lists."""
    given = catalog().model_dump(by_alias=True, exclude_none=True)
    return ModelCatalog.model_validate({**given, "tiers": tiers})


def retired(models: ModelCatalog, name: str, day: date) -> ModelCatalog:
    """The catalog with one model shut down on a day."""
    entry = models.models[name].model_copy(update={"retires_on": day})
    return models.model_copy(update={"models": {**models.models, name: entry}})


def test_every_feature_has_a_weight() -> None:
    """What the router scores and what models.yaml can weigh are the same names."""
    assert sorted(NAMES) == sorted(WEIGHTS)


def test_a_score_is_the_weighted_sum_with_its_reasons() -> None:
    """Reasons are named heaviest first, then by name; what weighs nothing is not named."""
    turn = TurnFeatures(question=1, conflict=0.5, phase=1, creative=0.01)

    found = score(turn, Routing())

    assert found == Score(0.325, ("conflict +0.12", "phase +0.10", "question +0.10"))


def test_a_weight_below_zero_makes_a_turn_simpler() -> None:
    """What models.yaml says is used: a negative weight lowers the score and shows."""
    routing = Routing(weights={"question": -0.5, "creative": 0.4})

    found = score(TurnFeatures(question=1, creative=1, phase=1), routing)

    assert found == Score(0.0, ("question -0.50", "creative +0.40", "phase +0.10"))


@given(features, weights)
def test_a_score_lies_between_0_and_1(turn: TurnFeatures, given_weights: dict[str, float]) -> None:
    """Whatever the weights, a score is a share, and the same turn always gets the same one."""
    routing = Routing(weights=given_weights)

    found = score(turn, routing)

    assert 0 <= found.value <= 1
    assert found == score(turn, routing)


@given(features, st.sampled_from(NAMES), shares)
def test_no_feature_makes_a_turn_simpler(turn: TurnFeatures, name: str, more: float) -> None:
    """By the default weights, more of any feature never lowers the score."""
    raised = replace(turn, **{name: max(more, getattr(turn, name))})

    assert score(raised, Routing()).value >= score(turn, Routing()).value


@pytest.mark.parametrize(
    ("turn", "tier", "model"),
    [
        (TurnFeatures(), "simple", "test/small"),
        (TurnFeatures(question=1, phase=1), "simple", "test/small"),
        (TurnFeatures(creative=1), "standard", "test/middle"),
        (TurnFeatures(requires_reasoning=1), "complex", "test/big"),
        (TurnFeatures(creative=1, tools=1, question=1), "complex", "test/big"),
    ],
)
def test_the_rule_of_thumb(turn: TurnFeatures, tier: TierName, model: str) -> None:
    """Simple turns go to the smallest tier, creative ones to the middle, reasoning to the top."""
    taken = routed(turn)

    assert (taken.tier, taken.spec.name) == (tier, model)


@pytest.mark.parametrize(
    ("weight", "tier"),
    [(0.34, "simple"), (0.35, "standard"), (0.69, "standard"), (0.7, "complex")],
)
def test_a_tier_begins_at_its_threshold(weight: float, tier: TierName) -> None:
    """A score that equals a threshold belongs to the tier above it."""
    models = catalog().model_copy(update={"routing": Routing(weights={"question": weight})})

    taken = routed(TurnFeatures(question=1), models=models)

    assert (taken.tier, taken.score) == (tier, weight)


def test_thresholds_stand_in_the_catalog() -> None:
    """Whoever lowers a threshold gets the higher tier sooner."""
    routing = Routing(thresholds=Thresholds(standard=0.05, complex=0.1))
    models = catalog().model_copy(update={"routing": routing})

    assert routed(TurnFeatures(question=1), models=models).tier == "complex"


@given(features, ranges)
def test_a_tier_stays_within_the_personas_range(turn: TurnFeatures, tiers: TierRange) -> None:
    """Never below the floor, never above the ceiling, and whoever was moved is told so."""
    free, kept = routed(turn), routed(turn, tiers=tiers)

    places = [TIERS.index(tier) for tier in (tiers.floor, kept.tier, tiers.ceiling)]
    moved = f"{free.tier} asked for, {kept.tier} by the persona's tier range"
    assert places == sorted(places)
    assert kept.reasons == (*free.reasons, *([moved] if kept.tier != free.tier else []))
    assert kept.score == free.score


@pytest.mark.parametrize(
    "tiers",
    [
        TierRange(floor=floor, ceiling=ceiling)
        for floor, ceiling in combinations_with_replacement(TIERS, 2)
    ],
    ids=lambda tiers: f"{tiers.floor} to {tiers.ceiling}",
)
@pytest.mark.parametrize(
    ("turn", "asked"),
    [
        (TurnFeatures(), "simple"),
        (TurnFeatures(question=1, conflict=1), "standard"),
        (TurnFeatures(requires_reasoning=1), "complex"),
    ],
)
def test_every_tier_is_moved_into_every_range(
    turn: TurnFeatures, asked: TierName, tiers: TierRange
) -> None:
    """Up to the floor and down to the ceiling, and the reason says which was asked for."""
    meant = sorted([tiers.floor, asked, tiers.ceiling], key=TIERS.index)[1]

    _, tier, reasons = asked_tier(turn, tiers, catalog().routing)

    moved = [f"{asked} asked for, {meant} by the persona's tier range"]
    assert tier == meant
    assert [one for one in reasons if "asked for" in one] == (moved if asked != meant else [])


def test_a_turn_without_features_says_why_it_is_cheap() -> None:
    """Even the lowest score has a reason for the record."""
    assert routed(TurnFeatures()).reasons == ("nothing makes this turn hard",)


def test_a_chosen_model_is_taken_for_every_turn() -> None:
    """The tier is noted, but the model is the one somebody chose."""
    taken = routed(TurnFeatures(requires_reasoning=1), choice="test/small")

    assert (taken.tier, taken.spec.name) == ("complex", "test/small")


def test_a_choice_without_models_is_refused() -> None:
    """Empty tiers are a mistake in models.yaml, said in a sentence."""
    with pytest.raises(UsageError, match=r"^The tiers of models.yaml are empty\."):
        routed(TurnFeatures(), models=with_tiers())


def test_escalation_goes_one_tier_up() -> None:
    """The next tier's model is taken, and the reasons tell what came before."""
    taken = routed(TurnFeatures(question=1))

    higher = above(taken)

    told = "escalated from simple: the reply stayed invalid"
    assert higher == Route(
        tier="standard",
        spec=catalog().spec("test/middle"),
        score=0.1,
        reasons=("question +0.10", told),
    )


@pytest.mark.parametrize(
    ("tiers", "choice"),
    [
        (TierRange(floor="complex"), "tiers"),
        (TierRange(ceiling="simple"), "tiers"),
        (TierRange(), "test/small"),
    ],
)
def test_escalation_ends_with_the_range_and_the_choice(tiers: TierRange, choice: str) -> None:
    """Above the top, above the ceiling, or with one chosen model there is nothing higher."""
    taken = routed(TurnFeatures(), tiers=tiers, choice=choice)

    assert above(taken, tiers=tiers, choice=choice) is None


def test_escalation_finds_no_other_model_in_the_next_tier() -> None:
    """Two tiers with the same first model are one for this purpose."""
    models = with_tiers(simple=["test/small"], standard=["test/small"])

    assert above(routed(TurnFeatures(), models=models), models=models) is None


def test_escalation_passes_over_a_tier_that_was_shut_down() -> None:
    """Up to the next one of the range that answers; a reply that stayed invalid is no complaint."""
    models, low = retired(catalog(), "test/middle", TODAY), TierRange(ceiling="standard")
    taken = routed(TurnFeatures(), models=models)

    higher = above(taken, models=models)

    assert higher is not None
    assert (higher.tier, higher.spec.name) == ("complex", "test/big")
    assert above(taken, tiers=low, models=models) is None
