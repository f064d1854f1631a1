"""Tokens and what they cost: additive usage, and list prices applied to it exactly."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from simulator.definitions.model_catalog import Price

__all__ = ["NANO", "Spent", "Usage", "cost_of", "from_nano", "to_nano"]

NANO = Decimal(10) ** 9
"""Nano-dollars per dollar; the ledger's integer unit."""
MILLION = Decimal(10) ** 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of one or many answers.

    `cached`, `cache_write` and `audio_input` are parts of `input`, `reasoning` and `audio_output`
    are parts of `output`.
    """

    input: int = 0
    cached: int = 0
    cache_write: int = 0
    output: int = 0
    reasoning: int = 0
    audio_input: int = 0
    audio_output: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            input=self.input + other.input,
            cached=self.cached + other.cached,
            cache_write=self.cache_write + other.cache_write,
            output=self.output + other.output,
            reasoning=self.reasoning + other.reasoning,
            audio_input=self.audio_input + other.audio_input,
            audio_output=self.audio_output + other.audio_output,
        )

    @property
    def total(self) -> int:
        """Prompt plus completion tokens."""
        return self.input + self.output


@dataclass(frozen=True, slots=True)
class Spent:
    """What closed attempts used and cost; one whose outcome is unknown counts at its most."""

    tokens: int = 0
    dollars: Decimal = Decimal(0)


def cost_of(usage: Usage, price: Price | None) -> Decimal | None:
    """Dollars at list price, rounded half-even to the nano-dollar; None if the price is unknown.

    Input that is neither read from nor written to the cache costs `input`; a missing `cached`
    or `cache_write` price means that such tokens cost `input` too. Audio has no cached price.
    """
    if price is None:
        return None
    read = _read(usage, price)
    written = _with_audio(
        usage.output, usage.audio_output, price=price.output, of_audio=price.audio_out
    )
    if price.free:
        return Decimal(0)
    if read is None or written is None:
        return None
    return ((read + written) / MILLION).quantize(1 / NANO, rounding=ROUND_HALF_EVEN)


def _read(usage: Usage, price: Price) -> Decimal | None:
    """Dollars per million for all that was read; cached tokens are words before they are audio."""
    cached = price.input if price.cached is None else price.cached
    write = price.input if price.cache_write is None else price.cache_write
    if not usage.audio_input:
        plain = usage.input - usage.cached - usage.cache_write
        return plain * price.input + usage.cached * cached + usage.cache_write * write
    words = max(0, usage.input - usage.audio_input)
    from_cache = min(usage.cached, words)
    to_cache = min(usage.cache_write, words - from_cache)
    left = usage.input - from_cache - to_cache
    rest = _with_audio(left, usage.audio_input, price=price.input, of_audio=price.audio_in)
    return None if rest is None else rest + from_cache * cached + to_cache * write


def _with_audio(
    tokens: int, audio: int, *, price: Decimal, of_audio: Decimal | None
) -> Decimal | None:
    """Dollars per million for tokens of which some are audio; None without a price for these."""
    heard = min(audio, tokens)
    if heard and of_audio is None:
        return None
    return (tokens - heard) * price + heard * (of_audio or Decimal(0))


def to_nano(dollars: Decimal) -> int:
    """Dollars as whole nano-dollars."""
    return int((dollars * NANO).to_integral_value(rounding=ROUND_HALF_EVEN))


def from_nano(nano: int) -> Decimal:
    """Whole nano-dollars as dollars."""
    return Decimal(nano) / NANO
