"""What a person or a model types, as a full-text query that cannot break the query syntax."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

__all__ = ["STOP_WORDS", "TOKENIZER", "any_of", "phrases_in", "telling", "words_in"]

TOKENIZER: Final = "porter unicode61 remove_diacritics 2"
"""Words by their English stem, without case and accents (https://sqlite.org/fts5.html)."""

MOST_WORDS: Final = 64
"""Words of a query that count; the rest of a longer one changes little."""

STOP_WORDS: Final = frozenset(
    [
        *("a", "about", "all", "am", "an", "and", "any", "are", "as", "at", "be", "been", "but"),
        *("by", "can", "could", "did", "do", "does", "for", "from", "get", "had", "has", "have"),
        *("he", "her", "him", "his", "how", "i", "if", "in", "into", "is", "it", "its", "just"),
        *("ll", "me", "my", "no", "not", "of", "on", "or", "our", "out", "please", "re", "s"),
        *("she", "should", "so", "some", "t", "tell", "than", "that", "the", "their", "them"),
        *("then", "there", "these", "they", "this", "to", "up", "us", "ve", "was", "we", "were"),
        *("what", "when", "where", "which", "who", "why", "will", "with", "would", "you", "your"),
    ]
)
"""English words that say nothing about a subject."""

_QUOTED: Final = re.compile('["\u201c\u201d\u201e]([^"\u201c\u201d\u201e]*)["\u201c\u201d]')
_JOINS: Final = frozenset("'-\u2018\u2019\u2010\u2011")
"""Apostrophes and hyphens: what they join is one word to people and several to the index."""


def words_in(query: str) -> tuple[str, ...]:
    """The different words of a query in their order, at most 64: letters, marks and digits."""
    return _different(_kept(query).split())


def phrases_in(query: str) -> tuple[str, ...]:
    """What a person looks for, at most 64 words and phrases: the words of a phrase in a row.

    A part in quotation marks is a phrase, and so is what an apostrophe or a hyphen joins:
    `can't` is `can t`, not every `t`.
    """
    quoted = [" ".join(_kept(part).split()[:MOST_WORDS]) for part in _QUOTED.findall(query)]
    rest = "".join("\0" if char in _JOINS else char for char in _QUOTED.sub(" ", query))
    joined = _kept(rest, also="\0").split()
    single = [" ".join(word.replace("\0", " ").split()[:MOST_WORDS]) for word in joined]
    return _different(phrase for phrase in (*quoted, *single) if phrase)


def telling(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words and phrases without those that say nothing about a subject."""
    return tuple(word for word in words if not STOP_WORDS.issuperset(word.lower().split()))


def any_of(words: tuple[str, ...]) -> str:
    """An FTS5 expression that finds texts with one of these words or phrases; empty without."""
    return " OR ".join(f'"{word}"' for word in words)


def _kept(text: str, *, also: str = "") -> str:
    """Letters, marks and digits as they are, anything else as a space."""
    return "".join(
        char if char in also or unicodedata.category(char)[0] in "LMN" else " " for char in text
    )


def _different(words: Iterable[str]) -> tuple[str, ...]:
    # Each as it was written: SQLite folds cases by rules that are not quite Python's.
    different: dict[str, str] = {}
    for word in words:
        different.setdefault(word.lower(), word)
    return tuple(different.values())[:MOST_WORDS]
