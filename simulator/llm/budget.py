"""What may be spent, kept exactly: accounts nested study > day > run > persona > purpose.

An attempt is charged to all accounts above it together, or to none.
"""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal

from simulator.definitions.limits import Budget
from simulator.definitions.model_entry import ModelSpec, Processing
from simulator.errors import BudgetExhausted, UnknownPrice, UnknownSpending
from simulator.llm.under_way import UnderWay
from simulator.record.calls import Attempt, Ledger
from simulator.record.tally import Counted, Tally
from simulator.record.usage import Spent, Usage, cost_of

__all__ = [
    "Account",
    "Booking",
    "Day",
    "Reservation",
    "dearest",
    "output_room",
    "reserve",
]

_ALERT = Decimal("0.8")
"""The share of a budget that is told when it is spent."""
_PAUSES = 0.01, 0.5
"""Seconds, the first and the longest, after which to look whether another program has settled."""
_UNBOUNDED = 10**9
"""Tokens; no answer is as long."""
_MANY = 10**6
"""Tokens by which the price of one is told."""
_ROUNDED = Decimal(4) / 10**9
"""Dollars by which amounts that are rounded to the nano-dollar can mislead there, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """The most one attempt can cost; `dollars` is None where the price is unknown."""

    dollars: Decimal | None
    tokens: int


@dataclass(slots=True, kw_only=True, eq=False)
class Account:
    """One budget and what has been taken from it.

    `spent` holds what was settled and, for attempts whose outcome is unknown, what they could
    have cost; `reserved` holds what attempts in flight can still cost, `elsewhere` what those in
    flight in other programs can, as far as the record has been read.
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
    elsewhere: Spent = Spent()
    unpriced: frozenset[str] = frozenset()
    """endpoint/model of what was spent of it and has no known price."""
    tally: Tally | None = None
    """Where it stands what other programs have spent of it; None: it belongs to this one."""
    under_way: UnderWay = field(default_factory=UnderWay)
    """The runs that spend of it now, where it is a study's."""
    _waiting: list[asyncio.Future[None]] = field(default_factory=list)

    def left(self, *, in_flight: bool, closing: bool = False) -> tuple[Decimal | None, int | None]:
        """Dollars and tokens that a question may take; None: any number.

        `in_flight` says whether to count what attempts in flight can still cost, `closing`
        whether it is for the last word.
        """
        kept, kept_tokens = (Decimal(0), 0) if closing else self._kept()
        dollars, tokens = self.budget.dollars, self.budget.tokens
        if dollars is not None:
            dollars -= self.spent + kept
            dollars -= (self.reserved + self.elsewhere.dollars) if in_flight else 0
        if tokens is not None:
            tokens -= self.spent_tokens + kept_tokens
            tokens -= (self.reserved_tokens + self.elsewhere.tokens) if in_flight else 0
        return dollars, tokens

    def refusal(
        self, wanted: Reservation, *, in_flight: bool, closing: bool = False
    ) -> BudgetExhausted | None:
        """Why this does not fit, or None if it does; the options are those of `left`."""
        dollars, tokens = self.left(in_flight=in_flight, closing=closing)
        if dollars is not None and wanted.dollars is not None and wanted.dollars > dollars:
            figures = {"limit": f"{self.budget.dollars}", "left": _exactly(max(dollars, _NONE))}
            figures |= {"needed": _exactly(wanted.dollars), "used": _exactly(self.spent)}
            return BudgetExhausted(self.scope, "dollars", **figures)
        if tokens is not None and wanted.tokens > tokens:
            figures = {"limit": str(self.budget.tokens), "left": str(max(tokens, 0))}
            figures |= {"needed": str(wanted.tokens), "used": str(self.spent_tokens)}
            return BudgetExhausted(self.scope, "tokens", **figures)
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
            _wake(future)
        self._waiting.clear()

    async def changed(self, *, seconds: float | None = None) -> None:
        """Wait until something was given back, or for so long; None: however long it takes."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        self._waiting.append(future)
        timer = None if seconds is None else loop.call_later(seconds, _wake, future)
        await future
        if timer is not None:
            timer.cancel()
            self._waiting = [one for one in self._waiting if one is not future]

    def require_known(self) -> None:
        """Refuse dollars of which nobody knows how many are left. Raises UnknownSpending."""
        if self.budget.dollars is not None and self.unpriced:
            raise UnknownSpending(self.scope, self.unpriced)

    def nearly_spent(self) -> tuple[tuple[Literal["dollars", "tokens"], str, str], ...]:
        """Of each limit that four fifths are spent of: its unit, the limit, and what is spent."""
        near: list[tuple[Literal["dollars", "tokens"], str, str]] = []
        dollars, tokens = self.budget.dollars, self.budget.tokens
        if dollars is not None and self.spent >= dollars * _ALERT:
            near.append(("dollars", f"{dollars}", _exactly(self.spent)))
        if tokens is not None and self.spent_tokens >= tokens * _ALERT:
            near.append(("tokens", str(tokens), str(self.spent_tokens)))
        return tuple(near)

    def on_record(self, counted: Counted) -> None:
        """Count what the record says: it knows of earlier runs, and of other programs'."""
        self.spent, self.spent_tokens = counted.spent.dollars, counted.spent.tokens
        self.unpriced = counted.unpriced
        self.elsewhere = Spent(
            max(counted.in_flight.tokens - self.reserved_tokens, 0),
            max(counted.in_flight.dollars - self.reserved, _NONE),
        )

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


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


class Day:
    """The project's budget of each UTC day, over all runs that are recorded in one place."""

    def __init__(
        self,
        budget: Budget,
        *,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
        tally: Callable[[date], Tally] | None = None,
    ) -> None:
        """`tally` tells what other programs have spent on a day; None: nobody else spends of it."""
        self.budget, self._today, self._tally = budget, today, tally
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
        tally = None if self._tally is None else self._tally(self.date)
        return Account(scope="day", budget=self.budget, tally=tally)


def dearest(
    spec: ModelSpec, *, prompt: int, output: int, processing: Processing = "standard"
) -> Reservation:
    """The most that so many tokens can cost: whichever way the prompt is read is the dearest."""
    plain = Usage(input=prompt, output=output)
    cached = Usage(input=prompt, cached=prompt, output=output)
    usages = (plain, cached, Usage(input=prompt, cache_write=prompt, output=output))
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
            room = _reached(dollars, most, room)
    return room


def _reached(dollars: Decimal, most: Callable[[int], Decimal], room: int) -> int:
    """The longest answer, of so many tokens, that costs no more than this at most; -1: none.

    What a token adds leads near to it, since each costs the same.
    """
    least = most(0)
    if room < 0 or least > dollars:
        return min(room, -1)
    each = (most(_MANY) - least) / _MANY
    found = min(int((dollars - least) / each), room) if each else room
    near = int(_ROUNDED / each) + 1 if each else room
    begin, end = (found - near, found + near) if found < _MANY else (0, room)
    begin, end = max(begin, 0), min(end, room)
    return begin + bisect_right(range(begin, end + 1), dollars, key=most) - 1


def _exactly(dollars: Decimal) -> str:
    """To the nano-dollar, so that two figures which differ look different."""
    return f"{dollars:.9f}".rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """Where a reservation is written down in the moment in which it is taken."""

    ledger: Ledger
    attempt: Attempt
    patience: float
    """Seconds to wait for what another program has in flight: nobody tells when that is lost."""


async def reserve(
    accounts: Sequence[Account],
    wanted: Reservation,
    *,
    model: str,
    closing: bool = False,
    booking: Booking | None = None,
) -> None:
    """Take from all accounts or none, waiting for settlements in flight where they could help.

    `closing` says whether it is for the last word, for which something is kept. What others have
    spent of shared budgets is looked up, and the attempt booked, in one transaction of the record.

    Raises:
        BudgetExhausted: it does not fit and nothing in flight could make room, or what another
            program has in flight was not settled in time.
        UnknownPrice: a dollar budget cannot be kept without a price, or without those of what
            others have spent.
        StoreFailed: it cannot be booked.
    """
    if wanted.dollars is None and any(account.budget.dollars is not None for account in accounts):
        raise UnknownPrice(model)
    pauses = _Pauses(0.0 if booking is None else booking.patience)
    while tight := _too_tight(accounts, wanted, closing=closing, booking=booking):
        for account in tight:
            refusal = account.refusal(wanted, in_flight=False, closing=closing)
            if refusal is not None:
                raise refusal
        waited = tight[0]
        if waited.elsewhere == Spent():
            await waited.changed()
        elif (pause := pauses.next()) or waited.reserved_tokens:
            await waited.changed(seconds=pause or _PAUSES[1])
        else:
            refusal = waited.refusal(wanted, in_flight=True, closing=closing)
            if refusal is not None:
                raise refusal


def _too_tight(
    accounts: Sequence[Account], wanted: Reservation, *, closing: bool, booking: Booking | None
) -> list[Account]:
    """Those in which it does not fit for now; where there is none, it is taken and booked."""
    with _looking(accounts, booking):
        for account in accounts:
            account.require_known()
        tight = [a for a in accounts if a.refusal(wanted, in_flight=True, closing=closing)]
        if tight:
            return tight
        if booking is not None:
            booking.ledger.reserve(booking.attempt)
    for account in accounts:
        account.take(wanted)
    return tight


@contextmanager
def _looking(accounts: Sequence[Account], booking: Booking | None) -> Iterator[None]:
    """A transaction in which shared accounts know what others have spent."""
    shared = [(account, account.tally) for account in accounts if account.tally is not None]
    if booking is None or not shared:
        yield
        return
    with booking.ledger.booking([tally for _, tally in shared]) as known:
        for (account, _), counted in zip(shared, known, strict=True):
            if counted is not None:
                account.on_record(counted)
        yield


class _Pauses:
    """How long to wait for what another program has in flight: longer each time."""

    def __init__(self, patience: float) -> None:
        self._until = time.monotonic() + patience
        self._pause, self._longest = _PAUSES

    def next(self) -> float:
        """Seconds; 0: it has been long enough."""
        left = self._until - time.monotonic()
        pause, self._pause = self._pause, min(self._pause * 2, self._longest)
        return max(0.0, min(pause, left))
