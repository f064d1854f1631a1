"""Playing: from a cast and a choice of models to a conversation in the record."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

from langchain_core.runnables import RunnableConfig
from langchain_core.tools import BaseTool
from langgraph.errors import GraphRecursionError
from langgraph.graph import START
from pydantic import BaseModel

from simulator.conversation.context_window import narrowest
from simulator.conversation.graph import FLOOR, CompiledTalk, recursion_limit
from simulator.conversation.human import Human, HumanGone
from simulator.conversation.memory import Memories
from simulator.conversation.own_router import policy_of
from simulator.conversation.run_context import Models, RunContext, access_for, stopwatch
from simulator.conversation.state import State
from simulator.conversation.steering import Steering, StopSwitch
from simulator.conversation.stop_conditions import StopReason
from simulator.conversation.tools import Toolbox, knowledge_of, open_servers
from simulator.conversation.tools.user_code import raised
from simulator.conversation.unled import Unled
from simulator.definitions.cast import Cast
from simulator.definitions.limits import Budget
from simulator.definitions.model_catalog import TIERS, ModelSpec
from simulator.definitions.study import Study
from simulator.errors import SimulatorError, UnknownPrice, UsageError, UserCodeFailed
from simulator.llm.ask import ModelAccess
from simulator.llm.keys import Environment
from simulator.llm.screen import Screen
from simulator.record.calls import Ledger
from simulator.record.events import Journal, RunEnded, RunPaused, RunStarted
from simulator.record.knowledge import Knowledge
from simulator.runs.daily_budget import require_room
from simulator.runs.graph_file import compiled_graph, is_led
from simulator.runs.observer import Observer, WatchedJournal, listener_for
from simulator.sync import undisturbed, why_stopped

__all__ = ["Performance", "RunRecord", "Staging", "perform", "play", "require_prices"]


_STEPS_OF_OWN = 20
"""Times as many steps a graph with nodes of the user's own may take."""


class RunRecord(Ledger, Protocol):
    """Where a run is kept: a store, or a record in memory."""

    def create_run(self, scenario: str) -> str:
        """Make a new run and say its id."""

    def journal(self, run: str) -> Journal:
        """The writer of the run's events."""

    def recall(self, run: str) -> Memories:
        """What comes to mind in the run from earlier ones."""


@dataclass(frozen=True, kw_only=True)
class Staging:
    """A cast with what all its runs share: the graph, our tools, and what they search."""

    cast: Cast
    graph: CompiledTalk
    knowledge: Mapping[str, Knowledge]
    """What members can search, by their ids."""
    _ours: Toolbox | None
    """None where the cast has tools of the user's or a server's, which may keep something."""

    @classmethod
    def of(cls, cast: Cast) -> Staging:
        """The staging for a cast, its graph compiled.

        Raises:
            UserCodeFailed: a graph of the user's cannot be loaded.
            UsageError: a graph without a floor cannot do what the scenario wants.
            NotFound: the graph names a turn-taking policy that there is not.
            InvalidFiles: what a member knows cannot be read.
        """
        known = {member.id: knowledge_of(member) for member in cast.members if member.knowledge}
        foreign = any(":" in use.use or use.server for one in cast.members for use in one.tools)
        ours = None if foreign else Toolbox.of(cast, knowledge=known)
        return cls(cast=cast, graph=compiled_graph(cast), knowledge=known, _ours=ours)

    def toolbox(self, served: Mapping[str, BaseTool]) -> Toolbox:
        """The tools for one run. Raises UserCodeFailed."""
        return self._ours or Toolbox.of(self.cast, served=served, knowledge=self.knowledge)


@dataclass(frozen=True, kw_only=True)
class Performance:
    """One playing of a cast."""

    staging: Staging
    models: Models
    seed: int
    study: Study | None = None
    """What it is played for, with other runs; its budget is with the models."""
    observer: Observer = Observer()
    stop: StopSwitch = field(default_factory=StopSwitch)
    steering: Steering = field(default_factory=Steering)
    humans: Mapping[str, Human] = field(default_factory=dict)
    """Who plays the members that people play, by the members' ids."""
    environ: Mapping[str, str] = field(default_factory=lambda: Environment.of(None), repr=False)
    """What tool servers get their keys from."""
    rehearsed: bool = False
    """Whether tools that change something outside only say that they would."""


async def perform(performance: Performance, record: RunRecord) -> str:
    """Play a cast from the beginning to its end and return the run's id.

    However often it is cancelled, all that was sent is booked and the run paused when it returns.

    Raises:
        UsageError: a member is to be played by a human, and there is none, an order to the
            steering does not fit the cast, or the study's name is none that may be recorded;
            nothing was recorded.
        KeyMissing: a model needs a key and there is none; nothing was recorded.
        UnknownPrice: there is a dollar limit and a model without a price; nothing was recorded.
        BudgetExhausted: what is left of the study's or the day's budget does not reach for a single
            question; nothing was recorded.
        UserCodeFailed: a tool or the routing policy of the user's cannot be loaded, or a tool
            server does not start; nothing was recorded.
    """
    staging = performance.staging
    performance.steering.follow(staging.cast)
    _check_humans(performance)
    _check_study(performance)
    _check_models(performance)
    policy_of(performance.models.catalog.routing, folder=staging.cast.folder)
    variables = performance.models.session.keys.completing(performance.environ)
    async with open_servers(staging.cast, variables) as served:
        toolbox = staging.toolbox(served)
        toolbox = toolbox.rehearsing() if performance.rehearsed else toolbox
        require_room(cast=staging.cast, models=performance.models, toolbox=toolbox)
        return await _performed(performance, record, toolbox=toolbox)


async def _performed(performance: Performance, record: RunRecord, *, toolbox: Toolbox) -> str:
    staging, cast = performance.staging, performance.staging.cast
    run = record.create_run(cast.scenario_id)
    performance.observer.run(run)
    access = access_for(cast, performance.models, record, run=run, seed=performance.seed)
    journal = WatchedJournal(
        record.journal(run), performance.observer, access.screen, access.meter.news
    )
    started = _started(performance)
    journal.commit(started)
    memories = record.recall(run)
    context = _context(performance, journal, access=access, toolbox=toolbox, memories=memories)
    try:
        await _to_its_end(staging.graph, context, State.from_events([started]))
        if not journal.ended:
            journal.commit(_unled_end(context.unled, turn=journal.turn))
    except asyncio.CancelledError as error:
        if not journal.ended:
            journal.commit(RunPaused(turn=journal.turn, reason=why_stopped(error)))
        raise
    except HumanGone:
        journal.commit(RunPaused(turn=journal.turn, reason="human_left"))
    except Exception as error:
        if not journal.ended:
            known = isinstance(error, SimulatorError)
            detail = str(error) if known else f"{type(error).__name__}: {error}"
            journal.commit(RunEnded(turn=journal.turn, stop_reason="failed", detail=detail))
        raise
    return run


def _context(
    performance: Performance,
    journal: Journal,
    *,
    access: ModelAccess,
    toolbox: Toolbox,
    memories: Memories,
) -> RunContext:
    return RunContext(
        cast=performance.staging.cast,
        journal=journal,
        access=access,
        toolbox=toolbox,
        memories=memories,
        stop=performance.stop,
        steering=performance.steering,
        humans=performance.humans,
        elapsed=stopwatch(),
        listener=partial(listener_for, performance.observer),
    )


async def play(graph: CompiledTalk, context: RunContext, state: State) -> None:
    """Let the graph go on from a state to the end of the run.

    Raises:
        UserCodeFailed: a graph of the user's own goes on for ever, or a node of it raises.
    """
    steps = recursion_limit(context.cast.scenario.limits.turns)
    own_nodes = set(graph.nodes) != {START, FLOOR, *context.cast.ids}
    if own_nodes:
        steps *= _STEPS_OF_OWN
    config: RunnableConfig = {"recursion_limit": steps}
    try:
        async for _ in graph.astream({"state": state}, config, context=context, stream_mode=[]):
            pass
    except GraphRecursionError as error:
        if context.unled.over is None:
            message = f"The graph took {steps} steps and came to no end."
            raise UserCodeFailed(message) from error
    except (SimulatorError, HumanGone):
        raise
    except Exception as error:
        told = raised(error, folder=context.cast.folder)
        if not own_nodes or told == f"{type(error).__name__}: {error}":
            raise
        raise UserCodeFailed(f"The graph raised {told}") from error


def _unled_end(unled: Unled, *, turn: int) -> RunEnded:
    """How a run is over whose graph has no floor to say so."""
    over = unled.over or StopReason("graph", "the graph came to its end")
    return RunEnded(turn=turn, stop_reason=over.word, detail=over.detail)


async def _to_its_end(graph: CompiledTalk, context: RunContext, state: State) -> None:
    """Play until the end, or until nothing is under way any more."""
    try:
        await undisturbed(play(graph, context, state))
    finally:
        context.access.tracker.close()


def _check_humans(performance: Performance) -> None:
    """A run that needs a human and has none fails before it is recorded."""
    cast = performance.staging.cast
    missing = [one for one in cast.humans if one not in performance.humans]
    if missing:
        names = " and ".join(repr(name) for name in missing)
        raise UsageError(
            f"A human plays {names} in scenario {cast.scenario_id!r}, and there is none: sit down "
            f"at a terminal with `simulator run` (without --json), give run(humans={{{missing[0]!r}"
            ": ...}) in Python, or let a model play: `player: model`, without --play."
        )


def _check_study(performance: Performance) -> None:
    """A study whose name would be taken out of the record would have no budget."""
    study, session = performance.study, performance.models.session
    screen = Screen(performance.models.catalog.outgoing, credentials=session.credentials)
    if study is not None and screen.kept(study.name) != study.name:
        raise UsageError(
            "The study cannot be called that: its name has the form of a key, or of what "
            "`outgoing.patterns` in models.yaml takes out; choose another name."
        )


def _check_models(performance: Performance) -> None:
    """Everything that would stop the first question stops the run before it is recorded."""
    for spec in _specs(performance.models):
        performance.models.session.model(spec)
    require_prices(performance.staging.cast, performance.models)


def require_prices(cast: Cast, models: Models) -> None:
    """Refuse a limit of dollars that cannot be kept. Raises UnknownPrice."""
    limited = [
        (scope, budget.dollars)
        for scope, budget in _budgets(cast, models)
        if budget.dollars is not None
    ]
    for spec in _specs(models) if limited else ():
        if spec.price is None:
            scope, limit = limited[0]
            raise UnknownPrice(spec.name, scope=scope, limit=limit)


def _budgets(cast: Cast, models: Models) -> Iterator[tuple[str, Budget]]:
    limits = cast.scenario.limits
    yield "run", Budget(dollars=limits.dollars)
    yield from ((f"purpose:{purpose}", budget) for purpose, budget in limits.purposes.items())
    yield from ((member.name, member.budget) for member in cast.members)
    if models.study is not None:
        yield "study", models.study.budget
    if models.day is not None:
        yield "day", models.day.budget


def _specs(models: Models) -> list[ModelSpec]:
    today = datetime.now(UTC).date()
    firsts = [models.catalog.candidates(models.choice, t, today=today)[0] for t in TIERS]
    return list({spec.name: spec for spec in firsts}.values())


def _candidates(models: Models) -> list[ModelSpec]:
    """Every model that may answer, those that others are replaced by included."""
    catalog, today = models.catalog, datetime.now(UTC).date()
    return [one for t in TIERS for one in catalog.candidates(models.choice, t, today=today)]


def _started(performance: Performance) -> RunStarted:
    cast, models = performance.staging.cast, performance.models
    environ = models.session.environ
    return RunStarted(
        scenario=cast.scenario_id,
        title=cast.scenario.title,
        seed=performance.seed,
        graph=cast.scenario.graph,
        resumable=is_led(performance.staging.graph),
        model=models.choice.text,
        stand_in=any(one.endpoint.speaks_stand_in(environ) for one in _specs(models)),
        mixed=len({one.endpoint.speaks_stand_in(environ) for one in _candidates(models)}) > 1,
        inputs=dict(cast.inputs),
        members={member.id: member.name for member in cast.members},
        absent=tuple(sorted(cast.late)),
        humans=cast.humans,
        study="" if performance.study is None else performance.study.name,
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
