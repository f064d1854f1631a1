"""How much JSON counts as long as nobody has told its tokens: its bytes, some of them twice.

A tokenizer of bytes can make a token of every byte, and does so of figures in a table. Of words in
lower case it makes one of two letters at the very most.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import ceil
from typing import Final

__all__ = ["TOKENS_PER_BULK", "bulk_of", "most_tokens"]

TOKENS_PER_BULK: Final = 0.5
"""The most tokens that JSON has for each unit of its bulk; real usage raises it."""

_QUOTE: Final = b'"'
"""Those of JSON itself are no tokens, and those of a text have a backslash before them."""
_WORDS: Final = (*range(ord("a"), ord("z") + 1), ord(" "), *range(0x80, 0xE0))
"""Letters in lower case, spaces, and the letters of two bytes: Latin, Greek, Cyrillic, Semitic."""
_FIGURES: Final = range(ord("0"), ord("9") + 1)
_IDEOGRAPHS: Final = range(0xE3, 0xEE)
"""What kana, ideographs and hangul begin with; two more bytes follow, which count by themselves."""
_OTHERS_OF_THREE: Final = (*range(0xE0, 0xE3), 0xEE, 0xEF)
_OF_FOUR: Final = range(0xF0, 0x100)


def bulk_of(text: bytes) -> int:
    """Of JSON in utf-8: a letter in lower case counts 1, a capital or mark 2, a figure 3.

    Quotation marks count 0. An ideograph counts 4 for its three bytes, any other character of
    more than two 2 for each of its bytes. A figure counts for the space before it as well.
    """
    kinds = text.translate(_KINDS, delete=_ONCE)
    return len(text) - text.count(_QUOTE) + sum(more * kinds.count(more) for more in _MORE)


def most_tokens(text: bytes) -> int:
    """The most tokens that JSON has, as far as anybody knows before it was read."""
    return ceil(bulk_of(text) * TOKENS_PER_BULK)


def _more() -> Iterator[tuple[Iterable[int], int]]:
    """For the bytes that count more than once: by how much more."""
    yield range(0x100), 1
    yield (*_WORDS, *_QUOTE), 0
    yield _FIGURES, 2
    yield _IDEOGRAPHS, 1
    yield _OTHERS_OF_THREE, 3
    yield _OF_FOUR, 4


_BY_BYTE: Final = {byte: more for group, more in _more() for byte in group}
_KINDS: Final = bytes(_BY_BYTE[byte] for byte in range(0x100))
_ONCE: Final = bytes(byte for byte, more in _BY_BYTE.items() if not more)
_MORE: Final = sorted(set(_KINDS) - {0})
