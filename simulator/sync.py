"""The one door from sync to async, and what a signal to stop does to work that is under way."""

from __future__ import annotations

import asyncio
import contextvars
import signal
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent import futures
from contextlib import suppress
from types import FrameType
from typing import Any, ParamSpec, Protocol, Self, TypeVar, runtime_checkable

__all__ = ["PATIENCE", "StopHandler", "Terminated", "run_sync", "undisturbed", "why_stopped"]

T = TypeVar("T")
P = ParamSpec("P")

PATIENCE = 3.0
"""Seconds in which a clean-up is left alone, however often it is told to stop."""
_LAST_SECONDS = 1.0
"""Seconds that threads of tools get to finish once the work was stopped."""
_EVERY = 0.05
"""Seconds between two looks whether it is over or was stopped."""
_WORDS = {"SIGHUP": "hung_up", "SIGTERM": "terminated", "SIGINT": "interrupted"}
"""Signals that stop the work, in the order of giving them back, and why a run then pauses."""


class Terminated(SystemExit):
    """The process was told to end (SIGTERM, SIGHUP): a script that does not catch it ends.

    Its exit code is 128 and the number of the signal, as shells count: 143 or 129.
    """

    def __init__(self, number: int) -> None:
        self.signal = signal.Signals(number)
        super().__init__(128 + number)


@runtime_checkable
class StopHandler(Protocol):
    """A program's own handler of a signal, which `run_sync` may take the place of meanwhile."""

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """What `signal.signal` is given."""

    def stopped(self, number: int) -> None:
        """Be told that the work was stopped by this signal, right before the handler is back."""


def run_sync(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end and return what it returns.

    In a script it gets an event loop of its own. Where a loop is running already (Jupyter, an
    async program) it gets a loop in a thread of its own, and the caller waits.

    Called in the main thread, it is stopped by Ctrl-C, SIGTERM and SIGHUP, where these have the
    handler Python starts with: the coroutine is cancelled once, cleans up, and only then the
    signal is raised. Further signals meanwhile change nothing; no exception ever strikes in the
    middle of it. After `PATIENCE` seconds a further signal cancels again, and breaks into code
    that does not let the event loop go on.

    Raises:
        KeyboardInterrupt: it was stopped by Ctrl-C, also where it could still finish.
        Terminated: it was stopped by SIGTERM or SIGHUP.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        work, loop_waits = _in_a_loop, False
    else:
        work, loop_waits = _in_a_thread, True
    stop = _Stop(loop_waits=loop_waits)
    try:
        with stop:
            result = work(coroutine, stop)
    except BaseException as error:
        if stop.number is None:
            raise
        raise _raised_for(stop.number) from (error if isinstance(error, Exception) else None)
    if stop.number is not None:
        raise _raised_for(stop.number)
    return result


def why_stopped(error: asyncio.CancelledError) -> str:
    """Why the work that gets this error is cancelled: interrupted, terminated or hung_up."""
    words = _WORDS.values()
    return next((word for word in words if word in error.args), _WORDS["SIGINT"])


async def undisturbed(coroutine: Coroutine[Any, Any, T]) -> T:
    """Await a coroutine that is cancelled once, and then left alone to clean up.

    Cancellations that follow within `PATIENCE` seconds wait until it is over; a later one is
    passed on, so that nothing can hang for good.

    Raises:
        CancelledError: it was cancelled, also where it could still finish.
    """
    task = asyncio.create_task(coroutine)
    stopped: asyncio.CancelledError | None = None
    last = 0.0
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            now = time.monotonic()
            if stopped is None or now - last >= PATIENCE:
                task.cancel(*error.args)
                last = now
            stopped = stopped or error
    failed = not task.cancelled() and task.exception() is not None
    if stopped is not None and not failed:
        raise stopped
    return task.result()


class _Stop:
    """Takes the place of signal handlers while work is under way; itself a `StopHandler`."""

    def __init__(self, *, loop_waits: bool) -> None:
        """`loop_waits`: this thread has a loop, which stands still until the work is done."""
        self.number: int | None = None
        """The first signal that came."""
        self._loop_waits = loop_waits
        self._before: dict[int, StopHandler | Callable[..., Any] | int | None] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Any] | None = None
        self._since, self._noticed = 0.0, True

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for name in _WORDS:
                number: int | None = getattr(signal, name, None)
                if number is not None and self._may_take(number):
                    self._before[number] = signal.getsignal(number)
                    signal.signal(number, self)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            if self.number is not None and isinstance(handler, StopHandler):
                handler.stopped(self.number)
            signal.signal(number, handler)

    def _may_take(self, number: int) -> bool:
        handler = signal.getsignal(number)
        usual = handler in {signal.SIG_DFL, signal.default_int_handler}
        # The handler of a loop would only note it for the loop, which stands still.
        of_loop = self._loop_waits and number == signal.SIGINT and callable(handler)
        return usual or of_loop or isinstance(handler, StopHandler)

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Stop the work; runs between any two steps of the main thread, so it raises nothing."""
        now = time.monotonic()
        if self.number is not None and now - self._since < PATIENCE:
            return
        hangs = self.number is not None and not self._noticed
        self.number = self.number or number
        self._since, self._noticed = now, False
        self.cancel()
        if hangs and _is_foreign(frame):
            raise _raised_for(self.number)

    def stopped(self, number: int) -> None:
        """Stop this work too: work within it was stopped."""
        self.number, self._since = self.number or number, time.monotonic()
        self.cancel()

    def cancel(self) -> None:
        """Have the work cancelled by its loop, if it has begun and is not over."""
        if self._loop is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        self._noticed = True
        if self._task is not None:
            self._task.cancel(_word(self.number))

    async def watched(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Await the work, unless a signal came before it began."""
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        if self.number is not None:
            coroutine.close()
            raise asyncio.CancelledError(_word(self.number))
        return await coroutine


class _Pool(futures.ThreadPoolExecutor):
    """Threads for what would block the loop; once stopped, nobody waits for them for long."""

    def __init__(self, stop: _Stop) -> None:
        super().__init__(thread_name_prefix="simulator")
        self._stop = stop
        self._under_way: set[futures.Future[Any]] = set()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> futures.Future[T]:
        """Start it, and remember it until it is done."""
        future = super().submit(fn, *args, **kwargs)
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - the base's signature
        """Wait for what is under way; not much longer, once the work was stopped."""
        super().shutdown(wait=False, cancel_futures=cancel_futures)
        left = _LAST_SECONDS
        while wait and left > 0 and (under_way := self._under_way.copy()):
            futures.wait(under_way, timeout=_EVERY)
            left -= _EVERY if self._stop.number is not None else 0.0


def _in_a_loop(coroutine: Coroutine[Any, Any, T], stop: _Stop) -> T:
    with asyncio.Runner() as runner:
        runner.get_loop().set_default_executor(_Pool(stop))
        return runner.run(stop.watched(coroutine))


def _in_a_thread(coroutine: Coroutine[Any, Any, T], stop: _Stop) -> T:
    outcome: futures.Future[T] = futures.Future()

    def work() -> None:
        try:
            outcome.set_result(_in_a_loop(coroutine, stop))
        except BaseException as error:  # noqa: BLE001 - handed over to the waiting thread
            outcome.set_exception(error)

    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(work,), name="simulator").start()
    # The outcome is waited for and not the thread: an interrupted join() takes it for stopped. In
    # small steps, since a wait is not interrupted on Windows, nor by a signal to another thread.
    try:
        while not outcome.done():
            futures.wait([outcome], timeout=_EVERY)
    except BaseException:
        if stop.number is None:
            stop.cancel()
            futures.wait([outcome])
        raise
    return outcome.result()


def _raised_for(number: int) -> BaseException:
    return KeyboardInterrupt() if number == signal.SIGINT else Terminated(number)


def _word(number: int | None) -> str:
    return _WORDS["SIGINT" if number is None else signal.Signals(number).name]


def _is_foreign(frame: FrameType | None) -> bool:
    """Whether other people's code is running: ours may be in the middle of booking."""
    name = str(frame.f_globals.get("__name__", "")) if frame is not None else ""
    return name.partition(".")[0] != __name__.partition(".")[0]
