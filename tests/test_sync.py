"""The one door from sync to async: in scripts, inside a running loop, from threads, on Ctrl-C."""

from __future__ import annotations

import asyncio
import contextvars
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from simulator.sync import Terminated, run_sync, undisturbed, why_stopped

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
    except asyncio.CancelledError as error:
        await asyncio.sleep(0.3)
        print("cleaned up", *error.args, flush=True)
        raise

async def outer():
    run_sync(work())

try:
    run_sync(work()) if sys.argv[1] == "script" else asyncio.run(outer())
finally:
    print("the script goes on cleaning", flush=True)
"""


@pytest.mark.parametrize("where", ["script", "loop"])
@pytest.mark.parametrize(
    ("number", "code", "word"),
    [
        (signal.SIGINT, -signal.SIGINT, "interrupted"),
        (signal.SIGTERM, 143, "terminated"),
        (signal.SIGHUP, 129, "hung_up"),
    ],
)
def test_a_signal_cleans_up_and_is_raised(
    where: str, number: signal.Signals, code: int, word: str
) -> None:
    """In a script and inside a running loop; further signals do not cut the cleaning off."""
    with running(WAITING, where) as process:
        assert line_of(process) == "working"

        for _ in range(10):
            process.send_signal(number)
        told, complaint = process.communicate(timeout=20)

    assert told == f"cleaned up {word}\nthe script goes on cleaning\n"
    assert process.returncode == code
    assert bool(complaint) == (number == signal.SIGINT)


@contextmanager
def running(code: str, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A script in a process of its own."""
    command = [sys.executable, "-W", "error", "-c", code, *words]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def line_of(process: subprocess.Popen[str]) -> str:
    """The next line it prints."""
    assert process.stdout is not None
    return process.stdout.readline().rstrip()


STUBBORN = """
import asyncio, os, signal, sys, time
from simulator import sync

sync.PATIENCE = 0.3

async def holds_the_loop():
    print("working", flush=True)
    try:
        time.sleep(60)
    finally:
        print("broken into", flush=True)

async def will_not_be_cancelled():
    print("working", flush=True)
    for _ in range(2):
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            print("no", flush=True)
    await asyncio.sleep(60)

async def waits_for_a_thread():
    print("working", flush=True)
    await asyncio.to_thread(time.sleep, 4)

class Deaf:
    def __call__(self, number, frame): ...
    def stopped(self, number): print("stopped by", number, flush=True)

signal.signal(signal.SIGTERM, Deaf())
try:
    sync.run_sync(globals()[sys.argv[1]]())
except sync.Terminated as end:
    print("ended with", end.code, flush=True)
os._exit(0)  # Python on its way out would be killed by one more signal
"""


@pytest.mark.parametrize(
    ("work", "told"),
    [
        ("holds_the_loop", ["broken into"]),
        ("will_not_be_cancelled", ["no", "no"]),
    ],
)
def test_after_a_while_a_further_signal_counts(work: str, told: list[str]) -> None:
    """Code that holds the loop or swallows its cancellation cannot keep a process for ever."""
    with running(STUBBORN, work) as process:
        assert line_of(process) == "working"

        ended = threading.Event()
        pressing = threading.Thread(target=press, args=(process, ended))
        pressing.start()
        said, complaint = process.communicate(timeout=20)
        ended.set()
        pressing.join()

    assert said.splitlines() == [*told, "stopped by 15", "ended with 143"]
    assert (complaint, process.returncode) == ("", 0)


def press(process: subprocess.Popen[str], ended: threading.Event) -> None:
    """Send SIGTERM again and again."""
    while not ended.wait(0.1):
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)


def test_a_thread_that_hangs_is_not_waited_for_long() -> None:
    """The caller is told soon, and its own handler before it."""
    with running(STUBBORN, "waits_for_a_thread") as process:
        assert line_of(process) == "working"
        began = time.monotonic()

        process.send_signal(signal.SIGTERM)
        last = [line_of(process), line_of(process)]

    assert last == ["stopped by 15", "ended with 143"]
    assert time.monotonic() - began < 3.5


def test_signals_that_somebody_handles_stay_theirs() -> None:
    """A handler of the script's own is neither replaced nor forgotten."""
    heard: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: heard.append(number))

    async def work() -> int:
        signal.raise_signal(signal.SIGTERM)
        await asyncio.sleep(0)
        return 3

    try:
        assert (run_sync(work()), heard) == (3, [signal.SIGTERM])
    finally:
        signal.signal(signal.SIGTERM, before)


def test_handlers_are_given_back() -> None:
    """After a run, also one that was stopped, every signal is handled as before."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]

    async def work() -> None:
        assert signal.getsignal(signal.SIGTERM) not in before
        signal.raise_signal(signal.SIGTERM)
        await asyncio.sleep(60)

    with pytest.raises(Terminated) as ended:
        run_sync(work())

    assert (ended.value.code, ended.value.signal) == (143, signal.SIGTERM)
    assert [signal.getsignal(number) for number in numbers] == before


def test_a_door_within_a_door_stops_both() -> None:
    """The inner one is cancelled, and what it raises ends the outer one."""
    before, steps = signal.getsignal(signal.SIGTERM), []

    async def inner() -> None:
        try:
            signal.raise_signal(signal.SIGTERM)
            await asyncio.sleep(60)
        finally:
            steps.append("inner")

    async def outer() -> None:
        try:
            run_sync(inner())
        finally:
            steps.append("outer")

    with pytest.raises(Terminated):
        run_sync(outer())

    assert steps == ["inner", "outer"]
    assert signal.getsignal(signal.SIGTERM) is before


def test_in_another_thread_signals_are_left_alone() -> None:
    """Only the main thread is told of signals, so only there they are taken."""
    seen: list[object] = []

    async def work() -> None:
        seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=lambda: run_sync(work()))
    thread.start()
    thread.join()

    assert seen == [signal.getsignal(signal.SIGTERM)]


def test_a_signal_that_comes_too_late_is_not_lost() -> None:
    """Work that was over all the same ends a script that would go on to the next."""

    async def work() -> int:
        signal.raise_signal(signal.SIGINT)
        return 3

    with pytest.raises(KeyboardInterrupt):
        run_sync(work())


async def test_what_is_undisturbed_is_cancelled_once() -> None:
    """It cleans up in peace; whoever waits is told afterwards, with the first reason."""
    steps: list[str] = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError as error:
            steps.append(f"cleaning: {error.args[0]}")
            await asyncio.sleep(0.01)
            steps.append("clean")
            raise

    task = asyncio.create_task(undisturbed(work()))
    for word in ("terminated", "again", "and again"):
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel(word)
    with pytest.raises(asyncio.CancelledError) as ended:
        await task

    assert steps == ["cleaning: terminated", "clean"]
    assert why_stopped(ended.value) == "terminated"


async def test_what_is_undisturbed_may_fail_or_finish() -> None:
    """Results and errors come through; an error in cleaning up counts more than its cause."""

    async def clumsy() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await fail()

    task = asyncio.create_task(undisturbed(clumsy()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()

    assert (await undisturbed(answer()))[0] == 42
    with pytest.raises(LookupError, match="nothing here"):
        await undisturbed(fail())
    with pytest.raises(LookupError, match="nothing here"):
        await task
