"""Everybody speaks at once, then again; nobody hears the others of the round."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulator.conversation.state import State
from simulator.conversation.turn_taking.policy import NextSpeakers
from simulator.definitions.cast import Cast
from simulator.llm.ask import Answer

__all__ = ["simultaneous"]


def simultaneous(state: State, cast: Cast, answers: Sequence[Answer[Any]], /) -> NextSpeakers:
    """All who can be given the floor, in the order of the cast."""
    return NextSpeakers(state.present, "all at once")
