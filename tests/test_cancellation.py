"""Cancelling a run at any moment, once or again and again: all is booked and it can go on."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from simulator import Observer, Run, Study
from simulator.llm.budget import Account
from simulator.llm.event_stream import event_chunks
from simulator.llm.session import Session
from simulator.llm.tracker import Tracker
from simulator.llm.transports.retrying import RetryPolicy
from simulator.record.events import RunPaused
from simulator.record.store import Store
from simulator.testing import MemoryRecord, ScriptedStream, ScriptedTransport, completion
from tests.small_project import MODEL as SMALL
from tests.small_project import TEA, loader, small_project
from tests.stopped_runs import (
    SEED,
    TROUBLES,
    billed,
    said,
    serving,
    stopped_and_gone_on,
    talk,
)

SOON = RetryPolicy(attempts=None, pause=lambda *_: 0.02)
"""Again after a pause that is long enough to be cancelled in."""


@dataclass(slots=True)
class Moment:
    """Comes when the run's observer has been told so many things; 0 comes before the first."""

    after: int
    told: int = 0
    come: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, *_: Any) -> None:
        """Count one more thing."""
        self.told += 1
        if self.told >= self.after:
            self.come.set()

    def observer(self, *, streams: bool) -> Observer:
        """Counts everything there is to be told."""
        tell = self.tell
        return Observer(
            run=tell, event=tell, words=tell, asking=tell, waiting=tell, streams=streams
        )


async def cancel_at(
    moment: Moment, task: asyncio.Task[Any], *, steps: int, again: list[int]
) -> None:
    """Cancel so many steps of the loop after the moment, and again after so many more.

    A server that is silent lets no moment come; then it is cancelled in the silence.
    """
    coming = asyncio.ensure_future(moment.come.wait())
    if moment.after:
        await asyncio.wait([coming, task], timeout=0.5, return_when=asyncio.FIRST_COMPLETED)
    coming.cancel()
    for pause in (steps, *again):
        for _ in range(pause):
            await asyncio.sleep(0)
        task.cancel()
    await asyncio.wait([task])


@pytest.mark.slow
def test_a_run_that_is_cancelled_is_whole(
    tmp_path: Path, counts: Callable[[int, int], int]
) -> None:
    """At random moments, a third of them cancelled three times, plain and streamed."""
    with serving() as server:
        run = talk(tmp_path / "whole.db", server).run(seed=SEED)
        whole = said(list(run.events))
    for number in range(counts(5, 100)):
        source = random.Random(f"cancel {number}")  # noqa: S311 - moments, no secrets
        database = tmp_path / f"{number}.db"

        stopped, told = asyncio.run(cancelled(database, source))

        assert stopped is None or stopped.why in {"", "interrupted"}, number
        assert told is None or told == whole, number


async def cancelled(database: Path, source: random.Random) -> tuple[Any, Any]:
    """Play, cancel, look and go on."""
    streams = source.random() < 0.5
    moment = Moment(source.randrange(150 if streams else 45))
    again = [source.randrange(30), source.randrange(30)] if source.random() < 0.4 else []
    with serving(source.choice(TROUBLES), seed=source.randrange(99)) as server:
        simulation, observer = talk(database, server), moment.observer(streams=streams)
        async with Session(environ=simulation.environ, retry=SOON) as session:
            playing = simulation.arun(seed=SEED, observer=observer, session=session)
            task = asyncio.create_task(playing)
            await cancel_at(moment, task, steps=source.randrange(40), again=again)
        bills = await asyncio.to_thread(billed, server)
    return await stopped_and_gone_on(database, bills)


ALL_AT_ONCE = """
from simulator import Conversation, NextSpeakers

def all_at_once(state, *_):
    return NextSpeakers(state.present, "a round")

conversation = Conversation(turn_taking=all_at_once)
"""
SLOW_TOOL = """
import asyncio
from pathlib import Path

async def brew() -> str:
    '''Make tea.'''
    Path(__file__).with_name("brewing").touch()
    await asyncio.sleep(60)
    return "tea"
"""


class Clinging(httpx2.AsyncBaseTransport):
    """A network that never answers, and takes its time to let go."""

    def __init__(self) -> None:
        self.arrived = 0

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Wait until cancelled, and then a little longer."""
        self.arrived += 1
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.02)
        raise AssertionError


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with a slow tool, and a scenario in which two speak at the same time."""
    folder = small_project(tmp_path)
    (folder / "my_graph.py").write_text(ALL_AT_ONCE)
    (folder / "my_tools.py").write_text(SLOW_TOOL)
    rosa = folder / "personas" / "rosa.yaml"
    rosa.write_text(f"{rosa.read_text()}tools: ['my_tools.py:brew']\n")
    written = TEA.replace("GRAPH", "my_graph.py:conversation")
    (folder / "scenarios" / "both.yaml").write_text(written)
    return folder


@dataclass(slots=True)
class Play:
    """One run of the project over a network of the test's own."""

    project: Path
    network: httpx2.AsyncBaseTransport
    scenario: str = "tea"
    streams: bool = False
    study: Study | None = None
    accounts: list[Account] = field(default_factory=list)
    """The study's account, once the run has begun."""
    waits: list[str] = field(default_factory=list)

    async def begin(self) -> asyncio.Task[Run]:
        """Start it."""
        simulation = loader(self.project)(self.scenario, model=SMALL)
        observer = Observer(waiting=lambda *what: self.waits.append(what[2]), streams=self.streams)

        async def play() -> Run:
            async with Session(environ={"OPENAI_API_KEY": "sk-any"}, network=self.network) as own:
                try:
                    return await simulation.arun(
                        seed=3, observer=observer, session=own, study=self.study
                    )
                finally:
                    self.accounts += own.studies.values()

        return asyncio.create_task(play())


async def until(condition: Callable[[], bool]) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.002)


async def cancel_thrice(task: asyncio.Task[Any]) -> None:
    """Cancel, and again before it has cleaned up; wait until it is over."""
    for _ in range(3):
        task.cancel()
        await asyncio.sleep(0.002)
    await asyncio.wait([task])
    assert task.cancelled()


def booked(project: Path) -> tuple[list[str], list[str]]:
    """How attempts and calls of the last run stand, which is paused."""
    with Store.open(project / "runs.db") as store:
        run = store.find_run("@last")
        last = store.events(run)[-1]
        attempts: list[str] = [row.outcome.state for row in store.attempts(run)]
        calls: list[str] = [row.state for row in store.calls(run)]
        assert (store.run(run).status, store.run(run).stop_reason) == ("paused", "paused")
    assert isinstance(last, RunPaused)
    assert last.reason == "interrupted"
    return attempts, calls


async def test_before_it_begins_there_is_nothing(project: Path) -> None:
    """Nothing is asked, nothing recorded."""
    task = await Play(project, Clinging()).begin()

    await cancel_thrice(task)

    assert not (project / "runs.db").exists()


async def test_while_several_are_asked(project: Path) -> None:
    """Both are booked, also where letting go of them takes longer than the patience of others."""
    network = Clinging()
    task = await Play(project, network, scenario="both").begin()

    await until(lambda: network.arrived == 2)
    await cancel_thrice(task)

    assert booked(project) == (["unknown"] * 2, ["cancelled"] * 2)


async def test_in_a_pause_before_asking_again(project: Path) -> None:
    """What was refused is released; nothing is asked again."""
    network = ScriptedTransport([(429, {"retry-after": "30"}, {})])
    play = Play(project, network)
    task = await play.begin()

    await until(lambda: bool(play.waits))
    await cancel_thrice(task)

    assert (booked(project), len(network.requests)) == ((["released"], ["cancelled"]), 1)


async def test_in_the_middle_of_a_stream(project: Path) -> None:
    """It is let go of, and counted at the most it can cost."""
    begun = next(iter(event_chunks(completion('{"reasoning": "Hm", "message": "Well"}'))))
    stream = ScriptedStream([begun, 60.0])
    network = ScriptedTransport([stream])
    task = await Play(project, network, streams=True).begin()

    await network.arrived(1)
    await asyncio.sleep(0.02)
    await cancel_thrice(task)

    assert (booked(project), stream.closed) == ((["unknown"], ["cancelled"]), True)


async def test_in_a_tool(project: Path) -> None:
    """The answer that asked for the tool stays paid and kept."""
    network = ScriptedTransport([completion(tools=[("call_1", "brew", "{}")])])
    task = await Play(project, network).begin()

    await until((project / "brewing").exists)
    await cancel_thrice(task)

    assert booked(project) == (["settled"], ["answered"])


async def stopped_under(project: Path, study: Study, *, arriving: int) -> Account:
    """Cancel two at a time once so many questions have arrived; what the study is left with."""
    network = Clinging()
    play = Play(project, network, scenario="both", study=study)
    task = await play.begin()
    await until(lambda: network.arrived == arriving)
    await asyncio.sleep(0.01)
    await cancel_thrice(task)
    (account,) = play.accounts
    return account


def held_most(project: Path) -> int:
    """The most tokens of the attempts of the newest run."""
    with Store.open(project / "runs.db") as store:
        return sum(row.attempt.reserved_tokens for row in store.attempts(store.runs()[0].id))


async def test_while_waiting_for_a_budget(project: Path) -> None:
    """Who waits for what another's answer may leave has booked nothing yet."""
    await stopped_under(project, Study("ample", tokens=10**9), arriving=2)
    tight = Study("tight", tokens=held_most(project) - 1)

    account = await stopped_under(project, tight, arriving=1)

    assert booked(project) == (["unknown"], ["cancelled"] * 2)
    assert (account.reserved_tokens, account.spent_tokens) == (0, held_most(project))


async def test_leaving_events_while_being_cancelled(project: Path) -> None:
    """Whoever listens may be cancelled again and again: the run is paused all the same."""
    simulation = loader(project)()

    async def listen() -> None:
        async for _ in simulation.events(seed=3):
            await asyncio.sleep(0)

    task = asyncio.create_task(listen())
    await until((project / "runs.db").exists)
    await cancel_thrice(task)

    assert booked(project)[0] in ([], ["settled"], ["unknown"])


async def test_a_plain_model_is_booked_too() -> None:
    """LangChain does not tell of a cancelled question; closing the tracker books it."""
    record, network = MemoryRecord(), Clinging()
    tracker = Tracker(record, run="focus-group-7f3a")
    client = httpx2.AsyncClient(transport=network)
    model = ChatOpenAI(model="mine", api_key=SecretStr("any"), http_async_client=client)
    task = asyncio.create_task(model.ainvoke("Hello?", {"callbacks": [tracker]}))

    await until(lambda: network.arrived == 1)
    await cancel_thrice(task)
    tracker.close()

    assert list(record.states.values()) == ["failed"]
    assert [(one.state, one.error) for one in record.outcomes.values()] == [
        ("unknown", "cancelled")
    ]
