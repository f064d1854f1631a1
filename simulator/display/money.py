"""Money as tables and programs read it, beside what `simulator.money` says in sentences."""

from __future__ import annotations

from decimal import Decimal

from simulator.money import UNKNOWN, count, dollars

__all__ = ["UNKNOWN", "count", "difference", "dollars", "exact", "price"]


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
