"""Who listens while an answer is on its way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Listener"]


def _ignore(_: str) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """What is told while an answer is on its way."""

    streams: bool = False
    """Whether answers should be streamed."""
    text: Callable[[str], None] = _ignore
    """Told more of the raw answer, when it is streamed."""
    restarted: Callable[[str], None] = _ignore
    """Told the call's id when a stream broke and the answer starts again from nothing."""
    asking: Callable[[str], None] = _ignore
    """Told the model's name when the question goes to it."""
    waiting: Callable[[str], None] = _ignore
    """Told what the question waits for."""
