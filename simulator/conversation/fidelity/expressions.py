"""Expressions that are looked for in texts, each made when it is first wanted and then shared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from string import ascii_letters

from simulator.conversation.fidelity.needed import EDGE, alternatives_of, needed
from simulator.conversation.fidelity.phrases import lines_of
from simulator.conversation.fidelity.vocabulary import STOP

__all__ = ["Phrases", "any_of", "compiled", "either"]


_WORD = re.compile(r"[^\W\d_]+")
_APART = str.maketrans(dict.fromkeys(set(map(chr, range(128))) - set(ascii_letters), " "))
_BEGUN = re.compile(r"(?<=[\W\d_])([^\W\d_]+)")
"""A word whose beginning is seen."""
_START = 4
"""Letters that words are looked up by."""
_MANY = 6
"""Expressions from which on looking words up is quicker than looking for each."""


@cache
def compiled(expression: str) -> re.Pattern[str]:
    """An expression as a pattern."""
    return re.compile(expression)


class Phrases:
    """Expressions of which any will do; only those are tried whose words stand in the text."""

    def __init__(self, *expressions: str) -> None:
        self._expressions = expressions
        self._always: list[int] = []
        self._anywhere: list[tuple[int, str]] = []
        self._by_start: dict[str, list[tuple[int, str]]] = {}
        for place, expression in enumerate(expressions):
            words = needed(expression)
            if not words:
                self._always.append(place)
            for word in words:
                start = _start_in(word) if len(expressions) >= _MANY else ""
                there = self._by_start.setdefault(start, []) if start else self._anywhere
                there.append((place, word.strip(EDGE)))

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        """Where the first of them stands; of several at one place, the first that is listed."""
        first: re.Match[str] | None = None
        for place in sorted(self._places(text)):
            found = compiled(self._expressions[place]).search(text, start)
            if found is not None and (first is None or found.start() < first.start()):
                first = found
        return first

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Where they stand, one after the other."""
        found = self.search(text)
        while found is not None:
            yield found
            found = self.search(text, max(found.end(), found.start() + 1))

    def may_stand_in(self, text: str) -> bool:
        """Whether one of them has its words in a text; where none has, none is found there."""
        return bool(self._places(text))

    def _places(self, text: str) -> set[int]:
        """Which of them have their words in a text."""
        found = {place for place, word in self._anywhere if word in text}
        found.update(self._always)
        for start in self._by_start.keys() & _starts(text) if self._by_start else ():
            found.update(place for place, word in self._by_start[start] if word in text)
        return found


@lru_cache(maxsize=1_024)
def _starts(text: str) -> frozenset[str]:
    """How the words of a text begin; short ones whole."""
    words = text.translate(_APART).split() if text.isascii() else _WORD.findall(text)
    return frozenset([word[:_START] for word in words])


def _start_in(needed_word: str) -> str:
    """How a word begins that every text has in which the needed one stands; empty: none is sure."""
    sure = [
        found[1][:_START]
        for found in _BEGUN.finditer(needed_word)
        if len(found[1]) >= _START or found.end() < len(needed_word)
    ]
    return max(sure, key=lambda one: (one not in STOP, len(one)), default="")


@cache
def any_of(*tables: str) -> Phrases:
    """What finds any of the phrases of some tables, as whole words of a folded text."""
    return either(*(one for table in tables for one in _phrases(table)))


@cache
def either(*expressions: str) -> Phrases:
    """What finds any of some expressions."""
    return Phrases(*expressions)


@cache
def _phrases(table: str) -> tuple[str, ...]:
    return tuple(
        rf"(?<!\w){one}(?!\w)" for line in lines_of(table) for one in alternatives_of(line)
    )
