"""Watching a run: events and words as they come, and what is left of it when somebody leaves."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from simulator import Observer, Run, Simulation, Store
from simulator.conversation.speech import SpeechDelta
from simulator.errors import KeyMissing
from simulator.record.events import Event, RunPaused, TurnTaken
from tests.small_project import MODEL, loader, small_project

ROOT = Path(__file__).parent.parent


@pytest.fixture
def tea(tmp_path: Path) -> Callable[..., Simulation]:
    """Loads a small scenario."""
    return loader(small_project(tmp_path))


@pytest.fixture
def silent() -> Iterator[dict[str, str]]:
    """The environment of a model that never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/v1"
        yield {"OPENAI_API_KEY": "sk-anything", "OPENAI_BASE_URL": address}


def asked(database: Path) -> bool:
    """Whether a question is on its way."""
    if not database.exists():
        return False
    with Store.open(database) as store:
        return bool(store.attempts())


async def until_asked(database: Path) -> None:
    """Wait for the first question."""
    while not asked(database):  # noqa: ASYNC110 - nobody tells when a row is written
        await asyncio.sleep(0.005)


def assert_paused(database: Path) -> None:
    """The last run can go on, and all that it had begun is closed."""
    with Store.open(database) as store:
        run = Run(store.find_run("@last"), database)
        outcomes = [row.outcome.state for row in store.attempts(run.id)]
    assert isinstance(run.events[-1], RunPaused)
    assert (run.stop_reason, run.exit_code) == ("paused", 130)
    assert outcomes == ["unknown"]
    assert [call.state for call in run.calls] == ["cancelled"]


async def test_events_come_as_they_are_recorded(tea: Callable[..., Simulation]) -> None:
    """All of them, in order, each durable when it comes."""
    simulation, came = tea(), []

    async for event in simulation.events(seed=3):
        assert not isinstance(event, SpeechDelta)
        came.append(event)
        with Store.open(simulation.database) as store:
            assert event in store.events(store.find_run("@last"))

    with Store.open(simulation.database) as store:
        assert came == store.events(store.find_run("@last"))
    assert len(came) == 8


async def test_words_come_while_they_are_made(tea: Callable[..., Simulation]) -> None:
    """Between a choice and its turn the words stream in, and make up the turn's text."""
    heard: dict[int, str] = {}
    texts: dict[int, str] = {}
    pieces = 0

    async for event in tea().events(seed=3, words=True):
        if isinstance(event, SpeechDelta):
            assert event.turn not in texts
            heard[event.turn] = heard.get(event.turn, "") + event.text
            pieces += 1
        elif isinstance(event, TurnTaken):
            texts[event.turn] = event.text

    assert heard == texts
    assert pieces > len(texts) == 3


async def test_an_observer_is_told_what_is_durable(tea: Callable[..., Simulation]) -> None:
    """Events right after they are recorded, on the run's own loop; words only when asked for."""
    simulation = tea()
    told: list[Event] = []
    words: list[SpeechDelta] = []
    observer = Observer(event=told.append, words=words.append)

    run = await simulation.arun(seed=3, observer=observer)

    assert (tuple(told), words) == (run.events, [])


@pytest.mark.parametrize("words", [False, True])
async def test_leaving_the_loop_pauses_the_run(
    words: bool, tea: Callable[..., Simulation], silent: dict[str, str]
) -> None:
    """Whoever stops listening stops the run; its record stays whole."""
    simulation = replace(tea(model=MODEL), environ=silent)
    events = simulation.events(seed=3, words=words)

    async for event in events:
        if not isinstance(event, SpeechDelta) and event.kind == "speaker_chosen":
            await until_asked(simulation.database)
            break
    await events.aclose()

    assert_paused(simulation.database)


async def test_breaking_off_without_closing_pauses_the_run(tea: Callable[..., Simulation]) -> None:
    """A plain `break` is enough: the loop closes what nobody holds any more."""
    simulation = tea()

    async for _ in simulation.events(seed=3):
        break
    for _ in range(50):
        await asyncio.sleep(0)

    with Store.open(simulation.database) as store:
        run = Run(store.find_run("@last"), simulation.database)
    assert run.stop_reason == "paused"


async def test_cancelling_the_listener_pauses_the_run(
    tea: Callable[..., Simulation], silent: dict[str, str]
) -> None:
    """A timeout around the loop does the same."""
    simulation = replace(tea(model=MODEL), environ=silent)

    async def listen() -> None:
        async for _ in simulation.events(seed=3):
            pass

    task = asyncio.create_task(listen())
    await until_asked(simulation.database)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert_paused(simulation.database)


async def test_cancelling_a_run_pauses_it(
    tea: Callable[..., Simulation], silent: dict[str, str]
) -> None:
    """The same without events."""
    simulation = replace(tea(model=MODEL), environ=silent)
    task = asyncio.create_task(simulation.arun(seed=3))

    await until_asked(simulation.database)
    task.cancel()
    await asyncio.wait([task])

    assert task.cancelled()
    assert_paused(simulation.database)


async def test_an_error_comes_out_of_the_events(tea: Callable[..., Simulation]) -> None:
    """What would be raised by a run is raised in the loop."""
    with pytest.raises(KeyMissing):
        async for _ in tea(model=MODEL).events():
            pass


async def test_an_observer_that_raises_fails_the_run(tea: Callable[..., Simulation]) -> None:
    """The mistake comes out, and the record tells that the run failed."""
    simulation = tea()

    def broken(event: Event) -> None:
        if event.kind == "turn_taken":
            raise LookupError("no such light")

    with pytest.raises(LookupError, match="no such light"):
        await simulation.arun(seed=3, observer=Observer(event=broken))

    with Store.open(simulation.database) as store:
        run = Run(store.find_run("@last"), simulation.database)
    assert (run.stop_reason, run.detail, run.exit_code) == (
        "failed",
        "LookupError: no such light",
        1,
    )


async def test_an_observer_that_raises_at_the_end_leaves_the_end_as_it_is(
    tea: Callable[..., Simulation],
) -> None:
    """What is on record is not told again in other words."""
    simulation = tea()

    def broken(event: Event) -> None:
        if event.kind == "run_ended":
            raise LookupError("no such light")

    with pytest.raises(LookupError, match="no such light"):
        await simulation.arun(seed=3, observer=Observer(event=broken))

    with Store.open(simulation.database) as store:
        run = Run(store.find_run("@last"), simulation.database)
    assert [one.kind for one in run.events].count("run_ended") == 1
    assert (run.stop_reason, run.exit_code) == ("phrase", 0)


PLAYING = """
import asyncio, sys
from simulator import load

simulation = load("tea", project=sys.argv[1], database=sys.argv[2], model=sys.argv[3])

async def notebook():
    simulation.run(seed=3)

try:
    simulation.run(seed=3) if sys.argv[4] == "script" else asyncio.run(notebook())
except KeyboardInterrupt:
    print("interrupted")
"""


@pytest.mark.slow
@pytest.mark.parametrize("where", ["script", "notebook"])
def test_ctrl_c_while_a_model_is_silent_pauses_the_run(
    where: str, tmp_path: Path, silent: dict[str, str]
) -> None:
    """The process ends at once, with a record that can go on."""
    project, database = small_project(tmp_path), tmp_path / "runs.db"
    command = [sys.executable, "-c", PLAYING, str(project), str(database), MODEL, where]
    with subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **silent}, stdout=subprocess.PIPE, text=True
    ) as process:
        while not asked(database):
            assert process.poll() is None
            time.sleep(0.02)

        process.send_signal(signal.SIGINT)
        told, _ = process.communicate(timeout=20)

    assert (told, process.returncode) == ("interrupted\n", 0)
    assert_paused(database)
