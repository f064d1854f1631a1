"""The figures of a quote: what runs on paper come to, at half of them and at nine of ten."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, inf, sqrt
from random import Random
from statistics import fmean, pstdev
from typing import Generic, TypeVar

from simulator.definitions.limits import Budget
from simulator.record.usage import NANO
from simulator.runs.quote.played import Played
from simulator.runs.quote.prices import WAYS

__all__ = ["Figures", "QuotedModel", "Spread", "figures_of", "spread_of"]

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
    """One run: the one in the middle."""


def figures_of(
    worlds: Sequence[Sequence[Played]], *, runs: int, random: Random, most: Budget
) -> Figures:
    """What so many runs come to, over all worlds; none of them takes more than `most`."""
    limit = None if most.dollars is None else most.dollars * runs
    tokens = inf if most.tokens is None else most.tokens * runs

    def spread(value: Callable[[Played], float]) -> list[float]:
        return _totals(worlds, value, runs=runs, random=random)

    minutes = spread(lambda one: one.seconds / 60)
    together = [max(random.choices(world, k=min(runs, _AT_ONCE)), key=_seconds) for world in worlds]
    return Figures(
        dollars=_below(_dollars(worlds, "standard", runs=runs, random=random), limit),
        flex=_below(_dollars(worlds, "flex", runs=runs, random=random), limit),
        batch=_below(_dollars(worlds, "batch", runs=runs, random=random), limit),
        tokens=_whole([min(one, tokens) for one in spread(lambda one: one.tokens)]),
        calls=_whole(spread(_calls)),
        turns=_whole(spread(lambda one: one.turns)),
        minutes=_rounded(minutes),
        at_once=_rounded(minutes if runs == 1 else [one.seconds / 60 for one in together]),
        models=_middle(worlds),
    )


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
    runs: int,
    random: Random,
) -> list[float]:
    """Totals of so many runs. Runs of one world add up; which world it is, all have in common."""
    if runs == 1:
        return [value(one) for world in worlds for one in world]
    found = []
    for world in worlds:
        values = [value(one) for one in world]
        mean, spread = fmean(values), pstdev(values) * sqrt(runs)
        found += [max(0.0, runs * mean + random.gauss(0, spread)) for _ in world]
    return found


def _dollars(
    worlds: Sequence[Sequence[Played]], way: str, *, runs: int, random: Random
) -> Spread[Decimal] | None:
    if any(one.dollars[way] is None for world in worlds for one in world):
        return None
    later = (runs - 1) / runs if way == WAYS[0] else 0.0

    def value(one: Played) -> float:
        return (one.dollars[way] or 0.0) - later * one.saved

    half, most = spread_of(_totals(worlds, value, runs=runs, random=random))
    return Spread(_exact(half), _exact(most))


def _below(spread: Spread[Decimal] | None, limit: Decimal | None) -> Spread[Decimal] | None:
    if spread is None or limit is None:
        return spread
    return Spread(min(spread.p50, limit), min(spread.p90, limit))


def _exact(dollars: float) -> Decimal:
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
            dollars=None if line.dollars is None else _exact(line.dollars),
        )
        for name, line in sorted(middle.models.items())
    )
