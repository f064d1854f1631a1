"""Doubles for tests, ours and yours: models that answer from a script, a record in memory.

    with LoopbackServer(Scripts(), catalog, faults=Faults.of("429:0.1=0.2")) as server: ...
    network = ScriptedTransport([(429, {"retry-after": "0.1"}, {}), completion("Hello.")])
    async with Session(environ={}, network=network) as session: ...
    assert network.bodies[0]["messages"][0]["role"] == "system"

The doubles stand in the place of the network, so retries, money and parsing are the real ones.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import httpx2

from simulator.llm.event_stream import event_chunks, wants_stream
from simulator.llm.stand_in.faults import Fault, Faults
from simulator.llm.stand_in.script import Scripts
from simulator.llm.stand_in.server import LoopbackServer
from simulator.record.memory import MemoryRecord

__all__ = [
    "Fault",
    "Faults",
    "LoopbackServer",
    "MemoryRecord",
    "Scripted",
    "ScriptedStream",
    "ScriptedTransport",
    "Scripts",
    "completion",
]

_EVENTS = {"content-type": "text/event-stream"}
_JSON = {"content-type": "application/json"}


class ScriptedStream(httpx2.AsyncByteStream):
    """The body of an event stream, piece by piece.

    Bytes come as they are, a number waits for so many seconds, an exception breaks it off.
    """

    def __init__(self, pieces: Iterable[bytes | float | Exception]) -> None:
        self._pieces = tuple(pieces)
        self.closed = False
        """Whether whoever read it has let go of it."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            if isinstance(piece, Exception):
                raise piece
            if isinstance(piece, bytes):
                yield piece
            else:
                await asyncio.sleep(piece)

    async def aclose(self) -> None:
        """Note that nobody reads it any more."""
        self.closed = True


Body: TypeAlias = Mapping[str, Any] | bytes
Scripted: TypeAlias = (
    Body
    | tuple[int, Mapping[str, str], Body]
    | ScriptedStream
    | Exception
    | Callable[[httpx2.Request], httpx2.Response]
)
"""What answers one request: a JSON body or raw bytes with status 200; (status, headers, body);
a stream; an exception, which is raised; or a function that makes the response."""


class ScriptedTransport(httpx2.AsyncBaseTransport):
    """Answers the first request with the first response, and so on; give it to a `Session`.

    A completion given as a body is sent as an event stream where the request asks for one.
    """

    def __init__(self, responses: Iterable[Scripted] = ()) -> None:
        self._responses = list(responses)
        self._arrival = asyncio.Event()
        self.requests: list[httpx2.Request] = []
        """Every request, in order of arrival."""

    def add(self, response: Scripted) -> None:
        """Write the script on."""
        self._responses.append(response)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """The JSON of every request."""
        return [json.loads(request.content) for request in self.requests]

    async def arrived(self, count: int) -> None:
        """Wait until so many requests have come."""
        while len(self.requests) < count:
            self._arrival.clear()
            await self._arrival.wait()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The next response of the script.

        Raises:
            AssertionError: the script is over.
        """
        self.requests.append(request)
        self._arrival.set()
        number = len(self.requests)
        if number > len(self._responses):
            raise AssertionError(f"Request {number} came after the end of the script.")
        return _response(self._responses[number - 1], request)


def _response(scripted: Scripted, request: httpx2.Request) -> httpx2.Response:
    if isinstance(scripted, Exception):
        raise scripted
    if isinstance(scripted, ScriptedStream):
        return httpx2.Response(200, headers=_EVENTS, stream=scripted)
    if isinstance(scripted, tuple):
        status, headers, body = scripted
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return httpx2.Response(status, headers={**_JSON, **headers}, content=content)
    if isinstance(scripted, bytes):
        return httpx2.Response(200, headers=_JSON, content=scripted)
    if isinstance(scripted, Mapping):
        return _completed(scripted, request)
    return scripted(request)


def _completed(body: Mapping[str, Any], request: httpx2.Request) -> httpx2.Response:
    if wants_stream(request.content) and "choices" in body:
        return httpx2.Response(200, headers=_EVENTS, stream=ScriptedStream(event_chunks(body)))
    return httpx2.Response(200, headers=_JSON, content=json.dumps(body).encode())


def completion(
    text: str | None = None,
    *,
    tools: Sequence[tuple[str, str, str]] = (),
    refusal: str | None = None,
    finish_reason: str | None = None,
    usage: Mapping[str, Any] | None = None,
    model: str = "scripted-2026-11-20",
    fingerprint: str | None = None,
) -> dict[str, Any]:
    """The body of a chat completion.

    `tools` are calls as (id, name, arguments as JSON text); `finish_reason` is `stop`, or
    `tool_calls` with tools, unless it is given; `usage` is 100 tokens read and 20 written unless
    it is given, and left out if empty.
    """
    message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": refusal}
    if tools:
        message["tool_calls"] = [
            {"id": ref, "type": "function", "function": {"name": name, "arguments": arguments}}
            for ref, name, arguments in tools
        ]
    reason = finish_reason or ("tool_calls" if tools else "stop")
    body: dict[str, Any] = {
        "id": "chatcmpl-scripted",
        "object": "chat.completion",
        "created": 1_795_132_800,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": reason, "logprobs": None}],
        "system_fingerprint": fingerprint,
    }
    spent = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
    if usage is None or usage:
        body["usage"] = dict(spent if usage is None else usage)
    return body
