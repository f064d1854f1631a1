"""A prompt that knows no model yet: measured sections, laid out so that providers can cache it.

Layout (cost and cache decide it): tools and reply schema, the same bytes for every speaker; one
system message; one user message with a content part per line of the transcript everybody heard,
append-only; a last user message with all that is private or changes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from simulator.definitions.model_catalog import ModelSpec

__all__ = ["Prompt", "ReplySchema", "Section", "ToolSpec", "estimate_tokens", "wire"]

_TRANSCRIPT_OPENING = "The conversation so far:"
_O_SERIES = re.compile(r"^o\d")
_WRITTEN_BREAKPOINTS = 3


def estimate_tokens(text: str) -> int:
    """Tokens of a text by utf-8 bytes / 4: 0.72 to 1.08 of the true count on prose."""
    return -(-len(text.encode()) // 4)


@dataclass(frozen=True, slots=True)
class Section:
    """A named part of a prompt, so that its size can be told."""

    name: str
    text: str

    @property
    def tokens(self) -> int:
        """The part's tokens, estimated."""
        return estimate_tokens(self.text)


@dataclass(frozen=True)
class ToolSpec:
    """A tool as a model sees it: `parameters` is a JSON schema of an object."""

    name: str
    description: str
    parameters: Mapping[str, Any]
    strict: bool = True
    """Whether the schema is one that models can be held to."""

    def as_openai(self) -> dict[str, Any]:
        """The entry for a request's `tools`."""
        function = {
            "name": self.name,
            "description": self.description,
            "parameters": dict(self.parameters),
            "strict": self.strict,
        }
        return {"type": "function", "function": function}

    @cached_property
    def text(self) -> str:
        """The entry as JSON, for measuring."""
        return json.dumps(self.as_openai(), ensure_ascii=False)


@dataclass(frozen=True)
class ReplySchema:
    """What an answer must look like: a strict JSON schema without defaults and ranges."""

    name: str
    schema: Mapping[str, Any]

    @cached_property
    def text(self) -> str:
        """The schema as JSON."""
        return json.dumps(self.schema, ensure_ascii=False)


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """Everything a question to a model says, before it is wired for one."""

    system: tuple[Section, ...]
    transcript: tuple[str, ...] = ()
    """One entry per line everybody perceived; append-only over a run."""
    private: tuple[Section, ...] = ()
    """The last user message: the speaker's card, secrets, instruction, everything volatile."""
    exchange: tuple[Mapping[str, Any], ...] = ()
    """Messages after it: tool calls with their results, or a reply and what is wrong with it."""
    tools: tuple[ToolSpec, ...] = ()
    allowed_tools: tuple[str, ...] = ()
    """Which of `tools` this speaker may call."""
    schema: ReplySchema | None = None

    @cached_property
    def _fixed_parts(self) -> tuple[str, str]:
        tools = ", ".join(tool.text for tool in self.tools)
        return f"[{tools}]", self.schema.text if self.schema else ""

    @cached_property
    def system_text(self) -> str:
        """The system message."""
        return "\n\n".join(section.text for section in self.system)

    @cached_property
    def private_text(self) -> str:
        """The last user message."""
        return "\n\n".join(section.text for section in self.private)

    @cached_property
    def prefix_hash(self) -> str:
        """Names the prefix that all speakers of a run share: tools, schema and system."""
        text = "\x1f".join((*self._fixed_parts, self.system_text))
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()

    @cached_property
    def shared_bytes(self) -> int:
        """utf-8 bytes of what stands before the private part."""
        texts = (*self._fixed_parts, self.system_text, *self.transcript)
        return sum(len(text.encode()) for text in texts)

    @cached_property
    def hash(self) -> str:
        """Names the whole question."""
        rest = json.dumps(list(self.exchange), ensure_ascii=False, default=str)
        text = "\x1f".join((self.prefix_hash, *self.transcript, self.private_text, rest))
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()

    def sections(self) -> tuple[Section, ...]:
        """Every part with its name, in the order a model reads them."""
        tools, schema = self._fixed_parts
        parts = (
            Section("tools", tools if self.tools else ""),
            Section("reply schema", schema),
            *self.system,
            Section("transcript", "\n".join(self.transcript)),
            *self.private,
            Section("exchange", "\n".join(str(m.get("content") or "") for m in self.exchange)),
        )
        return tuple(part for part in parts if part.text)

    def estimated_tokens(self) -> int:
        """Prompt tokens, estimated."""
        return sum(section.tokens for section in self.sections())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wiring:
    parts: bool
    breakpoints: bool
    system_role: str
    schema_mode: str
    lines: tuple[str, ...] = field(default=())


def wire(
    prompt: Prompt, spec: ModelSpec, *, max_output: int, cue: str = "", cache_key: str = ""
) -> dict[str, Any]:
    """The request body's fields for one model: messages, tools, response format, limits.

    `cue` is the machine-readable line for a stand-in; it goes to no other endpoint.
    """
    mode = _schema_mode(spec)
    wiring = _Wiring(
        parts=spec.endpoint.content == "parts",
        breakpoints=spec.cache == "breakpoints" and spec.endpoint.content == "parts",
        system_role="developer" if _O_SERIES.match(spec.model) else "system",
        schema_mode=mode,
        lines=(cue,) if cue else (),
    )
    body: dict[str, Any] = {"messages": _messages(prompt, wiring)}
    body[spec.endpoint.output_limit] = max_output
    if prompt.tools and "tools" in spec.supports:
        body["tools"] = [tool.as_openai() for tool in prompt.tools]
        if spec.effort_with_tools is not None:
            body["reasoning_effort"] = spec.effort_with_tools
        if "allowed_tools" in spec.supports or not prompt.allowed_tools:
            body["tool_choice"] = _allowed(prompt.allowed_tools)
    if prompt.schema is not None:
        body |= _response_format(prompt.schema, mode)
    if wiring.breakpoints:
        body["prompt_cache_options"] = {"mode": "explicit"}
        if cache_key:
            body["prompt_cache_key"] = cache_key
    return body


def _schema_mode(spec: ModelSpec) -> str:
    supported = spec.endpoint.schema_support
    if supported == "json_schema" and "json_schema" not in spec.supports:
        return "none"
    return supported


def _allowed(names: tuple[str, ...]) -> Any:
    if not names:
        return "none"
    tools = [{"type": "function", "function": {"name": name}} for name in names]
    return {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": tools}}


def _response_format(schema: ReplySchema, mode: str) -> dict[str, Any]:
    if mode == "json_schema":
        strict = {"name": schema.name, "strict": True, "schema": dict(schema.schema)}
        return {"response_format": {"type": "json_schema", "json_schema": strict}}
    return {"response_format": {"type": "json_object"}} if mode == "json_object" else {}


def _messages(prompt: Prompt, wiring: _Wiring) -> list[dict[str, Any]]:
    system: Any = prompt.system_text
    if wiring.breakpoints:
        system = [_part(system, marked=True)]
    messages: list[dict[str, Any]] = [{"role": wiring.system_role, "content": system}]
    private = [prompt.private_text, *_schema_in_words(prompt, wiring), *wiring.lines]
    if prompt.transcript and wiring.parts:
        messages.append({"role": "user", "content": _transcript(prompt.transcript, wiring)})
    elif prompt.transcript:
        private.insert(0, "\n".join((_TRANSCRIPT_OPENING, *prompt.transcript)))
    messages.append({"role": "user", "content": "\n\n".join(part for part in private if part)})
    messages.extend(dict(message) for message in prompt.exchange)
    return messages


def _transcript(lines: tuple[str, ...], wiring: _Wiring) -> list[dict[str, Any]]:
    texts = (_TRANSCRIPT_OPENING, *lines)
    first_marked = len(texts) - _WRITTEN_BREAKPOINTS if wiring.breakpoints else len(texts)
    return [_part(text, marked=i >= max(1, first_marked)) for i, text in enumerate(texts)]


def _part(text: str, *, marked: bool) -> dict[str, Any]:
    part: dict[str, Any] = {"type": "text", "text": text}
    return part | {"prompt_cache_breakpoint": {"mode": "explicit"}} if marked else part


def _schema_in_words(prompt: Prompt, wiring: _Wiring) -> tuple[str, ...]:
    if prompt.schema is None or wiring.schema_mode == "json_schema":
        return ()
    schema = prompt.schema.text
    return (f"Answer with one JSON object that fits this JSON schema, and nothing else:\n{schema}",)
