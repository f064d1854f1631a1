"""What may be spent and when to stop: limits of a run and budgets of its members."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from simulator.definitions.amount import MOST, Count, Dollars, Seconds
from simulator.definitions.purpose import Purpose
from simulator.definitions.written import Written

__all__ = ["Budget", "Limits", "ProjectBudget"]


class Budget(Written):
    """What may be spent on model calls; reaching it is an ending, not an error."""

    dollars: Dollars | None = None
    """US dollars at list prices, from 0.000000001 to 1,000,000,000; None: no limit."""
    tokens: Count | None = None
    """Prompt plus completion tokens; None: no limit."""


class ProjectBudget(Written):
    """What may be spent on all runs together: `budget:` in `models.yaml`."""

    day: Budget = Budget()
    """On one UTC day, over all runs recorded in one database. Models that answer in this process
    do not count."""


class Limits(Budget):
    """Where a run ends even if nobody has finished talking."""

    purposes: Mapping[Purpose, Budget] = Field(default_factory=dict)
    """What the questions of one purpose may cost together: `{judge: {dollars: 0.01}}`. The run
    goes on without them, unless it is `speak`."""
    turns: int = Field(default=12, ge=1, le=10_000)
    """Turns of all speakers together; reaching it is the ordinary end of a run."""
    seconds: Seconds | None = None
    """Wall-clock seconds of the run; None: no limit."""
    turn_seconds: Seconds = 90.0
    """Seconds one turn may spend on the wire and on retries before it fails."""
    output_tokens: int = Field(default=500, ge=16, le=10_000_000)
    """Tokens one reply may have; always sent to the model, so a reply's price has a bound."""
    context_tokens: int = Field(default=100_000, ge=1_000, le=MOST)
    """Prompt tokens above which the oldest turns are left out of the prompt, in blocks."""
    context_lines: int | None = Field(default=None, ge=4, le=MOST)
    """Lines of the transcript a prompt has at most; one line more, and the older half drops at
    once, but for the first three. None: as many as there is room for."""
    tool_rounds: int = Field(default=4, ge=0, le=20)
    """How often a speaker may call tools and read their results within one turn."""
    tool_calls: int = Field(default=16, ge=0, le=1_000)
    """Calls of tools within one turn; the model is told where it wants more."""
    tool_calls_per_run: int | None = Field(default=None, ge=0, le=MOST)
    """Calls of tools of all speakers together; None: only `tool_calls` bounds them."""
    tool_seconds: Seconds = 30.0
    """Seconds one call of a tool may take before the model is told that it failed."""
    tool_characters: int = Field(default=20_000, ge=100, le=MOST)
    """Characters of a tool's result that a model reads; the rest is left out."""
