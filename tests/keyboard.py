"""A terminal with somebody at it, for tests: what is typed goes in, what is shown comes out."""

from __future__ import annotations

import asyncio
import io
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from simulator.display.person.keyboard import Keyboard
from simulator.display.terminal import Terminal
from tests.cli_samples import command, environment

LONGEST = 30.0
"""Seconds until something surely has been shown."""

ON_ITS_TERMINAL = """
import fcntl, os, sys, termios

fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
"""Only whoever leads a session and takes its terminal is interrupted by Ctrl-C."""


@contextmanager
def seat() -> Iterator[tuple[Keyboard, int]]:
    """A keyboard in this process, and where to type."""
    typed, read = pty.openpty()
    try:
        yield Keyboard(read), typed
    finally:
        os.close(typed)
        os.close(read)


class Paper(io.StringIO):
    """Where a terminal prints in this process; it tells when something is there."""

    def terminal(self) -> Terminal:
        """The terminal that prints here."""
        return Terminal(self, environ={})

    async def shows(self, text: str, *, times: int = 1) -> None:
        """Wait until something was printed so often."""
        async with asyncio.timeout(LONGEST):
            while self.getvalue().count(text) < times:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.01)


class Sitting:
    """`simulator` in a process of its own, on a terminal of its own."""

    def __init__(self, *words: str, folder: Path, **variables: str) -> None:
        self.shown = ""
        """Everything the terminal has shown."""
        self._seen = 0
        self._terminal, theirs = pty.openpty()
        whole = [sys.executable, "-c", ON_ITS_TERMINAL, *command(*words)]
        self._process = subprocess.Popen(
            whole,
            cwd=folder,
            env=environment(TERM="dumb", COLUMNS="90", **variables),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        os.close(self._terminal)

    def types(self, *turns: tuple[str, str]) -> None:
        """Wait for each text, after the one before it, and then type what belongs to it."""
        for awaited, keys in turns:
            self._waits_for(awaited)
            os.write(self._terminal, keys.encode())

    def ends(self) -> int:
        """The exit code, once everything was shown."""
        while self._read():
            pass
        return self._process.wait(LONGEST)

    def _waits_for(self, text: str) -> None:
        until = time.monotonic() + LONGEST
        while text not in self.shown[self._seen :]:
            assert time.monotonic() < until, f"no {text!r} in {self.shown!r}"
            assert self._read(), f"no {text!r} before the end of {self.shown!r}"
        self._seen = self.shown.index(text, self._seen) + len(text)

    def _read(self) -> bool:
        if not select.select([self._terminal], [], [], LONGEST)[0]:
            return False
        try:
            data = os.read(self._terminal, 65_536)
        except OSError:  # nobody is at the other end any more
            return False
        self.shown += data.decode().replace("\r\n", "\n")
        return bool(data)


def in_order(text: str, parts: Sequence[str]) -> bool:
    """Whether the parts stand in the text one after the other."""
    place = 0
    for part in parts:
        found = text.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return True
