"""Metering below every parser: each attempt is booked before it is sent, and closed once."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal

import httpx2
import openai
import pytest

from simulator.definitions.limits import Budget
from simulator.errors import BudgetExhausted, ConnectionFailed, DeadlineExceeded, ModelError
from simulator.llm.ask import Listener
from simulator.llm.event_stream import event_chunks
from simulator.record.calls import Attempt, Outcome
from simulator.record.usage import Usage
from simulator.testing import ScriptedStream, completion
from tests.llm_samples import WELL, catalog, desk, failed, question
from tests.record_samples import at_one_price


def stream(*pieces: bytes | float | Exception, of: int = 0) -> ScriptedStream:
    """A stream of the first `of` events of an answer, and of other pieces after them."""
    return ScriptedStream([*event_chunks(WELL, piece=4)[:of], *pieces])


async def test_an_attempt_is_booked_before_it_is_sent() -> None:
    """When the request leaves, its reservation is in the ledger already."""
    booked: list[dict[tuple[str, int], Attempt]] = []

    def answer(_: httpx2.Request) -> httpx2.Response:
        booked.append(dict(here.record.attempts))
        return httpx2.Response(200, json=WELL)

    async with desk(answer) as here:
        await here.ask()

    assert booked == [here.record.attempts]
    assert [attempt.number for attempt in here.record.attempts.values()] == [1]


async def test_an_answer_is_settled_from_its_raw_usage() -> None:
    """Tokens, dollars, names, reason and the answer itself are committed in one outcome."""
    details = {"prompt_tokens_details": {"cached_tokens": 64}}
    usage = {"prompt_tokens": 90, "completion_tokens": 12, "total_tokens": 102, **details}
    body = completion("Well, why not?", usage=usage, fingerprint="fp_1")

    async with desk((200, {"x-request-id": "req_4e1f"}, body)) as here:
        await here.ask()

    (outcome,) = here.outcomes
    message = {"role": "assistant", "content": "Well, why not?"}
    said = {"message": message, "finish_reason": "stop", "system_fingerprint": "fp_1"}
    assert outcome == Outcome(
        state="settled",
        usage=Usage(input=90, cached=64, output=12),
        cost=Decimal(90 + 24) / 10**6,
        instead=at_one_price(Decimal(90 + 24) / 10**6),
        status=200,
        request_id="req_4e1f",
        response_model="scripted-2026-11-20",
        finish_reason="stop",
        latency_ms=outcome.latency_ms,
        answer=json.dumps(said, separators=(",", ":")).encode(),
    )
    assert (here.account.spent, here.left_open) == (outcome.cost, 0)


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
async def test_what_was_refused_is_released(status: int) -> None:
    """An error of the endpoint is surely not paid; its details are kept."""
    headers = {"x-request-id": "req_1", "retry-after": "9"}
    refusal = (status, headers, {"error": {"message": "no", "type": "server_error"}})

    outcome, here = await failed(refusal, ModelError)

    kept = (outcome.state, outcome.status, outcome.request_id, outcome.retry_after)
    assert kept == ("released", status, "req_1", 9.0)
    assert outcome.message.endswith(f": no ({status})")
    assert here.account.spent == 0


PAGE = b"<html>Gateway</html>"
OWN = {"error": {"message": "The server had an error.", "type": "server_error"}}


@pytest.mark.parametrize(
    ("status", "body"),
    [
        *((status, PAGE) for status in (408, 409, 499, 500, 502, 503, 504, 520, 524)),
        *((status, b"") for status in (409, 500, 502, 503, 520)),
        *((status, OWN) for status in (408, 502, 504, 520, 524)),
        (500, {"error": "Internal error"}),
        (500, {"error": {"message": "litellm.Timeout: no answer came", "type": "internal"}}),
        (503, {"error": {"message": "upstream connect error or reset", "code": "503"}}),
        (500, {"detail": "Internal Server Error"}),
        (400, {"error": {"message": "no JSON", "code": "x", "failed_generation": "{"}}),
    ],
)
async def test_what_a_gateway_says_may_be_paid(
    status: int, body: bytes | dict[str, object]
) -> None:
    """Behind a gateway that gave up or broke, the model may have answered all the same."""
    outcome, here = await failed((status, {}, body), ModelError)

    assert outcome.state == "unknown"
    assert here.account.spent > 0


async def test_what_was_never_sent_is_released() -> None:
    """Where nobody answers the door, nothing was asked."""
    outcome, _ = await failed(ConnectionFailed("nobody", sent=False), ConnectionFailed)

    assert (outcome.state, outcome.error, outcome.status) == ("released", "connection_failed", None)


@pytest.mark.parametrize(
    ("lost", "kind"),
    [
        (ConnectionFailed("it broke"), "connection_failed"),
        (DeadlineExceeded(5), "deadline_exceeded"),
        (RuntimeError("a defect"), "RuntimeError"),
    ],
)
async def test_a_lost_answer_is_unknown(lost: Exception, kind: str) -> None:
    """Nobody knows whether it was paid: it is counted at its reservation, never as nothing."""
    outcome, here = await failed(lost, type(lost))

    (attempt,) = here.record.attempts.values()
    assert (outcome.state, outcome.error, outcome.usage) == ("unknown", kind, None)
    assert (here.account.spent, here.account.spent_tokens) == (
        attempt.reserved,
        attempt.reserved_tokens,
    )


async def test_a_connection_that_breaks_within_the_answer_is_unknown() -> None:
    """Half an answer is an attempt that failed, and is made again."""
    half = ScriptedStream([b'{"choices": [', httpx2.ReadError("reset")])

    def broken(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, stream=half)

    async with desk(broken, WELL) as here:
        await here.ask()

    assert here.ends == [("unknown", "connection_failed"), ("settled", "")]
    assert (half.closed, here.left_open) == (True, 0)


@pytest.mark.parametrize("streams", [False, True])
async def test_a_cancelled_attempt_is_unknown(streams: bool) -> None:
    """Who cancels a question may have to pay for it all the same."""
    slow = stream(60.0, of=3) if streams else lambda _: httpx2.Response(200, stream=stream(60.0))

    async with desk(slow) as here:
        await here.give_up(listener=Listener(streams=streams))

    assert (here.ends, here.states) == ([("unknown", "cancelled")], ["cancelled"])
    assert here.left_open == 0


@pytest.mark.parametrize("streams", [False, True])
async def test_what_does_not_fit_the_budget_is_not_sent(streams: bool) -> None:
    """The refusal reaches whoever asked as it is, and the ledger shows no attempt."""
    async with desk(WELL, budget=Budget(tokens=50)) as here:
        with pytest.raises(BudgetExhausted, match=r"^The run's limit of 50 tokens leaves 50"):
            await here.ask(listener=Listener(streams=streams))

    assert (here.network.requests, here.record.attempts) == ([], {})
    assert here.states == ["failed"]


@pytest.mark.parametrize("streams", [False, True])
async def test_two_questions_at_once_are_told_apart(streams: bool) -> None:
    """Every task's attempts are booked on its own call."""
    async with desk(WELL, WELL) as here:
        await asyncio.gather(
            *(
                here.ask(question(persona=name), listener=Listener(streams=streams))
                for name in ("rosa", "dev")
            )
        )

    booked = here.record.calls.items()
    numbers = {call.persona: here.record.last_attempt(key) for key, call in booked}
    assert (numbers, here.states) == ({"rosa": 1, "dev": 1}, ["answered"] * 2)


async def test_without_a_question_a_request_passes_as_it_is() -> None:
    """What was not asked through `ask` is neither metered nor changed."""
    async with desk((503, {}, {})) as here:
        model = here.access.session.model(catalog().spec("test/small"))
        with pytest.raises(openai.InternalServerError, match="503"):
            await model.ainvoke("Well?")

    assert (len(here.network.requests), here.record.attempts) == (1, {})
