"""Runs whose process is gone: they are told from runs that another process is playing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.display.summary import summary_of
from simulator.record.events import Event, RunEnded, RunPaused
from simulator.record.process import is_gone, this_process
from simulator.record.store import Store
from simulator.runs.run import Run
from tests.cli_samples import lines_of, simulate
from tests.record_samples import said, started

ROOT = Path(__file__).parent.parent
BEGIN = """
import sys
from simulator.record.store import Store
from tests.record_samples import started

store = Store.open(sys.argv[1])
run = store.create_run("focus-group")
if sys.argv[2] == "started":
    store.journal(run).commit(started())
print(run, flush=True)
sys.stdin.read()
"""
TELL = (
    "from simulator.record.process import this_process; print(this_process(), flush=True); input()"
)


def begin(path: Path, how: str = "started") -> subprocess.Popen[str]:
    """Another process that has a run in hand until it is killed."""
    return subprocess.Popen(
        [sys.executable, "-c", BEGIN, path, how],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def line_of(process: subprocess.Popen[str]) -> str:
    """What the process says first."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def end(process: subprocess.Popen[str]) -> None:
    """Kill it and wait for its end."""
    process.kill()
    process.communicate()


@pytest.fixture
def other() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that waits, and how it tells itself."""
    process = subprocess.Popen(
        [sys.executable, "-c", TELL],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process, line_of(process)
    end(process)


@pytest.mark.parametrize(("how", "alive"), [("started", "running"), ("made", "created")])
def test_a_run_is_broken_off_once_its_process_is_killed(
    tmp_path: Path, how: str, alive: str
) -> None:
    """While it lives, the run goes on; the file itself is not changed by who looks."""
    path = tmp_path / "runs.db"
    process = begin(path, how)
    run = line_of(process)
    with Store.open(path, create=False) as store:
        before = store.run(run).status
        end(process)
        after, listed = store.run(run).status, store.runs()[0].status
        written = store.query("SELECT status FROM v_runs")

    assert (before, after, listed) == (alive, "broken_off", "broken_off")
    assert written == [{"status": alive}]


def test_the_summary_says_that_it_broke_off(tmp_path: Path) -> None:
    """It is neither going on nor ended, and what was said is kept."""
    path = tmp_path / "runs.db"
    process = begin(path)
    run = Run(line_of(process), path)

    going_on = summary_of(run)
    end(process)
    broken = summary_of(run)

    assert (going_on.status, going_on.stop_reason) == ("running", "")
    assert going_on.ending == "Not ended: it is still going on, as far as can be seen from here."
    assert (broken.status, broken.stop_reason) == ("broken_off", "")
    assert broken.ending == (
        "Broken off: the program that played it is gone; what was said until then is kept."
    )


def test_a_run_that_has_not_ended_has_no_exit_code(tmp_path: Path) -> None:
    """The list says how it stands, and the summary for programs leaves the code open."""
    path = tmp_path / "runs.db"
    process = begin(path)
    run = line_of(process)
    end(process)

    listed = json.loads(simulate("runs", "--db", str(path), "--json").stdout)
    summary = lines_of(simulate("runs", "show", run, "--db", str(path), "--json"))[-1]
    errors = simulate("errors", "--run", run, "--db", str(path))

    assert [row["status"] for row in listed] == ["broken_off"]
    assert errors.stderr == f"The run {run} broke off: the program that played it is gone.\n"
    assert (summary["status"], summary["exit_code"]) == ("broken_off", None)


def test_a_run_that_is_taken_up_again_goes_on(tmp_path: Path) -> None:
    """Whoever writes its next event has it in hand."""
    path = tmp_path / "runs.db"
    process = begin(path)
    run = line_of(process)
    end(process)

    with Store.open(path) as store:
        store.journal(run).commit(said(1, "Nine steps."))

        assert store.run(run).status == "running"


def test_an_ended_or_paused_run_is_in_nobodys_hand(tmp_path: Path) -> None:
    """Its status is what its last event says, whatever becomes of the process."""
    with Store.open(tmp_path / "runs.db") as store:
        lasts: tuple[Event, ...] = (RunEnded(stop_reason="turns"), RunPaused(reason="interrupted"))
        for last in lasts:
            journal = store.journal(store.create_run("tea"))
            journal.commit(started())
            journal.commit(last)

        found = store.query("SELECT status, process FROM runs ORDER BY key")

    assert found == [{"status": "done", "process": ""}, {"status": "paused", "process": ""}]


def test_a_process_is_gone_when_it_has_ended(other: tuple[subprocess.Popen[str], str]) -> None:
    """Killed and not waited for is gone already; this one is not."""
    process, told = other

    alive = is_gone(told)
    process.kill()
    assert process.stdout is not None
    process.stdout.read()
    process.wait()

    assert (alive, is_gone(told), is_gone(this_process())) == (False, True, False)


@pytest.mark.parametrize("told", ["", "x", "f00 b p 1 2", "a b c d e f"])
def test_what_cannot_be_seen_is_not_gone(told: str) -> None:
    """Another machine's process, an older version's run, a text that says nothing."""
    assert not is_gone(told)


def test_another_process_with_the_same_number_is_another(
    other: tuple[subprocess.Popen[str], str],
) -> None:
    """A number given anew, and a machine that was started anew."""
    _, told = other
    machine, boot, space, number, born = told.split(" ")
    if not born:
        pytest.skip("this system does not say when a process began")

    assert is_gone(f"{machine} {boot} {space} {number} {int(born) - 1}")
    assert is_gone(f"{machine} another-boot {space} {number} {born}")
    assert not is_gone(f"{machine} {boot} another-space {number} {born}")
