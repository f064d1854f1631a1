"""The doubles that users' tests stand on behave as they say."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import httpx2
import openai
import pytest

from simulator import testing
from simulator.record import memory
from simulator.testing import Scripted, ScriptedStream, ScriptedTransport, completion


async def ask(network: ScriptedTransport, **fields: Any) -> httpx2.Response:
    """One request over a scripted network."""
    async with httpx2.AsyncClient(transport=network) as client:
        return await client.post("http://test/v1", json=fields)


async def test_responses_come_in_order() -> None:
    """Bodies, bytes, whole responses and functions answer one request each."""

    def echo(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(418, content=request.content)

    script: list[Scripted] = [{"a": 1}, b"<html>", (503, {"retry-after": "1"}, {"b": 2}), echo]
    network = ScriptedTransport(script)

    responses = [await ask(network, n=number) for number in range(4)]

    assert [(one.status_code, one.content) for one in responses] == [
        (200, b'{"a": 1}'),
        (200, b"<html>"),
        (503, b'{"b": 2}'),
        (418, b'{"n":3}'),
    ]
    assert responses[2].headers["retry-after"] == "1"
    assert network.bodies == [{"n": number} for number in range(4)]


async def test_an_exception_is_raised() -> None:
    """What breaks on the way to a server can be scripted too."""
    network = ScriptedTransport([httpx2.ConnectError("refused")])

    with pytest.raises(httpx2.ConnectError, match="refused"):
        await ask(network)


async def test_a_script_that_is_over_fails_the_test() -> None:
    """A request nobody expected is a mistake, not an answer."""
    network = ScriptedTransport([completion("Well?")])
    await ask(network)

    with pytest.raises(AssertionError, match=r"^Request 2 came after the end of the script\.$"):
        await ask(network)


async def test_a_script_can_be_written_on() -> None:
    """What is added is answered after the rest."""
    network = ScriptedTransport()
    network.add(completion("Well?"))

    response = await ask(network)

    assert response.json() == completion("Well?")


async def test_a_test_can_wait_for_a_request() -> None:
    """Whoever wants to cancel a question knows when it is on its way."""
    network = ScriptedTransport([{}, {}])
    waiting = asyncio.create_task(network.arrived(2))

    await ask(network)
    early = waiting.done()
    await ask(network)
    await asyncio.wait_for(waiting, 5)

    assert not early


async def test_a_completion_is_streamed_to_who_wants_a_stream() -> None:
    """The real SDK reads the same words from it, in several pieces."""
    network = ScriptedTransport([completion("Well, why not? " * 9)])
    async with httpx2.AsyncClient(transport=network) as http_client:
        client = openai.AsyncOpenAI(api_key="x", http_client=http_client, max_retries=0)
        stream = await client.chat.completions.create(model="m", messages=[], stream=True)
        chunks = [chunk async for chunk in stream]

    pieces = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert "".join(pieces) == "Well, why not? " * 9
    assert len([piece for piece in pieces if piece]) > 2
    assert chunks[-1].usage is not None


async def test_a_stream_waits_and_breaks_as_scripted() -> None:
    """Bytes, pauses and a tear come in the order they were written."""
    stream = ScriptedStream([b"a", 0.02, b"b", httpx2.ReadError("reset")])
    began, pieces = time.monotonic(), aiter(stream)

    heard = [await anext(pieces), await anext(pieces)]
    with pytest.raises(httpx2.ReadError, match="reset"):
        await anext(pieces)
    await stream.aclose()

    assert (heard, stream.closed) == ([b"a", b"b"], True)
    assert time.monotonic() - began >= 0.02


def test_a_completion_has_the_fields_of_the_api() -> None:
    """The SDK's own model takes it, without a field left over."""
    body = completion("Well?", tools=[("t1", "clock", "{}")], fingerprint="fp_1")

    parsed = openai.types.chat.ChatCompletion.model_validate(body)

    assert json.loads(parsed.model_dump_json(exclude_unset=True)) == body
    assert parsed.choices[0].finish_reason == "tool_calls"
    assert "usage" not in completion("Well?", usage={})


def test_the_record_in_memory_is_offered_too() -> None:
    """Tests need one place to import from."""
    assert testing.MemoryRecord is memory.MemoryRecord
