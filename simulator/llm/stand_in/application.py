"""The stand-in as a plain ASGI application.

    POST   /stand-in/v1/chat/completions   an answer, whole or as a stream
    GET    /stand-in/v1/models             the models of the catalog
    GET    /stats                          {"totals": ..., "requests": [billed], "log": [...]}
    DELETE /stats                          forget it
    GET    /health                         {"status": "ok"}

Requests for completions meet faults: those of the header `x-stand-in-fault`, else by chance. The
log tells of each when it came, what went wrong, what was sent and billed, and when it ended.

Models answer under `/stand-in/` only: the address tells the simulator that it speaks to a
stand-in, whatever the endpoint is called, so that nothing it says is taken for a model's words
(`OPENAI_BASE_URL=http://127.0.0.1:8765/stand-in/v1`).
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from simulator.definitions.model_catalog import ModelCatalog
from simulator.errors import UsageError
from simulator.llm.stand_in.bill import Bills
from simulator.llm.stand_in.delivery import Delivery, deliver, refusal_for, wants_answer
from simulator.llm.stand_in.faults import Fault, FaultChoice, Faults
from simulator.llm.stand_in.request import Refusal
from simulator.llm.stand_in.request_log import Entry, RequestLog
from simulator.llm.stand_in.responder import Responder, Response
from simulator.llm.stand_in.script import Scripts

__all__ = ["TRANSPORT", "ASGIApplication", "Application", "Receive", "Scope", "Send", "app"]

TRANSPORT = "stand_in.transport"
"""Where `scope["state"]` may hold the connection's `asyncio.Transport`, so that a fault can break
it; without one the server breaks it off as it does with any application that stops halfway."""

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGIApplication = Callable[[Scope, Receive, Send], Awaitable[None]]
"""https://asgi.readthedocs.io/en/latest/specs/main.html"""

_PREFIX = "/stand-in"
_FAULT_HEADER = b"x-stand-in-fault"
_UNTIL_READ = 0.02
"""Seconds before a reset, which may overtake what was sent before."""
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
    faults: Faults | None = None,
) -> Application:
    """The application; ready for any ASGI server or middleware.

    `latency` is seconds before an answer begins, `chunk_delay` seconds between two chunks of a
    stream. With `keys` only these are accepted, otherwise any key and none. `faults` go wrong by
    chance.
    """
    return Application(
        Responder(scripts, catalog=catalog),
        models=tuple(dict.fromkeys(name.partition("/")[2] for name in catalog.models)),
        latency=latency,
        chunk_delay=chunk_delay,
        keys=frozenset(keys),
        faults=faults or Faults(),
    )


class Application:
    """An ASGI callable with the bills of what it answered and a log of what it was asked."""

    def __init__(
        self,
        responder: Responder,
        *,
        models: tuple[str, ...],
        latency: float,
        chunk_delay: float,
        keys: frozenset[str],
        faults: Faults,
    ) -> None:
        self._bills, self._log = Bills(), RequestLog()
        self._hurried = asyncio.Event()
        self._responder, self._models, self._faults = responder, models, faults
        self._latency, self._chunk_delay, self._keys = latency, chunk_delay, keys
        self._choice = FaultChoice(faults)

    def stats(self) -> dict[str, Any]:
        """What `GET /stats` answers."""
        return {**self._bills.as_json(), "log": self._log.as_json()}

    def reset(self) -> None:
        """Forget what was asked and billed; faults are drawn as from the start."""
        self._bills.reset()
        self._log.reset()
        self._choice = FaultChoice(self._faults)

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
        line = _Line(scope, receive, send, self._hurried)
        path, method = _path(scope), str(scope["method"])
        refusal = _unlabelled(scope) or _misled(scope) or self._locked_out(path, scope)
        if path == _CHAT:
            await self._converse(line, content, refusal)
        elif refusal is not None:
            await line.send(_now(self._responder.refuse(refusal, content)))
        else:
            await line.send(_now(self._responder.tell(self._told(path, method))))

    async def _converse(self, line: _Line, content: bytes, refusal: Refusal | None) -> None:
        """Answer a request for a completion, and keep book of it."""
        entry, fault = self._log.arrived(content), None
        if refusal is None:
            try:
                fault = self._choice.of(entry.number, line.header(_FAULT_HEADER))
            except UsageError as error:
                refusal = Refusal(status=400, message=str(error), code="unknown_fault")
        delivery = self._answered(entry, content, refusal=refusal, fault=fault)
        finished = False
        try:
            if await line.pause(self._latency + delivery.delay):
                entry.status = delivery.status
                finished = await line.send(delivery, chunk_delay=self._chunk_delay)
        finally:
            self._log.ended(entry, finished=finished)

    def _answered(
        self, entry: Entry, content: bytes, *, refusal: Refusal | None, fault: Fault | None
    ) -> Delivery:
        refusal = refusal or (refusal_for(fault) if fault else None)
        if refusal is not None:
            response = self._responder.refuse(refusal, content)
        elif fault is None or wants_answer(fault):
            response = self._responder.respond(content)
        else:
            response = None
        if response is not None:
            self._bills.add(response.bill)
            entry.request_id, entry.billed_nano = response.bill.request_id, response.bill.nano
        delivery = _now(response, fault)
        entry.fault, entry.retry_after = delivery.fault, delivery.retry_after
        return delivery

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
            self.reset()
        return self.stats()


@dataclass(frozen=True, slots=True)
class _Line:
    """One request's way back to its client."""

    scope: Scope
    receive: Receive
    put: Send
    hurried: asyncio.Event

    def header(self, name: bytes) -> str:
        """The text of a header; empty where there is none."""
        return bytes(dict(self.scope["headers"]).get(name, b"")).decode("latin-1")

    async def send(self, delivery: Delivery, *, chunk_delay: float = 0.0) -> bool:
        """Send what is to be sent and end as it is to end; whether that was all of an answer."""
        if delivery.status is not None and not await self._put(delivery, chunk_delay):
            return False
        if delivery.end == "silent":
            await self.pause(None)
        if delivery.end != "whole":
            await self._hang_up(reset=delivery.end == "reset")
        if delivery.again is not None:
            await self._repeat(delivery, delivery.again)
        return delivery.end == "whole"

    async def _put(self, delivery: Delivery, chunk_delay: float) -> bool:
        raw = [(name.encode(), value.encode()) for name, value in delivery.headers.items()]
        start = {"type": "http.response.start", "status": delivery.status, "headers": raw}
        await self.put(start)
        last = len(delivery.pieces) - 1 if delivery.end == "whole" else None
        for number, piece in enumerate(delivery.pieces):
            if number and not await self.pause(max(chunk_delay, delivery.drip)):
                return False
            more = number != last
            await self.put({"type": "http.response.body", "body": piece, "more_body": more})
        if not delivery.pieces:
            await self.put({"type": "http.response.body", "body": b"", "more_body": False})
        return True

    async def pause(self, seconds: float | None) -> bool:
        """Wait, unless hurried; False when the client is gone, so that no answer is needed.

        None waits for either.
        """
        if seconds == 0:
            return True
        gone = asyncio.ensure_future(self.receive())
        waits = {gone, asyncio.ensure_future(self.hurried.wait())}
        try:
            done, _ = await asyncio.wait(
                waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            for wait in waits:
                wait.cancel()
        return gone not in done

    async def _repeat(self, delivery: Delivery, seconds: float) -> None:
        """Send it once more, past the server, which would not let anybody."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.hurried.wait(), seconds)
        transport = self.scope.get("state", {}).get(TRANSPORT)
        if transport is not None and not transport.is_closing():
            transport.write(delivery.as_http())

    async def _hang_up(self, *, reset: bool) -> None:
        """Break the connection, and wait until the server knows, which then says nothing of it."""
        transport = self.scope.get("state", {}).get(TRANSPORT)
        if transport is None:
            return
        if reset:
            await asyncio.sleep(_UNTIL_READ)
            at_once = struct.pack("ii", 1, 0)
            connection = transport.get_extra_info("socket")
            with suppress(OSError):  # the client may have gone first
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
            transport.abort()
        else:
            transport.close()
        while (await self.receive())["type"] != "http.disconnect":
            pass


def _now(response: Response | None, fault: Fault | None = None) -> Delivery:
    now = datetime.now(UTC)
    delivery = deliver(response, fault, now=now)
    headers = {"date": format_datetime(now, usegmt=True), **delivery.headers}
    return replace(delivery, headers=headers)


def _path(scope: Scope) -> str:
    path = str(scope["path"])
    return path.removeprefix(_PREFIX) if path.startswith(f"{_PREFIX}/") else path


def _unlabelled(scope: Scope) -> Refusal | None:
    """Why models do not answer at an address that does not say what they are."""
    if not str(scope["path"]).startswith("/v1/"):
        return None
    message = f"This is a stand-in, and its address says so. {_signpost(scope)}"
    return Refusal(status=404, message=message, code="unknown_url")


def _misled(scope: Scope) -> Refusal | None:
    """Why nothing is done at this address with this method."""
    path, method = _path(scope), str(scope["method"])
    allowed = _METHODS.get(path)
    if allowed is None:
        message = f"Unknown request URL: {method} {scope['path']}. {_signpost(scope)}"
        return Refusal(status=404, message=message, code="unknown_url")
    if method not in allowed:
        message = f"Not allowed to {method} on {path}; use {' or '.join(allowed)}."
        return Refusal(status=405, message=message, code="method_not_allowed")
    return None


def _signpost(scope: Scope) -> str:
    """Where models answer here, at the address the client came to."""
    host = dict(scope["headers"]).get(b"host", b"HOST:PORT").decode("latin-1")
    served = ", ".join(
        f"{method} {path.removeprefix('/v1')}"
        for path, methods in _METHODS.items()
        for method in methods
        if path.startswith("/v1/")
    )
    return f"Set the base URL to http://{host}{_PREFIX}/v1. Served there: {served}."


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
