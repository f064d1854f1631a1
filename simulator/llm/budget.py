"""What may be spent, kept exactly: accounts nested study > run > persona, charged together."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from simulator.definitions.limits import Budget
from simulator.errors import BudgetExhausted, UnknownPrice

__all__ = ["Account", "Reservation", "reserve"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """The most one attempt can cost; `dollars` is None where the price is unknown."""

    dollars: Decimal | None
    tokens: int


@dataclass(slots=True, kw_only=True, eq=False)
class Account:
    """One budget and what has been taken from it.

    `spent` holds what was settled and, for attempts whose outcome is unknown, what they could
    have cost; `reserved` holds what attempts in flight can still cost.
    """

    scope: str
    """study, run, or the member's id: named in messages and events."""
    budget: Budget
    spent: Decimal = Decimal(0)
    spent_tokens: int = 0
    reserved: Decimal = Decimal(0)
    reserved_tokens: int = 0
    _waiting: list[asyncio.Future[None]] = field(default_factory=list)

    def refusal(self, wanted: Reservation, *, in_flight: bool) -> BudgetExhausted | None:
        """Why this does not fit, or None if it does.

        `in_flight` says whether to count what attempts in flight can still cost.
        """
        dollars, tokens = (self.reserved, self.reserved_tokens) if in_flight else (Decimal(0), 0)
        return self._short_of_dollars(wanted.dollars, dollars) or self._short_of_tokens(
            wanted.tokens, tokens
        )

    def _short_of_dollars(
        self, wanted: Decimal | None, reserved: Decimal
    ) -> BudgetExhausted | None:
        if self.budget.dollars is None or wanted is None:
            return None
        left = self.budget.dollars - self.spent - reserved
        if wanted <= left:
            return None
        figures = {"limit": f"{self.budget.dollars}", "left": _exactly(max(left, Decimal(0)))}
        return BudgetExhausted(self.scope, "dollars", **figures, needed=_exactly(wanted))

    def _short_of_tokens(self, wanted: int, reserved: int) -> BudgetExhausted | None:
        if self.budget.tokens is None:
            return None
        left = self.budget.tokens - self.spent_tokens - reserved
        if wanted <= left:
            return None
        figures = {"limit": str(self.budget.tokens), "left": str(max(left, 0))}
        return BudgetExhausted(self.scope, "tokens", **figures, needed=str(wanted))

    def take(self, wanted: Reservation) -> None:
        """Reserve; the caller has asked `refusal` first."""
        self.reserved += wanted.dollars or 0
        self.reserved_tokens += wanted.tokens

    def give_back(self, held: Reservation, *, spent: Decimal, tokens: int) -> None:
        """Turn a reservation into what was really spent, and wake those who wait for room."""
        self.reserved -= held.dollars or 0
        self.reserved_tokens -= held.tokens
        self.spent += spent
        self.spent_tokens += tokens
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    async def changed(self) -> None:
        """Wait until something was given back."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        await future


def _exactly(dollars: Decimal) -> str:
    """To the nano-dollar, so that two figures which differ look different."""
    return f"{dollars:.9f}".rstrip("0").rstrip(".")


async def reserve(accounts: Sequence[Account], wanted: Reservation, *, model: str) -> None:
    """Take from all accounts or none, waiting for settlements in flight where they could help.

    Raises:
        BudgetExhausted: it does not fit and nothing in flight could make room.
        UnknownPrice: a dollar budget cannot be kept without a price.
    """
    if wanted.dollars is None and any(account.budget.dollars is not None for account in accounts):
        raise UnknownPrice(model)
    while tight := [one for one in accounts if one.refusal(wanted, in_flight=True)]:
        for account in tight:
            refusal = account.refusal(wanted, in_flight=False)
            if refusal is not None:
                raise refusal
        await tight[0].changed()
    for account in accounts:
        account.take(wanted)
