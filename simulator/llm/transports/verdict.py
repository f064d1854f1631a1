"""What an HTTP response means: a completion to hand on, or one of our errors."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
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
from simulator.llm.credentials import BLOT, Credentials
from simulator.llm.event_stream import arguments_text, content_text
from simulator.llm.spelt import spelt

__all__ = [
    "completion_in",
    "error_from",
    "finish_of",
    "key_in",
    "retry_after",
    "surely_unpaid",
    "unfinished",
    "without_key",
    "without_this_key",
]

_WAITING_HELPS_NOT = frozenset(
    {"billing_hard_limit_reached", "billing_not_active", "insufficient_quota"}
)
_TOO_LONG = frozenset({"context_length_exceeded", "exceed_context_size_error"})
"""What OpenAI and llama-server call it."""
_SAID_TO_BE_TOO_LONG = re.compile(
    r"context (length|size|window)|maximum model length", re.IGNORECASE
)
"""What vLLM, LM Studio and OpenRouter say, who have no word of their own for it."""
_NEVER = re.compile(
    r"not (yet )?(support|implement)|unsupported|requires|must (be one of|alternate)"
    r"|concatenate str|list found",
    re.IGNORECASE,
)
"""What a server that fails says of what it will not do the next time either."""
_TRANSIENT_STATUS = frozenset({408, 409, 425})
_REFUSING, _FAILING = 300, 500
_AT_ODDS = frozenset({408, 409, 499})
"""Client errors that a gateway answers too, once it has sent a request on."""
_FAILED_BY_ITSELF = frozenset({409, 500, 501, 503, 529})
"""What an API says itself of a request that it did not answer; 502, 504 and 52x are always said by
somebody between, who cannot know what became of it."""
_OF_SOMEBODY_ELSE = re.compile(
    r"time[ds]?[ _-]?out|upstream|gateway|proxy|provider|connection", re.IGNORECASE
)
"""What the envelope of a gateway tells of the server behind it."""
_SHOWN = 300
_BEGINNING = 60
_LIKE_A_KEY = re.compile(
    r"(?<![a-z])sk-[\w-]{16,}|(?<=bearer )(?=\S*\d)[^\s\"'<>,;]{8,}", re.IGNORECASE
)
"""What OpenAI's keys look like, and what stands where a header has a key."""
_FORMS = Credentials()
_OF_THE_KEY = re.compile(
    r"\b(?:key|token|credential)s?\b.{0,60}\b(?:invalid|incorrect|revoked|expired|disabled|deactivated"
    r"|unknown|not valid|not found|missing|malformed)\b"
    r"|\b(?:invalid|incorrect|revoked|expired|disabled|unknown|bad|malformed)\b.{0,60}"
    r"\b(?:key|token|credential)s?\b",
    re.IGNORECASE | re.DOTALL,
)
"""What a 403 says that is meant for the key and not for the account, the country or the model."""
_CODES_OF_KEYS = frozenset({"invalid_api_key", "invalid_authentication", "account_deactivated"})


def surely_unpaid(status: int, content: bytes = b"") -> bool:
    """Whether a response says that nothing was answered, so that nothing is to be paid.

    A refusal does, and a failure that the API itself tells of in its envelope. A failure without
    one may be a gateway's: the model behind it may have answered all the same, and be paid.
    """
    if not _REFUSING <= status < _FAILING or status in _AT_ODDS:
        return status in _FAILED_BY_ITSELF and _is_own_failure(content)
    return b'"failed_generation"' not in content


def _is_own_failure(content: bytes) -> bool:
    """Whether a body is the envelope of an API, which tells of itself and of nobody else."""
    body = _json_in(content)
    body = body[0] if isinstance(body, list) and len(body) == 1 else body
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict) or not isinstance(error.get("message"), str):
        return False
    told = [error.get(name) for name in ("message", "type", "code", "status")]
    said = " ".join(one for one in told if isinstance(one, str))
    return any(told[1:]) and not _OF_SOMEBODY_ELSE.search(said)


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


def key_in(request: httpx2.Request) -> str:
    """The key that a request bears; empty where it bears none."""
    return str(request.headers.get("authorization", "")).removeprefix("Bearer ")


def without_key(text: str, key: str) -> str:
    """The text with the key blotted out, and what looks like one: servers repeat what they get."""
    return _FORMS.blotted(_LIKE_A_KEY.sub(BLOT, without_this_key(text, key)))


def without_this_key(text: str, key: str) -> str:
    """The text with the key blotted out, also as JSON or HTML write it."""
    for one in spelt(key) if text else ():
        text = one.without(text, BLOT)
    return text


def _no_hint(_: str) -> str:
    return ""


def error_from(
    response: httpx2.Response,
    *,
    model: str,
    key: str = "",
    hint: Callable[[str], str] = _no_hint,
) -> ModelError:
    """The error a response with a status other than 2xx stands for; it does not hold the key.

    `hint` makes of all that was said a sentence on what mends it, or nothing; with one, a server
    that fails refuses: sending the same again would change nothing.
    """
    body = _json_in(response.content)
    told = _said(body) or _plain(response.content) or response.reason_phrase or "no reason given"
    status, said = response.status_code, without_key(told, key)
    codes = _codes(body)
    kind, sentence = _kind_of(status, codes, said[:_SHOWN])
    again = kind is ServerFailed and not (status in {500, 501} and _NEVER.search(said))
    mend = hint(said) if kind in {RequestRefused, ServerFailed} and not again else ""
    if mend and kind is ServerFailed:
        kind, sentence = RequestRefused, f"the endpoint refuses the request: {said[:_SHOWN]}"
    error = kind(
        without_key(f"{model}: {sentence} ({status}){mend and f'. {mend}'}", key),
        status=status,
        request_id=without_key(response.headers.get("x-request-id", ""), key) or None,
        retry_after=retry_after(response.headers),
    )
    if isinstance(error, KeyRefused) and status != 401:
        error.of_key = not codes.isdisjoint(_CODES_OF_KEYS) or bool(_OF_THE_KEY.search(told))
    return error


def _kind_of(status: int, codes: set[str], said: str) -> tuple[type[ModelError], str]:
    if status in {401, 403}:
        return KeyRefused, f"the endpoint refuses the key: {said}"
    if status == 429:
        gone = not codes.isdisjoint(_WAITING_HELPS_NOT)
        word = "the account has no quota left" if gone else "too many requests"
        return (QuotaExhausted if gone else RateLimited), f"{word}: {said}"
    if not codes.isdisjoint(_TOO_LONG) or (status == 400 and _SAID_TO_BE_TOO_LONG.search(said)):
        return ContextOverflow, f"the prompt is too long: {said}"
    if status >= 500 or status in _TRANSIENT_STATUS:
        return ServerFailed, f"the endpoint failed: {said}"
    return RequestRefused, f"the endpoint refuses the request: {said}"


def _json_in(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (RecursionError, ValueError):
        return None


def _codes(body: Any) -> set[str]:
    """What classes an error, by `code` or `type`, in an envelope or without one."""
    error = body.get("error") if isinstance(body, dict) else None
    told = [one for one in (error, body) if isinstance(one, dict)]
    return {str(one.get(name)) for one in told for name in ("code", "type")}


def _said(body: Any, *, depth: int = 4) -> str:
    """What a server says of an error, wherever it says so.

    OpenAI's envelope, a string for an error, FastAPI's `detail`, vLLM's and Mistral's `message`
    at the top, which may hold a `detail` again.
    """
    if isinstance(body, str):
        return body
    if not depth or not isinstance(body, dict | list):
        return ""
    if isinstance(body, list):
        parts = [_said(part, depth=depth - 1) for part in body[:_MOST_DETAILS]]
        return "; ".join(part for part in parts if part)
    place = body.get("loc")
    where = ".".join(map(str, place)) + ": " if isinstance(place, list) else ""
    told = (_said(body.get(name), depth=depth - 1) for name in _SAYING)
    said = next((one for one in told if one), "")
    kind = body.get("type") if where else ""
    return f"{where}{said}{f' ({kind})' if kind else ''}" if said else ""


def _plain(content: bytes) -> str:
    """A sentence that is no JSON; not a page, nor JSON that was cut."""
    text = content[:_LONGEST_PLAIN].decode("utf-8", "replace").strip()
    text = text.rpartition(" ")[0] if len(content) > _LONGEST_PLAIN else text
    return text if " " in text and text[0].isalnum() else ""


_LONGEST_PLAIN = 1_000
_SAYING = ("error", "message", "detail", "msg")
_MOST_DETAILS = 5
_CUT = frozenset({"max_tokens", "model_length", "max_output_tokens", "max_length", "token_limit"})
_FILTERED = frozenset({"safety", "content_filtered", "moderation"})
_BROKEN = frozenset({"error", "abort", "aborted"})


def finish_of(reason: object) -> str:
    """A finish_reason in OpenAI's words, where servers have others for what matters.

    Raises:
        ValueError: it says that the answer was broken off.
    """
    told = str(reason or "")
    lowered = told.lower()
    if lowered in _BROKEN:
        message = f"the server broke it off (finish_reason {told!r})"
        raise ValueError(message)
    if lowered in _CUT:
        return "length"
    return "content_filter" if lowered in _FILTERED else told


def unfinished(model: str) -> str:
    """What is wrong with an answer that has no finish_reason, and what to do about a habit."""
    endpoint = model.partition("/")[0]
    return (
        "without a finish_reason (if this server never sends one, set `finish_reason: sometimes` "
        f"for the endpoint {endpoint!r} in models.yaml)"
    )


def completion_in(
    content: bytes, *, model: str, may_omit_finish: bool, key: str = ""
) -> dict[str, Any]:
    """The completion a 200 carries; texts and arguments that came in other shapes are texts.

    Raises:
        BadAnswer: the body is cut, empty, HTML, an error, or anything but one whole completion.
    """
    body = _json_in(content)
    if body is None:
        text = without_key(content.decode("utf-8", "replace"), key).strip()
        message = f"{model}: the answer is not JSON but begins with {text[:_BEGINNING]!r}"
        raise BadAnswer(message if text else f"{model}: the answer is empty", status=200)
    choices = body.get("choices") if isinstance(body, dict) else None
    choice = choices[0] if isinstance(choices, list) and choices else None
    shaped = _shaped(choice.get("message")) if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or shaped is None:
        said = without_key(_said(body), key)[:_SHOWN]
        told = f"is an error: {said}" if said else "holds no choice with a message"
        raise BadAnswer(f"{model}: the answer {told}", status=200)
    try:
        reason = finish_of(choice.get("finish_reason"))
    except ValueError as error:
        raise BadAnswer(f"{model}: {error}", status=200) from None
    if not reason and not may_omit_finish:
        raise BadAnswer(f"{model}: the answer breaks off {unfinished(model)}", status=200)
    return {**body, "choices": [{**choice, "message": shaped, "finish_reason": reason or None}]}


def _shaped(value: object) -> dict[str, Any] | None:
    """A message with a text for its content and its arguments; None where it is no message."""
    if not isinstance(value, dict) or not isinstance(value.get("refusal"), str | None):
        return None
    calls = value.get("tool_calls") or []
    if not isinstance(calls, list):
        return None
    try:
        message = {**value, "content": content_text(value.get("content"))}
        if calls:
            message["tool_calls"] = [_call(call) for call in calls]
    except (AttributeError, KeyError, TypeError):
        return None
    return message


def _call(value: Mapping[str, Any]) -> dict[str, Any]:
    function = value["function"]
    if not isinstance(function["name"], str):
        raise TypeError("name")
    arguments = arguments_text(function.get("arguments"))
    return {**value, "function": {"name": function["name"], "arguments": arguments}}
