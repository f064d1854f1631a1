"""The speaker hands the floor on: whom a reply's field `next` names speaks next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulator.conversation.state import State
from simulator.conversation.turn_taking.addressed import addressed
from simulator.conversation.turn_taking.policy import NextSpeakers, others
from simulator.definitions.cast import Cast
from simulator.errors import UsageError
from simulator.llm.ask import Answer

__all__ = ["handoff"]

_FIELD = "next"
"""The reply field that names a member; the scenario has it."""


def handoff(state: State, cast: Cast, answers: Sequence[Answer[Any]], /) -> NextSpeakers:
    """The member the last turn hands over to; without one who can speak, as `addressed` does.

    Raises:
        UsageError: the scenario has no such field.
    """
    field = cast.scenario.reply.get(_FIELD)
    if field is None or field.type != "member":
        raise UsageError(
            f"The turn-taking of scenario {cast.scenario_id!r} needs to know whom a speaker hands "
            "over to: give it `reply: {next: {type: member, about: Who speaks next.}}`, or take "
            "another graph."
        )
    last = state.last_turn
    if last is not None and last.turn == state.turn:
        named = last.reply.get(_FIELD)
        if named in others(state):
            return NextSpeakers((str(named),), f"handed over to by {last.speaker}")
    return addressed(state, cast, answers)
