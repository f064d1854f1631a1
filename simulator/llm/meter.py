"""The meter of one run: what each attempt may cost, did cost, and what is left of the budgets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil

from simulator.definitions.limits import Budget
from simulator.definitions.model_entry import ModelSpec, Processing
from simulator.definitions.purpose import Purpose
from simulator.llm.budget import (
    Account,
    Booking,
    Day,
    Reservation,
    dearest,
    output_room,
    reserve,
)
from simulator.llm.bulk import TOKENS_PER_BULK
from simulator.llm.call_context import CallContext, Room
from simulator.llm.purse import Purse, Turns
from simulator.llm.spending_news import SpendingNews
from simulator.llm.under_way import Seat
from simulator.record.calls import Attempt, Ledger, Outcome
from simulator.record.events import AnsweredByOther, LimitNeared, UsageMissing
from simulator.record.rows import CostRow
from simulator.record.usage import Spent, Usage

__all__ = ["RunMeter"]

_CALIBRATION_MARGIN = 1.1


@dataclass(frozen=True, slots=True)
class _KnownPrefix:
    opening: tuple[str, ...]
    tokens: int
    bulk: int

    def begins(self, call: CallContext) -> bool:
        """Whether the request of a call begins with all of it."""
        return call.opening[: len(self.opening)] == self.opening and call.known_bulk >= self.bulk


_NOTHING = Reservation(dollars=Decimal(0), tokens=0)


@dataclass(frozen=True, slots=True)
class _Held:
    attempt: Attempt
    prompt: int
    """Tokens that are held for the prompt."""
    bulk: int
    """Of the whole request."""
    accounts: tuple[Account, ...]
    spec: ModelSpec
    processing: Processing
    """At which price."""

    @property
    def wanted(self) -> Reservation:
        """What is held."""
        attempt = self.attempt
        return Reservation(dollars=attempt.reserved, tokens=attempt.reserved_tokens)

    def with_prompt(self, tokens: int) -> Reservation:
        """What would be held, were the prompt's tokens known."""
        output = self.attempt.reserved_tokens - self.prompt
        prompt, how = min(tokens, self.prompt), self.processing
        return dearest(self.spec, prompt=prompt, output=output, processing=how)


class RunMeter:
    """Reserves before an attempt is sent and settles by what came back.

    A reservation is the exact count of what the last call of the same prefix read, an upper
    bound of what is new, and all the output the request allows, at the dearest input price. A
    model that has once answered at priority is reserved for at that price from then on.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        accounts: tuple[Account, ...] = (),
        members: Mapping[str, Budget] | None = None,
        purposes: Mapping[Purpose, Budget] | None = None,
        day: Day | None = None,
    ) -> None:
        """`accounts` (study, run) hold for every call, `members` for each member's own.

        `purposes` hold for all calls of a purpose, `day` for all that leave this process.
        """
        self._ledger, self._accounts, self._day = ledger, accounts, day
        own, shared = (members or {}).items(), (purposes or {}).items()
        self._members = {name: Account(scope=name, budget=budget) for name, budget in own}
        self._purposes: dict[str, Account] = {
            name: Account(scope=f"purpose:{name}", budget=budget) for name, budget in shared
        }
        self._prefixes: dict[tuple[str, str], _KnownPrefix] = {}
        """By model and speaker, since members who were away have heard other lines."""
        self._tokens_per_bulk = TOKENS_PER_BULK
        self._longest: dict[tuple[str, str], int] = {}
        self._held: dict[tuple[str, int], _Held] = {}
        self._lost: dict[tuple[str, str], list[_Held]] = {}
        self._faster: set[str] = set()
        self._others: dict[str, ModelSpec] = {}
        self._news = SpendingNews()
        self.usage, self.spent = Usage(), Spent()
        self.seat: Seat | None = None
        """The run's place among those of its study; None: it has none."""
        self.dollars = Decimal(0)
        self.at_least = False
        """Whether `dollars` leaves out attempts whose price or usage is unknown."""

    async def reserve(self, call: CallContext, *, bulk: int) -> None:
        """Book the attempt at the most it can cost, before it is sent.

        Raises:
            BudgetExhausted: it does not fit and nothing in flight could make room.
            UnknownPrice: a dollar budget cannot be kept without a price.
            StoreFailed: it cannot be booked.
        """
        prompt = self._prompt_bound(call, bulk)
        spec, how = self._billed_as(call.spec), self._processing(call.spec)
        wanted = dearest(spec, prompt=prompt, output=call.max_output, processing=how)
        accounts = self._accounts_of(call)
        for account in accounts if call.booking.purpose == "speak" else ():
            account.a_turn = wanted
        attempt = Attempt(
            call=call.booking.id,
            number=call.attempt,
            model=call.spec.name,
            reserved=wanted.dollars,
            reserved_tokens=wanted.tokens,
            stand_in=call.stand_in,
        )
        patience = call.deadline.seconds
        booking = Booking(ledger=self._ledger, attempt=attempt, patience=patience)
        with call.deadline.stopped():
            await reserve(
                accounts, wanted, model=attempt.model, closing=call.closing, booking=booking
            )
        held = _Held(attempt, prompt, bulk, accounts, spec, how)
        self._held[call.booking.id, call.attempt] = held

    def close(self, call: CallContext, outcome: Outcome) -> None:
        """Book how the attempt ended and give back what it did not use."""
        held = self._held.pop((call.booking.id, call.attempt))
        spent, tokens = _really_spent(held.wanted, outcome)
        self.spent = Spent(self.spent.tokens + tokens, self.spent.dollars + spent)
        if self.seat is not None:
            self.seat.spent = self.spent
        for account in held.accounts:
            account.give_back(held.wanted, spent=spent, tokens=tokens)
        self._ledger.close_attempt(call.booking.id, call.attempt, outcome)
        self._news.look(held.accounts)
        if outcome.processing == "priority":
            self._faster.add(call.spec.name)
        if call.billed is not None and call.billed.name != call.spec.name:
            self._others[call.spec.name] = call.billed
            self._news.by_another(call.spec.name, call.billed.name)
        if outcome.usage is not None:
            self.usage += outcome.usage
            self._learn(call, outcome.usage, held.bulk)
            self._correct(call, outcome.usage, held.bulk)
            if outcome.finish_reason != "length":
                asked = (call.spec.name, call.booking.purpose)
                self._longest[asked] = max(outcome.usage.output, self._longest.get(asked, 0))
        elif outcome.state == "unknown":
            self._lost.setdefault((call.booking.id, call.spec.name), []).append(held)
        if outcome.usage is None and outcome.answer:
            self._news.without_usage(call.spec.name)
        self.dollars += outcome.cost or Decimal(0)
        self.at_least |= outcome.state != "released" and outcome.cost is None

    def room(self, call: CallContext, *, bulk: int) -> Room:
        """How long the answer to such a request may be, and how long answers have been."""
        prompt = self._prompt_bound(call, bulk)
        accounts = self._accounts_of(call)
        spec, how = self._billed_as(call.spec), self._processing(call.spec)
        most = output_room(accounts, spec, prompt=prompt, closing=call.closing, processing=how)
        purpose = call.booking.purpose
        seen = [longest for (_, why), longest in self._longest.items() if why == purpose]
        own = self._longest.get((call.spec.name, purpose))
        return Room(most=most, longest=max(seen, default=0) if own is None else own)

    def purses(self, persona: str, purpose: Purpose, turns: Turns) -> tuple[Purse, ...]:
        """What is left of each budget in dollars that such a question is charged to.

        What is in flight is not counted, so that it does not matter who is asked first.
        """
        day = None if self._day is None else self._day.account
        own = self._members.get(persona)
        found = []
        for account in (*self._accounts, day, own, self._purposes.get(purpose)):
            left = None if account is None else account.left(in_flight=False)[0]
            if account is None or left is None:
                continue
            part = turns.of_one if account is own else turns.of_models
            # Other runs are charged to these as well.
            spent = self.spent.dollars if account.scope in {"study", "day"} else account.spent
            purse = Purse(
                scope=account.scope,
                left=left,
                turns=self._turns_of(account, part(turns.left)),
                spent=spent,
                done=part(turns.done),
            )
            found.append(purse)
        return tuple(found)

    def _turns_of(self, account: Account, own: int) -> int:
        """For how many turns a budget is: a study's for those of all its runs under way."""
        if self.seat is None or account.scope != "study":
            return own
        self.seat.turns = own
        return self.seat.turns_of_all

    def news(self) -> tuple[AnsweredByOther | LimitNeared | UsageMissing, ...]:
        """What whoever pays should hear, each thing once."""
        return self._news.taken()

    def count_in(self, rows: Iterable[CostRow]) -> None:
        """Take up a run that has spent before: its costs by persona and purpose.

        The study's and the day's accounts are left alone: they know of it. What was nearly spent
        before is on record, and not told again.
        """
        own = [account for account in self._accounts if account.scope == "run"]
        for row in rows:
            persona, purpose = row.group
            named = (self._members.get(persona), self._purposes.get(purpose))
            accounts = [*own, *(account for account in named if account is not None)]
            for account in accounts:
                account.spent += row.counted
                account.spent_tokens += row.counted_tokens
            tokens, dollars = self.spent.tokens, self.spent.dollars
            self.spent = Spent(tokens + row.counted_tokens, dollars + row.counted)
            self._news.known(accounts)

    def _accounts_of(self, call: CallContext) -> tuple[Account, ...]:
        """Every account the call is charged to, the widest first."""
        day, booking = self._day, call.booking
        dated = () if day is None or call.spec.endpoint.in_process else (day.account,)
        named = (self._members.get(booking.persona), self._purposes.get(booking.purpose))
        own = (account for account in named if account is not None)
        return (*self._accounts, *dated, *own)

    def _billed_as(self, spec: ModelSpec) -> ModelSpec:
        """The model at the dearer of two prices, once another one has answered in its place."""
        other = self._others.get(spec.name)
        if other is None or spec.price is None or other.price is None:
            return spec
        return replace(spec, price=spec.price.at_most(other.price))

    def _processing(self, spec: ModelSpec) -> Processing:
        """How a request is reserved for; at priority only where that has a price."""
        faster = spec.name in self._faster and spec.priority is not None
        return "priority" if faster else "standard"

    def _prompt_bound(self, call: CallContext, bulk: int) -> int:
        whole = ceil(bulk * self._tokens_per_bulk)
        known = [
            one.tokens + ceil((bulk - one.bulk) * self._tokens_per_bulk)
            for (model, _), one in self._prefixes.items()
            if model == call.spec.name and one.begins(call)
        ]
        return min((whole, *known))

    def _learn(self, call: CallContext, usage: Usage, bulk: int) -> None:
        tokens = max(0, usage.input - call.private_words)
        known = _KnownPrefix(call.opening, tokens, call.known_bulk)
        self._prefixes[call.spec.name, call.booking.persona] = known
        seen = usage.input / max(1, bulk)
        self._tokens_per_bulk = max(self._tokens_per_bulk, seen * _CALIBRATION_MARGIN)

    def _correct(self, call: CallContext, usage: Usage, bulk: int) -> None:
        """The same request has the same tokens: lost attempts need not count for more."""
        for lost in self._lost.pop((call.booking.id, call.spec.name), ()):
            if lost.bulk != bulk:
                continue
            known = lost.with_prompt(usage.input)
            self._ledger.lower_reservation(
                replace(lost.attempt, reserved=known.dollars, reserved_tokens=known.tokens)
            )
            held = lost.attempt
            dollars = (held.reserved or Decimal(0)) - (known.dollars or Decimal(0))
            tokens = held.reserved_tokens - known.tokens
            for account in lost.accounts:
                account.give_back(_NOTHING, spent=-dollars, tokens=-tokens)
            self.spent = Spent(self.spent.tokens - tokens, self.spent.dollars - dollars)


def _really_spent(held: Reservation, outcome: Outcome) -> tuple[Decimal, int]:
    """Dollars and tokens to hold against budgets; an unknown cost counts as all that was held."""
    if outcome.state == "released":
        return Decimal(0), 0
    if outcome.state == "unknown" or outcome.usage is None:
        return held.dollars or Decimal(0), held.tokens
    cost = held.dollars if outcome.cost is None else outcome.cost
    return cost or Decimal(0), outcome.usage.total
