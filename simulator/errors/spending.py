"""Errors of limits: what may be spent is spent, or nobody knows what was."""

from __future__ import annotations

from collections.abc import Collection
from decimal import ROUND_CEILING, Context, Decimal

from simulator.errors.mistakes import SimulatorError, UsageError
from simulator.money import amount_of, told_apart

__all__ = ["BudgetExhausted", "RunNotCarried", "UnknownPrice", "UnknownSpending"]


class UnknownPrice(UsageError):
    """A dollar limit cannot be kept because the model's price is unknown."""

    def __init__(self, model: str, *, scope: str = "", limit: Decimal | None = None) -> None:
        """`scope` and `limit` tell which limit it is, as `BudgetExhausted` does."""
        self.model = model
        whose = "a dollar limit"
        if limit is not None:
            whole = _whose_limit(scope)
            whose = f"{whole[0].lower()}{whole[1:]} of {amount_of(str(limit), 'dollars')}"
            whose += " (--budget, or `limits` in the scenario)" if scope == "run" else ""
        super().__init__(
            f"The price of {model!r} is unknown, so {whose} cannot be kept. "
            "Give it a price in models.yaml, or limit tokens instead of dollars."
        )


class UnknownSpending(UnknownPrice):
    """A shared dollar limit cannot be kept because some of what was spent has no known price.

    `scope` is study or day, `models` those that have none.
    """

    def __init__(self, scope: str, models: Collection[str]) -> None:
        super().__init__(min(models))
        self.scope, self.models = scope, tuple(sorted(models))
        names = " and ".join(repr(one) for one in self.models)
        message = f"What was spent of the {scope}'s dollars is unknown: {names} has no price"
        told = "Give it a price in models.yaml, or limit tokens instead of dollars."
        self.args = (f"{message}, so their limit cannot be kept. {told}",)


class BudgetExhausted(SimulatorError):
    """A question was not asked because it could cost more than what is left.

    `limit`, `left`, `needed` and `used` are amounts of `unit` (dollars or tokens), as exact text.
    """

    exit_code = 5

    def __init__(
        self, scope: str, unit: str, *, limit: str, left: str, needed: str, used: str = ""
    ) -> None:
        self.scope, self.unit = scope, unit
        self.limit, self.left, self.needed = limit, left, needed
        self.used = used or f"{max(Decimal(limit) - Decimal(left), Decimal(0)):f}"
        figures = amount_of(left, ""), amount_of(needed, "")
        if unit == "dollars":
            figures = told_apart(Decimal(left), Decimal(needed))
        takes = "cost" if unit == "dollars" else "take"
        super().__init__(
            f"{_whose_limit(scope)} of {amount_of(limit, unit)} leaves {figures[0]}, and the next "
            f"question could {takes} {figures[1]}."
        )


class RunNotCarried(BudgetExhausted):
    """A run was not begun because what is left of its study would not carry it to its end.

    `left` is what the runs under way leave, `needed` what a whole run takes, and `kept` what has to
    stay free beside it; amounts are of `unit` (dollars or tokens), exact text.
    """

    def __init__(self, unit: str, *, limit: str, left: str, needed: str, kept: str = "0") -> None:
        super().__init__("study", unit, limit=limit, left=left, needed=needed)
        self.kept = kept
        figures = amount_of(left, ""), amount_of(needed, "")
        if unit == "dollars":
            figures = told_apart(Decimal(left), Decimal(needed))
        whose = f"The study's limit of {amount_of(limit, unit)} leaves {figures[0]}"
        takes = f"a whole run takes about {figures[1]}, with {amount_of(kept, unit)} kept free for"
        takes += " its dearest question, booked at its most"
        enough = f"A limit of {amount_of(f'{self.enough:f}', unit)} would do."
        self.args = (f"{whose}, and {takes}: it was not begun. {enough}",)

    @property
    def enough(self) -> Decimal:
        """A limit under which it would have been begun."""
        missing = Decimal(self.needed) + Decimal(self.kept) - Decimal(self.left)
        return Context(prec=3, rounding=ROUND_CEILING).plus(Decimal(self.limit) + missing)


def _whose_limit(scope: str) -> str:
    kind, _, purpose = scope.partition(":")
    if kind == "purpose" and purpose:
        return f"The run's limit for the purpose {purpose!r}"
    return f"The {scope}'s limit" if scope in {"study", "day", "run"} else f"{scope}'s own limit"
