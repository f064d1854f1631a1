"""The stand-in as a plain ASGI application, under `/v1` and `/stand-in/v1`.

    POST   /v1/chat/completions   an answer, whole or as a stream
    GET    /v1/models             the models of the catalog
    GET    /stats                 what was billed: {"totals": ..., "requests": [...]}
    DELETE /stats                 forget it
    GET    /health                {"status": "ok"}

An address under `/stand-in/` tells the simulator that it speaks to a stand-in, whatever the
endpoint is called (`OPENAI_BASE_URL=http://127.0.0.1:8765/stand-in/v1`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any

from simulator.definitions.model_catalog import ModelCatalog
from simulator.llm.stand_in.bill import Bills
from simulator.llm.stand_in.request import Refusal
from simulator.llm.stand_in.responder import Responder, Response
from simulator.llm.stand_in.script import Scripts

__all__ = ["ASGIApplication", "Application", "Receive", "Scope", "Send", "app"]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGIApplication = Callable[[Scope, Receive, Send], Awaitable[None]]
"""https://asgi.readthedocs.io/en/latest/specs/main.html"""

_PREFIX = "/stand-in"
_CHAT = "/v1/chat/completions"
_METHODS: Mapping[str, tuple[str, ...]] = {
    _CHAT: ("POST",),
    "/v1/models": ("GET",),
    "/stats": ("GET", "DELETE"),
    "/health": ("GET",),
}


def app(
    scripts: Scripts,
    catalog: ModelCatalog,
    *,
    latency: float = 0.0,
    chunk_delay: float = 0.0,
    keys: Iterable[str] = (),
) -> Application:
    """The application; ready for any ASGI server or middleware.

    `latency` is seconds before an answer begins, `chunk_delay` seconds between two chunks of a
    stream. With `keys` only these are accepted, otherwise any key and none.
    """
    return Application(
        Responder(scripts, catalog=catalog),
        models=tuple(dict.fromkeys(name.partition("/")[2] for name in catalog.models)),
        latency=latency,
        chunk_delay=chunk_delay,
        keys=frozenset(keys),
    )


class Application:
    """An ASGI callable with the bills of what it answered."""

    def __init__(
        self,
        responder: Responder,
        *,
        models: tuple[str, ...],
        latency: float,
        chunk_delay: float,
        keys: frozenset[str],
    ) -> None:
        self.bills = Bills()
        self._hurried = asyncio.Event()
        self._responder, self._models = responder, models
        self._latency, self._chunk_delay, self._keys = latency, chunk_delay, keys

    def hurry(self) -> None:
        """Keep nobody waiting any more: answers under way go out at once."""
        self._hurried.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection scope."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        content = await _body(receive)
        path, method = _path(scope), str(scope["method"])
        refusal = _misled(path, method) or self._locked_out(path, scope)
        if refusal is not None:
            response = self._responder.refuse(refusal, content)
        elif path == _CHAT:
            response = self._responder.respond(content)
        else:
            response = self._responder.tell(self._told(path, method))
        if path == _CHAT:
            self.bills.add(response.bill)
        if path != _CHAT or await self._pause(self._latency, receive):
            await self._send(response, receive, send)

    def _locked_out(self, path: str, scope: Scope) -> Refusal | None:
        if not self._keys or not path.startswith("/v1/"):
            return None
        given = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
        if given.removeprefix("Bearer ") in self._keys:
            return None
        message = "Incorrect API key provided: the stand-in was started with other keys."
        return Refusal(status=401, message=message, code="invalid_api_key")

    def _told(self, path: str, method: str) -> dict[str, Any]:
        if path == "/v1/models":
            fixed = {"object": "model", "created": 0, "owned_by": "stand-in"}
            return {"object": "list", "data": [{"id": name, **fixed} for name in self._models]}
        if path == "/health":
            return {"status": "ok"}
        if method == "DELETE":
            self.bills.reset()
        return self.bills.as_json()

    async def _send(self, response: Response, receive: Receive, send: Send) -> None:
        chunks, headers = response.chunks(), response.headers
        if not response.streamed:
            headers["content-length"] = str(len(chunks[0]))
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": response.status, "headers": raw})
        for number, chunk in enumerate(chunks):
            if number and not await self._pause(self._chunk_delay, receive):
                return
            more = number + 1 < len(chunks)
            await send({"type": "http.response.body", "body": chunk, "more_body": more})

    async def _pause(self, seconds: float, receive: Receive) -> bool:
        """Wait, unless hurried; False when the client is gone, so that no answer is needed."""
        if not seconds:
            return True
        gone = asyncio.ensure_future(receive())
        waits = {gone, asyncio.ensure_future(self._hurried.wait())}
        try:
            done, _ = await asyncio.wait(
                waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            for wait in waits:
                wait.cancel()
        return gone not in done


def _path(scope: Scope) -> str:
    path = str(scope["path"])
    return path.removeprefix(_PREFIX) if path.startswith(f"{_PREFIX}/") else path


def _misled(path: str, method: str) -> Refusal | None:
    """Why nothing is done at this address with this method."""
    allowed = _METHODS.get(path)
    if allowed is None:
        message = f"Unknown request URL: {method} {path}. There are: {', '.join(_METHODS)}."
        return Refusal(status=404, message=message, code="unknown_url")
    if method not in allowed:
        message = f"Not allowed to {method} on {path}; use {' or '.join(allowed)}."
        return Refusal(status=405, message=message, code="method_not_allowed")
    return None


async def _body(receive: Receive) -> bytes:
    parts, more = [], True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


async def _lifespan(receive: Receive, send: Send) -> None:
    for phase in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{phase}.complete"})
