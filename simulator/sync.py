"""The one door from sync to async."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Coroutine
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
    results: list[T] = []
    errors: list[BaseException] = []
    started = threading.Event()
    runner: dict[str, Any] = {}

    async def watched() -> T:
        runner["loop"], runner["task"] = asyncio.get_running_loop(), asyncio.current_task()
        started.set()
        return await coroutine

    def work() -> None:
        try:
            results.append(asyncio.run(watched()))
        except BaseException as error:  # noqa: BLE001 - handed over to the waiting thread
            errors.append(error)
        finally:
            started.set()

    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(work,), name="simulator")
    thread.start()
    try:
        thread.join()
    except KeyboardInterrupt:
        started.wait()
        runner["loop"].call_soon_threadsafe(runner["task"].cancel)
        thread.join()
        raise
    if errors:
        raise errors[0]
    return results[0]
