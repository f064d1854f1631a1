"""What each kind of event makes of the story: one step each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, TypeVar

from simulator.conversation.state.story import Story
from simulator.conversation.state.turns import Finished, Move, Pending, Utterance
from simulator.record.events import (
    STEERED,
    FidelityFlagged,
    Intervened,
    LimitReached,
    MemoryKept,
    MemoryRecalled,
    PersonaJoined,
    PersonaLeft,
    PhaseEntered,
    RunClosing,
    RunEnded,
    RunStarted,
    SpeakerChosen,
    SummaryMade,
    ToolBegun,
    ToolCalled,
    TurnEdited,
    TurnFailed,
    TurnPassed,
    TurnTaken,
)

__all__ = ["STEPS"]

S = TypeVar("S", bound=Story)
_Turn = TypeVar("_Turn", bound=Utterance | Finished | LimitReached)


def _started(state: S, event: RunStarted) -> S:
    return replace(
        state,
        seed=event.seed,
        members=tuple(event.members),
        absent=frozenset(event.absent),
        context_tokens=event.context_tokens,
    )


def _chosen(state: S, event: SpeakerChosen) -> S:
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


def _phase(state: S, event: PhaseEntered) -> S:
    return replace(state, phase=event)


def _taken(state: S, event: TurnTaken) -> S:
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
    state = _finished(state, ended, utterances=_in_turn_order(state.utterances, said))
    if event.act != "leave":
        return state
    return replace(
        state,
        absent=state.absent | {event.speaker},
        leaving=_in_turn_order(state.leaving, said),
    )


def _passed(state: S, event: TurnPassed) -> S:
    ended = Finished(turn=event.turn, speaker=event.speaker, outcome="passed", source=event.source)
    return _finished(state, ended)


def _failed(state: S, event: TurnFailed) -> S:
    ended = Finished(
        turn=event.turn,
        speaker=event.speaker,
        outcome="failed",
        error=event.error,
        message=event.message,
    )
    return _finished(state, ended)


def _finished(state: S, ended: Finished, **more: Any) -> S:
    """The state without what was pending for a turn that is over; `more` changes with it."""
    heard = {p.speaker: p.heard for p in state.pending if p.turn == ended.turn}
    return replace(
        state,
        pending=tuple(p for p in state.pending if p.turn != ended.turn),
        listened={**state.listened, **heard},
        finished=_in_turn_order(state.finished, ended),
        tools=tuple(tool for tool in state.tools if tool.turn != ended.turn),
        begun=tuple(tool for tool in state.begun if tool.turn != ended.turn),
        flags=tuple(flag for flag in state.flags if flag.turn != ended.turn),
        **more,
    )


def _in_turn_order(earlier: tuple[_Turn, ...], new: _Turn) -> tuple[_Turn, ...]:
    place = len(earlier)
    while place and earlier[place - 1].turn > new.turn:
        place -= 1
    return (*earlier[:place], new, *earlier[place:])


def _tool(state: S, event: ToolCalled) -> S:
    tools, count = (*state.tools, event), state.tool_calls + 1
    return replace(state, tools=tools, tool_calls=count)


def _begun(state: S, event: ToolBegun) -> S:
    return replace(state, begun=(*state.begun, event))


def _flagged(state: S, event: FidelityFlagged) -> S:
    return replace(state, flags=(*state.flags, event))


def _intervened(state: S, event: Intervened) -> S:
    if event.index != STEERED:
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
            moves=len(state.moves),
        )
        return replace(state, utterances=(*state.utterances, said))
    if event.effect == "goal":
        return replace(state, goals={**state.goals, **dict.fromkeys(event.to, event.text)})
    if event.effect == "end":
        return replace(state, closed=event.text)
    return replace(state, called=event.to[0]) if event.effect == "next" else state


def _edited(state: S, event: TurnEdited) -> S:
    return replace(
        state,
        utterances=tuple(
            replace(said, text=event.text, edited=True)
            if said.turn == event.turn and said.act is not None
            else said
            for said in state.utterances
        ),
        summaries=tuple(one for one in state.summaries if one.last < event.turn),
    )


def _left(state: S, event: PersonaLeft) -> S:
    leaving = tuple(said for said in state.leaving if said.speaker != event.persona)
    absent = state.absent | {event.persona}
    gone = Move(
        member=event.persona,
        comes=False,
        after=state.turn,
        number=len(state.moves),
        missed=absent,
    )
    return replace(state, absent=absent, leaving=leaving, moves=(*state.moves, gone))


def _joined(state: S, event: PersonaJoined) -> S:
    absent = state.absent - {event.persona}
    come = Move(
        member=event.persona,
        comes=True,
        after=state.turn,
        number=len(state.moves),
        missed=absent,
    )
    return replace(state, absent=absent, moves=(*state.moves, come))


def _limit(state: S, event: LimitReached) -> S:
    if event.unit == "context_tokens":
        return replace(state, overflows=_in_turn_order(state.overflows, event))
    if event.scope in state.members:
        return replace(state, spent=state.spent | {event.scope})
    if event.scope.startswith("purpose:") and event.scope != "purpose:speak":
        return replace(state, unpaid=state.unpaid | {event.scope})
    first = state.limit is None or event.turn < state.limit.turn
    return replace(state, limit=event) if first else state


def _closing(state: S, event: RunClosing) -> S:
    return replace(state, closing=event)


def _summed(state: S, event: SummaryMade) -> S:
    if event.member:
        return replace(state, reflections={**state.reflections, event.member: event})
    return replace(state, summaries=(*state.summaries, event))


def _recalled(state: S, event: MemoryRecalled) -> S:
    before = state.recalled.get(event.speaker, ())
    return replace(state, recalled={**state.recalled, event.speaker: (*before, event)})


def _taken_along(state: S, event: MemoryKept) -> S:
    return replace(state, taken_along=(*state.taken_along, event))


def _ended(state: S, event: RunEnded) -> S:
    return replace(state, ended=event.stop_reason)


STEPS: Mapping[type, Callable[[Any, Any], Any]] = MappingProxyType(
    {
        RunStarted: _started,
        PhaseEntered: _phase,
        SpeakerChosen: _chosen,
        TurnTaken: _taken,
        TurnPassed: _passed,
        TurnFailed: _failed,
        ToolBegun: _begun,
        ToolCalled: _tool,
        FidelityFlagged: _flagged,
        Intervened: _intervened,
        TurnEdited: _edited,
        PersonaLeft: _left,
        PersonaJoined: _joined,
        LimitReached: _limit,
        SummaryMade: _summed,
        MemoryRecalled: _recalled,
        MemoryKept: _taken_along,
        RunClosing: _closing,
        RunEnded: _ended,
    }
)
