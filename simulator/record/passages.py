"""Cutting a text into passages of a size that fits into a prompt, each with its headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

__all__ = ["FEWEST_WORDS", "MOST_WORDS", "Section", "passages_in", "plain_passages_in"]

FEWEST_WORDS: Final = 80
"""Paragraphs are gathered until a passage has this many words, or its section ends."""
MOST_WORDS: Final = 200
"""A longer passage is cut, between paragraphs or else between sentences."""

HEADING: Final = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*")
FENCE: Final = re.compile(r"[ ]{0,3}(```+|~~~+)")
SENTENCE_END: Final = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True, slots=True)
class Section:
    """A run of text under one heading; here also one passage of it."""

    headings: tuple[str, ...]
    """From the outermost heading inwards; empty before the first one."""
    text: str


def passages_in(text: str) -> list[Section]:
    """The passages of a Markdown or plain text, in their order."""
    return [
        Section(section.headings, passage)
        for section in _sections(text)
        for passage in _gathered(_pieces(section.text))
    ]


def plain_passages_in(text: str) -> list[str]:
    """The passages of a text without headings, such as a page of a PDF, in their order."""
    return list(_gathered(_pieces(text)))


def _sections(text: str) -> Iterator[Section]:
    headings: dict[int, str] = {}
    lines: list[str] = []
    fence = ""
    for line in text.splitlines():
        mark = FENCE.match(line)
        if mark and (not fence or line.strip().startswith(fence)):
            fence = "" if fence else mark[1]
        heading = None if fence else HEADING.fullmatch(line)
        if heading is None:
            lines.append(line)
            continue
        yield Section(tuple(headings.values()), "\n".join(lines))
        level = len(heading[1])
        headings = {depth: name for depth, name in headings.items() if depth < level}
        headings[level] = heading[2]
        lines = []
    yield Section(tuple(headings.values()), "\n".join(lines))


def _pieces(text: str) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n", text):
        if paragraph.strip():
            yield from _cut(paragraph.strip())


def _cut(paragraph: str) -> Iterator[str]:
    if _length(paragraph) <= MOST_WORDS:
        yield paragraph
        return
    sentences = SENTENCE_END.split(paragraph)
    parts = (part for sentence in sentences for part in _slices(sentence))
    yield from _joined(parts, between=" ")


def _slices(sentence: str) -> Iterator[str]:
    if _length(sentence) <= MOST_WORDS:
        yield sentence
        return
    words = sentence.split()
    for first in range(0, len(words), MOST_WORDS):
        yield " ".join(words[first : first + MOST_WORDS])


def _gathered(pieces: Iterator[str]) -> Iterator[str]:
    yield from _joined(pieces, between="\n\n")


def _joined(parts: Iterator[str], *, between: str) -> Iterator[str]:
    held: list[str] = []
    words = 0
    for part in parts:
        length = _length(part)
        if held and (words >= FEWEST_WORDS or words + length > MOST_WORDS):
            yield between.join(held)
            held, words = [], 0
        held.append(part)
        words += length
    if held:
        yield between.join(held)


def _length(text: str) -> int:
    return len(text.split())
