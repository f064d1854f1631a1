"""Foreign words made safe to show: nothing in them moves a cursor or turns a line around."""

from __future__ import annotations

import unicodedata

__all__ = ["flat", "visible"]

_KEPT = frozenset("\n\u200c\u200d")
"""A line break, and the joiners that ordinary words and emoji contain."""
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def visible(text: str) -> str:
    """The text with tabs as spaces and whatever could control a terminal as a black diamond."""
    return "".join(map(_shown, text.replace("\r\n", "\n").expandtabs(4)))


def flat(text: str) -> str:
    """The text on one line."""
    return " ".join(visible(text).split())


def _shown(char: str) -> str:
    safe = char in _KEPT or unicodedata.category(char) not in _UNSAFE
    return char if safe else "\N{REPLACEMENT CHARACTER}"
