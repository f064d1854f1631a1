"""Wrapping words while they stream in: a word is placed once it is whole."""

from __future__ import annotations

import re

from rich.cells import cell_len

__all__ = ["StreamedWords"]

_PIECES = re.compile(r"\n|[^\S\n]+|\S+")


class StreamedWords:
    """Lays out a growing text in lines of `width` cells, each indented by `indent`."""

    def __init__(self, *, width: int, indent: int) -> None:
        self._width, self._break = width, "\n" + " " * indent
        self._column = 0
        self._space = ""
        self._held = ""

    def feed(self, text: str) -> str:
        """What can be shown now that more has come; the last word waits for its end."""
        pieces = _PIECES.findall(self._held + text)
        self._held = pieces.pop() if pieces and not pieces[-1].isspace() else ""
        return "".join(map(self._placed, pieces))

    def rest(self) -> str:
        """The last word."""
        held, self._held = self._held, ""
        return self._placed(held) if held else ""

    def _placed(self, piece: str) -> str:
        if piece == "\n":
            self._column, self._space = 0, ""
            return self._break
        if piece.isspace():
            self._space = self._space + piece if self._column else ""
            return ""
        space, self._space = self._space, ""
        size = cell_len(piece)
        if self._column and self._column + len(space) + size > self._width:
            self._column = size
            return self._break + piece
        self._column += len(space) + size
        return space + piece
