"""What somebody who plays a member may see of the run: what the member perceived, no more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from simulator.conversation.speech import SpeechDelta
from simulator.conversation.state import State, Utterance, fold
from simulator.definitions.cast import Cast
from simulator.display.view import View
from simulator.record.events import (
    AnsweredByOther,
    Event,
    Intervened,
    LimitNeared,
    LimitReached,
    PersonaJoined,
    PersonaLeft,
    PhaseEntered,
    RunEnded,
    RunPaused,
    RunStarted,
    SpeechRestarted,
    TurnEdited,
    TurnFailed,
    TurnPassed,
    TurnTaken,
    UsageMissing,
)

__all__ = ["AudienceView"]


class AudienceView:
    """Shows of a run what the members in the audience perceive, when they do.

    Whispers among others, what others are told, look up, remember or put in private fields, and
    why somebody was given the floor stay hidden. Of a round in which all speak at once the words
    come after the audience has spoken. Words that stream in are not shown: whom they are for is
    known at their end.
    """

    def __init__(self, view: View, cast: Cast) -> None:
        """`view` shows it; the audience are the members of the cast whom people play."""
        self._view = view
        self._members, self._scenario = cast.humans, cast.scenario
        self._state = State()
        self._held: list[Event] = []

    def event(self, event: Event) -> None:
        """Show what happened, once and as far as the audience perceives it."""
        self._state = fold(self._state, (event,))
        seen = _SEEN.get(type(event))
        shown = seen(self, event) if seen is not None else None
        if shown is not None:
            self._held.append(shown)
        if any(self._state.pending_of(member) for member in self._members):
            return
        for one in self._held:
            self._view.event(one)
        self._held = []

    def words(self, delta: SpeechDelta) -> None:
        """Whole turns are shown, not words."""

    def taken(self, event: TurnTaken) -> Event | None:
        """A turn that was heard, without what its speaker put in private fields."""
        if not self._heard(event.turn):
            return None
        if event.speaker in self._members:
            return event
        return replace(event, reply=self._scenario.public(event.reply))

    def edited(self, event: TurnEdited) -> Event | None:
        """An edit of a turn that was heard."""
        return event if self._heard(event.turn) else None

    def passed(self, event: TurnPassed) -> Event | None:
        """That somebody said nothing, not why."""
        return replace(event, reason="") if self._there else None

    def failed(self, event: TurnFailed) -> Event | None:
        """That a turn failed; the sentence may repeat what was not said."""
        own = event.speaker in self._members
        return event if own else replace(event, message=event.error) if self._there else None

    def intervened(self, event: Intervened) -> Event | None:
        """Words from outside that were heard, wishes of one's own, and the end."""
        if event.effect in {"say", "tell"}:
            said = self._state.utterances[-1]
            return event if any(said.heard_by(member) for member in self._members) else None
        own = event.effect == "goal" and set(event.to) & set(self._members)
        return event if own or event.effect == "end" else None

    def public(self, event: Event) -> Event | None:
        """What whoever is there notices."""
        return event if self._there else None

    def framing(self, event: Event) -> Event | None:
        """What is told to whoever sits at the terminal."""
        return event

    @property
    def _there(self) -> bool:
        return any(member not in self._state.absent for member in self._members)

    def _heard(self, turn: int) -> bool:
        said = next(filter(_words_of(turn), reversed(self._state.utterances)), None)
        return said is not None and any(said.heard_by(member) for member in self._members)


def _words_of(turn: int) -> Callable[[Utterance], bool]:
    return lambda said: said.turn == turn and said.act is not None


_SEEN: Mapping[type, Callable[[AudienceView, Any], Event | None]] = MappingProxyType(
    {
        Intervened: AudienceView.intervened,
        LimitNeared: AudienceView.framing,
        LimitReached: AudienceView.framing,
        PersonaJoined: AudienceView.public,
        PersonaLeft: AudienceView.public,
        PhaseEntered: AudienceView.public,
        RunEnded: AudienceView.framing,
        RunPaused: AudienceView.framing,
        RunStarted: AudienceView.framing,
        SpeechRestarted: AudienceView.public,
        TurnEdited: AudienceView.edited,
        TurnFailed: AudienceView.failed,
        TurnPassed: AudienceView.passed,
        TurnTaken: AudienceView.taken,
        UsageMissing: AudienceView.framing,
        AnsweredByOther: AudienceView.framing,
    }
)
"""What is made of each kind of event; kinds that are not here stay hidden."""
