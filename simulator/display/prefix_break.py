"""Why a provider's cache helped less than it could, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from simulator.llm.layout import LEAST_CACHED
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
_MISSED: Final = 2
"""So many times more than was read from a cache could have been: it helped little."""


def broken_prefix(row: CallRow) -> str:
    """Why a question found less in the cache than it could; empty where it found all.

    So it is, too, where the prompt is too short for any cache.
    """
    if max(row.usage.input, row.call.warm_tokens or 0) < LEAST_CACHED:
        return ""
    return _WORDS.get(row.prefix_break, "")


def cache_warning(calls: Sequence[CallRow]) -> str:
    """What broke the prompt's beginning in a run without anybody's plan; empty where nothing did.

    The first of it, and how often it happened. What costs nothing is not told, nor is what lost no
    tokens, nor any but the turns themselves: a judge's question begins otherwise.
    """
    paid = [row for row in calls if row.dollars is None or row.dollars]
    turns = [row for row in paid if row.call.purpose == "speak"]
    broken = [row for row, could in _with_known(turns) if _is_lost(row, could)]
    if not broken:
        return ""
    first, reports = broken[0], {row.call.model for row in paid if row.usage.cached}
    why = broken_prefix(first)
    if first.prefix_break == "missed" and first.call.model not in reports:
        why = f"{first.call.model} has reported no cached tokens at all; `cache: none` says so"
    more = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
    return f"Prompt cache: turn {first.call.turn} was read anew: {why}{more}."


def _with_known(calls: Sequence[CallRow]) -> Iterator[tuple[CallRow, int]]:
    """Each call with the tokens that its model's cache could know of it, had nothing changed."""
    longest: dict[str, int] = {}
    for row in calls:
        before, read = longest.get(row.call.model, 0), row.usage.input
        yield row, min(before, read)
        longest[row.call.model] = max(before, read)


def _is_lost(row: CallRow, could: int) -> bool:
    """Whether tokens were read anew that were foreseen or could have been known, by no plan."""
    if row.prefix_break in _PLANNED:
        return False
    could = max(could, row.call.warm_tokens or 0)
    return could >= LEAST_CACHED and could > _MISSED * row.usage.cached
