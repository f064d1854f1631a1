"""The till of a run on paper: its budgets, kept by the same meter and saved by the same steps.

Nothing is in flight on paper, so what does not fit is tried in a cheaper way at once, as `ask`
does: a cheaper model or tier, a shorter answer, fewer lines.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Final

from simulator.conversation.run_context import meter_for
from simulator.conversation.unpaid import FOR_ALL, has_one_price, others_are_cheaper
from simulator.definitions.cast import Cast
from simulator.definitions.limits import Budget
from simulator.definitions.model_catalog import ModelCatalog
from simulator.definitions.persona import TierRange
from simulator.errors import BudgetExhausted
from simulator.llm.budget import Account, Day
from simulator.llm.call_context import CallContext, Deadline, Room
from simulator.llm.economy import Plan, cheaper_plans, cheaper_ways
from simulator.llm.purse import Purse, Turns
from simulator.llm.screen import Screen
from simulator.record.calls import Attempt, Call, CallState, Outcome, Purpose
from simulator.record.tally import Counted, Tally
from simulator.record.usage import NANO, Spent, Usage
from simulator.runs.quote.stage import Purchasing

__all__ = ["Buyer", "Sizes", "Till", "budgets_of", "day_with"]

_SPOKEN: Final = "speak"


def day_with(account: Account | None) -> Day | None:
    """A day of which so much is spent; None: it has no budget."""
    if account is None:
        return None
    day = Day(account.budget)
    day.account.on_record(Counted(Spent(account.spent_tokens, account.spent)))
    return day


def budgets_of(whole: Cast) -> dict[str, Budget]:
    """What a run of the cast may spend: of its own, and by members and purposes, by scope."""
    limits = whole.scenario.limits
    found = {"run": Budget(dollars=limits.dollars, tokens=limits.tokens)}
    found.update((one.id, one.budget) for one in whole.members)
    found.update((f"purpose:{name}", budget) for name, budget in limits.purposes.items())
    return {scope: budget for scope, budget in found.items() if budget != Budget()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Who asks, and for what."""

    persona: str
    purpose: Purpose
    tiers: TierRange
    """From where to where a cheaper model may be looked for."""
    closing: bool = False
    """Whether it is for the last word."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """The bulk of a request, and of what later ones begin with."""

    request: int
    shared: int


class _Unwritten:
    """A ledger that keeps nothing."""

    def open_call(self, _call: Call) -> bool:
        return True

    def booking(self, tallies: Sequence[Tally]) -> nullcontext[list[None]]:
        return nullcontext([None for _ in tallies])

    def reserve(self, attempt: Attempt) -> None:
        """Nothing is sent."""

    def close_attempt(self, call: str, number: int, outcome: Outcome) -> None:
        """Nothing was."""

    def lower_reservation(self, attempt: Attempt) -> None:
        """Nothing is unknown."""

    def close_call(self, call: str, state: CallState) -> None:
        """Nothing is open."""

    def last_attempt(self, _call: str) -> int:
        return 0

    def answer(self, _call: str) -> bytes | None:
        return None


class Till:
    """The budgets of one run on paper."""

    def __init__(self, whole: Cast, catalog: ModelCatalog, buying: Purchasing) -> None:
        """What is left of a study and a day is all this run's."""
        self._cast, self._catalog = whole, catalog
        self._choice, self._models = buying.choice, buying.models
        accounts = {one.scope: one.account for one in buying.shared}
        self._meter = meter_for(
            whole, _Unwritten(), study=accounts.get("study"), day=day_with(accounts.get("day"))
        )
        self._deadline, self._screen, self._numbers = Deadline(1.0), Screen(), count(1)
        self._tiers = {one.id: one.persona.tier for one in whole.members}
        self.silent: set[str] = set()
        """Members who cannot pay for their turns."""

    def purses(self, persona: str, turns: Turns) -> tuple[Purse, ...]:
        """What is left of each budget in dollars that a turn is charged to."""
        return self._meter.purses(persona, _SPOKEN, turns)

    def reserved(
        self, plan: Plan, buyer: Buyer, sizes: Callable[[Plan], Sizes]
    ) -> tuple[Plan, CallContext]:
        """How a question is asked, as far as there is money for it, which is then kept for it.

        Raises BudgetExhausted where there is none however it is asked.
        """
        first, plans = plan, None
        while True:
            context = self._context(plan, buyer, sizes(plan))
            try:
                _at_once(self._meter.reserve(context, bulk=sizes(plan).request))
            except BudgetExhausted as error:
                plans = plans or self._cheaper(first, error, buyer=buyer, sizes=sizes)
                other = next(plans, None)
                if other is None:
                    raise
                plan = other
            else:
                return plan, context

    def settle(self, context: CallContext, usage: Usage, dollars: float | None) -> None:
        """Pay what was kept for a question."""
        cost = None if dollars is None else Decimal(round(dollars * float(NANO))) / NANO
        outcome = Outcome(state="settled", usage=usage, cost=cost, finish_reason="stop")
        self._meter.close(context, outcome)

    def falls_silent(self, error: BudgetExhausted, persona: str) -> bool:
        """Whether the talk goes on without a member whose turn cannot be paid.

        It does where the member's own budget is used up, or one of several others may be asked of
        a cheaper tier.
        """
        alone = error.scope in self._cast.ids
        if error.scope in FOR_ALL and not has_one_price(self._choice, self._catalog):
            here = [one for one in self._cast.ids if one not in self.silent]
            alone = others_are_cheaper(self._cast, here, member=persona, tiers=self._tiers)
        if alone:
            self.silent.add(persona)
        return alone

    def _cheaper(
        self, plan: Plan, error: BudgetExhausted, *, buyer: Buyer, sizes: Callable[[Plan], Sizes]
    ) -> Iterator[Plan]:
        bulk = sizes(plan).request
        lower = cheaper_ways(plan, tiers=buyer.tiers, models=self._models.__getitem__, bulk=bulk)
        known: dict[tuple[str, int], Room] = {}

        def room(other: Plan) -> Room:
            key = other.way.spec.name, len(other.prompt.transcript)
            if key not in known:
                size = sizes(other)
                context = self._context(other, buyer, size)
                known[key] = self._meter.room(context, bulk=size.request)
            return known[key]

        narrow = buyer.purpose == _SPOKEN
        return cheaper_plans(plan, error, lower=lower, room=room, narrow=narrow)

    def _context(self, plan: Plan, buyer: Buyer, sizes: Sizes) -> CallContext:
        prompt, number = plan.prompt, next(self._numbers)
        booking = Call(
            id=str(number),
            run="",
            turn=0,
            persona=buyer.persona,
            purpose=buyer.purpose,
            model=plan.way.spec.name,
        )
        return CallContext(
            booking=booking,
            spec=plan.way.spec,
            meter=self._meter,
            deadline=self._deadline,
            max_output=plan.max_output,
            known_bulk=sizes.shared,
            private_words=prompt.private_words,
            opening=prompt.opening,
            closing=buyer.closing,
            screen=self._screen,
        )


def _at_once(waiting: Coroutine[object, None, None]) -> None:
    """Let something run that has nothing to wait for."""
    try:
        waiting.send(None)
    except StopIteration:
        return
    waiting.close()
