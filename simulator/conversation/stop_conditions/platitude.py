"""What a turn adds to a talk: nothing, where it is all praise, agreement, thanks and leave.

The words are taken one by one, those of the last turns and of courtesy left out; what remains is
new. So this finds politeness in whatever order its words come, in four languages, where
`courtesy` reads the clauses of English.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from simulator.conversation.hearing.words import FIGURE, fold
from simulator.conversation.stop_conditions.polite_words import (
    AGREEING,
    FILLING,
    FORMULAS,
    GREETS,
    PROPOSES,
    WARM,
)

__all__ = ["Platitude", "platitude_of"]

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_QUESTION = re.compile(r"[?\u00bf]")
_TAG = re.compile(
    r",\s*(?:\w+n't (?:it|we|you|they|that|he|she)|don't you (?:think|agree)|n'est-ce pas"
    r"|nicht wahr|oder|verdad|no es cierto|right)\s*[?!.]+"
)
"""What asks for nothing but agreement."""
_DENIES = re.compile(
    r"\b(?:not|never|nicht|kein\w*|nie|pas|jamais|nunca|nobody|nothing|nichts|rien)\b|n't\b|"
    r"(?<=\w )no\b"
)
"""What turns agreement round, where no formula has it."""
_CALMS = re.compile(r"^\W*(?:(?:no|nein|non|oh|ach|ah)\W+)+")
"""A "no" at the beginning, which waves thanks aside."""
_NO_FIGURES = frozenset({"one", "tres"})
"""Numbers that are more often something else: "everyone here is one", "tres bien"."""
_ECHOED = 1
"""Words of the last turns that praise may take up."""
_STEM = 5
"""Letters by which a word is known again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Platitude:
    """What of a turn is new, and what of it is polite."""

    new: int
    """Words of no courtesy, one left out that somebody has just said."""
    warm: bool
    """Whether it praises, thanks, rejoices or takes leave."""
    agrees: bool
    """Whether it agrees."""
    asks: bool
    """Whether it asks something."""
    greets: bool
    """Whether it says what people say when they come."""
    moves: bool
    """Whether it counts, proposes or denies something: it adds to the talk whatever its words."""

    def adds_at_most(self, words: int) -> bool:
        """Whether it says nothing but for so many words."""
        return not self.asks and not self.moves and self.new <= words


def platitude_of(text: str, names: Collection[str], before: Iterable[str]) -> Platitude:
    """What a text adds to those before it; `names` are the folded words of people's names.

    The same text over again echoes nothing: it is a loop, and whatever it said it still says.
    """
    read = _read(text)
    heard = frozenset().union(*(_read(one).stems for one in before if one != text))
    rest = {word for word in read.rest if word not in names}
    echoed = sum(word[:_STEM] in heard for word in rest)
    return Platitude(
        new=len(rest) - min(echoed, _ECHOED),
        warm=read.warm,
        agrees=read.agrees,
        asks=read.asks,
        greets=read.greets,
        moves=read.moves,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A text, read."""

    rest: frozenset[str]
    """Its words that are not words of courtesy."""
    stems: frozenset[str]
    """How all of its words begin."""
    warm: bool
    agrees: bool
    asks: bool
    greets: bool
    moves: bool


@lru_cache(maxsize=256)
def _read(text: str) -> _Read:
    folded = _TAG.sub(".", fold(text).replace("\u0153", "oe"))
    bare = FORMULAS.sub(" ", _CALMS.sub("", folded))
    words = _WORD.findall(bare.replace("'", " "))
    kinds = {word: _kind(word) for word in set(words)}
    said_in_formula = len(bare) < len(folded) and FORMULAS.search(folded) is not None
    return _Read(
        rest=frozenset(word for word, kind in kinds.items() if not kind),
        stems=frozenset(word[:_STEM] for word in _WORD.findall(folded)),
        warm="warm" in kinds.values(),
        agrees=said_in_formula or "agreeing" in kinds.values(),
        asks=_QUESTION.search(folded) is not None,
        greets=GREETS.search(folded) is not None,
        moves=bool(PROPOSES.search(bare) or _DENIES.search(bare) or _counts(bare)),
    )


def _counts(folded: str) -> bool:
    return any(found[0] not in _NO_FIGURES for found in FIGURE.finditer(folded))


@lru_cache(maxsize=4_096)
def _kind(word: str) -> str:
    """What a folded word is of courtesy: warm, agreeing, filling; empty: nothing."""
    for kind, pattern in (("warm", WARM), ("agreeing", AGREEING)):
        if pattern.match(word):
            return kind
    return "filling" if word in FILLING or len(word) == 1 else ""
