"""What Ctrl-C, SIGTERM and SIGHUP do to the command while nothing is being written."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from types import FrameType
from typing import NoReturn

__all__ = ["StopSignals", "leave"]

_PATIENCE = 3.0
"""Seconds the last lines may take once the work was stopped."""
_SAID = {"SIGINT": b"\nInterrupted.\n", "SIGTERM": b"\nTerminated.\n", "SIGHUP": b""}


class StopSignals:
    """The command's own handler: the process ends at once, with the exit code shells expect.

    It never raises: an exception that strikes anywhere, also in an import or a destructor, would
    be shown as a traceback or lost. While a run is played, `run_sync` takes its place. What is
    left after a run was stopped is to say so, and further signals do not cut that off.
    """

    def __init__(self) -> None:
        self._stopped: float | None = None

    def install(self) -> None:
        """Take over the signals that nobody has set to anything else, such as `nohup`."""
        for name in _SAID:
            number: int | None = getattr(signal, name, None)
            usual = {signal.SIG_DFL, signal.default_int_handler}
            if number is not None and signal.getsignal(number) in usual:
                signal.signal(number, self)

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """End the process, unless it is about to end."""
        if self._stopped is None or time.monotonic() - self._stopped > _PATIENCE:
            with suppress(OSError):
                os.write(2, _SAID[signal.Signals(number).name])
            os._exit(128 + number)

    def stopped(self, number: int) -> None:
        """Note that work was stopped and cleaned up; the last lines follow."""
        self._stopped = time.monotonic()

    @property
    def heard(self) -> bool:
        """Whether work was stopped."""
        return self._stopped is not None


def leave(code: int) -> NoReturn:
    """End the process now: threads of tools that hang do not hold it up."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)
