"""Where the keys and values of a YAML file stand, for tests that spoil files at known places.

A small scanner of its own for the YAML that people write here (comments, block and flow
collections, quoted and plain text, folded text; no anchors or tags): it shares nothing with the
reader under test, so that the two can disagree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Anchor", "Path", "scan"]

Path = tuple[str | int, ...]
"""Where a value stands: keys and list positions from the top."""

BLANK = re.compile(r"(?:\s|(?<!\S)#[^\n]*)*")
DASH = re.compile(r"-(?=\s|\Z)")
KEY = re.compile(r"""("[^"\n]*"|'[^'\n]*'|[\w.][^\n#]*?)[ ]*:(?=\s|\Z)""")
FLOW_KEY = re.compile(r"""("[^"\n]*"|'[^'\n]*'|[^\s,\[\]{}#"'][^,\[\]{}\n]*?)[ ]*:(?=[\s,\]}])""")
DEEPER = re.compile(r"(?:[ \t]*\n)+([ ]*)[^\s#](?:[^\n]*\S)?")
QUOTED = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\'\'|[^\'])*\'', re.DOTALL)
PLAIN = re.compile(r"[^\n]*?(?=[ \t]+#|[ \t]*$)", re.MULTILINE)
FLOW_PLAIN = re.compile(r"[^,\[\]{}\n]*?(?=\s*[,\[\]{}\n])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """One entry of a mapping or one item of a list; places are offsets into the text."""

    path: Path
    start: int
    """The key's first character; of an item, its value's."""
    after: int
    """Just behind the key's colon; of an item, `start`."""
    value: int
    """The value's first character."""
    end: int
    """Just behind the value's last character; equal to `value` where there is none."""
    flow: bool
    """Whether it stands between braces or brackets."""


def scan(text: str) -> tuple[Anchor, ...]:
    """Every entry and item of a file, in the order of their places."""
    scanner = _Scanner(text)
    scanner.value((), parent=-1, dash=0)
    return tuple(sorted(scanner.found, key=lambda anchor: (anchor.start, len(anchor.path))))


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text, self.pos = text, 0
        self.found: list[Anchor] = []

    def value(self, path: Path, *, parent: int, dash: int, fresh: bool = False) -> tuple[int, int]:
        """Read the value that follows: deeper than `parent`, a list from column `dash` on."""
        begin = self.pos
        self.pos += len(self.text[begin:]) - len(self.text[begin:].lstrip(" "))
        if self.text[self.pos : self.pos + 1] in {"", "\n", "#"}:
            self.skip()
            deep = self.column > parent or (self.column >= dash and self.meets(DASH))
            if self.pos == len(self.text) or not deep:
                self.pos = begin
                return begin, begin
            fresh = True
        start = self.pos
        self._read(path, parent, fresh=fresh)
        return start, self.pos

    def _read(self, path: Path, parent: int, *, fresh: bool) -> None:
        char = self.text[self.pos]
        if self.meets(DASH):
            self.items(path)
        elif fresh and self.meets(KEY):
            self.entries(path)
        elif char in "[{":
            self.flow(path)
        elif char not in "\"'" or not self.take(QUOTED):
            self.take(PLAIN)
            self.deeper_lines(parent)

    def entries(self, path: Path) -> None:
        """Read a block mapping."""
        column, end = self.column, self.pos
        while self.column == column and (match := KEY.match(self.text, self.pos)):
            start, self.pos = self.pos, match.end()
            name = match[1].strip("\"'")
            value, end = self.value((*path, name), parent=column, dash=column)
            self.note((*path, name), (start, match.end(), value, end))
            self.skip()
        self.pos = end

    def items(self, path: Path) -> None:
        """Read a block list."""
        column, end, index = self.column, self.pos, 0
        while self.column == column and self.take(DASH):
            here = (*path, index)
            value, end = self.value(here, parent=column, dash=column + 1, fresh=True)
            self.note(here, (value, value, value, end))
            index += 1
            self.skip()
        self.pos = end

    def flow(self, path: Path) -> None:
        """Read what stands between braces or brackets."""
        mapping, index = self.text[self.pos] == "{", 0
        self.pos += 1
        while self.skip() < len(self.text) and self.text[self.pos] not in "]}":
            start = after = self.pos
            here: Path = (*path, index)
            if self.text[self.pos] == ",":
                self.pos += 1
                continue
            if mapping and (match := FLOW_KEY.match(self.text, self.pos)):
                here = (*path, match[1].strip("\"'"))
                after = self.pos = match.end()
                self.skip()
            value = self.pos
            self._flow_value(here)
            self.note(here, (start, after, value, self.pos), flow=True)
            index += 1
        self.pos += 1

    def _flow_value(self, path: Path) -> None:
        char = self.text[self.pos]
        if char in "[{":
            self.flow(path)
        elif char not in "\"'" or not self.take(QUOTED):
            self.take(FLOW_PLAIN)

    def deeper_lines(self, parent: int) -> None:
        """Read on to the end of the last line that is deeper than `parent`."""
        while (match := DEEPER.match(self.text, self.pos)) and len(match[1]) > parent:
            self.pos = match.end()

    def skip(self) -> int:
        """Pass over blanks and comments; the new place."""
        self.take(BLANK)
        return self.pos

    def take(self, pattern: re.Pattern[str]) -> bool:
        """Pass over what fits the pattern here, if it does."""
        match = pattern.match(self.text, self.pos)
        self.pos = match.end() if match else self.pos
        return match is not None

    def meets(self, pattern: re.Pattern[str]) -> bool:
        """Whether the pattern fits here."""
        return pattern.match(self.text, self.pos) is not None

    @property
    def column(self) -> int:
        """The column of the place, from 0."""
        return self.pos - (self.text.rfind("\n", 0, self.pos) + 1)

    def note(self, path: Path, places: tuple[int, int, int, int], *, flow: bool = False) -> None:
        """Keep what was found."""
        start, after, value, end = places
        self.found.append(
            Anchor(path=path, start=start, after=after, value=value, end=end, flow=flow)
        )
