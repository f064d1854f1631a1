"""One line at the bottom of a terminal that says what is going on; it never reaches a pipe."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from rich.cells import cell_len, set_cell_size

from simulator.display.terminal import Terminal

__all__ = ["StatusLine"]

_CLEAR = "\r\x1b[2K"
_EVERY = 0.1
"""Seconds between two looks: what lasts a shorter time is not shown and does not flicker."""


class StatusLine:
    """Shows one changing line; silent where the stream is no screen or must not move."""

    def __init__(self, out: Terminal, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._out, self._clock = out, clock
        self._parts: tuple[str, ...] = ()
        self._since = clock()
        self._shown = ""
        self._held = False

    def say(self, *parts: str) -> None:
        """What goes on from now on; the seconds since then are added."""
        if parts != self._parts:
            self._parts, self._since = parts, self._clock()

    def hold(self) -> None:
        """Make room for talk, and stay away until it has come to the end of a line."""
        self._held = True
        if self._shown:
            self._out.raw(_CLEAR)
            self._shown = ""

    def release(self) -> None:
        """Come back."""
        self._held = False

    def refresh(self) -> None:
        """Show what goes on now."""
        text = self._text()
        if self._out.styled and not self._held and text != self._shown:
            self._out.raw(_CLEAR + text)
            self._shown = text

    @asynccontextmanager
    async def ticking(self) -> AsyncIterator[None]:
        """Keep the seconds going while the block runs, and clear the line after it."""
        task = asyncio.create_task(self._tick())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])
            self.hold()

    async def _tick(self) -> None:
        while self._out.styled:
            await asyncio.sleep(_EVERY)
            self.refresh()

    def _text(self) -> str:
        if not self._parts:
            return ""
        seconds = int(self._clock() - self._since)
        waited = (f"{seconds} s",) if seconds else ()
        text = " · ".join((*self._parts, *waited))
        room = self._out.screen_columns - 1
        return text if cell_len(text) <= room else set_cell_size(text, room)
