"""Models, questions and a desk to ask them at, for tests of what lies between us and a model."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import httpx2
import pytest

from simulator.definitions.limits import Budget
from simulator.definitions.model_catalog import ModelCatalog, ModelSpec
from simulator.llm.ask import Answer, Listener, ModelAccess, Occasion, Question, ask
from simulator.llm.budget import Account
from simulator.llm.call_context import CallContext, Deadline, Meter
from simulator.llm.meter import RunMeter
from simulator.llm.prompt import Prompt, ReplySchema, Section, ToolSpec
from simulator.llm.screen import Screen
from simulator.llm.session import Session
from simulator.llm.tracker import Tracker
from simulator.llm.transports.retrying import RetryPolicy
from simulator.record.calls import Call, Outcome
from simulator.testing import MemoryRecord, Scripted, ScriptedTransport, completion

TODAY = date(2026, 11, 20)
RUN = "focus-group-7f3a"
PRICES = {"small": (1, 2), "middle": (4, 8), "big": (10, 20)}
"""Dollars per million tokens, in and out, of the models of `catalog`."""
AT_ONCE = RetryPolicy(attempts=None, pause=lambda *_: 0.0)
"""Again without a pause, until the deadline."""
ONCE = RetryPolicy(attempts=1, pause=lambda *_: 0.0)
"""Never again."""
SCHEMA = ReplySchema("reply", {"type": "object", "properties": {"message": {"type": "string"}}})
SEARCH = ToolSpec("search_knowledge_base", "Look something up.", {"type": "object"})
WELL, NO = completion("Well, why not?"), completion("No.")
"""An answer that `question` takes, and one that it does not."""
CLOCK = ToolSpec("clock", "What time is it?", {"type": "object"})
SYSTEM = (Section("scenario", "Three people try an app."), Section("rules", "Be yourself."))


def catalog(**endpoint: object) -> ModelCatalog:
    """One endpoint that nobody reaches, a model for each tier, and one without a price."""
    supports = ["json_schema", "tools", "temperature"]
    priced = {
        f"test/{name}": {"price": {"in": read, "out": written}, "supports": supports}
        for name, (read, written) in PRICES.items()
    }
    return ModelCatalog.model_validate(
        {
            "default": "tiers",
            "endpoints": {"test": {"base_url": "http://127.0.0.1:1/v1", **endpoint}},
            "models": {**priced, "test/unpriced": {"supports": supports}},
            "tiers": {
                "simple": ["test/small"],
                "standard": ["test/middle"],
                "complex": ["test/big"],
            },
        }
    )


def model_spec(
    model: str = "m", *, endpoint: Mapping[str, object] | None = None, **entry: object
) -> ModelSpec:
    """A model with these properties at an endpoint with those."""
    given = {
        "endpoints": {"test": {"base_url": "http://127.0.0.1:1/v1", **(endpoint or {})}},
        "models": {f"test/{model}": entry},
    }
    return ModelCatalog.model_validate(given).spec(f"test/{model}")


def prompt(*transcript: str, private: str = "You are Rosa.", **more: Any) -> Prompt:
    """A question with a transcript and somebody's private card."""
    card = (Section("card", private),)
    return Prompt(system=SYSTEM, transcript=transcript, private=card, **more)


def loud(text: str) -> str:
    """The answer in capitals; without a question mark it is no valid answer."""
    if not text.endswith("?"):
        raise ValueError("it asks nothing")
    return text.upper()


def question(**more: Any) -> Question[str]:
    """A question to Rosa that wants a question back."""
    given: dict[str, Any] = {"persona": "rosa", "purpose": "speak", "prompt": prompt(), **more}
    return Question(parse=loud, **given)


def call_context(
    *,
    spec: ModelSpec | None = None,
    meter: Meter | None = None,
    deadline: Deadline | None = None,
    call: str = "c1",
    persona: str = "rosa",
    **more: Any,
) -> CallContext:
    """A question on its way, as `ask` sends it."""
    spec = spec or catalog().spec("test/small")
    booking = Call(id=call, run=RUN, turn=1, persona=persona, purpose="speak", model=spec.name)
    return CallContext(
        booking=booking,
        spec=spec,
        meter=meter or RunMeter(MemoryRecord()),
        deadline=deadline or Deadline(5),
        max_output=more.pop("max_output", 100),
        **more,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A run's way to its models, over a scripted network, with everything booked in memory."""

    record: MemoryRecord
    network: ScriptedTransport
    meter: RunMeter
    account: Account
    access: ModelAccess

    async def ask(
        self,
        asked: Question[str] | None = None,
        *,
        listener: Listener | None = None,
        deadline: Deadline | None = None,
    ) -> Answer[str]:
        """Ask within turn 1."""
        occasion = Occasion(
            turn=1, deadline=deadline or Deadline(5), listener=listener or Listener()
        )
        return await ask(asked or question(), self.access, occasion)

    async def give_up(
        self, asked: Question[str] | None = None, *, listener: Listener | None = None
    ) -> None:
        """Ask, and cancel when the request has arrived and the answer may have begun."""
        before = len(self.network.requests)
        task = asyncio.create_task(self.ask(asked, listener=listener))
        await self.network.arrived(before + 1)
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()

    @property
    def outcomes(self) -> list[Outcome]:
        """How the attempts ended, oldest first."""
        return list(self.record.outcomes.values())

    @property
    def ends(self) -> list[tuple[str, str]]:
        """Of every attempt its state and the kind of its error."""
        return [(outcome.state, outcome.error) for outcome in self.outcomes]

    @property
    def states(self) -> list[str]:
        """How the calls ended, oldest first."""
        return list(self.record.states.values())

    @property
    def left_open(self) -> int:
        """Attempts without an outcome, and tokens still reserved: 0 when all is done."""
        open_ones = self.record.attempts.keys() - self.record.outcomes.keys()
        return len(open_ones) + self.account.reserved_tokens


@asynccontextmanager
async def desk(
    *responses: Scripted,
    model: str = "test/small",
    budget: Budget | None = None,
    retry: RetryPolicy | None = AT_ONCE,
    models: ModelCatalog | None = None,
    network: httpx2.AsyncBaseTransport | None = None,
    **environ: str,
) -> AsyncIterator[Desk]:
    """A desk whose network answers by a script, unless it gets another one."""
    record, scripted = MemoryRecord(), ScriptedTransport(responses)
    account = Account(scope="run", budget=budget or Budget(dollars=Decimal(1)))
    meter, known = RunMeter(record, accounts=(account,)), models or catalog()
    async with Session(environ=environ, retry=retry, network=network or scripted) as session:
        access = ModelAccess(
            run=RUN,
            seed=7,
            session=session,
            ledger=record,
            meter=meter,
            tracker=Tracker(record, run=RUN),
            catalog=known,
            choice=known.choose(model),
            screen=Screen(known.outgoing, credentials=session.credentials),
            today=TODAY,
            output_tokens=100,
        )
        yield Desk(record=record, network=scripted, meter=meter, account=account, access=access)


async def failed(
    response: Scripted,
    error: type[Exception],
    *,
    listener: Listener | None = None,
    deadline: Deadline | None = None,
) -> tuple[Outcome, Desk]:
    """How the only attempt was booked, after its error reached whoever asked."""
    async with desk(response, retry=ONCE) as here:
        with pytest.raises(error):
            await here.ask(listener=listener, deadline=deadline)
    assert here.left_open == 0
    (outcome,) = here.outcomes
    return outcome, here
