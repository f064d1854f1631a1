"""What the server was asked, what it said, and when: proof of who came again too early."""

from __future__ import annotations

import hashlib
import time
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Entry", "RequestLog"]

_LISTED = 50_000


@dataclass(slots=True, kw_only=True)
class Entry:
    """One question, filled in while it is answered."""

    number: int
    """From 1 since the start or the last reset; what draws faults."""
    at: float
    """When it had arrived: seconds since the server's start, by a clock that never jumps."""
    question: str
    """A digest of the request's body: attempts of the same question have the same."""
    fault: str = ""
    """The name of what went wrong on purpose; empty where nothing did."""
    status: int | None = None
    """The status that was sent; None: not a byte was."""
    request_id: str = ""
    """That of the bill; empty where the question was never dealt with."""
    billed_nano: int | None = 0
    """Nano-dollars; None: the model's price is unknown."""
    retry_after: float | None = None
    """Seconds that the client was told to wait."""
    finished: bool = False
    """Whether everything was sent that belongs to the answer."""
    ended: float | None = None
    """When the last byte went out or the connection was given up; None: under way."""


class RequestLog:
    """Every question since the start or the last reset, the newest if they are very many."""

    def __init__(self, *, listed: int = _LISTED) -> None:
        self._began = time.monotonic()
        self._entries: deque[Entry] = deque(maxlen=listed)
        self._count = 0

    def arrived(self, content: bytes) -> Entry:
        """A new entry for a request with this body."""
        self._count += 1
        question = hashlib.blake2b(content, digest_size=8).hexdigest()
        entry = Entry(number=self._count, at=self._now(), question=question)
        self._entries.append(entry)
        return entry

    def ended(self, entry: Entry, *, finished: bool) -> None:
        """Note that no more of the answer will be sent."""
        entry.finished, entry.ended = finished, self._now()

    def reset(self) -> None:
        """Forget everything and number from 1 again."""
        self._entries.clear()
        self._count = 0

    def as_json(self) -> list[dict[str, Any]]:
        """The entries in order of arrival."""
        return [asdict(entry) for entry in tuple(self._entries)]

    def _now(self) -> float:
        return time.monotonic() - self._began
