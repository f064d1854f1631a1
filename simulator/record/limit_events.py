"""Events that tell of limits and budgets; a part of the union in `simulator.record.events`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from simulator.record.happening import Happening

__all__ = ["AnsweredByOther", "LimitNeared", "LimitReached", "UsageMissing"]


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
    """How much of it is used, as a figure; old records have a sentence here."""
    needed: str = ""
    """How much more the next question could have taken; empty where no question was refused."""
    whose: str = ""
    """Whose budget it is where it is not that of `scope`: study, day, run or `purpose:speak`, if a
    member falls silent that it cannot pay, while it can pay others."""
    detail: str = ""
    """The same as a sentence, with ids for members."""

    @property
    def sentence(self) -> str:
        """What was reached, in words, also where an old record has them in `used`."""
        return self.detail or self.used


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


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredByOther(Happening):
    """Another model than the one that was asked answers, and is paid at its own price. Told once.

    A snapshot of the model that was asked is no other model.
    """

    kind: Literal["answered_by_other"] = "answered_by_other"
    model: str
    """endpoint/model that was asked."""
    answered_as: str
    """endpoint/model whose price is booked."""
