"""How many tools a run has called: one count for all its turns, also simultaneous ones."""

from __future__ import annotations

__all__ = ["ToolCount"]


class ToolCount:
    """Counts on from what is on record, so that a run that is taken up again counts alike."""

    def __init__(self) -> None:
        self._used = 0

    def take(self, on_record: int) -> int:
        """The number of the next call, from 1; so many were on record when its turn began."""
        self._used = max(self._used, on_record) + 1
        return self._used
