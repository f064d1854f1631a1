"""Server-sent events of chat completions: cut a whole answer into chunks, put chunks together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

__all__ = ["Assembly", "as_event_stream", "event_chunks", "wants_stream"]

_PIECE = 24
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
        self.started = False
        """Whether anything was said yet."""

    def feed(self, data: bytes) -> None:
        """Take the next bytes; events may be cut anywhere."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._line(line.strip())

    def _line(self, line: bytes) -> None:
        if not line.startswith(b"data:") or line.endswith(b"[DONE]"):
            return
        try:
            chunk = json.loads(line[5:])
        except ValueError:
            self.error = "an event that is not JSON"
            return
        if chunk.get("error"):
            self.error = json.dumps(chunk["error"])[:300]
            return
        self.usage = chunk.get("usage") or self.usage
        self.model = chunk.get("model") or self.model
        self.fingerprint = chunk.get("system_fingerprint") or self.fingerprint
        for choice in chunk.get("choices") or ():
            self._choice(choice)

    def _choice(self, choice: Mapping[str, Any]) -> None:
        delta = choice.get("delta") or {}
        self.finish_reason = choice.get("finish_reason") or self.finish_reason
        self._content.append(delta.get("content") or "")
        self._refusal.append(delta.get("refusal") or "")
        for part in delta.get("tool_calls") or ():
            self._tool(part)
        self.started = self.started or bool(delta.get("content") or delta.get("tool_calls"))

    def _tool(self, part: Mapping[str, Any]) -> None:
        blank = {"id": "", "type": "function", "function": {"name": "", "arguments": ""}}
        tool = self._tools.setdefault(part.get("index") or 0, blank)
        function = part.get("function") or {}
        tool["id"] = part.get("id") or tool["id"]
        tool["function"]["name"] = function.get("name") or tool["function"]["name"]
        tool["function"]["arguments"] += function.get("arguments") or ""

    def message(self) -> dict[str, Any]:
        """The assistant's message."""
        message: dict[str, Any] = {"role": "assistant", "content": "".join(self._content)}
        if any(self._refusal):
            message["refusal"] = "".join(self._refusal)
        if self._tools:
            message["tool_calls"] = [self._tools[index] for index in sorted(self._tools)]
        return message
