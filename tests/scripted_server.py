"""A server over real sockets that does what a test writes down for it, act by act."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from simulator.definitions.model_catalog import ModelCatalog
from simulator.llm.ask import Listener
from simulator.llm.event_stream import event_chunks
from simulator.llm.transports.live import Live
from simulator.testing import completion
from tests.llm_samples import AT_ONCE, ONCE, Desk, catalog, desk

Act = Callable[[asyncio.StreamWriter], Awaitable[None]]

WELL = completion("Well, why not?")
STREAMED = Listener(streams=True)
EVENTS = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


def chunk(data: bytes) -> bytes:
    """Bytes as HTTP sends them when it does not know how many will come."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def says(status: str, body: bytes, *, headers: str = "", length: int | None = None) -> Act:
    """Answer a whole response; a greater `length` than the body's promises more than comes."""

    async def act(writer: asyncio.StreamWriter) -> None:
        size = len(body) if length is None else length
        head = f"HTTP/1.1 {status}\r\nContent-Length: {size}\r\n{headers}\r\n"
        writer.write(head.encode() + body)
        if size != len(body):
            await writer.drain()
            writer.close()

    return act


def answers(body: dict[str, Any]) -> Act:
    """Answer with a completion."""
    return says("200 OK", json.dumps(body).encode(), headers="Content-Type: application/json\r\n")


def streams(*pieces: bytes | float) -> Act:
    """Send an event stream with pauses."""

    async def act(writer: asyncio.StreamWriter) -> None:
        writer.write(EVENTS)
        for piece in pieces:
            if isinstance(piece, bytes):
                writer.write(chunk(piece))
                await writer.drain()
            else:
                await asyncio.sleep(piece)
        writer.write(chunk(b""))

    return act


def then_resets(act: Act) -> Act:
    """Tear the connection down after something was said."""

    async def reset(writer: asyncio.StreamWriter) -> None:
        await act(writer)
        await writer.drain()
        await asyncio.sleep(0.02)
        lingering = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, lingering)
        writer.transport.abort()

    return reset


async def opens(writer: asyncio.StreamWriter) -> None:
    """Begin a stream and do not end it."""
    writer.write(EVENTS + b"".join(chunk(piece) for piece in event_chunks(WELL, piece=4)[:3]))


async def hangs_up(writer: asyncio.StreamWriter) -> None:
    """Close the connection without a word."""
    writer.close()


async def says_nothing(writer: asyncio.StreamWriter) -> None:
    """Leave it at that."""


async def keeps_silent(writer: asyncio.StreamWriter) -> None:
    """Say nothing."""
    await asyncio.sleep(60)


@dataclass
class Server:
    """Answers the first request with the first act, and so on."""

    acts: list[Act]
    port: int = 0
    connections: int = 0
    heads: list[bytes] = field(default_factory=list)
    tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        with suppress(asyncio.CancelledError, ConnectionError, asyncio.IncompleteReadError):
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                size = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
                await reader.readexactly(int(size))
                self.heads.append(head)
                await self.acts[len(self.heads) - 1](writer)
        writer.close()

    @property
    def models(self) -> ModelCatalog:
        """A catalog whose endpoint is this server."""
        return catalog(base_url=f"http://127.0.0.1:{self.port}/v1")


@asynccontextmanager
async def at_server(
    *acts: Act, again: bool = False, silence: float = 45.0
) -> AsyncIterator[tuple[Desk, Server]]:
    """A desk with a real network and a server behind it."""
    server = Server(list(acts))
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    retry = AT_ONCE if again else ONCE
    try:
        async with desk(network=Live(seconds=silence), models=server.models, retry=retry) as here:
            yield here, server
    finally:
        listening.close()
        for task in server.tasks:
            task.cancel()
        await asyncio.gather(*server.tasks)
