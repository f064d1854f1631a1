"""Whether a study can carry a run to its end, asked before it is begun."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from math import ceil

from simulator.conversation.run_context import Models
from simulator.definitions.cast import Cast
from simulator.llm.budget import Account
from simulator.llm.under_way import Seat
from simulator.record.journal import FAILED
from simulator.record.past_calls import Past
from simulator.record.store import Store
from simulator.record.usage import Spent
from simulator.runs.play import Performance, perform
from simulator.runs.quote import Wanted, models_of, quote

__all__ = ["performed", "seated"]

_CUT_SHORT = FAILED | {"budgets", "dollars", "external", "paused", "seconds", "tokens"}
"""Stop reasons of runs that tell nothing of what a whole one takes."""

_RESERVED = 2
"""Turns of the mean cost by which the last one's reservation may be larger than what it takes."""

PastOf = Callable[[Collection[str]], Past]
"""What the record tells of some models."""


@asynccontextmanager
async def seated(
    cast: Cast, models: Models, *, whole: bool, past: PastOf
) -> AsyncIterator[Seat | None]:
    """The run's place among those of its study; None where it has none with a budget.

    With `whole`, it is there only when what is left of the study, less what the runs under way
    still need, carries it to its end.

    Raises:
        RunNotCarried: it does not, and no run under way could leave more.
    """
    study = models.study
    if study is None:
        yield None
        return
    people = len(cast.humans)
    turns = max(1, ceil(cast.scenario.limits.turns * (1 - people / len(cast.members))))
    if not whole:
        async with study.under_way.seat(turns=turns) as seat:
            yield seat
        return
    kind = _kind(cast, models)
    if kind not in study.under_way.needs:
        need = await _expected(cast, models, past=past)
        study.under_way.needs.setdefault(kind, need)
    left = partial(_left, study, need=study.under_way.needs[kind], turns=turns)
    whole_one = study.under_way.whole_seat(kind, turns=turns, budget=study.budget, left=left)
    async with whole_one as seat:
        yield seat


async def performed(performance: Performance, store: Store) -> str:
    """Play it, learn what a whole run like it takes, and return its id. Raises: see `perform`."""
    run, models = await perform(performance, store), performance.models
    whole = models.seat is not None and models.seat.need is not None
    if models.study is not None and whole and store.run(run).stop_reason not in _CUT_SHORT:
        totals = store.totals(run)
        spent = Spent(totals.counted_tokens, totals.counted)
        models.study.under_way.ended_whole(_kind(performance.staging.cast, models), spent)
    return run


def _left(study: Account, *, need: Spent, turns: int) -> tuple[Decimal | None, int | None]:
    """What may be promised: a last turn must find more than it takes, for it is reserved for."""
    dollars, tokens = study.left(in_flight=False)
    return (
        None if dollars is None else dollars - need.dollars * _RESERVED / turns,
        None if tokens is None else tokens - need.tokens * _RESERVED // turns,
    )


def _kind(cast: Cast, models: Models) -> str:
    """What is played: runs that are alike but for their seeds."""
    limits = cast.scenario.limits.model_dump_json()
    return "\x1f".join((cast.scenario_id, models.choice.text, str(dict(cast.inputs)), limits))


async def _expected(cast: Cast, models: Models, *, past: PastOf) -> Spent:
    """What 9 of 10 runs stay below, by the quote."""
    today = datetime.now(UTC).date()
    names = models_of(models.catalog, (models.choice,), today=today)
    wanted = Wanted(today=today, past=past(names), windows=False, policies=False)
    quoted = await quote(cast, models.catalog, models.choice, wanted=wanted)
    dollars = None if quoted.dollars is None else quoted.dollars.p90
    return Spent(quoted.tokens.p90, dollars or Spent().dollars)
