"""What tokens cost, quickly: prices of a model as plain numbers, for each way of processing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from simulator.definitions.model_entry import ModelSpec, Processing

__all__ = ["WAYS", "Tokens", "Way", "ways_of"]

WAYS: Final[tuple[Processing, ...]] = ("standard", "flex", "batch")
"""How requests can be processed: at once, slower for less, together with many others."""
_MILLION = 1e6


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of one answer on paper; `cached` and `written` are parts of `read`."""

    read: int
    cached: int
    written: int
    output: float

    def warmer(self, cached: int) -> Tokens:
        """The same with more of it read from the cache."""
        written = max(0, self.written - (cached - self.cached))
        return replace(self, cached=cached, written=written)


@dataclass(frozen=True, slots=True)
class Way:
    """What one model's tokens cost, in dollars per token."""

    fresh: float
    cached: float
    written: float
    output: float

    def dollars(self, tokens: Tokens) -> float:
        """What a request costs."""
        fresh = tokens.read - tokens.cached - tokens.written
        reading = fresh * self.fresh + tokens.cached * self.cached + tokens.written * self.written
        return reading + tokens.output * self.output

    def dearest(self, read: int, output: int) -> float:
        """The most that a request can cost."""
        return read * max(self.fresh, self.written) + output * self.output


def ways_of(spec: ModelSpec, read: int) -> tuple[Way | None, ...]:
    """The prices of a model by `WAYS`; None where it is not offered, or the price is unknown."""
    long = spec.long_prompt
    return _ways(spec, 0 if long is None or read <= long.above else long.above + 1)


@lru_cache(maxsize=256)
def _ways(spec: ModelSpec, read: int) -> tuple[Way | None, ...]:
    return tuple(_way(spec, read, processing) for processing in WAYS)


def _way(spec: ModelSpec, read: int, processing: Processing) -> Way | None:
    price = spec.price_for(read, processing=processing)
    offered = {"standard": True, "flex": spec.flex is not None, "batch": spec.batch is not None}
    if price is None or not (offered[processing] or price.free):
        return None
    cached = price.input if price.cached is None else price.cached
    written = price.input if price.cache_write is None else price.cache_write
    figures = (price.input, cached, written, price.output)
    return Way(*(float(figure) / _MILLION for figure in figures))
