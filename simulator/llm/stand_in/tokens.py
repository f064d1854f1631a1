"""The stand-in's own token count: a small deterministic tokenizer in the spirit of BPE.

It shares nothing with the estimator that budgets are reserved by (utf-8 bytes / 4), so that the
two can disagree. English prose comes to 4 to 4.6 bytes per token; ordinary text in any script
stays above 2. Texts are read line by line: a line's tokens do not depend on its neighbours.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

__all__ = ["count_tokens", "cut_to_tokens", "token_ends"]

_LATIN = "A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
_IDEOGRAPHS = "\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
_ASTRAL = "\U00010000-\U0010ffff"
_LONE = _IDEOGRAPHS + _ASTRAL
_PIECES = re.compile(
    rf" ?[{_LATIN}]{{1,8}}"
    rf"|'[{_LATIN}]{{1,2}}(?![{_LATIN}])"
    r"| ?\d{1,3}"
    rf"|[{_LONE}]"
    rf"| ?[^\W\d_{_LATIN}{_LONE}]{{1,4}}"
    rf"| ?(?:[^\s\w{_LONE}]|_){{1,8}}[\r\n]*"
    r"|\s+(?!\S)|\s+"
)
"""A word is cut into pieces of 8 letters (4 outside the Latin script) and owns the space before
it; digits go by three, ideographs one by one, punctuation in runs."""
_LAST_OF_BMP = "\uffff"
_ORDINARY_LINE = 1_000
"""Characters; longer lines are rare and get a smaller cache, so that memory stays bounded."""


def token_ends(line: str) -> Sequence[int]:
    """Where each token of a line ends, as offsets in characters."""
    return _ends(line) if len(line) <= _ORDINARY_LINE else _ends_of_long(line)


def count_tokens(text: str) -> int:
    """How many tokens a text has."""
    return sum(len(token_ends(line)) for line in text.splitlines(keepends=True))


def cut_to_tokens(text: str, limit: int) -> str:
    """The text's first `limit` tokens: the whole text if it has no more."""
    left, kept = limit, 0
    for line in text.splitlines(keepends=True):
        ends = token_ends(line)
        if len(ends) > left:
            return text[: kept + (ends[left - 1] if left else 0)]
        left -= len(ends)
        kept += len(line)
    return text


@lru_cache(maxsize=8_192)
def _ends(line: str) -> Sequence[int]:
    return _measured(line)


@lru_cache(maxsize=128)
def _ends_of_long(line: str) -> Sequence[int]:
    return _measured(line)


def _measured(line: str) -> Sequence[int]:
    pieces = _PIECES.findall(line)
    ends = array("I", accumulate(map(len, pieces)))
    if line.isascii() or max(line) <= _LAST_OF_BMP:
        return ends
    spread = array("I")
    for piece, end in zip(pieces, ends, strict=True):
        if piece > _LAST_OF_BMP:
            spread.append(end - 1)
        spread.append(end)
    return spread
