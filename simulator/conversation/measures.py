"""Figures about a talk that its own steps depend on: pure functions of what was said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from simulator.definitions.act import Act

__all__ = ["conflict", "invites_invention", "is_question", "mentions"]

_DISAGREEING: frozenset[Act] = frozenset({"object", "challenge"})
_INVENTION = re.compile(
    r"\b(imagine|what if|invent|idea|brainstorm|slogan|story|come up with|suppose)\b", re.IGNORECASE
)
_WORD = re.compile(r"\w{3,}")


def conflict(acts: Sequence[Act | None], *, recent: int = 6) -> float:
    """Share of the last turns that object or challenge, 0 to 1."""
    last = [act for act in acts if act is not None][-recent:]
    return sum(act in _DISAGREEING for act in last) / len(last) if last else 0.0


def is_question(text: str, act: Act | None) -> bool:
    """Whether the words ask for an answer."""
    return act == "ask" or "?" in text[-80:]


def invites_invention(text: str) -> bool:
    """Whether the words ask for something new rather than something known."""
    return _INVENTION.search(text) is not None


def mentions(text: str, terms: Iterable[str]) -> float:
    """Share of the terms of which the text has a word, capped at 1 from the second on."""
    words = {word.casefold() for word in _WORD.findall(text)}
    hits = sum(any(word.casefold() in words for word in _WORD.findall(term)) for term in terms)
    return min(1.0, hits / 2)
