"""Server-sent events of chat completions: cut a whole answer into chunks, put chunks together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

__all__ = ["Assembly", "as_event_stream", "event_chunks", "wants_stream"]

V = TypeVar("V")
_PIECE = 24
_DETAILS = ("prompt_tokens_details", "completion_tokens_details")
_COUNTS = (
    *("prompt_tokens", "completion_tokens", "total_tokens"),
    *("cached_tokens", "cache_write_tokens", "reasoning_tokens", "audio_tokens"),
)
_DONE = b"data: [DONE]\n\n"


def wants_stream(content: bytes) -> bool:
    """Whether a request body asks for a stream."""
    return b'"stream"' in content and json.loads(content).get("stream") is True


def as_event_stream(body: Mapping[str, Any], *, piece: int = _PIECE) -> bytes:
    """A whole completion as an event stream, usage in its last chunk where the body has one."""
    return b"".join(event_chunks(body, piece=piece))


def event_chunks(body: Mapping[str, Any], *, piece: int = _PIECE) -> list[bytes]:
    """The events of that stream one by one, each with the blank line that ends it."""
    head = {key: body.get(key) for key in ("id", "created", "model", "system_fingerprint")}
    choice = body["choices"][0]
    message = choice["message"]
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    text = message.get("content") or ""
    deltas += [{"content": text[i : i + piece]} for i in range(0, len(text), piece)]
    if message.get("refusal"):
        deltas.append({"refusal": message["refusal"]})
    for index, call in enumerate(message.get("tool_calls") or ()):
        deltas.append({"tool_calls": [{"index": index, **call}]})
    chunks = [_chunk(head, {"index": 0, "delta": delta, "finish_reason": None}) for delta in deltas]
    last = {"index": 0, "delta": {}, "finish_reason": choice.get("finish_reason")}
    chunks.append(_chunk(head, last))
    if body.get("usage"):
        chunks.append(_event({**head, **_KIND, "choices": [], "usage": body["usage"]}))
    return [*chunks, _DONE]


_KIND = {"object": "chat.completion.chunk"}


def _chunk(head: Mapping[str, Any], choice: Mapping[str, Any]) -> bytes:
    return _event({**head, **_KIND, "choices": [choice]})


def _event(data: Mapping[str, Any]) -> bytes:
    return b"data: " + json.dumps(data, ensure_ascii=False).encode() + b"\n\n"


class Assembly:
    """The answer a stream amounts to, put together while its bytes pass by."""

    def __init__(self) -> None:
        self._rest = b""
        self._content: list[str] = []
        self._tools: dict[int, dict[str, Any]] = {}
        self._refusal: list[str] = []
        self.usage: Mapping[str, Any] | None = None
        self.finish_reason = ""
        self.model = ""
        self.fingerprint: str | None = None
        self.error = ""
        """What an error event in the stream said."""
        self.done = False
        """Whether the stream has said that it is over."""

    def feed(self, data: bytes) -> None:
        """Take the next bytes; events may be cut anywhere."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._line(line.strip())

    def end(self) -> None:
        """Take what came after the last line break, as nothing more will come."""
        self.feed(b"\n")

    def _line(self, line: bytes) -> None:
        if not line.startswith(b"data:"):
            return
        data = line[5:].strip()
        if data == b"[DONE]":
            self.done = True
            return
        try:
            self._chunk(json.loads(data))
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
            self.error = "an event that is no chunk of a completion"

    def _chunk(self, chunk: Mapping[str, Any]) -> None:
        if chunk.get("error"):
            self.error = json.dumps(chunk["error"])
            return
        self.usage = _checked(_value(chunk, "usage", dict[str, Any]())) or self.usage
        self.model = _value(chunk, "model", "") or self.model
        self.fingerprint = _value(chunk, "system_fingerprint", "") or self.fingerprint
        for choice in _value(chunk, "choices", list[Any]()):
            self._choice(choice)

    def _choice(self, choice: Mapping[str, Any]) -> None:
        delta = _value(choice, "delta", dict[str, Any]())
        self.finish_reason = _value(choice, "finish_reason", "") or self.finish_reason
        self._content.append(_value(delta, "content", ""))
        self._refusal.append(_value(delta, "refusal", ""))
        for part in _value(delta, "tool_calls", list[Any]()):
            self._tool(part)

    def _tool(self, part: Mapping[str, Any]) -> None:
        known, function = len(self._tools), part["function"]
        own = _value(part, "id", "")
        index = _value(part, "index", known if own else max(0, known - 1))
        blank = {"id": "", "type": "function", "function": {"name": "", "arguments": ""}}
        tool = self._tools.setdefault(index, blank)
        tool["id"] = own or tool["id"]
        tool["function"]["name"] = _value(function, "name", "") or tool["function"]["name"]
        tool["function"]["arguments"] += _value(function, "arguments", "")

    def message(self) -> dict[str, Any]:
        """The assistant's message."""
        message: dict[str, Any] = {"role": "assistant", "content": "".join(self._content)}
        if any(self._refusal):
            message["refusal"] = "".join(self._refusal)
        if self._tools:
            message["tool_calls"] = [self._tools[index] for index in sorted(self._tools)]
        return message


def _value(values: Mapping[str, Any], name: str, default: V) -> V:
    """A value of the default's type; null and nothing are the default."""
    value = values.get(name)
    if value is None:
        return default
    if not isinstance(value, type(default)):
        raise TypeError(name)
    return value


def _checked(usage: dict[str, Any]) -> dict[str, Any]:
    """The usage, if the parsers above can read it; they read these counts."""
    for group in (usage, *(_value(usage, name, dict[str, Any]()) for name in _DETAILS)):
        for name in _COUNTS:
            _value(group, name, 0)
    return usage
