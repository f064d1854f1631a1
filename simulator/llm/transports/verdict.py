"""What an HTTP response means: a completion to hand on, or one of our errors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2

from simulator.errors import (
    BadAnswer,
    ContextOverflow,
    KeyRefused,
    ModelError,
    QuotaExhausted,
    RateLimited,
    RequestRefused,
    ServerFailed,
)

__all__ = ["completion_in", "error_from", "retry_after"]

_WAITING_HELPS_NOT = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
_TRANSIENT_STATUS = frozenset({408, 409, 425})
_SHOWN = 300


def retry_after(headers: Mapping[str, str], *, now: datetime | None = None) -> float | None:
    """Seconds the server asks to wait: `retry-after-ms`, or `Retry-After` as number or date."""
    try:
        if "retry-after-ms" in headers:
            return max(0.0, float(headers["retry-after-ms"]) / 1000)
        value = headers.get("retry-after", "")
        return max(0.0, float(value)) if value else None
    except ValueError:
        return _seconds_until(headers["retry-after"], now or datetime.now(UTC))


def _seconds_until(value: str, now: datetime) -> float | None:
    try:
        then = parsedate_to_datetime(value)
    except ValueError:
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (then - now).total_seconds())


def error_from(response: httpx2.Response, *, model: str) -> ModelError:
    """The error a response with a status other than 2xx stands for."""
    detail = _detail(response)
    said = str(detail.get("message") or response.reason_phrase or "no reason given")[:_SHOWN]
    status = response.status_code
    kind, sentence = _kind_of(status, str(detail.get("code") or detail.get("type") or ""), said)
    return kind(
        f"{model}: {sentence} ({status})",
        status=status,
        request_id=response.headers.get("x-request-id"),
        retry_after=retry_after(response.headers),
    )


def _kind_of(status: int, code: str, said: str) -> tuple[type[ModelError], str]:
    if status in {401, 403}:
        return KeyRefused, f"the endpoint refuses the key: {said}"
    if status == 429:
        gone = code in _WAITING_HELPS_NOT
        word = "the account has no quota left" if gone else "too many requests"
        return (QuotaExhausted if gone else RateLimited), f"{word}: {said}"
    if code == "context_length_exceeded":
        return ContextOverflow, f"the prompt is too long: {said}"
    if status >= 500 or status in _TRANSIENT_STATUS:
        return ServerFailed, f"the endpoint failed: {said}"
    return RequestRefused, f"the endpoint refuses the request: {said}"


def _detail(response: httpx2.Response) -> Mapping[str, Any]:
    try:
        body = json.loads(response.content)
    except ValueError:
        return {}
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, str):
        return {"message": error}
    return error if isinstance(error, dict) else {}


def completion_in(content: bytes, *, model: str, may_omit_finish: bool) -> dict[str, Any]:
    """The completion a 200 carries.

    Raises:
        BadAnswer: the body is cut, empty, HTML, or anything but one whole completion.
    """
    try:
        body = json.loads(content)
    except ValueError:
        start = content[:60].decode("utf-8", "replace").strip() or "nothing"
        message = f"{model}: the answer is not JSON but begins with {start!r}"
        raise BadAnswer(message, status=200) from None
    choices = body.get("choices") if isinstance(body, dict) else None
    if not choices or not isinstance(choices[0], dict) or "message" not in choices[0]:
        message = f"{model}: the answer holds no choice"
        raise BadAnswer(message, status=200)
    if not choices[0].get("finish_reason") and not may_omit_finish:
        message = f"{model}: the answer breaks off without a finish_reason"
        raise BadAnswer(message, status=200)
    return dict(body)
