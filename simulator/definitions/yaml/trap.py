"""What YAML lets pass although it is not what its author meant.

A comma that cut a text in two, ` #` that cut one short, a dash that joined two items, a quote that
was never opened or never closed: valid YAML that says something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from simulator.definitions.yaml.document import Node
from simulator.definitions.yaml.source_text import Mistake, SourceText, clip

__all__ = [
    "COLONLESS",
    "UNSPACED",
    "Entry",
    "odd_characters",
    "plain_traps",
    "swallows_lines",
    "valueless",
]

COLONLESS = re.compile(r"([A-Za-z_][\w-]*)(?: +| *= *)[\[{\"'].*", re.DOTALL)
"""A name with a value in quotes or brackets behind it, and no colon between them."""
UNSPACED = re.compile(r"([A-Za-z_][\w-]*):(\S.*)")
"""A name with a value behind it, and no space after the colon."""
TWO_WORDS = re.compile(r"([A-Za-z_][\w-]*) +(\S.*)")
CRAMPED_COMMENT = re.compile(r"[ \t]+(#[^\s#].*)")
NEW_ENTRY = re.compile(r" *(?:-(?: |$)|[^\s#\"'-][^\"':]*:(?: |$)|\"[^\"]*\":(?: |$))")
KEY_COLUMN = re.compile(r" *(?:- +)*")
DASH_BELOW = re.compile(r"[\r\n] *-(?=[ ])")
UNOPENED = re.compile(r"[^0-9]\"$|[^\w\s]'$")
"""Quotes at the end of a text that are neither inches nor an apostrophe."""
INVISIBLE = re.compile(r"[\u00a0\u00ad\u1680\u2000-\u200b\u202f\u205f\u2060\u3000]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a mapping as it was written, and its value."""

    key: str
    start: int
    node: Node
    valued: bool
    """Whether there is a colon; in braces a comma can end an entry before it."""
    quoted: bool = False
    """The key stands in quotes."""

    @property
    def colonless(self) -> str | None:
        """The name in the key, where the colon between it and its value was forgotten."""
        found = None if self.quoted else COLONLESS.fullmatch(self.key)
        return found[1] if found else None


def swallows_lines(source: SourceText, start: int, end: int) -> bool:
    """Whether a quoted text runs over what looks like the next key or item of its block.

    YAML 1.2 wants every further line of a quoted text indented deeper than its key; a line that
    is not, and begins an entry of its own, shows that the quote was never closed.
    """
    first, last = source.position(start)[0], source.position(end)[0]
    found = KEY_COLUMN.match(source.lines[first - 1])
    column = found.end() if found else 0
    return any(
        NEW_ENTRY.match(source.lines[line - 1]) and source.indent(line) <= column
        for line in range(first + 1, last + 1)
    )


def odd_characters(key: str, start: int) -> Iterator[Mistake]:
    """Spaces that are none in a key without quotes: it looks like another and is not."""
    if INVISIBLE.search(key):
        message = f"`{clip(key)}` contains a space or mark that is not an ordinary one."
        yield Mistake(start, message, "Type the line again, with the space bar.")


def plain_traps(source: SourceText, start: int, end: int) -> Iterator[Mistake]:
    """What can be wrong with a text without quotes that YAML accepts."""
    text = source.text[start:end]
    comment = CRAMPED_COMMENT.match(source.text, end)
    dash = DASH_BELOW.search(text)
    if comment:
        message = f"This text ends before `{clip(comment[1])}`, which is taken as a comment."
        hint = "Put quotes around text with ` #`, or a space after the # of a comment."
        yield Mistake(start, message, hint)
    elif dash:
        yield _joined_items(source, start, start + dash.end())
    elif UNOPENED.search(text) and text.count(text[-1]) % 2:
        yield _unopened(start, text)


def _joined_items(source: SourceText, start: int, dash: int) -> Mistake:
    """Which of two items lacks its dash, the space behind it, or its place in the column."""
    line, column = source.position(start)
    if re.match(r"-[^\s-]", source.text[start:]):
        return Mistake(start, "This dash lacks a space after it.", "Write `- `.")
    if source.indent(line) == column - 1:
        message = "This item has no dash, but the items below it have."
        return Mistake(start, message, "Begin it with `- `.")
    odd = source.odd_line(source.position(dash)[0])
    message = "This line is not indented as the other items are: they become one text."
    hint = "Begin every dash of a list in the same column."
    return Mistake(source.offset(odd) + source.indent(odd), message, hint)


def _unopened(start: int, text: str) -> Mistake:
    message = "This text ends with a quote, but does not begin with one."
    return Mistake(start, message, f"Write {text[-1]}{clip(text)}, or no quote at all.")


def valueless(entries: list[Entry]) -> Iterator[Mistake]:
    """Keys in braces that have no value, each run of them as one mistake."""
    before: Entry | None = None
    for valued, run in groupby(entries, key=lambda entry: entry.valued):
        group = list(run)
        if not valued:
            cut = next((n for n, one in enumerate(group) if one.colonless), len(group))
            if cut:
                yield _cut_by_comma(before, group[:cut])
            for entry in group[cut : cut + 1]:
                message = f"`{entry.colonless}` has no colon after it."
                yield Mistake(entry.start, message, f"Write `{entry.colonless}: ...`.")
        before = group[-1]


def _cut_by_comma(before: Entry | None, cut: list[Entry]) -> Mistake:
    first, words = cut[0], TWO_WORDS.fullmatch(cut[0].key)
    shown = clip(first.key)
    unspaced = UNSPACED.fullmatch(first.key)
    if unspaced:
        hint = f"Write `{unspaced[1]}: {clip(unspaced[2])}`."
        return Mistake(first.start, f"`{shown}` lacks a space after its colon.", hint)
    meant = f"{words[1]}: {clip(words[2])}" if words else f"{shown}: ..."
    if before is None or not before.node.source:
        return Mistake(first.start, f"`{shown}` has no value.", f"Write `{meant}`.")
    whole = ", ".join([before.node.source, *(entry.key for entry in cut)])
    if before.node.plain and UNOPENED.search(whole) and whole.count(whole[-1]) % 2:
        return _unopened(before.node.start, whole)
    cure = f'put quotes around text with a comma: {clip(before.key)}: "{clip(whole)}"'
    hint = f"Or is a colon missing: `{meant}`?" if words else ""
    return Mistake(first.start, f"`{shown}` has no value; {cure}", hint)
