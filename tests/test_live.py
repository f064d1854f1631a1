"""The network: real sockets to a server on this machine, with all that can go wrong on the way."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from simulator.definitions.model_catalog import ModelCatalog
from simulator.errors import (
    ConnectionFailed,
    DeadlineExceeded,
    ModelError,
    NothingListens,
    StreamTorn,
)
from simulator.llm.ask import Listener
from simulator.llm.call_context import Deadline
from simulator.llm.event_stream import event_chunks
from simulator.llm.transports.live import Live
from simulator.testing import completion
from tests.llm_samples import AT_ONCE, ONCE, Desk, catalog, desk, question

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


async def failed(
    *acts: Act,
    error: type[ModelError],
    listener: Listener | None = None,
    seconds: float = 5.0,
    silence: float = 45.0,
) -> tuple[ModelError, tuple[str, str], float]:
    """What was raised for the only attempt, how it was booked, and how long it took."""
    began = time.monotonic()
    async with at_server(*acts, silence=silence) as (here, _):
        with pytest.raises(error) as raised:
            await here.ask(listener=listener, deadline=Deadline(seconds))
        took = time.monotonic() - began
    assert here.left_open == 0
    (end,) = here.ends
    return raised.value, end, took


async def test_an_answer_comes_over_the_network() -> None:
    """Request and answer are the same as over a scripted network."""
    async with at_server(answers(WELL)) as (here, server):
        said = await here.ask()

    assert (said.value, here.ends) == ("WELL, WHY NOT?", [("settled", "")])
    assert server.heads[0].startswith(b"POST /v1/chat/completions HTTP/1.1\r\n")


async def test_a_stream_comes_over_the_network() -> None:
    """Events arrive as they are sent, and the last one settles the attempt."""
    told: list[str] = []
    listener = Listener(streams=True, text=told.append)

    async with at_server(streams(*event_chunks(WELL, piece=4))) as (here, _):
        said = await here.ask(listener=listener)

    assert (said.value, "".join(told)) == ("WELL, WHY NOT?", "Well, why not?")
    assert here.ends == [("settled", "")]


async def test_one_connection_serves_many_questions() -> None:
    """Whoever asks again does not connect again, whether answers are streamed or not."""
    acts = [answers(WELL), streams(*event_chunks(WELL)), answers(WELL), answers(WELL)]

    async with at_server(*acts) as (here, server):
        for number in range(4):
            deadline = Deadline(5)
            listener = Listener(streams=number == 1)
            await here.ask(question(n=number), listener=listener, deadline=deadline)

    assert (len(server.heads), server.connections) == (4, 1)


async def test_many_questions_are_on_the_way_at_once() -> None:
    """A hundred questions wait for a slow server together, not one after the other."""

    async def slow(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.1)
        await answers(WELL)(writer)

    async with at_server(*[slow] * 100) as (here, _):
        began = time.monotonic()
        await asyncio.gather(*(here.ask(question(n=number)) for number in range(100)))
        took = time.monotonic() - began

    assert here.ends == [("settled", "")] * 100
    assert took < 5


async def test_retry_after_is_obeyed_over_the_network() -> None:
    """The server's word arrives and is waited for."""
    slow_down = says("429 Too Many Requests", b"{}", headers="Retry-After: 0.1\r\n")
    began = time.monotonic()

    async with at_server(slow_down, answers(WELL), again=True) as (here, _):
        await here.ask()

    assert time.monotonic() - began >= 0.1
    assert here.ends == [("released", "rate_limited"), ("settled", "")]
    assert here.outcomes[0].retry_after == 0.1


async def test_where_nobody_listens_nothing_was_sent() -> None:
    """A refused connection is surely not paid, is not tried again, and the message says why."""
    async with at_server() as (_, server):
        pass
    async with desk(network=Live(), models=server.models) as here:
        with pytest.raises(NothingListens) as raised:
            await here.ask()

    assert str(raised.value).startswith(f"Nothing listens at 127.0.0.1:{server.port}: start")
    assert (raised.value.sent, here.ends) == (False, [("released", "nothing_listens")])


@pytest.mark.parametrize(
    "act",
    [
        hangs_up,
        then_resets(says_nothing),
        says("200 OK", b'{"choices": [', length=500),
        then_resets(says("200 OK", b'{"choices": [', length=500)),
    ],
    ids=["hangs up", "resets", "closes in the answer", "resets in the answer"],
)
async def test_a_connection_that_breaks_may_have_been_paid(act: Act) -> None:
    """After the request has left, nobody knows what became of it."""
    error, end, _ = await failed(act, error=ConnectionFailed)

    assert isinstance(error, ConnectionFailed)
    assert (error.sent, end) == (True, ("unknown", "connection_failed"))


async def test_a_server_that_speaks_no_http_is_a_broken_connection() -> None:
    """Whatever the network library says about it, it becomes one of our errors."""

    async def mumbles(writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example.org ESMTP\r\n")
        writer.close()

    _, end, _ = await failed(mumbles, error=ConnectionFailed)

    assert end == ("unknown", "connection_failed")


async def test_a_damaged_compression_is_a_broken_answer() -> None:
    """Bytes that cannot be unpacked are no answer."""
    packed = says("200 OK", b"no gzip at all", headers="Content-Encoding: gzip\r\n")

    _, end, _ = await failed(packed, error=ConnectionFailed)

    assert end == ("unknown", "connection_failed")


async def test_a_stream_that_is_reset_is_torn() -> None:
    """The reset is seen in the middle of the words, and the attempt may have been paid."""
    _, end, _ = await failed(then_resets(opens), error=StreamTorn, listener=STREAMED)

    assert end == ("unknown", "stream_torn")


async def test_a_torn_stream_is_asked_for_again() -> None:
    """The whole answer comes from a new connection, within the same call."""
    restarted: list[str] = []
    listener = Listener(streams=True, restarted=restarted.append)
    whole = streams(*event_chunks(WELL))

    async with at_server(then_resets(opens), whole, again=True) as (here, server):
        said = await here.ask(listener=listener)

    assert (said.value, restarted, server.connections) == ("WELL, WHY NOT?", list(said.calls), 2)
    assert here.ends == [("unknown", "stream_torn"), ("settled", "")]


@pytest.mark.parametrize("listener", [None, STREAMED], ids=["plain", "streamed"])
async def test_a_slow_drip_meets_the_deadline(listener: Listener | None) -> None:
    """No read of it times out, yet the turn ends near its deadline."""
    events = b"".join(event_chunks(WELL))
    drip = [piece for byte in events for piece in (0.01, bytes([byte]))]

    _, end, took = await failed(
        streams(*drip), error=DeadlineExceeded, listener=listener, seconds=0.2
    )

    assert end == ("unknown", "deadline_exceeded")
    assert 0.2 <= took < 5


async def test_a_server_that_never_answers_meets_the_deadline() -> None:
    """The turn's time is up before the first byte came."""
    error, end, took = await failed(keeps_silent, error=DeadlineExceeded, seconds=0.2)

    assert (str(error), end) == (
        "No answer within the turn's 0.2 seconds.",
        ("unknown", "deadline_exceeded"),
    )
    assert 0.2 <= took < 5


async def test_an_attempt_that_is_silent_too_long_is_made_again() -> None:
    """Long before the turn's time is up, one attempt has had its own."""
    async with at_server(keeps_silent, answers(WELL), again=True, silence=0.4) as (here, _):
        said = await here.ask()

    assert said.value == "WELL, WHY NOT?"
    assert here.ends == [("unknown", "connection_failed"), ("settled", "")]


async def test_a_stream_that_falls_silent_is_torn() -> None:
    """Silence within a stream is a tear like any other."""
    stalls = streams(*event_chunks(WELL, piece=4)[:3], 60.0)

    _, end, took = await failed(stalls, error=StreamTorn, listener=STREAMED, silence=0.4)

    assert end == ("unknown", "stream_torn")
    assert took < 5


async def test_nothing_is_left_behind() -> None:
    """After a session is closed no task is pending, whatever happened in it."""
    before = asyncio.all_tasks()
    acts = [then_resets(opens), streams(*event_chunks(WELL)), keeps_silent, hangs_up, answers(WELL)]

    async with at_server(*acts, again=True, silence=0.4) as (here, _):
        await here.ask(listener=STREAMED)
        await here.ask(question(n=1))
    await asyncio.sleep(0)

    assert asyncio.all_tasks() == before
