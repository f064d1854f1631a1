"""How many lines of a growing talk are left out, where a prompt may have only so many."""

from __future__ import annotations

__all__ = ["halved"]


def halved(lines: int, *, most: int | None) -> int:
    """How many of so many lines are left out, so that at most `most` are read; None: none.

    The older half of `most` lines drops at once, by nothing but their number: between two drops
    the transcript only grows.
    """
    if most is None or lines <= most:
        return 0
    half = most // 2
    return -(-(lines - most) // half) * half
