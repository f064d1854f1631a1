"""Playing: from a cast and a choice of models to a conversation in the record."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

from langchain_core.runnables import RunnableConfig
from pydantic import BaseModel

from simulator.conversation.context_window import narrowest
from simulator.conversation.graph import CompiledTalk, Conversation, recursion_limit
from simulator.conversation.run_context import Models, RunContext, StopSwitch, access_for, stopwatch
from simulator.conversation.state import State
from simulator.conversation.tools.toolbox import Toolbox
from simulator.conversation.tools.user_code import load_user_code
from simulator.definitions.cast import Cast
from simulator.definitions.model_catalog import TIERS, ModelSpec
from simulator.errors import SimulatorError, UnknownPrice, UserCodeFailed
from simulator.record.calls import Ledger
from simulator.record.events import Journal, RunEnded, RunPaused, RunStarted
from simulator.runs.observer import Observer, WatchedJournal, listener_for
from simulator.sync import undisturbed, why_stopped

__all__ = ["Performance", "RunRecord", "Staging", "conversation_of", "perform", "play"]


class RunRecord(Ledger, Protocol):
    """Where a run is kept: a store, or a record in memory."""

    def create_run(self, scenario: str) -> str:
        """Make a new run and say its id."""

    def journal(self, run: str) -> Journal:
        """The writer of the run's events."""


@dataclass(frozen=True, kw_only=True)
class Staging:
    """A cast with what all its runs share: the graph, and our tools with what they search."""

    cast: Cast
    graph: CompiledTalk
    _toolbox: Toolbox | None
    """None where the cast has tools of the user's, which may keep something of a run."""

    @classmethod
    def of(cls, cast: Cast) -> Staging:
        """The staging for a cast, its graph compiled.

        Raises:
            UserCodeFailed: a graph of the user's cannot be loaded.
            NotFound: the graph names a turn-taking policy that there is not.
        """
        named = {tool for member in cast.members for tool in member.persona.tools}
        ours = not any(":" in name for name in named)
        graph, toolbox = conversation_of(cast).compiled(cast), Toolbox.of(cast) if ours else None
        return cls(cast=cast, graph=graph, _toolbox=toolbox)

    def toolbox(self) -> Toolbox:
        """The tools for one run. Raises UserCodeFailed."""
        return self._toolbox or Toolbox.of(self.cast)


@dataclass(frozen=True, kw_only=True)
class Performance:
    """One playing of a cast."""

    staging: Staging
    models: Models
    seed: int
    observer: Observer = Observer()
    stop: StopSwitch = field(default_factory=StopSwitch)


async def perform(performance: Performance, record: RunRecord) -> str:
    """Play a cast from the beginning to its end and return the run's id.

    However often it is cancelled, all that was sent is booked and the run paused when it returns.

    Raises:
        KeyMissing: a model needs a key and there is none; nothing was recorded.
        UnknownPrice: there is a dollar limit and a model without a price; nothing was recorded.
        UserCodeFailed: a tool of the user's cannot be loaded; nothing was recorded.
    """
    staging, cast = performance.staging, performance.staging.cast
    toolbox = staging.toolbox()
    _check_models(performance)
    run = record.create_run(cast.scenario_id)
    performance.observer.run(run)
    journal = WatchedJournal(record.journal(run), performance.observer)
    started = _started(performance)
    journal.commit(started)
    context = RunContext(
        cast=cast,
        journal=journal,
        access=access_for(cast, performance.models, record, run=run, seed=performance.seed),
        toolbox=toolbox,
        stop=performance.stop,
        elapsed=stopwatch(),
        listener=partial(listener_for, performance.observer),
    )
    try:
        await _to_its_end(staging.graph, context, State.from_events([started]))
    except asyncio.CancelledError as error:
        if not journal.ended:
            journal.commit(RunPaused(turn=journal.turn, reason=why_stopped(error)))
        raise
    except Exception as error:
        known = isinstance(error, SimulatorError)
        detail = str(error) if known else f"{type(error).__name__}: {error}"
        journal.commit(RunEnded(turn=journal.turn, stop_reason="failed", detail=detail))
        raise
    return run


async def play(graph: CompiledTalk, context: RunContext, state: State) -> State:
    """Let the graph go on from a state to the end of the run, and return its last state."""
    steps = recursion_limit(context.cast.scenario.limits.turns)
    config: RunnableConfig = {"recursion_limit": steps}
    last = await graph.ainvoke({"state": state}, config, context=context)
    final: State = last["state"]
    return final


async def _to_its_end(graph: CompiledTalk, context: RunContext, state: State) -> None:
    """Play until the end, or until nothing is under way any more."""
    try:
        await undisturbed(play(graph, context, state))
    finally:
        context.access.tracker.close()


def conversation_of(cast: Cast) -> Conversation:
    """The conversation that the scenario's graph file binds.

    Raises:
        UserCodeFailed: the file cannot be loaded or binds no Conversation.
    """
    reference, folder = cast.graph, cast.graph_folder
    found = load_user_code(reference, folder=folder)
    if not isinstance(found, Conversation):
        kind = type(found).__name__
        raise UserCodeFailed(f"{reference!r} must be a simulator.Conversation, not a {kind}.")
    return found


def _check_models(performance: Performance) -> None:
    """Everything that would stop the first question stops the run before it is recorded."""
    models, cast = performance.models, performance.staging.cast
    budgets = [cast.scenario.limits, *(member.budget for member in cast.members)]
    if models.study is not None:
        budgets.append(models.study.budget)
    limited = any(budget.dollars is not None for budget in budgets)
    for spec in _specs(models):
        models.session.model(spec)
        if limited and spec.price is None:
            raise UnknownPrice(spec.name)


def _specs(models: Models) -> list[ModelSpec]:
    today = datetime.now(UTC).date()
    firsts = [models.catalog.candidates(models.choice, t, today=today)[0] for t in TIERS]
    return list({spec.name: spec for spec in firsts}.values())


def _started(performance: Performance) -> RunStarted:
    cast, models = performance.staging.cast, performance.models
    environ = models.session.environ
    return RunStarted(
        scenario=cast.scenario_id,
        title=cast.scenario.title,
        seed=performance.seed,
        graph=cast.scenario.graph,
        model=models.choice.text,
        stand_in=any(s.endpoint.speaks_stand_in(environ) for s in _specs(models)),
        inputs=dict(cast.inputs),
        members={member.id: member.name for member in cast.members},
        absent=tuple(sorted(cast.late)),
        context_tokens=narrowest(
            cast.scenario.limits,
            catalog=models.catalog,
            choice=models.choice,
            today=datetime.now(UTC).date(),
        ),
        definitions=_definitions(cast),
    )


def _definitions(cast: Cast) -> dict[str, Any]:
    personas = {member.persona_id: member.persona for member in cast.members}
    return {
        "scenario": _written(cast.scenario),
        "personas": {name: _written(persona) for name, persona in personas.items()},
    }


def _written(model: BaseModel) -> dict[str, Any]:
    return model.model_dump(mode="json", by_alias=True, exclude_defaults=True)
