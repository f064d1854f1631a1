"""Who watches a run while it is played: events as they are committed, words as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any

from simulator.conversation.speech import SpeechDelta, SpokenWords
from simulator.llm.ask import Listener
from simulator.llm.screen import Screen
from simulator.record.events import (
    CredentialFound,
    Event,
    Journal,
    RunEnded,
    RunPaused,
    RunStarted,
)

__all__ = ["Observer", "WatchedJournal", "listener_for"]


_FIXED = frozenset({"kind", "turn", "at"})


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
    """A journal that tells the observer of each event once it is durable.

    What may not be written down is taken out before, and told once.
    """

    journal: Journal
    observer: Observer
    screen: Screen = field(default_factory=Screen)
    news: Callable[[], tuple[Event, ...]] = tuple
    """What is to be told besides, once."""
    turn: int = 0
    """The turn of the latest event."""
    ended: bool = False
    """Whether the run's end is on record."""

    def commit(self, event: Event) -> None:
        """Commit, then tell."""
        event, last = _screened(event, self.screen), isinstance(event, RunEnded | RunPaused)
        news = tuple(replace(one, turn=event.turn) for one in self.news())
        told = (*news, *_found(self.screen, turn=event.turn, last=last))
        # After it, since nothing stands before the start or between words and their turn.
        for one in (*told, event) if last else (event, *told):
            self._commit(one)

    def _commit(self, event: Event) -> None:
        self.journal.commit(event)
        self.turn = max(self.turn, event.turn)
        self.ended = isinstance(event, RunEnded)
        self.observer.event(event)


@lru_cache(maxsize=64)
def _own_fields(kind: type[Any]) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind) if one.name not in _FIXED)


def _screened(event: Event, screen: Screen) -> Event:
    kind: Any = type(event)
    names = _own_fields(kind)
    own = tuple(getattr(event, name) for name in names)
    kept = screen.kept(own, place="files" if kind is RunStarted else "said")
    return event if kept is own else replace(event, **dict(zip(names, kept, strict=True)))


def _found(screen: Screen, *, turn: int, last: bool) -> Iterator[CredentialFound]:
    for seen in screen.news(last=last):
        yield CredentialFound(
            turn=turn,
            names=seen.names,
            handling=screen.handling,
            place=seen.place,
            member=seen.member,
        )


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
