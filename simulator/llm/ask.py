"""The one way to ask a model anything: route, call, validate, repair once, go a tier up, or fail.

route -> wire for the model -> ChatOpenAI -> parse
                                    | unfit: the same model is shown its mistake
                                    | still unfit: a tier up, asked afresh
                                    | still unfit: InvalidReply
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeVar, get_args

from simulator.errors import (
    BudgetExhausted,
    InvalidReply,
    KeyMissing,
    KeyRefused,
    ModelError,
    QuotaExhausted,
    UnknownPrice,
)
from simulator.llm.call_context import CallContext, Room
from simulator.llm.calling import called
from simulator.llm.economy import Plan, bulk_of_request, cheaper_plans, cheaper_ways
from simulator.llm.fallback import helps_elsewhere, is_down, told_with, ways_elsewhere
from simulator.llm.listener import Listener
from simulator.llm.prompt import Prompt
from simulator.llm.question import Answer, ModelAccess, Occasion, Question
from simulator.llm.router import Route, tier_above
from simulator.llm.said import Said, ToolRequest, as_message, with_mistake
from simulator.llm.transports.missing_feature import ignored_schema
from simulator.llm.wiring import arranged, cache_key, wire
from simulator.record.calls import Call, Purpose, call_id

__all__ = [
    "Answer",
    "Listener",
    "ModelAccess",
    "Occasion",
    "Question",
    "ToolRequest",
    "ask",
    "ask_again",
    "ask_higher",
    "ask_once",
]

T = TypeVar("T")
_NOT_OF_THE_QUESTION = (KeyMissing, KeyRefused, QuotaExhausted, UnknownPrice)
"""What keeps a model that is asked instead of another from answering, and tells nothing of it."""
_HIGHER = 3
"""The number of the repair that asks a tier up."""
_REPAIRS, _QUESTIONS = 10, 1_000
"""Room for the repairs of one question, and for the questions of one purpose in a turn."""


async def ask(question: Question[T], access: ModelAccess, occasion: Occasion) -> Answer[T]:
    """A valid answer to the question.

    What there is no money for as routed is asked of a cheaper tier, or shorter.

    Raises:
        InvalidReply: the answer stayed unfit after repair and escalation.
        BudgetExhausted: it could cost more than what is left, however it is asked.
        ModelError: the question failed for good.
    """
    way = occasion.route or access.route(question, turns=occasion.turns)
    attempt = _Asking(access, occasion)
    said, flaw = await attempt.thriftily(question, way)
    try:
        if flaw:
            mended = with_mistake(question.prompt, said.text, flaw)
            second = _again(question, 0, prompt=mended)
            said, flaw = await attempt.thriftily(second, attempt.way)
        if flaw:
            said, flaw = await attempt.escalated(question, said, flaw)
    except BudgetExhausted as error:
        if error.scope != "purpose:repair":
            raise
    if flaw:
        spec = attempt.way.spec
        hint = ignored_schema(said.text, spec) if question.prompt.schema else ""
        told = f"{flaw}. {hint}" if hint else flaw
        raise InvalidReply(f"{spec.name} gave no valid {question.purpose} answer: {told}")
    return attempt.answer(said, flaw)


async def ask_again(
    question: Question[T], unfit: Answer[T], flaw: str, *, access: ModelAccess, occasion: Occasion
) -> Answer[T]:
    """What the same model answers once it is shown that its valid answer will not do, and why.

    One call and no more: the value is None where this answer cannot be used.

    Raises:
        BudgetExhausted: it could cost more than what is left.
        ModelError: the question failed for good.
    """
    shown = str(unfit.message["content"])
    mended = with_mistake(replace(question.prompt, allowed_tools=()), shown, flaw)
    again = _again(question, 2, prompt=mended)
    return await ask_once(again, access, replace(occasion, route=unfit.route))


async def ask_once(question: Question[T], access: ModelAccess, occasion: Occasion) -> Answer[T]:
    """What the first model of the way answers, neither mended nor asked for elsewhere.

    One call and no more: the value is None where this answer cannot be used.

    Raises:
        BudgetExhausted: it could cost more than what is left.
        ModelError: the question failed for good.
    """
    way = occasion.route or access.route(question, turns=occasion.turns)
    return await _Asking(access, occasion).answered_once(question, way)


async def ask_higher(
    question: Question[T], unfit: Answer[T], why: str, *, access: ModelAccess, occasion: Occasion
) -> Answer[T] | None:
    """What a model a tier up answers to the same question; None where there is none in the range.

    One call and no more, and none to the model of the unfit answer: the value is None where this
    answer cannot be used.

    Raises:
        BudgetExhausted: it could cost more than what is left.
        ModelError: the question failed for good.
    """
    higher = _higher(question, access, unfit.route, why=why)
    if higher is None:
        return None
    prompt = replace(question.prompt, allowed_tools=())
    again = _again(question, _HIGHER, prompt=prompt)
    attempt = _Asking(access, occasion, unfit=unfit.route.spec.name)
    return await attempt.answered_once(again, higher)


def _again(question: Question[T], repair: int, *, prompt: Prompt) -> Question[T]:
    """The question once more; its number tells what it repairs, so that no two ids meet."""
    purpose = get_args(Purpose).index(question.purpose)
    n = purpose * _QUESTIONS + question.n * _REPAIRS + repair
    return replace(question, purpose="repair", prompt=prompt, n=n)


def _higher(
    question: Question[T], access: ModelAccess, way: Route, *, why: str = "the reply stayed invalid"
) -> Route | None:
    choice, catalog, today = access.choice, access.catalog, access.today
    return tier_above(
        way, tiers=question.tiers, choice=choice, catalog=catalog, today=today, why=why
    )


def _wireable(plan: Plan) -> Plan:
    """The plan with the tools that are sent to its model."""
    return replace(plan, prompt=arranged(plan.prompt, plan.way.spec))


class _Asking:
    """The calls made for one question."""

    def __init__(self, access: ModelAccess, occasion: Occasion, *, unfit: str = "") -> None:
        """`unfit` is the model whose answer would not do, where another one is asked for that."""
        self._access, self._occasion = access, occasion
        self._unfit = {unfit} if unfit else set[str]()
        self._answered: set[str] = set()
        self.calls: list[str] = []
        self._tried: Plan
        self.way: Route
        """The way that the last answer took."""
        self.value: Any = None
        """What the last valid answer was parsed to."""

    async def thriftily(self, question: Question[T], way: Route) -> tuple[Said, str]:
        """One call as `once` makes it, cheaper or shorter where there is no money for it."""
        plan, plans = self._routed(question, way), None
        while True:
            try:
                return await self._reached(question, plan)
            except BudgetExhausted as error:
                plans = plans or self._cheaper(question, self._tried, error)
                other = next(plans, None)
                if other is None:
                    raise
                plan = other

    async def escalated(self, question: Question[T], said: Said, flaw: str) -> tuple[Said, str]:
        """What a tier up answers; where there is none, or no money for it, what was said stands."""
        higher = _higher(question, self._access, self.way)
        if higher is None or higher.spec.name in self._answered:
            return said, flaw
        self._unfit |= self._answered
        try:
            again = _again(question, 1, prompt=question.prompt)
            return await self.thriftily(again, higher)
        except BudgetExhausted:
            return said, flaw

    async def answered_once(self, question: Question[T], way: Route) -> Answer[T]:
        """One call; the value is None where its answer cannot be used."""
        said, flaw = await self._reached(question, self._routed(question, way))
        return self.answer(said, flaw)

    def answer(self, said: Said, flaw: str) -> Answer[Any]:
        """What was said, as an answer."""
        return Answer(
            value=None if flaw or said.tools else self.value,
            tools=said.tools,
            message=as_message(said),
            calls=tuple(self.calls),
            route=self.way,
            fingerprint=said.fingerprint,
        )

    async def _reached(self, question: Question[T], plan: Plan) -> tuple[Said, str]:
        """One call, to another model of the range where this one is down."""
        first: ModelError | None = None
        ways: tuple[Route, ...] = ()
        while True:
            try:
                return await self._planned(question, plan)
            except (ModelError, UnknownPrice) as error:
                if isinstance(error, ModelError) and is_down(error):
                    self._access.outages.note(plan.way.spec)
                    ways = self._elsewhere(question, plan.way, error)
                    first = error if first is None else first
                elif first is None or not isinstance(error, _NOT_OF_THE_QUESTION):
                    raise
                if not ways:
                    raise told_with(first, error) from None
                plan, ways = self._instead(plan, ways[0], first), ways[1:]

    def _elsewhere(self, question: Question[T], way: Route, error: ModelError) -> tuple[Route, ...]:
        others = ways_elsewhere(way, tiers=question.tiers, models=self._access.models)
        others = tuple(other for other in others if other.spec.name not in self._unfit)
        return tuple(
            other for other in others if helps_elsewhere(error, failed=way.spec, other=other.spec)
        )

    def _instead(self, plan: Plan, other: Route, error: ModelError) -> Plan:
        told = f"{other.spec.name} instead of {plan.way.spec.name}: {error.kind.replace('_', ' ')}"
        way = replace(other, reasons=(*plan.way.reasons, told))
        # What is asked for in short for lack of money stays short.
        most = plan.max_output if plan.reasons else self._access.output_tokens
        return replace(plan, way=way, max_output=min(most, way.spec.max_output or most))

    def _routed(self, question: Question[T], way: Route) -> Plan:
        output = self._access.output_tokens
        most = min(output, way.spec.max_output or output)
        return Plan(way=way, prompt=question.prompt, max_output=most)

    def _cheaper(self, question: Question[T], plan: Plan, error: BudgetExhausted) -> Iterator[Plan]:
        access = self._access

        def bulk(plan: Plan, context: CallContext) -> int:
            body, name = self._body(question, plan, context), context.spec.model
            return bulk_of_request(body, model=name, streams=self._occasion.listener.streams)

        def room(plan: Plan) -> Room:
            plan = _wireable(plan)
            context = self._context(question, plan)
            return access.meter.room(context, bulk=bulk(plan, context))

        whole = _wireable(plan)
        size = bulk(whole, self._context(question, whole))
        ways = cheaper_ways(plan, tiers=question.tiers, models=access.models.of, bulk=size)
        ways = tuple(way for way in ways if way.spec.name not in access.outages.names)
        if self._unfit:
            # A question that went a tier up for a better answer does not come down again.
            ways = tuple(way for way in ways if self._may_answer(way, plan.way))
        narrow = question.purpose == "speak"
        return cheaper_plans(plan, error, lower=ways, room=room, narrow=narrow)

    def _may_answer(self, way: Route, above: Route) -> bool:
        """Whether a question may go this way whose answer would not do on a lower tier."""
        return way.tier == above.tier and way.spec.name not in self._unfit

    async def _planned(self, question: Question[T], plan: Plan) -> tuple[Said, str]:
        self._tried, plan = plan, _wireable(plan)
        context = self._context(question, plan)
        self.calls = [*(one for one in self.calls if one != context.booking.id), context.booking.id]
        body = self._body(question, plan, context)
        said = await called(body, context, access=self._access, listener=self._occasion.listener)
        self.way = plan.way
        self._answered.add(plan.way.spec.name)
        self._access.sent.note(plan.prompt, context)
        if said.flaw or said.tools:
            return said, said.flaw
        try:
            self.value = question.parse(said.text)
        except ValueError as error:
            return said, str(error)
        return said, ""

    def _context(self, question: Question[T], plan: Plan) -> CallContext:
        access, turn, way, prompt = self._access, self._occasion.turn, plan.way, plan.prompt
        warmth = access.sent.warmth(way.spec, prompt)
        booking = Call(
            id=call_id(access.run, turn, question.asked_of, question.purpose, question.n),
            run=access.run,
            turn=turn,
            persona=question.persona,
            purpose=question.purpose,
            model=way.spec.name,
            tier=way.tier,
            score=way.score,
            reasons=(*way.reasons, *way.figures, *plan.reasons, *prompt.layout(way.spec).told),
            prompt_hash=prompt.hash,
        )
        return CallContext(
            booking=warmth.noted_in(booking),
            spec=way.spec,
            top=access.catalog.top(access.choice, today=access.today),
            answering=access.answering(way.spec),
            meter=access.meter,
            deadline=self._occasion.deadline,
            max_output=plan.max_output,
            known_lines=warmth.lines,
            known_bulk=prompt.known_bulk(way.spec),
            private_words=prompt.private_words,
            opening=prompt.opening,
            closing=self._occasion.closing,
            seed=access.seed,
            screen=access.screen,
            elsewhere=lambda error: bool(self._elsewhere(question, way, error)),
            on_wait=self._occasion.listener.waiting,
        )

    def _body(self, question: Question[T], plan: Plan, context: CallContext) -> dict[str, Any]:
        environ, prompt = self._access.session.environ, plan.prompt
        cued = question.cue if context.spec.endpoint.speaks_stand_in(environ) else None
        body = wire(
            prompt,
            context.spec,
            max_output=context.max_output,
            cue=cued.as_line() if cued else "",
            cache_key=cache_key(self._access.run),
            known_lines=context.known_lines,
        )
        passed = self._access.screen.passed(body, context.booking.persona)
        if passed is not body:
            whole, sent = (bulk_of_request(one, model="", streams=False) for one in (body, passed))
            # What was taken out may have been known, and is no part of what is sent.
            context.known_bulk = max(0, context.known_bulk - max(0, whole - sent))
            context.private_words = 0
        return passed
