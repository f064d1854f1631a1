"""Tokens and what they cost: additive usage, and list prices applied to it exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from simulator.definitions.model_catalog import Price

__all__ = ["NANO", "Spent", "Usage", "cost_of", "from_nano", "to_nano", "usage_from_openai"]

NANO = Decimal(10) ** 9
"""Nano-dollars per dollar; the ledger's integer unit."""
MILLION = Decimal(10) ** 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of one or many answers.

    `cached` and `cache_write` are parts of `input`, `reasoning` is a part of `output`.
    """

    input: int = 0
    cached: int = 0
    cache_write: int = 0
    output: int = 0
    reasoning: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            input=self.input + other.input,
            cached=self.cached + other.cached,
            cache_write=self.cache_write + other.cache_write,
            output=self.output + other.output,
            reasoning=self.reasoning + other.reasoning,
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


def usage_from_openai(raw: Mapping[str, Any] | None) -> Usage | None:
    """The `usage` object of a chat completion; None where it is missing or says nothing.

    Servers that count cached or reasoning tokens beside the prompt's and the completion's, or
    only in `total_tokens`, are understood so that no token is left out.
    Field names: https://platform.openai.com/docs/api-reference/chat/object
    """
    if not raw or not _is_count(raw.get("prompt_tokens")):
        return None
    if not _is_count(raw.get("completion_tokens")):
        return None
    cached = _count(raw, "prompt_tokens_details", "cached_tokens")
    cache_write = _count(raw, "prompt_tokens_details", "cache_write_tokens")
    reasoning = _count(raw, "completion_tokens_details", "reasoning_tokens")
    read = max(raw["prompt_tokens"], cached + cache_write)
    written = max(raw["completion_tokens"], reasoning)
    if _is_count(raw.get("total_tokens")):
        written = max(written, raw["total_tokens"] - read)
    usage = Usage(
        input=read, cached=cached, cache_write=cache_write, output=written, reasoning=reasoning
    )
    return usage if usage.total else None


def _count(raw: Mapping[str, Any], group: str, name: str) -> int:
    details = raw.get(group)
    value = details.get(name) if isinstance(details, Mapping) else None
    return value if isinstance(value, int) and _is_count(value) else 0


def _is_count(value: object) -> bool:
    """Whether a server can mean it: nobody has asked for a trillion tokens."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**12


def cost_of(usage: Usage, price: Price | None) -> Decimal | None:
    """Dollars at list price, rounded half-even to the nano-dollar; None if the price is unknown.

    Input that is neither read from nor written to the cache costs `input`; a missing `cached`
    or `cache_write` price means that such tokens cost `input` too.
    """
    if price is None:
        return None
    plain = usage.input - usage.cached - usage.cache_write
    cached = price.input if price.cached is None else price.cached
    written = price.input if price.cache_write is None else price.cache_write
    per_million = (
        plain * price.input
        + usage.cached * cached
        + usage.cache_write * written
        + usage.output * price.output
    )
    return (per_million / MILLION).quantize(1 / NANO, rounding=ROUND_HALF_EVEN)


def to_nano(dollars: Decimal) -> int:
    """Dollars as whole nano-dollars."""
    return int((dollars * NANO).to_integral_value(rounding=ROUND_HALF_EVEN))


def from_nano(nano: int) -> Decimal:
    """Whole nano-dollars as dollars."""
    return Decimal(nano) / NANO
