"""Servers that are nearly compatible, over real HTTP: each answer is the bytes somebody wrote."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

from simulator.llm.event_stream import event_chunks
from simulator.llm.transports.live import Live
from simulator.testing import completion
from tests.llm_samples import AT_ONCE, Desk, catalog, desk

__all__ = ["SSE", "Lookalike", "event", "reply", "served", "stream", "text_of", "whole"]

SSE = "text/event-stream"
_JSON = "application/json"
_REASONS = {200: "OK", 400: "Bad Request", 422: "Unprocessable", 500: "Internal Server Error"}


def reply(
    body: bytes, *, kind: str = _JSON, status: int = 200, zipped: bool = False, cut: bool = False
) -> bytes:
    """An HTTP response; without a kind it names no content type."""
    content = gzip.compress(body) if zipped else body
    head = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Status')}", "connection: close"]
    head += [f"content-type: {kind}"] if kind else []
    head += ["content-encoding: gzip"] if zipped else []
    head += [] if cut else [f"content-length: {len(content)}"]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + content


def whole(body: object, **more: Any) -> bytes:
    """A JSON answer."""
    return reply(json.dumps(body).encode(), **more)


def event(**chunk: Any) -> bytes:
    """One event of a stream."""
    return f"data: {json.dumps(chunk)}\n\n".encode()


def text_of(text: str, **choice: Any) -> bytes:
    """An event with more of the words."""
    return event(choices=[{"index": 0, "delta": {"content": text}, **choice}])


def stream(*events: bytes, kind: str = SSE, done: bool = True, **more: Any) -> bytes:
    """A stream of these events, or of a plain answer."""
    pieces = events or tuple(event_chunks(completion("Well, why not?"))[:-1])
    return reply(b"".join((*pieces, b"data: [DONE]\n\n" if done else b"")), kind=kind, **more)


class Lookalike:
    """A server on loopback that answers the first request with the first bytes, and so on.

    Given a function instead, it answers each request with what that makes of its body.
    """

    def __init__(self, answers: Iterable[bytes] | Callable[[dict[str, Any]], bytes]) -> None:
        written = [] if callable(answers) else list(answers)
        self._answer = answers if callable(answers) else lambda _: written[len(self.bodies) - 1]
        self.bodies: list[dict[str, Any]] = []
        """The JSON of every request."""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        """Serve; yields the base URL."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()[:2]
        try:
            yield f"http://{host}:{port}/v1"
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode().lower().split("\r\n")
        length = next(int(line[15:]) for line in lines if line.startswith("content-length:"))
        self.bodies.append(json.loads(await reader.readexactly(length)))
        writer.write(self._answer(self.bodies[-1]))
        await writer.drain()
        writer.close()


@asynccontextmanager
async def served(
    *answers: bytes, supports: Iterable[str] = (), **endpoint: object
) -> AsyncIterator[tuple[Desk, Lookalike]]:
    """A desk whose network is such a server, at an endpoint described so, for such models."""
    server = Lookalike(answers)
    async with server.running() as url:
        models = catalog(base_url=url, **endpoint)
        if supports:
            able = {"supports": tuple(supports), "effort_with_tools": "none"}
            entries = {name: one.model_copy(update=able) for name, one in models.models.items()}
            models = models.model_copy(update={"models": entries})
        async with desk(network=Live(), models=models, retry=AT_ONCE) as here:
            yield here, server
