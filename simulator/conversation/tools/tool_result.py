"""What came of a tool request, never more than a model is to read."""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import ToolMessage

from simulator.conversation.quoting import quoted
from simulator.conversation.reply import storable

__all__ = ["ToolResult", "fitted", "result_in"]

_MOST_SOURCES, _LONGEST_SOURCE = 50, 500
_NOTE = 60
"""Characters that are kept for the note that something is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """What came of a tool request: a result or an error, both are told to the model."""

    arguments: dict[str, Any]
    result: str | None = None
    error: str | None = None
    sources: tuple[str, ...] = ()


def result_in(answer: object, arguments: dict[str, Any], *, characters: int) -> ToolResult:
    """What a tool returned; its sources are the texts of a tuple that is its artifact."""
    content: object = answer.content if isinstance(answer, ToolMessage) else answer
    text = content if isinstance(content, str) else json.dumps(content, default=str)
    told = fitted(text, characters=characters)
    if isinstance(answer, ToolMessage) and answer.status == "error":
        return ToolResult(arguments=arguments, error=told)
    artifact = answer.artifact if isinstance(answer, ToolMessage) else None
    named = artifact[:_MOST_SOURCES] if isinstance(artifact, tuple) else ()
    sources = dict.fromkeys(storable(str(one)[:_LONGEST_SOURCE]) for one in named)
    return ToolResult(arguments=arguments, result=told, sources=tuple(sources))


def fitted(text: str, *, characters: int) -> str:
    """Foreign words that may be stored, cut so that they are no longer once they are quoted.

    Quoting indents every line, so that a text of line feeds grows five times.
    """
    most = storable(text[: characters + 1])
    if len(text) <= characters and len(quoted(most)) <= characters:
        return most
    room = max(characters - _NOTE, 0)
    fits = bisect_right(range(len(most) + 1), room, key=lambda end: len(quoted(most[:end]))) - 1
    kept = most[: max(fits, 0)]
    return f"{kept}\n(The rest is left out: {len(text) - len(kept)} characters.)"
