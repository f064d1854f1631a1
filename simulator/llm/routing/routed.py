"""The way of a question: what each of the models that would do costs, and which of them is taken.

    features -> score -> tier -> candidates, each with its expected dollars
             -> a lower tier where money would end before the turns do -> policy -> route

What a question is expected to cost on a model follows from what of its prompt is warm there: a big
model that has read the whole talk can cost less than a small one that has read nothing of it.
A policy is a function from a `Choosing` to one of its candidates, or to its model's name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from simulator.definitions.model_catalog import TIERS, ModelCatalog, ModelChoice, ModelSpec
from simulator.definitions.persona import TierName, TierRange
from simulator.errors import UserCodeFailed
from simulator.llm.layout import LEAST_CACHED
from simulator.llm.prompt import Prompt
from simulator.llm.purse import Purse, Turns
from simulator.llm.router import Route, TurnFeatures, asked_tier
from simulator.llm.routing.choosing import Candidate, Choosing, Policy
from simulator.llm.routing.policies import complexity, takes_firsts
from simulator.llm.routing.pressure import Costs, pressed
from simulator.llm.warmth import SentBefore, Warmth
from simulator.llm.wiring import arranged
from simulator.record.usage import Usage, cost_of

__all__ = ["Models", "Sending", "expected", "reckoned", "routed"]

_UNTRIED = 2
"""Where no answer was had yet, this part of what it may have is expected: a half."""


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
        """Those of a tier that are not shut down, or replace them; empty: there is none."""
        return self.catalog.living(self.choice, tier, today=self.today)

    def beyond(self, tier: TierName) -> tuple[ModelSpec, ...]:
        """Those of the nearest tier that has any. Raises UsageError where none has."""
        return self.catalog.candidates(self.choice, tier, today=self.today)

    def absence(self, tier: TierName) -> str:
        """Why none of those that a tier names is taken, in words; empty: one can be."""
        listed = self.catalog.listed(self.choice, tier)
        if any(not spec.retired(self.today) for spec in listed):
            return ""
        gone = (f"{spec.name} was shut down on {spec.retires_on}" for spec in listed)
        return " and ".join(gone) or f"no model in the tier {tier}"


@dataclass(frozen=True, slots=True)
class Sending:
    """What a question is reckoned by."""

    prompt: Prompt
    sent: SentBefore
    """What was sent before."""
    most: int
    """Tokens that the answer may have."""
    turns: Turns | None = None
    """How far the run is; None: the question is no turn, or its number has no limit."""
    purses: tuple[Purse, ...] = ()
    """What is left of each budget in dollars that the question is charged to."""


def routed(
    features: TurnFeatures, tiers: TierRange, *, models: Models, sending: Sending | None = None
) -> Route:
    """The way of a question; without `sending` nothing is reckoned, as if nothing were warm.

    Raises:
        UsageError: no model of the choice serves any tier.
        UserCodeFailed: the user's own policy raised, or chose none of the candidates.
    """
    catalog = models.catalog
    score, tier, reasons = asked_tier(features, tiers, catalog.routing)
    if models.choice.kind == "model":
        return Route(tier=tier, spec=models.of(tier)[0], score=score, reasons=reasons)
    candidates = _candidates(models, tier, tiers)
    tier, instead = _served(models, tier, candidates)
    several = len({one.spec.name for one in candidates}) > 1
    if sending is not None:
        candidates = _reckoned(candidates, sending)
    choosing = Choosing(
        features=features,
        score=score,
        tier=tier,
        candidates=candidates,
        last=_last(sending) if sending is not None else "",
        routing=catalog.routing,
        purses=sending.purses if sending is not None else (),
    )
    hurry: tuple[str, ...] = ()
    if several and models.policy is complexity and sending and sending.turns and sending.purses:
        choosing, hurry = pressed(choosing, Costs.of(sending.prompt, sending.turns, sending.most))
    taken = _chosen(choosing, models.policy)
    return Route(
        tier=taken.tier,
        spec=taken.spec,
        score=score,
        reasons=(*reasons, *instead, *hurry, *_told(choosing, taken)),
        figures=_figures(choosing, taken, models.policy),
    )


def expected(
    tier: TierName, spec: ModelSpec, *, prompt: Prompt, warmth: Warmth, output: int
) -> Candidate:
    """What a question costs on a model, by what of it is warm there and a likely answer."""
    shared = min(1.0, prompt.shared_bytes / warmth.prompt_bytes) if warmth.prompt_bytes else 0.0
    tokens = warmth.prompt_tokens, warmth.tokens
    return reckoned(tier, spec, tokens=tokens, shared=shared, output=output)


def reckoned(
    tier: TierName, spec: ModelSpec, *, tokens: tuple[int, int], shared: float, output: int
) -> Candidate:
    """The same of a prompt that has so many `tokens`, and so many of them warm.

    `shared` is the part of it, 0 to 1, that later prompts begin with.
    """
    whole, warm = tokens
    kept = 0
    if spec.cache != "none":
        kept = round(whole * shared)
        kept = max(kept, warm) if kept >= LEAST_CACHED else warm
    written = kept - warm if spec.cache == "breakpoints" else 0
    output = min(output, spec.max_output or output)
    usage = Usage(input=whole, cached=warm, cache_write=written, output=output)
    price = spec.price_for(whole)
    known = Usage(input=whole, cached=kept, output=output)
    return Candidate(
        tier=tier,
        spec=spec,
        usage=usage,
        dollars=cost_of(usage, price),
        later=cost_of(known, price),
    )


def _candidates(models: Models, asked: TierName, tiers: TierRange) -> tuple[Candidate, ...]:
    """All models of the range; where it has none, those nearest to the tier that is asked for."""
    found = tuple(Candidate(tier=one, spec=spec) for one in tiers.tiers for spec in models.of(one))
    if not found:
        found = tuple(Candidate(tier=asked, spec=spec) for spec in models.beyond(asked))
    return tuple(one for one in found if one.spec.name not in models.down) or found


def _served(
    models: Models, tier: TierName, candidates: Iterable[Candidate]
) -> tuple[TierName, tuple[str, ...]]:
    """The tier that can be taken, and why it is not the one that is asked for, or not as listed."""
    why = models.absence(tier)
    first = next((one for one in candidates if one.tier == tier), None)
    if first is not None:
        return tier, ((f"{why}; {first.spec.name} instead",) if why else ())
    nearest = _nearest(tier, candidates)
    return nearest, (
        f"{why}; the tier {nearest} instead" if why else f"every {tier} model is down",
    )


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


def _figures(choosing: Choosing, taken: Candidate, policy: Policy) -> tuple[str, ...]:
    """What the models that were compared cost, and then those of the tier that are in reserve.

    Empty where there was only one, or nothing was reckoned.
    """
    firsts = takes_firsts(policy)
    compared = choosing.sufficing() if firsts else choosing.candidates
    shown = {one.spec.name: one for one in (*compared, taken)}
    tiers = {choosing.tier, taken.tier} if firsts else set()
    others = (one for one in choosing.candidates if one.tier in tiers)
    kept = {one.spec.name: one for one in others if one.spec.name not in shown}
    told = [one.told for one in shown.values() if _is_reckoned(one)]
    told += [f"{one.told}, in reserve" for one in kept.values() if _is_reckoned(one)]
    return tuple(told) if len(shown) + len(kept) > 1 else ()


def _is_reckoned(one: Candidate) -> bool:
    return bool(one.usage.input) and one.dollars != 0
