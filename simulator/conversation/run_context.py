"""What the nodes of one run share and no state holds: journal, models, tools, listeners."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from simulator.conversation.fidelity import Guard, compile_guard
from simulator.conversation.prompts import Prompts
from simulator.conversation.state import State
from simulator.conversation.tools.toolbox import Toolbox
from simulator.definitions.cast import Cast
from simulator.definitions.limits import Budget
from simulator.definitions.model_catalog import ModelCatalog, ModelChoice
from simulator.llm.ask import Listener, ModelAccess
from simulator.llm.budget import Account
from simulator.llm.meter import RunMeter
from simulator.llm.session import Session
from simulator.llm.stand_in.cue import Cue
from simulator.llm.stand_in.script import Script
from simulator.llm.tracker import Tracker
from simulator.record.calls import Ledger, Purpose
from simulator.record.events import Event, Journal, RunStarted

__all__ = ["Models", "RunContext", "StopSwitch", "access_for", "cue_for", "stopwatch"]


def _silent(_speaker: str, _turn: int) -> Listener:
    return Listener()


class StopSwitch:
    """Ends runs from outside, where their stop rule says `external`."""

    def __init__(self) -> None:
        self.why = ""
        """Why it was thrown; empty: it was not."""

    def throw(self, why: str = "somebody asked for the end") -> None:
        """Ask for the end; the turn under way is finished first."""
        self.why = why


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
    stop: StopSwitch = field(default_factory=StopSwitch)
    """Whether somebody outside asked for the end."""
    opening: RunStarted | None = None
    """The run's first event, where nobody committed it before the graph was started."""

    @cached_property
    def prompts(self) -> Prompts:
        """What the members are asked."""
        return Prompts(cast=self.cast, tools=self.toolbox.specs)

    @cached_property
    def guards(self) -> Mapping[str, Guard]:
        """What the members' turns are checked against, by their ids."""
        return {one.id: compile_guard(one, self.cast) for one in self.cast.members}

    def commit(self, *events: Event) -> tuple[Event, ...]:
        """Make events durable, in order, and hand them on to be folded."""
        for event in events:
            self.journal.commit(event)
        return events


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """The models a run was given: which there are, which were chosen, how they are reached."""

    catalog: ModelCatalog
    choice: ModelChoice
    session: Session
    study: Account | None = None
    """A budget shared with other runs."""


def access_for(cast: Cast, models: Models, ledger: Ledger, *, run: str, seed: int) -> ModelAccess:
    """The way of one run to its models, with the budgets of study, run and members."""
    limits = cast.scenario.limits
    own = Account(scope="run", budget=Budget(dollars=limits.dollars, tokens=limits.tokens))
    accounts = (own,) if models.study is None else (models.study, own)
    members = {m.id: m.budget for m in cast.members if m.budget != Budget()}
    models.session.scripts.add(Script.of(cast))
    return ModelAccess(
        run=run,
        seed=seed,
        session=models.session,
        ledger=ledger,
        meter=RunMeter(ledger, accounts=accounts, members=members),
        tracker=Tracker(ledger, run=run, spec_of=models.catalog.spec),
        catalog=models.catalog,
        choice=models.choice,
        today=datetime.now(UTC).date(),
        output_tokens=limits.output_tokens,
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
    return Cue(
        scenario=cast.scenario_id,
        persona=persona,
        purpose=purpose,
        turn=turn,
        turns=cast.scenario.limits.turns,
        cast=len(cast.members),
        seed=state.seed,
        spoken=state.sources(heard=heard),
        last_speaker=last.speaker if last else "",
        last_act=(last.act or "") if last else "",
        inputs=dict(cast.inputs),
    )
