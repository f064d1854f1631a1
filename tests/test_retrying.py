"""The one retry loop: what is transient is sent again, as told or later and later, in time."""

from __future__ import annotations

import asyncio
import contextlib
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import (
    BadAnswer,
    BudgetExhausted,
    ConnectionFailed,
    ContextOverflow,
    DeadlineExceeded,
    KeyRefused,
    ModelError,
    QuotaExhausted,
    RateLimited,
    RequestRefused,
    ServerFailed,
    StreamTorn,
)
from simulator.llm.call_context import CallContext, Deadline, current_call
from simulator.llm.transports.retrying import (
    Retrying,
    RetryPolicy,
    three_attempts,
    until_deadline,
)
from simulator.llm.transports.verdict import retry_after
from simulator.testing import Scripted, ScriptedTransport, completion
from tests.llm_samples import AT_ONCE, ONCE, call_context, desk

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
TRANSIENT = [
    RateLimited("slow down", status=429),
    ServerFailed("broken", status=503),
    ConnectionFailed("nobody is there", sent=False),
    BadAnswer("it is HTML", status=200),
]
PERMANENT = [
    KeyRefused("who are you?", status=401),
    RequestRefused("what?", status=400),
    ContextOverflow("too long", status=400),
    QuotaExhausted("no money", status=429),
    DeadlineExceeded(5),
    BudgetExhausted("run", "dollars", limit="1", left="0", needed="1"),
]


class Stopped(Exception):
    """Raised by who listens, so that nobody really waits."""


async def send(
    *responses: Scripted, call: CallContext, policy: RetryPolicy = AT_ONCE
) -> httpx2.Response:
    """Send one question through the loop."""
    token = current_call.set(call)
    try:
        transport = Retrying(ScriptedTransport(responses), policy=policy)
        return await transport.handle_async_request(httpx2.Request("POST", "http://test/v1"))
    finally:
        current_call.reset(token)


async def announced(
    error: ModelError, *, failed: int = 1, policy: RetryPolicy | None = None, seed: int = 7
) -> float:
    """The seconds that the loop would wait after so many failures, the last one with this error."""
    waits: list[str] = []

    def listen(wait: str) -> None:
        waits.append(wait)
        if len(waits) == failed:
            raise Stopped

    call = call_context(on_wait=listen, seed=seed, deadline=Deadline(3600))
    earlier = [RateLimited("wait a moment", retry_after=1e-9)] * (failed - 1)
    with contextlib.suppress(Stopped):
        await send(*earlier, error, call=call, policy=policy or until_deadline())
    return float(waits[-1].rpartition(" in ")[2].removesuffix(" s"))


@pytest.mark.parametrize("error", TRANSIENT, ids=lambda error: error.kind)
async def test_what_failed_for_the_moment_is_sent_again(error: ModelError) -> None:
    """A transient error costs an attempt, and the next answer counts."""
    call = call_context()

    response = await send(error, error, completion("Well?"), call=call)

    assert (response.status_code, call.attempt, call.failed) == (200, 3, 2)


@pytest.mark.parametrize("error", PERMANENT, ids=lambda error: type(error).__name__)
async def test_what_failed_for_good_is_sent_once(error: Exception) -> None:
    """A permanent error is raised as it is, after exactly one attempt."""
    call = call_context()

    with pytest.raises(type(error)) as raised:
        await send(error, completion("Well?"), call=call)

    assert raised.value is error
    assert call.attempt == 1


def test_every_kind_of_error_is_known_to_be_transient_or_not() -> None:
    """Retry or not is the type's business, and this list of types is whole."""
    ours = {kind.kind: kind.transient for kind in every_subclass(ModelError)}

    assert ours == {
        "bad_answer": True,
        "connection_failed": True,
        "context_overflow": False,
        "deadline_exceeded": False,
        "invalid_reply": False,
        "key_missing": False,
        "key_refused": False,
        "not_trusted": False,
        "nothing_listens": False,
        "proxy_unusable": False,
        "quota_exhausted": False,
        "rate_limited": True,
        "request_blocked": False,
        "request_refused": False,
        "server_failed": True,
        "stream_torn": True,
    }


def every_subclass(kind: type[ModelError]) -> list[type[ModelError]]:
    """The classes under one, those under them included."""
    children = kind.__subclasses__()
    return children + [below for child in children for below in every_subclass(child)]


@pytest.mark.parametrize(
    ("status", "code", "attempts", "kind"),
    [
        (400, "invalid_request", 1, "request_refused"),
        (400, "context_length_exceeded", 1, "context_overflow"),
        (401, "invalid_api_key", 1, "key_refused"),
        (403, "forbidden", 1, "key_refused"),
        (404, "model_not_found", 1, "request_refused"),
        (408, "timeout", 2, "server_failed"),
        (409, "conflict", 2, "server_failed"),
        (413, "too_large", 1, "request_refused"),
        (422, "unprocessable", 1, "request_refused"),
        (429, "rate_limit_exceeded", 2, "rate_limited"),
        (429, "insufficient_quota", 1, "quota_exhausted"),
        (429, "billing_not_active", 1, "quota_exhausted"),
        (500, "server_error", 2, "server_failed"),
        (502, "bad_gateway", 2, "server_failed"),
        (503, "overloaded", 2, "server_failed"),
        (529, "overloaded", 2, "server_failed"),
    ],
)
async def test_each_status_is_sent_again_or_not(
    status: int, code: str, attempts: int, kind: str
) -> None:
    """Under a whole session: 429 and 5xx are tried again, 4xx and an empty account are not."""
    refusal: Scripted = (status, {}, {"error": {"message": "no", "code": code}})

    async with desk(refusal, completion("Well?")) as here:
        with contextlib.suppress(ModelError):
            await here.ask()

    assert len(here.network.requests) == attempts
    assert here.outcomes[0].error == kind


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": " 2 "}, 2.0),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "7"}, 7.0),
        ({"retry-after-ms": "soon"}, None),
        ({"retry-after": format_datetime(NOW + timedelta(seconds=90), usegmt=True)}, 90.0),
        ({"retry-after": "Fri, 20 Nov 2026 09:30:05 -0000"}, 5.0),
        ({"retry-after": format_datetime(NOW - timedelta(seconds=90), usegmt=True)}, 0.0),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "tomorrow"}, None),
        ({"retry-after": ""}, None),
        ({}, None),
    ],
)
def test_what_a_server_asks_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    """Seconds, milliseconds and dates are understood; nonsense asks for nothing."""
    assert retry_after(headers, now=NOW) == seconds


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_header_upsets_the_loop(seconds: str, milliseconds: str) -> None:
    """Whatever stands in the headers, it is a time to wait or nothing."""
    found = retry_after({"retry-after": seconds, "retry-after-ms": milliseconds}, now=NOW)

    assert found is None or 0 <= found < float("inf")


async def test_a_429_waits_as_told() -> None:
    """What the server says goes before what the policy says."""
    assert await announced(RateLimited("slow down", retry_after=7)) == 7.0


async def test_waiting_no_time_at_all_is_no_advice() -> None:
    """A server that says 0 is not asked again at once, but after the policy's pause."""
    assert await announced(RateLimited("slow down", retry_after=0)) == 1.0


async def test_the_loop_really_waits() -> None:
    """The pause is spent before the next attempt is sent, and the listener told of it."""
    waits: list[str] = []
    call = call_context(on_wait=waits.append)
    began = time.monotonic()

    await send(RateLimited("slow down", retry_after=0.05), completion("Well?"), call=call)

    assert time.monotonic() - began >= 0.05
    assert waits == ["rate limited, again in 0.1 s"]


@pytest.mark.parametrize(
    "policy", [until_deadline(), three_attempts()], ids=["until_deadline", "three_attempts"]
)
@pytest.mark.parametrize(
    ("failed", "least", "most"),
    [(1, 1.0, 1.0), (2, 2.0, 2.5), (3, 4.0, 5.0), (4, 8.0, 9.5), (5, 16.0, 18.0), (40, 16.0, 20.0)],
)
def test_pauses_double_with_some_jitter(
    policy: RetryPolicy, failed: int, least: float, most: float
) -> None:
    """1 s, 2 s + 0-0.5 s, 4 s + 0-1 s, and so on, never more than 20 s."""
    assert (policy.pause(failed, 0.0), policy.pause(failed, 1.0)) == (least, most)
    assert least <= policy.pause(failed, 0.3) <= most


@pytest.mark.parametrize(("failed", "least", "most"), [(1, 1.0, 1.0), (2, 2.0, 2.5)])
async def test_three_attempts_pause_as_specified(failed: int, least: float, most: float) -> None:
    """The preset's pauses are those that are really made."""
    waited = await announced(ServerFailed("broken"), failed=failed, policy=three_attempts())

    assert least <= waited <= most


async def test_three_attempts_are_three() -> None:
    """The third failure is raised, and nothing is sent after it."""
    pauses = RetryPolicy(attempts=three_attempts().attempts, pause=AT_ONCE.pause)
    errors = [ServerFailed(f"broken {number}", status=500) for number in range(1, 5)]
    call = call_context()

    with pytest.raises(ServerFailed, match=r"^broken 3$"):
        await send(*errors, call=call, policy=pauses)

    assert call.attempt == 3


async def test_jitter_comes_from_the_seed() -> None:
    """The same run waits the same times; another seed waits others."""
    errors = ServerFailed("broken")

    waits = [await announced(errors, failed=4, seed=seed) for seed in (1, 1, 2, 3, 4, 5, 6)]

    assert waits[0] == waits[1]
    assert len(set(waits)) > 3
    assert all(8.0 <= wait <= 9.5 for wait in waits)


async def test_a_pause_longer_than_the_turn_ends_it_at_once() -> None:
    """Nobody waits for an attempt that could not be made any more; the last error is told."""
    refused = RateLimited("m: too many requests (429)", status=429, retry_after=30)
    call = call_context(deadline=Deadline(5))
    began = time.monotonic()

    with pytest.raises(DeadlineExceeded) as raised:
        await send(refused, completion("Well?"), call=call)

    assert time.monotonic() - began < 5
    assert (call.attempt, raised.value.last) == (1, refused)
    assert str(raised.value) == (
        "No answer within the turn's 5 seconds. The last attempt failed: m: too many requests (429)"
    )


async def test_after_the_deadline_nothing_is_sent() -> None:
    """A turn whose time is up does not book an attempt only to break it off."""
    now = 0.0
    call = call_context(deadline=Deadline(5, clock=lambda: now))
    call.deadline.start()
    now = 5.0

    with pytest.raises(DeadlineExceeded):
        await send(completion("Well?"), call=call)

    assert call.attempt == 0


async def test_the_deadline_counts_the_wire_and_the_pauses() -> None:
    """Attempts are made until the time is up, and no longer."""
    policy = RetryPolicy(attempts=None, pause=lambda *_: 0.02)
    call = call_context(deadline=Deadline(0.1))
    began = time.monotonic()

    with pytest.raises(DeadlineExceeded):
        await send(*[ServerFailed("broken")] * 100, call=call, policy=policy)

    assert 1 <= call.attempt <= 6
    assert time.monotonic() - began < 5


async def test_a_torn_stream_counts_as_a_failed_attempt() -> None:
    """Who asks again after a tear waits first, and is told when there are no attempts left."""
    torn = StreamTorn("m: the stream broke off")
    waits: list[str] = []
    call = call_context(torn=torn, attempt=1, on_wait=waits.append)

    await send(completion("Well?"), call=call)
    with pytest.raises(StreamTorn) as raised:
        await send(completion("Well?"), call=call_context(torn=torn, attempt=1), policy=ONCE)

    assert (waits, call.attempt, call.failed) == (["stream torn, again in 0.0 s"], 2, 1)
    assert raised.value is torn


async def test_attempts_go_on_from_what_is_on_record() -> None:
    """A call that is asked again after a crash numbers its attempts on."""
    call = call_context(attempt=4)

    await send(ServerFailed("broken"), completion("Well?"), call=call)

    assert call.attempt == 6


async def test_a_request_without_a_question_passes_as_it_is() -> None:
    """What was not asked through `ask` has no deadline to be retried in."""
    transport = Retrying(ScriptedTransport([(503, {}, {})]), policy=AT_ONCE)

    response = await transport.handle_async_request(httpx2.Request("POST", "http://test/v1"))

    assert response.status_code == 503


async def test_a_cancelled_pause_ends_at_once() -> None:
    """Who cancels a run does not wait for its pauses."""
    call = call_context(deadline=Deadline(60))
    task = asyncio.create_task(send(RateLimited("slow down", retry_after=30), call=call))
    await asyncio.sleep(0.01)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 1)

    assert call.attempt == 1


def test_a_stopped_clock_does_not_run() -> None:
    """Waiting in queues, and everything after the answer, costs the turn nothing."""
    now = 0.0
    deadline = Deadline(10, clock=lambda: now)
    deadline.start()
    now = 1.0
    with deadline.stopped(), deadline.stopped():
        now = 50.0
    now = 52.0
    deadline.start()
    deadline.stop()
    now = 90.0

    assert (deadline.spent, deadline.left) == (3.0, 7.0)
