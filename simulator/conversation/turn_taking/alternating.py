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
    """After anybody's question the last member of the cast answers; after the answer the one
    of the others who has waited longest asks."""
    candidates = others(state)
    answering = cast.ids[-1]
    last_asked = state.last_on_floor not in {"", answering}
    if last_asked and answering in candidates:
        return NextSpeakers((answering,), "answers what was asked")
    asking = tuple(m for m in candidates if m != answering) or candidates
    longest = max(asking, key=lambda m: (state.waited(m), -cast.ids.index(m)))
    return NextSpeakers((longest,), "asks next")
