"""A tool as a persona's file names it, and what models then call it."""

from __future__ import annotations

import re

from simulator.definitions.amount import Count, Seconds
from simulator.definitions.facts import Text
from simulator.definitions.written import Written

__all__ = ["ToolUse", "as_tool_use", "offered_name"]

_UNFIT = re.compile("[^a-zA-Z0-9_-]")


class ToolUse(Written):
    """A tool a persona may call, and what holds for it there."""

    use: Text
    """The tool: ours by bare name, yours as `my_tools.py:book`, one of a tool server's as
    `server/tool`."""
    effects: bool = False
    """True: it changes something outside, so one request of a model never runs it twice."""
    seconds: Seconds | None = None
    """Seconds it may take; None: the scenario's `tool_seconds`."""
    calls: Count | None = None
    """How often the persona may call it within one turn; None: only `tool_calls` bounds it."""

    @property
    def server(self) -> str:
        """The tool server it is of; empty: of none."""
        place, slash, _ = self.use.partition("/")
        return place if slash and ":" not in self.use else ""


def as_tool_use(written: str | ToolUse) -> ToolUse:
    """A tool as `tools:` has it; a plain text is a tool without anything special."""
    return ToolUse(use=written) if isinstance(written, str) else written


def offered_name(use: str) -> str:
    """What models call it: `weather` for `my_tools.py:weather`, `ward_beds` for `ward/beds`."""
    place, colon, name = use.rpartition(":")
    return name if colon and place else _UNFIT.sub("_", use)
