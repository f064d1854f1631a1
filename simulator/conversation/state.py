"""Where a conversation stands: a fold over its events, and the one channel of the graph.

A position lives here and nowhere else, so a graph can start from any events:
`State.from_events(events)`, then run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Annotated, Any, TypedDict

from simulator.definitions.act import Act
from simulator.record.events import (
    Event,
    Intervened,
    LimitReached,
    PersonaJoined,
    PersonaLeft,
    RunEnded,
    RunStarted,
    SpeakerChosen,
    ToolCalled,
    TurnFailed,
    TurnPassed,
    TurnTaken,
)

__all__ = ["Pending", "State", "Talk", "Utterance", "fold"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """Something said aloud: a turn, or words from outside."""

    turn: int
    speaker: str
    """A member's id, or the name of a voice from outside."""
    text: str
    act: Act | None
    """None for words from outside."""
    to: tuple[str, ...] = ()
    """Who heard it; empty: everybody present."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """Somebody who has been given the floor and has not used it yet."""

    speaker: str
    turn: int
    heard: int
    """The last turn the speaker has heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Everything the next step depends on; made from events only."""

    seed: int = 0
    members: tuple[str, ...] = ()
    """Everybody of the cast, in the order of the round."""
    absent: frozenset[str] = frozenset()
    """Members who have left."""
    spent: frozenset[str] = frozenset()
    """Members whose own budget is used up."""
    utterances: tuple[Utterance, ...] = ()
    turn: int = 0
    """The last turn number that was given out."""
    pending: tuple[Pending, ...] = ()
    floor: tuple[str, ...] = ()
    """Who had the floor, oldest first: speakers, those who passed, those who failed."""
    passes: int = 0
    """How many turns in a row were passed."""
    failures: int = 0
    """How many turns in a row failed."""
    last_failure: tuple[str, str] = ("", "")
    """Kind and message of the last failed turn."""
    sources: tuple[str, ...] = ()
    """Ids of the written lines and samples spoken so far."""
    tools: tuple[ToolCalled, ...] = ()
    """Tool results of turns that are still pending."""
    interventions: frozenset[int] = frozenset()
    """Which of the scenario's events have happened."""
    limit: LimitReached | None = None
    """The limit of the run or study that was reached."""
    ended: str = ""
    """The stop reason, once the run is over."""

    @classmethod
    def from_events(cls, events: Iterable[Event]) -> State:
        """The state after these events."""
        return fold(cls(), tuple(events))

    @property
    def present(self) -> tuple[str, ...]:
        """Members who can be given the floor."""
        return tuple(m for m in self.members if m not in self.absent and m not in self.spent)

    @property
    def last(self) -> Utterance | None:
        """The last words everybody heard."""
        return self.utterances[-1] if self.utterances else None

    @property
    def last_on_floor(self) -> str:
        """Who had the floor last; empty at the start."""
        return self.floor[-1] if self.floor else ""

    def pending_of(self, speaker: str) -> Pending | None:
        """The turn this member still has to take."""
        return next((p for p in self.pending if p.speaker == speaker), None)

    def waited(self, member: str) -> int:
        """Turns since the member had the floor; longer than any history if never."""
        for distance, earlier in enumerate(reversed(self.floor)):
            if earlier == member:
                return distance
        return len(self.floor) + len(self.members)


def fold(left: State, right: State | Iterable[Event]) -> State:
    """The state after more events; a state replaces the one before it."""
    if isinstance(right, State):
        return right
    for event in right:
        step = _STEPS.get(type(event))
        left = step(left, event) if step else left
    return left


class Talk(TypedDict):
    """The graph's state: one channel, folded."""

    state: Annotated[State, fold]


def _started(state: State, event: RunStarted) -> State:
    return replace(state, seed=event.seed, members=tuple(event.members))


def _chosen(state: State, event: SpeakerChosen) -> State:
    pending = tuple(
        Pending(speaker=name, turn=turn, heard=event.heard)
        for name, turn in zip(event.names, event.turns, strict=True)
    )
    return replace(
        state, pending=state.pending + pending, turn=max((state.turn, *event.turns))
    )


def _taken(state: State, event: TurnTaken) -> State:
    said = Utterance(
        turn=event.turn, speaker=event.speaker, text=event.text, act=event.act, to=event.to
    )
    return replace(
        _off_floor(state, event.speaker, event.turn),
        utterances=_in_turn_order(state.utterances, said),
        sources=(*state.sources, event.source) if event.source else state.sources,
        passes=0,
        failures=0,
    )


def _in_turn_order(utterances: tuple[Utterance, ...], said: Utterance) -> tuple[Utterance, ...]:
    place = len(utterances)
    while place and utterances[place - 1].turn > said.turn:
        place -= 1
    return (*utterances[:place], said, *utterances[place:])


def _passed(state: State, event: TurnPassed) -> State:
    return replace(
        _off_floor(state, event.speaker, event.turn), passes=state.passes + 1, failures=0
    )


def _failed(state: State, event: TurnFailed) -> State:
    return replace(
        _off_floor(state, event.speaker, event.turn),
        failures=state.failures + 1,
        last_failure=(event.error, event.message),
    )


def _off_floor(state: State, speaker: str, turn: int) -> State:
    return replace(
        state,
        pending=tuple(p for p in state.pending if p.turn != turn),
        floor=(*state.floor, speaker),
        tools=tuple(tool for tool in state.tools if tool.turn != turn),
    )


def _tool(state: State, event: ToolCalled) -> State:
    return replace(state, tools=(*state.tools, event))


def _intervened(state: State, event: Intervened) -> State:
    said = Utterance(
        turn=event.turn, speaker=event.speaker, text=event.text, act=None, to=event.to
    )
    return replace(
        state,
        utterances=(*state.utterances, said),
        interventions=state.interventions | {event.index},
    )


def _left(state: State, event: PersonaLeft) -> State:
    return replace(state, absent=state.absent | {event.persona})


def _joined(state: State, event: PersonaJoined) -> State:
    return replace(state, absent=state.absent - {event.persona})


def _limit(state: State, event: LimitReached) -> State:
    if event.scope in state.members:
        return replace(state, spent=state.spent | {event.scope})
    return replace(state, limit=event)


def _ended(state: State, event: RunEnded) -> State:
    return replace(state, ended=event.stop_reason)


_STEPS: Mapping[type, Callable[[State, Any], State]] = MappingProxyType(
    {
        RunStarted: _started,
        SpeakerChosen: _chosen,
        TurnTaken: _taken,
        TurnPassed: _passed,
        TurnFailed: _failed,
        ToolCalled: _tool,
        Intervened: _intervened,
        PersonaLeft: _left,
        PersonaJoined: _joined,
        LimitReached: _limit,
        RunEnded: _ended,
    }
)
