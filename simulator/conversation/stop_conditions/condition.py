"""The shape of a stop condition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from simulator.conversation.standing import Standing
from simulator.llm.ask import Question

__all__ = ["StopCondition", "StopReason"]


@dataclass(frozen=True, slots=True)
class StopReason:
    """Why it is over: a stable word, and a sentence for people."""

    word: str
    detail: str = ""
    limit: str = ""
    """The figure of the limit that was reached; empty where it is over for another reason."""


class StopCondition(Protocol):
    """Says whether a conversation is over. Pure: what it must ask a model, it returns."""

    def __call__(self, standing: Standing, /) -> StopReason | Question[Any] | None:
        """The reason, None to go on, or a question.

        After the question's answer the condition is called again, and finds it in the standing.
        """
