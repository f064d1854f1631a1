"""Events that tell of limits and budgets; a part of the union in `simulator.record.events`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from simulator.record.happening import Happening

__all__ = ["LimitNeared", "LimitReached", "UsageMissing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitReached(Happening):
    """A limit or budget was reached; `scope` is study, day, run, a member or `purpose:judge`."""

    kind: Literal["limit_reached"] = "limit_reached"
    scope: str
    """study, day or run: it is over. A member's id: it falls silent. `purpose:` and a purpose: the
    run goes on without such questions, unless they are `speak`."""
    unit: str
    """turns, dollars, tokens or seconds; or context_tokens: a model refused a prompt as too long,
    the run goes on, and from the next turn on prompts have `limit` tokens."""
    limit: str
    used: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitNeared(Happening):
    """Four fifths of a budget are spent; told once for each `scope` and `unit` of a run."""

    kind: Literal["limit_neared"] = "limit_neared"
    scope: str
    """study, day, run, the member's id, or `purpose:judge`."""
    unit: Literal["dollars", "tokens"]
    limit: str
    used: str
    """What is spent, attempts of unknown cost at their most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageMissing(Happening):
    """A model does not say what its answers use; they count at the most they can. Told once."""

    kind: Literal["usage_missing"] = "usage_missing"
    model: str
