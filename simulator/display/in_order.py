"""Simultaneous turns in the order of their numbers, whoever was quicker."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.conversation.speech import SpeechDelta
from simulator.display.view import View
from simulator.record.events import (
    Event,
    RunEnded,
    RunPaused,
    SpeakerChosen,
    TurnFailed,
    TurnPassed,
    TurnTaken,
)

__all__ = ["InOrder", "in_turn_order"]


class InOrder:
    """A view that is told of a round's turns one after the other, as soon as order allows.

    Words that stream in are passed on only for the turn whose time it is, from its beginning.
    """

    def __init__(self, view: View) -> None:
        """`view` shows it."""
        self._view = view
        self._waiting: list[int] = []
        """Turns of the round that are not over, the first one first."""
        self._over: set[int] = set()
        self._held: list[Event] = []
        self._begun: set[int] = set()
        """Later turns that have begun to stream in unseen."""

    def event(self, event: Event) -> None:
        """Show what happened, or keep it until the turns before it are over."""
        if isinstance(event, RunEnded | RunPaused):
            self.rest()
        if isinstance(event, SpeakerChosen):
            self.rest()
            self._waiting = list(event.turns)
        self._held.append(event)
        if isinstance(event, TurnTaken | TurnPassed | TurnFailed):
            self._over.add(event.turn)
        self._release()

    def words(self, delta: SpeechDelta) -> None:
        """Show words of the turn whose time it is."""
        if delta.turn in self._begun or self._is_later(delta.turn):
            self._begun.add(delta.turn)
            return
        self._view.words(delta)

    def rest(self) -> None:
        """Show what is kept, though turns before it are not over."""
        for event in sorted(self._held, key=lambda one: one.turn):
            self._view.event(event)
        self._held, self._waiting, self._over, self._begun = [], [], set(), set()

    def _release(self) -> None:
        """Show what can be shown by now."""
        while True:
            now = [event for event in self._held if not self._is_later(event.turn)]
            self._held = [event for event in self._held if self._is_later(event.turn)]
            for event in now:
                self._view.event(event)
            if not self._waiting or self._waiting[0] not in self._over:
                return
            self._over.discard(self._waiting.pop(0))

    def _is_later(self, turn: int) -> bool:
        """Whether another turn of the round has to be over before."""
        return turn in self._waiting[1:]


def in_turn_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """The events of a run with the turns of each round in their order."""
    shown = _Kept()
    view = InOrder(shown)
    for event in events:
        view.event(event)
    view.rest()
    return tuple(shown.events)


class _Kept:
    """A view that keeps what it is told."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def event(self, event: Event) -> None:
        """Keep it."""
        self.events.append(event)

    def words(self, delta: SpeechDelta) -> None:
        """Words on their way are no event."""
