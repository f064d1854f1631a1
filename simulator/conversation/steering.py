"""Steering a run from outside while it is on: pause, say, edit, stop.

What is asked for waits until the floor decides next and becomes events there, in order; so the
record alone tells the whole story, also of a run that was steered.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType

from simulator.conversation.reply import storable
from simulator.conversation.state import State
from simulator.definitions.cast import Cast, is_voice_of
from simulator.errors import NotFound, UsageError
from simulator.record.events import (
    STEERED,
    Event,
    Intervened,
    RunEnded,
    SpeakerChosen,
    TurnEdited,
    TurnTaken,
)

__all__ = ["Idle", "Steering", "StopSwitch"]

_EVERY = 0.05
"""Seconds between two looks of a paused floor: it may be told to go on from any thread."""


class StopSwitch:
    """Ends runs from outside, where their stop rule says `external`."""

    def __init__(self) -> None:
        self.why = ""
        """Why it was thrown; empty: it was not."""

    def throw(self, why: str = "somebody asked for the end") -> None:
        """Ask for the end; the turn under way is finished first."""
        self.why = why


class Idle:
    """A stopwatch for the time in which a run waits for people: it counts in no limit.

        with idle:
            answer = await somebody()

    Several may wait at once; their time counts once.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._inside = clock, 0
        self._since, self._sum = 0.0, 0.0

    def __enter__(self) -> None:
        if not self._inside:
            self._since = self._clock()
        self._inside += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._inside -= 1
        if not self._inside:
            self._sum += self._clock() - self._since

    @property
    def seconds(self) -> float:
        """How long so far."""
        return self._sum + (self._clock() - self._since if self._inside else 0.0)


@dataclass(frozen=True, slots=True)
class _Words:
    text: str
    speaker: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Edit:
    turn: int
    text: str
    speaker: str


@dataclass(frozen=True, slots=True)
class _End:
    why: str


_Order = _Words | _Edit | _End


def _nobody_told(_waiting: bool) -> None:  # noqa: FBT001 - stands for a function of the caller's
    """Nobody wants to know."""


class Steering:
    """Steers one run from outside: from a task beside it, from an observer, from any thread.

    What is said, edited or stopped happens before the next turn; the turn under way is finished
    first. Whatever cannot be done is refused at once, with a sentence why.
    """

    def __init__(self, *, waits: Callable[[bool], None] | None = None) -> None:
        """`waits` is told True whenever the paused run waits, and False when it does no more."""
        self.switch = StopSwitch()
        """What ends the run where its stop rule says `external`."""
        self.paused = False
        """Whether the run is to wait, or waits, between two turns."""
        self._waits = waits or _nobody_told
        self._orders: deque[_Order] = deque()
        self._cast: Cast | None = None
        self._begun = self._steps = False
        self._said: dict[int, str] = {}

    def pause(self) -> None:
        """Let the run wait before its next turn; the wait counts in no limit of time."""
        self.paused = True

    def go_on(self) -> None:
        """Let a paused run go on."""
        self.paused = False

    def step(self) -> None:
        """Let a paused run take one turn, or one round of simultaneous ones, and wait again."""
        self._steps = self.paused

    def say(
        self, text: str, *, speaker: str = "moderator", to: Sequence[str] | None = None
    ) -> None:
        """Have somebody from outside say something before the next turn.

        Args:
            text: the words.
            speaker: the voice; nobody of the cast.
            to: ids of the members who alone hear it; None: everybody present.

        Raises:
            UsageError: there are no words, `to` names nobody, or the voice is a member's.
            NotFound: `to` names somebody who is not in the cast.
        """
        if to is not None and not to:
            raise UsageError("`to` names nobody: leave it out for words that everybody hears.")
        listeners = (to,) if isinstance(to, str) else tuple(dict.fromkeys(to or ()))
        self._add(_Words(_words(text), _words(speaker), listeners))

    def edit(self, turn: int, text: str) -> None:
        """Change what was said in a turn, from now on and for everybody who heard it.

        The words that were said first stay in the record.

        Raises:
            UsageError: there are no words, or nothing was said in that turn so far.
        """
        if turn not in self._said:
            last = f"; the last one is {max(self._said)}" if self._said else ""
            raise UsageError(
                f"Nothing was said in turn {turn} that could be edited{last}: "
                "name a turn that somebody has taken."
            )
        self._add(_Edit(turn, _words(text), self._said[turn]))

    def stop(self, why: str = "somebody asked for the end") -> None:
        """End the run after the turn under way, whatever its stop rule says."""
        self._add(_End(_words(why)))

    def follow(self, cast: Cast, state: State | None = None) -> None:
        """Learn who takes part and what was said so far; `note` tells what is said from then on.

        Without a state a run is about to begin; of the states of a run the first one counts.

        Raises:
            UsageError: something that was asked for before does not fit this cast.
        """
        if state is not None and self._begun:
            return
        self._cast, self._begun = cast, state is not None
        said = state.utterances if state is not None else ()
        self._said = {one.turn: one.speaker for one in said if one.act is not None}
        for order in tuple(self._orders):
            self._check(order)

    def note(self, event: Event) -> None:
        """Learn that something happened."""
        if isinstance(event, TurnTaken):
            self._said[event.turn] = event.speaker
        elif isinstance(event, SpeakerChosen):
            self._steps = False

    async def due(self, state: State) -> Event | None:
        """What happens next of what was asked for; None once nothing does and the run may go on."""
        if self._waits_for_orders():
            self._waits(True)  # noqa: FBT003 - the caller's function
            try:
                while self._waits_for_orders():  # noqa: ASYNC110 - other threads may give them
                    await asyncio.sleep(_EVERY)
            finally:
                self._waits(False)  # noqa: FBT003 - the caller's function
        return _event_of(self._orders.popleft(), state) if self._orders else None

    def _waits_for_orders(self) -> bool:
        return self.paused and not self._steps and not self._orders

    def _add(self, order: _Order) -> None:
        self._check(order)
        self._orders.append(order)

    def _check(self, order: _Order) -> None:
        if self._cast is None or not isinstance(order, _Words):
            return
        for member in self._cast.members:
            if is_voice_of(order.speaker, (member.id, member.name, member.persona.name)):
                raise UsageError(
                    f"{order.speaker!r} is a member of the cast: choose another voice, "
                    "such as narrator, or play the member yourself."
                )
        for name in order.to:
            if name not in self._cast.ids:
                raise NotFound("member", name, known=self._cast.ids)


def _words(text: str) -> str:
    """The text without blanks around it. Raises UsageError where nothing is left."""
    words = storable(text).strip()
    if not words:
        raise UsageError("There are no words: say what is to be heard or read.")
    return words


def _event_of(order: _Order, state: State) -> Event:
    if isinstance(order, _Edit):
        return TurnEdited(turn=order.turn, speaker=order.speaker, text=order.text)
    if isinstance(order, _End):
        return RunEnded(turn=state.turn, stop_reason="external", detail=order.why)
    return Intervened(
        turn=state.turn + 1,
        speaker=order.speaker,
        text=order.text,
        to=order.to,
        effect="tell" if order.to else "say",
        index=STEERED,
    )
