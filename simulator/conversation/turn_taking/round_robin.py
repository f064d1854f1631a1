"""Everybody in turn, in the order of the cast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulator.conversation.state import State
from simulator.conversation.turn_taking.policy import NextSpeakers, others
from simulator.definitions.cast import Cast
from simulator.llm.ask import Answer

__all__ = ["round_robin"]


def round_robin(state: State, cast: Cast, answers: Sequence[Answer[Any]], /) -> NextSpeakers:
    """The next member of the cast after the one who had the floor last."""
    order, last = cast.ids, state.last_on_floor
    start = order.index(last) + 1 if last in order else 0
    around = order[start:] + order[:start]
    candidates = others(state)
    name = next(member for member in around if member in candidates)
    return NextSpeakers((name,), "next in the round")
