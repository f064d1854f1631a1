"""The parts of a conversation: which one comes next, when one is over, and its order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias

from simulator.conversation.last_word import kept_turns
from simulator.conversation.standing import Standing
from simulator.conversation.state import State
from simulator.conversation.stop_conditions import StopReason, condition_of
from simulator.conversation.tools.user_code import load_user_code, raised
from simulator.conversation.turn_taking import Policy, policy_named
from simulator.definitions.cast import Cast
from simulator.definitions.phase import Phase
from simulator.errors import SimulatorError, UserCodeFailed
from simulator.llm.ask import Question
from simulator.record.events import PhaseEntered

__all__ = ["Orders", "Plan", "next_phase", "phase_now", "phases_of", "turns_left"]

Plan: TypeAlias = tuple[Phase, ...] | Callable[[Cast], tuple[Phase, ...]]
"""The phases a graph has of its own, for any cast or made for one."""


def phases_of(cast: Cast, plan: Plan | None) -> tuple[Phase, ...]:
    """The scenario's phases, or those of the graph where the scenario has none.

    Raises:
        UserCodeFailed: the graph's own function raises, or makes anything but phases.
    """
    if cast.scenario.phases or plan is None:
        return cast.scenario.phases
    try:
        phases: tuple[Any, ...] = tuple(plan(cast) if callable(plan) else plan)
    except SimulatorError:
        raise
    except Exception as error:
        message = f"the graph's phases raised {raised(error, folder=cast.graph_folder)}"
        raise UserCodeFailed(message) from error
    names = [phase.name if isinstance(phase, Phase) else "" for phase in phases]
    if "" in names or len(set(names)) < len(names):
        raise UserCodeFailed("the graph's phases must be Phase values, each with its own name")
    if any(phase.tier is not None for phase in phases):
        raise UserCodeFailed("a phase of a graph names a tier: only a scenario's phases can")
    return phases


def phase_now(phases: tuple[Phase, ...], state: State) -> Phase | None:
    """The phase the talk is in; None before the first, and where there are none."""
    entered = state.phase
    return next((one for one in phases if entered and one.name == entered.phase), None)


def next_phase(
    phases: tuple[Phase, ...], standing: Standing
) -> PhaseEntered | StopReason | Question[Any] | None:
    """The phase that begins now; the end, after the last one; a question; None to stay in this.

    A phase none of whose speakers is here is left out.
    """
    state, cast = standing.state, standing.cast
    now = phase_now(phases, state)
    if now is not None:
        over = _over(now, standing)
        if isinstance(over, Question):
            return over
        if not over:
            return None
    place = phases.index(now) if now is not None else -1
    for phase in phases[place + 1 :]:
        speakers = tuple(member.id for member in cast.meant(phase.speakers))
        if set(speakers) & set(state.here):
            limited = speakers if phase.speakers else ()
            return PhaseEntered(
                turn=state.turn,
                phase=phase.name,
                speakers=limited,
                absent=tuple(one for one in limited if one in state.absent),
                about=phase.about,
            )
    if now is None:
        return StopReason("phases", "none of those who may speak in a phase is here")
    return StopReason("phases", f"{now.name}, the last phase anybody can speak in, is over")


def turns_left(phase: Phase | None, standing: Standing) -> int:
    """How many turns can still be given out at once, by the run's limit and the phase's."""
    state = standing.state
    left = standing.cast.scenario.limits.turns - kept_turns(standing) - state.turn
    if phase is None or phase.turns is None:
        return left
    return min(left, phase.turns - state.in_phase().turn)


class Orders:
    """The turn-taking of each phase; a user's own is loaded once."""

    def __init__(self) -> None:
        self._loaded: dict[tuple[str, str], Policy] = {}

    def of(self, phase: Phase | None, cast: Cast) -> Policy | None:
        """The policy a phase asks for; None where it takes the graph's.

        Raises:
            NotFound: there is no policy of this name.
            UserCodeFailed: the user's own cannot be loaded, or cannot be called.
        """
        if phase is None or phase.order is None:
            return None
        if ":" not in phase.order:
            return policy_named(phase.order)
        key = (str(cast.folder), phase.order)
        if key not in self._loaded:
            self._loaded[key] = _own_policy(phase.order, cast)
        return self._loaded[key]


def _own_policy(name: str, cast: Cast) -> Policy:
    found: Any = load_user_code(name, folder=cast.folder)
    if not callable(found):
        kind = type(found).__name__
        raise UserCodeFailed(f"{name!r} must be a function that takes turns, not a {kind}.")
    policy: Policy = found
    return policy


def _over(phase: Phase, standing: Standing) -> Question[Any] | bool:
    """Whether the phase is over."""
    state = standing.state.in_phase()
    if not state.present:
        return True
    if phase.turns is not None and state.turn >= phase.turns:
        return True
    if phase.rounds is not None and _rounds(state) >= phase.rounds:
        return True
    if phase.until is None or not state.finished:
        return False
    found = condition_of(phase.until)(replace(standing, state=state))
    return found if isinstance(found, Question) else found is not None


def _rounds(state: State) -> int:
    """How often each of those who may speak has had the floor in this phase."""
    had = [one.speaker for one in state.finished]
    return min((had.count(member) for member in state.present), default=0)
