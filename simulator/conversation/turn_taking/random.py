"""Anybody but the last speaker, by the run's seed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from simulator.conversation.state import State
from simulator.conversation.turn_taking.policy import NextSpeakers, others
from simulator.definitions.cast import Cast
from simulator.llm.ask import Answer

__all__ = ["random"]


def random(state: State, cast: Cast, answers: Sequence[Answer[Any]], /) -> NextSpeakers:
    """One of the others, drawn by hash from (seed, turn), so that any turn can be drawn alone."""
    candidates = others(state)
    key = f"{state.seed}\x1f{state.turn + 1}\x1fnext speaker".encode()
    drawn = int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), "big")
    return NextSpeakers((candidates[drawn % len(candidates)],), "drawn by lot")
