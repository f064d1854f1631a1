"""What every event of a run has: the turn it belongs to, and when it happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

__all__ = ["Happening"]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """The beginning of every event."""

    turn: int = 0
    """The turn it belongs to; 0 is before the first."""
    at: datetime = field(default_factory=_now)
    """When it happened, aware UTC; no part of a run's canonical export."""
