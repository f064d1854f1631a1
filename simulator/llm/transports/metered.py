"""Every attempt is booked before it is sent and closed by what came back, below every parser."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Mapping
from functools import partial
from typing import Any, TypeVar

import httpx2

from simulator.errors import BadAnswer, ConnectionFailed, DeadlineExceeded, ModelError, StreamTorn
from simulator.llm.call_context import CallContext, current_call
from simulator.llm.event_stream import (
    Assembly,
    as_event_stream,
    is_event_stream,
    wants_stream,
)
from simulator.llm.transports.missing_feature import missing_feature, wrong_place
from simulator.llm.transports.verdict import (
    completion_in,
    error_from,
    finish_of,
    key_in,
    surely_unpaid,
    unfinished,
    without_key,
    without_this_key,
)
from simulator.record.calls import Outcome
from simulator.record.priced import Priced, priced
from simulator.record.usage_report import processing_named, usage_from_openai

__all__ = ["Metered"]

T = TypeVar("T")
_Billing = tuple[object, object]
"""The usage of an answer and its service tier, as they stand there."""
_DROPPED_HEADERS = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_EVENT_STREAM = "text/event-stream"
_STORED_FIELDS = ("role", "content", "refusal", "tool_calls")
_SHOWN = 300
_LONGEST_BODY = 16 << 20
_LONGEST_STREAM = 128 << 20
"""Bytes; 128,000 tokens are about half a megabyte, and a hundred times that as single chunks."""


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
        attempt = _Attempt(call, key=key_in(request))
        try:
            response = await self._reached(request)
            return await self._answered(attempt, request, response)
        except BaseException as error:
            attempt.failed(error)
            raise

    async def _reached(self, request: httpx2.Request) -> httpx2.Response:
        try:
            return await self._inner.handle_async_request(request)
        except httpx2.HTTPError as error:
            said = without_key(str(error), key_in(request))
            message = f"No answer came from {request.url.host}: {said:.200}"
            unsent = isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout)
            raise ConnectionFailed(message, sent=not unsent) from error

    async def _answered(
        self, attempt: _Attempt, request: httpx2.Request, response: httpx2.Response
    ) -> httpx2.Response:
        attempt.heard(response)
        headers = [(k, v) for k, v in response.headers.items() if k not in _DROPPED_HEADERS]
        streamed = response.headers.get("content-type", "").startswith(_EVENT_STREAM)
        if streamed and response.is_success:
            stream = _MeteredStream(attempt, response)
            return httpx2.Response(response.status_code, headers=headers, stream=stream)
        name = attempt.call.spec.name
        try:
            content = await attempt.within_deadline(_whole(response, name=name))
        except httpx2.DecodingError as error:
            message = f"{name}: the answer is not packed as its content-encoding says"
            raise BadAnswer(message, status=response.status_code) from error
        except httpx2.HTTPError as error:
            message = f"{name}: the connection broke in the middle of the answer"
            raise ConnectionFailed(message) from error
        finally:
            await response.aclose()
        if not response.is_success:
            spec = attempt.call.spec
            answered = httpx2.Response(response.status_code, headers=headers, content=content)
            hint = partial(missing_feature, content=request.content, spec=spec)
            place = wrong_place(answered, request.url)
            raise error_from(answered, model=name, key=attempt.key, hint=lambda s: place or hint(s))
        events = is_event_stream(content)
        body = attempt.settle_events(content) if events else attempt.settle_body(content)
        if wants_stream(request.content):
            headers, content = [("content-type", _EVENT_STREAM)], as_event_stream(body)
        elif events:
            headers, content = [("content-type", "application/json")], json.dumps(body).encode()
        return httpx2.Response(response.status_code, headers=headers, content=content)

    async def aclose(self) -> None:
        """Close what is under it."""
        await self._inner.aclose()


class _Attempt:
    """One request between its reservation and its outcome."""

    def __init__(self, call: CallContext, *, key: str) -> None:
        self.call, self.key = call, key
        self.closed = self.answered = False
        self._began = time.monotonic()
        self._status: int | None = None
        self._request_id = ""

    def heard(self, response: httpx2.Response) -> None:
        """Note what the head of the response says."""
        self._status = response.status_code
        self._request_id = without_key(response.headers.get("x-request-id", ""), self.key)

    async def within_deadline(self, awaitable: Awaitable[T]) -> T:
        """Await, but no longer than the turn's deadline allows."""
        deadline = self.call.deadline
        try:
            async with asyncio.timeout(deadline.left):
                return await awaitable
        except TimeoutError as error:
            raise DeadlineExceeded(deadline.seconds) from error

    def settle_body(self, content: bytes) -> dict[str, Any]:
        """Settle from a whole answer, or raise BadAnswer after booking what is known."""
        name = self.call.spec.name
        may_omit = self.call.spec.endpoint.finish_reason == "sometimes"
        try:
            body = completion_in(content, model=name, may_omit_finish=may_omit, key=self.key)
        except BadAnswer as error:
            self._close(_billing_in(content), error=error)
            raise
        choice = body["choices"][0]
        self._settle(
            message=choice["message"],
            finish_reason=str(choice["finish_reason"] or ""),
            fingerprint=body.get("system_fingerprint"),
            model=body.get("model"),
            billing=(body.get("usage"), body.get("service_tier")),
        )
        return body

    def settle_events(self, content: bytes) -> dict[str, Any]:
        """Settle from a whole event stream that nobody called one."""
        answer = Assembly()
        answer.feed(content)
        answer.end()
        if answer.error:
            raise self.torn(f"it carried {without_key(answer.error, self.key)[:_SHOWN]}")
        self.settle_stream(answer)
        choice = {"index": 0, "message": answer.message(), "finish_reason": answer.finish_reason}
        told = {"model": answer.model, "system_fingerprint": answer.fingerprint}
        return {**told, "choices": [choice], "usage": answer.usage}

    def settle_stream(self, answer: Assembly) -> None:
        """Settle from a stream that is over.

        Raises:
            StreamTorn: it does not say that it is whole; if it says what it cost, that is booked.
        """
        spec, why = self.call.spec, ""
        try:
            reason = finish_of(answer.finish_reason)
        except ValueError as error:
            reason, why = "", str(error)
        if not reason and not why and spec.endpoint.finish_reason != "sometimes":
            why = f"it ended {unfinished(spec.name)}"
        if why:
            torn = self.torn(why)
            if answer.done or (answer.finish_reason and answer.usage):
                self._close((answer.usage, answer.service_tier), error=torn)
            raise torn
        self._settle(
            message=answer.message(),
            finish_reason=reason,
            fingerprint=answer.fingerprint,
            model=answer.model,
            billing=(answer.usage, answer.service_tier),
        )

    def torn(self, why: str) -> StreamTorn:
        """The error of a stream that did not come to its end."""
        return StreamTorn(f"{self.call.spec.name}: the stream broke off: {why}")

    def _settle(
        self,
        *,
        message: Mapping[str, Any],
        finish_reason: str,
        fingerprint: object,
        model: object,
        billing: _Billing,
    ) -> None:
        """Close with a whole answer; without usage its cost is unknown."""
        kept = {key: message[key] for key in _STORED_FIELDS if message.get(key)}
        kept = self.call.screen.kept(kept)
        answer = {
            "message": kept,
            "finish_reason": finish_reason,
            "system_fingerprint": None if fingerprint is None else str(fingerprint),
        }
        written = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
        text = without_this_key(written, self.key)
        self.answered = True
        self._close(
            billing,
            answer=text.encode(errors="replace"),
            finish_reason=finish_reason,
            response_model=str(model or ""),
            spoke=bool(kept.keys() - {"role"}),
        )

    def failed(self, error: BaseException) -> None:
        """Close without an answer; what was surely not paid is released."""
        if self.closed:
            return
        known = error if isinstance(error, ModelError) else None
        outcome = Outcome(
            state="released" if _surely_not_paid(error) else "unknown",
            status=self._status,
            request_id=self._request_id,
            latency_ms=self._latency(),
            error=known.kind if known else _foreign_kind(error),
            message=str(error) if known else type(error).__name__,
            retry_after=known.retry_after if known else None,
        )
        self._book(outcome)

    def _close(
        self,
        billing: _Billing,
        *,
        answer: bytes = b"",
        finish_reason: str = "",
        response_model: str = "",
        error: ModelError | None = None,
        spoke: bool = False,
    ) -> None:
        raw, tier = billing
        usage = usage_from_openai(raw) if isinstance(raw, Mapping) else None
        if usage is not None and (not usage.input or (spoke and not usage.output)):
            usage = None
        spec, top, how = self.call.spec, self.call.top, processing_named(tier)
        figures = priced(usage, spec, processing=how, top=top) if usage else Priced()
        outcome = Outcome(
            state="settled" if usage else "unknown",
            usage=usage,
            cost=figures.charged,
            processing=how,
            instead=figures,
            status=self._status,
            request_id=self._request_id,
            response_model=without_this_key(response_model, self.key),
            finish_reason=without_this_key(finish_reason, self.key),
            latency_ms=self._latency(),
            error=error.kind if error else "",
            message=str(error) if error else "",
            answer=answer,
        )
        self._book(outcome)

    def _latency(self) -> int:
        return round((time.monotonic() - self._began) * 1000)

    def _book(self, outcome: Outcome) -> None:
        self.closed = True
        self.call.outcomes.append(outcome)
        self.call.meter.close(self.call, outcome)


async def _whole(response: httpx2.Response, *, name: str) -> bytes:
    """The body, as long as it is no longer than an answer can be."""
    pieces, size = [], 0
    async for piece in response.aiter_bytes():
        size += len(piece)
        if size > _LONGEST_BODY:
            message = f"{name}: the answer is longer than {_LONGEST_BODY >> 20} MB"
            raise BadAnswer(message, status=response.status_code)
        pieces.append(piece)
    return b"".join(pieces)


def _surely_not_paid(error: BaseException) -> bool:
    if isinstance(error, ConnectionFailed):
        return not error.sent
    status = error.status if isinstance(error, ModelError) else None
    return status is not None and surely_unpaid(status)


def _foreign_kind(error: BaseException) -> str:
    stopped = isinstance(error, asyncio.CancelledError | GeneratorExit)
    return "cancelled" if stopped else type(error).__name__


def _billing_in(content: bytes) -> _Billing:
    try:
        body = json.loads(content)
    except (RecursionError, ValueError):
        return None, None
    return (body.get("usage"), body.get("service_tier")) if isinstance(body, dict) else (None, None)


class _MeteredStream(httpx2.AsyncByteStream):
    """A stream that is booked when it is whole; one that breaks off is torn, not glued."""

    def __init__(self, attempt: _Attempt, response: httpx2.Response) -> None:
        self._attempt, self._response = attempt, response
        attempt.call.let_go = partial(attempt.failed, asyncio.CancelledError())
        self._answer = Assembly()
        self._size = 0
        self._bytes = self._read()

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Always the same iterator: who drains what is left goes on where it was."""
        return self._bytes

    async def _read(self) -> AsyncGenerator[bytes]:
        chunks = self._response.aiter_bytes()
        try:
            while data := await self._next(chunks):
                self._take(data)
                yield data
            self._answer.end()
            self._settle()
        except BaseException as error:
            if isinstance(error, ModelError) and (self._attempt.answered or self._is_whole()):
                return
            self._attempt.failed(error)
            raise

    def _is_whole(self) -> bool:
        """Whether only the last word was missing when it broke off; it is settled then."""
        answer = self._answer
        if self._attempt.closed or answer.error or not (answer.finish_reason and answer.usage):
            return False
        self._settle()
        return True

    async def _next(self, chunks: AsyncIterator[bytes]) -> bytes | None:
        try:
            return await self._attempt.within_deadline(anext(chunks, None))
        except httpx2.HTTPError as error:
            raise self._attempt.torn("the connection broke") from error

    def _take(self, data: bytes) -> None:
        """Settle before the last event is handed on: nobody need read on after it."""
        self._size += len(data)
        if self._size > _LONGEST_STREAM:
            raise self._attempt.torn(f"it is longer than {_LONGEST_STREAM >> 20} MB")
        self._answer.feed(data)
        if self._answer.error:
            said = without_key(self._answer.error, self._attempt.key)
            raise self._attempt.torn(f"it carried {said[:_SHOWN]}")
        if self._answer.done:
            self._settle()

    def _settle(self) -> None:
        if not self._attempt.closed:
            self._attempt.settle_stream(self._answer)

    async def aclose(self) -> None:
        self._attempt.failed(asyncio.CancelledError())
        await self._bytes.aclose()
        await self._response.aclose()
