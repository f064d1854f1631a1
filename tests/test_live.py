"""The network: real sockets to a server on this machine, with all that can go wrong on the way."""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from contextlib import suppress
from pathlib import Path

import pytest
import trustme

from simulator.errors import (
    BadAnswer,
    ConnectionFailed,
    DeadlineExceeded,
    ModelError,
    NothingListens,
    NotTrusted,
    StreamTorn,
)
from simulator.llm.ask import Listener
from simulator.llm.call_context import Deadline
from simulator.llm.event_stream import event_chunks
from simulator.llm.transports.live import Live
from tests.llm_samples import ONCE, catalog, desk, question
from tests.scripted_server import (
    STREAMED,
    WELL,
    Act,
    Server,
    answers,
    at_server,
    hangs_up,
    keeps_silent,
    opens,
    says,
    says_nothing,
    streams,
    then_resets,
)


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


async def test_only_a_trusted_endpoint_is_told_anything(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A certificate of an unknown authority ends it at once, until one says to trust it."""
    authority, tls = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(tls)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    server = Server([answers(WELL)])
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=tls)
    models = catalog(base_url=f"https://localhost:{listening.sockets[0].getsockname()[1]}/v1")

    async with desk(network=Live(), models=models) as here:
        with pytest.raises(NotTrusted, match=r"cannot be trusted: .*SSL_CERT_FILE"):
            await here.ask()
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    async with desk(network=Live(), models=models) as again:
        await again.ask()
    listening.close()
    await asyncio.gather(*server.tasks)

    assert (here.ends, again.ends) == ([("released", "not_trusted")], [("settled", "")])


async def test_a_proxy_of_the_environment_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """The request goes to the proxy, with the whole address; places to be spared are spared."""
    seen = []
    for spared in ("", "models.invalid"):
        async with at_server(answers(WELL)) as (_, proxy):
            monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
            monkeypatch.setenv("NO_PROXY", spared)
            models = catalog(base_url="http://models.invalid/v1")
            async with desk(network=Live(), models=models, retry=ONCE) as here:
                with suppress(ConnectionFailed):
                    await here.ask()
            seen.append([head.split(b"\r\n")[0] for head in proxy.heads])

    assert seen == [[b"POST http://models.invalid/v1/chat/completions HTTP/1.1"], []]


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

    _, end, _ = await failed(packed, error=BadAnswer)

    assert end == ("unknown", "bad_answer")


async def test_an_answer_without_end_is_given_up() -> None:
    """What is longer than any answer fills neither memory nor the turn's time."""
    endless = says("200 OK", b" " * (17 << 20), headers="Content-Type: application/json\r\n")

    error, end, _ = await failed(endless, error=BadAnswer)

    assert str(error) == "test/small: the answer is longer than 16 MB"
    assert end == ("unknown", "bad_answer")


async def test_a_server_that_always_gives_one_id_is_believed() -> None:
    """One answer is asked for again, then it is known that its ids mark nothing."""
    same = "Content-Type: application/json\r\nx-request-id: 1\r\nDate: now\r\n"
    act = says("200 OK", json.dumps(WELL).encode(), headers=same)
    async with at_server(*[act] * 7, again=True) as (here, server):
        for n in range(6):
            await here.ask(question(n=n))

    assert (len(server.heads), [end for end, _ in here.ends].count("settled")) == (7, 6)


async def test_a_stream_that_only_lacks_its_last_word_is_whole() -> None:
    """Words, finish and usage are there: it is settled when the time is up, and nothing is lost."""
    *most, _ = event_chunks(WELL)

    async with at_server(streams(*most, 60.0)) as (here, _):
        answer = await here.ask(listener=STREAMED, deadline=Deadline(0.4))

    assert (answer.value, here.ends) == ("WELL, WHY NOT?", [("settled", "")])


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
