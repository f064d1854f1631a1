"""How an answer goes out: whole, or as a fault would have it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import format_datetime
from math import ceil
from typing import Any, Literal

from simulator.llm.event_stream import event_chunks
from simulator.llm.stand_in.faults import Fault
from simulator.llm.stand_in.request import Refusal
from simulator.llm.stand_in.responder import Response

__all__ = ["Delivery", "deliver", "refusal_for", "wants_answer"]

_OK = 200
_LIMITED = Refusal(
    status=429,
    message="Rate limit reached: too many requests.",
    kind="requests",
    code="rate_limit_exceeded",
)
_OVERLOADED = Refusal(
    status=503, message="The engine is currently overloaded.", kind="server_error"
)
_REFUSALS: Mapping[str, Refusal] = {
    **dict.fromkeys(("429", "429-ms", "429-date", "429-bare"), _LIMITED),
    **dict.fromkeys(("503", "burst"), _OVERLOADED),
    "quota": Refusal(
        status=429,
        message="You exceeded your current quota, please check your plan and billing details.",
        kind="insufficient_quota",
        code="insufficient_quota",
    ),
    "400": Refusal(status=400, message="The request was refused.", code="invalid_value"),
    "401": Refusal(status=401, message="Incorrect API key provided.", code="invalid_api_key"),
    "403": Refusal(
        status=403,
        message="Country, region, or territory not supported.",
        kind="request_forbidden",
        code="unsupported_country_region_territory",
    ),
    "500": Refusal(status=500, message="The server had an error.", kind="server_error"),
    "502-html": Refusal(status=502, message="Bad gateway.", kind="server_error"),
}
_UNHEARD = frozenset({"reset-before", "hang"})
_PAGE = "<html>\r\n<head><title>{0}</title></head>\r\n<body><h1>{0}</h1></body>\r\n</html>\r\n"
_DRIPS = 16
"""Pieces of an answer that is no stream."""
_ERROR_EVENT = (
    b'data: {"error": {"message": "The server had an error.", "type": "server_error"}}\n\n'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What is sent for one request, and how it ends."""

    status: int | None = None
    """None: not a byte is sent."""
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: tuple[bytes, ...] = ()
    delay: float = 0.0
    """Seconds before anything is sent."""
    drip: float = 0.0
    """Seconds between two pieces."""
    again: float | None = None
    """Seconds after which the whole answer is sent once more, unasked; None: it is not."""
    end: Literal["whole", "closed", "reset", "silent"] = "whole"
    retry_after: float | None = None
    """Seconds that the client is told to wait."""
    fault: str = ""
    """The name of the fault that made it so; empty where none did."""

    def as_http(self) -> bytes:
        """The whole answer as HTTP/1.1 writes it."""
        head = [f"HTTP/1.1 {self.status} OK", *map(": ".join, self.headers.items())]
        body = b"".join(self.pieces)
        if "content-length" not in self.headers:
            head.append("transfer-encoding: chunked")
            body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        return "\r\n".join([*head, "", ""]).encode() + body


def refusal_for(fault: Fault) -> Refusal | None:
    """What a fault says instead of an answer; None where it lets the question be answered."""
    return _REFUSALS.get(fault.name)


def wants_answer(fault: Fault) -> bool:
    """Whether there is anything to answer before the fault happens, to be billed or refused."""
    return fault.name not in _UNHEARD


def deliver(response: Response | None, fault: Fault | None, *, now: datetime) -> Delivery:
    """How a response goes out under a fault; without a response there is nothing to send.

    A request that is refused for its own sake is refused whatever fault it meets, and a fault of
    streams leaves other answers whole.
    """
    whole = Delivery(end="reset") if response is None else _whole(response)
    if fault is None:
        return whole
    if response is None:
        return replace(whole, end="silent" if fault.name == "hang" else "reset", fault=fault.name)
    if fault.name in _REFUSALS:
        return replace(_refused(whole, fault, now), fault=fault.name)
    if response.status != _OK:
        return whole
    changed = _SHAPES[fault.name](_Case(whole, response, fault))
    return whole if changed is whole else replace(changed, fault=fault.name)


def _whole(response: Response) -> Delivery:
    delivery = Delivery(status=response.status, headers=response.headers)
    return _sized(delivery, response.chunks())


def _sized(delivery: Delivery, pieces: list[bytes]) -> Delivery:
    """The delivery with another body; its length is told unless it is a stream."""
    headers = dict(delivery.headers)
    if not _is_stream(delivery):
        headers["content-length"] = str(sum(map(len, pieces)))
    return replace(delivery, headers=headers, pieces=tuple(pieces))


def _is_stream(delivery: Delivery) -> bool:
    return delivery.headers["content-type"].startswith("text/event-stream")


def _refused(whole: Delivery, fault: Fault, now: datetime) -> Delivery:
    if fault.name == "502-html":
        return _page(502, "502 Bad Gateway")
    header, seconds = _told(fault, now)
    return replace(whole, headers={**whole.headers, **header}, retry_after=seconds)


def _told(fault: Fault, now: datetime) -> tuple[dict[str, str], float | None]:
    """The header that says when to come again, and in how many seconds that is."""
    if fault.name == "429-ms":
        return {"retry-after-ms": f"{fault.amount:g}"}, fault.amount / 1000
    if fault.name == "429-date":
        then = datetime.fromtimestamp(ceil(now.timestamp() + fault.amount), now.tzinfo)
        return {"retry-after": format_datetime(then, usegmt=True)}, (then - now).total_seconds()
    if fault.name == "429" or (fault.name == "503" and fault.amount):
        return {"retry-after": f"{fault.amount:g}"}, fault.amount
    return {}, None


def _page(status: int, title: str) -> Delivery:
    """What stands between client and server answers itself, and knows no request id."""
    page = Delivery(status=status, headers={"content-type": "text/html"})
    return _sized(page, [_PAGE.format(title).encode()])


@dataclass(frozen=True, slots=True)
class _Case:
    whole: Delivery
    response: Response
    fault: Fault


def _unsent(case: _Case) -> Delivery:
    return Delivery(end="closed" if case.fault.name == "lost" else "silent")


def _broken(case: _Case) -> Delivery:
    end: Literal["reset", "closed"] = "reset" if case.fault.name == "reset-middle" else "closed"
    return replace(case.whole, pieces=tuple(_first_half(case.whole.pieces)), end=end)


def _cut(case: _Case) -> Delivery:
    half = case.fault.name == "cut-body"
    return _sized(case.whole, _first_half(case.whole.pieces) if half else [])


def _first_half(pieces: tuple[bytes, ...]) -> list[bytes]:
    """The beginning, cut within a piece; of a stream never as far as its finish_reason."""
    middle = (len(pieces) - 1) // 2
    return [*pieces[:middle], pieces[middle][: len(pieces[middle]) // 2]]


def _without_usage(case: _Case) -> Delivery:
    body = {key: value for key, value in case.response.body.items() if key != "usage"}
    return _rewritten(case, body) if "usage" in case.response.body else case.whole


def _without_finish(case: _Case) -> Delivery:
    if case.fault.name == "stream-no-finish" and not case.response.streamed:
        return case.whole
    choice = {**case.response.body["choices"][0], "finish_reason": None}
    if case.fault.name == "cut-content":
        choice["message"] = _half_said(choice["message"])
    return _rewritten(case, {**case.response.body, "choices": [choice]})


def _half_said(message: Mapping[str, Any]) -> dict[str, Any]:
    half = dict(message)
    if half.get("content"):
        half["content"] = half["content"][: len(half["content"]) // 2]
    if half.get("tool_calls"):
        half["tool_calls"] = [_half_called(call) for call in half["tool_calls"]]
    return half


def _half_called(call: Mapping[str, Any]) -> dict[str, Any]:
    function = call["function"]
    arguments = function["arguments"][: len(function["arguments"]) // 2]
    return {**call, "function": {**function, "arguments": arguments}}


def _rewritten(case: _Case, body: Mapping[str, Any]) -> Delivery:
    if case.response.streamed:
        return _sized(case.whole, event_chunks(body))
    return _sized(case.whole, [json.dumps(body, ensure_ascii=False).encode()])


def _ended_early(case: _Case) -> Delivery:
    if not case.response.streamed:
        return case.whole
    if case.fault.name == "stream-no-done":
        return _sized(case.whole, list(case.whole.pieces[:-1]))
    middle = (len(case.whole.pieces) - 1) // 2
    return _sized(case.whole, [*case.whole.pieces[:middle], _ERROR_EVENT])


def _slowed(case: _Case) -> Delivery:
    if case.fault.name == "delay":
        return replace(case.whole, delay=case.fault.amount)
    if case.response.streamed:
        return replace(case.whole, drip=case.fault.amount)
    body = b"".join(case.whole.pieces)
    size = ceil(len(body) / _DRIPS)
    pieces = tuple(body[i : i + size] for i in range(0, len(body), size))
    return replace(case.whole, pieces=pieces, drip=case.fault.amount)


def _repeated(case: _Case) -> Delivery:
    """Twice on the connection; in each, the events after a stream's words come twice as well."""
    whole, seconds = case.whole, case.fault.amount
    if not case.response.streamed:
        return replace(whole, again=seconds)
    end = -3 if case.response.body.get("usage") else -2
    twice = [piece for piece in whole.pieces[end:] for _ in range(2)]
    return replace(_sized(whole, [*whole.pieces[:end], *twice]), again=seconds)


_SHAPES: Mapping[str, Callable[[_Case], Delivery]] = {
    **dict.fromkeys(("lost", "hang-paid"), _unsent),
    **dict.fromkeys(("reset-middle", "close-middle"), _broken),
    **dict.fromkeys(("cut-body", "empty-body"), _cut),
    **dict.fromkeys(("cut-content", "stream-no-finish"), _without_finish),
    **dict.fromkeys(("stream-no-done", "stream-error-event"), _ended_early),
    **dict.fromkeys(("delay", "drip"), _slowed),
    "duplicate": _repeated,
    "html-200": lambda _: _page(_OK, "Welcome to the network"),
    "no-usage": _without_usage,
}
