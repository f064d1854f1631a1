"""Reflection: what a speaker notes down every few turns, for itself alone."""

from __future__ import annotations

from simulator.conversation.memory.due_note import DueNote
from simulator.conversation.memory.forms import parse_thought, thought_schema
from simulator.conversation.prompts import NOTE_TOKENS, Prompts, Situation
from simulator.conversation.quoting import quoted
from simulator.conversation.state import Pending, State
from simulator.definitions.cast import Cast, Member
from simulator.definitions.persona import TierRange
from simulator.llm.ask import Question

__all__ = ["reflection_due"]


def reflection_due(
    state: State, cast: Cast, prompts: Prompts, *, pending: Pending
) -> DueNote | None:
    """The reflection of a speaker before the turn it was given, if one is due.

    It sees what the speaker sees when it speaks, and nothing else.
    """
    every = cast.scenario.memory.reflect
    before = state.reflections.get(pending.speaker)
    since = before.last if before is not None else 0
    if every is None or pending.heard - since < every:
        return None
    member = cast.member(pending.speaker)
    situation = Situation.of(state, cast, member.id)
    if not situation.perceived.in_order:
        return None
    question = Question(
        persona=member.id,
        purpose="summarise",
        prompt=prompts.within(
            member, situation, thought_schema(), instruction=_instruction(member)
        ),
        parse=parse_thought,
        tiers=TierRange(floor="simple", ceiling="simple"),
    )
    return DueNote(
        question=question,
        member=member.id,
        turn=pending.turn,
        first=since + 1,
        last=pending.heard,
        tokens=NOTE_TOKENS,
    )


def _instruction(member: Member) -> str:
    return quoted(
        f"You are {member.name}, and it is not your turn yet. Note down for yourself, in at most "
        "60 words and in the first person, what you take from the talk since your last note: what "
        "has changed for you, whom you believe, what you want to come back to. Nobody else ever "
        "reads it."
    )
