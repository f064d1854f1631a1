"""Whether a study can carry a run to its end, asked before it is begun."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from math import ceil

from simulator.conversation.run_context import Models
from simulator.definitions.cast import Cast
from simulator.definitions.persona import TierRange
from simulator.errors import RunNotCarried
from simulator.llm.budget import Account, Reservation
from simulator.llm.prompt import Prompt
from simulator.llm.under_way import Need, Seat
from simulator.record.journal import FAILED
from simulator.record.past_calls import Past
from simulator.record.store import Store
from simulator.record.usage import Spent
from simulator.runs.daily_budget import at_most
from simulator.runs.play import Performance, perform
from simulator.runs.quote import Wanted, models_of, quote
from simulator.runs.rehearsal import read_through

__all__ = ["performed", "require_carried", "seated"]

_CUT_SHORT = FAILED | {"budgets", "dollars", "external", "paused", "seconds", "tokens"}
"""Stop reasons of runs that tell nothing of what a whole one takes."""

_GROWTH = 1.3
"""The power of its turns that a run's costs grow with, about: prompts get longer."""

PastOf = Callable[[Collection[str]], Past]
"""What the record tells of some models."""


@asynccontextmanager
async def seated(
    cast: Cast, models: Models, *, whole: bool, past: PastOf
) -> AsyncIterator[Seat | None]:
    """The run's place among those of its study; None where it has none with a budget.

    With `whole`, it is there only when what is left of the study, less what the runs under way
    still need, carries it to its end, with room for its dearest question at the most it can cost.

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
    needs = study.under_way.needs
    if kind not in needs:
        expected, question = await _expected(cast, models, past=past), await _dearest(cast, models)
        needs.setdefault(kind, Need(quoted=expected, dearest=question))
    left = partial(_left, study)
    whole_one = study.under_way.whole_seat(kind, turns=turns, budget=study.budget, left=left)
    async with AsyncExitStack() as stack:
        try:
            seat = await stack.enter_async_context(whole_one)
        except RunNotCarried as error:
            raise _told_whole(error, study) from None
        yield seat


async def require_carried(cast: Cast, models: Models, *, past: PastOf) -> None:
    """Refuse a run that what is left of its study does not carry. Raises RunNotCarried."""
    async with seated(cast, models, whole=True, past=past):
        return


async def performed(performance: Performance, store: Store) -> str:
    """Play it, learn what a whole run like it takes, and return its id. Raises: see `perform`."""
    run, models = await perform(performance, store), performance.models
    whole = models.seat is not None and models.seat.need is not None
    row = store.run(run)
    if models.study is not None and whole and row.stop_reason not in _CUT_SHORT:
        cast, totals = performance.staging.cast, store.totals(run)
        spent = Spent(totals.counted_tokens, totals.counted)
        under_way, kind = models.study.under_way, _kind(cast, models)
        at_limit = (cast.scenario.limits.turns / max(1, row.turns)) ** _GROWTH
        quoted = under_way.needs[kind].quoted
        under_way.ended_whole(kind, _whole(spent, at_limit=at_limit, quoted=quoted))
    return run


def _whole(spent: Spent, *, at_limit: float, quoted: Spent) -> Spent:
    """What a run like one that took so much needs, which may have ended early by a rule.

    As if it had gone on to its limit of turns, with so many times the costs; but what 9 of 10 stay
    below is enough, unless it took more.
    """
    dollars = spent.dollars * Decimal(at_limit).quantize(Decimal("0.0001"))
    return Spent(
        max(spent.tokens, min(quoted.tokens, ceil(spent.tokens * at_limit))),
        max(spent.dollars, min(quoted.dollars, dollars)),
    )


def _left(study: Account) -> tuple[Decimal | None, int | None]:
    """What may be promised: each question must find more than it takes, for it is reserved for."""
    (dollars, tokens), kept = study.left(in_flight=False), _kept(study)
    return (
        None if dollars is None else dollars - kept.dollars,
        None if tokens is None else tokens - kept.tokens,
    )


def _kept(study: Account) -> Spent:
    """What has to be free for the dearest question of any of its runs."""
    found = [need.dearest for need in study.under_way.needs.values()]
    return Spent(max(one.tokens for one in found), max(one.dollars for one in found))


def _told_whole(error: RunNotCarried, study: Account) -> RunNotCarried:
    """The same with what is left in all, and what of it is kept: nobody else is under way."""
    (dollars, tokens), kept = study.left(in_flight=False), _kept(study)
    left, free = (dollars, kept.dollars) if error.unit == "dollars" else (tokens, kept.tokens)
    figures = {"left": f"{max(left or 0, 0):f}", "kept": f"{free:f}"}
    return RunNotCarried(error.unit, limit=error.limit, needed=error.needed, **figures)


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


async def _dearest(cast: Cast, models: Models) -> Spent:
    """The most that any turn's question can take where each goes to the cheapest model it may.

    By a read-through to the limit of turns, with prompts that nothing is known of yet.
    """
    endless = cast.scenario.model_copy(update={"stop": None})
    played = await read_through(replace(cast, scenario=endless), models.catalog, models.choice)
    asked = [
        _least(cast, models, call.persona, prompt=played.prompts[call.prompt_hash])
        for call in played.record.calls.values()
        if call.purpose == "speak"
    ]
    dollars = max((one.dollars or Decimal(0) for one in asked), default=Decimal(0))
    return Spent(max((one.tokens for one in asked), default=0), dollars)


def _least(cast: Cast, models: Models, persona: str, *, prompt: Prompt) -> Reservation:
    """The same of one question, in the phase in which it can be asked of the dearest models."""
    today, allowed = datetime.now(UTC).date(), cast.scenario.limits.output_tokens
    own = cast.member(persona).persona.tier

    def least(tiers: TierRange) -> Reservation:
        specs = models.catalog.candidates(models.choice, tiers.floor, today=today, tiers=tiers)
        most = (at_most(one, prompt, min(allowed, one.max_output or allowed)) for one in specs)
        return min(most, key=_amount)

    phases = [own.narrowed(phase.tier) for phase in cast.scenario.phases]
    return max((least(tiers) for tiers in (own, *phases)), key=_amount)


def _amount(wanted: Reservation) -> tuple[Decimal, int]:
    return wanted.dollars or Decimal(0), wanted.tokens
