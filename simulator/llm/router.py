"""Which tier a turn asks for: a score from named features, a tier, reasons; the tier above it.

The defaults follow one rule of thumb: a turn that is complex or needs reasoning goes to the top
tier, a creative one to the middle, a simple one to the smallest. Weights stand in models.yaml.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date

from simulator.definitions.model_catalog import (
    TIERS,
    ModelCatalog,
    ModelChoice,
    ModelSpec,
    Routing,
)
from simulator.definitions.persona import TierName, TierRange

__all__ = [
    "Route",
    "Score",
    "TurnFeatures",
    "asked_tier",
    "score",
    "tier_above",
    "tier_of",
]

_TOLD = 0.005
"""A feature that weighs less than this is neither counted nor named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnFeatures:
    """What makes a turn hard, each 0 (not at all) to 1 (fully)."""

    requires_reasoning: float = 0.0
    """The persona asks for it."""
    question: float = 0.0
    """The speaker was asked something."""
    tools: float = 0.0
    """The speaker may have to look things up."""
    conflict: float = 0.0
    """Share of recent turns that object or challenge."""
    expertise: float = 0.0
    """The talk touches the speaker's own fields."""
    length: float = 0.0
    """How much there is to read, of the context the scenario allows."""
    phase: float = 0.0
    """Openings and closings weigh more than the middle."""
    creative: float = 0.0
    """The turn asks for invention rather than fact."""


@dataclass(frozen=True, slots=True)
class Score:
    """How complex a turn is, 0 to 1, and which features made it so."""

    value: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The way a turn takes: tier and model with the reasons, for the record."""

    tier: TierName
    spec: ModelSpec
    score: float
    reasons: tuple[str, ...]
    figures: tuple[str, ...] = ()
    """What each model that was compared, or is in reserve, was expected to cost, in words."""


def score(features: TurnFeatures, routing: Routing) -> Score:
    """The weighted sum of the features, 0 to 1; reasons are listed heaviest first."""
    parts = []
    for feature in fields(features):
        part = getattr(features, feature.name) * routing.weights.get(feature.name, 0.0)
        if abs(part) >= _TOLD:
            parts.append((part, feature.name))
    parts.sort(key=lambda item: (-abs(item[0]), item[1]))
    reasons = tuple(f"{name.replace('_', ' ')} {part:+.2f}" for part, name in parts)
    total = round(sum(part for part, _ in parts), 4)
    return Score(min(1.0, max(0.0, total)), reasons)


def asked_tier(
    features: TurnFeatures, tiers: TierRange, routing: Routing
) -> tuple[float, TierName, tuple[str, ...]]:
    """The score, the tier it asks for within a range, and the reasons for both."""
    found = score(features, routing)
    tier, kept = _tier_of(found.value, routing), tier_of(found.value, tiers, routing)
    reasons = found.reasons or ("nothing makes this turn hard",)
    if kept != tier:
        reasons = (*reasons, f"{tier} asked for, {kept} by the persona's tier range")
    return found.value, kept, reasons


def tier_of(value: float, tiers: TierRange, routing: Routing) -> TierName:
    """The tier that a score asks for within a range."""
    return _within(_tier_of(value, routing), tiers)


def tier_above(
    taken: Route,
    *,
    tiers: TierRange,
    choice: ModelChoice,
    catalog: ModelCatalog,
    today: date,
    why: str = "the reply stayed invalid",
) -> Route | None:
    """The same turn a tier higher, or None where the range, the choice or its models end.

    A tier whose first model is the one that was asked is passed over.
    """
    above = TIERS[TIERS.index(taken.tier) + 1 : TIERS.index(tiers.ceiling) + 1]
    firsts = ((tier, catalog.living(choice, tier, today=today)[:1]) for tier in above)
    others = ((tier, spec) for tier, specs in firsts for spec in specs)
    found = next((one for one in others if one[1].name != taken.spec.name), None)
    if found is None:
        return None
    higher, spec = found
    reasons = (*taken.reasons, f"escalated from {taken.tier}: {why}")
    return replace(taken, tier=higher, spec=spec, reasons=reasons)


def _tier_of(value: float, routing: Routing) -> TierName:
    if value >= routing.thresholds.complex:
        return "complex"
    return "standard" if value >= routing.thresholds.standard else "simple"


def _within(tier: TierName, tiers: TierRange) -> TierName:
    place = min(max(TIERS.index(tier), TIERS.index(tiers.floor)), TIERS.index(tiers.ceiling))
    return TIERS[place]
