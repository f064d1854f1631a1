"""What the server billed: its own arithmetic over its own counts, request by request.

It shares no code with the ledger, so that the sum of the one can prove the sum of the other.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from simulator.definitions.model_entry import ModelSpec
from simulator.llm.stand_in.cue import Cue

__all__ = ["Bill", "Bills", "TokenCounts", "billed_nano"]

_NANO_PER_TOKEN = 1_000
"""One dollar per million tokens is 1,000 nano-dollars per token."""
_LISTED = 50_000
_OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCounts:
    """Tokens of one answer; `cached` and `cache_write` are parts of `prompt`."""

    prompt: int = 0
    cached: int = 0
    cache_write: int = 0
    completion: int = 0


def billed_nano(tokens: TokenCounts, spec: ModelSpec, *, flex: bool = False) -> int | None:
    """Nano-dollars for one answer, rounded half-even once; None if the price is unknown.

    A prompt longer than the model's `long_prompt` pays its factors on the whole request; `flex`
    is the slower processing at the model's factor, where it has one.
    """
    price, long = spec.price, spec.long_prompt
    if price is None:
        return None
    plain = Fraction(price.input)
    read = plain if price.cached is None else Fraction(price.cached)
    write = plain if price.cache_write is None else Fraction(price.cache_write)
    fresh = tokens.prompt - tokens.cached - tokens.cache_write
    reading = fresh * plain + tokens.cached * read + tokens.cache_write * write
    writing = tokens.completion * Fraction(price.output)
    if long is not None and tokens.prompt > long.above:
        reading, writing = reading * Fraction(long.input), writing * Fraction(long.output)
    factor = Fraction(spec.flex) if flex and spec.flex is not None else Fraction(1)
    return round((reading + writing) * factor * _NANO_PER_TOKEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """One request as the server booked it; refused ones cost nothing."""

    request_id: str
    """What the header `x-request-id` said."""
    status: int
    id: str = ""
    """The completion's id; empty where there was none."""
    model: str = ""
    streamed: bool = False
    tokens: TokenCounts = TokenCounts()
    nano: int | None = 0
    """Nano-dollars; None: the model's price is unknown."""
    cue: Cue | None = None
    """Who asked, where the request said it."""

    def as_json(self) -> dict[str, Any]:
        """The bill as `/stats` tells it."""
        cue = self.cue
        return {
            "id": self.id,
            "request_id": self.request_id,
            "model": self.model,
            "prompt_tokens": self.tokens.prompt,
            "cached_tokens": self.tokens.cached,
            "cache_write_tokens": self.tokens.cache_write,
            "completion_tokens": self.tokens.completion,
            "billed_nano": self.nano,
            "status": self.status,
            "streamed": self.streamed,
            "scenario": cue.scenario if cue else None,
            "persona": cue.persona if cue else None,
            "purpose": cue.purpose if cue else None,
            "turn": cue.turn if cue else None,
        }


class Bills:
    """Every bill since the start or the last reset; totals are whole, the list is the newest."""

    def __init__(self, *, listed: int = _LISTED) -> None:
        self._bills: deque[Bill] = deque(maxlen=listed)
        self._totals = _no_totals()

    def add(self, bill: Bill) -> None:
        """Book one request."""
        self._bills.append(bill)
        added = {
            "requests": 1,
            "answered": int(bill.status == _OK),
            "prompt_tokens": bill.tokens.prompt,
            "cached_tokens": bill.tokens.cached,
            "cache_write_tokens": bill.tokens.cache_write,
            "completion_tokens": bill.tokens.completion,
            "billed_nano": bill.nano or 0,
            "unpriced": int(bill.nano is None),
        }
        self._totals = {name: total + added[name] for name, total in self._totals.items()}

    def reset(self) -> None:
        """Forget everything."""
        self._bills.clear()
        self._totals = _no_totals()

    def as_json(self) -> dict[str, Any]:
        """What `/stats` answers: `totals`, and `requests` oldest first.

        `billed_nano` of the totals leaves out answers whose price is unknown; `unpriced` counts
        them.
        """
        return {
            "totals": dict(self._totals),
            "requests": [bill.as_json() for bill in tuple(self._bills)],
        }


def _no_totals() -> dict[str, int]:
    names = (
        *("requests", "answered", "prompt_tokens", "cached_tokens", "cache_write_tokens"),
        *("completion_tokens", "billed_nano", "unpriced"),
    )
    return dict.fromkeys(names, 0)
