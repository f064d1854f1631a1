"""The parts of a conversation: which one comes next, and when one is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias

from simulator.conversation.standing import Standing
from simulator.conversation.state import State
from simulator.conversation.stop_conditions import StopReason, condition_of
from simulator.definitions.cast import Cast
from simulator.definitions.phase import Phase
from simulator.llm.ask import Question
from simulator.record.events import PhaseEntered

__all__ = ["Plan", "next_phase", "phases_of"]

Plan: TypeAlias = Callable[[Cast], tuple[Phase, ...]]
"""The phases a graph has of its own, for a cast."""


def phases_of(cast: Cast, plan: Plan | None) -> tuple[Phase, ...]:
    """The scenario's phases, or those of the graph where the scenario has none."""
    return cast.scenario.phases or (plan(cast) if plan is not None else ())


def next_phase(
    phases: tuple[Phase, ...], standing: Standing
) -> PhaseEntered | StopReason | Question[Any] | None:
    """The phase that begins now; the end, after the last one; a question; None to stay in this.

    A phase none of whose speakers is here is left out.
    """
    state, cast = standing.state, standing.cast
    names = [phase.name for phase in phases]
    place = names.index(state.phase.phase) if state.phase is not None else -1
    if place >= 0:
        over = _over(phases[place], standing)
        if over is None or isinstance(over, Question):
            return over
    for phase in phases[place + 1 :]:
        speakers = tuple(member.id for member in cast.meant(phase.speakers))
        if set(speakers) & set(state.here):
            limited = speakers if phase.speakers else ()
            return PhaseEntered(
                turn=state.turn, phase=phase.name, speakers=limited, about=phase.about
            )
    return StopReason("phases", f"the last phase, {names[max(place, 0)]}, is over")


def _over(phase: Phase, standing: Standing) -> Question[Any] | bool | None:
    """True where the phase is over, None where it is not."""
    state = standing.state.in_phase()
    if not state.present:
        return True
    if phase.turns is not None and state.turn >= phase.turns:
        return True
    if phase.rounds is not None and _rounds(state) >= phase.rounds:
        return True
    if phase.until is None or not state.finished:
        return None
    found = condition_of(phase.until)(replace(standing, state=state))
    return found if isinstance(found, Question) else (found is not None) or None


def _rounds(state: State) -> int:
    """How often each of those who may speak has had the floor in this phase."""
    had = [one.speaker for one in state.finished]
    return min((had.count(member) for member in state.present), default=0)
