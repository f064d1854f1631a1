"""Metering of streams: booked when whole, torn when not, and closed whoever stops reading."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import httpx2
import pytest

from simulator.errors import DeadlineExceeded, StreamTorn
from simulator.llm.ask import Listener
from simulator.llm.call_context import Deadline
from simulator.llm.event_stream import event_chunks
from simulator.llm.transports.retrying import RetryPolicy
from simulator.record.usage import Usage
from simulator.testing import ScriptedStream, completion
from tests.llm_samples import WELL, desk, failed

STREAMED = Listener(streams=True)
TWICE = RetryPolicy(attempts=2, pause=lambda *_: 0.0)


def stream(*pieces: bytes | float | Exception, of: int = 0) -> ScriptedStream:
    """A stream of the first `of` events of an answer, and of other pieces after them."""
    return ScriptedStream([*event_chunks(WELL, piece=4)[:of], *pieces])


def whole(body: dict[str, Any], *, piece: int = 5) -> ScriptedStream:
    """A whole stream, its bytes cut without regard to its events."""
    data = b"".join(event_chunks(body))
    return ScriptedStream(data[start : start + piece] for start in range(0, len(data), piece))


async def test_a_stream_is_settled_by_its_last_chunk() -> None:
    """However its bytes are cut, the usage at its end is what was paid."""
    async with desk(whole(WELL, piece=3)) as here:
        said = await here.ask(listener=STREAMED)

    (outcome,) = here.outcomes
    assert (said.value, outcome.state) == ("WELL, WHY NOT?", "settled")
    assert (outcome.usage, outcome.finish_reason) == (Usage(input=100, output=20), "stop")
    assert here.network.bodies[0]["stream_options"] == {"include_usage": True}


async def test_a_stream_counts_as_soon_as_it_says_done() -> None:
    """What happens to the connection after the answer is of no matter."""
    late = ScriptedStream([*event_chunks(WELL), httpx2.ReadError("reset")])

    async with desk(late) as here:
        await here.ask(listener=STREAMED)

    assert (here.ends, late.closed) == ([("settled", "")], True)


async def test_a_stream_that_ends_without_done_counts() -> None:
    """Some servers just stop, some without a last line break."""
    *chunks, last, _ = event_chunks(WELL)

    async with desk(ScriptedStream([*chunks, last.rstrip()])) as here:
        await here.ask(listener=STREAMED)

    assert here.ends == [("settled", "")]


async def test_a_stream_without_usage_is_accepted_and_unknown() -> None:
    """A server that ignores the wish for usage leaves its price unknown."""
    async with desk(whole(completion("Well?", usage={}))) as here:
        said = await here.ask(listener=STREAMED)

    assert (said.value, here.ends) == ("WELL?", [("unknown", "")])


TEARS: dict[str, Iterable[bytes | Exception]] = {
    "the connection breaks": [httpx2.ReadError("reset")],
    "it just ends": [],
    "it carries an error": [b'data: {"error": {"message": "overloaded"}}\n\n'],
    "it carries no JSON": [b"data: <html>\n\n"],
    "it carries no chunk": [b"data: [1]\n\n"],
    "it says done too early": [b"data: [DONE]\n\n"],
}


@pytest.mark.parametrize("pieces", TEARS.values(), ids=TEARS.keys())
async def test_a_torn_stream_starts_again_within_its_call(
    pieces: Iterable[bytes | Exception],
) -> None:
    """The half answer is told off, booked as unknown, and asked for again."""
    told: list[str] = []
    listener = Listener(
        streams=True, text=told.append, restarted=lambda _: told.append("<restarted>")
    )

    async with desk(stream(*pieces, of=3), WELL) as here:
        said = await here.ask(listener=listener)

    assert here.ends == [("unknown", "stream_torn"), ("settled", "")]
    assert (here.states, here.left_open, len(said.calls)) == (["answered"], 0, 1)
    assert "".join(told) == "Well, wh<restarted>Well, why not?"


async def test_a_stream_torn_again_and_again_is_given_up() -> None:
    """The same policy that counts failed attempts counts torn streams."""
    torn = [stream(of=3), stream(of=2), stream(of=1)]

    async with desk(*torn, retry=TWICE) as here:
        with pytest.raises(StreamTorn, match=r"^test/small: the stream broke off: it ended"):
            await here.ask(listener=STREAMED)

    assert here.ends == [("unknown", "stream_torn")] * 2
    assert (here.states, here.left_open) == (["failed"], 0)


async def test_a_stream_that_comes_too_slowly_meets_the_deadline() -> None:
    """A slow drip never looks like a timeout to the client; the turn's clock sees it."""
    drip = [piece for chunk in event_chunks(WELL, piece=1) for piece in (0.03, chunk)] + [60.0]
    began = asyncio.get_running_loop().time()

    outcome, _ = await failed(
        ScriptedStream(drip), DeadlineExceeded, listener=STREAMED, deadline=Deadline(0.1)
    )

    assert (outcome.state, outcome.error) == ("unknown", "deadline_exceeded")
    assert asyncio.get_running_loop().time() - began < 5


async def test_a_listener_that_fails_leaves_nothing_open() -> None:
    """An error of whoever shows the words closes the attempt at once, not when memory is freed."""

    def broken(_: str) -> None:
        raise LookupError("the terminal is gone")

    async with desk(stream(60.0, of=5)) as here:
        with pytest.raises(LookupError):
            await here.ask(listener=Listener(streams=True, text=broken))
        open_then = here.left_open

    assert (open_then, here.ends, here.states) == (0, [("unknown", "cancelled")], ["failed"])


async def test_a_server_that_does_not_stream_is_understood() -> None:
    """Who asked for a stream and got a whole answer reads it all the same."""
    told: list[str] = []

    async with desk((200, {}, WELL)) as here:
        said = await here.ask(listener=Listener(streams=True, text=told.append))

    assert (said.value, "".join(told)) == ("WELL, WHY NOT?", "Well, why not?")
    assert here.ends == [("settled", "")]
