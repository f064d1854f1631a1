"""Ctrl-C, SIGTERM and SIGHUP at any moment: what was sent is booked, and the talk can go on."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from simulator import Run
from simulator.record.events import RunPaused
from simulator.record.store import Store
from simulator.testing import LoopbackServer
from tests.cli_samples import command, environment, simulate
from tests.record_samples import started
from tests.small_project import TEA, small_project
from tests.stopped_runs import (
    MODEL,
    SCENARIO,
    SEED,
    TROUBLES,
    TURNS,
    Stopped,
    billed,
    said,
    serving,
    stopped_and_gone_on,
    talk,
)

PLAY = command(
    *("run", SCENARIO, "--model", MODEL, "--max-turns", str(TURNS), "--seed", str(SEED)),
    *("--display", "plain"),
)
WHY = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}
LONGEST = 20.0
"""Seconds until a process that was told to stop has surely ended."""


NAP = """
import pathlib, time

def nap() -> str:
    'Sleep.'
    pathlib.Path(__file__).with_name("asleep").touch()
    time.sleep(60)
    return "morning"
"""


ON_ITS_TERMINAL = """
import fcntl, os, sys, termios

fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
"""Whoever leads a session and takes a terminal is told when it is closed."""


@contextmanager
def process_of(words: list[str], folder: Path, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """A command in a process of its own."""
    with subprocess.Popen(
        words,
        cwd=folder,
        env=environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_until(
    condition: Callable[[], bool], process: subprocess.Popen[Any], *, seconds: float
) -> None:
    """Wait until it is so, the process is over, or it is long enough: silence is a moment too."""
    latest = time.monotonic() + seconds
    while not condition() and process.poll() is None and time.monotonic() < latest:
        time.sleep(0.002)


def listens(process: subprocess.Popen[str]) -> bool:
    """Whether the process has a handler for SIGTERM: before that it is Python that starts."""
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        return process.poll() is not None
    caught = [line for line in status.read_text().splitlines() if line.startswith("SigCgt:")]
    return bool(int(caught[0].split()[1], 16) >> (signal.SIGTERM - 1) & 1) if caught else True


def asked(server: LoopbackServer, count: int) -> bool:
    """Whether so many requests have come."""
    return len(server.stats()["log"]) >= count


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a process that was told to stop."""

    code: int
    told: str
    stopped: Stopped | None
    words: list[tuple[int, str, str]] | None
    """What was said when the run had gone on to its end."""


def stop(folder: Path, source: random.Random, number: signal.Signals, *, times: int) -> Ended:
    """Play, send the signal at a random moment, look, and let it go on."""
    folder.mkdir()
    faults, latency = source.choice(TROUBLES), source.choice([0.005, 0.05, 0.2])
    with serving(faults, seed=source.randrange(99), latency=latency) as server:
        reached = {"OPENAI_API_KEY": "sk-any", "OPENAI_BASE_URL": server.url}
        with process_of(PLAY, folder, **reached) as process:
            requests = source.randrange(-2, 9)
            wait_until(lambda: listens(process), process, seconds=LONGEST)
            for count, seconds in ((min(requests, 1), LONGEST), (requests, 2.0)):
                wait_until(partial(asked, server, count), process, seconds=seconds)
            time.sleep(source.random() * (0.1 if requests > 0 else 1.2))
            for _ in range(times):
                process.send_signal(number)
                time.sleep(source.random() * 0.01)
            out, told = process.communicate(timeout=LONGEST)
        bills = billed(server)
    stopped, words = asyncio.run(stopped_and_gone_on(folder / "runs.db", bills))
    return Ended(process.returncode, out + told, stopped, words)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[int, str, str]]:
    """What is said where nobody interrupts."""
    database = tmp_path_factory.mktemp("whole") / "runs.db"
    with serving() as server:
        return said(list(talk(database, server).run(seed=SEED).events))


def assert_ended_well(
    ended: Ended, number: signal.Signals, whole: list[tuple[int, str, str]]
) -> None:
    """The exit code of the signal, no traceback, what is kept was told, the story goes on."""
    over = ended.stopped is not None and not ended.stopped.why
    expected = {128 + number, 0, -number} if over else {128 + number}
    assert ended.code in expected, ended.told
    assert "Traceback" not in ended.told
    assert "Exception ignored" not in ended.told
    assert ended.words is None or ended.words == whole
    if ended.stopped is not None and ended.stopped.why:
        assert ended.stopped.why == WHY[number]
        assert f"Run {ended.stopped.id} in runs.db" in ended.told
    assert "never awaited" not in ended.told


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_at_any_moment_leaves_a_whole_run(
    number: signal.Signals,
    tmp_path: Path,
    whole: list[tuple[int, str, str]],
    counts: Callable[[int, int], int],
) -> None:
    """Every other time it is a storm of ten of them."""

    def once(index: int) -> Ended:
        source = random.Random(f"{number} {index}")  # noqa: S311 - moments, no secrets
        return stop(tmp_path / str(index), source, number, times=1 if index % 2 else 10)

    with ThreadPoolExecutor(4) as pool:
        for ended in pool.map(once, range(counts(2, 100))):
            assert_ended_well(ended, number, whole)


def napping_project(folder: Path) -> None:
    """A project whose first line uses a tool that sleeps in a thread."""
    small_project(folder)
    (folder / "my_tools.py").write_text(NAP)
    rosa, tea = folder / "personas" / "rosa.yaml", folder / "scenarios" / "tea.yaml"
    rosa.write_text(f"{rosa.read_text()}tools: ['my_tools.py:nap']\n")
    written = TEA.replace("GRAPH", "round_table")
    tea.write_text(written.replace("act: open,", "act: open, uses: {nap: {}},", 1))


@pytest.mark.slow
def test_a_tool_that_hangs_does_not_hold_up_the_end(tmp_path: Path) -> None:
    """The process ends soon although a thread sleeps; what was paid for is kept."""
    napping_project(tmp_path)
    with process_of(command("run", "tea"), tmp_path) as process:
        wait_until((tmp_path / "asleep").exists, process, seconds=LONGEST)

        process.send_signal(signal.SIGTERM)
        out, told = process.communicate(timeout=8)

    assert process.returncode == 143, told
    assert "Traceback" not in out + told
    with Store.open(tmp_path / "runs.db") as store:
        run = store.runs()[0]
        assert (run.status, run.stop_reason) == ("paused", "paused")
        assert [row.outcome.state for row in store.attempts()] == ["settled"]


@pytest.mark.slow
def test_a_terminal_that_is_closed_pauses_the_run(tmp_path: Path) -> None:
    """SIGHUP finds nobody to tell anything to, and that is no error."""
    napping_project(tmp_path)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", ON_ITS_TERMINAL, *command("run", "tea")],
        cwd=tmp_path,
        env=environment(TERM="xterm"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    wait_until((tmp_path / "asleep").exists, process, seconds=LONGEST)

    os.close(ours)
    code = process.wait(LONGEST)

    assert code == 129
    with Store.open(tmp_path / "runs.db") as store:
        last = store.events(store.find_run("@last"))[-1]
    assert isinstance(last, RunPaused)
    assert last.reason == "hung_up"


def test_the_list_of_runs_tells_which_is_paused(tmp_path: Path) -> None:
    """In words and as data, as `Run.stop_reason` says."""
    database = tmp_path / "runs.db"
    with Store.open(database) as store:
        run = store.create_run("focus-group")
        journal = store.journal(run)
        journal.commit(started())
        journal.commit(RunPaused(reason="terminated"))

    table = simulate("runs", "list", "--db", str(database))
    (listed,) = json.loads(simulate("runs", "list", "--db", str(database), "--json").stdout)

    assert " paused " in table.stdout
    assert (listed["status"], listed["stop_reason"]) == ("paused", Run(run, database).stop_reason)
