"""What the nodes of one run share and no state holds: journal, models, tools, listeners."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Protocol

from langgraph.runtime import Runtime

from simulator.conversation.fidelity import Guard, compile_guard
from simulator.conversation.human import Human
from simulator.conversation.memory import Memories
from simulator.conversation.own_router import policy_of
from simulator.conversation.prompts import Prompts
from simulator.conversation.standing import Answers, Standing
from simulator.conversation.state import State, Talk
from simulator.conversation.steering import Idle, Steering, StopSwitch
from simulator.conversation.tools import Toolbox, ToolCount
from simulator.conversation.unled import Unled
from simulator.definitions.cast import Cast
from simulator.definitions.limits import Budget
from simulator.definitions.model_catalog import ModelCatalog, ModelChoice
from simulator.errors import UsageError
from simulator.llm.ask import Listener, ModelAccess
from simulator.llm.budget import Account, Day
from simulator.llm.meter import RunMeter
from simulator.llm.screen import Screen
from simulator.llm.session import Session
from simulator.llm.stand_in.cue import Cue
from simulator.llm.stand_in.script import Script
from simulator.llm.tracker import Tracker
from simulator.llm.under_way import Seat
from simulator.llm.warmth import SentBefore
from simulator.record.calls import Ledger, Purpose
from simulator.record.events import Event, Journal, RunStarted
from simulator.record.rows import CostRow

__all__ = [
    "Models",
    "Node",
    "RunContext",
    "access_for",
    "context_of",
    "cue_for",
    "meter_for",
    "own_account",
    "stopwatch",
]

_KEPT_FOR_LAST_WORD = Decimal("0.05")
"""The share of a run's budget that is kept for its last word, or less where a turn costs less."""


def _silent(_speaker: str, _turn: int) -> Listener:
    return Listener()


@dataclass(frozen=True, kw_only=True)
class RunContext:
    """Travels as LangGraph's runtime context, so one compiled graph serves many runs."""

    cast: Cast
    journal: Journal
    access: ModelAccess
    toolbox: Toolbox
    elapsed: Callable[[], float]
    """Seconds since the run began."""
    listener: Callable[[str, int], Listener] = _silent
    """Who listens while (speaker, turn) is on its way."""
    tool_count: ToolCount = field(default_factory=ToolCount)
    """How many tools were called."""
    stop: StopSwitch = field(default_factory=StopSwitch)
    """Whether somebody outside asked for the end."""
    steering: Steering = field(default_factory=Steering)
    """What somebody outside wants of the run."""
    humans: Mapping[str, Human] = field(default_factory=dict)
    """Who plays the members that people play, by the members' ids."""
    idle: Idle = field(default_factory=Idle)
    """How long the run has waited for people."""
    unled: Unled = field(default_factory=Unled)
    """How a graph without a floor goes on."""
    memories: Memories | None = None
    """What personas took along from earlier runs; None: nothing is recalled."""
    opening: RunStarted | None = None
    """The run's first event, where nobody committed it before the graph was started."""

    @property
    def seconds(self) -> float:
        """Seconds since the run began, but for those in which it waited for people."""
        return self.elapsed() - self.idle.seconds

    @cached_property
    def prompts(self) -> Prompts:
        """What the members are asked."""
        return Prompts(cast=self.cast, tools=self.toolbox.specs)

    @cached_property
    def guards(self) -> Mapping[str, Guard]:
        """What the members' turns are checked against, by their ids."""
        return {one.id: compile_guard(one, self.cast) for one in self.cast.members}

    def opened(self, state: State) -> tuple[Event, ...]:
        """The run's first event, committed, where it is not on record yet."""
        return () if state.members or self.opening is None else self.commit(self.opening)

    def standing(self, state: State, *, seconds: float, answers: Answers) -> Standing:
        """Where the talk stands after so many seconds, by what the run has spent up to now."""
        spent = self.access.meter.spent
        return Standing(
            state=state,
            cast=self.cast,
            seconds=seconds,
            tokens=spent.tokens,
            dollars=spent.dollars,
            asked_to_stop=self.stop.why,
            answers=answers,
        )

    def commit(self, *events: Event) -> tuple[Event, ...]:
        """Make events durable, in order, and hand them on to be folded."""
        for event in events:
            self.steering.note(event)
            self.journal.commit(event)
        return events


class Node(Protocol):
    """What LangGraph calls."""

    async def __call__(self, state: Talk, runtime: Runtime[RunContext]) -> dict[str, Any]:
        """The update of the graph's one channel: the events that happened."""


def context_of(runtime: Runtime[RunContext]) -> RunContext:
    """The run's context.

    Raises:
        UsageError: LangGraph was given none.
    """
    given: RunContext | None = runtime.context
    if given is None:
        raise UsageError("The graph needs context=RunContext(...); simulator.load(...) makes one.")
    return given


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """The models a run was given: which there are, which were chosen, how they are reached."""

    catalog: ModelCatalog
    choice: ModelChoice
    session: Session
    study: Account | None = None
    """The budget of the study, shared with its other runs."""
    day: Day | None = None
    """The project's budget of each day."""
    seat: Seat | None = None
    """The run's place among those of its study."""
    sent: SentBefore | None = None
    """Where prompts are remembered, for whoever looks at all of them; None: each run has its own
    memory, of the last ones."""


def access_for(
    cast: Cast,
    models: Models,
    ledger: Ledger,
    *,
    run: str,
    seed: int,
    before: Iterable[CostRow] = (),
) -> ModelAccess:
    """The way of one run to its models, with the budgets of study, day, run, members, purposes.

    `before` is what the run has cost until now, by persona and purpose, where it is taken up
    again: `store.cost(["persona", "purpose"], run=run)`.

    Raises UserCodeFailed where the user's own routing policy cannot be loaded.
    """
    meter = meter_for(cast, ledger, study=models.study, day=models.day)
    meter.seat = models.seat
    meter.count_in(before)
    models.session.scripts.add(Script.of(cast))
    return ModelAccess(
        run=run,
        seed=seed,
        session=models.session,
        ledger=ledger,
        meter=meter,
        tracker=Tracker(ledger, run=run, spec_of=models.catalog.spec),
        catalog=models.catalog,
        choice=models.choice,
        screen=Screen(models.catalog.outgoing, credentials=models.session.credentials),
        today=datetime.now(UTC).date(),
        output_tokens=cast.scenario.limits.output_tokens,
        sent=models.sent or SentBefore(),
        own_policy=policy_of(models.catalog.routing, folder=cast.folder),
    )


def meter_for(
    cast: Cast, ledger: Ledger, *, study: Account | None = None, day: Day | None = None
) -> RunMeter:
    """The meter of one run, with the budgets of its cast and those it shares with others."""
    return RunMeter(
        ledger,
        accounts=_accounts(cast, study),
        members={m.id: m.budget for m in cast.members if m.budget != Budget()},
        purposes=cast.scenario.limits.purposes,
        day=day,
    )


def _accounts(cast: Cast, study: Account | None) -> tuple[Account, ...]:
    own = own_account(cast)
    return (own,) if study is None else (study, own)


def own_account(cast: Cast) -> Account:
    """What a run of the cast may spend itself, before it has spent anything."""
    limits = cast.scenario.limits
    return Account(
        scope="run",
        budget=Budget(dollars=limits.dollars, tokens=limits.tokens),
        closing_share=_KEPT_FOR_LAST_WORD if cast.scenario.last_word else Decimal(0),
    )


def stopwatch() -> Callable[[], float]:
    """Seconds since now, whenever it is called."""
    began = time.monotonic()
    return lambda: time.monotonic() - began


def cue_for(
    cast: Cast,
    state: State,
    *,
    persona: str,
    purpose: Purpose,
    turn: int,
    heard: int | None = None,
) -> Cue:
    """The machine-readable line for a stand-in; it holds nobody's words, goals or secrets.

    It tells nothing after turn `heard`, as if simultaneous turns had not been taken yet; None
    means up to now.
    """
    until = state.turn if heard is None else heard
    spoken = (said for said in reversed(state.utterances) if said.turn <= until)
    last = next((said for said in spoken if said.act is not None), None)
    pending = state.pending_of(persona)
    away = state.absent if pending is None else pending.missed
    return Cue(
        scenario=cast.scenario_id,
        persona=persona,
        purpose=purpose,
        turn=turn,
        turns=turn if state.closing is not None else cast.scenario.limits.turns,
        cast=len(cast.members),
        seed=state.seed,
        spoken=state.sources(heard=heard),
        last_speaker=last.speaker if last else "",
        last_act=(last.act or "") if last else "",
        away=tuple(one for one in cast.ids if one in away) if cast.scenario.whispers else (),
        inputs=dict(cast.inputs),
    )
