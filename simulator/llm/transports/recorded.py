"""What was answered before is spoken again: a call whose answer is on record is not sent."""

from __future__ import annotations

import json

import httpx2

from simulator.llm.call_context import current_call
from simulator.llm.event_stream import as_event_stream, wants_stream

__all__ = ["Recorded"]


class Recorded(httpx2.AsyncBaseTransport):
    """A transport over another that answers from the record where the record has the answer."""

    def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The recorded answer as a completion, or whatever the inner transport answers."""
        call = current_call.get()
        if call is None or call.answered is None:
            return await self._inner.handle_async_request(request)
        choice = json.loads(call.answered)
        body = {
            "id": f"recorded-{call.booking.id}",
            "object": "chat.completion",
            "created": 0,
            "model": call.spec.model,
            "system_fingerprint": choice.pop("system_fingerprint", None),
            "choices": [{"index": 0, **choice}],
        }
        if wants_stream(request.content):
            headers = {"content-type": "text/event-stream"}
            return httpx2.Response(200, headers=headers, content=as_event_stream(body))
        return httpx2.Response(200, json=body)

    async def aclose(self) -> None:
        """Close what is under it."""
        await self._inner.aclose()
