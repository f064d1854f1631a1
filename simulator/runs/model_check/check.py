"""Checking models by a few tiny calls each: what they can do, how fast, and what that costs.

Every call goes through `ask` and is booked outside of any run, with the purpose `probe`.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from simulator.definitions.limits import Budget
from simulator.definitions.model_catalog import (
    OFFLINE,
    TIERS,
    ModelCatalog,
    ModelChoice,
    ModelSpec,
)
from simulator.definitions.model_entry import ModelEntry
from simulator.definitions.persona import TierName
from simulator.errors import BudgetExhausted, NotFound, UsageError
from simulator.llm.ask import ModelAccess
from simulator.llm.budget import Account, Day
from simulator.llm.meter import RunMeter
from simulator.llm.screen import Screen
from simulator.llm.session import Session
from simulator.llm.tracker import Tracker
from simulator.record.calls import Ledger
from simulator.runs.model_check.finding import Finding, ModelCheck, Standing
from simulator.runs.model_check.prober import NotAsked, Prober, Unheard, Watch
from simulator.runs.model_check.probes import (
    Bench,
    answered,
    cached,
    called_tools,
    finished,
    formed,
    streamed,
)
from simulator.runs.model_check.questions import at_most, output_tokens

__all__ = ["CheckPlan", "check_models", "models_to_check"]


@dataclass(frozen=True, kw_only=True)
class CheckPlan:
    """Which models are to be asked, and for how much at most."""

    catalog: ModelCatalog
    specs: tuple[ModelSpec, ...]
    budget: Decimal | None = None
    """Dollars for all of them; None: what they can cost at most."""

    @property
    def most(self) -> Decimal | None:
        """Dollars that are spent at most; None where a price is unknown and no budget given."""
        costs = [at_most(spec) for spec in self.specs]
        known = sum((cost for cost in costs if cost is not None), Decimal(0))
        if self.budget is not None:
            return min(self.budget, known) if None not in costs else self.budget
        return None if None in costs else known

    @property
    def unpriced(self) -> tuple[str, ...]:
        """The models whose price is unknown."""
        return tuple(spec.name for spec in self.specs if spec.price is None)


def models_to_check(
    catalog: ModelCatalog, names: Sequence[str] = (), *, endpoint: str | None = None
) -> tuple[ModelSpec, ...]:
    """The models that somebody means, each once.

    A name is anything that `--model` takes, or what the endpoint calls a model. Without names it
    is those that runs take: the models of the tiers, as far as `default` allows, or the one
    model that `default` is. No other is ever meant unless it is named.

    Raises:
        NotFound: there is no such model or endpoint.
        UsageError: no model is meant.
    """
    if endpoint is not None and endpoint not in catalog.endpoints:
        raise NotFound("endpoint", endpoint, known=catalog.endpoints)
    if names:
        found = [spec for name in names for spec in _named(catalog, name, endpoint)]
    else:
        found = _in_use(catalog, endpoint)
    specs = tuple({spec.name: spec for spec in found}.values())
    if not specs:
        place = f" of the endpoint {endpoint!r}" if endpoint else ""
        example = f"{endpoint or 'ollama'}/MODEL"
        raise UsageError(
            f"No tier of models.yaml names a model{place}: name one, such as {example}."
        )
    return specs


def _named(catalog: ModelCatalog, name: str, endpoint: str | None) -> list[ModelSpec]:
    if endpoint is not None and not name.startswith(f"{endpoint}/"):
        return [catalog.spec(f"{endpoint}/{name}")]
    choice = catalog.choose(name)
    return [catalog.spec(choice.name)] if choice.kind == "model" else _of_tiers(catalog, choice)


def _in_use(catalog: ModelCatalog, endpoint: str | None) -> list[ModelSpec]:
    choice = catalog.choose(endpoint) if endpoint not in {None, "stand-in"} else catalog.choose()
    if endpoint is None and choice.kind == "model" and choice.name != OFFLINE:
        return [catalog.spec(choice.name)]
    if choice.name == OFFLINE:
        choice = catalog.choose("tiers")
    specs = _of_tiers(catalog, choice)
    return [spec for spec in specs if endpoint in {None, spec.endpoint_id}]


def _of_tiers(catalog: ModelCatalog, choice: ModelChoice) -> list[ModelSpec]:
    """The models of the tiers that a choice allows: not those that are shut down."""
    today = datetime.now(UTC).date()
    return [spec for tier in TIERS for spec in catalog.living(choice, tier, today=today)]


async def check_models(
    plan: CheckPlan,
    *,
    session: Session,
    ledger: Ledger,
    day: Day | None = None,
    pause: float = 1.0,
) -> AsyncIterator[ModelCheck]:
    """Ask one model after the other, each as soon as the last one is done.

    A model that cannot be asked is told as such, and the next one is asked. No more is spent
    than `plan.most`, and than the budget of the `day` leaves. `pause` is how many seconds a
    server gets to remember a prompt.

    Raises BudgetExhausted where the day has no room for the very first question.
    """
    known = [cost for spec in plan.specs if (cost := at_most(spec)) is not None]
    most = sum(known, Decimal(0)) if plan.budget is None else plan.budget
    account = Account(scope="The check", budget=Budget(dollars=most)) if most else None
    name = secrets.token_hex(8)
    for number, spec in enumerate(plan.specs):
        limited = account is not None and (spec.price is not None or plan.budget is not None)
        accounts = (account,) if account is not None and limited else ()
        meter = Watch(RunMeter(ledger, accounts=accounts, day=day))
        check = _Check(plan, spec, session=session, ledger=ledger, meter=meter)
        made = await check.made(name, pause=pause)
        if number == 0 and check.refused is not None:
            raise check.refused
        yield made


class _Check:
    """The check of one model."""

    def __init__(
        self,
        plan: CheckPlan,
        spec: ModelSpec,
        *,
        session: Session,
        ledger: Ledger,
        meter: Watch,
    ) -> None:
        self._plan, self._spec, self._session = plan, spec, session
        self._ledger, self._meter = ledger, meter
        self._findings: list[Finding] = []
        self._latency: int | None = None
        self._first_words: int | None = None
        self.refused: BudgetExhausted | None = None
        """Why not even the first question was asked, where it was for the day's budget."""

    async def made(self, name: str, *, pause: float) -> ModelCheck:
        """What was found out."""
        access = self._access()
        prober = Prober(access, self._meter, name=name, tier=self._tier())
        standing: Standing = "asked"
        why = ""
        try:
            await self._ask(self._bench(prober, pause=pause))
        except (Unheard, NotAsked) as error:
            standing, why = error.standing, str(error)
            if isinstance(error.error, BudgetExhausted) and error.error.scope == "day":
                self.refused = error.error
        finally:
            access.tracker.close()
        meter = self._meter.meter
        spoken = self._spec.endpoint.speaks_stand_in(self._session.environ)
        return ModelCheck(
            model=self._spec.name,
            findings=tuple(self._findings),
            standing=standing,
            why=why,
            listed=self._entry is not None,
            stand_in=standing == "asked" and spoken,
            latency_ms=self._latency,
            first_words_ms=self._first_words,
            calls=prober.calls,
            tokens=meter.spent.tokens,
            dollars=None if self._spec.price is None else meter.dollars,
            at_least=meter.at_least,
        )

    async def _ask(self, bench: Bench) -> None:
        """All questions, one after the other. Raises Unheard, NotAsked: not even the first."""
        heard, finding = await answered(bench)
        self._latency = heard.outcome.latency_ms
        self._findings.append(finding)
        await self._tried("stream", self._stream, bench)
        for feature, probe in (("structured output", formed), ("tools", called_tools)):
            await self._tried(feature, _alone(probe), bench)
        await self._tried("cache", cached, bench)
        self._findings += finished(bench)

    async def _tried(
        self,
        feature: str,
        probe: Callable[[Bench], Awaitable[Sequence[Finding]]],
        bench: Bench,
    ) -> None:
        try:
            self._findings += await probe(bench)
        except NotAsked as error:
            finding = Finding(feature=feature, verdict="not tried", said=str(error))
            self._findings.append(finding)

    async def _stream(self, bench: Bench) -> Sequence[Finding]:
        self._first_words, finding = await streamed(bench)
        return (finding,)

    def _bench(self, prober: Prober, *, pause: float) -> Bench:
        catalog, spec, entry = self._plan.catalog, self._spec, self._entry
        others = (name for name in catalog.models if name != spec.name)
        return Bench(
            prober=prober,
            claimed=spec,
            spec=spec,
            claims_cache=entry is not None and "cache" in entry.model_fields_set,
            known=spec.supports,
            pause=pause,
            siblings=any(name.partition("/")[0] == spec.endpoint_id for name in others),
        )

    @property
    def _entry(self) -> ModelEntry | None:
        """What models.yaml lists of it, or of the model that it plays; None: nothing."""
        models, spec = self._plan.catalog.models, self._spec
        return models.get(spec.name) or models.get(f"{spec.endpoint.plays}/{spec.model}")

    def _tier(self) -> TierName:
        tiers = self._plan.catalog.tiers
        return next((tier for tier in TIERS if self._spec.name in tiers.of(tier)), TIERS[0])

    def _access(self) -> ModelAccess:
        catalog, spec = self._plan.catalog, self._spec
        return ModelAccess(
            run="",
            seed=0,
            session=self._session,
            ledger=self._ledger,
            meter=self._meter,
            tracker=Tracker(self._ledger, run="", spec_of=catalog.spec),
            catalog=catalog,
            choice=ModelChoice(text=spec.name, kind="model", name=spec.name),
            today=datetime.now(UTC).date(),
            output_tokens=output_tokens(spec),
            screen=Screen(catalog.outgoing, credentials=self._session.credentials),
        )


def _alone(
    probe: Callable[[Bench], Awaitable[Finding]],
) -> Callable[[Bench], Awaitable[Sequence[Finding]]]:
    """A probe of one feature, as one of several."""

    async def several(bench: Bench) -> Sequence[Finding]:
        return (await probe(bench),)

    return several
