"""The chat model under every question: what a wired body becomes, and what plain use still does."""

from __future__ import annotations

from typing import Any

import httpx2
import openai
import pytest
from langchain_core.callbacks import AsyncCallbackHandler
from langchain_core.messages import AIMessage
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from simulator.llm.call_context import current_call
from simulator.llm.chat_model import WiredChatOpenAI
from simulator.llm.meter import RunMeter
from simulator.llm.session import Session
from simulator.testing import MemoryRecord, ScriptedTransport, completion
from tests.llm_samples import call_context, catalog

KEY = "sk-proj-0123456789abcdef"
SPEC = catalog(key_variable="TEST_KEY").spec("test/small")
ENVIRON = {"TEST_KEY": KEY}
BODY: dict[str, Any] = {
    "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Well?"}],
    "max_completion_tokens": 50,
}
WELL = completion("Well, why not?", fingerprint="fp_1")


async def wired(model: ChatOpenAI) -> AIMessage:
    """Ask as `ask` does."""
    record = MemoryRecord()
    context = call_context(spec=SPEC, meter=RunMeter(record))
    record.open_call(context.booking)
    token = current_call.set(context)
    try:
        return await model.ainvoke([], extra_body=BODY)
    finally:
        current_call.reset(token)


async def test_a_wired_body_is_posted_as_it_is() -> None:
    """Nothing is added but the model's name, nothing is rewritten."""
    network = ScriptedTransport([WELL])

    async with Session(environ=ENVIRON, network=network) as session:
        await wired(session.model(SPEC))

    assert network.bodies == [{"model": "small", **BODY}]
    assert str(network.requests[0].url) == "http://127.0.0.1:1/v1/chat/completions"


async def test_it_bears_the_headers_of_the_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways to ask are the same client to the endpoint, the account's organisation included."""
    monkeypatch.setenv("OPENAI_ORG_ID", "org-7")
    network = ScriptedTransport([WELL, WELL])

    async with Session(environ=ENVIRON, network=network) as session:
        model = session.model(SPEC)
        await wired(model)
        await model.ainvoke("Well?")

    ours, plain = (request.headers for request in network.requests)
    names = ("authorization", "content-type", "accept", "user-agent", "openai-organization")
    assert {name: ours.get(name) for name in names} == {name: plain.get(name) for name in names}
    assert (ours["authorization"], ours["openai-organization"]) == (f"Bearer {KEY}", "org-7")


async def test_both_ways_give_the_same_message() -> None:
    """Words, tool calls, usage, model and fingerprint are read alike."""
    called = completion(tools=[("call_1", "clock", "{}")])
    network = ScriptedTransport([WELL, WELL, called, called])

    async with Session(environ=ENVIRON, network=network) as session:
        model = session.model(SPEC)
        said = [await wired(model), await model.ainvoke("Well?")]
        tools = [await wired(model), await model.ainvoke("Well?")]

    first, second = (_essence(message) for message in said)
    assert first == second
    assert (first["content"], first["usage"]["total_tokens"]) == ("Well, why not?", 120)
    assert _essence(tools[0]) == _essence(tools[1])
    assert tools[0].tool_calls[0]["name"] == "clock"


def _essence(message: AIMessage) -> dict[str, Any]:
    kept = ("finish_reason", "model_name", "system_fingerprint")
    return {
        "content": message.content,
        "calls": message.tool_calls,
        "usage": message.usage_metadata,
        "about": {name: message.response_metadata.get(name) for name in kept},
    }


async def test_a_body_without_messages_goes_the_way_of_langchain() -> None:
    """Extra fields are still extra where the messages come through LangChain."""
    network = ScriptedTransport([WELL])

    async with Session(environ=ENVIRON, network=network) as session:
        await session.model(SPEC).ainvoke("Well?", extra_body={"verbosity": "low"})

    (body,) = network.bodies
    assert body["verbosity"] == "low"
    assert body["messages"] == [{"role": "user", "content": "Well?"}]


async def test_outside_of_a_question_errors_are_those_of_the_sdk() -> None:
    """Nobody's transports stand guard there, so nothing is taken for an answer that is none."""
    network = ScriptedTransport([(400, {}, {"error": {"message": "No."}})])

    async with Session(environ=ENVIRON, network=network) as session:
        with pytest.raises(openai.BadRequestError, match="No"):
            await session.model(SPEC).ainvoke([], extra_body=BODY)


async def test_callbacks_are_told_what_langchain_tells() -> None:
    """The parameters that are put together once are the ones of every call."""
    told: list[dict[str, Any]] = []

    class Listening(AsyncCallbackHandler):
        async def on_chat_model_start(self, *_: Any, **more: Any) -> None:
            told.append(more["invocation_params"])

    network = ScriptedTransport([WELL, WELL])
    async with Session(environ=ENVIRON, network=network) as session:
        ours = session.model(SPEC)
        theirs = ChatOpenAI(
            model="small",
            api_key=SecretStr(KEY),
            base_url=SPEC.endpoint.base_url,
            http_async_client=httpx2.AsyncClient(transport=network),
            stream_usage=True,
            stream_chunk_timeout=None,
        )
        for model in (ours, theirs):
            await model.ainvoke("Well?", {"callbacks": [Listening()]}, extra_body={"user": "me"})

    assert told[0] == told[1] | {"_type": told[0]["_type"]}
    assert told[0]["extra_body"] == {"user": "me"}


async def test_langchain_sets_no_time_limits_of_its_own() -> None:
    """Its limit per chunk of a stream loses a cancellation that comes together with a chunk."""
    async with Session(environ=ENVIRON) as session:
        model = session.model(SPEC)

    assert (model.stream_chunk_timeout, model.max_retries) == (None, 0)


async def test_no_key_is_shown() -> None:
    """Neither by the model nor by what it keeps for its requests."""
    network = ScriptedTransport([WELL])

    async with Session(environ=ENVIRON, network=network) as session:
        model = session.model(SPEC)
        assert isinstance(model, WiredChatOpenAI)
        await wired(model)
        shown = f"{model!r} {vars(model)!r} {model.model_dump()!r}"

    assert KEY not in shown
