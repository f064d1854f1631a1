"""What a run would cost: played through by the stand-in in memory, at the chosen models' prices.

Prompts, routing, tools and turn-taking are the real ones; only the words are the stand-in's. A
model's replies may be longer, so the most it can cost is told too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import cycle

from simulator.conversation.human import HumanTurn
from simulator.conversation.run_context import Models
from simulator.conversation.tools import open_servers
from simulator.definitions.cast import Cast
from simulator.definitions.limits import Budget
from simulator.definitions.model_catalog import ModelCatalog, ModelChoice
from simulator.errors import UsageError
from simulator.llm.budget import Account, Day
from simulator.llm.keys import Environment
from simulator.llm.prompt import Prompt
from simulator.llm.session import Session
from simulator.llm.warmth import SentBefore
from simulator.record.events import RunEnded, SpeakerChosen
from simulator.record.journal import FAILED
from simulator.record.memory import MemoryRecord
from simulator.record.usage import Usage, cost_of
from simulator.runs.daily_budget import require_room
from simulator.runs.play import Performance, Staging, perform, require_prices

__all__ = [
    "ReadThrough",
    "Rehearsal",
    "RehearsedModel",
    "answered_here",
    "human_turns",
    "read_through",
    "rehearse",
    "require_start",
]

_USUAL_WORDS = "I have thought about it, and I see it differently. " * 3
"""What a person says in a rehearsal for whom nothing is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsedModel:
    """What one model would be asked."""

    model: str
    calls: int = 0
    usage: Usage = Usage()
    dollars: Decimal | None = Decimal(0)
    """At list price with replies as long as the stand-in's; None: the price is unknown."""
    most: Decimal | None = Decimal(0)
    """The same with every reply as long as the scenario allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """A run that was not made: its calls and what they would cost."""

    turns: int
    models: tuple[RehearsedModel, ...]
    output_tokens: int
    """The most tokens a reply may have."""
    human_turns: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Member whom a person plays -> its turns; no model is asked for them."""

    @property
    def dollars(self) -> Decimal | None:
        """All models together; None if a price is unknown."""
        known = [model.dollars for model in self.models]
        return None if None in known else sum((d or Decimal(0) for d in known), Decimal(0))

    @property
    def most(self) -> Decimal | None:
        """The most all models together can cost; None if a price is unknown."""
        known = [model.most for model in self.models]
        return None if None in known else sum((d or Decimal(0) for d in known), Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadThrough:
    """A talk that was played in memory: its record, and every prompt in full."""

    record: MemoryRecord
    prompts: Mapping[str, Prompt]
    """By the hash that its call bears."""


async def read_through(
    cast: Cast, catalog: ModelCatalog, choice: ModelChoice, *, seed: int = 0
) -> ReadThrough:
    """Play the cast through without sending or recording anything, and keep what was asked.

    Raises:
        UsageError: no model of the choice serves a tier, or the graph does not fit the cast.
        UserCodeFailed: a user's graph or tool cannot be loaded.
    """
    record, sent = MemoryRecord(), SentBefore(_sent=deque())
    async with Session(environ={}) as session:
        performance = Performance(
            staging=Staging.of(_without_budgets(cast)),
            models=Models(
                catalog=answered_here(catalog), choice=choice, session=session, sent=sent
            ),
            seed=seed,
            rehearsed=True,
            humans={member: _Reader(cast, member) for member in cast.humans},
        )
        await perform(performance, record)
    _require_end(record)
    return ReadThrough(record=record, prompts={one.prompt.hash: one.prompt for one in sent})


async def rehearse(
    cast: Cast, catalog: ModelCatalog, choice: ModelChoice, *, seed: int = 0
) -> Rehearsal:
    """What a run would ask, told model by model. Raises like `read_through`."""
    record = (await read_through(cast, catalog, choice, seed=seed)).record
    models = _by_model(record, catalog, cast.scenario.limits.output_tokens)
    turns = sum(event.kind in {"turn_taken", "turn_passed"} for event in record.events)
    return Rehearsal(
        turns=turns,
        models=models,
        output_tokens=cast.scenario.limits.output_tokens,
        human_turns=human_turns(cast, record),
    )


async def require_start(
    cast: Cast,
    catalog: ModelCatalog,
    choice: ModelChoice,
    *,
    study: Account | None = None,
    day: Day | None = None,
) -> None:
    """Refuse what a run would refuse before it is recorded, but for keys.

    Raises:
        UnknownPrice: there is a dollar limit and a model without a price.
        BudgetExhausted: a budget does not reach for the first question.
        UserCodeFailed: a user's graph or tool cannot be loaded.
    """
    staging = Staging.of(cast)
    async with Session(environ={}) as session, open_servers(cast, Environment.of(None)) as served:
        models = Models(catalog=catalog, choice=choice, session=session, study=study, day=day)
        require_prices(cast, models)
        require_room(cast=cast, models=models, toolbox=staging.toolbox(served))


class _Reader:
    """Stands for a person in a rehearsal: reads the lines that are written for the member."""

    def __init__(self, cast: Cast, member: str) -> None:
        written = [line.say for line in cast.scenario.lines if line.speaker == member]
        samples = [sample.say for sample in cast.member(member).persona.samples]
        self._words = cycle(written or samples or [_USUAL_WORDS])

    def __call__(self, turn: HumanTurn, /) -> str:
        return next(self._words)


def human_turns(cast: Cast, record: MemoryRecord) -> Mapping[str, tuple[int, ...]]:
    """Member whom a person plays -> its turns."""
    return {member: _turns_of(member, record) for member in cast.humans}


def _turns_of(member: str, record: MemoryRecord) -> tuple[int, ...]:
    """The turns that a member had."""
    chosen = (event for event in record.events if isinstance(event, SpeakerChosen))
    pairs = (pair for event in chosen for pair in zip(event.names, event.turns, strict=True))
    return tuple(turn for name, turn in pairs if name == member)


def _require_end(record: MemoryRecord) -> None:
    for event in record.events:
        if isinstance(event, RunEnded) and event.stop_reason in FAILED:
            raise UsageError(f"The scenario cannot be played through: {event.detail}")


def _without_budgets(cast: Cast) -> Cast:
    """Nothing is paid, so nothing is bounded: the question is what it would come to."""
    open_ended: dict[str, object] = {
        "dollars": None,
        "tokens": None,
        "seconds": None,
        "purposes": {},
    }
    limits = cast.scenario.limits.model_copy(update=open_ended)
    scenario = cast.scenario.model_copy(update={"limits": limits})
    members = tuple(replace(member, budget=Budget()) for member in cast.members)
    return replace(cast, scenario=scenario, members=members)


def answered_here(catalog: ModelCatalog) -> ModelCatalog:
    """The same models and prices, all answered by the stand-in in this process."""
    here = {"in_process": True, "stand_in": True, "key_variable": None}
    endpoints = {name: e.model_copy(update=here) for name, e in catalog.endpoints.items()}
    return catalog.model_copy(update={"endpoints": endpoints})


def _by_model(
    record: MemoryRecord, catalog: ModelCatalog, output_tokens: int
) -> tuple[RehearsedModel, ...]:
    found: dict[str, RehearsedModel] = {}
    for (call, number), outcome in record.outcomes.items():
        name, usage = record.attempts[call, number].model, outcome.usage or Usage()
        price = catalog.spec(name).price_for(usage.input)
        longest = replace(usage, output=max(usage.output, output_tokens))
        before = found.get(name, RehearsedModel(model=name))
        found[name] = RehearsedModel(
            model=name,
            calls=before.calls + 1,
            usage=before.usage + usage,
            dollars=_sum(before.dollars, cost_of(usage, price)),
            most=_sum(before.most, cost_of(longest, price)),
        )
    return tuple(found[name] for name in sorted(found))


def _sum(left: Decimal | None, right: Decimal | None) -> Decimal | None:
    return None if left is None or right is None else left + right
