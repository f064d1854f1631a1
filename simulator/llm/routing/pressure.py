"""Budget pressure: a dearer tier needs a harder turn where money would end before the turns do.

A model that was chosen would take its expected dollars for this turn, and the turns after it what
turns have cost in this run up to now, grown with the transcript, but never less than the cheapest
model of the range would; for the last of them the cheapest has to be paid for at its most, since no
more can be reserved. Where this is more than what is left, the part that is missing, as a share of
what is left, is added to the threshold of the tier.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from simulator.definitions.model_catalog import TIERS, Thresholds
from simulator.definitions.persona import TierName
from simulator.llm.budget import dearest
from simulator.llm.prompt import Prompt
from simulator.llm.purse import Purse, Turns
from simulator.llm.routing.choosing import Candidate, Choosing
from simulator.llm.routing.policies import complexity
from simulator.record.usage import Usage, cost_of

__all__ = ["Costs", "pressed"]

_FEW = 4
"""Turns before which what they cost says little: so many are shared by at least."""
_BOUND = 2
"""As many times the tokens of a prompt are reserved where a model has not read any of it yet."""
_FARTHEST = 1_000
"""Turns that are looked ahead to at most."""
_NONE = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What is known of the turns to come: they read a transcript that grows as it has grown."""

    turns: Turns
    transcript: float
    """The part of the prompt's bytes, 0 to 1, that are lines of the talk."""
    most: int
    """Completion tokens an answer may have."""

    @classmethod
    def of(cls, prompt: Prompt, turns: Turns, most: int) -> Costs:
        """As of a turn's prompt."""
        lines = sum(len(line.encode()) for line in prompt.transcript)
        whole = prompt.shared_bytes + len(prompt.private_text.encode())
        return cls(turns=turns, transcript=lines / max(1, whole), most=most)

    def needed(self, taken: Candidate, cheapest: Candidate, purse: Purse) -> Decimal | None:
        """Dollars for all turns of a purse, the first on one model; None: a price is unknown."""
        first, later = taken.dollars, cheapest.later
        if first is None or later is None or purse.turns == 1:
            return first
        line = self._line(cheapest)
        before = later - _read(cheapest, line * self.turns.done // 2)
        midway = later + _read(cheapest, line * self.turns.left // 2)
        pace = purse.spent / max(purse.done, _FEW)
        if before > 0:
            pace *= midway / before
        each = max(midway, pace)
        prompt = cheapest.usage.input + line * (self.turns.left - 1)
        allowed = min(self.most, cheapest.spec.max_output or self.most)
        last = dearest(cheapest.spec, prompt=prompt * _BOUND, output=allowed).dollars or _NONE
        return first + (purse.turns - 2) * each + max(last, each)

    def _line(self, candidate: Candidate) -> int:
        """Tokens by which a turn makes the transcript longer."""
        if not self.turns.done or not self.transcript:
            return candidate.usage.output
        return round(candidate.usage.input * self.transcript / self.turns.done)


@dataclass(frozen=True, slots=True)
class _Short:
    """What is missing where one model is taken."""

    purse: Purse
    needed: Decimal

    @property
    def share(self) -> float:
        """What is missing, as a share of what is left; 0: nothing is."""
        if self.needed <= self.purse.left:
            return 0.0
        return float(self.needed / self.purse.left) - 1 if self.purse.left > 0 else float("inf")

    def told(self, taken: Candidate) -> str:
        """The figures in words, for the record."""
        purse = self.purse
        turns = f"{purse.turns} turn{'' if purse.turns == 1 else 's'}"
        return (
            f"budget pressure: ${max(purse.left, _NONE):.6f} left for {turns} ({purse.scope}), "
            f"{taken.tier} would take about ${self.needed:.6f}"
        )


def pressed(choosing: Choosing, costs: Costs) -> tuple[Choosing, tuple[str, ...]]:
    """The same choice with a lower tier where it must be, and why; unchanged where money does.

    Whatever is chosen under pressure is reckoned over all turns that are left, so that a warm model
    which is dear to stay on is left.
    """
    taken = complexity(choosing)
    short = _tightest(choosing, costs, taken)
    if short is None or not short.share:
        return choosing, ()
    ahead = max(choosing.routing.look_ahead, min(costs.turns.left, _FARTHEST))
    routing = choosing.routing.model_copy(update={"look_ahead": ahead})
    refused = {(taken.tier, taken.spec.name): short.told(taken)}
    lower, found = choosing, taken
    for tier in _downward(choosing):
        lower = replace(choosing, tier=tier, routing=routing)
        found = complexity(lower)
        short = _tightest(choosing, costs, found)
        missing = 0.0 if short is None else short.share
        if choosing.score >= _threshold(tier, routing.thresholds) + missing:
            break
        if short is not None:
            refused.setdefault((found.tier, found.spec.name), short.told(found))
    if found == taken:
        return choosing, ()
    refused.pop((found.tier, found.spec.name), None)
    return lower, tuple(refused.values())


def _tightest(choosing: Choosing, costs: Costs, taken: Candidate) -> _Short | None:
    """Where taking a model leaves the least for the turns to come; None: no price, or no budget."""
    there = replace(choosing, tier=choosing.candidates[0].tier).sufficing()
    known = [one for one in there if one.later is not None]
    if len(known) < len(there):
        return None
    cheapest = min(known, key=lambda one: (one.later, one.rank))
    found = []
    for purse in choosing.purses:
        if purse.scope == "day" and taken.spec.endpoint.in_process:
            continue
        needed = costs.needed(taken, cheapest, purse)
        if needed is not None:
            found.append(_Short(purse, needed))
    return max(found, key=lambda one: one.share, default=None)


def _downward(choosing: Choosing) -> Iterator[TierName]:
    """The tier and those below it that have a model."""
    there = {one.tier for one in choosing.candidates}
    for tier in reversed(TIERS[: TIERS.index(choosing.tier) + 1]):
        if tier in there:
            yield tier


def _threshold(tier: TierName, thresholds: Thresholds) -> float:
    """The least score that asks for a tier."""
    least: dict[TierName, float] = {
        "simple": 0.0,
        "standard": thresholds.standard,
        "complex": thresholds.complex,
    }
    return least[tier]


def _read(candidate: Candidate, tokens: int) -> Decimal:
    """Dollars for so many tokens more of the transcript, which a cache may know by then."""
    spec = candidate.spec
    usage = Usage(input=tokens, cached=0 if spec.cache == "none" else tokens)
    return cost_of(usage, spec.price_for(candidate.usage.input)) or _NONE
