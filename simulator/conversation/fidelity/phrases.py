"""Tables of words and phrases in the form in which they are read and written best: as text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["lines_of", "numbered", "words_of"]

_GOES_ON = re.compile(r"\\\n\s*")


def lines_of(table: str) -> list[str]:
    """The expressions of a table; one that ends with a backslash goes on in the next line."""
    whole = _GOES_ON.sub("", table)
    return [line for line in whole.splitlines() if line.strip()]


def words_of(text: str) -> frozenset[str]:
    """The words of a table."""
    return frozenset(text.split())


def numbered(text: str) -> Mapping[str, int]:
    """The numbers that words stand for, of a table such as "first=1 second=2"."""
    pairs = (pair.split("=") for pair in text.split())
    return MappingProxyType({word: int(value) for word, value in pairs})
