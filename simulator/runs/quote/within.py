"""How far the budgets of a run reach, by what runs on paper came to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from simulator.definitions.cast import Cast
from simulator.definitions.limits import Budget
from simulator.runs.quote.figures import spread_of
from simulator.runs.quote.played import Played
from simulator.runs.quote.till import budgets_of

__all__ = ["Within", "ends_after", "half_of", "require_turns", "within"]

_NEVER = 10**9
"""A turn that no run comes to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """One budget of a run, and how far it reaches."""

    scope: str
    """run, a member's id, or `purpose:judge`."""
    budget: Budget
    reached: float
    """The share of runs, 0 to 1, in which it leaves no room for a question."""
    turns: int | None
    """After about how many turns, where it does; None: it never does."""


def ends_after(worlds: Sequence[Sequence[Played]]) -> int | None:
    """After about how many turns a budget ends a run; None: for half of all runs it reaches."""
    ends = [one.turns if one.stopped else _NEVER for world in worlds for one in world]
    half, _ = spread_of(ends)
    return None if half == _NEVER else int(half)


def within(cast: Cast, worlds: Sequence[Sequence[Played]]) -> tuple[Within, ...]:
    """How far each budget of a run reaches."""
    played, found = [one for world in worlds for one in world], []
    for scope, budget in budgets_of(cast).items():
        turns = [one.reached[scope] for one in played if scope in one.reached]
        share = len(turns) / len(played)
        after = half_of(turns) if turns else None
        found.append(Within(scope=scope, budget=budget, reached=share, turns=after))
    return tuple(found)


def half_of(numbers: Iterable[int]) -> int:
    """The number that half of them are not above."""
    return int(spread_of(list(numbers))[0])


def require_turns(worlds: Sequence[Sequence[Played]]) -> None:
    """Refuse what comes to no turn at all. Raises BudgetExhausted."""
    played = [one for world in worlds for one in world]
    refusals = [one.refusal for one in played if one.refusal is not None and not one.turns]
    if len(refusals) == len(played) and refusals:
        raise refusals[0]
