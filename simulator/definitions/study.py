"""A study: the name that many runs are played for, and what they may spend together."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pydantic import ValidationError

from simulator.definitions.limits import Budget
from simulator.definitions.yaml.wanted import unfit
from simulator.errors import UsageError

__all__ = ["Study"]

_LONGEST = 100
"""Characters of a name."""


@dataclass(frozen=True, slots=True)
class Study:
    """What a run is played for: runs of one name are one study, in all programs of a database.

    >>> Study("onboarding", dollars=2).budget.dollars
    Decimal('2')

    Raises UsageError where the name is no line of text, or an amount is none above 0.
    """

    name: str
    dollars: Decimal | float | str | None = None
    """US dollars that all its runs may cost together; None: no limit."""
    tokens: int | None = None
    """Prompt and completion tokens of all its runs together; None: no limit."""
    whole: bool = False
    """Whether a run is begun only if what is left carries it to its end."""

    def __post_init__(self) -> None:
        name = self.name
        if not 0 < len(name) <= _LONGEST or name != name.strip() or not name.isprintable():
            raise UsageError(
                f"A study cannot be called {name!r}: take 1 to {_LONGEST} characters on one line, "
                "without spaces around."
            )
        try:
            _ = self.budget
        except ValidationError as error:
            unit, given, why = unfit(error)
            raise UsageError(
                f"The budget of study {name!r} cannot be {given!r} {unit}: {why}."
            ) from error

    @property
    def budget(self) -> Budget:
        """What its runs may spend together."""
        dollars = None if self.dollars is None else str(self.dollars)
        return Budget.model_validate({"dollars": dollars, "tokens": self.tokens})
