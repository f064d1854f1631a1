"""Which models there are, what they cost and which to take: `models.yaml` as a whole.

A model's name is `endpoint/model`. What else `--model` takes stands at `ModelCatalog.choose`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from simulator.definitions.limits import ProjectBudget
from simulator.definitions.model_entry import (
    Endpoint,
    LongPrompt,
    ModelEntry,
    ModelSpec,
    Price,
    Support,
)
from simulator.definitions.outgoing import Outgoing
from simulator.definitions.persona import TierName, TierRange
from simulator.definitions.routing_rules import POLICIES, TIERS, WEIGHTS, Routing, Thresholds
from simulator.definitions.written import Written
from simulator.errors import NotFound, UsageError, did_you_mean

__all__ = [
    "POLICIES",
    "TIERS",
    "WEIGHTS",
    "Endpoint",
    "Finding",
    "Loc",
    "LongPrompt",
    "ModelCatalog",
    "ModelChoice",
    "ModelEntry",
    "ModelSpec",
    "Price",
    "Retirement",
    "Routing",
    "Thresholds",
    "Tiers",
]

Loc = tuple[str | int, ...]
"""Where a value stands in the file: keys and list positions from the top, as pydantic's `loc`."""
Finding = tuple[Loc, str, str]
"""A mistake: where it stands, what it is, what to do (may be empty)."""

STAND_IN, OFFLINE, ANY_TIER = "stand-in", "offline/stand-in", "tiers"
FREE = Price(input=Decimal(0), cached=Decimal(0), cache_write=Decimal(0), output=Decimal(0))
ENDPOINT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Tiers(Written):
    """Per class of models the names to take, first choice first."""

    simple: tuple[str, ...] = ()
    """For plain short turns."""
    standard: tuple[str, ...] = ()
    """For creative or many-sided turns."""
    complex: tuple[str, ...] = ()
    """For turns that need reasoning."""

    def of(self, tier: TierName) -> tuple[str, ...]:
        """The names of one tier."""
        return {"simple": self.simple, "standard": self.standard, "complex": self.complex}[tier]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelChoice:
    """What somebody chose by `--model` or `default`, understood."""

    text: str
    """The words of the choice."""
    kind: Literal["model", "endpoint", "tiers"]
    """One fixed model, the router within one endpoint, or the router over all tiers."""
    name: str
    """The model's full name, the endpoint's id, or `tiers`."""

    def takes(self, model: str) -> bool:
        """Whether a model of the tier lists may be taken under this choice."""
        return self.kind == "tiers" or self.name in (model, model.partition("/")[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Retirement:
    """A listed model that has been shut down, or soon will be."""

    model: str
    retires_on: date
    replaced_by: str | None
    retired: bool
    """Whether the day has come."""
    in_tiers: tuple[TierName, ...]
    """The tiers that name it."""

    @property
    def sentence(self) -> str:
        """The warning for people: what, when, what to use instead, where it stands."""
        when = "was" if self.retired else "will be"
        tiers = " and ".join(repr(tier) for tier in self.in_tiers)
        where = f" (models.yaml names it in the tier {tiers})" if tiers else ""
        instead = _quoted(self.replaced_by)
        return f"{self.model!r} {when} shut down on {self.retires_on}; use {instead}{where}."


_MadeOf = tuple[Endpoint, ModelEntry | None, ModelEntry | None]
"""An endpoint, the model's own entry, that of the model it plays."""


class ModelCatalog(Written):
    """The whole of `models.yaml`."""

    default: str = STAND_IN
    """The choice where nobody makes one; anything that `--model` takes."""
    endpoints: Mapping[str, Endpoint]
    """Id -> where models answer."""
    models: Mapping[str, ModelEntry] = Field(default_factory=dict)
    """`endpoint/model` -> what is known of it; other models of an endpoint can be used too."""
    tiers: Tiers = Tiers()
    """Which models the router takes."""
    routing: Routing = Routing()
    """How the router decides."""
    outgoing: Outgoing = Outgoing()
    """What may leave this machine in a prompt."""
    budget: ProjectBudget = ProjectBudget()
    """What all runs together may spend."""

    @cached_property
    def _made(self) -> dict[str, tuple[_MadeOf, ModelSpec]]:
        """Specs, and what they were made of: a copy may have other entries under the same name."""
        return {}

    def spec(self, name: str) -> ModelSpec:
        """A model by its full name, listed or not.

        One that is not listed is taken to understand what its endpoint does; its price is that
        of the model it plays, or zero if free, or unknown. Raises NotFound for a bare name and
        for an unknown endpoint.
        """
        endpoint_id, _, model = name.partition("/")
        endpoint = self.endpoints.get(endpoint_id)
        if endpoint is None or not model:
            raise self._not_found(name, known=tuple(self.models))
        own = self.models.get(name)
        played = self.models.get(f"{endpoint.plays}/{model}") if own is None else None
        made_of = (endpoint, own, played)
        made = self._made.get(name)
        if made is None or any(a is not b for a, b in zip(made[0], made_of, strict=True)):
            made = self._made[name] = (made_of, _spec(name, made_of))
        return made[1]

    def choose(self, text: str | None = None) -> ModelChoice:
        """Understand a choice; None means `default`.

        `stand-in` is the model `offline/stand-in`, also where an endpoint bears that id (a model
        of that endpoint is `stand-in/MODEL`); `tiers` lets the router decide, an endpoint's id
        lets it decide within the endpoint, `endpoint/model` is that model. Raises NotFound.
        """
        wanted = (self.default if text is None else text).strip()
        if wanted == STAND_IN:
            self._require_offline()
            return ModelChoice(text=wanted, kind="model", name=OFFLINE)
        if wanted == ANY_TIER:
            return ModelChoice(text=wanted, kind="tiers", name=wanted)
        if wanted in self.endpoints:
            return ModelChoice(text=wanted, kind="endpoint", name=wanted)
        if "/" not in wanted:
            known = (*self.models, *self.endpoints, STAND_IN, ANY_TIER)
            raise self._not_found(wanted, known=known)
        return ModelChoice(text=wanted, kind="model", name=self.spec(wanted).name)

    def listed(self, choice: ModelChoice, tier: TierName) -> tuple[ModelSpec, ...]:
        """The models that a tier names, as far as the choice takes them, shut down or not."""
        return tuple(self.spec(model) for model in self.tiers.of(tier) if choice.takes(model))

    def living(self, choice: ModelChoice, tier: TierName, *, today: date) -> tuple[ModelSpec, ...]:
        """The models of one tier that answer, in order; empty: none does.

        Where all of them are shut down, those that replace them. A fixed model stands for every
        tier, shut down or not.
        """
        if choice.kind == "model":
            return (self.spec(choice.name),)
        listed = self.listed(choice, tier)
        replaced = (self._successor(choice, spec, today) for spec in listed)
        found = [spec for spec in listed if not spec.retired(today)] or replaced
        return tuple({spec.name: spec for spec in found if spec is not None}.values())

    def candidates(
        self, choice: ModelChoice, tier: TierName, *, today: date, tiers: TierRange | None = None
    ) -> tuple[ModelSpec, ...]:
        """The models to try for a turn of that tier, in order; never empty.

        Where none of the tier answers, those of the next higher one in the range `tiers` (None:
        all) are taken, else of the next lower; beyond the range only where none of it answers.
        Raises UsageError if there is none at all, or if all are shut down.
        """
        start, within = TIERS.index(tier), (tiers or TierRange()).tiers
        order = (*TIERS[start:], *reversed(TIERS[:start]))
        for name in sorted(order, key=lambda one: one not in within):
            if living := self.living(choice, name, today=today):
                return living
        for name in order:
            if listed := self.listed(choice, name):
                raise UsageError(_all_retired(name, listed))
        raise UsageError(" ".join(self._without_models(choice)))

    def top(self, choice: ModelChoice, *, today: date) -> ModelSpec | None:
        """The first model of the highest tier of a choice, to compare others with.

        None where the choice is one model, or no model of it answers any more.
        """
        if choice.kind == "model":
            return None
        try:
            return self.candidates(choice, TIERS[-1], today=today)[0]
        except UsageError:
            return None

    def retirements(
        self, today: date, within: timedelta = timedelta(days=90)
    ) -> tuple[Retirement, ...]:
        """Listed models shut down by `today` or in the time `within` after it, earliest first."""
        found = (
            Retirement(
                model=model,
                retires_on=entry.retires_on,
                replaced_by=entry.replaced_by,
                retired=entry.retires_on <= today,
                in_tiers=tuple(tier for tier in TIERS if model in self.tiers.of(tier)),
            )
            for model, entry in self.models.items()
            if entry.retires_on is not None and entry.retires_on <= today + within
        )
        return tuple(sorted(found, key=lambda one: (one.retires_on, one.model)))

    def cross_checks(self) -> tuple[Finding, ...]:
        """Every mistake between the parts of the file, which no field shows by itself."""
        checks = (_in_endpoints, _in_models, _in_tiers, _in_routing)
        findings = [finding for check in checks for finding in check(self)]
        try:
            choice = self.choose()
        except NotFound as error:
            return (*findings, (("default",), str(error), ""))
        if choice.kind != "model" and not any(choice.takes(m) for _, m in _in_order(self.tiers)):
            findings.append((("default",), *self._without_models(choice)))
        return tuple(findings)

    def _successor(self, choice: ModelChoice, spec: ModelSpec, today: date) -> ModelSpec | None:
        """The model itself, or the listed one that replaces it by now; None: there is none."""
        seen = {spec.name}
        while spec.retired(today):
            name = spec.replaced_by
            if name is None or name in seen or name not in self.models or not choice.takes(name):
                return None
            seen.add(name)
            spec = self.spec(name)
        return spec

    def _require_offline(self) -> None:
        endpoint = OFFLINE.partition("/")[0]
        if endpoint not in self.endpoints:
            line = f"{endpoint}: {{in_process: true, stand_in: true, free: true}}"
            hint = f"The stand-in answers there; add `{line}` under endpoints in models.yaml."
            raise NotFound("endpoint", endpoint, hint=hint)

    def _not_found(self, name: str, *, known: tuple[str, ...]) -> NotFound:
        form = f"A model is written endpoint/model; endpoints: {', '.join(sorted(self.endpoints))}."
        same = sorted(model for model in self.models if model.endswith(f"/{name}"))
        if same:
            return NotFound("model", name, hint=f"Did you mean {same[0]!r}? {form}")
        return NotFound("model", name, known=known, hint=form)

    def _without_models(self, choice: ModelChoice) -> tuple[str, str]:
        if choice.kind == "tiers":
            what, example = "The tiers of models.yaml are empty.", "MODEL"
        else:
            what = f"No tier of models.yaml names a model of the endpoint {choice.name!r}."
            listed = sorted(model for model in self.models if choice.takes(model))
            example = listed[0] if listed else f"{choice.name}/MODEL"
        return what, f"Add one there (simple: [{example}]), or choose one: --model {example}."


def _assumed(endpoint: Endpoint) -> tuple[Support, ...]:
    by_schema = endpoint.schema_support == "json_schema"
    return ("json_schema", "tools", "temperature") if by_schema else ("tools", "temperature")


def _in_order(tiers: Tiers) -> Iterator[tuple[Loc, str]]:
    for tier in TIERS:
        for position, model in enumerate(tiers.of(tier)):
            yield ("tiers", tier, position), model


def _all_retired(tier: TierName, specs: tuple[ModelSpec, ...]) -> str:
    told = ", ".join(
        f"{one.name!r} on {one.retires_on} (use {_quoted(one.replaced_by)})" for one in specs
    )
    return f"Every model of the tier {tier!r} is shut down: {told}. Change it in models.yaml."


def _quoted(model: str | None) -> str:
    return repr(model) if model else "another model"


def _in_endpoints(catalog: ModelCatalog) -> Iterator[Finding]:
    for name, endpoint in catalog.endpoints.items():
        at: Loc = ("endpoints", name)
        if name == ANY_TIER or not ENDPOINT_ID.fullmatch(name):
            hint = f"Use letters, digits, dots, - and _; not the word {ANY_TIER}."
            yield at, f"{name!r} cannot be an endpoint's id.", hint
        if endpoint.in_process and endpoint.base_url:
            yield (
                (*at, "base_url"),
                f"{name!r} is in_process and has a base_url.",
                "Drop one of them.",
            )
        if not endpoint.in_process and not endpoint.base_url:
            yield at, f"The endpoint {name!r} has no base_url.", "Give it one, or in_process: true."
        if endpoint.plays is not None and endpoint.plays not in catalog.endpoints:
            hint = did_you_mean(endpoint.plays, catalog.endpoints)
            yield (*at, "plays"), f"No endpoint is called {endpoint.plays!r}.", hint


def _spec(name: str, made_of: _MadeOf) -> ModelSpec:
    endpoint, own, played = made_of
    entry = own or played or ModelEntry(supports=_assumed(endpoint))
    values: dict[str, Any] = {one: getattr(entry, one) for one in ModelEntry.model_fields}
    values["supports"] = frozenset(entry.supports)
    if entry.price is None and endpoint.free and played is None:
        values["price"] = FREE
    endpoint_id, _, model = name.partition("/")
    return ModelSpec(name=name, endpoint_id=endpoint_id, model=model, endpoint=endpoint, **values)


def _in_models(catalog: ModelCatalog) -> Iterator[Finding]:
    for name, entry in catalog.models.items():
        endpoint, slash, model = name.partition("/")
        if not slash or not model:
            hint = "Write endpoint/model, such as openai/gpt-6-luna."
            yield ("models", name), f"{name!r} is no model's name.", hint
        elif endpoint not in catalog.endpoints:
            hint = did_you_mean(endpoint, catalog.endpoints) or "Describe it under endpoints."
            yield ("models", name), f"No endpoint is called {endpoint!r}.", hint
        price = entry.price
        if price is not None and price.cached is not None and price.cached > price.input:
            told = f"What is read from a cache costs more ({price.cached}) than without one"
            hint = "Are the two exchanged?"
            yield ("models", name, "price", "cached"), f"{told} (`in`: {price.input}).", hint
        if entry.replaced_by == name:
            yield ("models", name, "replaced_by"), f"{name!r} cannot replace itself.", ""
        elif entry.replaced_by is not None:
            yield from _unlisted(catalog, ("models", name, "replaced_by"), entry.replaced_by)


def _in_tiers(catalog: ModelCatalog) -> Iterator[Finding]:
    for at, model in _in_order(catalog.tiers):
        yield from _unlisted(catalog, at, model)


def _unlisted(catalog: ModelCatalog, at: Loc, model: str) -> Iterator[Finding]:
    if model not in catalog.models:
        hint = did_you_mean(model, catalog.models) or "List it under models, or name another."
        yield at, f"{model!r} is not listed under models.", hint


def _in_routing(catalog: ModelCatalog) -> Iterator[Finding]:
    routing = catalog.routing
    for name in routing.weights:
        if name not in WEIGHTS:
            hint = did_you_mean(name, WEIGHTS) or f"There are: {', '.join(sorted(WEIGHTS))}."
            yield ("routing", "weights", name), f"The router knows no feature {name!r}.", hint
    if routing.thresholds.complex < routing.thresholds.standard:
        at: Loc = ("routing", "thresholds", "complex")
        yield at, "The tier complex begins below the tier standard.", "Raise complex."
    if routing.policy not in POLICIES and not routing.own_policy:
        hint = f"Write {', '.join(POLICIES)}, or your own as my_router.py:name."
        yield ("routing", "policy"), f"No routing policy is called {routing.policy!r}.", hint
