"""The one door from sync to async."""

from __future__ import annotations

import asyncio
import contextvars
import signal
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

__all__ = ["run_sync"]

T = TypeVar("T")


def run_sync(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end and return what it returns.

    In a script it gets an event loop of its own. Where a loop is running already (Jupyter, an
    async program) it gets a loop in a thread of its own, and the caller waits. Ctrl-C cancels
    it, lets it clean up, and is raised again.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    return _in_thread(coroutine)


def _in_thread(coroutine: Coroutine[Any, Any, T]) -> T:
    outcome: Future[T] = Future()
    started = threading.Event()
    runner: dict[str, Any] = {}

    async def watched() -> T:
        runner["loop"], runner["task"] = asyncio.get_running_loop(), asyncio.current_task()
        started.set()
        return await coroutine

    def work() -> None:
        try:
            outcome.set_result(asyncio.run(watched()))
        except BaseException as error:  # noqa: BLE001 - handed over to the waiting thread
            outcome.set_exception(error)
        finally:
            started.set()

    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(work,), name="simulator")
    # The outcome is waited for and not the thread: an interrupted join() takes it for stopped.
    try:
        with _interruptible():
            thread.start()
            return outcome.result()
    except KeyboardInterrupt:
        started.wait()
        with suppress(KeyError, RuntimeError):  # it has not begun, or it is over
            runner["loop"].call_soon_threadsafe(runner["task"].cancel)
        wait([outcome])
        raise


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C reach the thread that waits, also where an event loop has its own handler.

    `asyncio.run` would only note it for the loop, which stands still meanwhile.
    """
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
