"""Verdicts: whatever OpenAI's SDK has an error for becomes one of ours, with all that was said."""

from __future__ import annotations

import json

import httpx2
import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from simulator.errors import (
    BadAnswer,
    ConnectionFailed,
    ContextOverflow,
    InvalidReply,
    KeyRefused,
    ModelError,
    QuotaExhausted,
    RateLimited,
    RequestRefused,
    ServerFailed,
    StreamTorn,
)
from simulator.llm.ask import Listener
from simulator.llm.transports.verdict import completion_in, error_from
from simulator.testing import Scripted, ScriptedStream, ScriptedTransport, completion
from tests.llm_samples import ONCE, catalog, desk

KEY = "sk-proj-0123456789abcdef"


def refusal(status: int, code: object = None, message: str = "no", **more: str) -> Scripted:
    """A status with OpenAI's error envelope."""
    return (status, more, {"error": {"message": message, "type": None, "code": code}})


ARISING: dict[type[Exception], list[tuple[Scripted, type[ModelError]]]] = {
    openai.BadRequestError: [
        (refusal(400), RequestRefused),
        (refusal(400, "context_length_exceeded"), ContextOverflow),
    ],
    openai.AuthenticationError: [(refusal(401), KeyRefused)],
    openai.PermissionDeniedError: [(refusal(403), KeyRefused)],
    openai.NotFoundError: [(refusal(404), RequestRefused)],
    openai.ConflictError: [(refusal(409), ServerFailed)],
    openai.UnprocessableEntityError: [(refusal(422), RequestRefused)],
    openai.RateLimitError: [
        (refusal(429), RateLimited),
        (refusal(429, "insufficient_quota"), QuotaExhausted),
    ],
    openai.InternalServerError: [(refusal(500), ServerFailed), (refusal(503), ServerFailed)],
    openai.APIStatusError: [(refusal(418), RequestRefused), (refusal(302), RequestRefused)],
    openai.APIConnectionError: [
        (httpx2.ConnectError("refused"), ConnectionFailed),
        (httpx2.RemoteProtocolError("no HTTP"), ConnectionFailed),
    ],
    openai.APITimeoutError: [(httpx2.ReadTimeout("too slow"), ConnectionFailed)],
    openai.APIError: [
        (ScriptedStream([b'data: {"error": {"message": "overloaded"}}\n\n']), StreamTorn)
    ],
    openai.LengthFinishReasonError: [(completion('{"a', finish_reason="length"), InvalidReply)],
    openai.ContentFilterFinishReasonError: [
        (completion('{"a', finish_reason="content_filter"), InvalidReply)
    ],
}
"""Each error of the SDK, what makes it raise that, and what we raise for it."""

ELSEWHERE = {
    "OpenAIError": "the root of the others; raised for a client without a key, which we never make",
    "OAuthError": "signing in by a workload's identity",
    "SubjectTokenProviderError": "signing in by a workload's identity",
    "MutuallyExclusiveAuthError": "Azure's client",
    "APIResponseValidationError": "strict validation of responses, which is off",
    "StreamAlreadyConsumed": "reading a response twice, a mistake of whoever holds it",
    "WebSocketConnectionClosedError": "the Realtime API",
    "WebSocketQueueFullError": "the Realtime API",
    "InvalidWebhookSignatureError": "webhooks",
    "APIRemovedInV1": "the SDK before version 1",
    "MissingDependencyError": "helpers that need numpy or pandas",
    "AgentFilePreparationError": "the Agents API",
    "AgentFileStagingError": "the Agents API",
    "AgentOutputParseError": "the Agents API",
    "AgentTurnResultError": "the Agents API",
    "_AmbiguousModuleClientUsageError": "the module used as a client",
}
"""Errors of the SDK that no chat completion of ours can meet, and what they belong to."""

CASES = [(theirs, response, ours) for theirs, pairs in ARISING.items() for response, ours in pairs]


def every_subclass(kind: type[Exception]) -> set[type[Exception]]:
    """The classes under one that belong to the SDK."""
    below = {inner for child in kind.__subclasses__() for inner in every_subclass(child)}
    own = [child for child in kind.__subclasses__() if child.__module__.startswith("openai")]
    return {*own, *below}


def test_every_error_of_the_sdk_is_accounted_for() -> None:
    """A new version's new error fails here until somebody says what becomes of it."""
    offered = {name for name in openai.__all__ if name.endswith("Error")}
    named = {kind.__name__ for kind in every_subclass(openai.OpenAIError)} | offered

    assert named - {kind.__name__ for kind in ARISING} - set(ELSEWHERE) == set()


class Anything(BaseModel):
    """What the SDK is asked to parse."""

    a: str


@pytest.mark.parametrize(("theirs", "response", "ours"), CASES)
async def test_the_sdk_would_raise_its_own(
    theirs: type[Exception], response: Scripted, ours: type[ModelError]
) -> None:
    """The table is true: by itself the SDK raises that error for that response."""
    async with httpx2.AsyncClient(transport=ScriptedTransport([response])) as http_client:
        client = openai.AsyncOpenAI(
            api_key=KEY, base_url="http://127.0.0.1:1/v1", http_client=http_client, max_retries=0
        )
        with pytest.raises(theirs) as raised:
            await read_all(client, stream=isinstance(response, ScriptedStream))

    assert type(raised.value) is theirs


async def read_all(client: openai.AsyncOpenAI, *, stream: bool) -> None:
    """Ask the SDK alone, and read what it gives."""
    if stream:
        async for _ in await client.chat.completions.create(model="m", messages=[], stream=True):
            pass
    else:
        await client.chat.completions.parse(model="m", messages=[], response_format=Anything)


@pytest.mark.parametrize(("theirs", "response", "ours"), CASES)
async def test_we_raise_ours(
    theirs: type[Exception], response: Scripted, ours: type[ModelError]
) -> None:
    """Whoever asks meets one of our errors and none of the SDK's."""
    listener = Listener(streams=isinstance(response, ScriptedStream))

    async with desk(response, response, retry=ONCE) as here:
        with pytest.raises(ours) as raised:
            await here.ask(listener=listener)

    assert type(raised.value) is ours


_VLLM = (
    "You passed 1015 input tokens and requested 10 output tokens. However, the model's context "
    "length is only 1024 tokens."
)
_OPENROUTER = "This endpoint's maximum context length is 40960 tokens. However, you requested 42988"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"error": {"code": 400, "type": "exceed_context_size_error"}}, ContextOverflow),
        (400, {"error": {"code": 400, "message": _VLLM}}, ContextOverflow),
        (400, {"error": {"code": "400", "message": _OPENROUTER}}, ContextOverflow),
        (500, {"error": {"code": 500, "message": _VLLM}}, ServerFailed),
        (429, {"error": {"code": None, "type": "insufficient_quota"}}, QuotaExhausted),
        (500, {"error": {"code": 500, "type": "server_error"}}, ServerFailed),
        (400, {"error": "it is broken"}, RequestRefused),
        (400, {"detail": "it is broken"}, RequestRefused),
        (400, [], RequestRefused),
    ],
)
def test_compatible_servers_are_understood(
    status: int, body: object, kind: type[ModelError]
) -> None:
    """Codes may be numbers, and the word that counts may stand in `type`."""
    assert type(error_from(httpx2.Response(status, json=body), model="m")) is kind


def test_an_error_says_what_the_server_said() -> None:
    """One sentence with model and status; the rest is in attributes."""
    headers = {"x-request-id": "req_1", "retry-after": "7"}
    body = {"error": {"message": "Rate limit reached for gpt-6-luna."}}

    error = error_from(httpx2.Response(429, headers=headers, json=body), model="openai/gpt-6-luna")

    assert str(error) == (
        "openai/gpt-6-luna: too many requests: Rate limit reached for gpt-6-luna. (429)"
    )
    assert (error.status, error.request_id, error.retry_after) == (429, "req_1", 7.0)


def test_a_server_that_says_nothing_is_quoted_by_its_status() -> None:
    """An empty body or a page of HTML leave the reason phrase."""
    bodies = [b"", b"<html>", b"[" * 100_000]

    said = {str(error_from(httpx2.Response(502, content=body), model="m")) for body in bodies}

    assert said == {"m: the endpoint failed: Bad Gateway (502)"}


@pytest.mark.parametrize(
    "response",
    [
        refusal(401, message=f"Incorrect API key provided: {KEY}."),
        (500, {}, json.dumps({"error": f"header: Bearer {KEY}"}).encode()),
        f"<html>Authorization: Bearer {KEY}</html>".encode(),
        ScriptedStream([f'data: {{"error": "Bearer {KEY}"}}\n\n'.encode()]),
    ],
    ids=["401", "500", "HTML", "stream"],
)
async def test_a_key_that_a_server_repeats_is_blotted_out(response: Scripted) -> None:
    """Neither the error nor the ledger holds the key, whatever a server echoes."""
    models, listener = catalog(key_variable="TEST_KEY"), Listener(streams=True)

    async with desk(response, retry=ONCE, models=models, TEST_KEY=KEY) as here:
        with pytest.raises(ModelError) as raised:
            await here.ask(listener=listener)

    assert here.network.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert "***" in str(raised.value)
    assert KEY not in f"{raised.value!r} {here.record!r}"


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_body_upsets_the_verdict(content: bytes) -> None:
    """Bytes that are no completion are a bad answer, and with an error status an error."""
    error = error_from(httpx2.Response(500, content=content), model="m")

    with pytest.raises(BadAnswer):
        completion_in(content, model="m", may_omit_finish=True)
    assert type(error) in {ServerFailed, ContextOverflow}
