"""A file's text as people see it: lines, columns, and a picture of the place of a mistake."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from simulator.errors import Problem

__all__ = ["Mistake", "SourceText", "clip"]

LINE_BREAK = re.compile(r"\r\n|\n|\r")
TAB_STOP = 4
FRAME_CELLS = 92
"""Widest line of a frame, in terminal cells, without the line numbers."""
UNSAFE = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
"""Categories of characters that could move the caret or turn the text around in a terminal."""
JOINERS = "\u200c\u200d"
"""Format characters that ordinary words and emoji contain."""
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something wrong at an offset into a text, before anybody asks which line that is."""

    index: int
    message: str
    hint: str = ""


@dataclass(frozen=True)
class SourceText:
    """The text of one file; offsets count characters from 0, lines and columns from 1."""

    file: str
    """The name to show."""
    text: str

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in LINE_BREAK.finditer(self.text))]

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines without their line breaks."""
        return tuple(LINE_BREAK.split(self.text))

    def position(self, index: int) -> tuple[int, int]:
        """The line and column of an offset; what lies behind the text is put at its end."""
        within = max(0, min(index, len(self.text)))
        line = bisect_right(self._starts, within)
        return line, within - self._starts[line - 1] + 1

    def offset(self, line: int) -> int:
        """Where a line begins."""
        return self._starts[line - 1]

    def indent(self, line: int) -> int:
        """By how many spaces a line is indented."""
        text = self.lines[line - 1]
        return len(text) - len(text.lstrip(" "))

    def is_content(self, line: int) -> bool:
        """Whether anything but a comment, a directive or a document's start stands on a line."""
        text = self.lines[line - 1].strip()
        return bool(text) and not text.startswith(("#", "---", "%"))

    @cached_property
    def columns(self) -> Counter[int]:
        """How many lines begin behind how many spaces: the file's habit."""
        numbers = range(1, len(self.lines) + 1)
        return Counter(self.indent(line) for line in numbers if self.is_content(line))

    def odd_line(self, line: int) -> int:
        """Of a line and those above that it does not fit to, the one that breaks the habit.

        One above has to be alone in its column for that: two lines are a habit already. Or it
        stands between lines that agree with each other and not with it.
        """
        depth = self.indent(line)
        above = [n for n in range(line - 1, 0, -1) if self.is_content(n)]
        if self._is_stray(above[:2], line):
            return above[0]
        deeper = list(takewhile(lambda n: self.indent(n) > depth, above))
        rivals = [*deeper[-1:], *above[len(deeper) : len(deeper) + 1]]
        return next((n for n in rivals if self._is_odd(n, above, depth)), line)

    def _is_stray(self, above: list[int], line: int) -> bool:
        """Whether the line right above is too far left: those around it form one block."""
        after = (n for n in range(line + 1, len(self.lines) + 1) if self.is_content(n))
        depth, below = self.indent(line), next(after, 0)
        if len(above) < 2 or self.indent(above[0]) >= depth or not below:
            return False
        between = self.indent(above[1]) == depth
        orphan = self.indent(above[1]) == self.indent(above[0])
        orphan = orphan and self.lines[above[1] - 1].rstrip().endswith(":")
        return self.indent(below) == depth and (between or orphan)

    def _is_odd(self, line: int, above: list[int], depth: int) -> bool:
        column = self.indent(line)
        block = takewhile(lambda n: self.indent(n) >= column, above)
        alone = sum(self.indent(n) == column for n in block) == 1
        return alone and self.columns[column] < self.columns[depth]

    def problem(self, mistake: Mistake) -> Problem:
        """The mistake with its place and a picture of it."""
        line, column = self.position(mistake.index)
        return Problem(
            file=self.file,
            line=line,
            column=column,
            message=mistake.message,
            hint=mistake.hint,
            frame=self.frame(line, column),
        )

    def frame(self, line: int, column: int) -> str:
        """The line before, the line with a caret under the column, and the line after.

        Tabs become spaces, wide characters take two cells, and long lines are cut around the
        caret; what cannot be shown safely is shown as a question mark in a diamond.
        """
        shown = len(self.lines) - (self.lines[-1] == "")
        numbers = range(max(1, line - 1), max(line, min(shown, line + 1)) + 1)
        caret = len(_cells(self.lines[line - 1][: column - 1]))
        left = 0 if caret < FRAME_CELLS - 8 else caret - FRAME_CELLS // 2
        digits = len(str(numbers[-1]))
        rows = []
        for number in numbers:
            mark = ">" if number == line else " "
            text = _cut(_cells(self.lines[number - 1]), left)
            rows.append(f"{mark} {number:>{digits}} | {text}".rstrip())
            if number == line:
                rows.append(f"  {'':>{digits}} | {' ' * (caret - left)}^")
        return "\n".join(rows)


def clip(text: str, longest: int = 40) -> str:
    """Somebody's text in one line for a sentence, cut with an ellipsis where it is long."""
    flat = " ".join(text.split())
    safe = "".join(_cells(flat[: longest + 1]))
    return safe if len(safe) <= longest else f"{safe[: longest - 1]}{ELLIPSIS}"


def _cells(line: str) -> list[str]:
    """What stands in each cell of a terminal; the second half of a wide character is empty."""
    cells: list[str] = []
    for char in line:
        if " " <= char <= "~":
            cells.append(char)
        elif char == "\t":
            cells.extend(" " * (TAB_STOP - len(cells) % TAB_STOP))
        elif unicodedata.category(char) in {"Mn", "Me"} or char in JOINERS:
            if cells:
                cells[-1] += char
        elif unicodedata.category(char) in UNSAFE:
            cells.append("\N{REPLACEMENT CHARACTER}")
        else:
            wide = unicodedata.east_asian_width(char) in {"F", "W"}
            cells.extend([char, ""] if wide else [char])
    return cells


def _cut(cells: list[str], left: int) -> str:
    window = cells[left : left + FRAME_CELLS]
    if left and cells and not window:
        return ELLIPSIS
    if left and window:
        window[0] = ELLIPSIS
        if window[1:2] == [""]:
            window[1] = " "
    if len(cells) > left + FRAME_CELLS:
        if cells[left + FRAME_CELLS - 1] == "":
            window[-2] = " "
        window[-1] = ELLIPSIS
    return "".join(window)
