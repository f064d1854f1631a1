"""How far the budgets of a run reach, by what runs on paper came to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from simulator.definitions.cast import Cast
from simulator.definitions.limits import Budget
from simulator.runs.quote.figures import spread_of
from simulator.runs.quote.played import Played
from simulator.runs.quote.till import budgets_of
from simulator.runs.study import StudyStanding

__all__ = ["Within", "ends_after", "half_of", "require_turns", "silenced", "within"]

_ALL = frozenset({"run", "study", "day"})
"""Budgets that do not belong to one member or purpose."""
_NEVER = 10**9
"""A turn that no run comes to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """One budget of a run, and how far it reaches."""

    scope: str
    """run, study, day, a member's id, or `purpose:judge`."""
    budget: Budget
    reached: float
    """The share of runs, 0 to 1, in which it leaves no room for a question."""
    turns: int | None
    """After about how many turns, where it does; None: it never does."""
    begins: bool = True
    """Whether it reaches for a first question; a member of whom it does not never speaks."""


def ends_after(worlds: Sequence[Sequence[Played]]) -> int | None:
    """After about how many turns a budget ends a run; None: for half of all runs it reaches."""
    ends = [one.turns if one.stopped else _NEVER for world in worlds for one in world]
    half, _ = spread_of(ends)
    return None if half == _NEVER else int(half)


def within(
    cast: Cast, shared: Iterable[StudyStanding], worlds: Sequence[Sequence[Played]]
) -> tuple[Within, ...]:
    """How far each budget of a run reaches, and those that it shares with others."""
    played, found = [one for world in worlds for one in world], []
    budgets = budgets_of(cast) | {one.scope: one.budget for one in shared}
    for scope, budget in budgets.items():
        ended = [one for one in played if scope in one.reached]
        own = Within(
            scope=scope,
            budget=budget,
            reached=len(ended) / len(played),
            turns=half_of(one.reached[scope] for one in ended) if ended else None,
            begins=scope in _ALL or _paid_for(scope, ended),
        )
        found.append(own)
    return tuple(found)


def _paid_for(scope: str, ended: Sequence[Played]) -> bool:
    """Whether a budget paid anything in more than half of the runs in which it ended."""
    return not ended or 2 * sum(scope in one.paid for one in ended) > len(ended)


def silenced(cast: Cast, worlds: Sequence[Sequence[Played]]) -> dict[str, int]:
    """Who falls silent in half of all runs since what is left for all does not reach for them.

    Member -> after about how many turns.
    """
    played, found = [one for world in worlds for one in world], {}
    for name in cast.ids:
        turns = [one.silent[name] for one in played if name in one.silent]
        if len(turns) * 2 >= len(played):
            found[name] = half_of(turns)
    return found


def half_of(numbers: Iterable[int]) -> int:
    """The number that half of them are not above."""
    return int(spread_of(list(numbers))[0])


def require_turns(worlds: Sequence[Sequence[Played]]) -> None:
    """Refuse what comes to no turn at all. Raises BudgetExhausted."""
    played = [one for world in worlds for one in world]
    refusals = [one.refusal for one in played if one.refusal is not None and not one.turns]
    if len(refusals) == len(played) and refusals:
        raise refusals[0]
