"""One attempt on its way: booked by what came back, in any of the ways in which it can end."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Mapping
from functools import partial
from typing import Any, TypeVar

import httpx2

from simulator.errors import (
    BadAnswer,
    ConnectionFailed,
    DeadlineExceeded,
    ModelError,
    RequestRefused,
    StreamTorn,
)
from simulator.llm.call_context import CallContext
from simulator.llm.credentials import Credentials
from simulator.llm.event_stream import Assembly
from simulator.llm.transports.missing_feature import missing_feature, wrong_place
from simulator.llm.transports.verdict import (
    completion_in,
    error_from,
    finish_of,
    surely_unpaid,
    unfinished,
    without_key,
    without_this_key,
)
from simulator.record.calls import Outcome
from simulator.record.priced import Priced, priced
from simulator.record.usage_report import processing_named, usage_from_openai

__all__ = ["SHOWN", "AttemptUnderWay"]

T = TypeVar("T")
_Billing = tuple[object, object]
"""The usage of an answer and its service tier, as they stand there."""
_STORED_FIELDS = ("role", "content", "refusal", "tool_calls")
_FAILING = 500
SHOWN = 300
"""Characters of what a server says that are told."""


class AttemptUnderWay:
    """One request between its reservation and its outcome."""

    def __init__(self, call: CallContext, *, key: str, known: Credentials | None = None) -> None:
        """`known` is what else must not show: other keys, and passwords of proxies."""
        self.call, self.key, self._known = call, key, known or Credentials()
        self.closed = self.answered = False
        self.refusal = b""
        """The body of a response that is no answer."""
        self._began = time.monotonic()
        self._status: int | None = None
        self._request_id = ""

    def heard(self, response: httpx2.Response) -> None:
        """Note what the head of the response says."""
        self._status = response.status_code
        self._request_id = without_key(response.headers.get("x-request-id", ""), self.key)

    def refused(self, request: httpx2.Request, response: httpx2.Response) -> ModelError:
        """The error that a response which is no answer stands for."""
        self.refusal, spec = response.content, self.call.spec
        hint = partial(missing_feature, content=request.content, spec=spec)
        place = wrong_place(response, request.url)
        return error_from(response, model=spec.name, key=self.key, hint=lambda s: place or hint(s))

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
            raise self.torn(f"it carried {without_key(answer.error, self.key)[:SHOWN]}")
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
            state="released" if _surely_not_paid(error, self.refusal) else "unknown",
            status=self._status,
            request_id=self._request_id,
            latency_ms=self._latency(),
            error=known.kind if known else _foreign_kind(error),
            message=self._told(known) if known else type(error).__name__,
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
        known, asked = self.call.answering, self.call.spec
        spec = asked if known is None or not response_model else known(response_model)
        self.call.billed = spec
        top, how = self.call.top, processing_named(tier)
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
            message=self._told(error) if error else "",
            answer=answer,
        )
        self._book(outcome)

    def _told(self, error: ModelError) -> str:
        """What an error says, to whoever asks it, without what somebody on the way repeated."""
        told = str(error)
        if self._known.has_known(told):
            error.args = (self._known.without_known(told),)
        return str(error)

    def _latency(self) -> int:
        return round((time.monotonic() - self._began) * 1000)

    def _book(self, outcome: Outcome) -> None:
        self.closed = True
        self.call.outcomes.append(outcome)
        self.call.meter.close(self.call, outcome)


def _surely_not_paid(error: BaseException, content: bytes) -> bool:
    if isinstance(error, ConnectionFailed):
        return not error.sent
    status = error.status if isinstance(error, ModelError) else None
    if status is None:
        return False
    # A server that says what it cannot do refuses, in whatever form and with whatever status.
    cannot = isinstance(error, RequestRefused) and status >= _FAILING
    return cannot or surely_unpaid(status, content)


def _foreign_kind(error: BaseException) -> str:
    stopped = isinstance(error, asyncio.CancelledError | GeneratorExit)
    return "cancelled" if stopped else type(error).__name__


def _billing_in(content: bytes) -> _Billing:
    try:
        body = json.loads(content)
    except (RecursionError, ValueError):
        return None, None
    return (body.get("usage"), body.get("service_tier")) if isinstance(body, dict) else (None, None)
