"""As many runs on paper as a spread needs, in line with what is on record of the scenario.

Where runs are on record, some are played on paper first and compared with them: what providers
really cache, and how much whole runs differ, no score tells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from math import log, sqrt
from statistics import fmean, variance

from simulator.definitions.limits import Budget
from simulator.definitions.model_catalog import ModelCatalog
from simulator.record.past_calls import PastCall, PastRun
from simulator.runs.quote import assumed
from simulator.runs.quote.lengths import Evidence, World, chance
from simulator.runs.quote.played import Line, Played
from simulator.runs.quote.prices import WAYS, Tokens, ways_of
from simulator.runs.quote.replay import replayed
from simulator.runs.quote.score import Score
from simulator.runs.quote.stage import Stage
from simulator.runs.quote.till import budgets_of

__all__ = ["most_on_paper", "play_on_paper", "staged"]

_KNOWN_TURNS = 10
"""Past turns of the scenario, or calls, that weigh as much as the read-through does."""
_TRIED = 6, 4
"""Worlds, and runs on paper in each, that are compared with those on record."""
_IN_FULL = 10, 2
"""The same of runs in which every reply takes all its room."""
_MOST_MORE = 3.0
_FEW = 3
"""Fewer runs on record do not tell how much runs differ."""
_WIDE = 3
"""As many times as much as the dearest run takes leaves a budget unnoticed."""
_GROWTH = 1.3
"""The power of its turns that a run's costs grow with, about."""
_TINY = 1e-12


def staged(stage: Stage, evidence: Evidence, *, seed: int) -> Stage:
    """The stage in line with what is on record of the scenario."""
    stage = replace(stage, beside=_beside(stage.score, evidence))
    if not evidence.runs:
        return stage
    tried = _all_played(stage, evidence, draws=(seed, *_TRIED))
    alike = evidence.alike(_shares(tried))
    past = evidence.whole_runs(alike)
    return replace(
        stage,
        cache=_as_on_record(tried, evidence, alike),
        unexplained=sqrt(_unexplained(tried, past, stage.catalog)),
        told=len(past),
    )


def play_on_paper(
    stage: Stage, evidence: Evidence, *, draws: tuple[int, int, int]
) -> list[list[Played]]:
    """Runs on paper, world by world.

    `draws` are the seed, how many worlds there are, and how many runs each of them has. Budgets
    that are far wider than what runs take are left out of it, since they change nothing; where
    they count, half as many runs are played.
    """
    seed, worlds, runs = draws
    freely = _all_played(stage, evidence, draws=draws)
    if _is_wide(stage, freely):
        return freely
    bought = replace(stage, pays=True)
    return _all_played(bought, evidence, draws=(seed, worlds, max(1, runs // 2)))


def most_on_paper(stage: Stage, evidence: Evidence, *, seed: int) -> float | None:
    """Dollars of the dearest run up to its last turn in which every reply is as long as it may be.

    And is asked for once more.

    None: a price is unknown.
    """
    worlds = _all_played(replace(stage, in_full=True), evidence, draws=(seed, *_IN_FULL))
    dollars = [one.dollars[WAYS[0]] for world in worlds for one in world]
    known = [one for one in dollars if one is not None]
    return max(known) if len(known) == len(dollars) else None


def _is_wide(stage: Stage, freely: Sequence[Sequence[Played]]) -> bool:
    """Whether no budget comes near to changing what runs do that have none."""
    budgets = budgets_of(stage.cast)
    shared = [(one.dollars_left, one.tokens_left) for one in stage.buying.shared]
    own = budgets.pop("run", Budget())
    limits = [(own.dollars, own.tokens), *shared]
    played = [one for world in freely for one in world]
    limited = any(amount is not None for amount, _ in limits)
    unknown = limited and any(one.dollars[WAYS[0]] is None for one in played)
    dollars = max((one.dollars[WAYS[0]] or 0.0 for one in played), default=0.0)
    tokens = max((one.tokens for one in played), default=0)
    # Without a price no budget in dollars can be kept: such a run is refused.
    return unknown or (
        not budgets
        and all(
            (amount is None or float(amount) >= _WIDE * dollars)
            and (number is None or number >= _WIDE * tokens)
            for amount, number in limits
        )
    )


def _shares(worlds: Sequence[Sequence[Played]]) -> dict[str, float]:
    """The part of all turns that each model takes."""
    turns: Counter[str] = Counter()
    for one in (one for world in worlds for one in world):
        turns.update(one.took)
    return {name: number / turns.total() for name, number in turns.items()}


def _all_played(
    stage: Stage, evidence: Evidence, *, draws: tuple[int, int, int]
) -> list[list[Played]]:
    seed, worlds, runs = draws
    chances = (chance(seed, "quote", number) for number in range(worlds))
    unexplained, told = stage.unexplained, stage.told
    settings = [World(evidence, one, unexplained=unexplained, runs=told) for one in chances]
    return [[replayed(stage, world) for _ in range(runs)] for world in settings]


def _unexplained(
    worlds: Sequence[Sequence[Played]],
    runs: Sequence[tuple[PastRun, tuple[PastCall, ...]]],
    catalog: ModelCatalog,
) -> float:
    """The variance between runs on record that those on paper do not have, of logarithms."""
    past = [_size(run.turns, _paid(calls, catalog)) for run, calls in runs]
    usual = assumed.SPREAD_OF_RUNS**2
    if len(past) < _FEW:
        return usual
    paper = [
        variance([_size(one.turns, _taken(one)) for one in world]) for world in worlds if world
    ]
    seen = max(0.0, variance(past) - fmean(paper))
    weight = len(past) / (len(past) + assumed.SHRINKAGE)
    return weight * seen + (1 - weight) * usual


def _size(turns: int, amount: float) -> float:
    """How much a run takes, whatever its turns: prompts grow, so twice as many take more."""
    return log(max(amount, _TINY)) - _GROWTH * log(max(1, turns))


def _taken(one: Played) -> float:
    dollars = one.dollars[WAYS[0]]
    return dollars or float(one.tokens)


def _paid(calls: Sequence[PastCall], catalog: ModelCatalog) -> float:
    """Dollars at today's prices, or tokens where a price is unknown."""
    ways = [ways_of(catalog.spec(one.model), one.input)[0] for one in calls]
    tokens = [Tokens(one.input, one.cached, one.cache_write, one.output) for one in calls]
    known = [way.dollars(one) for way, one in zip(ways, tokens, strict=True) if way is not None]
    whole = sum(known) if len(known) == len(calls) else 0.0
    return whole or float(sum(one.input + one.output for one in calls))


def _as_on_record(
    worlds: Sequence[Sequence[Played]], evidence: Evidence, alike: Collection[int]
) -> dict[str, tuple[float, float]]:
    """How much more of prompts was really cached than the score says, model by model."""
    lines: dict[str, list[Line]] = {}
    for played in (one for world in worlds for one in world):
        for name, line in played.models.items():
            lines.setdefault(name, []).append(line)
    found = {}
    for name, own in lines.items():
        calls, cached, written = evidence.cache_use(name, alike)
        read = sum(line.input for line in own) or 1
        said = sum(line.cached for line in own) / read, sum(line.written for line in own) / read
        found[name] = (_more(calls, cached, said[0]), _more(calls, written, said[1]))
    return found


def _more(calls: int, really: float, said: float) -> float:
    """A factor that few calls move little."""
    factor = min(_MOST_MORE, really / said) if said else 1.0
    return (calls * factor + _KNOWN_TURNS) / (calls + _KNOWN_TURNS)


def _beside(score: Score, evidence: Evidence) -> dict[str, float]:
    """How often questions beside the turns are really asked, for each in the read-through."""
    rehearsed: dict[str, int] = {}
    for one in score.asked:
        if not one.is_turn and not one.at_the_end:
            rehearsed[one.purpose] = rehearsed.get(one.purpose, 0) + 1
    known, scale = evidence.turns_taken, {}
    for purpose, count in rehearsed.items():
        usual = count / max(1, score.turns)
        seen = evidence.asked_beside.get(purpose, 0)
        scale[purpose] = (seen / usual + _KNOWN_TURNS) / (known + _KNOWN_TURNS)
    return scale
