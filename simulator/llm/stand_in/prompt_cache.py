"""The provider's prompt cache, kept the way providers bill it.

`automatic`: whatever was read before is read from the cache again, by exact prefix, in steps of
128 tokens, from 1,024 tokens on. `breakpoints`: only prefixes that end at a marked content part
are kept, again from 1,024 tokens on; writing them is billed, four to a request.
https://platform.openai.com/docs/guides/prompt-caching

A prefix runs through tools, response format and messages, in this order. Entries do not age;
the ones used longest ago make room for new ones.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from simulator.definitions.model_entry import Cache
from simulator.llm.stand_in.cue import without_cues
from simulator.llm.stand_in.request import ChatRequest, Message, Part
from simulator.llm.stand_in.tokens import token_ends

__all__ = ["CacheUse", "MeasuredPrompt", "Prefix", "PromptCache", "measure_prompt"]

_LEAST = 1_024
_STEP = 128
_WRITTEN = 4
_CONSIDERED = 80
"""Of many breakpoints the last 80 are looked up and the last 4 written."""
_MESSAGE_TOKENS = 4
_ANSWER_TOKENS = 3
"""What frames each message, and what opens the answer."""
_IMAGE_TOKENS = 765
_SMALL_IMAGE_TOKENS = 85
"""A square image of 1,024 pixels in high and in low detail, as the gpt-4o family counts it."""
_OTHER_TOKENS = 100
_MARKED_ROLES = frozenset({"system", "developer", "user"})
_ENTRIES = 100_000


@dataclass(frozen=True, slots=True)
class Prefix:
    """The beginning of a prompt: its length in tokens, and a hash that names its content."""

    tokens: int
    hash: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredPrompt:
    """A prompt as it is billed, and the prefixes a cache may hold, shortest first."""

    tokens: int
    steps: Sequence[Prefix]
    """Those of every 128 tokens."""
    breakpoints: Sequence[Prefix]
    """Those that end at a marked part."""


@dataclass(frozen=True, slots=True)
class CacheUse:
    """Prompt tokens read from the cache and written to it."""

    read: int = 0
    written: int = 0


class PromptCache:
    """What a provider remembers of the prompts it has read."""

    def __init__(self, *, entries: int = _ENTRIES) -> None:
        self._entries = entries
        self._known: OrderedDict[int, None] = OrderedDict()

    def use(self, prompt: MeasuredPrompt, mode: Cache) -> CacheUse:
        """How much of the prompt is known; from now on all of it is that may be kept."""
        if mode == "automatic":
            read = self._longest_known(prompt.steps)
            self._keep(prompt.steps)
            return CacheUse(read)
        if mode == "breakpoints":
            read = self._longest_known(prompt.breakpoints[-_CONSIDERED:])
            kept = prompt.breakpoints[-_WRITTEN:]
            self._keep(kept)
            longest = kept[-1].tokens if kept else 0
            return CacheUse(read, max(0, longest - read))
        return CacheUse()

    def _longest_known(self, prefixes: Sequence[Prefix]) -> int:
        return next((p.tokens for p in reversed(prefixes) if p.hash in self._known), 0)

    def _keep(self, prefixes: Iterable[Prefix]) -> None:
        for prefix in prefixes:
            self._known[prefix.hash] = None
            self._known.move_to_end(prefix.hash)
        while len(self._known) > self._entries:
            self._known.popitem(last=False)


def measure_prompt(request: ChatRequest) -> MeasuredPrompt:
    """Count a request's prompt and name its prefixes; prompts of other models never agree.

    Cues count for nothing, so that the figures are those of an endpoint that gets none.
    """
    measure = _Measure(request.model)
    if request.tools:
        measure.text("tools", json.dumps(request.tools, ensure_ascii=False))
    if request.schema_definition is not None:
        measure.text("schema", json.dumps(request.schema_definition, ensure_ascii=False))
    for message in request.messages:
        measure.message(message)
    return MeasuredPrompt(
        tokens=measure.tokens + _ANSWER_TOKENS,
        steps=measure.steps,
        breakpoints=measure.breakpoints,
    )


class _Measure:
    """Walks a prompt once, hashing as it goes, so that a prompt costs what its length costs."""

    def __init__(self, model: str) -> None:
        self.tokens = 0
        self.steps: list[Prefix] = []
        self.breakpoints: list[Prefix] = []
        self._hash = hash(model)
        self._since: list[str] = []
        self._next = _STEP

    def message(self, message: Message) -> None:
        self._fixed(f"{message.role} {message.name or ''}", _MESSAGE_TOKENS)
        marks = message.role in _MARKED_ROLES
        for part in message.parts:
            self._part(part)
            if marks and part.get("prompt_cache_breakpoint"):
                self._breakpoint()
        if message.tool_calls:
            self.text("calls", json.dumps(message.tool_calls, ensure_ascii=False))

    def text(self, label: str, text: str) -> None:
        self._since.append(label)
        for line in text.splitlines(keepends=True):
            self._line(line)

    def _part(self, part: Part) -> None:
        kind, text = part["type"], part.get("text", "")
        if kind in {"text", "refusal"}:
            self.text("part", without_cues(text))
            return
        content = json.dumps(part, sort_keys=True)
        image = _SMALL_IMAGE_TOKENS if '"detail": "low"' in content else _IMAGE_TOKENS
        self._fixed(content, image if kind == "image_url" else _OTHER_TOKENS)

    def _fixed(self, label: str, tokens: int) -> None:
        """Something that is not text: a step that ends within it takes in the whole of it."""
        self._since.append(label)
        self.tokens += tokens
        while self._next <= self.tokens:
            self._step()

    def _line(self, line: str) -> None:
        ends = token_ends(line)
        begin, offset = self.tokens, 0
        self.tokens = after = begin + len(ends)
        while self._next <= after:
            end = ends[self._next - begin - 1]
            self._since.append(line[offset:end])
            offset = end
            self._step()
        if offset < len(line):
            self._since.append(line[offset:])

    def _step(self) -> None:
        self._hash = hash((self._hash, *self._since))
        self._since.clear()
        if self._next >= _LEAST:
            self.steps.append(Prefix(self._next, self._hash))
        self._next += _STEP

    def _breakpoint(self) -> None:
        if self.tokens >= _LEAST:
            marked = Prefix(self.tokens, hash((self._hash, *self._since)))
            self.breakpoints.append(marked)
