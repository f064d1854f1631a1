"""What runs cost: grouped as one likes, unknown kept apart from zero, ready for budgets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import NotFound, UsageError
from simulator.record.calls import Attempt, Outcome
from simulator.record.rows import CostRow, Saved
from simulator.record.store import Store
from simulator.record.usage import Usage
from tests.record_samples import (
    MINI_MODEL,
    NANO_MODEL,
    RELEASED,
    UNKNOWN,
    book,
    paid,
    question,
    try_number,
)


@pytest.fixture
def store() -> Iterator[Store]:
    """A store in memory."""
    with Store.open(":memory:") as store:
        yield store


def test_costs_are_grouped_by_what_is_asked(store: Store) -> None:
    """Calls, attempts, tokens and dollars are summed per group, in the groups' order."""
    run, other = store.create_run("focus-group"), store.create_run("interview")
    book(store, question(run, 1), RELEASED, paid("0.25"))
    book(store, question(run, 2), paid("0.5"))
    book(store, question(run, 2, persona="dev", purpose="judge", tier="complex"), paid("1"))
    book(store, question(other, 1, persona="dev"), paid("2"))

    def dollars(*by: str, of: str | None = None) -> list[tuple[tuple[str, ...], Decimal | None]]:
        return [(row.group, row.dollars) for row in store.cost(by, run=of)]

    assert dollars("persona") == [(("dev",), Decimal(3)), (("rosa",), Decimal("0.75"))]
    assert dollars("purpose", of=run) == [(("judge",), Decimal(1)), (("speak",), Decimal("0.75"))]
    assert dollars("scenario", "run") == [
        (("focus-group", run), Decimal("1.75")),
        (("interview", other), Decimal(2)),
    ]
    assert dollars("tier", "model", "day", of=other) == [
        (("simple", MINI_MODEL, "2026-11-20"), Decimal(2))
    ]
    assert store.cost(["persona"], run=run)[1] == CostRow(
        group=("rosa",),
        calls=2,
        answered_calls=2,
        attempts=3,
        usage=Usage(input=4_000, cached=3_800, cache_write=20, output=240, reasoning=40),
        dollars=Decimal("0.75"),
        list_dollars=Decimal("0.75"),
        saved=Saved(charged=Decimal("0.75")),
    )


def test_an_attempt_is_paid_by_the_model_it_asked(store: Store) -> None:
    """A call that fell back to another model stands under both, each with its own dollars."""
    run = store.create_run("focus-group")
    call = question(run, 1)
    store.open_call(call)
    store.reserve(try_number(1, call))
    store.close_attempt(call.id, 1, paid("0.5"))
    store.reserve(try_number(2, call, model=NANO_MODEL))
    store.close_attempt(call.id, 2, paid("0.25"))

    rows = store.cost(["model"], run=run)

    assert [(row.group, row.calls, row.dollars) for row in rows] == [
        ((MINI_MODEL,), 1, Decimal("0.5")),
        ((NANO_MODEL,), 1, Decimal("0.25")),
    ]
    assert store.totals(run).calls == 1


def test_days_are_utc(store: Store) -> None:
    """A request a moment before midnight UTC belongs to the day that ends."""
    run = store.create_run("focus-group")
    call = question(run, 1)
    store.open_call(call)
    for number, at in enumerate(
        (
            datetime(2026, 11, 20, 23, 59, 59, 999_999, tzinfo=UTC),
            datetime(2026, 11, 21, tzinfo=UTC),
        ),
        start=1,
    ):
        store.reserve(try_number(number, call, at=at))

    assert [row.group for row in store.cost(["day"])] == [("2026-11-20",), ("2026-11-21",)]


@pytest.mark.parametrize(
    ("outcomes", "dollars", "at_least"),
    [
        ((), Decimal(0), False),
        ((RELEASED,), Decimal(0), False),
        ((paid("0"),), Decimal(0), False),
        ((paid("0.5"), RELEASED), Decimal("0.5"), False),
        ((paid(None),), None, True),
        ((UNKNOWN,), None, True),
        ((RELEASED, UNKNOWN), None, True),
        ((None,), None, True),
        ((paid("0.5"), paid(None)), Decimal("0.5"), True),
        ((paid("0.5"), UNKNOWN), Decimal("0.5"), True),
        ((paid("0.5"), None), Decimal("0.5"), True),
    ],
)
def test_unknown_is_never_zero(
    store: Store,
    outcomes: tuple[Outcome | None, ...],
    dollars: Decimal | None,
    *,
    at_least: bool,
) -> None:
    """A sum without a known figure is None, one with a gap in it says `at least`."""
    run = store.create_run("focus-group")
    call = question(run, 1)
    store.open_call(call)
    for number, outcome in enumerate(outcomes, start=1):
        store.reserve(try_number(number, call))
        if outcome is not None:
            store.close_attempt(call.id, number, outcome)

    told = {
        (store.totals(run).dollars, store.totals(run).at_least),
        (store.run(run).dollars, store.run(run).dollars_at_least),
        (store.calls(run)[0].dollars, store.calls(run)[0].at_least),
    }

    assert told == {(dollars, at_least)}


def test_totals_count_what_is_unknown_at_its_reservation(store: Store) -> None:
    """For a budget, an attempt that was perhaps paid, or is still open, costs its maximum."""
    run = store.create_run("focus-group")
    book(store, question(run, 1), paid("0.5"), UNKNOWN, RELEASED)
    call = question(run, 2)
    store.open_call(call)
    store.reserve(try_number(1, call))
    store.reserve(try_number(2, call, reserved=None))

    totals = store.totals(run)

    assert totals == CostRow(
        calls=2,
        answered_calls=1,
        attempts=5,
        usage=Usage(input=2_000, cached=1_900, cache_write=10, output=120, reasoning=20),
        dollars=Decimal("0.5"),
        at_least=True,
        unknown=1,
        open=2,
        reserved=Decimal("0.02"),
        reserved_tokens=9_000,
        list_dollars=Decimal("0.5"),
        list_at_least=True,
        saved=Saved(charged=Decimal("0.5")),
        uncompared=3,
    )
    assert (totals.counted, totals.counted_tokens) == (Decimal("0.52"), 11_120)


def test_a_run_without_calls_has_cost_nothing(store: Store) -> None:
    """Nothing asked is nothing paid: a row of zeros, and no groups."""
    run = store.create_run("focus-group")

    assert store.totals(run) == CostRow()
    assert store.cost(["persona"], run=run) == []
    with pytest.raises(NotFound):
        store.totals("nobody")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("personas", "Costs cannot be grouped by 'personas'. Did you mean 'persona'?"),
        (
            "1; --",
            (
                "Costs cannot be grouped by '1; --'. "
                "Choose from day, model, persona, processing, purpose, run, scenario, study, tier, "
                "tool."
            ),
        ),
    ],
)
def test_an_unknown_grouping_is_told(store: Store, name: str, sentence: str) -> None:
    """Only the names there are become SQL."""
    with pytest.raises(UsageError) as caught:
        store.cost(["model", name])

    assert str(caught.value) == sentence


@given(
    nanos=st.lists(st.integers(min_value=0, max_value=10**15), min_size=1, max_size=8),
)
def test_no_nano_dollar_is_lost(nanos: list[int]) -> None:
    """Sums over the ledger are exact, however small or large the amounts."""
    amounts = [Decimal(nano) / 10**9 for nano in nanos]
    with Store.open(":memory:") as store:
        run = store.create_run("focus-group")
        call = question(run, 1)
        store.open_call(call)
        for number, amount in enumerate(amounts, start=1):
            store.reserve(
                Attempt(
                    call=call.id,
                    number=number,
                    model=call.model,
                    reserved=amount,
                    reserved_tokens=1,
                )
            )
            store.close_attempt(call.id, number, paid(str(amount)))

        assert store.totals(run).dollars == sum(amounts)
