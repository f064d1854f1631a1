"""The policies there are by name, each a function from a `Choosing` to one of its candidates."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from simulator.definitions.model_catalog import TIERS
from simulator.definitions.persona import TierName
from simulator.errors import UsageError
from simulator.llm.routing.choosing import Candidate, Choosing, Policy

__all__ = ["complexity", "policy_named", "takes_firsts"]


def policy_named(name: str) -> Policy:
    """One of ours: `complexity`, `sticky`, `cheapest` or `always:TIER`.

    Raises UsageError where there is none of this name.
    """
    ours: dict[str, Policy] = {
        "complexity": complexity,
        "sticky": _sticky,
        "cheapest": _cheapest,
        **{f"always:{tier}": _Always(tier) for tier in TIERS},
    }
    if name not in ours:
        known = ", ".join(ours)
        raise UsageError(f"No routing policy is called {name!r}; there are: {known}.")
    return ours[name]


def takes_firsts(policy: Policy) -> bool:
    """Whether a policy takes the first model of a tier, so that others of it are in reserve."""
    return policy is complexity or policy is _sticky or isinstance(policy, _Always)


def complexity(choosing: Choosing) -> Candidate:
    """The tier's first choice; a model that is warm, or was taken last, where that costs less."""
    preferred, staying = choosing.preferred, choosing.staying()
    kept = preferred
    if staying is not None and _ahead(staying, choosing) and preferred.dollars is not None:
        kept = staying
    own = _ahead(kept, choosing)
    if not own:
        return kept
    costs = [(_ahead(one, choosing), one) for one in choosing.sufficing()]
    known = [(cost, one) for cost, one in costs if cost is not None]
    least, best = min(known, key=lambda pair: (pair[0], pair[1].rank))
    margin = 1 - Decimal(str(choosing.routing.hysteresis))
    return best if least < own * margin else kept


def _sticky(choosing: Choosing) -> Candidate:
    return choosing.staying() or choosing.preferred


def _cheapest(choosing: Choosing) -> Candidate:
    known = [one for one in choosing.candidates if one.dollars is not None]
    if not known:
        return choosing.candidates[0]
    return min(known, key=lambda one: (one.dollars, one.rank))


@dataclass(frozen=True, slots=True)
class _Always:
    """One tier, or the nearest of the range."""

    tier: TierName

    def __call__(self, choosing: Choosing, /) -> Candidate:
        place = TIERS.index(self.tier)
        return min(choosing.candidates, key=lambda one: abs(one.rank - place))


def _ahead(one: Candidate, choosing: Choosing) -> Decimal | None:
    """Dollars of this turn and those like it that are looked ahead to."""
    if one.dollars is None or one.later is None:
        return None
    return one.dollars + (choosing.routing.look_ahead - 1) * one.later
