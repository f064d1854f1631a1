"""A scenario, loaded and ready to play: `load("focus-group").run()`."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError

from simulator.conversation.human import Human
from simulator.conversation.run_context import Models
from simulator.conversation.speech import SpeechDelta
from simulator.conversation.steering import Steering, StopSwitch
from simulator.definitions.cast import Cast
from simulator.definitions.limits import Limits
from simulator.definitions.model_catalog import ModelCatalog, ModelChoice
from simulator.definitions.persona import Persona
from simulator.definitions.project import Project
from simulator.definitions.scenario import Scenario
from simulator.definitions.study import Study
from simulator.definitions.yaml.wanted import unfit
from simulator.errors import NotFound, UsageError
from simulator.llm.budget import Account
from simulator.llm.keys import Environment
from simulator.llm.session import Session
from simulator.record.events import Event
from simulator.record.past_calls import Past, past_of
from simulator.record.store import Store
from simulator.runs.daily_budget import day_of
from simulator.runs.observer import Observer
from simulator.runs.play import Performance, Staging
from simulator.runs.preview import Preview, preview
from simulator.runs.quote import Quote, Wanted, models_of, quote
from simulator.runs.run import Run
from simulator.runs.study import account_of, standing_of, standing_today
from simulator.runs.whole_run import performed, require_carried, seated
from simulator.sync import run_sync

__all__ = ["Simulation", "default_database", "load"]

_SEEDS = 2**31
"""Seeds that are drawn stay short enough to type."""
_LARGEST_SEED = 2**63


def default_database(environ: Mapping[str, str]) -> Path:
    """`SIMULATOR_DB`, or `runs.db` in the current folder."""
    return Path(environ.get("SIMULATOR_DB") or "runs.db")


def load(
    scenario: str | Path,
    *,
    inputs: Mapping[str, str] | None = None,
    model: str | None = None,
    turns: int | None = None,
    budget: Decimal | float | str | None = None,
    limits: Mapping[str, object] | None = None,
    database: str | Path | None = None,
    project: str | Path | None = None,
) -> Simulation:
    """A simulation of the scenario, by its id or its file.

    Args:
        scenario: an id in `scenarios/`, or a path to a YAML file.
        inputs: values for the scenario's inputs.
        model: what `--model` takes; None takes the project's default, which is the stand-in.
        turns: overrides the scenario's limit of turns.
        budget: overrides the scenario's limit of dollars.
        limits: overrides any of the scenario's limits: `{"output_tokens": 200}`.
        database: the SQLite file; None takes `SIMULATOR_DB` or `runs.db`.
        project: a folder; None takes the nearest project, else the starter.

    Raises:
        NotFound: there is no such scenario or model.
        InvalidFiles: YAML files have mistakes.
        UsageError: an input is missing or unknown.
    """
    found = _project(project)
    cast = found.cast(scenario, {name: str(value) for name, value in (inputs or {}).items()})
    catalog = found.catalog()
    given = {"turns": turns, "dollars": None if budget is None else str(budget), **(limits or {})}
    changes = {name: value for name, value in given.items() if value is not None}
    return Simulation(
        cast=_limited(cast, changes),
        catalog=catalog,
        choice=catalog.choose(model),
        database=Path(database) if database is not None else default_database(os.environ),
        environ=Environment.of_project(found),
    )


def _project(folder: str | Path | None) -> Project:
    if folder is None:
        return Project.find(Path.cwd())
    if not Path(folder).is_dir():
        raise NotFound("project folder", str(folder))
    return Project.find(Path(folder))


def _limited(cast: Cast, changes: Mapping[str, object]) -> Cast:
    for name in changes:
        if name not in Limits.model_fields:
            raise NotFound("limit", name, known=Limits.model_fields)
    try:
        limits = Limits.model_validate({**cast.scenario.limits.model_dump(), **changes})
    except ValidationError as error:
        name, written, why = unfit(error)
        raise UsageError(f"The limit {name!r} cannot be {written!r}: {why}.") from error
    return replace(cast, scenario=cast.scenario.model_copy(update={"limits": limits}))


def _seed(given: int | None) -> int:
    """The seed of a run. Raises UsageError where it is none."""
    if given is None:
        return secrets.randbelow(_SEEDS)
    if not 0 <= given < _LARGEST_SEED:
        raise UsageError(f"The seed {given} is out of range: take 0 to {_LARGEST_SEED - 1}.")
    return given


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """A cast with the models it will speak through; playing it makes a `Run`."""

    cast: Cast
    catalog: ModelCatalog
    choice: ModelChoice
    database: Path
    environ: Mapping[str, str] = field(default_factory=lambda: Environment.of(None), repr=False)
    """Keys and addresses of endpoints, from the process and the project's `.env`."""

    def __repr__(self) -> str:
        members = ", ".join(self.cast.ids)
        return f"Simulation({self.cast.scenario_id!r}, {members}; {self.choice.text})"

    @property
    def scenario(self) -> Scenario:
        """The scenario with its inputs filled in."""
        return self.cast.scenario

    @property
    def personas(self) -> dict[str, Persona]:
        """Member id -> persona, in the order of the round."""
        return {member.id: member.persona for member in self.cast.members}

    @cached_property
    def _staging(self) -> Staging:
        """Made at the first run."""
        return Staging.of(self.cast)

    def with_humans(self, names: Collection[str]) -> Simulation:
        """The same simulation with people playing these members as well.

        Raises NotFound where somebody is not in the cast.
        """
        return replace(self, cast=self.cast.with_humans(names)) if names else self

    def preview(self, member_id: str) -> Preview:
        """What a model would be asked if the first turn were this member's.

        Raises:
            NotFound: the cast has no such member.
        """
        if member_id not in self.cast.ids:
            raise NotFound("member", member_id, known=self.cast.ids)
        return preview(
            self.cast,
            member_id,
            catalog=self.catalog,
            choice=self.choice,
            today=datetime.now(UTC).date(),
            environ=self.environ,
        )

    def quote(
        self,
        *,
        runs: int = 1,
        models: Sequence[str] = (),
        seed: int | None = None,
        study: Study | None = None,
    ) -> Quote:
        """What so many runs would cost, and what they would on other models.

        Raises: see `aquote`.
        """
        return run_sync(self.aquote(runs=runs, models=models, seed=seed, study=study))

    async def aquote(
        self,
        *,
        runs: int = 1,
        models: Sequence[str] = (),
        seed: int | None = None,
        study: Study | None = None,
    ) -> Quote:
        """What so many runs would cost: asked of nobody, recorded nowhere.

        Args:
            runs: how many runs; their seeds differ.
            models: what else `--model` might be, to compare with.
            seed: where the quote's own chance comes from; None is 0.
            study: what the runs would be played for, to tell what is left of its budget, as is
                told of the day's where there is one.

        Raises:
            UsageError: no model serves a tier, or the graph does not fit the cast.
            UserCodeFailed: a user's graph or tool cannot be loaded.
            NotFound: there is no such model.
            UnknownPrice: there is a dollar limit and a model without a price.
            BudgetExhausted: a budget does not reach for the first questions, or for a whole run of
                a study of whole ones.
        """
        if runs < 1:
            raise UsageError(f"{runs} runs cannot be quoted: take 1 or more.")
        compared = tuple(map(self.catalog.choose, models))
        wanted = replace(
            self._wanted(compared, study=study), runs=runs, seed=_seed(0 if seed is None else seed)
        )
        quoted = await quote(self.cast, self.catalog, self.choice, wanted=wanted)
        if study is not None and study.whole and wanted.study is not None:
            await self._require_carried(wanted.study.account)
        return quoted

    def _wanted(self, compared: tuple[ModelChoice, ...], *, study: Study | None) -> Wanted:
        """What the database and the clock tell of a quote."""
        today = datetime.now(UTC).date()
        names = models_of(self.catalog, (self.choice, *compared), today=today)
        return Wanted(
            today=today,
            past=self._past(names),
            stand_in=self._are_played(names),
            compared=compared,
            study=None if study is None else standing_of(study, self.catalog, self.database),
            day=standing_today(self.catalog, self.database),
        )

    async def _require_carried(self, study: Account) -> None:
        """Refuse a whole run that the study does not carry. Raises RunNotCarried."""
        catalog, choice = self.catalog, self.choice
        async with Session(environ={}) as session:
            models = Models(catalog=catalog, choice=choice, session=session, study=study)
            await require_carried(self.cast, models, past=self._past)

    def _past(self, names: Collection[str]) -> Past:
        """What the database tells of these models; runs of a stand-in only of stand-ins."""
        if not self.database.is_file():
            return Past.nothing()
        with Store.open(self.database, create=False) as store:
            return past_of(store, names, stand_in=self._are_played(names))

    def _are_played(self, names: Collection[str]) -> bool:
        """Whether the stand-in answers for all these models."""
        endpoints = (self.catalog.spec(name).endpoint for name in names)
        return all(one.speaks_stand_in(self.environ) for one in endpoints)

    def run(
        self,
        *,
        seed: int | None = None,
        observer: Observer | None = None,
        humans: Mapping[str, Human] | None = None,
        steering: Steering | None = None,
        study: Study | None = None,
    ) -> Run:
        """Play it once; works in scripts, inside a running loop and in notebooks.

        Raises: see `arun`.
        """
        playing = self.arun(
            seed=seed, observer=observer, humans=humans, steering=steering, study=study
        )
        return run_sync(playing)

    async def arun(
        self,
        *,
        seed: int | None = None,
        observer: Observer | None = None,
        session: Session | None = None,
        study: Study | None = None,
        store: Store | None = None,
        stop: StopSwitch | None = None,
        humans: Mapping[str, Human] | None = None,
        steering: Steering | None = None,
    ) -> Run:
        """Play it once. A run that reaches a limit has ended, not failed: see `stop_reason`.

        Args:
            seed: every random choice comes from it; None draws one, which the run records.
            observer: told of events, words and waits as they come.
            session: shared HTTP clients; None opens one for this run.
            study: what it is played for, with others; they share its budget.
            store: an open database that runs of this thread share; None opens this simulation's.
            stop: ends the run after the turn under way, where its stop rule says `external`.
            humans: who plays members, by their ids; of any member, whatever its `player:` says.
            steering: pauses the run, says and edits something in it, stops it.

        Raises: see `perform`; and StoreFailed where the database cannot be used.
        """
        staging, steering = self._staged_for(humans or {}), steering or Steering()
        async with self._opened(store, session) as opened, self._placed(*opened, study) as models:
            performance = Performance(
                staging=staging,
                models=models,
                seed=_seed(seed),
                study=study,
                observer=observer or Observer(),
                stop=stop or steering.switch,
                steering=steering,
                humans=humans or {},
                environ=self.environ,
            )
            return Run(await performed(performance, opened[0]), opened[0].path)

    @asynccontextmanager
    async def _placed(
        self, store: Store, session: Session, study: Study | None
    ) -> AsyncGenerator[Models]:
        """The models with the budgets of study and day, and a place among the study's runs."""
        models = self._models(session, store, study=study)
        whole = study is not None and study.whole
        async with seated(self.cast, models, whole=whole, past=self._past) as seat:
            yield replace(models, seat=seat)

    @asynccontextmanager
    async def _opened(
        self, store: Store | None, session: Session | None
    ) -> AsyncGenerator[tuple[Store, Session]]:
        """What is given, else opened for as long as the block runs."""
        async with AsyncExitStack() as own:
            if store is None:
                store = own.enter_context(Store.open(self.database))
            if session is None:
                session = await own.enter_async_context(Session(environ=self.environ))
            yield store, session

    def _models(self, session: Session, store: Store, *, study: Study | None) -> Models:
        return Models(
            catalog=self.catalog,
            choice=self.choice,
            session=session,
            study=account_of(study, session, store, catalog=self.catalog),
            day=day_of(self.catalog, session, store),
        )

    def _staged_for(self, humans: Collection[str]) -> Staging:
        """The staging in which people play these members, too."""
        if set(humans) <= set(self.cast.humans):
            return self._staging
        return Staging.of(self.cast.with_humans(humans))

    async def events(
        self,
        *,
        seed: int | None = None,
        words: bool = False,
        humans: Mapping[str, Human] | None = None,
        steering: Steering | None = None,
        study: Study | None = None,
    ) -> AsyncGenerator[Event | SpeechDelta, None]:
        """Play it once and yield events as they become durable.

        With `words`, models are asked to stream and `SpeechDelta`s come in between. Leaving the
        loop early cancels the run; its record stays whole.
        """
        queue: asyncio.Queue[Event | SpeechDelta | None] = asyncio.Queue()
        observer = Observer(event=queue.put_nowait, words=queue.put_nowait, streams=words)
        playing = self.arun(
            seed=seed, observer=observer, humans=humans, steering=steering, study=study
        )
        task = asyncio.create_task(playing)
        task.add_done_callback(lambda _: queue.put_nowait(None))
        try:
            while (event := await queue.get()) is not None:
                yield event
            await task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
