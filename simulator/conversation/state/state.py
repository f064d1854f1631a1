"""Where a conversation stands: a fold over its events, and the one channel of the graph.

A position lives here and nowhere else, so a graph can start from any events:
`State.from_events(events)`, then run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, TypedDict

from simulator.conversation.state.steps import STEPS
from simulator.conversation.state.story import Story
from simulator.conversation.state.turns import Finished, Utterance
from simulator.record.events import Event, PersonaLeft

__all__ = ["State", "Talk", "fold"]


@dataclass(frozen=True, slots=True, kw_only=True)
class State(Story):
    """The story so far, and what follows from it; made from events only."""

    @classmethod
    def from_events(cls, events: Iterable[Event]) -> State:
        """The state after these events."""
        return fold(cls(), tuple(events))

    @property
    def here(self) -> tuple[str, ...]:
        """Members who are there and have something left to spend."""
        return tuple(m for m in self.members if m not in self.absent and m not in self.spent)

    @property
    def present(self) -> tuple[str, ...]:
        """Members who can be given the floor: those who are here and may speak in this phase."""
        may = self.phase.speakers if self.phase is not None else ()
        return tuple(m for m in self.here if m in may) if may else self.here

    @property
    def departures(self) -> tuple[PersonaLeft, ...]:
        """What the record is to say next of those who left with their last words."""
        return tuple(
            PersonaLeft(turn=last.turn, persona=last.speaker, reason="left on their own")
            for last in self.leaving
        )

    def in_phase(self) -> State:
        """The state as if the talk had begun with its phase, for rules that end the phase.

        What was said keeps its turn numbers; `turn` counts from the phase's beginning.
        """
        if self.phase is None:
            return self
        since = self.phase.turn
        known = [int(one.limit) for one in self.overflows]
        known += [] if self.context_tokens is None else [self.context_tokens]
        return replace(
            self,
            turn=self.turn - since,
            utterances=tuple(said for said in self.utterances if said.turn > since),
            finished=tuple(one for one in self.finished if one.turn > since),
            context_tokens=min(known, default=None),
            summaries=(),
        )

    @property
    def last(self) -> Utterance | None:
        """The last words that were said."""
        return self.utterances[-1] if self.utterances else None

    @property
    def last_turn(self) -> Utterance | None:
        """The last words of a member."""
        return next((said for said in reversed(self.utterances) if said.act is not None), None)

    @property
    def last_round(self) -> tuple[Utterance, ...]:
        """What the members chosen last have said, simultaneous turns together."""
        said = self.utterances
        return tuple(one for one in said if one.turn > self.heard and one.act is not None)

    @property
    def last_on_floor(self) -> str:
        """Who had the floor last; empty at the start."""
        return self.finished[-1].speaker if self.finished else ""

    @property
    def passed(self) -> tuple[str, ...]:
        """Who has passed since the last words were said, oldest first."""
        since = self.last.turn if self.last is not None else 0
        later = (one for one in self.finished if one.turn >= since)
        return tuple(one.speaker for one in later if one.outcome == "passed")

    @property
    def failures(self) -> tuple[Finished, ...]:
        """The failed turns since one that did not fail, oldest first."""
        place = len(self.finished)
        while place and self.finished[place - 1].outcome == "failed":
            place -= 1
        return self.finished[place:]

    def sources(self, *, heard: int | None = None) -> tuple[str, ...]:
        """Ids of the written lines and samples spoken up to turn `heard`; None: up to now."""
        until = self.turn if heard is None else heard
        return tuple(one.source for one in self.finished if one.source and one.turn <= until)

    def prompt_tokens(self, limit: int, *, heard: int | None = None) -> int:
        """Tokens a prompt may have, of a scenario's limit, by what was known after turn `heard`.

        None means up to now. A turn that is taken again makes the same prompt of it.
        """
        until = self.turn if heard is None else heard
        known = [int(one.limit) for one in self.overflows if one.turn <= until]
        if self.context_tokens is not None:
            known.append(self.context_tokens)
        return min([limit, *known])

    def waited(self, member: str) -> int:
        """Turns since the member had the floor; longer than any history if never."""
        for distance, earlier in enumerate(reversed(self.finished)):
            if earlier.speaker == member:
                return distance
        return len(self.finished) + len(self.members)


def fold(left: State, right: State | Iterable[Event]) -> State:
    """The state after more events; a state replaces the one before it."""
    if isinstance(right, State):
        return right
    for event in right:
        step = STEPS.get(type(event))
        left = step(left, event) if step else left
    return left


class Talk(TypedDict):
    """The graph's state: one channel, folded."""

    state: Annotated[State, fold]
