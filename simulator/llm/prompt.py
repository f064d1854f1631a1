"""A prompt that knows no model yet: measured sections, laid out so that providers can cache it.

Layout (cost and cache decide it): tools and reply schema, the same bytes for every speaker; one
system message, in our words and the scenario's; one user message that begins with the public cards
and has a content part per line of the transcript everybody heard, append-only; a last user message
with all that is private or changes. Where a cache for each
speaker costs less (`simulator.llm.layout`), the speaker's card stands before the transcript.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from simulator.definitions.model_catalog import ModelSpec
from simulator.llm.bulk import bulk_of
from simulator.llm.layout import LayoutChoice, Speakers, chosen_layout

__all__ = [
    "LEFT_OUT",
    "Prompt",
    "ReplySchema",
    "Section",
    "ToolSpec",
    "estimate_tokens",
    "shortened",
]

_CUT = "\N{HORIZONTAL ELLIPSIS}"
LEFT_OUT = re.compile(r"\((\d+|\d+ earlier|Earlier) lines are left out\.\)")
"""The line of a transcript that says that there were others; nobody's words begin like it."""


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


@dataclass(frozen=True)
class Section:
    """A named part of a prompt, so that its size can be told."""

    name: str
    text: str

    @property
    def tokens(self) -> int:
        """The part's tokens, estimated."""
        return estimate_tokens(self.text)

    @cached_property
    def words(self) -> int:
        """How many words it has; counted once, though a card stands in many prompts."""
        return len(self.text.split())


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
    people: tuple[Section, ...] = ()
    """Who takes part, in the words of their cards: all read it, and the system does not say it."""
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
    def people_text(self) -> str:
        """The first words of a user."""
        return "\n\n".join(section.text for section in self.people)

    @cached_property
    def common_text(self) -> str:
        """What all speakers read before the transcript."""
        return "\n\n".join(text for text in (self.system_text, self.people_text) if text)

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
        _, choice = self._layouts.get(id(spec), (None, None))
        if choice is None:
            choice = chosen_layout(spec, self.speakers, shared=self._fixed_tokens)
            self._layouts[id(spec)] = spec, choice
        return choice

    @cached_property
    def _layouts(self) -> dict[int, tuple[ModelSpec, LayoutChoice]]:
        """By the identity of a spec, which lives as long as its entry."""
        return {}

    @cached_property
    def fixed_text(self) -> str:
        """Tools and reply schema, which stand before all messages."""
        return "\n".join(part for part in self._fixed_parts if part)

    @cached_property
    def _fixed_tokens(self) -> int:
        return estimate_tokens(self.fixed_text) + estimate_tokens(self.common_text)

    @cached_property
    def prefix_hash(self) -> str:
        """Names the prefix that all speakers of a run share: tools, schema, system, people."""
        text = "\x1f".join((*self._fixed_parts, self.common_text))
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()

    @cached_property
    def opening(self) -> tuple[str, ...]:
        """All that stands before the private part, by line: the next question begins with it."""
        return (self.prefix_hash, *self.transcript)

    @cached_property
    def shared_bytes(self) -> int:
        """utf-8 bytes of what stands before the private part."""
        texts = (*self._fixed_parts, self.common_text, *self.transcript)
        return sum(len(text.encode()) for text in texts)

    def known_bulk(self, spec: ModelSpec) -> int:
        """At least so much of the request's bulk is its beginning, whoever is asked.

        JSON is written without spaces there, and around every line of the transcript stands what
        makes it a part.
        """
        spaces = sum(text.count(", ") + text.count('": ') for text in self._fixed_parts)
        parts = len(self.transcript) if spec.endpoint.content == "parts" else 0
        return self._shared_bulk - spaces + parts * bulk_of(b'{"type":"text","text":""}')

    @cached_property
    def _shared_bulk(self) -> int:
        texts = (*self._fixed_parts, self.common_text, *self.transcript)
        return bulk_of("".join(texts).encode())

    @cached_property
    def private_words(self) -> int:
        """Words only the speaker reads: as many tokens at least, since none is of two words."""
        return sum(section.words for section in self.private)

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
            *self.people,
            Section("transcript", "\n".join(self.transcript)),
            *self.private,
            Section("exchange", "\n".join(str(m.get("content") or "") for m in self.exchange)),
        )
        return tuple(part for part in parts if part.text)

    def estimated_tokens(self) -> int:
        """Prompt tokens, estimated."""
        return sum(section.tokens for section in self.sections())
