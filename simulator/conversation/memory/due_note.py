"""What is due to be noted down: a summary of the talk, or a speaker's own reflection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.llm.ask import Question
from simulator.llm.prompt import shortened
from simulator.record.events import SummaryMade

__all__ = ["DueNote"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueNote:
    """The question that asks for it, and on which turns it looks back."""

    question: Question[str]
    turn: int
    """The turn before which it is made."""
    first: int
    last: int
    tokens: int
    """Estimated tokens it may have."""
    member: str = ""
    """Who notes it down for itself alone; empty: it is for whoever heard those turns."""

    def made(self, text: str, calls: Sequence[str] = ()) -> SummaryMade:
        """The note for the record; an empty text says that none could be had."""
        return SummaryMade(
            turn=self.turn,
            member=self.member,
            first=self.first,
            last=self.last,
            text=shortened(text, tokens=self.tokens),
            calls=tuple(calls),
        )
