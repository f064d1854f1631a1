"""Which lines of a growing talk are left out, where a prompt may have only so many."""

from __future__ import annotations

__all__ = ["halved", "opening"]

_OPENING = 3
_OPENING_PART = 5


def halved(lines: int, *, most: int | None) -> int:
    """How many of so many lines are left out, so that at most `most` are read; None: none.

    With one line more than that, the older half drops at once, by nothing but their number:
    between two drops the transcript only grows.
    """
    if most is None or lines <= most:
        return 0
    half = most - most // 2 + 1
    return -(-(lines - most) // half) * half


def opening(most: int | None) -> int:
    """How many of the first lines stay however many are left out: those that say what it is about.

    They also lengthen the beginning that prompts share before and after a drop: providers keep
    none of less than 1,024 tokens, and scenarios with their rules and tools come close to that.
    """
    return 0 if most is None else min(_OPENING, most // _OPENING_PART)
