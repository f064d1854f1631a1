"""Amounts that users write, each kind with its bounds: the same in files, options and Python."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from simulator.money import LEAST_DOLLARS, MOST_DOLLARS

__all__ = ["MOST", "Count", "Dollars", "Figure", "Seconds", "not_tiny"]

MOST: Final = 10**12
"""The greatest number of anything; sums of many such still fit into the integers of SQLite."""
_YEAR: Final = 366 * 24 * 60 * 60
_GREATEST_FIGURE: Final = 10**15
_LEAST_FIGURE: Final = Decimal("1e-9")


def not_tiny(value: Decimal) -> Decimal:
    """The value; ValueError for one so close to zero that writing it takes a page."""
    if 0 < abs(value) < _LEAST_FIGURE:
        message = f"{value} is too small a number: write 0, or {_LEAST_FIGURE:f} and more"
        raise ValueError(message)
    return value


Dollars = Annotated[Decimal, Field(ge=LEAST_DOLLARS, le=MOST_DOLLARS)]
"""An amount that may be spent, from what the record can hold to what nobody has spent on talk."""
Count = Annotated[int, Field(ge=1, le=MOST)]
"""How many of something, such as tokens."""
Seconds = Annotated[float, Field(gt=0, le=_YEAR)]
"""A time of at most a year."""
Figure = Annotated[
    Decimal, Field(ge=-_GREATEST_FIGURE, le=_GREATEST_FIGURE), AfterValidator(not_tiny)
]
"""A number about the world, such as a year, a rent or the people of a country."""
