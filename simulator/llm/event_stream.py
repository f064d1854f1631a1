"""Server-sent events of chat completions: cut a whole answer into chunks, put chunks together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

__all__ = [
    "Assembly",
    "arguments_text",
    "as_event_stream",
    "content_text",
    "event_chunks",
    "is_event_stream",
    "wants_stream",
]

V = TypeVar("V")
_PIECE = 24
_SAID = 2_000
"""Bytes of what was no chunk that are kept: many more than are shown, or half of a key that is cut
there would not be known for one."""
_DETAILS = ("prompt_tokens_details", "completion_tokens_details")
_COUNTS = (
    *("prompt_tokens", "completion_tokens", "total_tokens"),
    *("cached_tokens", "cache_write_tokens", "reasoning_tokens", "audio_tokens"),
)
_DONE = b"data: [DONE]\n\n"


def wants_stream(content: bytes) -> bool:
    """Whether a request body asks for a stream."""
    return b'"stream"' in content and json.loads(content).get("stream") is True


def is_event_stream(content: bytes) -> bool:
    """Whether a body is an event stream, whatever its headers call it."""
    return content.lstrip()[:6].startswith((b"data:", b"event:", b":"))


def content_text(content: object) -> str | None:
    """The words of a content: a string, or parts of which those that are no text say nothing.

    Raises:
        TypeError: it is neither.
    """
    if content is None or isinstance(content, str):
        return content
    if not isinstance(content, list) or not all(isinstance(part, dict) for part in content):
        raise TypeError("content")
    return "".join(_value(part, "text", "") for part in content if part.get("type") == "text")


def arguments_text(arguments: object) -> str:
    """The arguments of a tool as JSON text; some servers send the object itself, or nothing.

    Raises:
        TypeError: they are neither.
    """
    if arguments is None or isinstance(arguments, str):
        return arguments or ""
    if not isinstance(arguments, dict):
        raise TypeError("arguments")
    return json.dumps(arguments, ensure_ascii=False)


def as_event_stream(body: Mapping[str, Any], *, piece: int = _PIECE) -> bytes:
    """A whole completion as an event stream, usage in its last chunk where the body has one."""
    return b"".join(event_chunks(body, piece=piece))


def event_chunks(body: Mapping[str, Any], *, piece: int = _PIECE) -> list[bytes]:
    """The events of that stream one by one, each with the blank line that ends it."""
    head = {key: body.get(key) for key in ("id", "created", "model", "system_fingerprint")}
    head |= {"service_tier": body["service_tier"]} if body.get("service_tier") else {}
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
        self._begun = b""
        """The beginning of an event over several `data:` lines."""
        self._content: list[str] = []
        self._tools: dict[int, dict[str, Any]] = {}
        self._refusal: list[str] = []
        self.usage: Mapping[str, Any] | None = None
        self.finish_reason = ""
        self.model = ""
        self.fingerprint: str | None = None
        self.service_tier: object = None
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
        self.feed(b"\n\n")

    def _line(self, line: bytes) -> None:
        if not line.startswith(b"data:"):
            if not line and self._begun:
                self._unknown(self._begun)
            return
        data = b"\n".join(filter(None, (self._begun, line[5:].strip())))
        self._begun = b""
        if data == b"[DONE]":
            self.done = True
            return
        try:
            chunk = json.loads(data)
        except (RecursionError, ValueError):
            self._begun = data
            return
        try:
            self._chunk(chunk)
        except (AttributeError, KeyError, TypeError, ValueError):
            self._unknown(data)

    def _unknown(self, data: bytes) -> None:
        said = data[:_SAID].decode("utf-8", "replace")
        self.error = f"an event that is no chunk of a completion: {said}"

    def _chunk(self, chunk: Mapping[str, Any]) -> None:
        if chunk.get("error"):
            self.error = json.dumps(chunk["error"])
            return
        self.usage = _checked(_value(chunk, "usage", dict[str, Any]())) or self.usage
        self.model = _value(chunk, "model", "") or self.model
        self.fingerprint = _value(chunk, "system_fingerprint", "") or self.fingerprint
        self.service_tier = chunk.get("service_tier") or self.service_tier
        for choice in _value(chunk, "choices", list[Any]()):
            if not choice.get("index"):
                self._choice(choice)

    def _choice(self, choice: Mapping[str, Any]) -> None:
        delta = _value(choice, "delta", dict[str, Any]())
        self.finish_reason = _value(choice, "finish_reason", "") or self.finish_reason
        self._content.append(content_text(delta.get("content")) or "")
        self._refusal.append(_value(delta, "refusal", ""))
        for part in _value(delta, "tool_calls", list[Any]()):
            self._tool(part)

    def _tool(self, part: Mapping[str, Any]) -> None:
        function, own = part["function"], _value(part, "id", "")
        name = _value(function, "name", "")
        index = self._place(part.get("index"), own, name)
        blank = {"id": "", "type": "function", "function": {"name": "", "arguments": ""}}
        tool = self._tools.setdefault(index, blank)
        tool["id"] = tool["id"] or own
        tool["function"]["name"] = name or tool["function"]["name"]
        tool["function"]["arguments"] += arguments_text(function.get("arguments"))

    def _place(self, index: object, own: str, name: str) -> int:
        """The call a piece belongs to: some servers give no index, or each call the same one."""
        if index is not None and not isinstance(index, int):
            raise TypeError("index")
        last = max(self._tools, default=-1)
        if index is None:
            named = [place for place, tool in self._tools.items() if own and tool["id"] == own]
            if named or own:
                return named[0] if named else last + 1
            index = max(last, 0)
        known = self._tools.get(index)
        if known is None or not name or (own and own == known["id"]):
            return index
        begun = known["function"]["arguments"]
        return last + 1 if _is_whole(begun) or (own and not begun) else index

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


def _is_whole(arguments: str) -> bool:
    """Whether nothing more can come after these arguments."""
    try:
        return isinstance(json.loads(arguments), dict)
    except (RecursionError, ValueError):
        return False


def _checked(usage: dict[str, Any]) -> dict[str, Any]:
    """The usage, if the parsers above can read it; they read these counts."""
    for group in (usage, *(_value(usage, name, dict[str, Any]()) for name in _DETAILS)):
        for name in _COUNTS:
            count = group.get(name)
            if not (isinstance(count, float) and count.is_integer()):
                _value(group, name, 0)
    return usage
