"""What a turn does in the conversation, in one word: the vocabulary of lines, samples, replies."""

from __future__ import annotations

from typing import Literal, get_args

__all__ = ["ACTS", "Act", "acts_of"]

Act = Literal[
    "open",
    "ask",
    "answer",
    "explain",
    "propose",
    "object",
    "agree",
    "concede",
    "challenge",
    "reflect",
    "summarise",
    "close",
    "do",
    "pass",
    "leave",
]
"""`do` is a stage action: the words tell what the speaker does. `pass` says nothing this time.
`leave` says a last word and goes. All others speak."""

ACTS: tuple[Act, ...] = get_args(Act)


def acts_of(*, actions: bool) -> tuple[Act, ...]:
    """The acts there are in a scenario; stage actions only where it has them."""
    return tuple(act for act in ACTS if actions or act != "do")
