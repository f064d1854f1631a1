"""Lines that somebody types at a terminal, read without holding up the event loop."""

from __future__ import annotations

import asyncio
import os
import threading
from codecs import getincrementaldecoder
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from simulator.errors import UsageError

__all__ = ["Keyboard", "Lines"]

_CHUNK = 4_096
"""Bytes read at once; a terminal hands over a line of at most as many."""


class Lines:
    """The lines that are typed while somebody has the keyboard."""

    def __init__(self, keyboard: Keyboard) -> None:
        self._keyboard = keyboard
        self.waits: asyncio.Future[str] | None = None
        """What the next line is for, while somebody waits for it."""

    async def line(self) -> str:
        """The next line, without its end; one that ends with a backslash goes on in the next.

        Raises:
            EOFError: there are no more (Ctrl-D).
            UsageError: nothing can be typed here.
        """
        text = await self._keyboard.next_for(self)
        while text.endswith("\\"):
            text = text[:-1] + "\n" + await self._keyboard.next_for(self)
        return text


class Keyboard:
    """A terminal's input, shared by all who read from it: whoever took it last has it."""

    def __init__(self, descriptor: int = 0) -> None:
        self._descriptor = descriptor
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._typed = ""
        self._ended = self._in_thread = False
        self._readers: list[Lines] = []

    @property
    def is_terminal(self) -> bool:
        """Whether somebody can sit there."""
        try:
            return os.isatty(self._descriptor)
        except OSError:
            return False

    @contextmanager
    def taken(self) -> Iterator[Lines]:
        """The keyboard for oneself, until the block ends; others wait meanwhile."""
        reader = Lines(self)
        self._readers.append(reader)
        try:
            yield reader
        finally:
            self._readers.remove(reader)
            self._serve()

    async def next_for(self, reader: Lines) -> str:
        """The next line that is for this reader."""
        loop = asyncio.get_running_loop()
        reader.waits = loop.create_future()
        try:
            self._serve()
            self._listen(loop)
            return await reader.waits
        finally:
            reader.waits = None
            self._listen(loop)

    def _listen(self, loop: asyncio.AbstractEventLoop) -> None:
        """Read while somebody waits for a line: what is typed at other times stays where it is."""
        waited_for = any(reader.waits and not reader.waits.done() for reader in self._readers)
        try:
            if waited_for:
                loop.add_reader(self._descriptor, self._read)
            else:
                loop.remove_reader(self._descriptor)
        except NotImplementedError:  # the event loop of Windows waits for no terminal
            if waited_for and not self._in_thread:
                self._in_thread = True
                threading.Thread(target=self._wait, args=(loop,), daemon=True).start()
        except OSError as error:
            raise UsageError(
                "Nobody can be asked here: the input is no terminal that can be waited for."
            ) from error

    def _wait(self, loop: asyncio.AbstractEventLoop) -> None:
        """Wait for what is typed next, in a thread; nobody waits for the thread."""
        data = self._next()

        def arrived() -> None:
            self._in_thread = False
            self._take(data)
            self._listen(loop)

        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(arrived)

    def _read(self) -> None:
        self._take(self._next())

    def _next(self) -> bytes | None:
        """What is typed next; nothing at the end, None where nothing is there yet after all."""
        try:
            return os.read(self._descriptor, _CHUNK)
        except BlockingIOError:
            return None
        except OSError:  # the terminal is gone
            return b""

    def _take(self, data: bytes | None) -> None:
        if data is None:
            return
        self._typed += self._decode(data)
        self._ended = not data
        self._serve()

    def _serve(self) -> None:
        """Hand over a line, or the end, to whoever has the keyboard and waits."""
        waits = self._readers[-1].waits if self._readers else None
        if waits is None or waits.done():
            return
        line, end, rest = self._typed.partition("\n")
        if end or (line and self._ended):
            self._typed = rest
            waits.set_result(line.removesuffix("\r"))
        elif self._ended:
            self._ended = False
            waits.set_exception(EOFError("the input is at its end"))
