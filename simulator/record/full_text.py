"""What a person or a model types, as a full-text query that cannot break the query syntax."""

from __future__ import annotations

import unicodedata
from typing import Final

__all__ = ["STOP_WORDS", "TOKENIZER", "any_of", "telling", "words_in"]

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


def words_in(query: str) -> tuple[str, ...]:
    """The different words of a query in their order, at most 64: letters, marks and digits."""
    kept = (char if unicodedata.category(char)[0] in "LMN" else " " for char in query)
    # Each as it was written: SQLite folds cases by rules that are not quite Python's.
    different: dict[str, str] = {}
    for word in "".join(kept).split():
        different.setdefault(word.lower(), word)
    return tuple(different.values())[:MOST_WORDS]


def telling(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without those that say nothing about a subject."""
    return tuple(word for word in words if word.lower() not in STOP_WORDS)


def any_of(words: tuple[str, ...]) -> str:
    """An FTS5 expression that finds texts with one of these words; empty without words."""
    return " OR ".join(f'"{word}"' for word in words)
