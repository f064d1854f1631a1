"""What the phase says: its speakers in turn; `order` in a phase stands above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from simulator.conversation.state import State
from simulator.conversation.turn_taking.policy import NextSpeakers
from simulator.conversation.turn_taking.round_robin import round_robin
from simulator.definitions.cast import Cast
from simulator.llm.ask import Answer

__all__ = ["phased"]


def phased(state: State, cast: Cast, answers: Sequence[Answer[Any]], /) -> NextSpeakers:
    """The next of those who may speak in this phase, in the order in which the phase names them."""
    phase = state.phase
    if phase is None or not phase.speakers:
        return round_robin(state, cast, answers)
    order = tuple(sorted(cast.members, key=lambda one: _place(one.id, phase.speakers)))
    chosen = round_robin(state, replace(cast, members=order), answers)
    return replace(chosen, reason=f"next in {phase.phase}")


def _place(member: str, speakers: tuple[str, ...]) -> int:
    return speakers.index(member) if member in speakers else len(speakers)
