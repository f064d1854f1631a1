"""A tool that one member is offered, and what holds for it there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from langchain_core.tools import BaseTool

from simulator.conversation.tools.tool_spec import optional_parameters
from simulator.definitions.tool_use import ToolUse

__all__ = ["EFFECTS", "Offer"]

EFFECTS = "effects"
"""The entry of a LangChain tool's metadata by which it says that it changes something outside."""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One tool of one member."""

    tool: BaseTool
    effects: bool
    """Whether it changes something outside, as the tool or the persona's file says."""
    optional: frozenset[str]
    """Parameters that may be left out; strict schemas have models say null instead."""
    seconds: float | None = None
    """How long it may take; None: as long as any tool."""
    calls: int | None = None
    """How often the member may call it within one turn; None: as often as any tool."""

    @classmethod
    def of(cls, tool: BaseTool, use: ToolUse) -> Self:
        """A tool as a persona uses it."""
        return cls(
            tool=tool,
            effects=use.effects or bool((tool.metadata or {}).get(EFFECTS)),
            optional=optional_parameters(tool),
            seconds=use.seconds,
            calls=use.calls,
        )
