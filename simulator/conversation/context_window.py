"""Which lines of a long transcript a prompt still holds: whole blocks drop from the front."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.conversation.state import Utterance
from simulator.llm.prompt import estimate_tokens

__all__ = ["BLOCK", "Window", "fit"]

BLOCK = 16
"""Lines that drop at once: between drops the transcript only grows, and its prefix is cached."""
_LABEL_TOKENS = 8


@dataclass(frozen=True, slots=True)
class Window:
    """The lines kept, and how many before them were left out."""

    kept: tuple[Utterance, ...]
    dropped: int


def fit(lines: Sequence[Utterance], *, limit: int) -> Window:
    """The latest lines that take at most `limit` estimated tokens, cut at a block's border.

    The last block is kept even where it alone is longer than the limit.
    """
    sizes = [estimate_tokens(line.text) + _LABEL_TOKENS for line in lines]
    total, dropped = sum(sizes), 0
    while total > limit and dropped + BLOCK < len(lines):
        total -= sum(sizes[dropped : dropped + BLOCK])
        dropped += BLOCK
    return Window(tuple(lines[dropped:]), dropped)
