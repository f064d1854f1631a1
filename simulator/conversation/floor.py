"""The floor: the one node that decides who speaks, and when it is over."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from langgraph.graph import END
from langgraph.runtime import Runtime

from simulator.conversation.context_window import ask_in_window
from simulator.conversation.interventions import due
from simulator.conversation.persona_node import Node, context_of
from simulator.conversation.run_context import RunContext, cue_for
from simulator.conversation.state import State, Talk, fold
from simulator.conversation.stop_conditions import StopReason, condition_of
from simulator.conversation.turn_taking import NextSpeakers, Policy
from simulator.definitions.cast import Cast
from simulator.errors import (
    BudgetExhausted,
    ModelError,
    SimulatorError,
    UsageError,
    UserCodeFailed,
)
from simulator.llm.ask import Answer, Occasion, Question
from simulator.llm.call_context import Deadline
from simulator.record.events import Event, LimitReached, PersonaLeft, RunEnded, SpeakerChosen

__all__ = ["floor_node", "next_nodes"]

_HOPELESS = frozenset(
    {
        "key_missing",
        "key_refused",
        "not_trusted",
        "nothing_listens",
        "quota_exhausted",
        "request_refused",
        "unreachable",
    }
)
"""Failures that the next turn would meet as well."""
_MOST_QUESTIONS = 5
"""A policy that asks more than this for one decision does not come to one."""


def floor_node(policy: Policy, *, demo: Callable[[], RunContext] | None = None) -> Node:
    """The node that gives the floor by this policy; it commits before it returns.

    `demo` makes the context where the graph is run without one.
    """

    async def node(state: Talk, runtime: Runtime[RunContext]) -> dict[str, Any]:
        talk, run = state["state"], context_of(runtime, demo)
        if talk.pending or talk.ended:
            return {"state": ()}
        opening = () if talk.members or run.opening is None else run.commit(run.opening)
        decision = _Decision(run, fold(talk, opening), policy)
        return {"state": (*opening, *await decision.make())}

    return node


async def next_nodes(state: Talk) -> list[str] | str:
    """Where the floor leads: to everybody who has a turn to take, else to the end.

    Asynchronous, though it awaits nothing: LangGraph gives others a thread for each step.
    """
    talk = state["state"]
    if talk.ended or not talk.pending:
        return END
    return [pending.speaker for pending in talk.pending]


class _Decision:
    """One decision of the floor, from interventions to the speakers chosen."""

    def __init__(self, run: RunContext, state: State, policy: Policy) -> None:
        self._run, self._state, self._policy = run, state, policy
        self._events: list[Event] = []
        self._calls: list[str] = []

    async def make(self) -> tuple[Event, ...]:
        for last in self._state.leaving:
            why = "left on their own"
            self._commit(PersonaLeft(turn=last.turn, persona=last.speaker, reason=why))
        over = why_over(self._state, self._run.cast, elapsed=self._run.elapsed())
        if over is not None:
            self._end(over)
            return tuple(self._events)
        self._commit(*due(self._state, self._run.cast.scenario))
        try:
            self._choose(await self._ask_policy())
        except BudgetExhausted as error:
            return await self._out_of_budget(error)
        except (ModelError, UsageError, UserCodeFailed) as error:
            word = error.kind if isinstance(error, ModelError) else ""
            self._end(_failure(word, f"nobody could be chosen: {error}"))
        return tuple(self._events)

    async def _out_of_budget(self, error: BudgetExhausted) -> tuple[Event, ...]:
        """Without a member who cannot pay for questions the talk goes on, else it is over."""
        state = self._state
        new = error.scope not in state.spent
        if new:
            self._commit(
                LimitReached(
                    turn=state.turn,
                    scope=error.scope,
                    unit=error.unit,
                    limit=error.limit,
                    used=str(error),
                )
            )
        if new and error.scope in state.members:
            return await self.make()
        self._end(StopReason(error.unit, str(error)))
        return tuple(self._events)

    def _commit(self, *events: Event) -> None:
        self._events.extend(self._run.commit(*events))
        self._state = fold(self._state, events)

    def _end(self, reason: StopReason) -> None:
        turn = self._state.turn
        if reason.limit and self._state.limit is None:
            self._commit(
                LimitReached(
                    turn=turn,
                    scope="run",
                    unit=reason.word,
                    limit=reason.limit,
                    used=reason.detail,
                )
            )
        self._commit(RunEnded(turn=turn, stop_reason=reason.word, detail=reason.detail))

    async def _ask_policy(self) -> NextSpeakers:
        answers: list[Answer[Any]] = []
        for n in range(_MOST_QUESTIONS + 1):
            decision = self._decide(answers)
            if isinstance(decision, NextSpeakers):
                return decision
            if n < _MOST_QUESTIONS:
                answers.append(await self._ask(replace(decision, n=n)))
        message = f"The turn-taking asked {_MOST_QUESTIONS} questions and chose nobody."
        raise UsageError(message)

    def _decide(self, answers: Sequence[Answer[Any]]) -> NextSpeakers | Question[Any]:
        try:
            decision: object = self._policy(self._state, self._run.cast, answers)
        except SimulatorError:
            raise
        except Exception as error:
            message = f"the turn-taking raised {type(error).__name__}: {error}"
            raise UserCodeFailed(message) from error
        if isinstance(decision, NextSpeakers | Question):
            return decision
        if inspect.iscoroutine(decision):
            decision.close()
            raise UserCodeFailed("the turn-taking is `async def`: write a plain function")
        kind = type(decision).__name__
        raise UserCodeFailed(f"the turn-taking must return NextSpeakers or a Question, not {kind}")

    async def _ask(self, question: Question[Any]) -> Answer[Any]:
        turn = self._state.turn + 1
        cue = cue_for(
            self._run.cast,
            self._state,
            persona=question.persona,
            purpose=question.purpose,
            turn=turn,
        )
        limits = self._run.cast.scenario.limits
        listener = self._run.listener(question.persona, turn)
        occasion = Occasion(turn=turn, deadline=Deadline(limits.turn_seconds), listener=listener)
        asked = await ask_in_window(replace(question, cue=cue), self._run.access, occasion)
        self._calls.extend(asked.answer.calls)
        self._commit(*asked.as_events(turn, known=self._state.overflows))
        return asked.answer

    def _choose(self, chosen: NextSpeakers) -> None:
        fault = _fault_of(chosen, self._state)
        if fault:
            self._end(StopReason("failed", f"the turn-taking chose {fault}"))
            return
        heard, left = self._state.turn, self._run.cast.scenario.limits.turns - self._state.turn
        names = chosen.names[:left]
        self._commit(
            SpeakerChosen(
                turn=heard + 1,
                names=names,
                reason=chosen.reason,
                turns=tuple(range(heard + 1, heard + 1 + len(names))),
                heard=heard,
                calls=tuple(self._calls),
            )
        )


def _fault_of(chosen: NextSpeakers, state: State) -> str:
    if not chosen.names:
        return "nobody"
    strangers = [name for name in chosen.names if name not in state.present]
    if strangers:
        return f"{', '.join(strangers)}, who is not present"
    twice = [name for name in dict.fromkeys(chosen.names) if chosen.names.count(name) > 1]
    return f"{', '.join(twice)} twice at once" if twice else ""


def why_over(state: State, cast: Cast, *, elapsed: float) -> StopReason | None:
    """Why the conversation is over, or None to go on."""
    return _by_failure(state) or _by_limits(state, cast, elapsed) or _by_rule(state, cast)


def _by_limits(state: State, cast: Cast, elapsed: float) -> StopReason | None:
    limits = cast.scenario.limits
    if state.limit is not None:
        return StopReason(state.limit.unit, state.limit.used)
    if not state.present:
        spent = bool(state.spent)
        return StopReason("budgets", "every member's budget is spent") if spent else _GONE
    if limits.seconds is not None and elapsed >= limits.seconds:
        seconds = f"{limits.seconds:g}"
        return StopReason("seconds", f"{seconds} seconds are over", limit=seconds)
    if state.turn >= limits.turns and _by_rule(state, cast) is None:
        return StopReason("turns", f"{limits.turns} turns were taken", limit=str(limits.turns))
    return None


_GONE = StopReason("everybody_left", "nobody is there any more")


def _by_failure(state: State) -> StopReason | None:
    """One failure that the next turn would meet as well, or a round of them."""
    if not state.failures:
        return None
    last = state.failures[-1]
    if last.error not in _HOPELESS and len(state.failures) < max(2, len(state.present)):
        return None
    return _failure(last.error, last.message)


def _failure(kind: str, detail: str) -> StopReason:
    return StopReason(kind if kind in {"key_refused", "key_missing"} else "failed", detail)


def _by_rule(state: State, cast: Cast) -> StopReason | None:
    rule = cast.scenario.stop
    return condition_of(rule)(state) if rule is not None and state.finished else None
