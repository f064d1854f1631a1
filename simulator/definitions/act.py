"""What a turn does in the conversation, in one word: the vocabulary of lines, samples, replies."""

from __future__ import annotations

from typing import Literal, get_args

__all__ = ["ACTS", "Act"]

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
    "pass",
    "leave",
]
"""`pass` says nothing this time; `leave` says a last word and goes; the others speak."""

ACTS: tuple[Act, ...] = get_args(Act)
