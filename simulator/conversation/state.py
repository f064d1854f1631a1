"""Where a conversation stands: a fold over its events, and the one channel of the graph.

A position lives here and nowhere else, so a graph can start from any events:
`State.from_events(events)`, then run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Annotated, Any, TypedDict, TypeVar

from simulator.conversation.turns import Finished, Pending, Utterance
from simulator.record.events import (
    Event,
    FidelityFlagged,
    Intervened,
    LimitReached,
    PersonaJoined,
    PersonaLeft,
    PhaseEntered,
    RunEnded,
    RunStarted,
    SpeakerChosen,
    ToolCalled,
    TurnFailed,
    TurnPassed,
    TurnTaken,
)

__all__ = ["Finished", "Pending", "State", "Talk", "Utterance", "fold"]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Everything the next step depends on; made from events only.

    Simultaneous turns end in any order; their traces stand in the order of turns, so that the
    state is the same whoever was quicker.
    """

    seed: int = 0
    members: tuple[str, ...] = ()
    """Everybody of the cast, in the order of the round."""
    absent: frozenset[str] = frozenset()
    """Members who have left."""
    leaving: tuple[Utterance, ...] = ()
    """Last words of members who have left, until the record says that they have."""
    spent: frozenset[str] = frozenset()
    """Members whose own budget is used up."""
    utterances: tuple[Utterance, ...] = ()
    turn: int = 0
    """The last turn number that was given out."""
    heard: int = 0
    """The last turn that the speakers chosen last have heard."""
    pending: tuple[Pending, ...] = ()
    finished: tuple[Finished, ...] = ()
    """Turns that are over, in the order of turns."""
    tools: tuple[ToolCalled, ...] = ()
    """Tool results of turns that are still pending."""
    flags: tuple[FidelityFlagged, ...] = ()
    """What is out of character in turns that are still pending."""
    interventions: Mapping[int, int] = field(default_factory=dict)
    """Which of the scenario's events have happened: index -> how many of its effects."""
    intervening: int | None = None
    """The event that happened last since the floor was given."""
    phase: PhaseEntered | None = None
    """The phase the talk is in; its `turn` is the last turn before it."""
    goals: Mapping[str, str] = field(default_factory=dict)
    """Member -> what it wants since an event changed it."""
    called: str = ""
    """The member whom an event gives the floor next; empty: the turn-taking decides."""
    limit: LimitReached | None = None
    """The limit of the run or study that was reached."""
    context_tokens: int | None = None
    """Tokens a prompt may have, where the models read less than the scenario's limit."""
    overflows: tuple[LimitReached, ...] = ()
    """Prompts that were too long for a model, in the order of turns."""
    closed: str = ""
    """Why an event from outside has ended it; empty: none has."""
    ended: str = ""
    """The stop reason, once the run is over."""

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

    def pending_of(self, speaker: str) -> Pending | None:
        """The turn this member still has to take."""
        return next((p for p in self.pending if p.speaker == speaker), None)

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
        step = _STEPS.get(type(event))
        left = step(left, event) if step else left
    return left


_Turn = TypeVar("_Turn", bound=Utterance | Finished | LimitReached)


class Talk(TypedDict):
    """The graph's state: one channel, folded."""

    state: Annotated[State, fold]


def _started(state: State, event: RunStarted) -> State:
    return replace(
        state,
        seed=event.seed,
        members=tuple(event.members),
        absent=frozenset(event.absent),
        context_tokens=event.context_tokens,
    )


def _chosen(state: State, event: SpeakerChosen) -> State:
    pending = tuple(
        Pending(speaker=name, turn=turn, heard=event.heard, missed=state.absent)
        for name, turn in zip(event.names, event.turns, strict=True)
    )
    return replace(
        state,
        pending=state.pending + pending,
        turn=max((state.turn, *event.turns)),
        heard=event.heard,
        called="",
        intervening=None,
    )


def _phase(state: State, event: PhaseEntered) -> State:
    return replace(state, phase=event)


def _taken(state: State, event: TurnTaken) -> State:
    pending = state.pending_of(event.speaker)
    said = Utterance(
        turn=event.turn,
        speaker=event.speaker,
        text=event.text,
        act=event.act,
        to=event.to,
        missed=pending.missed if pending is not None else state.absent,
        reply=event.reply,
    )
    ended = Finished(turn=event.turn, speaker=event.speaker, outcome="taken", source=event.source)
    state = replace(_finished(state, ended), utterances=_in_turn_order(state.utterances, said))
    if event.act != "leave":
        return state
    return replace(
        state,
        absent=state.absent | {event.speaker},
        leaving=_in_turn_order(state.leaving, said),
    )


def _passed(state: State, event: TurnPassed) -> State:
    ended = Finished(turn=event.turn, speaker=event.speaker, outcome="passed", source=event.source)
    return _finished(state, ended)


def _failed(state: State, event: TurnFailed) -> State:
    ended = Finished(
        turn=event.turn,
        speaker=event.speaker,
        outcome="failed",
        error=event.error,
        message=event.message,
    )
    return _finished(state, ended)


def _finished(state: State, ended: Finished) -> State:
    return replace(
        state,
        pending=tuple(p for p in state.pending if p.turn != ended.turn),
        finished=_in_turn_order(state.finished, ended),
        tools=tuple(tool for tool in state.tools if tool.turn != ended.turn),
        flags=tuple(flag for flag in state.flags if flag.turn != ended.turn),
    )


def _in_turn_order(earlier: tuple[_Turn, ...], new: _Turn) -> tuple[_Turn, ...]:
    place = len(earlier)
    while place and earlier[place - 1].turn > new.turn:
        place -= 1
    return (*earlier[:place], new, *earlier[place:])


def _tool(state: State, event: ToolCalled) -> State:
    return replace(state, tools=(*state.tools, event))


def _flagged(state: State, event: FidelityFlagged) -> State:
    return replace(state, flags=(*state.flags, event))


def _intervened(state: State, event: Intervened) -> State:
    done = {**state.interventions, event.index: state.interventions.get(event.index, 0) + 1}
    state = replace(state, interventions=done, intervening=event.index)
    if event.effect in {"say", "tell"}:
        said = Utterance(
            turn=event.turn,
            speaker=event.speaker,
            text=event.text,
            act=None,
            to=event.to,
            missed=state.absent.difference(event.to),
        )
        return replace(state, utterances=(*state.utterances, said))
    if event.effect == "goal":
        return replace(state, goals={**state.goals, **dict.fromkeys(event.to, event.text)})
    if event.effect == "end":
        return replace(state, closed=event.text)
    return replace(state, called=event.to[0]) if event.effect == "next" else state


def _left(state: State, event: PersonaLeft) -> State:
    leaving = tuple(said for said in state.leaving if said.speaker != event.persona)
    return replace(state, absent=state.absent | {event.persona}, leaving=leaving)


def _joined(state: State, event: PersonaJoined) -> State:
    return replace(state, absent=state.absent - {event.persona})


def _limit(state: State, event: LimitReached) -> State:
    if event.unit == "context_tokens":
        return replace(state, overflows=_in_turn_order(state.overflows, event))
    if event.scope in state.members:
        return replace(state, spent=state.spent | {event.scope})
    first = state.limit is None or event.turn < state.limit.turn
    return replace(state, limit=event) if first else state


def _ended(state: State, event: RunEnded) -> State:
    return replace(state, ended=event.stop_reason)


_STEPS: Mapping[type, Callable[[State, Any], State]] = MappingProxyType(
    {
        RunStarted: _started,
        PhaseEntered: _phase,
        SpeakerChosen: _chosen,
        TurnTaken: _taken,
        TurnPassed: _passed,
        TurnFailed: _failed,
        ToolCalled: _tool,
        FidelityFlagged: _flagged,
        Intervened: _intervened,
        PersonaLeft: _left,
        PersonaJoined: _joined,
        LimitReached: _limit,
        RunEnded: _ended,
    }
)
