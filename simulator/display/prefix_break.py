"""Why a provider's cache helped less than it could, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from simulator.record.calls import PrefixBreak
from simulator.record.rows import CallRow

__all__ = ["broken_prefix", "cache_warning"]

_WORDS: Final[Mapping[PrefixBreak, str]] = MappingProxyType(
    {
        "model": "this model had read nothing of it",
        "window": "lines were left out",
        "sliding": "a line is left out in every turn: there is no room for a block of lines, "
        "so raise limits.context_tokens or set limits.context_lines",
        "heard": "the speaker has heard other lines than those before",
        "edited": "a line was edited",
        "system": "the system message changed",
        "tools": "the tools changed",
        "schema": "the form of the reply changed",
        "aged": "the question before is more than 5 minutes ago",
        "missed": "it begins like the question before, but the provider read little from its cache",
    }
)
_PLANNED: Final = frozenset({"", "model", "window", "heard"})
"""What a talk brings with it, and what nobody has to be warned of."""


def broken_prefix(row: CallRow) -> str:
    """Why a question found less in the cache than it could; empty where it found all."""
    return _WORDS.get(row.prefix_break, "")


def cache_warning(calls: Sequence[CallRow]) -> str:
    """What broke the prompt's beginning in a run without anybody's plan; empty where nothing did.

    The first of it, and how often it happened. What costs nothing is not told.
    """
    paid = [row for row in calls if row.dollars is None or row.dollars]
    broken = [row for row in paid if row.prefix_break not in _PLANNED]
    if not broken:
        return ""
    first, reports = broken[0], {row.call.model for row in paid if row.usage.cached}
    why = broken_prefix(first)
    if first.prefix_break == "missed" and first.call.model not in reports:
        why = f"{first.call.model} has reported no cached tokens at all; `cache: none` says so"
    more = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
    return f"Prompt cache: turn {first.call.turn} was read anew: {why}{more}."
