"""The one door from sync to async: in scripts, inside a running loop, from threads, on Ctrl-C."""

from __future__ import annotations

import asyncio
import contextvars
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from simulator.sync import run_sync

ROOT = Path(__file__).parent.parent
COLOUR: contextvars.ContextVar[str] = contextvars.ContextVar("COLOUR", default="none")


async def answer() -> tuple[int, str, str]:
    """A value, and where it was made."""
    await asyncio.sleep(0)
    return 42, COLOUR.get(), threading.current_thread().name


async def fail() -> None:
    """Nothing good."""
    await asyncio.sleep(0)
    raise LookupError("nothing here")


def test_a_script_gets_a_loop_in_its_own_thread() -> None:
    """Where no loop runs, nothing changes thread."""
    assert run_sync(answer()) == (42, "none", threading.current_thread().name)


async def test_inside_a_running_loop_a_thread_is_made() -> None:
    """The caller waits; what stands in context variables goes along."""
    COLOUR.set("grey")

    assert run_sync(answer()) == (42, "grey", "simulator")


def test_a_thread_without_a_loop_gets_one() -> None:
    """It works from any thread, and leaves none behind."""
    results: list[tuple[int, str, str]] = []
    before = threading.active_count()
    thread = threading.Thread(target=lambda: results.append(run_sync(answer())), name="mine")

    thread.start()
    thread.join()

    assert results == [(42, "none", "mine")]
    assert threading.active_count() == before


def test_errors_come_out_of_a_script() -> None:
    """What the coroutine raises is raised."""
    with pytest.raises(LookupError, match="nothing here"):
        run_sync(fail())


async def test_errors_come_out_of_a_running_loop() -> None:
    """The same through the thread."""
    with pytest.raises(LookupError, match="nothing here"):
        run_sync(fail())


async def test_a_door_within_a_door() -> None:
    """A coroutine may itself call what is sync outside."""

    async def outer() -> tuple[int, str, str]:
        return run_sync(answer())

    assert run_sync(outer())[0] == 42


async def test_the_signal_handler_of_the_loop_is_kept() -> None:
    """After waiting, Ctrl-C is again whose it was."""
    before = signal.getsignal(signal.SIGINT)

    run_sync(answer())

    assert signal.getsignal(signal.SIGINT) is before


WAITING = """
import asyncio, sys
from simulator.sync import run_sync

async def work():
    print("working", flush=True)
    try:
        await asyncio.sleep(60)
    finally:
        await asyncio.sleep(0.01)
        print("cleaned up", flush=True)

async def outer():
    run_sync(work())

try:
    run_sync(work()) if sys.argv[1] == "script" else asyncio.run(outer())
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.parametrize("where", ["script", "loop"])
def test_ctrl_c_cleans_up_and_is_raised(where: str) -> None:
    """In a script and inside a running loop the work is cancelled, and may clean up."""
    command = [sys.executable, "-W", "error", "-c", WAITING, where]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "working\n"

        process.send_signal(signal.SIGINT)
        told, _ = process.communicate(timeout=20)

    assert (told, process.returncode) == ("cleaned up\ninterrupted\n", 0)
