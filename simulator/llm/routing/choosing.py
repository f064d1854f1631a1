"""What a policy chooses from: the models that might answer, each with what that would cost."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from simulator.definitions.model_catalog import TIERS, ModelSpec, Routing
from simulator.definitions.persona import TierName
from simulator.llm.purse import Purse
from simulator.llm.router import TurnFeatures
from simulator.record.usage import Usage

__all__ = ["Candidate", "Choosing", "Policy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A model that might answer, and what that is expected to cost."""

    tier: TierName
    spec: ModelSpec
    usage: Usage = Usage()
    """Tokens: read anew, from the cache, written to it, and answered; 0 where nobody reckoned."""
    dollars: Decimal | None = None
    """At list price, of this question; None: the price is unknown."""
    later: Decimal | None = None
    """What the same question would cost once the model has read it: a turn after this one."""

    @property
    def rank(self) -> int:
        """The place of its tier among all, from the cheapest."""
        return TIERS.index(self.tier)

    @property
    def told(self) -> str:
        """The figures in words, for the record."""
        dollars = "an unknown price" if self.dollars is None else f"${self.dollars:.6f}"
        warm = f"{self.usage.cached:,} of {self.usage.input:,} tokens warm"
        return f"{self.tier} {self.spec.name}: {dollars} expected, {warm}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing:
    """What a policy decides by; every question has one, a judge's and a summary's too."""

    features: TurnFeatures
    score: float
    """How complex the turn is, 0 to 1."""
    tier: TierName
    """What the score asks for, within the range of persona and phase."""
    candidates: tuple[Candidate, ...]
    """All models of the range, tier by tier from the cheapest, first choice first."""
    last: str = ""
    """The model that answered the last such question, as endpoint/model; empty: none has."""
    routing: Routing = Routing()
    purses: tuple[Purse, ...] = ()
    """What is left of each budget in dollars that the turn is charged to."""

    @property
    def preferred(self) -> Candidate:
        """The first choice of the tier."""
        return next(one for one in self.candidates if one.tier == self.tier)

    def sufficing(self) -> tuple[Candidate, ...]:
        """Of the tier and those above it the first choice, and the model that answered last."""
        seen: set[TierName] = set()
        found = []
        for one in self.candidates:
            first = one.tier not in seen
            seen.add(one.tier)
            if one.rank >= TIERS.index(self.tier) and (first or one.spec.name == self.last):
                found.append(one)
        return tuple(found)

    def staying(self) -> Candidate | None:
        """The model that answered last, where its tier suffices."""
        last = [one for one in self.sufficing() if one.spec.name == self.last]
        return next((one for one in last if one.tier == self.tier), last[0] if last else None)


class Policy(Protocol):
    """Chooses a model; pure, so that a run can be explained and repeated."""

    def __call__(self, choosing: Choosing, /) -> Candidate | str:
        """One of the candidates, or its name."""
