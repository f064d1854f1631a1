"""A stream on which no key shows, whoever writes: tracebacks, loggers, warnings, other people."""

from __future__ import annotations

from collections.abc import Callable
from io import TextIOBase
from typing import Any, TextIO

__all__ = ["BlottedStream"]


class BlottedStream(TextIOBase):
    """Writes to another stream what is left when keys are blotted out; else it is that stream.

    There are several hooks for uncaught exceptions, and a library that shows locals in tracebacks
    puts its own in their place. They all write here.
    """

    def __init__(self, stream: TextIO, *, blotted: Callable[[str], str]) -> None:
        """`blotted` makes of a text what may be shown."""
        self._stream, self._blotted = stream, blotted

    def write(self, text: str) -> int:
        """Write what may be shown."""
        self._stream.write(self._blotted(text))
        return len(text)

    def flush(self) -> None:
        """Flush the stream."""
        self._stream.flush()

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """The file under it."""
        return self._stream.fileno()

    def writable(self) -> bool:
        """It is."""
        return True

    def close(self) -> None:
        """Leave the stream as it is: it is others' as well, and this one may go before it."""
        self.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
