"""The runs of a study that are under way in a session: what they have yet to say and to spend.

A budget that many runs share is not one run's: how much is left for a turn depends on the turns of
all of them, and whether another run can be played to its end on what those before it still need.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal

from simulator.definitions.limits import Budget
from simulator.errors import RunNotCarried
from simulator.record.usage import Spent

__all__ = ["Need", "Seat", "UnderWay"]

Left = Callable[[], tuple[Decimal | None, int | None]]
"""Dollars and tokens that are left for all runs; None: any number."""


@dataclass(slots=True, kw_only=True, eq=False)
class Need:
    """What it takes to play a talk to its end."""

    quoted: Spent
    """By its quote."""
    dearest: Spent
    """What has to be free beside it for the dearest of its questions, which is booked at its most.
    """
    measured: Spent | None = None
    """What the dearest took of those that came to their end; None: none has."""

    @property
    def usual(self) -> Spent:
        """What a run takes, as far as is known."""
        return self.quoted if self.measured is None else self.measured


@dataclass(slots=True, kw_only=True, eq=False)
class Seat:
    """The place of one run among those of its study."""

    turns: int
    """How many turns its limit leaves to models."""
    others: UnderWay
    need: Spent | None = None
    """What it takes to play it to its end; None: it may be cut short."""
    spent: Spent = Spent()
    """What it has taken until now."""

    @property
    def turns_of_all(self) -> int:
        """How many turns are left to models in all runs that are under way, with its own."""
        return sum(seat.turns for seat in self.others.seats)

    @property
    def owed(self) -> Spent:
        """What of its need it has not taken yet."""
        need, spent = self.need or Spent(), self.spent
        tokens = max(0, need.tokens - spent.tokens)
        return Spent(tokens, max(Decimal(0), need.dollars - spent.dollars))


@dataclass(slots=True, eq=False)
class UnderWay:
    """The seats of a study's runs; who comes first is seated first."""

    seats: list[Seat] = field(default_factory=list)
    needs: dict[str, Need] = field(default_factory=dict)
    """What a whole run takes, by what is played."""
    _door: asyncio.Lock = field(default_factory=asyncio.Lock)
    _left: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def seat(self, *, turns: int) -> AsyncIterator[Seat]:
        """A place for a run that may be cut short."""
        taken = Seat(turns=turns, others=self)
        self.seats.append(taken)
        try:
            yield taken
        finally:
            self._free(taken)

    @asynccontextmanager
    async def whole_seat(
        self, kind: str, *, turns: int, budget: Budget, left: Left
    ) -> AsyncIterator[Seat]:
        """A place for a run that is to be played to its end.

        While runs under way may yet leave enough, it waits for them; `needs` must know its kind.

        Raises:
            RunNotCarried: what is left does not reach for it, and nobody could leave more.
        """
        async with self._door:
            while short := self._short(self.needs[kind].usual, budget, left()):
                if not self.seats:
                    raise short
                self._left.clear()
                await self._left.wait()
            taken = Seat(turns=turns, others=self, need=self.needs[kind].usual)
            self.seats.append(taken)
        try:
            yield taken
        finally:
            self._free(taken)

    def ended_whole(self, kind: str, spent: Spent) -> None:
        """Learn what a run took that came to its end."""
        need = self.needs[kind]
        known = need.measured or spent
        tokens = max(known.tokens, spent.tokens)
        need.measured = Spent(tokens, max(known.dollars, spent.dollars))

    def _free(self, seat: Seat) -> None:
        self.seats.remove(seat)
        self._left.set()

    def _short(
        self, need: Spent, budget: Budget, left: tuple[Decimal | None, int | None]
    ) -> RunNotCarried | None:
        """What is missing for a whole run beside those under way; None: nothing is."""
        dollars, tokens = left
        owed = [seat.owed for seat in self.seats]
        if dollars is not None:
            dollars = max(dollars - sum(one.dollars for one in owed), Decimal(0))
            if need.dollars > dollars:
                figures = {"limit": f"{budget.dollars}", "left": f"{dollars:f}"}
                return RunNotCarried("dollars", **figures, needed=f"{need.dollars:f}")
        if tokens is not None:
            tokens = max(tokens - sum(one.tokens for one in owed), 0)
            if need.tokens > tokens:
                figures = {"limit": f"{budget.tokens}", "left": f"{tokens}"}
                return RunNotCarried("tokens", **figures, needed=f"{need.tokens}")
        return None
