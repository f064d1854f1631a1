"""Asking one model one small question, through the one way there is, with everything booked."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

from simulator.definitions.model_catalog import ModelSpec
from simulator.definitions.persona import TierName
from simulator.definitions.purpose import Purpose
from simulator.errors import (
    BadAnswer,
    BudgetExhausted,
    ConnectionFailed,
    ContextOverflow,
    DeadlineExceeded,
    KeyMissing,
    KeyRefused,
    ModelError,
    QuotaExhausted,
    RequestBlocked,
    RequestRefused,
    ServerFailed,
    SimulatorError,
    StreamTorn,
    UnknownPrice,
)
from simulator.llm.ask import Answer, Listener, ModelAccess, Occasion, Question, ask_once
from simulator.llm.call_context import CallContext, Deadline, Room
from simulator.llm.meter import RunMeter
from simulator.llm.prompt import Prompt
from simulator.llm.purse import Purse, Turns
from simulator.llm.router import Route
from simulator.llm.stand_in.cue import Cue
from simulator.record.calls import Outcome
from simulator.record.events import AnsweredByOther, LimitNeared, UsageMissing
from simulator.record.usage import Spent
from simulator.runs.model_check.finding import Standing

__all__ = ["Heard", "NotAsked", "Prober", "Unheard", "Watch", "changed"]

_SECONDS = 120.0
"""For one question, tries and pauses together; a local server may have to load the model."""
_ABOUT_THE_MODEL = (RequestRefused, ServerFailed, BadAnswer, StreamTorn)
"""What a feature that a server has not can come to; anything else says nothing of the model."""
_NOT_SENT = (BudgetExhausted, UnknownPrice, RequestBlocked, KeyMissing)
_STANDINGS: tuple[tuple[type[SimulatorError], Standing], ...] = (
    (BudgetExhausted, "not tried"),
    (UnknownPrice, "not tried"),
    (RequestBlocked, "not tried"),
    (KeyMissing, "no key"),
    (KeyRefused, "key refused"),
    (QuotaExhausted, "no quota"),
    (RequestRefused, "refused"),
    (ConnectionFailed, "unreachable"),
)
"""What an error says of a model whose first question it ended; by any other it failed."""
_CUE = Cue(scenario="", persona="", purpose="probe", turn=0, turns=0, cast=0, seed=0)


class NotAsked(Exception):
    """A question that could not be asked: no key, no line, no money, no time."""

    def __init__(self, error: SimulatorError) -> None:
        self.error = error
        super().__init__(str(error))

    @property
    def standing(self) -> Standing:
        """What that says of the model, where it was the first question."""
        return _standing(self.error)


class Unheard(Exception):
    """A question that the server did not answer as asked; the cause is the ModelError.

    `refused` says whether it refused the request, which costs nothing.
    """

    def __init__(self, error: ModelError) -> None:
        self.error = error
        self.refused = isinstance(error, RequestRefused)
        self.too_long = isinstance(error, ContextOverflow)
        super().__init__(str(error))

    @property
    def standing(self) -> Standing:
        """What that says of the model, where it was the first question."""
        return _standing(self.error)


def _standing(error: SimulatorError) -> Standing:
    last = error.last if isinstance(error, DeadlineExceeded) else None
    found = last or error
    return next((told for kind, told in _STANDINGS if isinstance(found, kind)), "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """An answer with what it took."""

    answer: Answer[str]
    outcome: Outcome
    """Of the attempt that brought it."""
    first_words_ms: int | None

    @property
    def text(self) -> str:
        """The words of the answer."""
        return str(self.answer.message["content"])

    @property
    def cut(self) -> bool:
        """Whether the answer was longer than it may be."""
        return self.outcome.finish_reason == "length"


class Watch:
    """A meter that hands everything on, and remembers how the last attempt ended."""

    def __init__(self, meter: RunMeter) -> None:
        self.meter = meter
        self.last: Outcome | None = None

    async def reserve(self, call: CallContext, *, bulk: int) -> None:
        """Book the attempt before it is sent.

        Raises:
            BudgetExhausted: it could cost more than what is left; nothing is booked.
            UnknownPrice: a dollar budget cannot be kept without a price.
        """
        await self.meter.reserve(call, bulk=bulk)

    def close(self, call: CallContext, outcome: Outcome) -> None:
        """Book how the attempt ended."""
        self.last = outcome
        self.meter.close(call, outcome)

    def news(self) -> tuple[AnsweredByOther | LimitNeared | UsageMissing, ...]:
        """What whoever pays should hear."""
        return self.meter.news()

    def room(self, call: CallContext, *, bulk: int) -> Room:
        """How long an answer may be."""
        return self.meter.room(call, bulk=bulk)

    def purses(self, persona: str, purpose: Purpose, turns: Turns) -> tuple[Purse, ...]:
        """What is left of each budget in dollars."""
        return self.meter.purses(persona, purpose, turns)

    @property
    def spent(self) -> Spent:
        """What all closed attempts have used and cost."""
        return self.meter.spent


def changed(
    spec: ModelSpec,
    *,
    add: tuple[str, ...] = (),
    drop: tuple[str, ...] = (),
    endpoint: dict[str, Any] | None = None,
    **fields: Any,
) -> ModelSpec:
    """A model as it would be with other lines in models.yaml."""
    supports = (spec.supports | set(add)) - set(drop)
    place = spec.endpoint.model_copy(update=endpoint) if endpoint else spec.endpoint
    return replace(spec, supports=frozenset(supports), endpoint=place, **fields)


class Prober:
    """Asks one model, question after question."""

    def __init__(self, access: ModelAccess, watch: Watch, *, name: str, tier: TierName) -> None:
        """`name` tells this check from all others, so that nothing is answered from the record."""
        self._access, self._watch, self._name, self._tier = access, watch, name, tier
        self._number = 0
        self.calls = 0
        """Questions that were sent."""
        self.finish_reasons: list[bool] = []
        """Of every answer, whether it came with a finish_reason."""
        self.counted: list[bool] = []
        """Of every answer that came whole, whether it told its tokens."""

    async def ask(
        self, prompt: Prompt, spec: ModelSpec, feature: str, *, streams: bool = False
    ) -> Heard:
        """The answer to one question.

        Raises:
            Unheard: the server did not answer as asked.
            NotAsked: it could not be asked, or something else than the model stood in the way.
        """
        lenient = changed(spec, endpoint={"finish_reason": "sometimes", "streams": streams})
        question = Question(
            persona="",
            purpose="probe",
            prompt=prompt,
            parse=str,
            n=self._number,
            topic=f"{self._name}\x1f{spec.name}",
            cue=_CUE,
        )
        self._number += 1
        began, first = time.monotonic(), list[int]()

        def noted(text: str) -> None:
            if text and not first:
                first.append(round((time.monotonic() - began) * 1000))

        occasion = Occasion(
            turn=0,
            deadline=Deadline(_SECONDS),
            listener=Listener(streams=streams, text=noted),
            route=self._route(lenient, feature),
        )
        answer = await self._answer(question, occasion)
        outcome = self._watch.last or Outcome(state="unknown")
        self.finish_reasons.append(bool(outcome.finish_reason))
        if not streams:
            self.counted.append(outcome.usage is not None)
        return Heard(answer=answer, outcome=outcome, first_words_ms=next(iter(first), None))

    def _route(self, spec: ModelSpec, feature: str) -> Route:
        """No way was looked for; the reasons on record are what is asked, and of whom."""
        stand_in = spec.endpoint.speaks_stand_in(self._access.session.environ)
        reasons = (f"check: {feature}", *(("answered by the stand-in",) if stand_in else ()))
        return Route(tier=self._tier, spec=spec, score=0.0, reasons=reasons)

    async def _answer(self, question: Question[str], occasion: Occasion) -> Answer[str]:
        self.calls += 1
        try:
            return await ask_once(question, self._access, occasion)
        except _ABOUT_THE_MODEL as error:
            raise Unheard(error) from error
        except (BudgetExhausted, ModelError, UnknownPrice) as error:
            self.calls -= isinstance(error, _NOT_SENT)
            raise NotAsked(error) from error
