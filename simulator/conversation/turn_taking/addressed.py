"""Whoever was spoken to answers; where nobody was, whoever has waited longest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulator.conversation.hearing.names import addressee
from simulator.conversation.state import State
from simulator.conversation.turn_taking.policy import NextSpeakers, longest_waiting, others
from simulator.definitions.cast import Cast
from simulator.llm.ask import Answer

__all__ = ["addressed", "called_by_last_turn"]


def addressed(state: State, cast: Cast, answers: Sequence[Answer[Any]], /) -> NextSpeakers:
    """The member the last turn calls by name, else the one who has waited longest."""
    called = called_by_last_turn(state, cast, others(state))
    return longest_waiting(state, cast) if called is None else called


def called_by_last_turn(state: State, cast: Cast, candidates: Sequence[str]) -> NextSpeakers | None:
    """The candidate whom the last turn calls by name or hands over to, if there is one.

    Whoever did not hear the words is not called by them.
    """
    last = state.last_turn
    if last is None or last.turn != state.turn:
        return None
    called = addressee(last.text, cast, [one for one in candidates if last.heard_by(one)])
    return NextSpeakers((called,), f"called by name by {last.speaker}") if called else None
