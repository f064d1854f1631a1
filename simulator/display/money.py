"""Money and counts as people read them: no small amount is lost, and unknown is not zero."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal

__all__ = ["count", "difference", "dollars", "exact", "price"]

UNKNOWN = "unknown"
_CENT = Decimal("0.01")
_DIGITS = Context(prec=3, rounding=ROUND_HALF_EVEN)


def dollars(amount: Decimal | None, *, at_least: bool = False) -> str:
    """An amount of dollars: `$12.30`, `$0.0042`, `≥ $0.000123`, `unknown`.

    From a dollar on with cents, below with three digits that say something and no fewer than
    cents, so that no amount but zero reads as zero. `at_least`: something paid is missing from it.
    """
    if amount is None:
        return UNKNOWN
    rounded = amount.quantize(_CENT) if abs(amount) >= 1 else _DIGITS.plus(amount)
    plain = format(rounded, "f")
    if "." in plain:
        plain = plain.rstrip("0")
    whole, _, fraction = plain.partition(".")
    sign = "≥ " if at_least else ""
    return f"{sign}${int(whole):,}.{fraction:0<2}"


def difference(amount: Decimal | None) -> str:
    """What was saved, or with a minus what was paid more; `unknown` where nobody knows."""
    if amount is None:
        return UNKNOWN
    return f"{'-' if amount < 0 else ''}{dollars(abs(amount))}"


def exact(amount: Decimal | None) -> str | None:
    """An amount for programs: all its digits, neither exponent nor idle zeros; None stays None."""
    return None if amount is None else format(amount.normalize(), "f")


def price(amount: Decimal | None) -> str:
    """A list price per million tokens, all its digits; a dash where there is none."""
    if amount is None:
        return "-"
    whole, _, fraction = format(amount, "f").partition(".")
    return f"{whole}.{fraction.rstrip('0'):0<2}"


def count(number: int) -> str:
    """A whole number with its thousands set apart."""
    return f"{number:,}"
