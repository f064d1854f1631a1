"""Every attempt is booked before it is sent and closed by what came back, below every parser."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from functools import partial

import httpx2

from simulator.definitions.model_entry import STAND_IN_PATH
from simulator.errors import BadAnswer, ConnectionFailed, ModelError
from simulator.llm.bulk import bulk_of
from simulator.llm.call_context import current_call
from simulator.llm.event_stream import (
    Assembly,
    as_event_stream,
    is_event_stream,
    wants_stream,
)
from simulator.llm.transports.attempt import SHOWN, AttemptUnderWay
from simulator.llm.transports.verdict import key_in, without_key

__all__ = ["Metered"]

_DROPPED_HEADERS = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_EVENT_STREAM = "text/event-stream"
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
        path, endpoint = request.url.path, call.spec.endpoint
        call.stand_in = endpoint.stand_in or path.startswith(STAND_IN_PATH)
        await call.meter.reserve(call, bulk=bulk_of(request.content))
        known = request.extensions.get("credentials")
        attempt = AttemptUnderWay(call, key=key_in(request), known=known)
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
        self, attempt: AttemptUnderWay, request: httpx2.Request, response: httpx2.Response
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
            answered = httpx2.Response(response.status_code, headers=headers, content=content)
            raise attempt.refused(request, answered)
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


class _MeteredStream(httpx2.AsyncByteStream):
    """A stream that is booked when it is whole; one that breaks off is torn, not glued."""

    def __init__(self, attempt: AttemptUnderWay, response: httpx2.Response) -> None:
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
            raise self._attempt.torn(f"it carried {said[:SHOWN]}")
        if self._answer.done:
            self._settle()

    def _settle(self) -> None:
        if not self._attempt.closed:
            self._attempt.settle_stream(self._answer)

    async def aclose(self) -> None:
        self._attempt.failed(asyncio.CancelledError())
        await self._bytes.aclose()
        await self._response.aclose()
