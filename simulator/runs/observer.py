"""Who watches a run while it is played: events as they are committed, words as they come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.conversation.speech import SpeechDelta, SpokenWords
from simulator.llm.ask import Listener
from simulator.record.events import Event, Journal, RunEnded

__all__ = ["Observer", "WatchedJournal", "listener_for"]


def _ignore(*_: Any) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observer:
    """What is told, and when; everything is told on the run's own event loop."""

    run: Callable[[str], None] = _ignore
    """Told the run's id, before its first event."""
    event: Callable[[Event], None] = _ignore
    """Told every event right after it is durable."""
    words: Callable[[SpeechDelta], None] = _ignore
    """Told words as they stream in; needs `streams`."""
    asking: Callable[[str, int, str], None] = _ignore
    """Told (speaker, turn, model) when a question goes to a model."""
    waiting: Callable[[str, int, str], None] = _ignore
    """Told (speaker, turn, why) when a question waits for something."""
    streams: bool = False
    """Whether answers should be streamed."""


@dataclass(slots=True)
class WatchedJournal:
    """A journal that tells the observer of each event once it is durable."""

    journal: Journal
    observer: Observer
    turn: int = 0
    """The turn of the latest event."""
    ended: bool = False
    """Whether the run's end is on record."""

    def commit(self, event: Event) -> None:
        """Commit, then tell."""
        self.journal.commit(event)
        self.turn = max(self.turn, event.turn)
        self.ended = isinstance(event, RunEnded)
        self.observer.event(event)


def listener_for(observer: Observer, speaker: str, turn: int) -> Listener:
    """The listener of one turn on behalf of the observer."""
    words = SpokenWords()

    def text(delta: str) -> None:
        spoken = words.feed(delta)
        if spoken:
            observer.words(SpeechDelta(turn, speaker, spoken))

    def restarted(_: str) -> None:
        nonlocal words
        words = SpokenWords()

    return Listener(
        streams=observer.streams,
        text=text,
        restarted=restarted,
        asking=lambda model: observer.asking(speaker, turn, model),
        waiting=lambda why: observer.waiting(speaker, turn, why),
    )
