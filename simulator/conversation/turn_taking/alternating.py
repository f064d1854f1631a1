"""Questions and answers: one side asks in turn, the other answers every time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulator.conversation.state import State
from simulator.conversation.turn_taking.policy import NextSpeakers, others
from simulator.definitions.cast import Cast
from simulator.llm.ask import Answer

__all__ = ["alternating"]


def alternating(state: State, cast: Cast, answers: Sequence[Answer[Any]], /) -> NextSpeakers:
    """The last member of the cast answers whatever the others ask, who take turns at it.

    A turn that was passed or failed asks nothing, so the next of the others asks instead.
    """
    candidates = others(state)
    answering = cast.ids[-1]
    asked = bool(state.last_round) and state.last_on_floor != answering
    asking = tuple(m for m in candidates if m != answering)
    if answering in candidates and (asked or not asking):
        return NextSpeakers((answering,), "answers what was asked" if asked else "nobody asks")
    longest = max(asking, key=lambda m: (state.waited(m), -cast.ids.index(m)))
    return NextSpeakers((longest,), "asks next")
