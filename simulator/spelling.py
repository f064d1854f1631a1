"""Which name somebody meant who wrote another: how every "Did you mean ...?" is found."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

__all__ = ["closest", "likeness"]


def closest(word: str, names: Iterable[str]) -> str | None:
    """The name most like a word, the first of equals; None if none is like it."""
    best = max(((likeness(word, name), name) for name in names), default=(0.0, ""), key=_score)
    return best[1] if best[0] else None


def _score(candidate: tuple[float, str]) -> float:
    return candidate[0]


def likeness(word: str, name: str) -> float:
    """How alike two names are, from 1 for the same down to 0 for names nobody would confuse.

    Case, hyphens and underscores do not count. One slip of the fingers (a letter missing, extra,
    wrong, or two exchanged) is forgiven in any name of two letters or more, two in one of five
    letters; beyond that, the share of common letters has to be 0.6 or one has to begin the other.
    """
    one, two = _plain(word), _plain(name)
    if one == two:
        return 1.0
    longest = max(len(one), len(two), 1)
    slips = _slips(one, two)
    alike = 1 - slips / (longest + 1)
    ratio = SequenceMatcher(None, one, two).ratio()
    if (slips == 1 and longest > 1) or (slips == 2 and longest >= 5):
        return max(alike, ratio)
    if min(len(one), len(two)) >= 3 and (one.startswith(two) or two.startswith(one)):
        return max(0.6, ratio)
    return ratio if ratio >= 0.6 else 0.0


def _plain(name: str) -> str:
    return "".join(char for char in name.casefold() if char not in "-_ ")[:80]


def _slips(one: str, two: str) -> int:
    """Letters to insert, delete, replace or exchange with a neighbour (restricted distance)."""
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, char in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, other in enumerate(two, 1):
            cost = min(row[j - 1] + 1, before[j] + 1, before[j - 1] + (char != other))
            if i > 1 and j > 1 and char == two[j - 2] and one[i - 2] == other:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]
