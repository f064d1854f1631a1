"""What an HTTP response means: a completion to hand on, or one of our errors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
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

__all__ = ["completion_in", "error_from", "retry_after", "without_key"]

_WAITING_HELPS_NOT = frozenset(
    {"billing_hard_limit_reached", "billing_not_active", "insufficient_quota"}
)
_TOO_LONG = frozenset({"context_length_exceeded", "exceed_context_size_error"})
"""What OpenAI and llama-server call it."""
_TRANSIENT_STATUS = frozenset({408, 409, 425})
_SHOWN = 300
_SHORTEST_KEY = 8
"""What is shorter guards nothing, and would be found in the middle of words."""
_BEGINNING = 60


def retry_after(headers: Mapping[str, str], *, now: datetime | None = None) -> float | None:
    """Seconds the server asks to wait: `retry-after-ms`, or `Retry-After` as number or date.

    None where it asks for nothing that can be understood.
    """
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    value = headers.get("retry-after", "")
    seconds = _number(value)
    return _seconds_until(value, now or datetime.now(UTC)) if seconds is None else seconds


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return max(0.0, number) if isfinite(number) else None


def _seconds_until(value: str, now: datetime) -> float | None:
    try:
        then = parsedate_to_datetime(value)
    except (IndexError, TypeError, ValueError):
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (then - now).total_seconds())


def without_key(text: str, key: str) -> str:
    """The text with the key blotted out: some servers repeat what they were sent."""
    return text.replace(key, "***") if len(key) >= _SHORTEST_KEY else text


def error_from(response: httpx2.Response, *, model: str, key: str = "") -> ModelError:
    """The error a response with a status other than 2xx stands for; it does not hold the key."""
    detail = _detail(response)
    said = str(detail.get("message") or response.reason_phrase or "no reason given")
    status = response.status_code
    codes = {str(detail.get("code")), str(detail.get("type"))}
    kind, sentence = _kind_of(status, codes, without_key(said, key)[:_SHOWN])
    return kind(
        f"{model}: {sentence} ({status})",
        status=status,
        request_id=response.headers.get("x-request-id"),
        retry_after=retry_after(response.headers),
    )


def _kind_of(status: int, codes: set[str], said: str) -> tuple[type[ModelError], str]:
    if status in {401, 403}:
        return KeyRefused, f"the endpoint refuses the key: {said}"
    if status == 429:
        gone = not codes.isdisjoint(_WAITING_HELPS_NOT)
        word = "the account has no quota left" if gone else "too many requests"
        return (QuotaExhausted if gone else RateLimited), f"{word}: {said}"
    if not codes.isdisjoint(_TOO_LONG):
        return ContextOverflow, f"the prompt is too long: {said}"
    if status >= 500 or status in _TRANSIENT_STATUS:
        return ServerFailed, f"the endpoint failed: {said}"
    return RequestRefused, f"the endpoint refuses the request: {said}"


def _detail(response: httpx2.Response) -> Mapping[str, Any]:
    try:
        body = json.loads(response.content)
    except (RecursionError, ValueError):
        return {}
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, str):
        return {"message": error}
    return error if isinstance(error, dict) else {}


def completion_in(
    content: bytes, *, model: str, may_omit_finish: bool, key: str = ""
) -> dict[str, Any]:
    """The completion a 200 carries.

    Raises:
        BadAnswer: the body is cut, empty, HTML, or anything but one whole completion.
    """
    try:
        body = json.loads(content)
    except (RecursionError, ValueError):
        text = without_key(content.decode("utf-8", "replace"), key).strip()
        message = f"{model}: the answer is not JSON but begins with {text[:_BEGINNING]!r}"
        raise BadAnswer(message if text else f"{model}: the answer is empty", status=200) from None
    choices = body.get("choices") if isinstance(body, dict) else None
    choice = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(choice, dict) or not _is_message(choice.get("message")):
        message = f"{model}: the answer holds no choice with a message"
        raise BadAnswer(message, status=200)
    if not choice.get("finish_reason") and not may_omit_finish:
        message = f"{model}: the answer breaks off without a finish_reason"
        raise BadAnswer(message, status=200)
    return dict(body)


def _is_message(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    calls = value.get("tool_calls") or []
    texts = (value.get("content"), value.get("refusal"))
    written = all(text is None or isinstance(text, str) for text in texts)
    return written and isinstance(calls, list) and all(map(_is_tool_call, calls))


def _is_tool_call(value: object) -> bool:
    function = value.get("function") if isinstance(value, dict) else None
    if not isinstance(function, dict):
        return False
    return all(isinstance(function.get(name), str) for name in ("name", "arguments"))
