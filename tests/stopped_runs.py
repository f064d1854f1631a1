"""What must be true of a run that was stopped at any moment, and how it goes on from there."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from simulator import Simulation, load
from simulator.conversation.run_context import Models, RunContext, access_for
from simulator.conversation.state import State
from simulator.conversation.tools import Toolbox
from simulator.definitions.project import Project
from simulator.llm.session import Session
from simulator.record.events import Event, RunEnded, RunPaused, RunStarted, TurnTaken
from simulator.record.store import Store
from simulator.record.usage import to_nano
from simulator.runs.graph_file import compiled_graph
from simulator.runs.play import play
from simulator.testing import Faults, LoopbackServer, Scripts
from tests.llm_samples import AT_ONCE

SCENARIO, MODEL, TURNS, SEED = "focus-group", "openai/gpt-4.1-mini", 6, 7
"""A talk in which tools are used."""
PROJECT = Project.find(Path(__file__).parent)
TROUBLES = (
    "",
    "delay:0.02=0.5",
    "drip:0.002=0.5",
    "429:0.02=0.4,hang=0.05",
    "429:0.01=0.2,delay:0.03=0.2,drip:0.003=0.2,lost=0.1,hang-paid=0.05,cut-body=0.1",
)
"""What goes wrong at the server meanwhile."""


def talk(database: Path, server: LoopbackServer) -> Simulation:
    """The scenario, to be played by that server's models."""
    environ = {"OPENAI_API_KEY": "sk-any", "OPENAI_BASE_URL": server.url}
    simulation = load(SCENARIO, model=MODEL, turns=TURNS, database=database)
    return Simulation(
        cast=simulation.cast,
        catalog=simulation.catalog,
        choice=simulation.choice,
        database=database,
        environ=environ,
    )


def serving(faults: str = "", *, seed: int = 0, latency: float = 0.0) -> LoopbackServer:
    """A server of the project's lines where such things go wrong."""
    wrong = Faults.of(faults, seed=seed)
    return LoopbackServer(Scripts.of(PROJECT), PROJECT.catalog(), faults=wrong, latency=latency)


def said(events: list[Event]) -> list[tuple[int, str, str]]:
    """Turn, speaker and words of what was said."""
    turns = (event for event in events if isinstance(event, TurnTaken))
    return sorted((one.turn, one.speaker, one.text) for one in turns)


def billed(server: LoopbackServer) -> dict[str, int]:
    """Nano-dollars by request, once the server is done with all it was asked."""
    latest = time.monotonic() + 10
    while any(entry["ended"] is None for entry in server.stats()["log"]):
        assert time.monotonic() < latest, "the server still answers somebody"
        time.sleep(0.002)
    return {one["request_id"]: one["billed_nano"] for one in server.stats()["requests"]}


@dataclass(frozen=True, slots=True)
class Stopped:
    """A run that was stopped, in its database."""

    id: str
    events: list[Event]
    answered: frozenset[str]
    """Calls whose answer is kept."""
    attempts: frozenset[tuple[str, int]]

    @property
    def why(self) -> str:
        """Why it paused; empty if it was over."""
        last = self.events[-1]
        return last.reason if isinstance(last, RunPaused) else ""


def read_stopped(database: Path) -> Stopped | None:
    """The newest run; None where nothing was begun."""
    if not database.exists():
        return None
    with Store.open(database) as store:
        if not store.runs():
            return None
        run = store.runs(limit=1)[0].id
        return Stopped(
            run,
            store.events(run),
            frozenset(row.call.id for row in store.calls(run) if row.answered),
            frozenset((row.call.id, row.attempt.number) for row in store.attempts(run)),
        )


def assert_whole(database: Path, bills: dict[str, int]) -> Stopped | None:
    """No attempt is reserved, what is settled was billed so, and no bill is without a row."""
    stopped = read_stopped(database)
    if stopped is None:
        assert not bills
        return None
    with Store.open(database) as store:
        rows = store.attempts(stopped.id)
        calls = store.calls(stopped.id)
    settled = {
        row.outcome.request_id: to_nano(row.outcome.cost or Decimal(0))
        for row in rows
        if row.outcome.state == "settled"
    }
    unknown = [row for row in rows if row.outcome.state == "unknown"]
    at_most = sum(to_nano(row.attempt.reserved or Decimal(0)) for row in unknown)
    rest = {request: nano for request, nano in bills.items() if request not in settled and nano}
    assert {row.outcome.state for row in rows} <= {"settled", "released", "unknown"}
    assert "open" not in {call.state for call in calls}
    assert settled == {request: bills.get(request) for request in settled}
    assert len(rest) <= len(unknown)
    assert sum(rest.values()) <= at_most
    assert isinstance(stopped.events[0], RunStarted)
    assert isinstance(stopped.events[-1], RunPaused | RunEnded)
    endings = [one for one in stopped.events if isinstance(one, RunPaused | RunEnded)]
    assert len(endings) == 1
    return stopped


async def goes_on(simulation: Simulation, stopped: Stopped) -> list[Event]:
    """Play the rest from the record; nothing that is answered there is asked again."""
    state = State.from_events(stopped.events)
    cast, database = simulation.cast, simulation.database
    async with Session(environ=simulation.environ, retry=AT_ONCE) as session:
        models = Models(catalog=simulation.catalog, choice=simulation.choice, session=session)
        with Store.open(database) as store:
            context = RunContext(
                cast=cast,
                journal=store.journal(stopped.id),
                access=access_for(cast, models, store, run=stopped.id, seed=SEED),
                toolbox=Toolbox.of(cast),
                elapsed=lambda: 0.0,
            )
            await play(compiled_graph(cast), context, state)
            events, attempts = store.events(stopped.id), store.attempts(stopped.id)
    now = {(row.call.id, row.attempt.number) for row in attempts} - stopped.attempts
    assert not {call for call, _ in now} & stopped.answered
    assert isinstance(events[-1], RunEnded)
    return events


async def stopped_and_gone_on(database: Path, bills: dict[str, int]) -> tuple[Any, Any]:
    """The run as it was stopped, and what was said when it had gone on to its end."""
    stopped = await asyncio.to_thread(assert_whole, database, bills)
    if stopped is None:
        return None, None
    with serving() as rested:
        events = stopped.events
        if stopped.why:
            events = await goes_on(talk(database, rested), stopped)
    return stopped, said(events)
