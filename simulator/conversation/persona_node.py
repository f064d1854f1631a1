"""A persona as a graph node: perceive, be asked, use tools, reply."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from simulator.conversation.context_window import ask_in_window
from simulator.conversation.escalation import surer, tier_now
from simulator.conversation.faithful import Faithful, Kept
from simulator.conversation.measures import (
    conflict,
    invites_invention,
    is_question,
    mentions,
)
from simulator.conversation.member_node import member_node, turn_of
from simulator.conversation.perception import Perceived
from simulator.conversation.prompts import Situation
from simulator.conversation.remembering import recalled, reflected
from simulator.conversation.reply import Reply
from simulator.conversation.run_context import Node, RunContext, cue_for
from simulator.conversation.state import Pending, State, fold
from simulator.conversation.tool_calls import ToolCalls
from simulator.conversation.unpaid import goes_on_without, is_known, limit_reached, why_passed
from simulator.definitions.cast import Cast, Member
from simulator.errors import (
    BadAnswer,
    BudgetExhausted,
    ConnectionFailed,
    DeadlineExceeded,
    InvalidReply,
    ModelError,
    UnknownPrice,
    UsageError,
    UserCodeFailed,
)
from simulator.llm.ask import Answer, Listener, Occasion, Question
from simulator.llm.call_context import Deadline
from simulator.llm.prompt import Prompt
from simulator.llm.purse import Turns
from simulator.llm.router import TurnFeatures
from simulator.llm.stand_in.speech import read_fingerprint
from simulator.record.events import (
    Event,
    Provenance,
    SpeechRestarted,
    TurnFailed,
    TurnPassed,
    TurnTaken,
)

__all__ = ["persona_node", "turn_features"]


def persona_node(member_id: str) -> Node:
    """The node of one member, for our graphs and for your own `StateGraph(Talk)`.

    It takes the turn that is pending for the member. Where nobody has one, it takes the next: in
    a graph of your own without a floor the edges say who speaks. It never raises for what a model,
    a tool or a budget does: a failed turn is an event.
    """

    async def take(run: RunContext, state: State, pending: Pending, /) -> tuple[Event, ...]:
        return await _Turn(run, state, pending).take()

    return member_node(member_id, take)


def turn_features(
    member: Member, perceived: Perceived, pending: Pending, *, cast: Cast
) -> TurnFeatures:
    """What makes this turn hard, from the persona and what it heard."""
    lines = perceived.public
    last = lines[-1] if lines else None
    text = last.text if last else ""
    asked = last is not None and is_question(last.text, last.act)
    size, limits = len(cast.members), cast.scenario.limits
    edge = pending.turn <= size or pending.turn > limits.turns - size
    read = sum(line.tokens for line in lines)
    return TurnFeatures(
        requires_reasoning=float(member.persona.requires_reasoning),
        question=float(asked),
        tools=float(bool(member.persona.tools) and asked),
        conflict=conflict([line.act for line in lines]),
        expertise=mentions(text, member.persona.expertise),
        length=min(1.0, read / limits.context_tokens),
        phase=float(edge),
        creative=float(invites_invention(text)),
    )


class _Turn:
    """One turn of one member, from perception to its events."""

    def __init__(self, run: RunContext, state: State, pending: Pending) -> None:
        self._run, self._state, self._pending = run, state, pending
        self._member = run.cast.member(pending.speaker)
        self._limits = run.cast.scenario.limits
        self._calls: list[str] = []
        self._events: list[Event] = []

    async def take(self) -> tuple[Event, ...]:
        """Take the turn; everything that happened is committed when this returns."""
        try:
            kept = await self._speak()
        except BudgetExhausted as error:
            self._commit(*self._out_of_budget(error))
        except (ModelError, UnknownPrice, UsageError, UserCodeFailed) as error:
            self._commit(self._failed(error))
        else:
            self._calls.extend(kept.calls)
            self._commit(*kept.flags, self._said(kept))
        return tuple(self._events)

    async def _speak(self) -> Kept:
        pending = self._pending
        if self._member.player == "human":
            name, node = self._member.name, f'human_node("{self._member.id}")'
            raise UsageError(f"A human plays {name}: put {node} in the graph, not persona_node.")
        self._remember(*recalled(self._run, self._state, pending))
        self._remember(*await reflected(self._run, self._state, pending))
        tools = ToolCalls(self._run, self._state, pending=pending, commit=self._commit)
        situation = Situation.of(
            self._state, self._run.cast, pending.speaker, allowed_tools=tools.allowed
        )
        perceived = situation.perceived
        prompt = self._run.prompts.speaking(self._member, situation)
        occasion = self._occasion()
        faithful = Faithful(run=self._run, state=self._state, pending=pending, perceived=perceived)
        rounds = self._limits.tool_rounds
        for n in range(rounds + 1):
            if n == rounds:
                prompt = replace(prompt, allowed_tools=())
            question = self._question(prompt, perceived, n=n)
            asked = await ask_in_window(question, self._run.access, occasion)
            prompt, answer = asked.prompt, asked.answer
            self._calls.extend(answer.calls)
            self._commit(*asked.as_events(pending.turn, known=self._state.overflows))
            if answer.value is not None:
                there = replace(question, prompt=prompt)
                return await self._kept(
                    faithful, answer.value, answer, question=there, occasion=occasion
                )
            if n < rounds:
                told = (answer.message, *await tools.results(answer))
                prompt = replace(prompt, exchange=(*prompt.exchange, *told))
            occasion = replace(occasion, route=answer.route)
        message = f"{self._member.name} called tools {rounds + 1} times without saying anything"
        raise InvalidReply(message)

    async def _kept(
        self,
        faithful: Faithful,
        reply: Reply,
        answer: Answer[Reply],
        *,
        question: Question[Reply],
        occasion: Occasion,
    ) -> Kept:
        access = self._run.access
        reply, sure = await surer(
            reply, answer, question=question, access=access, occasion=occasion
        )
        self._calls.extend(one for one in sure.calls if one not in self._calls)
        return await faithful.kept(reply, sure, question=question, occasion=occasion)

    def _listener(self) -> Listener:
        outside = self._run.listener(self._member.id, self._pending.turn)

        def restarted(call: str) -> None:
            turn, speaker = self._pending.turn, self._member.id
            self._commit(SpeechRestarted(turn=turn, speaker=speaker, call=call))
            outside.restarted(call)

        return replace(outside, restarted=restarted)

    def _question(self, prompt: Prompt, perceived: Perceived, *, n: int) -> Question[Reply]:
        member = self._member
        form = self._run.prompts.form.without(self._pending.missed)
        return Question(
            persona=member.id,
            purpose="speak",
            prompt=prompt,
            parse=partial(form.parse, speaker=member.id),
            n=n,
            features=turn_features(member, perceived, self._pending, cast=self._run.cast),
            tiers=member.persona.tier.narrowed(tier_now(self._run.cast, self._state)),
            cue=cue_for(
                self._run.cast,
                self._state,
                persona=member.id,
                purpose="speak",
                turn=self._pending.turn,
                heard=self._pending.heard,
            ),
        )

    def _occasion(self) -> Occasion:
        return Occasion(
            turn=self._pending.turn,
            deadline=Deadline(self._limits.turn_seconds),
            listener=self._listener(),
            turns=self._turns(),
            closing=self._state.closing is not None,
        )

    def _turns(self) -> Turns | None:
        """How far the run is; None for the last word, for which some of the budget is kept."""
        if self._state.closing is not None:
            return None
        cast, heard = self._run.cast, self._pending.heard
        return Turns(
            done=heard,
            left=max(1, self._limits.turns - heard),
            members=len(cast.members),
            people=len(cast.humans),
        )

    def _commit(self, *events: Event) -> None:
        self._events.extend(self._run.commit(*events))

    def _remember(self, *events: Event) -> None:
        """Commit what the speaker has in mind, for its own prompt to hold it."""
        self._commit(*events)
        self._state = fold(self._state, events)

    def _said(self, kept: Kept) -> TurnTaken | TurnPassed:
        provenance, source = _origin(kept.fingerprint)
        return turn_of(
            kept.reply,
            self._pending,
            provenance=provenance,
            source=source,
            calls=tuple(self._calls),
        )

    def _failed(self, error: ModelError | UsageError | UserCodeFailed) -> TurnFailed:
        kind = _kind_of(error)
        return TurnFailed(
            turn=self._pending.turn,
            speaker=self._member.id,
            error=kind,
            message=str(error),
            calls=tuple(self._calls),
        )

    def _out_of_budget(self, error: BudgetExhausted) -> tuple[Event, ...]:
        """The limit, unless it was told before this turn broke off, and a turn that is passed."""
        turn, state = self._pending.turn, self._state
        passed = TurnPassed(
            turn=turn,
            speaker=self._member.id,
            reason=why_passed(error, state),
            calls=tuple(self._calls),
        )
        if is_known(error, state):
            return (passed,)
        me = self._member.id
        silent = me if goes_on_without(error, state, self._run, member=me) else ""
        return limit_reached(error, turn=turn, silent=silent), passed


def _kind_of(error: ModelError | UsageError | UserCodeFailed) -> str:
    """The word the record keeps; a whole turn in vain at a dead place is told from a slow one."""
    if isinstance(error, DeadlineExceeded):
        unsent = isinstance(error.last, ConnectionFailed) and not error.last.sent
        return "unreachable" if unsent or isinstance(error.last, BadAnswer) else error.kind
    if isinstance(error, UserCodeFailed):
        return "user_code_failed"
    return error.kind if isinstance(error, ModelError) else "usage_error"


def _origin(fingerprint: str) -> tuple[Provenance, str]:
    spoken = read_fingerprint(fingerprint)
    return spoken if spoken is not None else ("model", "")
