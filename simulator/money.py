"""Money and counts as sentences say them: no small amount is lost, and unknown is not zero."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from typing import Final

__all__ = [
    "LEAST_DOLLARS",
    "MOST_DOLLARS",
    "UNKNOWN",
    "amount_of",
    "count",
    "dollars",
    "in_seconds",
    "plural",
    "told_apart",
]

LEAST_DOLLARS: Final = Decimal("0.000000001")
"""The least that may be spent: the record counts nano-dollars."""
MOST_DOLLARS: Final = Decimal(10**9)
"""The most that may be spent: nine times as many nano-dollars are as many as SQLite can hold."""
UNKNOWN = "unknown"
_CENT = Decimal("0.01")
_DIGITS, _MOST_DIGITS = 3, 12


def dollars(amount: Decimal | None, *, at_least: bool = False) -> str:
    """An amount of dollars: `$12.30`, `$0.0042`, `≥ $0.000123`, `unknown`.

    From a dollar on with cents, below with three digits that say something and no fewer than
    cents, so that no amount but zero reads as zero. `at_least`: something paid is missing from it.
    """
    if amount is None:
        return UNKNOWN
    sign = "≥ " if at_least else ""
    if abs(amount) >= 1:
        return f"{sign}{_with_cents(amount.quantize(_CENT))}"
    return f"{sign}{_with_cents(_rounded(amount, _DIGITS))}"


def told_apart(one: Decimal, other: Decimal) -> tuple[str, str]:
    """Two amounts of dollars with as many digits as it takes to see that they differ."""
    told = dollars(one), dollars(other)
    for digits in range(_DIGITS + 1, _MOST_DIGITS):
        if told[0] != told[1] or one == other:
            break
        told = _with_cents(_rounded(one, digits)), _with_cents(_rounded(other, digits))
    return told


def amount_of(figure: str, unit: str) -> str:
    """A figure of a budget with its unit: `$0.012`, `2,500 tokens`, `1 turn`; `2,500` without one.

    What is no figure is left as it is.
    """
    try:
        number = Decimal(figure)
    except InvalidOperation:
        return f"{figure} {unit}".strip()
    if unit == "dollars":
        return dollars(number)
    told = count(int(number)) if number == int(number) else f"{number:f}"
    return f"{told} {unit.removesuffix('s') if number == 1 else unit}".strip()


def count(number: int) -> str:
    """A whole number with its thousands set apart."""
    return f"{number:,}"


def plural(number: int, thing: str) -> str:
    """So many of a thing: `1 call`, `2,000 calls`."""
    return f"{count(number)} {thing}{'' if number == 1 else 's'}"


def in_seconds(number: float) -> str:
    """A time as people read it: `1 second`, `0.5 seconds`."""
    return f"{number:g} second{'' if number == 1 else 's'}"


def _rounded(amount: Decimal, digits: int) -> Decimal:
    return Context(prec=digits, rounding=ROUND_HALF_EVEN).plus(amount)


def _with_cents(amount: Decimal) -> str:
    """Without idle zeros, but for those of cents."""
    plain = format(amount, "f")
    if "." in plain:
        plain = plain.rstrip("0")
    whole, _, fraction = plain.partition(".")
    return f"${int(whole):,}.{fraction:0<2}"
