"""The floor: the one node that decides who speaks, and when it is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from langgraph.graph import END
from langgraph.runtime import Runtime

from simulator.conversation.interventions import due
from simulator.conversation.persona_node import Node, context_of
from simulator.conversation.run_context import RunContext, cue_for
from simulator.conversation.state import State, Talk, fold
from simulator.conversation.stop_conditions import StopReason, condition_of
from simulator.conversation.turn_taking import NextSpeakers, Policy
from simulator.definitions.cast import Cast
from simulator.errors import BudgetExhausted, ModelError, UsageError
from simulator.llm.ask import Answer, Occasion, Question, ask
from simulator.llm.call_context import Deadline
from simulator.record.events import Event, LimitReached, RunEnded, SpeakerChosen

__all__ = ["floor_node", "next_nodes"]

_HOPELESS = frozenset({"key_missing", "key_refused", "quota_exhausted", "request_refused"})
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


def next_nodes(state: Talk) -> list[str] | str:
    """Where the floor leads: to everybody who has a turn to take, else to the end."""
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
        over = why_over(self._state, self._run.cast, elapsed=self._run.elapsed())
        if over is not None:
            self._end(over)
            return tuple(self._events)
        self._commit(*due(self._state, self._run.cast.scenario))
        try:
            chosen = await self._ask_policy()
        except BudgetExhausted as error:
            self._commit(_reached(self._state, error))
            self._end(StopReason(error.unit, str(error)))
        except (ModelError, UsageError) as error:
            self._end(StopReason("failed", f"nobody could be chosen: {error}"))
        else:
            self._choose(chosen)
        return tuple(self._events)

    def _commit(self, *events: Event) -> None:
        self._events.extend(self._run.commit(*events))
        self._state = fold(self._state, events)

    def _end(self, reason: StopReason) -> None:
        if reason.word in {"seconds", "turns"}:
            self._commit(_limit_of(self._run.cast, self._state, reason.word))
        self._commit(
            RunEnded(turn=self._state.turn, stop_reason=reason.word, detail=reason.detail)
        )

    async def _ask_policy(self) -> NextSpeakers:
        answers: list[Answer[Any]] = []
        for n in range(_MOST_QUESTIONS + 1):
            decision = self._policy(self._state, self._run.cast, answers)
            if isinstance(decision, NextSpeakers):
                return decision
            answers.append(await self._ask(replace(decision, n=n)))
        message = f"The turn-taking asked {_MOST_QUESTIONS} questions and chose nobody."
        raise UsageError(message)

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
        occasion = Occasion(
            turn=turn, deadline=Deadline(limits.turn_seconds), listener=listener
        )
        answer = await ask(replace(question, cue=cue), self._run.access, occasion)
        self._calls.extend(answer.calls)
        return answer

    def _choose(self, chosen: NextSpeakers) -> None:
        strangers = [name for name in chosen.names if name not in self._state.present]
        if strangers or not chosen.names:
            named = ", ".join(strangers) or "nobody"
            self._end(StopReason("failed", f"the turn-taking chose {named}, who is not present"))
            return
        first = self._state.turn + 1
        self._commit(
            SpeakerChosen(
                turn=first,
                names=chosen.names,
                reason=chosen.reason,
                turns=tuple(range(first, first + len(chosen.names))),
                heard=self._state.turn,
                calls=tuple(self._calls),
            )
        )


def why_over(state: State, cast: Cast, *, elapsed: float) -> StopReason | None:
    """Why the conversation is over, or None to go on."""
    return _by_limits(state, cast, elapsed) or _by_failure(state) or _by_rule(state, cast)


def _by_limits(state: State, cast: Cast, elapsed: float) -> StopReason | None:
    limits = cast.scenario.limits
    if state.limit is not None:
        return StopReason(state.limit.unit, state.limit.used)
    if not state.present:
        spent = bool(state.spent)
        return StopReason("budgets", "every member's budget is spent") if spent else _GONE
    if limits.seconds is not None and elapsed >= limits.seconds:
        return StopReason("seconds", f"{limits.seconds:g} seconds are over")
    by_rule = _by_rule(state, cast)
    if state.turn >= limits.turns and by_rule is None:
        return StopReason("turns", f"{limits.turns} turns were taken")
    return None


_GONE = StopReason("everybody_left", "nobody is there any more")


def _by_failure(state: State) -> StopReason | None:
    kind, message = state.last_failure
    if not state.failures:
        return None
    if kind in _HOPELESS or state.failures >= max(2, len(state.present)):
        return StopReason("failed" if kind not in {"key_refused", "key_missing"} else kind, message)
    return None


def _by_rule(state: State, cast: Cast) -> StopReason | None:
    rule = cast.scenario.stop
    return condition_of(rule)(state) if rule is not None and state.floor else None


def _limit_of(cast: Cast, state: State, unit: str) -> LimitReached:
    limits = cast.scenario.limits
    limit = limits.turns if unit == "turns" else limits.seconds
    return LimitReached(
        turn=state.turn, scope="run", unit=unit, limit=f"{limit:g}", used=f"{limit:g}"
    )


def _reached(state: State, error: BudgetExhausted) -> LimitReached:
    return LimitReached(
        turn=state.turn, scope=error.scope, unit=error.unit, limit=error.limit, used=str(error)
    )
