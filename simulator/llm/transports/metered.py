"""Every attempt is booked before it is sent and closed by what came back, below every parser."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx2

from simulator.errors import BadAnswer, ConnectionFailed, DeadlineExceeded, ModelError, StreamTorn
from simulator.llm.call_context import CallContext, current_call
from simulator.llm.event_stream import Assembly
from simulator.llm.transports.verdict import completion_in, error_from
from simulator.record.calls import Outcome
from simulator.record.usage import cost_of, usage_from_openai

__all__ = ["Metered"]

_DROPPED_HEADERS = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_STORED_FIELDS = ("role", "content", "refusal", "tool_calls")


class Metered(httpx2.AsyncBaseTransport):
    """A transport over another that tells the call's meter of each attempt.

    An answer that is no completion, and every status other than 2xx, becomes one of our errors
    here, so that the retry loop above sees one kind of failure.
    """

    def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Book, send, settle.

        Raises:
            BudgetExhausted: the attempt could cost more than what is left; it was not sent.
            ModelError: it failed; the attempt is released or unknown.
        """
        call = current_call.get()
        if call is None:
            return await self._inner.handle_async_request(request)
        await call.meter.reserve(call, request_bytes=len(request.content))
        attempt = _Attempt(call)
        try:
            response = await self._inner.handle_async_request(request)
            return await self._answered(attempt, response)
        except BaseException as error:
            attempt.failed(error)
            raise

    async def _answered(self, attempt: _Attempt, response: httpx2.Response) -> httpx2.Response:
        attempt.heard(response)
        headers = [(k, v) for k, v in response.headers.items() if k not in _DROPPED_HEADERS]
        streamed = response.headers.get("content-type", "").startswith("text/event-stream")
        if streamed and response.is_success:
            stream = _MeteredStream(attempt, response)
            return httpx2.Response(response.status_code, headers=headers, stream=stream)
        try:
            content = await attempt.within_deadline(response.aread())
        except httpx2.TransportError as error:
            message = f"{attempt.call.spec.name}: the connection broke in the middle of the answer"
            raise ConnectionFailed(message) from error
        finally:
            await response.aclose()
        if not response.is_success:
            raise error_from(response, model=attempt.call.spec.name)
        attempt.settle_body(content)
        return httpx2.Response(response.status_code, headers=headers, content=content)

    async def aclose(self) -> None:
        """Close what is under it."""
        await self._inner.aclose()


class _Attempt:
    """One request between its reservation and its outcome."""

    def __init__(self, call: CallContext) -> None:
        self.call = call
        self._began = time.monotonic()
        self._status: int | None = None
        self._request_id = ""
        self._closed = False

    def heard(self, response: httpx2.Response) -> None:
        """Note what the head of the response says."""
        self._status = response.status_code
        self._request_id = response.headers.get("x-request-id", "")

    async def within_deadline(self, awaitable: Any) -> Any:
        """Await, but no longer than the turn's deadline allows."""
        deadline = self.call.deadline
        try:
            async with asyncio.timeout(deadline.left):
                return await awaitable
        except TimeoutError as error:
            raise DeadlineExceeded(deadline.seconds) from error

    def settle_body(self, content: bytes) -> None:
        """Settle from a whole answer, or raise BadAnswer after booking what is known."""
        name = self.call.spec.name
        may_omit = self.call.spec.endpoint.finish_reason == "sometimes"
        try:
            body = completion_in(content, model=name, may_omit_finish=may_omit)
        except BadAnswer as error:
            self._close(_usage_in(content), error=error)
            raise
        choice = body["choices"][0]
        self.settle(
            message=choice["message"],
            finish_reason=choice.get("finish_reason") or "",
            fingerprint=body.get("system_fingerprint"),
            model=body.get("model") or "",
            usage=body.get("usage"),
        )

    def settle(
        self,
        *,
        message: Mapping[str, Any],
        finish_reason: str,
        fingerprint: str | None,
        model: str,
        usage: Mapping[str, Any] | None,
    ) -> None:
        """Close with a whole answer; without usage its cost is unknown."""
        kept = {key: message[key] for key in _STORED_FIELDS if message.get(key)}
        answer = {
            "message": kept,
            "finish_reason": finish_reason,
            "system_fingerprint": fingerprint,
        }
        text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
        self._close(
            usage, answer=text.encode(), finish_reason=finish_reason, response_model=model
        )

    def failed(self, error: BaseException) -> None:
        """Close without an answer; what was surely not paid is released."""
        if self._closed:
            return
        refused = isinstance(error, ModelError) and (error.status or 200) >= 300
        unsent = isinstance(error, ConnectionFailed) and not error.sent
        known = isinstance(error, ModelError)
        outcome = Outcome(
            state="released" if refused or unsent else "unknown",
            status=self._status,
            request_id=self._request_id,
            latency_ms=self._latency(),
            error=error.kind if isinstance(error, ModelError) else "cancelled",
            message=str(error) if known else type(error).__name__,
            retry_after=error.retry_after if isinstance(error, ModelError) else None,
        )
        self._book(outcome)

    def _close(
        self,
        raw_usage: Mapping[str, Any] | None,
        *,
        answer: bytes = b"",
        finish_reason: str = "",
        response_model: str = "",
        error: ModelError | None = None,
    ) -> None:
        usage = usage_from_openai(raw_usage)
        outcome = Outcome(
            state="settled" if usage else "unknown",
            usage=usage,
            cost=cost_of(usage, self.call.spec.price_for(usage.input)) if usage else None,
            status=self._status,
            request_id=self._request_id,
            response_model=response_model,
            finish_reason=finish_reason,
            latency_ms=self._latency(),
            error=error.kind if error else "",
            message=str(error) if error else "",
            answer=answer,
        )
        self._book(outcome)

    def _latency(self) -> int:
        return round((time.monotonic() - self._began) * 1000)

    def _book(self, outcome: Outcome) -> None:
        self._closed = True
        self.call.outcomes.append(outcome)
        self.call.meter.close(self.call, outcome)


def _usage_in(content: bytes) -> Mapping[str, Any] | None:
    try:
        body = json.loads(content)
    except ValueError:
        return None
    usage = body.get("usage") if isinstance(body, dict) else None
    return usage if isinstance(usage, dict) else None


class _MeteredStream(httpx2.AsyncByteStream):
    """A stream that is booked when it ends; one that breaks off is torn, not glued."""

    def __init__(self, attempt: _Attempt, response: httpx2.Response) -> None:
        self._attempt, self._response = attempt, response
        self._answer = Assembly()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        chunks = self._response.aiter_bytes()
        try:
            while data := await self._attempt.within_deadline(anext(chunks, None)):
                self._answer.feed(data)
                if self._answer.error:
                    raise self._torn(f"the stream carried {self._answer.error}")
                yield data
            self._settle()
        except httpx2.TransportError as error:
            torn = self._torn("the connection broke")
            self._attempt.failed(torn)
            raise torn from error
        except BaseException as error:
            self._attempt.failed(error)
            raise

    def _settle(self) -> None:
        answer, call = self._answer, self._attempt.call
        if not answer.finish_reason and call.spec.endpoint.finish_reason != "sometimes":
            raise self._torn("it ended without a finish_reason")
        self._attempt.settle(
            message=answer.message(),
            finish_reason=answer.finish_reason,
            fingerprint=answer.fingerprint,
            model=answer.model,
            usage=answer.usage,
        )

    def _torn(self, why: str) -> StreamTorn:
        return StreamTorn(f"{self._attempt.call.spec.name}: the stream broke off: {why}")

    async def aclose(self) -> None:
        self._attempt.failed(asyncio.CancelledError())
        await self._response.aclose()
