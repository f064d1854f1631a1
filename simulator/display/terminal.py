"""Where text goes: a terminal with colours, or a pipe without a single escape code.

Colours and moving lines need a terminal, no `NO_COLOR` (https://no-color.org) and a `TERM` other
than `dumb`. A reader that goes away (`| head`) ends the output, not the program.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TextIO

from rich.console import Console
from rich.text import Text

__all__ = ["Terminal", "same_stream"]

_WIDEST = 96
"""Cells of a line at most, so that talk stays readable on wide screens."""
_NARROWEST = 20
_USUAL = 80
"""Cells of a terminal that does not say how wide it is."""


class Terminal(Console):
    """A stream to print lines on, as styled as it can show."""

    def __init__(self, stream: TextIO, *, environ: Mapping[str, str]) -> None:
        self.is_screen = stream.isatty()
        dumb = environ.get("TERM", "") == "dumb"
        self.styled = self.is_screen and not dumb and not environ.get("NO_COLOR")
        """Whether escape codes may be written."""
        super().__init__(
            file=stream,
            force_terminal=self.styled,
            color_system="auto" if self.styled else None,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
        )
        self._stream = stream
        self._environ = environ

    @property
    def columns(self) -> int:
        """Cells of a line of talk."""
        return max(_NARROWEST, min(self.screen_columns, _WIDEST))

    @property
    def screen_columns(self) -> int:
        """Cells of a line; of a pipe what `COLUMNS` says, else the widest line of talk."""
        told = self._environ.get("COLUMNS", "")
        if told.isdecimal() and int(told) > 0:
            return int(told)
        return self._seen_columns() if self.is_screen else _WIDEST

    def _seen_columns(self) -> int:
        """What the terminal itself says: this one, also where stdout leads elsewhere."""
        try:
            seen = os.get_terminal_size(self._stream.fileno()).columns
        except (OSError, ValueError):
            seen = 0
        return seen or _USUAL

    def fitted(self, text: str, *, indent: int) -> list[str]:
        """The text in lines that fit behind an indent; a pipe gets it whole."""
        if not self.is_screen:
            return [text]
        lines = Text(text).wrap(self, max(_NARROWEST, self.screen_columns - indent))
        return [line.plain.rstrip() for line in lines]

    def say(self, text: str | Text = "", style: str = "") -> None:
        """Print one line as it is: neither wrapped nor cut."""
        if not self.styled:
            self.raw(f"{text}\n")
            return
        shown = Text(text, style=style) if isinstance(text, str) else text
        self.print(shown, soft_wrap=True)

    def raw(self, text: str) -> None:
        """Write a text as it is, at once."""
        try:
            self._stream.write(text)
            self._stream.flush()
        except BrokenPipeError:
            self.on_broken_pipe()

    def on_broken_pipe(self) -> None:
        """Let everything that is still written vanish."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)


def same_stream(one: TextIO, other: TextIO) -> bool:
    """Whether two streams lead to the same place: one terminal, or `2>&1`."""
    try:
        first, second = os.fstat(one.fileno()), os.fstat(other.fileno())
    except (OSError, ValueError):
        return False
    return (first.st_dev, first.st_ino) == (second.st_dev, second.st_ino)
