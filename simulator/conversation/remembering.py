"""Asking and recording what members remember: summaries, reflections, recall, what they take along.

What is due, and what is asked, `memory` decides; here it is asked and becomes events. None of it
can end a talk: where money or a model fails, it is left out, and the record says so, so that it is
not asked for again before every turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import TypeVar

from simulator.conversation.memory import (
    DueNote,
    episode_of,
    facts_of,
    facts_question,
    recalled_now,
    reflection_due,
    summary_due,
    what_to_recall,
)
from simulator.conversation.perception import perceive
from simulator.conversation.run_context import RunContext, cue_for
from simulator.conversation.state import Pending, State
from simulator.definitions.cast import Member
from simulator.definitions.memory import memory_owner
from simulator.errors import BudgetExhausted, ModelError, UsageError
from simulator.llm.ask import Answer, Occasion, Question, ask
from simulator.llm.call_context import Deadline
from simulator.record.events import Event, MemoryKept, SummaryMade
from simulator.record.journal import FAILED

__all__ = ["recalled", "reflected", "summarised", "taken_along"]

T = TypeVar("T")


async def summarised(run: RunContext, state: State) -> tuple[Event, ...]:
    """The summary that is due before the next speakers are chosen, if one is."""
    due = summary_due(state, run.cast, run.prompts)
    return () if due is None else (await _made(run, state, due, heard=state.turn),)


async def reflected(run: RunContext, state: State, pending: Pending) -> tuple[Event, ...]:
    """What the speaker notes down for itself before its turn, if that is due."""
    due = reflection_due(state, run.cast, run.prompts, pending=pending)
    return () if due is None else (await _made(run, state, due, heard=pending.heard),)


def recalled(run: RunContext, state: State, pending: Pending) -> tuple[Event, ...]:
    """What comes to the speaker's mind from earlier runs and is not in its mind yet."""
    memory = run.cast.scenario.memory
    if not memory.across_runs or run.memories is None:
        return ()
    member = run.cast.member(pending.speaker)
    query = what_to_recall(perceive(state, member.id, heard=pending.heard), run.cast, member)
    owner = memory_owner(member.persona_id, member.id)
    found = run.memories.recall(owner, query, limit=memory.recall)
    return recalled_now(state, pending, found, limit=memory.recall)


async def taken_along(run: RunContext, state: State, stop_reason: str) -> tuple[Event, ...]:
    """What each member takes along from a talk that is over, as far as it is not on record yet.

    A model is asked for facts once for each member, for all at the same time, and not after a
    run that could not go on.
    """
    if not run.cast.scenario.memory.across_runs:
        return ()
    facts = () if stop_reason in FAILED else await _all_facts(run, state)
    kept = (*_episodes(run, state), *facts)
    known = {(one.speaker, one.form, one.said_in, one.text) for one in state.taken_along}
    return tuple(one for one in kept if (one.speaker, one.form, one.said_in, one.text) not in known)


def _episodes(run: RunContext, state: State) -> Iterator[MemoryKept]:
    """One for each member; none for whoever was not there."""
    for member in run.cast.members:
        text = episode_of(perceive(state, member.id), run.cast, member=member)
        if text:
            yield MemoryKept(turn=state.turn, speaker=member.id, form="episode", text=text)


async def _all_facts(run: RunContext, state: State) -> Iterable[MemoryKept]:
    """The members' facts in the order of the cast; nothing is under way any more afterwards."""
    tasks = [asyncio.ensure_future(_facts(run, state, member)) for member in run.cast.members]
    try:
        return chain.from_iterable(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _facts(run: RunContext, state: State, member: Member) -> tuple[MemoryKept, ...]:
    question = facts_question(state, run.cast, run.prompts, member=member)
    if question is None:
        return ()
    answer = await _asked(run, state, question, turn=state.turn + 1, heard=state.turn)
    if answer is None or answer.value is None:
        return ()
    return facts_of(answer.value, state, member, calls=answer.calls)


async def _made(run: RunContext, state: State, due: DueNote, *, heard: int) -> SummaryMade:
    answer = await _asked(run, state, due.question, turn=due.turn, heard=heard)
    return due.made("") if answer is None else due.made(answer.value or "", answer.calls)


async def _asked(
    run: RunContext, state: State, question: Question[T], *, turn: int, heard: int
) -> Answer[T] | None:
    """The answer to a question that no talk must end for; None where there is none.

    It is asked before `turn`, of what was said up to turn `heard`. Its words are shown to nobody
    while they come.
    """
    cue = cue_for(
        run.cast, state, persona=question.persona, purpose=question.purpose, turn=turn, heard=heard
    )
    occasion = Occasion(
        turn=turn,
        deadline=Deadline(run.cast.scenario.limits.turn_seconds),
        listener=replace(run.listener(question.persona, turn), streams=False),
    )
    try:
        return await ask(replace(question, cue=cue), run.access, occasion)
    except (BudgetExhausted, ModelError, UsageError):
        return None
