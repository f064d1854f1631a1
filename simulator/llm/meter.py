"""The meter of one run: what each attempt may cost, did cost, and what is left of the budgets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil

from simulator.definitions.limits import Budget
from simulator.llm.budget import Account, Reservation, reserve
from simulator.llm.call_context import CallContext
from simulator.record.calls import Attempt, Ledger, Outcome
from simulator.record.usage import Spent, Usage, cost_of

__all__ = ["RunMeter"]

_TOKENS_PER_BYTE = 0.5
"""An upper bound for prose; real usage raises it."""
_CALIBRATION_MARGIN = 1.1


@dataclass(frozen=True, slots=True)
class _KnownPrefix:
    tokens: int
    shared_bytes: int


class RunMeter:
    """Reserves before an attempt is sent and settles by what came back.

    A reservation is the exact count of what the last call of the same prefix read, an upper
    bound of what is new, and all the output the request allows, at the dearest input price.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        accounts: tuple[Account, ...] = (),
        members: Mapping[str, Budget] | None = None,
    ) -> None:
        """`accounts` (study, run) hold for every call, `members` for each member's own."""
        self._ledger, self._accounts = ledger, accounts
        budgets = (members or {}).items()
        self._members = {name: Account(scope=name, budget=budget) for name, budget in budgets}
        self._prefixes: dict[tuple[str, str], _KnownPrefix] = {}
        self._tokens_per_byte = _TOKENS_PER_BYTE
        self._held: dict[tuple[str, int], tuple[Reservation, int]] = {}
        self.usage, self.spent = Usage(), Spent()
        self.dollars = Decimal(0)
        self.at_least = False
        """Whether `dollars` leaves out attempts whose price or usage is unknown."""

    async def reserve(self, call: CallContext, *, request_bytes: int) -> None:
        """Book the attempt at the most it can cost, before it is sent.

        Raises:
            BudgetExhausted: it does not fit and nothing in flight could make room.
            UnknownPrice: a dollar budget cannot be kept without a price.
        """
        wanted = self._bound(call, request_bytes)
        with call.deadline.stopped():
            await reserve(self._accounts_of(call), wanted, model=call.spec.name)
        attempt = Attempt(
            call=call.booking.id,
            number=call.attempt,
            model=call.spec.name,
            reserved=wanted.dollars,
            reserved_tokens=wanted.tokens,
        )
        try:
            self._ledger.reserve(attempt)
        except BaseException:
            self._give_back(call, wanted, spent=Decimal(0), tokens=0)
            raise
        self._held[call.booking.id, call.attempt] = (wanted, request_bytes)

    def close(self, call: CallContext, outcome: Outcome) -> None:
        """Book how the attempt ended and give back what it did not use."""
        held, request_bytes = self._held.pop((call.booking.id, call.attempt))
        spent, tokens = _really_spent(held, outcome)
        self.spent = Spent(self.spent.tokens + tokens, self.spent.dollars + spent)
        self._give_back(call, held, spent=spent, tokens=tokens)
        self._ledger.close_attempt(call.booking.id, call.attempt, outcome)
        if outcome.usage is not None:
            self.usage += outcome.usage
            self._learn(call, outcome.usage, request_bytes)
        self.dollars += outcome.cost or Decimal(0)
        self.at_least |= outcome.state != "released" and outcome.cost is None

    def _give_back(
        self, call: CallContext, held: Reservation, *, spent: Decimal, tokens: int
    ) -> None:
        for account in self._accounts_of(call):
            account.give_back(held, spent=spent, tokens=tokens)

    def _accounts_of(self, call: CallContext) -> tuple[Account, ...]:
        own = self._members.get(call.booking.persona)
        return (*self._accounts, own) if own is not None else self._accounts

    def _bound(self, call: CallContext, request_bytes: int) -> Reservation:
        prompt = self._prompt_bound(call, request_bytes)
        plain = Usage(input=prompt, output=call.max_output)
        usages = (plain, replace(plain, cached=prompt), replace(plain, cache_write=prompt))
        price = call.spec.price_for(prompt)
        costs = [cost_of(usage, price) for usage in usages]
        known = [cost for cost in costs if cost is not None]
        return Reservation(dollars=max(known, default=None), tokens=plain.total)

    def _prompt_bound(self, call: CallContext, request_bytes: int) -> int:
        whole = ceil(request_bytes * self._tokens_per_byte)
        known = self._prefixes.get((call.spec.name, call.prefix_hash))
        if known is None or call.shared_bytes < known.shared_bytes:
            return whole
        new = ceil((request_bytes - known.shared_bytes) * self._tokens_per_byte)
        return min(whole, known.tokens + new)

    def _learn(self, call: CallContext, usage: Usage, request_bytes: int) -> None:
        known = _KnownPrefix(usage.input, call.shared_bytes)
        self._prefixes[call.spec.name, call.prefix_hash] = known
        seen = usage.input / max(1, request_bytes)
        self._tokens_per_byte = max(self._tokens_per_byte, seen * _CALIBRATION_MARGIN)


def _really_spent(held: Reservation, outcome: Outcome) -> tuple[Decimal, int]:
    if outcome.state == "released":
        return Decimal(0), 0
    if outcome.state == "unknown" or outcome.usage is None:
        return held.dollars or Decimal(0), held.tokens
    return outcome.cost or Decimal(0), outcome.usage.total
