"""The figures of a quote: what runs on paper come to, at half of them and at nine of ten."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from math import ceil, inf, sqrt
from random import Random
from statistics import fmean, pstdev
from typing import Generic, TypeVar

from simulator.definitions.limits import Budget
from simulator.record.usage import NANO
from simulator.runs.quote.played import Played
from simulator.runs.quote.prices import WAYS

__all__ = ["Figures", "QuotedModel", "Spread", "exactly", "figures_of", "spread_of"]

T = TypeVar("T", Decimal, int, float)
_AT_ONCE = 500
"""Runs at the same time that are drawn at most; more take hardly longer."""


@dataclass(frozen=True, slots=True)
class Spread(Generic[T]):
    """A figure that is not known yet: half of all runs stay below `p50`, 9 of 10 below `p90`."""

    p50: T
    p90: T


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedModel:
    """What one model is asked in the run whose price is in the middle."""

    model: str
    calls: int
    input: int
    cached: int
    output: int
    dollars: Decimal | None
    """None: the price is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What some runs of one choice come to."""

    dollars: Spread[Decimal] | None
    """At list price, at once; None: a price is unknown."""
    flex: Spread[Decimal] | None
    """With slower processing; None: a model has none, or its price is unknown."""
    batch: Spread[Decimal] | None
    """With every round of questions as one batch job; None: as above."""
    tokens: Spread[int]
    """Prompt and completion tokens."""
    calls: Spread[int]
    turns: Spread[int]
    minutes: Spread[float]
    """One run after the other; what people take for their turns is not in it."""
    at_once: Spread[float]
    """Minutes until all runs are over that begin together."""
    models: tuple[QuotedModel, ...]
    """One run: that of middle price."""
    fitting: int | None = None
    """How many of the runs there is money for in the study and the day, about; None: for all."""


def figures_of(
    worlds: Sequence[Sequence[Played]], *, runs: int, random: Random, most: Budget, left: Budget
) -> Figures:
    """What so many runs come to, over all worlds.

    None of them takes more than `most`, and all together no more than what is `left` of budgets
    that they share: of more runs than that is enough for, only those come to anything.
    """
    fit = _fitting(worlds, left)
    number = float(runs) if fit is None else min(runs, max(1.0, fit))
    noise = [random.gauss(0, 1) for world in worlds for _ in world]

    def totals(value: Callable[[Played], float]) -> list[float]:
        return _totals(worlds, value, runs=number, noise=noise)

    minutes = totals(lambda one: one.seconds / 60)
    at_once = min(ceil(number), _AT_ONCE)
    together = [max(random.choices(world, k=at_once), key=_seconds) for world in worlds]
    tokens = _least(_times(most.tokens, number), left.tokens)
    limit = _least(_times(most.dollars, number), left.dollars)
    ways = [w for w in WAYS if all(one.dollars[w] is not None for world in worlds for one in world)]
    amounts = _dollars(ways, totals, limit, runs=number)
    return Figures(
        dollars=amounts.get("standard"),
        flex=amounts.get("flex"),
        batch=amounts.get("batch"),
        tokens=_whole([min(one, tokens) for one in totals(lambda one: one.tokens)]),
        calls=_whole(totals(_calls)),
        turns=_whole(totals(lambda one: one.turns)),
        minutes=_rounded(minutes),
        at_once=_rounded(minutes if runs == 1 else [one.seconds / 60 for one in together]),
        models=_middle(worlds),
        fitting=None if fit is None or fit >= runs or runs == 1 else max(1, int(fit)),
    )


def _fitting(worlds: Sequence[Sequence[Played]], left: Budget) -> float | None:
    """For how many runs there is enough; None: for any number."""
    played, found = [one for world in worlds for one in world], inf
    dollars = fmean(one.dollars[WAYS[0]] or 0.0 for one in played)
    tokens = fmean(one.tokens for one in played)
    if left.dollars is not None and dollars:
        found = float(left.dollars) / dollars
    if left.tokens is not None and tokens:
        found = min(found, left.tokens / tokens)
    return None if found == inf else found


def _times(limit: Decimal | int | None, runs: float) -> float | None:
    return None if limit is None else float(limit) * runs


def _least(one: float | None, other: Decimal | float | None) -> float:
    return min(inf if one is None else one, inf if other is None else float(other))


def spread_of(values: Sequence[float]) -> tuple[float, float]:
    """The value half of all are not above, and the one that nine of ten are not above."""
    ordered = sorted(values)
    half, most = (ordered[ceil(len(ordered) * share) - 1] for share in (0.5, 0.9))
    return half, most


def _seconds(one: Played) -> float:
    return one.seconds


def _calls(one: Played) -> float:
    return sum(line.calls for line in one.models.values())


def _totals(
    worlds: Sequence[Sequence[Played]],
    value: Callable[[Played], float],
    *,
    runs: float,
    noise: Sequence[float],
) -> list[float]:
    """Totals of so many runs. Runs of one world add up; which world it is, all have in common.

    `noise` is the chance of all the figures: what is dearer than usual is longer, too.
    """
    if runs == 1:
        return [value(one) for world in worlds for one in world]
    found: list[float] = []
    for world in worlds:
        values = [value(one) for one in world]
        mean, spread = fmean(values), pstdev(values) * sqrt(runs)
        own = noise[len(found) : len(found) + len(world)]
        found += [max(0.0, runs * mean + one * spread) for one in own]
    return found


def _dollars(
    ways: Iterable[str],
    totals: Callable[[Callable[[Played], float]], list[float]],
    limit: float,
    *,
    runs: float,
) -> dict[str, Spread[Decimal]]:
    """By way, the standard one first; where the money ends, the same tokens end as well."""
    found: dict[str, Spread[Decimal]] = {}
    part: list[float] = []
    for way in ways:
        amounts = totals(partial(_amount, way=way, later=(runs - 1) / runs))
        part = part or [min(1.0, limit / one) if one else 1.0 for one in amounts]
        half, most = spread_of([one * share for one, share in zip(amounts, part, strict=True)])
        found[way] = Spread(exactly(half), exactly(most))
    return found


def _amount(one: Played, *, way: str, later: float) -> float:
    """Dollars of a run, on average of those that come first and those that find a cache."""
    return (one.dollars[way] or 0.0) - later * one.saved[way]


def exactly(dollars: float) -> Decimal:
    """To the nano-dollar."""
    return Decimal(dollars).quantize(1 / NANO)


def _whole(values: Sequence[float]) -> Spread[int]:
    half, most = spread_of(values)
    return Spread(round(half), round(most))


def _rounded(values: Sequence[float]) -> Spread[float]:
    half, most = spread_of(values)
    return Spread(round(half, 2), round(most, 2))


def _middle(worlds: Sequence[Sequence[Played]]) -> tuple[QuotedModel, ...]:
    """The models of the run whose price is in the middle, or whose length is, without prices."""
    played = sorted(
        (one for world in worlds for one in world),
        key=lambda one: (one.dollars[WAYS[0]] or 0.0, one.tokens),
    )
    middle = played[ceil(len(played) / 2) - 1]
    return tuple(
        QuotedModel(
            model=name,
            calls=line.calls,
            input=line.input,
            cached=line.cached,
            output=round(line.output),
            dollars=None if line.dollars is None else exactly(line.dollars),
        )
        for name, line in sorted(middle.models.items())
    )
