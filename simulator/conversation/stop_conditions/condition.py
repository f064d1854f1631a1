"""The shape of a stop condition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from simulator.conversation.state import State

__all__ = ["StopCondition", "StopReason"]


@dataclass(frozen=True, slots=True)
class StopReason:
    """Why it is over: a stable word, and a sentence for people."""

    word: str
    detail: str = ""
    limit: str = ""
    """The figure of the limit that was reached; empty where it is over for another reason."""


class StopCondition(Protocol):
    """Says whether a conversation is over; pure."""

    def __call__(self, state: State, /) -> StopReason | None:
        """The reason, or None to go on."""
