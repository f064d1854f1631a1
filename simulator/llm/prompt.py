"""A prompt that knows no model yet: measured sections, laid out so that providers can cache it.

Layout (cost and cache decide it): tools and reply schema, the same bytes for every speaker; one
system message; one user message with a content part per line of the transcript everybody heard,
append-only; a last user message with all that is private or changes. Where a cache for each
speaker costs less (`simulator.llm.layout`), the speaker's card stands before the transcript.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from simulator.definitions.model_catalog import ModelSpec
from simulator.llm.layout import LayoutChoice, Speakers, chosen_layout, without_discount

__all__ = [
    "Marks",
    "Prompt",
    "ReplySchema",
    "Section",
    "ToolSpec",
    "arranged",
    "cache_key",
    "estimate_tokens",
    "marks_of",
    "schema_mode",
    "shortened",
    "wire",
]

_TRANSCRIPT_OPENING = "The conversation so far:"
_O_SERIES = re.compile(r"^o\d")
_WRITTEN_BREAKPOINTS = 4
"""Of many breakpoints a request marks, providers write the last four."""
_CUT = "\N{HORIZONTAL ELLIPSIS}"


def estimate_tokens(text: str) -> int:
    """Tokens of a text by utf-8 bytes / 4: 0.72 to 1.08 of the true count on prose."""
    return -(-len(text.encode()) // 4)


def shortened(text: str, *, tokens: int) -> str:
    """The beginning of a text that takes at most so many estimated tokens, cut between words."""
    whole, most = text.encode(), 4 * tokens
    if len(whole) <= most:
        return text
    cut = whole[: most - len(_CUT.encode())].decode(errors="ignore")
    return f"{cut.rpartition(' ')[0].rstrip() or cut}{_CUT}"


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
    settled: int = 0
    """How many sections of `private`, from the first, are the same in all the speaker's turns."""
    speakers: Speakers | None = None
    """Who is asked in turn; None: it is a question beside the talk, without a speaker's card."""

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
        """All that only the speaker reads."""
        return "\n\n".join(section.text for section in self.private)

    def halves(self, spec: ModelSpec) -> tuple[str, str]:
        """What only the speaker reads, before the transcript and after it, in a model's layout."""
        if self.layout(spec).layout == "shared_first":
            return "", self.private_text
        parts = self.private[: self.settled], self.private[self.settled :]
        before, after = ("\n\n".join(section.text for section in part) for part in parts)
        return before, after

    def layout(self, spec: ModelSpec) -> LayoutChoice:
        """The layout for a model, with the reason; the same for all turns of a run."""
        return chosen_layout(spec, self.speakers, shared=self._fixed_tokens)

    @cached_property
    def fixed_text(self) -> str:
        """Tools and reply schema, which stand before all messages."""
        return "\n".join(part for part in self._fixed_parts if part)

    @cached_property
    def _fixed_tokens(self) -> int:
        return estimate_tokens(self.fixed_text) + estimate_tokens(self.system_text)

    @cached_property
    def prefix_hash(self) -> str:
        """Names the prefix that all speakers of a run share: tools, schema and system."""
        text = "\x1f".join((*self._fixed_parts, self.system_text))
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()

    @cached_property
    def opening_hash(self) -> str:
        """Names the prefix and where the transcript begins: those that agree grow from the same.

        It begins with its first line; where others are left out, with the first one after them.
        """
        gap = next((i for i, one in enumerate(self.transcript) if one.startswith("(")), -1)
        text = "\x1f".join((self.prefix_hash, *self.transcript[: gap + 2]))
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()

    @cached_property
    def shared_bytes(self) -> int:
        """utf-8 bytes of what stands before the private part."""
        texts = (*self._fixed_parts, self.system_text, *self.transcript)
        return sum(len(text.encode()) for text in texts)

    def known_bytes(self, spec: ModelSpec) -> int:
        """At least so many bytes of the request are its beginning, whoever is asked.

        JSON is written without spaces there, and around every line of the transcript stands what
        makes it a part.
        """
        spaces = sum(text.count(", ") + text.count('": ') for text in self._fixed_parts)
        parts = len(self.transcript) if spec.endpoint.content == "parts" else 0
        return self.shared_bytes - spaces + parts * len('{"type":"text","text":""}')

    @cached_property
    def private_words(self) -> int:
        """Words only the speaker reads: as many tokens at least, since none is of two words."""
        return len(self.private_text.split())

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
class Marks:
    """Where a request has breakpoints, beside the one after the system message: four in all."""

    card: bool = False
    lines: frozenset[int] = frozenset()
    """After how many lines of the transcript."""
    private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wiring:
    parts: bool
    marks: Marks | None
    """None: nothing is marked."""
    system_role: str
    schema_mode: str
    halves: tuple[str, str]
    """What only the speaker reads, before the transcript and after it."""
    lines: tuple[str, ...] = field(default=())


def cache_key(run: str) -> str:
    """The `prompt_cache_key` of a run: the same in all its requests, and nobody's name."""
    return hashlib.blake2b(run.encode(), digest_size=8).hexdigest()


def arranged(prompt: Prompt, spec: ModelSpec) -> Prompt:
    """The prompt with those tools only that are sent to a model.

    None to one that knows no tools. Where there is no cache to share, none that belong to others;
    those the speaker has called in this turn stay, for their results stand in the prompt.
    """
    if prompt.tools and "tools" not in spec.supports:
        return replace(prompt, tools=())
    layout = prompt.layout(spec).layout
    if not prompt.tools or layout == "shared_first" or not without_discount(spec):
        return prompt
    called = {call["function"]["name"] for one in prompt.exchange for call in _calls(one)}
    own = called | set(prompt.allowed_tools)
    return replace(prompt, tools=tuple(tool for tool in prompt.tools if tool.name in own))


def _calls(message: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return message.get("tool_calls") or ()


def marks_of(prompt: Prompt, spec: ModelSpec, *, known_lines: int | None) -> Marks | None:
    """Where a model's request is marked, so that the next one finds the longest prefix.

    What is new by now is marked at its end. `known_lines` is where an earlier request was marked,
    or the next one would have to look for it among the last lines: None. None for a model that
    needs no marks.
    """
    if spec.cache != "breakpoints" or spec.endpoint.content != "parts":
        return None
    lines, card = len(prompt.transcript), bool(prompt.halves(spec)[0])
    private = bool(prompt.exchange and prompt.allowed_tools)
    room = _WRITTEN_BREAKPOINTS - 1 - card - private
    known = [known_lines] if known_lines else []
    wanted = [line for line in dict.fromkeys((lines, *known, lines - 1, lines - 2)) if line > 0]
    return Marks(card=card, lines=frozenset(wanted[:room]), private=private)


def wire(
    prompt: Prompt,
    spec: ModelSpec,
    *,
    max_output: int,
    cue: str = "",
    cache_key: str = "",
    known_lines: int | None = None,
) -> dict[str, Any]:
    """The request body's fields for one model: messages, tools, response format, limits.

    `cue` is the machine-readable line for a stand-in; it goes to no other endpoint. Neither does
    `cache_key`, the run's, to one whose entry in models.yaml does not say so. `known_lines` as
    for `marks_of`.
    """
    mode = schema_mode(spec)
    wiring = _Wiring(
        parts=spec.endpoint.content == "parts",
        marks=marks_of(prompt, spec, known_lines=known_lines),
        system_role="developer" if _O_SERIES.match(spec.model) else "system",
        schema_mode=mode,
        halves=prompt.halves(spec),
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
    if wiring.marks is not None:
        body["prompt_cache_options"] = {"mode": "explicit"}
    if cache_key and spec.endpoint.cache_key:
        body["prompt_cache_key"] = cache_key
    return body


def schema_mode(spec: ModelSpec) -> Literal["json_schema", "json_object", "none"]:
    """How an answer's form is demanded of a model: by what its endpoint and itself can do."""
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
    before, after = wiring.halves
    if wiring.marks is not None:
        system = [_part(system, marked=True)]
    messages: list[dict[str, Any]] = [{"role": wiring.system_role, "content": system}]
    private = [after, *_schema_in_words(prompt, wiring), *wiring.lines]
    if wiring.parts:
        messages.extend(_transcript(prompt.transcript, wiring))
    else:
        opening = (_TRANSCRIPT_OPENING,) if prompt.transcript else ()
        private = [before, "\n".join((*opening, *prompt.transcript)), *private]
    last: Any = "\n\n".join(part for part in private if part)
    if wiring.marks is not None and wiring.marks.private:
        last = [_part(last, marked=True)]
    messages.append({"role": "user", "content": last})
    messages.extend(dict(message) for message in prompt.exchange)
    return messages


def _transcript(lines: tuple[str, ...], wiring: _Wiring) -> list[dict[str, Any]]:
    """The message with the lines, and with the card before them; none where there is neither."""
    marks, (before, _) = wiring.marks or Marks(), wiring.halves
    parts = [_part(before, marked=marks.card)] if before else []
    if lines:
        parts.append(_part(_TRANSCRIPT_OPENING, marked=False))
    parts += [_part(text, marked=i in marks.lines) for i, text in enumerate(lines, start=1)]
    return [{"role": "user", "content": parts}] if parts else []


def _part(text: str, *, marked: bool) -> dict[str, Any]:
    part: dict[str, Any] = {"type": "text", "text": text}
    return part | {"prompt_cache_breakpoint": {"mode": "explicit"}} if marked else part


def _schema_in_words(prompt: Prompt, wiring: _Wiring) -> tuple[str, ...]:
    if prompt.schema is None or wiring.schema_mode == "json_schema":
        return ()
    schema = prompt.schema.text
    return (f"Answer with one JSON object that fits this JSON schema, and nothing else:\n{schema}",)
