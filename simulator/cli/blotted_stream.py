"""A stream on which no key shows, whoever writes: tracebacks, loggers, warnings, other people."""

from __future__ import annotations

from io import TextIOBase
from typing import Any, TextIO

from simulator.llm.credentials import Credentials

__all__ = ["BlottedStream"]


class BlottedStream(TextIOBase):
    """Writes to another stream what is left when keys are blotted out; else it is that stream.

    Hooks for uncaught exceptions would have to be three (of the process, of threads, of event
    loops), and a library that shows locals in tracebacks puts its own in their place. They all
    write here.
    """

    def __init__(self, stream: TextIO, *, credentials: Credentials) -> None:
        self._stream, self._credentials = stream, credentials

    def write(self, text: str) -> int:
        """Write what may be shown."""
        self._stream.write(self._credentials.blotted(text))
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
        """Close the stream."""
        self._stream.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
