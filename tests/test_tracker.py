"""The tracker as a callback of a plain LangChain model: every call is on the books."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx2
import openai
import pytest
from langchain_core.callbacks import AsyncCallbackHandler
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, LLMResult
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from simulator.definitions.model_catalog import ModelCatalog, ModelSpec
from simulator.definitions.model_entry import Processing
from simulator.errors import StoreFailed
from simulator.llm.call_context import CallContext, current_call
from simulator.llm.tracker import Tracker
from simulator.record.calls import Attempt, Call, Outcome
from simulator.record.usage import Usage
from simulator.testing import MemoryRecord, Scripted, ScriptedStream, ScriptedTransport, completion
from tests.llm_samples import RUN, catalog, desk
from tests.record_samples import at_one_price

USAGE = {
    "prompt_tokens": 90,
    "completion_tokens": 12,
    "total_tokens": 102,
    "prompt_tokens_details": {"cached_tokens": 64, "cache_write_tokens": 16},
    "completion_tokens_details": {"reasoning_tokens": 8},
}
WELL = completion("Well, why not?", usage=USAGE)
PAID = Outcome(
    state="settled",
    usage=Usage(input=90, cached=64, cache_write=16, output=12, reasoning=8),
    cost=Decimal(90 * 2 + 12 * 8) / 10**6,
    instead=at_one_price(Decimal(90 * 2 + 12 * 8) / 10**6),
)


def known(name: str) -> ModelSpec:
    """One model at OpenAI with a price."""
    given = {
        "endpoints": {"openai": {"base_url": "http://127.0.0.1:1/v1"}},
        "models": {"openai/gpt-4.1": {"price": {"in": 2, "out": 8}}},
    }
    return ModelCatalog.model_validate(given).spec(name)


@dataclass
class Plain:
    """A plain model that somebody made, and the tracker's ledger."""

    model: ChatOpenAI
    record: MemoryRecord
    streamed: str = ""

    @property
    def outcome(self) -> Outcome:
        """How the only attempt ended."""
        (outcome,) = self.record.outcomes.values()
        return outcome

    @property
    def states(self) -> list[str]:
        """How the calls ended."""
        return list(self.record.states.values())

    async def stream(self) -> None:
        """Read a whole stream."""
        async for chunk in self.model.astream("Well?"):
            self.streamed += str(chunk.content)


@asynccontextmanager
async def plain(
    *responses: Scripted, record: MemoryRecord | None = None, **more: Any
) -> AsyncIterator[Plain]:
    """A plain `ChatOpenAI` with the tracker as its callback."""
    ledger = MemoryRecord() if record is None else record
    async with httpx2.AsyncClient(transport=ScriptedTransport(responses)) as client:
        model = ChatOpenAI(
            model="gpt-4.1",
            api_key=SecretStr("sk-test"),
            base_url="http://127.0.0.1:1/v1",
            http_async_client=client,
            max_retries=0,
            stream_usage=True,
            callbacks=[Tracker(ledger, run=RUN, **{"spec_of": known, **more})],
        )
        yield Plain(model, ledger)


async def test_an_invoked_model_is_booked_and_priced() -> None:
    """Call, attempt, usage and dollars are on record, from what LangChain reports."""
    async with plain(WELL) as here:
        await here.model.ainvoke("Well?")

    ((number, call),) = here.record.calls.items()
    (attempt,) = here.record.attempts.values()
    assert call == Call(
        id=number,
        run=RUN,
        turn=0,
        persona="",
        purpose="other",
        model="openai/gpt-4.1",
        at=call.at,
    )
    assert attempt == Attempt(
        call=number,
        number=1,
        model="openai/gpt-4.1",
        reserved=attempt.reserved,
        reserved_tokens=attempt.reserved_tokens,
        at=attempt.at,
    )
    assert (here.outcome, here.states) == (PAID, ["answered"])


async def test_a_streamed_model_is_booked_by_its_last_chunk() -> None:
    """Usage comes at the end of the stream, and is not lost."""
    async with plain(WELL) as here:
        await here.stream()

    assert (here.streamed, here.outcome, here.states) == ("Well, why not?", PAID, ["answered"])


async def test_a_model_that_calls_tools_is_booked_like_any_other() -> None:
    """Tool calls are answers too."""

    @tool
    def clock() -> str:
        """The time of day."""
        return "12:30"

    async with plain(completion(tools=[("t1", "clock", "{}")], usage=USAGE)) as here:
        said = await here.model.bind_tools([clock]).ainvoke("What time is it?")

    assert [call["name"] for call in said.tool_calls] == ["clock"]
    assert (here.outcome, here.states) == (PAID, ["answered"])


async def test_several_calls_at_once_are_told_apart() -> None:
    """Every call has its own row."""
    async with plain(WELL, WELL, WELL) as here:
        await asyncio.gather(*(here.model.ainvoke("Well?") for _ in range(3)))

    assert here.states == ["answered"] * 3
    assert list(here.record.outcomes.values()) == [PAID] * 3


async def test_an_error_is_booked_with_its_details() -> None:
    """Kind, message, status, request id and the wait asked for are kept; nothing was paid."""
    refusal = (429, {"x-request-id": "req_1", "retry-after": "7"}, {"error": {"message": "slow"}})

    async with plain(refusal) as here:
        with pytest.raises(openai.RateLimitError):
            await here.model.ainvoke("Well?")

    assert here.outcome == Outcome(
        state="released",
        status=429,
        request_id="req_1",
        error="OpenAIRateLimitError",
        message=here.outcome.message,
        retry_after=7.0,
    )
    assert "slow" in here.outcome.message
    assert here.states == ["failed"]


async def test_a_stream_that_breaks_is_unknown() -> None:
    """What was paid for half an answer nobody knows."""
    async with plain(ScriptedStream([httpx2.ReadError("reset")])) as here:
        with pytest.raises(openai.APIConnectionError):
            await here.stream()

    assert (here.outcome.state, here.states) == ("unknown", ["failed"])


async def test_an_answer_without_usage_is_unknown() -> None:
    """It was answered, but what it cost is not known, and not zero."""
    async with plain(completion("Well?", usage={})) as here:
        await here.model.ainvoke("Well?")

    assert here.outcome == Outcome(state="unknown")
    assert here.states == ["answered"]


@pytest.mark.parametrize(
    ("asked", "output"),
    [({"max_tokens": 500}, 500), ({"max_tokens": 500, "n": 3}, 1_500), ({}, 128_000)],
)
async def test_a_plain_call_is_booked_at_the_most_it_can_cost(
    asked: dict[str, int], output: int
) -> None:
    """The most tokens of what is sent, and all that the answer may have, at the price."""
    async with plain(completion("Well?", usage={}), completion("Well?", usage={})) as here:
        model = here.model.bind(**asked)
        await model.ainvoke("Well?")
        await model.ainvoke("Well? " * 1_000)

    short, long = here.record.attempts.values()
    prompt = short.reserved_tokens - output
    assert 0 < prompt < 200
    assert long.reserved_tokens - short.reserved_tokens in {3_996, 3_997}
    assert short.reserved == Decimal(prompt * 2 + output * 8) / 10**6


@pytest.mark.parametrize("spec_of", [None, catalog().spec])
async def test_a_model_nobody_knows_has_no_price(
    spec_of: Callable[[str], ModelSpec] | None,
) -> None:
    """Its tokens are booked, its dollars unknown; the call is not refused for it."""
    async with plain(WELL, spec_of=spec_of) as here:
        await here.model.ainvoke("Well?")

    assert here.outcome == Outcome(state="settled", usage=PAID.usage)


@pytest.mark.parametrize(
    ("tier", "processing", "known_cost"),
    [("", "standard", True), ("flex_", "flex", True), ("priority_", "priority", False)],
)
async def test_cached_tokens_are_found_in_every_way_of_processing(
    tier: str, processing: Processing, *, known_cost: bool
) -> None:
    """LangChain names them after the processing; what priority costs stands nowhere here."""
    usage = {
        "input_tokens": 90,
        "output_tokens": 12,
        "total_tokens": 102,
        "input_token_details": {f"{tier}cache_read": 64, f"{tier}cache_creation": 16, "audio": 0},
        "output_token_details": {f"{tier}reasoning": 8},
    }
    record, number = MemoryRecord(), uuid4()
    tracker = Tracker(record, run=RUN, spec_of=known)
    said = AIMessage("Well?", usage_metadata=usage)

    await tracker.on_chat_model_start(
        {}, [[]], run_id=number, invocation_params={"model": "gpt-4.1"}
    )
    await tracker.on_llm_end(LLMResult(generations=[[ChatGeneration(message=said)]]), run_id=number)

    cost = PAID.cost if known_cost else None
    instead = replace(PAID.instead, charged=cost)
    assert list(record.outcomes.values()) == [
        replace(PAID, cost=cost, instead=instead, processing=processing)
    ]


@pytest.mark.parametrize("generations", [[], [[]]])
async def test_usage_of_a_partial_answer_is_salvaged(generations: list[Any]) -> None:
    """Whatever LangChain knows of an answer that failed is booked; it may know nothing."""
    chunk = AIMessageChunk(
        content="We", usage_metadata={"input_tokens": 5, "output_tokens": 1, "total_tokens": 6}
    )
    partial = [[ChatGeneration(message=chunk)], *generations]
    ends = []
    for response in (partial, generations):
        record, number = MemoryRecord(), uuid4()
        tracker = Tracker(record, run=RUN, spec_of=known)
        await tracker.on_chat_model_start({}, [[]], run_id=number)
        result = LLMResult(generations=response)
        await tracker.on_llm_error(RuntimeError("it broke"), run_id=number, response=result)
        (outcome,) = record.outcomes.values()
        ends.append((outcome.state, outcome.usage, outcome.error, record.states.popitem()[1]))

    assert ends == [
        ("settled", Usage(input=5, output=1), "RuntimeError", "failed"),
        ("unknown", None, "RuntimeError", "failed"),
    ]


class FullDisk(MemoryRecord):
    """A ledger that cannot book."""

    def reserve(self, attempt: Attempt) -> None:
        """Fail."""
        raise StoreFailed("the disk is full")


async def test_a_ledger_that_fails_stops_the_call() -> None:
    """What cannot be booked is not asked: LangChain does not swallow the tracker's errors."""
    async with plain(WELL, record=FullDisk()) as here:
        with pytest.raises(StoreFailed, match="the disk is full"):
            await here.model.ainvoke("Well?")

    assert here.record.outcomes == {}


def test_it_works_in_a_script_without_a_loop() -> None:
    """A model that is invoked synchronously is booked as well."""
    record = MemoryRecord()
    body = httpx2.Response(200, json=WELL)
    with httpx2.Client(transport=httpx2.MockTransport(lambda _: body)) as client:
        model = ChatOpenAI(
            model="gpt-4.1",
            api_key=SecretStr("sk-test"),
            base_url="http://127.0.0.1:1/v1",
            http_client=client,
            max_retries=0,
            callbacks=[Tracker(record, run=RUN, spec_of=known)],
        )
        model.invoke("Well?")

    assert list(record.outcomes.values()) == [PAID]


@dataclass
class Witness(AsyncCallbackHandler):
    """Notes which question is under way whenever LangChain calls back."""

    seen: list[CallContext | None] = field(default_factory=list)

    async def on_chat_model_start(
        self,
        serialized: dict[str, Any],
        messages: list[list[BaseMessage]],
        *,
        run_id: UUID,
        **kwargs: Any,
    ) -> None:
        """Note it."""
        self.seen.append(current_call.get())

    async def on_llm_end(self, response: LLMResult, *, run_id: UUID, **kwargs: Any) -> None:
        """Note it."""
        self.seen.append(current_call.get())


async def test_callbacks_and_transports_see_the_question_under_way() -> None:
    """The object that `ask` sets is the same in callbacks, in the network, and in no other task."""
    witness, in_network = Witness(), []

    def answer(_: httpx2.Request) -> httpx2.Response:
        in_network.append(current_call.get())
        return httpx2.Response(200, json=WELL)

    async with desk(answer) as here:
        model = here.access.session.model(catalog().spec("test/small"))
        model.callbacks = [witness]
        await here.ask()

    (number,) = here.record.calls
    assert [one.booking.id for one in witness.seen if one] == [number, number]
    assert in_network == [witness.seen[0]] == [witness.seen[1]]
    assert current_call.get() is None


async def test_calls_of_ask_are_not_booked_twice() -> None:
    """Inside `ask` the transports book the attempts; the tracker adds none of its own."""
    async with desk(WELL) as here:
        await here.ask()

    assert (len(here.record.calls), len(here.record.attempts)) == (1, 1)
