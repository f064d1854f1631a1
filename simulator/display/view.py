"""The shape of whatever shows a run."""

from __future__ import annotations

from typing import Protocol

from simulator.conversation.speech import SpeechDelta
from simulator.record.events import Event

__all__ = ["View"]


class View(Protocol):
    """Shows a run's events, one after another."""

    def event(self, event: Event) -> None:
        """Show what happened."""

    def words(self, delta: SpeechDelta) -> None:
        """Show words of a turn that is on its way."""
