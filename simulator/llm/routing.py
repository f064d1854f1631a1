"""Which of the models that would do answers a question: policies that know what each would cost.

    features -> score -> tier -> candidates, each with its expected dollars -> policy -> route

What a question is expected to cost on a model follows from what of its prompt is warm there: a big
model that has read the whole talk can cost less than a small one that has read nothing of it.
A policy is a function from a `Choosing` to one of its candidates, or to its model's name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Protocol

from simulator.definitions.model_catalog import (
    TIERS,
    ModelCatalog,
    ModelChoice,
    ModelSpec,
    Routing,
)
from simulator.definitions.persona import TierName, TierRange
from simulator.errors import UsageError, UserCodeFailed
from simulator.llm.layout import LEAST_CACHED
from simulator.llm.prompt import Prompt
from simulator.llm.router import Route, TurnFeatures, asked_tier
from simulator.llm.warmth import SentBefore, Warmth
from simulator.llm.wiring import arranged
from simulator.record.usage import Usage, cost_of

__all__ = [
    "Candidate",
    "Choosing",
    "Models",
    "Policy",
    "Sending",
    "expected",
    "policy_named",
    "routed",
]

_UNTRIED = 2
"""Where no answer was had yet, this part of what it may have is expected: a half."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A model that might answer, and what that is expected to cost."""

    tier: TierName
    spec: ModelSpec
    usage: Usage = Usage()
    """Tokens: read anew, from the cache, written to it, and answered; 0 where nobody reckoned."""
    dollars: Decimal | None = None
    """At list price; None: the price is unknown, or nobody reckoned."""
    later: Decimal | None = None
    """What the same question would cost once the model has read it: a turn after this one."""

    @property
    def told(self) -> str:
        """The figures in words, for the record."""
        dollars = "an unknown price" if self.dollars is None else f"${self.dollars:.6f}"
        warm = f"{self.usage.cached:,} of {self.usage.input:,} tokens warm"
        return f"{self.tier} {self.spec.name}: {dollars} expected, {warm}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing:
    """What a policy decides by."""

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
            if _rank(one) >= TIERS.index(self.tier) and (first or one.spec.name == self.last):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """Which models there are for a run, and how one of them is chosen."""

    catalog: ModelCatalog
    choice: ModelChoice
    today: date
    """Decides which models are retired."""
    policy: Policy
    down: frozenset[str] = frozenset()
    """Models that do not answer, as endpoint/model: not taken where there are others."""

    def of(self, tier: TierName) -> tuple[ModelSpec, ...]:
        """Those of a tier, first choice first. Raises UsageError where there is none."""
        return self.catalog.candidates(self.choice, tier, today=self.today)


@dataclass(frozen=True, slots=True)
class Sending:
    """What a question is reckoned by."""

    prompt: Prompt
    sent: SentBefore
    """What was sent before."""
    most: int
    """Tokens that the answer may have."""


def routed(
    features: TurnFeatures, tiers: TierRange, *, models: Models, sending: Sending | None = None
) -> Route:
    """The way of a question; without `sending` nothing is reckoned, as if nothing were warm.

    Raises:
        UsageError: no model of the choice serves the tier.
        UserCodeFailed: the user's own policy raised, or chose none of the candidates.
    """
    catalog = models.catalog
    score, tier, reasons = asked_tier(features, tiers, catalog.routing)
    first = models.of(tier)[0]
    if models.choice.kind == "model":
        return Route(tier=tier, spec=first, score=score, reasons=reasons)
    candidates = _candidates(models, tiers)
    if not any(one.tier == tier for one in candidates):
        reasons = (*reasons, f"every {tier} model is down")
        tier = _nearest(tier, candidates)
    if sending is not None and len({one.spec.name for one in candidates}) > 1:
        candidates = _reckoned(candidates, sending)
    choosing = Choosing(
        features=features,
        score=score,
        tier=tier,
        candidates=candidates,
        last=_last(sending) if sending is not None else "",
        routing=catalog.routing,
    )
    taken = _chosen(choosing, models.policy)
    return Route(
        tier=taken.tier,
        spec=taken.spec,
        score=score,
        reasons=(*reasons, *_told(choosing, taken)),
        figures=_figures(choosing, taken),
    )


def expected(
    tier: TierName, spec: ModelSpec, *, prompt: Prompt, warmth: Warmth, output: int
) -> Candidate:
    """What a question costs on a model, by what of it is warm there and a likely answer."""
    whole, kept = warmth.prompt_tokens, 0
    if spec.cache != "none" and warmth.prompt_bytes:
        kept = round(whole * min(1.0, prompt.shared_bytes / warmth.prompt_bytes))
        kept = max(kept, warmth.tokens) if kept >= LEAST_CACHED else warmth.tokens
    written = kept - warmth.tokens if spec.cache == "breakpoints" else 0
    output = min(output, spec.max_output or output)
    usage = Usage(input=whole, cached=warmth.tokens, cache_write=written, output=output)
    price = spec.price_for(whole)
    known = Usage(input=whole, cached=kept, output=output)
    return Candidate(
        tier=tier,
        spec=spec,
        usage=usage,
        dollars=cost_of(usage, price),
        later=cost_of(known, price),
    )


def policy_named(name: str) -> Policy:
    """One of ours: `complexity`, `sticky`, `cheapest` or `always:TIER`.

    Raises UsageError where there is none of this name.
    """
    ours: dict[str, Policy] = {
        "complexity": _complexity,
        "sticky": _sticky,
        "cheapest": _cheapest,
        **{f"always:{tier}": _Always(tier) for tier in TIERS},
    }
    if name not in ours:
        known = ", ".join(ours)
        raise UsageError(f"No routing policy is called {name!r}; there are: {known}.")
    return ours[name]


def _complexity(choosing: Choosing) -> Candidate:
    """The tier's first choice; a model that is warm, or was taken last, where that costs less."""
    preferred, staying = choosing.preferred, choosing.staying()
    kept = preferred
    if staying is not None and _ahead(staying, choosing) and preferred.dollars is not None:
        kept = staying
    own = _ahead(kept, choosing)
    if not own:
        return kept
    costs = [(_ahead(one, choosing), one) for one in choosing.sufficing()]
    known = [(cost, one) for cost, one in costs if cost is not None]
    least, best = min(known, key=lambda pair: (pair[0], _rank(pair[1])))
    margin = 1 - Decimal(str(choosing.routing.hysteresis))
    return best if least < own * margin else kept


def _sticky(choosing: Choosing) -> Candidate:
    return choosing.staying() or choosing.preferred


def _cheapest(choosing: Choosing) -> Candidate:
    known = [one for one in choosing.candidates if one.dollars is not None]
    if not known:
        return choosing.candidates[0]
    return min(known, key=lambda one: (one.dollars, _rank(one)))


@dataclass(frozen=True, slots=True)
class _Always:
    """One tier, or the nearest of the range."""

    tier: TierName

    def __call__(self, choosing: Choosing, /) -> Candidate:
        place = TIERS.index(self.tier)
        return min(choosing.candidates, key=lambda one: abs(_rank(one) - place))


def _ahead(one: Candidate, choosing: Choosing) -> Decimal | None:
    """Dollars of this turn and those like it that are looked ahead to."""
    if one.dollars is None or one.later is None:
        return None
    return one.dollars + (choosing.routing.look_ahead - 1) * one.later


def _rank(one: Candidate) -> int:
    return TIERS.index(one.tier)


def _candidates(models: Models, tiers: TierRange) -> tuple[Candidate, ...]:
    found: list[Candidate] = []
    for tier in TIERS[TIERS.index(tiers.floor) : TIERS.index(tiers.ceiling) + 1]:
        try:
            living = models.of(tier)
        except UsageError:
            continue
        found.extend(Candidate(tier=tier, spec=spec) for spec in living)
    up = tuple(one for one in found if one.spec.name not in models.down)
    return up or tuple(found)


def _nearest(tier: TierName, candidates: Iterable[Candidate]) -> TierName:
    """The next higher tier that has a candidate, or the next lower one."""
    place = TIERS.index(tier)
    return min(
        (one.tier for one in candidates),
        key=lambda other: (TIERS.index(other) < place, abs(TIERS.index(other) - place)),
    )


def _reckoned(candidates: Iterable[Candidate], sending: Sending) -> tuple[Candidate, ...]:
    prompt, sent = sending.prompt, sending.sent
    answers = [one.output for one in sent if one.output and _form(one.prompt) == _form(prompt)]
    output = round(sum(answers) / len(answers)) if answers else sending.most // _UNTRIED
    # What no provider has counted yet is estimated as the others have counted it.
    counted = {one.model: one.tokens_per_byte for one in sent if one.tokens_per_byte}
    newest = next((one.tokens_per_byte for one in sent.newest() if one.tokens_per_byte), None)
    warm: dict[str, tuple[Prompt, Warmth]] = {}
    found = []
    for one in candidates:
        if one.spec.name not in warm:
            shaped = arranged(prompt, one.spec)
            warmth = sent.warmth(one.spec, shaped)
            if newest is not None and one.spec.name not in counted:
                warmth = replace(warmth, prompt_tokens=round(warmth.prompt_bytes * newest))
            warm[one.spec.name] = shaped, warmth
        shaped, warmth = warm[one.spec.name]
        found.append(expected(one.tier, one.spec, prompt=shaped, warmth=warmth, output=output))
    return tuple(found)


def _last(sending: Sending) -> str:
    """The model of the last question of this form."""
    form = _form(sending.prompt)
    return next((one.model for one in sending.sent.newest() if _form(one.prompt) == form), "")


def _form(prompt: Prompt) -> str:
    return prompt.schema.name if prompt.schema else ""


def _chosen(choosing: Choosing, policy: Policy) -> Candidate:
    try:
        found = policy(choosing)
    except UserCodeFailed:
        raise
    except Exception as error:
        told = f"the routing policy raised {type(error).__name__}: {error}"
        raise UserCodeFailed(told) from error
    if isinstance(found, Candidate) and found in choosing.candidates:
        return found
    named = [one for one in choosing.candidates if one.spec.name == found]
    fitting = [one for one in named if one.tier == choosing.tier] or named
    if not fitting:
        names = ", ".join(dict.fromkeys(one.spec.name for one in choosing.candidates))
        told = f"the routing policy chose {found!r}, which is none of the candidates: {names}"
        raise UserCodeFailed(told)
    return fitting[0]


def _told(choosing: Choosing, taken: Candidate) -> tuple[str, ...]:
    """Why this model, where it is not the first choice of the tier."""
    preferred = choosing.preferred
    if taken.spec.name == preferred.spec.name and taken.tier == preferred.tier:
        return ()
    word = "stays on" if taken.spec.name == choosing.last else "goes to"
    return (f"{word} {taken.spec.name} by {choosing.routing.policy}",)


def _figures(choosing: Choosing, taken: Candidate) -> tuple[str, ...]:
    """What the models that would have done cost, where there were several."""
    shown = {one.spec.name: one for one in (*choosing.sufficing(), taken)}
    return tuple(one.told for one in shown.values() if one.dollars) if len(shown) > 1 else ()
