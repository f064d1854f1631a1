"""What may be spent, kept exactly: accounts nested study > day > run > persona > purpose.

An attempt is charged to all accounts above it together, or to none.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal

from simulator.definitions.limits import Budget
from simulator.definitions.model_entry import ModelSpec, Processing
from simulator.errors import BudgetExhausted, UnknownPrice
from simulator.record.usage import Spent, Usage, cost_of

__all__ = [
    "TOKENS_PER_BYTE",
    "Account",
    "Day",
    "Reservation",
    "dearest",
    "output_room",
    "reserve",
]

TOKENS_PER_BYTE = 0.5
"""An upper bound for prose; real usage raises it."""

_ALERT = Decimal("0.8")
"""The share of a budget that is told when it is spent."""
_FRESH = 10.0
"""Seconds after which the record is read again: it takes 0.5 to 2 ms per 1,000 attempts."""
_UNBOUNDED = 10**9
"""Tokens; no answer is as long."""


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
    """study, day, run, the member's id, or `purpose:judge`: named in messages and events."""
    budget: Budget
    closing_share: Decimal = Decimal(0)
    """The share of the budget, 0 to 1, that is kept for the last word."""
    a_turn: Reservation | None = None
    """The most that the latest turn could cost: for the last word no more than that is kept."""
    spent: Decimal = Decimal(0)
    spent_tokens: int = 0
    reserved: Decimal = Decimal(0)
    reserved_tokens: int = 0
    _waiting: list[asyncio.Future[None]] = field(default_factory=list)
    _looked: float | None = None

    def left(self, *, in_flight: bool, closing: bool = False) -> tuple[Decimal | None, int | None]:
        """Dollars and tokens that a question may take; None: any number.

        `in_flight` says whether to count what attempts in flight can still cost, `closing`
        whether it is for the last word.
        """
        kept, kept_tokens = (Decimal(0), 0) if closing else self._kept()
        dollars, tokens = self.budget.dollars, self.budget.tokens
        if dollars is not None:
            dollars -= self.spent + kept + (self.reserved if in_flight else 0)
        if tokens is not None:
            tokens -= self.spent_tokens + kept_tokens + (self.reserved_tokens if in_flight else 0)
        return dollars, tokens

    def refusal(
        self, wanted: Reservation, *, in_flight: bool, closing: bool = False
    ) -> BudgetExhausted | None:
        """Why this does not fit, or None if it does; the options are those of `left`."""
        dollars, tokens = self.left(in_flight=in_flight, closing=closing)
        if dollars is not None and wanted.dollars is not None and wanted.dollars > dollars:
            figures = {"limit": f"{self.budget.dollars}", "left": _exactly(max(dollars, _NONE))}
            needed = _exactly(wanted.dollars)
            return BudgetExhausted(self.scope, "dollars", **figures, needed=needed)
        if tokens is not None and wanted.tokens > tokens:
            figures = {"limit": str(self.budget.tokens), "left": str(max(tokens, 0))}
            needed = str(wanted.tokens)
            return BudgetExhausted(self.scope, "tokens", **figures, needed=needed)
        return None

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

    def nearly_spent(self) -> tuple[tuple[Literal["dollars", "tokens"], str, str], ...]:
        """Of each limit that four fifths are spent of: its unit, the limit, and what is spent."""
        near: list[tuple[Literal["dollars", "tokens"], str, str]] = []
        dollars, tokens = self.budget.dollars, self.budget.tokens
        if dollars is not None and self.spent >= dollars * _ALERT:
            near.append(("dollars", f"{dollars}", _exactly(self.spent)))
        if tokens is not None and self.spent_tokens >= tokens * _ALERT:
            near.append(("tokens", str(tokens), str(self.spent_tokens)))
        return tuple(near)

    def is_stale(self, now: float) -> bool:
        """Whether to look into the record again, at a second of a steady clock; then it is not."""
        stale = self._looked is None or now - self._looked >= _FRESH
        self._looked = now if stale else self._looked
        return stale

    def on_record(self, spent: Spent) -> None:
        """Count what the record says, attempts in flight at their most.

        It may know of more than was spent here: earlier runs, and other programs'.
        """
        self.spent = max(self.spent, spent.dollars - self.reserved)
        self.spent_tokens = max(self.spent_tokens, spent.tokens - self.reserved_tokens)

    def _kept(self) -> tuple[Decimal, int]:
        """What only the last word may take."""
        share, dollars, tokens = self.closing_share, Decimal(0), 0
        if not share:
            return dollars, tokens
        if self.budget.dollars is not None:
            dollars = self.budget.dollars * share
        if self.budget.tokens is not None:
            tokens = int(self.budget.tokens * share)
        turn = self.a_turn
        if turn is not None:
            tokens = min(tokens, turn.tokens)
            dollars = dollars if turn.dollars is None else min(dollars, turn.dollars)
        return dollars, tokens


_NONE = Decimal(0)


class Day:
    """The project's budget of each UTC day, over all runs that are recorded in one place."""

    def __init__(
        self, budget: Budget, *, today: Callable[[], date] = lambda: datetime.now(UTC).date()
    ) -> None:
        self.budget, self._today = budget, today
        self.date = today()
        """The day of the account."""
        self._account = self._opened()

    @property
    def account(self) -> Account:
        """The account of today; at midnight it is a new one."""
        if self._today() != self.date:
            self.date = self._today()
            self._account = self._opened()
        return self._account

    def _opened(self) -> Account:
        return Account(scope="day", budget=self.budget)


def dearest(
    spec: ModelSpec, *, prompt: int, output: int, processing: Processing = "standard"
) -> Reservation:
    """The most that so many tokens can cost: whichever way the prompt is read is the dearest."""
    plain = Usage(input=prompt, output=output)
    usages = (plain, replace(plain, cached=prompt), replace(plain, cache_write=prompt))
    price = spec.price_for(prompt, processing=processing)
    known = [cost for usage in usages if (cost := cost_of(usage, price)) is not None]
    return Reservation(dollars=max(known, default=None), tokens=plain.total)


def output_room(
    accounts: Sequence[Account],
    spec: ModelSpec,
    *,
    prompt: int,
    closing: bool = False,
    processing: Processing = "standard",
) -> int:
    """Completion tokens that fit beside such a prompt, were nothing in flight; below 0: none do.

    Exactly as many as `reserve` would not refuse.
    """

    def most(output: int) -> Decimal:
        asked = dearest(spec, prompt=prompt, output=output, processing=processing)
        return asked.dollars or _NONE

    room = _UNBOUNDED
    for account in accounts:
        dollars, tokens = account.left(in_flight=False, closing=closing)
        if tokens is not None:
            room = min(room, tokens - prompt)
        if dollars is not None:
            room = min(room, bisect_right(range(room + 1), dollars, key=most) - 1)
    return room


def _exactly(dollars: Decimal) -> str:
    """To the nano-dollar, so that two figures which differ look different."""
    return f"{dollars:.9f}".rstrip("0").rstrip(".")


async def reserve(
    accounts: Sequence[Account], wanted: Reservation, *, model: str, closing: bool = False
) -> None:
    """Take from all accounts or none, waiting for settlements in flight where they could help.

    `closing` says whether it is for the last word, for which something is kept.

    Raises:
        BudgetExhausted: it does not fit and nothing in flight could make room.
        UnknownPrice: a dollar budget cannot be kept without a price.
    """
    if wanted.dollars is None and any(account.budget.dollars is not None for account in accounts):
        raise UnknownPrice(model)
    while tight := [a for a in accounts if a.refusal(wanted, in_flight=True, closing=closing)]:
        for account in tight:
            refusal = account.refusal(wanted, in_flight=False, closing=closing)
            if refusal is not None:
                raise refusal
        await tight[0].changed()
    for account in accounts:
        account.take(wanted)
