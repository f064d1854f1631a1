"""What servers and LangChain report of an answer's tokens, read as usage.

Nothing that was counted is left out, and what cannot be meant is unknown, never zero. Field names:
https://platform.openai.com/docs/api-reference/chat/object and .../responses/object; of servers that
differ, `tests/corpora/usage/lookalikes.yaml` has what they send.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from simulator.definitions.model_entry import Processing
from simulator.record.usage import Usage

__all__ = [
    "processing_from_langchain",
    "processing_named",
    "usage_from_langchain",
    "usage_from_openai",
]

_MOST = 10**9
"""Nobody has asked for a billion tokens; what so many cost still is a whole number to SQLite."""
_USUAL: Processing = "standard"
_TIERS: tuple[Processing, ...] = ("flex", "priority", "batch")
_INPUT_DETAILS = ("prompt_tokens_details", "input_tokens_details", "input_token_details")
_OUTPUT_DETAILS = ("completion_tokens_details", "output_tokens_details", "output_token_details")
_CACHED_AT_THE_TOP = ("prompt_cache_hit_tokens", "cached_tokens")
"""DeepSeek's and Moonshot's names, beside the prompt's count and not in its details."""
_BESIDE = ("cache_read_input_tokens", "cache_creation_input_tokens")
"""Anthropic's names, for tokens that are not among `input_tokens`."""


@dataclass(frozen=True, slots=True)
class _Counts:
    """The two sums of a report and its parts, before it is known what contains what."""

    read: int
    written: int
    cached: int
    cache_write: int
    reasoning: int
    audio_in: int
    audio_out: int

    def usage(self, *, read: int, written: int) -> Usage | None:
        """The usage with these sums; None where nothing was counted."""
        usage = Usage(
            input=read,
            cached=self.cached,
            cache_write=self.cache_write,
            output=written,
            reasoning=self.reasoning,
            audio_input=self.audio_in,
            audio_output=self.audio_out,
        )
        return usage if usage.total else None

    def whole(self) -> Usage | None:
        """The usage, where a part that is more than its sum was counted beside it."""
        stored, read, written = self.cached + self.cache_write, self.read, self.written
        return self.usage(
            read=read + stored if stored > read else read,
            written=written + self.reasoning if self.reasoning > written else written,
        )


def usage_from_openai(raw: Mapping[str, Any] | None) -> Usage | None:
    """The `usage` of a chat completion, a response, an embedding or a transcription.

    None where it is missing or says nothing. Servers that count cached or reasoning tokens beside
    the prompt's and the completion's, or only in `total_tokens`, are understood so that no token
    is left out: what only the total has is output.
    """
    counts = _counts(raw) if raw else None
    if raw is None or counts is None:
        return None
    read, written, stored = counts.read, counts.written, counts.cached + counts.cache_write
    total = _count(raw.get("total_tokens"))
    beside = max(0, total - read - written)
    if beside == stored + counts.reasoning > 0:
        return counts.usage(read=read + stored, written=written + counts.reasoning)
    if beside == stored > 0:
        read += stored
    else:
        written += beside
    return replace(counts, read=read, written=written).whole()


def _counts(raw: Mapping[str, Any]) -> _Counts | None:
    """The counts as they stand there; None where one of the two sums is not told."""
    by_chat = "prompt_tokens" in raw
    read = raw.get("prompt_tokens" if by_chat else "input_tokens")
    written = raw.get("completion_tokens" if by_chat else "output_tokens")
    if written is None and _is_count(read) and _is_count(raw.get("total_tokens")):
        written = max(0, _count(raw["total_tokens"]) - _count(read))
    if not _is_count(read) or not _is_count(written):
        return None
    details = _group(raw, _INPUT_DETAILS)
    answered = _group(raw, _OUTPUT_DETAILS)
    cached = _first(details, "cached_tokens") or _first(raw, *_CACHED_AT_THE_TOP)
    stored = _first(details, "cache_write_tokens", "cache_creation_tokens")
    read = _count(read)
    if not by_chat and not details:
        cached, stored = (_first(raw, name) for name in _BESIDE)
        read += cached + stored
    return _Counts(
        read=read,
        written=_count(written),
        cached=cached,
        cache_write=stored,
        reasoning=_first(answered, "reasoning_tokens"),
        audio_in=_first(details, "audio_tokens"),
        audio_out=_first(answered, "audio_tokens"),
    )


def usage_from_langchain(metadata: Mapping[str, Any] | None) -> Usage | None:
    """The `usage_metadata` of a LangChain message; None where it is missing or says nothing.

    With flex or priority processing LangChain puts that word in front of the parts' names.
    """
    if not metadata:
        return None
    read = _group(metadata, _INPUT_DETAILS)
    written = _group(metadata, _OUTPUT_DETAILS)
    counts = _Counts(
        read=_first(metadata, "input_tokens"),
        written=_first(metadata, "output_tokens"),
        cached=_first(read, *_renamed("cache_read")),
        cache_write=_first(read, *_renamed("cache_creation")),
        reasoning=_first(written, *_renamed("reasoning")),
        audio_in=_first(read, "audio"),
        audio_out=_first(written, "audio"),
    )
    return counts.whole()


def processing_from_langchain(metadata: Mapping[str, Any] | None) -> Processing:
    """How an answer was processed, by the names of the parts in its `usage_metadata`."""
    groups = [_group(metadata or {}, names) for names in (_INPUT_DETAILS, _OUTPUT_DETAILS)]
    names = [name for group in groups for name in group]
    return next((t for t in _TIERS if any(n == t or n.startswith(f"{t}_") for n in names)), _USUAL)


def processing_named(service_tier: object) -> Processing:
    """How an answer was processed, by its `service_tier`; another word, or none, is standard."""
    return next((tier for tier in _TIERS if tier == service_tier), _USUAL)


def _renamed(name: str) -> tuple[str, ...]:
    return (name, *(f"{tier}_{name}" for tier in _TIERS))


def _group(raw: Mapping[str, Any], names: tuple[str, ...]) -> Mapping[str, Any]:
    found = (raw.get(name) for name in names)
    return next((group for group in found if isinstance(group, Mapping)), {})


def _first(group: Mapping[str, Any], *names: str) -> int:
    """The first count under one of the names that is not zero; what is no count is zero."""
    return next((found for name in names if (found := _count(group.get(name)))), 0)


def _count(value: object) -> int:
    return int(value) if isinstance(value, int | float) and _is_count(value) else 0


def _is_count(value: object) -> bool:
    """Whether a server can mean it; some write a whole number with a decimal point."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 <= value < _MOST and value == int(value)
