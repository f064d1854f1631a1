"""Budgets: nothing is ever taken that is not there, and who waits for room is woken."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.definitions.limits import Budget
from simulator.definitions.model_entry import Processing
from simulator.errors import BudgetExhausted, UnknownPrice
from simulator.llm.budget import Account, Reservation, dearest, output_room, reserve
from tests.llm_samples import model_spec

CENT, NOTHING = Decimal("0.01"), Decimal(0)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt as it will go: what it could cost, what of it it does, how long it takes."""

    cents: int
    tokens: int
    share: int
    """Percent of the reservation that is really spent; 0: released, 100: unknown."""
    steps: int
    member: int

    @property
    def wanted(self) -> Reservation:
        """What it could cost."""
        return Reservation(dollars=self.cents * CENT, tokens=self.tokens)

    def give_back(self, accounts: Sequence[Account]) -> None:
        """Close it in every account."""
        dollars, tokens = self.cents * CENT * self.share / 100, self.tokens * self.share // 100
        for account in accounts:
            account.give_back(self.wanted, spent=dollars, tokens=tokens)


attempts = st.builds(
    Attempt,
    cents=st.integers(0, 60),
    tokens=st.integers(0, 600),
    share=st.sampled_from([0, 10, 50, 99, 100]),
    steps=st.integers(0, 4),
    member=st.integers(0, 1),
)
budgets = st.builds(
    Budget,
    dollars=st.none() | st.integers(1, 150).map(lambda cents: cents * CENT),
    tokens=st.none() | st.integers(1, 1_500),
)


def account(scope: str = "run", **limits: object) -> Account:
    """An account with nothing spent."""
    return Account(scope=scope, budget=Budget.model_validate(limits))


def figures(one: Account) -> tuple[Decimal, int, Decimal, int]:
    """What was spent and what is reserved."""
    return one.spent, one.spent_tokens, one.reserved, one.reserved_tokens


def over(one: Account) -> bool:
    """Whether more was taken than there is."""
    too_dear = one.budget.dollars is not None and one.spent + one.reserved > one.budget.dollars
    tokens = one.spent_tokens + one.reserved_tokens
    return too_dear or (one.budget.tokens is not None and tokens > one.budget.tokens)


def taking(cents: int, tokens: int = 0) -> Reservation:
    """What an attempt could cost."""
    return Reservation(dollars=cents * CENT, tokens=tokens)


@given(st.lists(attempts, max_size=14), st.tuples(budgets, budgets, budgets, budgets))
async def test_no_account_is_ever_overdrawn(
    plan: list[Attempt], limits: tuple[Budget, Budget, Budget, Budget]
) -> None:
    """However attempts interleave, every account keeps its budget, and in the end all is settled.

    Whoever is refused could not have had room even if nothing else were in flight.
    """
    study, run, *own = (
        Account(scope=name, budget=budget)
        for name, budget in zip(("study", "run", "rosa", "dev"), limits, strict=True)
    )
    everybody = (study, run, *own)
    taken: list[Attempt] = []

    async def work(attempt: Attempt) -> None:
        accounts = (study, run, own[attempt.member])
        try:
            await reserve(accounts, attempt.wanted, model="test/small")
        except BudgetExhausted:
            hopeless = [one.refusal(attempt.wanted, in_flight=False) for one in accounts]
            assert any(hopeless)
            return
        taken.append(attempt)
        for _ in range(attempt.steps):
            assert not any(map(over, everybody))
            await asyncio.sleep(0)
        attempt.give_back(accounts)

    async with asyncio.timeout(5):
        await asyncio.gather(*map(work, plan))

    spent = sum((one.cents * CENT * one.share / 100 for one in taken), Decimal(0))
    assert not any(map(over, everybody))
    assert figures(study) == figures(run) == (spent, study.spent_tokens, NOTHING, 0)
    assert sum(one.spent_tokens for one in own) == study.spent_tokens


async def test_all_accounts_are_charged_together_or_none_is() -> None:
    """What the second account refuses is not taken from the first."""
    study, run = account("study", dollars="1"), account("run", dollars="0.05")

    await reserve((study, run), taking(3, tokens=40), model="test/small")
    with pytest.raises(BudgetExhausted):
        await reserve((study, run), taking(6), model="test/small")

    assert figures(study) == figures(run) == (NOTHING, 0, 3 * CENT, 40)


@pytest.mark.parametrize(
    ("limits", "wanted", "expected", "told"),
    [
        (
            {"dollars": "0.10"},
            Reservation(dollars=Decimal("0.0400001"), tokens=1),
            ("dollars", "0.10", "0.04", "0.06", "0.0400001"),
            "$0.10 leaves $0.04, and the next question could cost $0.0400001.",
        ),
        (
            {"tokens": 1_000},
            Reservation(dollars=None, tokens=401),
            ("tokens", "1000", "400", "600", "401"),
            "1,000 tokens leaves 400, and the next question could take 401.",
        ),
    ],
)
async def test_a_refusal_has_the_figures(
    limits: dict[str, object], wanted: Reservation, expected: tuple[str, ...], told: str
) -> None:
    """Who asks for too much learns whose limit it is, what is left, and what was needed."""
    mine = account("rosa", **limits)
    mine.take(taking(6, tokens=600))
    mine.give_back(taking(6, tokens=600), spent=6 * CENT, tokens=600)

    with pytest.raises(BudgetExhausted) as refused:
        await reserve((mine,), wanted, model="test/small")

    error = refused.value
    assert error.scope == "rosa"
    assert (error.unit, error.limit, error.left, error.used, error.needed) == expected
    assert str(error) == f"rosa's own limit of {told}"


async def test_exactly_what_is_left_may_be_taken() -> None:
    """A budget can be spent to the last nano-dollar and the last token."""
    run = account(dollars="0.05", tokens=50)

    await reserve((run,), taking(5, tokens=50), model="test/small")

    assert figures(run) == (NOTHING, 0, 5 * CENT, 50)


async def test_what_does_not_fit_waits_for_a_settlement_in_flight() -> None:
    """It is woken by what is given back, and takes the room."""
    run = account(dollars="0.10")
    await reserve((run,), taking(8), model="test/small")

    waiting = asyncio.create_task(reserve((run,), taking(5), model="test/small"))
    await asyncio.sleep(0)
    still_waiting = not waiting.done()
    run.give_back(taking(8), spent=2 * CENT, tokens=0)
    await waiting

    assert still_waiting
    assert figures(run) == (2 * CENT, 0, 5 * CENT, 0)


async def test_who_waited_in_vain_is_refused() -> None:
    """When what was in flight turns out as dear as feared, there is no room."""
    run = account(dollars="0.10")
    await reserve((run,), taking(8), model="test/small")

    waiting = asyncio.create_task(reserve((run,), taking(5), model="test/small"))
    await asyncio.sleep(0)
    run.give_back(taking(8), spent=8 * CENT, tokens=0)

    with pytest.raises(BudgetExhausted):
        await waiting
    assert figures(run) == (8 * CENT, 0, NOTHING, 0)


async def test_what_can_never_fit_is_refused_at_once() -> None:
    """Nobody waits for attempts in flight that could not make room even if they cost nothing."""
    study, run = account("study", dollars="1"), account("run", dollars="0.05")
    await reserve((study,), taking(99), model="test/small")

    with pytest.raises(BudgetExhausted, match=r"^The run's limit of \$0.05 leaves \$0.05,"):
        await asyncio.wait_for(reserve((study, run), taking(6), model="test/small"), 1)


async def test_who_is_cancelled_while_waiting_takes_nothing() -> None:
    """A cancelled question leaves no trace, and does not stand in the way of others."""
    run = account(dollars="0.10")
    await reserve((run,), taking(8), model="test/small")
    gone, waiting = (
        asyncio.create_task(reserve((run,), taking(5), model="test/small")) for _ in range(2)
    )
    await asyncio.sleep(0)

    gone.cancel()
    await asyncio.wait([gone])
    run.give_back(taking(8), spent=CENT, tokens=0)
    await waiting

    assert gone.cancelled()
    assert figures(run) == (CENT, 0, 5 * CENT, 0)


async def test_a_dollar_limit_needs_a_price() -> None:
    """Without a price a dollar limit cannot be kept; a token limit can."""
    unpriced = Reservation(dollars=None, tokens=10)
    by_tokens = account(tokens=10)

    await reserve((by_tokens,), unpriced, model="test/unpriced")
    with pytest.raises(UnknownPrice, match=r"^The price of 'test/unpriced' is unknown"):
        await reserve((account(dollars="1"),), unpriced, model="test/unpriced")

    assert figures(by_tokens) == (NOTHING, 0, NOTHING, 10)


dollars_a_million = st.decimals(0, 200, places=4)


@settings(max_examples=2_000)
@given(
    st.tuples(dollars_a_million, dollars_a_million),
    st.integers(0, 300_000),
    st.lists(
        st.builds(
            Budget,
            dollars=st.none() | st.decimals("0.000000001", 5, places=9),
            tokens=st.none() | st.integers(1, 400_000),
        ),
        min_size=1,
        max_size=3,
    ),
    st.sampled_from(["standard", "priority"]),
)
def test_the_room_for_an_answer_is_exactly_what_can_be_reserved(
    price: tuple[Decimal, Decimal], prompt: int, limits: list[Budget], processing: Processing
) -> None:
    """So many tokens are granted and not one more, however prices round to the nano-dollar."""
    spec = model_spec(price={"in": price[0], "out": price[1]}, priority=Decimal("1.7"))
    accounts = [Account(scope="run", budget=budget) for budget in limits]

    def granted(output: int) -> bool:
        wanted = dearest(spec, prompt=prompt, output=output, processing=processing)
        return not any(one.refusal(wanted, in_flight=False) for one in accounts)

    room = output_room(accounts, spec, prompt=prompt, processing=processing)

    assert room < 0 or granted(room)
    assert room >= 10**9 or not granted(max(room, -1) + 1)
