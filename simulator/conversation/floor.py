"""The floor: the one node that decides who speaks, and when it is over."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from langgraph.graph import END
from langgraph.runtime import Runtime

from simulator.conversation.context_window import ask_in_window
from simulator.conversation.ending import HOPELESS, failure, why_over
from simulator.conversation.interventions import due, events_of
from simulator.conversation.last_word import has_last_word
from simulator.conversation.phases import Orders, Plan, next_phase, phase_now, phases_of, turns_left
from simulator.conversation.remembering import summarised, taken_along
from simulator.conversation.run_context import Node, RunContext, context_of, cue_for
from simulator.conversation.standing import Answers, Standing
from simulator.conversation.state import State, Talk, fold
from simulator.conversation.stop_conditions import StopReason
from simulator.conversation.tools.user_code import raised
from simulator.conversation.turn_taking import NextSpeakers, Policy
from simulator.conversation.unpaid import is_known, limit_reached, next_unasked, of_questions
from simulator.definitions.phase import Phase
from simulator.errors import (
    BudgetExhausted,
    ModelError,
    PatternTooSlow,
    SimulatorError,
    UsageError,
    UserCodeFailed,
)
from simulator.llm.ask import Answer, Occasion, Question
from simulator.llm.call_context import Deadline
from simulator.record.events import (
    Event,
    LimitReached,
    PhaseEntered,
    RunClosing,
    RunEnded,
    SpeakerChosen,
)

__all__ = ["floor_node", "next_nodes"]

T = TypeVar("T")
_MOST_QUESTIONS = 5
"""A policy that asks more than this for one decision does not come to one."""


def floor_node(
    policy: Policy,
    *,
    phases: Plan | None = None,
) -> Node:
    """The node that gives the floor by this policy; it commits before it returns.

    `phases` are those of the graph, for scenarios that have none of their own.
    """
    orders = Orders()

    async def node(state: Talk, runtime: Runtime[RunContext]) -> dict[str, Any]:
        talk, run = state["state"], context_of(runtime)
        run.unled.floor = True
        if talk.pending or talk.ended:
            return {"state": ()}
        opening = run.opened(talk)
        order = _Order(policy, phases, orders)
        decision = _Decision(run, fold(talk, opening), order)
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


@dataclass(frozen=True, slots=True)
class _Order:
    """How the graph orders a talk."""

    policy: Policy
    plan: Plan | None
    orders: Orders


class _Decision:
    """One decision of the floor, from what is over to the speakers chosen."""

    def __init__(self, run: RunContext, state: State, order: _Order) -> None:
        self._run, self._state, self._order = run, state, order
        # All of one decision is made at one time, however long it takes.
        self._seconds = run.seconds
        self._phases: tuple[Phase, ...] = ()
        self._answers = Answers()
        self._events: list[Event] = []
        self._calls: list[str] = []
        self._last: RunEnded | None = None

    async def make(self) -> tuple[Event, ...]:
        await self._decided()
        if self._last is not None:
            reason = self._last.stop_reason
            self._commit(*await taken_along(self._run, self._state, reason), self._last)
        return tuple(self._events)

    async def _decided(self) -> None:
        """Choose who speaks, or end the run."""
        self._commit(*self._state.departures)
        try:
            self._phases = phases_of(self._run.cast, self._order.plan)
            while self._last is None and await self._something_comes_first():
                pass
            if self._last is None:
                self._commit(*await summarised(self._run, self._state))
                self._choose(await self._next_speakers())
        except BudgetExhausted as error:
            await self._out_of_budget(error)
        except PatternTooSlow as error:
            self._end(failure("", str(error)))
        except (ModelError, UsageError, UserCodeFailed) as error:
            word = error.kind if isinstance(error, ModelError) else ""
            self._end(failure(word, f"nobody could be chosen: {error}"))

    async def _something_comes_first(self) -> bool:
        """End the run, enter a phase or let one thing happen; False once somebody can speak.

        Each changes the state, so all is considered anew: a run that breaks off between two
        goes on as it would have.
        """
        if self._finish_what_happens() or await self._steered():
            return True
        closing = self._state.closing
        if closing is not None:
            if self._state.turn > closing.turn:
                self._end(StopReason(closing.stop_reason, closing.detail, limit=closing.limit))
            return False
        over = await self._thought(why_over)
        if over is None and self._phases:
            coming = await self._thought(partial(next_phase, self._phases))
            if isinstance(coming, PhaseEntered):
                self._commit(coming)
                return True
            over = coming
        if over is not None:
            return self._finish(over)
        happening = await self._thought(due)
        if happening:
            self._happen(happening[0])
        return bool(happening)

    def _finish(self, over: StopReason) -> bool:
        """End the run, or let somebody have the last word before."""
        closer = has_last_word(over, self._standing())
        if closer is None:
            self._end(over)
            return False
        self._commit(
            RunClosing(
                turn=self._state.turn,
                speaker=closer,
                stop_reason=over.word,
                detail=over.detail,
                limit=over.limit,
            )
        )
        return True

    async def _steered(self) -> bool:
        """What somebody outside asked for, one thing at a time; a run that is paused waits here."""
        self._run.steering.follow(self._run.cast, self._state)
        with self._run.idle:
            event = await self._run.steering.due(self._state)
        if isinstance(event, RunEnded):
            self._last = event
        elif event is not None:
            self._commit(event)
        return event is not None

    def _finish_what_happens(self) -> bool:
        """The rest of an event that had begun to happen when the run broke off."""
        index = self._state.intervening
        before = len(self._events)
        if index is not None and index < len(self._run.cast.scenario.events):
            self._happen(index)
        return len(self._events) > before

    def _happen(self, index: int) -> None:
        event = self._run.cast.scenario.events[index]
        self._commit(*events_of(index, event, self._state))

    async def _next_speakers(self) -> NextSpeakers:
        called, closing = self._state.called, self._state.closing
        if closing is not None:
            return NextSpeakers((closing.speaker,), f"has the last word: {closing.detail}")
        if called in self._state.here:
            return NextSpeakers((called,), "given the floor by an event")
        return await self._ask_policy()

    async def _thought(self, think: Callable[[Standing], T | Question[Any]]) -> T:
        """What a pure function comes to, its questions asked."""
        while True:
            decision = think(self._standing())
            if not isinstance(decision, Question):
                return decision
            self._answers = self._answers.with_one(decision, await self._judged(decision))

    async def _judged(self, question: Question[Any]) -> Any:
        """The answer to a question that no talk must end for: None where there is none."""
        try:
            return (await self._ask(question)).value
        except BudgetExhausted as error:
            self._without(error)
            return None
        except ModelError as error:
            if error.kind in HOPELESS:
                raise
            return None

    def _standing(self) -> Standing:
        return self._run.standing(self._state, seconds=self._seconds, answers=self._answers)

    async def _out_of_budget(self, error: BudgetExhausted) -> None:
        """Without a member who cannot pay for questions the talk goes on, else it is over."""
        state = self._state
        new = error.scope not in state.spent
        if new:
            self._commit(limit_reached(error, turn=state.turn))
        if new and error.scope in state.members:
            await self._decided()
        else:
            self._end(StopReason(error.unit, str(error)))

    def _without(self, error: BudgetExhausted) -> None:
        """A question that a talk can do without is not asked; the record says since when."""
        if of_questions(error) and not is_known(error, self._state):
            self._commit(limit_reached(error, turn=self._state.turn))

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
                    used=f"{self._seconds:g}" if reason.word == "seconds" else str(turn),
                    detail=reason.detail,
                )
            )
        self._last = RunEnded(turn=turn, stop_reason=reason.word, detail=reason.detail)

    async def _ask_policy(self) -> NextSpeakers:
        answers: list[Answer[Any]] = []
        policy = self._policy_now()
        for n in range(_MOST_QUESTIONS + 1):
            decision = self._decide(policy, answers)
            if isinstance(decision, NextSpeakers):
                return decision
            if n < _MOST_QUESTIONS:
                try:
                    answers.append(await self._ask(replace(decision, n=n)))
                except BudgetExhausted as error:
                    if error.scope in self._state.members:
                        raise
                    self._without(error)
                    return next_unasked(error, self._state, self._run)
                except ModelError as error:
                    if error.kind in HOPELESS:
                        raise
                    return next_unasked(error, self._state, self._run)
                self._calls.extend(answers[-1].calls)
        message = f"The turn-taking asked {_MOST_QUESTIONS} questions and chose nobody."
        raise UsageError(message)

    def _policy_now(self) -> Policy:
        """The order of the phase the talk is in, else the graph's."""
        phase = phase_now(self._phases, self._state)
        return self._order.orders.of(phase, self._run.cast) or self._order.policy

    def _decide(
        self, policy: Policy, answers: Sequence[Answer[Any]]
    ) -> NextSpeakers | Question[Any]:
        try:
            decision: object = policy(self._state, self._run.cast, answers)
        except SimulatorError:
            raise
        except Exception as error:
            message = f"the turn-taking raised {raised(error, folder=self._run.cast.folder)}"
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
        # What is thought about the talk is shown to nobody while it comes.
        listener = replace(self._run.listener(question.persona, turn), streams=False)
        occasion = Occasion(turn=turn, deadline=Deadline(limits.turn_seconds), listener=listener)
        asked = await ask_in_window(replace(question, cue=cue), self._run.access, occasion)
        self._commit(*asked.as_events(turn, known=self._state.overflows))
        return asked.answer

    def _choose(self, chosen: NextSpeakers) -> None:
        fault = _fault_of(chosen, self._state)
        if fault:
            self._end(StopReason("failed", f"the turn-taking chose {fault}"))
            return
        heard = self._state.turn
        closing = self._state.closing is not None
        phase = None if closing else phase_now(self._phases, self._state)
        names = chosen.names[: turns_left(phase, self._standing())]
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
    closer = {state.closing.speaker} if state.closing is not None else set()
    may = {*state.present, *closer, *({state.called} & set(state.here))}
    strangers = [name for name in chosen.names if name not in may]
    if strangers:
        return f"{', '.join(strangers)}, who is not present"
    twice = [name for name in dict.fromkeys(chosen.names) if chosen.names.count(name) > 1]
    return f"{', '.join(twice)} twice at once" if twice else ""
