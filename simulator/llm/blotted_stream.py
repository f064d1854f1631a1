"""A stream on which no key shows, whoever writes: tracebacks, loggers, warnings, other people."""

from __future__ import annotations

from collections.abc import Callable
from io import TextIOBase
from typing import Any, TextIO

__all__ = ["BlottedStream"]

_AS_IT_IS = "surrogateescape"
"""Bytes that are no text come back as they were."""


class BlottedStream(TextIOBase):
    """Writes to another stream what is left when keys are blotted out; else it is that stream.

    There are several hooks for uncaught exceptions, and a library that shows locals in tracebacks
    puts its own in their place. They all write here. So does who looks for the bytes under a text,
    as click does where it thinks that a stream has no encoding.
    """

    def __init__(self, stream: TextIO, *, blotted: Callable[[str], str]) -> None:
        """`blotted` makes of a text what may be shown."""
        self._stream, self._blotted = stream, blotted

    @property
    def encoding(self) -> str:  # type: ignore[override] # the base says that it can be set
        """The stream's own."""
        return self._stream.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override] # the base says that it can be set
        """What the stream does with what its encoding has not."""
        return self._stream.errors

    @property
    def buffer(self) -> _BlottedBytes:
        """The bytes under it, where it has any."""
        return _BlottedBytes(self._stream, self._blotted)

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


class _BlottedBytes:
    """The bytes under a stream; each piece that is written is blotted as a text."""

    def __init__(self, stream: TextIO, blotted: Callable[[str], str]) -> None:
        self._stream, self._bytes, self._blotted = stream, stream.buffer, blotted

    @property
    def raw(self) -> _BlottedBytes:
        """It is not kept back here."""
        return self

    def write(self, data: bytes) -> int:
        # What was written as text comes first.
        self._stream.flush()
        encoding = self._stream.encoding or "utf-8"
        shown = self._blotted(bytes(data).decode(encoding, _AS_IT_IS))
        self._bytes.write(shown.encode(encoding, _AS_IT_IS))
        return memoryview(data).nbytes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bytes, name)
