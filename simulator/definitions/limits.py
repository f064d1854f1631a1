"""What may be spent and when to stop: limits of a run and budgets of its members."""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Budget", "Limits"]


class Budget(BaseModel):
    """What may be spent on model calls; reaching it is an ending, not an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dollars: Decimal | None = Field(default=None, gt=0)
    """US dollars at list prices; None: no limit."""
    tokens: int | None = Field(default=None, gt=0)
    """Prompt plus completion tokens; None: no limit."""


class Limits(Budget):
    """Where a run ends even if nobody has finished talking."""

    turns: int = Field(default=12, ge=1, le=10_000)
    """Turns of all speakers together; reaching it is the ordinary end of a run."""
    seconds: float | None = Field(default=None, gt=0)
    """Wall-clock seconds of the run; None: no limit."""
    turn_seconds: float = Field(default=90.0, gt=0)
    """Seconds one turn may spend on the wire and on retries before it fails."""
    output_tokens: int = Field(default=500, ge=16)
    """Tokens one reply may have; always sent to the model, so a reply's price has a bound."""
    context_tokens: int = Field(default=100_000, ge=1_000)
    """Prompt tokens above which the oldest turns are left out of the prompt, in blocks."""
    tool_rounds: int = Field(default=4, ge=0, le=20)
    """How often a speaker may call tools and read their results within one turn."""
