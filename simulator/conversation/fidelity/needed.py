"""What a text must contain for an expression to be found in it, so that most are never tried.

Finding plain words in a text costs a hundredth of trying an expression on it, and an expression
that is never tried is never compiled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from string import ascii_lowercase

from simulator.conversation.fidelity.vocabulary import STOP

__all__ = ["EDGE", "alternatives_of", "needed"]

_TOKEN = re.compile(
    r"(?P<edge>\(\?<!\\w\)|\\b)|(?P<aside>\(\?<?[=!])|(?P<opens>\((?:\?:|\?P<\w+>)?)"
    r"|(?P<closes>\))|(?P<either>\|)|(?P<maybe>(?:[?*]|\{0?,[^}]*\}|\{0\})[?+]?)"
    r"|(?P<times>(?:\+|\{\d[^}]*\})[?+]?)|(?P<plain>[^\\\[\](){}|.^$?*+]+|\\[^\w\s]|\\ )"
    r"|(?P<any>\[\^?\]?(?:\\.|[^\]\\])*\]|\\.|.)",
    re.DOTALL,
)
"""The parts of an expression: groups, repetitions, plain text, and what stands for any of several.

It reads the expressions of this package; flags and references to groups are none of them.
"""
EDGE = "\0"
"""What stands in a needed word for the beginning of a word of the text."""
_LETTERS = ascii_lowercase
_COMMON = 8
"""How much oftener words without matter are said than others as long."""


@cache
def needed(expression: str) -> tuple[str, ...]:
    """Words of which one stands wherever the expression is found; none where it cannot be told."""
    found, _ = _either(_tokens(expression))
    return tuple(sorted(found)) if found is not None else ()


def alternatives_of(expression: str) -> list[str]:
    """The expressions of which any will do: those between the bars outside all groups."""
    found, depth, start = [], 0, 0
    for token in _TOKEN.finditer(expression):
        if token.lastgroup in {"opens", "aside"}:
            depth += 1
        elif token.lastgroup == "closes":
            depth -= 1
        elif token.lastgroup == "either" and not depth:
            found.append(expression[start : token.start()])
            start = token.end()
    return [*found, expression[start:]]


_Tokens = Iterator[tuple[str, str]]
_Words = frozenset[str] | None


def _tokens(expression: str) -> _Tokens:
    for token in _TOKEN.finditer(expression):
        yield token.lastgroup or "any", token[0]


def _either(tokens: _Tokens, *, lead: str = "") -> tuple[_Words, bool]:
    """What one of the alternatives needs, up to the end of their group, after such a character.

    And whether each of them ends with a space.
    """
    found: set[str] | None = set()
    going = spaced = True
    while going:
        words, going, space = _row(tokens, lead)
        found = None if found is None or words is None else found | words
        spaced = spaced and space
    return frozenset(found) if found else None, spaced


def _row(tokens: _Tokens, lead: str) -> tuple[_Words, bool, bool]:
    """What one alternative needs most, whether another follows, whether it ends with a space."""
    best: _Words = None
    text, group = lead, None
    begins = spaced = False
    for kind, said in tokens:
        if kind in {"either", "closes"}:
            best = _better(_better(best, _plain(text)), group)
            return best, kind == "either", text.endswith(" ")
        if kind == "maybe":
            text, group, spaced = text[:-1], None, spaced and begins
        if kind == "plain" or (kind == "opens" and spaced):
            best, group = _better(best, group), None
            text += EDGE * spaced
        if kind == "plain":
            text, spaced = text + said.removeprefix("\\"), False
            continue
        best, group = _better(_better(best, _plain(text)), group), None
        if kind == "opens":
            begins = text[-1:] in {" ", EDGE}
            group, spaced = _either(tokens, lead=text[-1:].strip(_LETTERS))
        elif kind == "aside":
            _either(tokens)
        if kind not in {"opens", "maybe", "times"}:
            spaced = False
        text = EDGE if kind == "edge" else ""
    return _better(_better(best, _plain(text)), group), False, False


def _plain(text: str) -> _Words:
    return frozenset({text}) if text.strip(f" {EDGE}") else None


def _better(one: _Words, other: _Words) -> _Words:
    """What is in fewer texts."""
    if one is None or other is None:
        return other if one is None else one
    return other if _odds(other) < _odds(one) else one


def _odds(words: frozenset[str]) -> float:
    """How often one of them is in a text, compared with others: longer words are rarer."""
    return sum(0.5 ** len(word) * (_COMMON if _is_common(word) else 1) for word in words)


def _is_common(words: str) -> bool:
    return all(word in STOP for word in words.strip(EDGE).replace("'", " ").split())
