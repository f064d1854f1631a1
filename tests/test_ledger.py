"""The ledger: calls, attempts and answers are booked once, and come back as they were."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from simulator.errors import NotFound, StoreFailed
from simulator.record.calls import CallState
from simulator.record.rows import AttemptRow, CallRow
from simulator.record.store import Store
from simulator.record.usage import Usage
from tests.record_samples import (
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


def test_a_call_shows_its_attempts_summed(store: Store) -> None:
    """Two attempts, one of them turned away, make one row with what was used and paid."""
    run = store.create_run("focus-group")
    call = question(run, 1)

    book(store, call, RELEASED, paid("0.000345678", answer=b'{"message":{}}'))

    assert store.calls(run) == [
        CallRow(
            call=call,
            state="answered",
            attempts=2,
            usage=Usage(input=2_000, cached=1_900, cache_write=10, output=120, reasoning=20),
            dollars=Decimal("0.000345678"),
            at_least=False,
            latency_ms=900,
            response_model="gpt-4.1-mini-2025-04-14",
            finish_reason="stop",
            error="",
            message="",
            answered=True,
        )
    ]


def test_attempts_come_back_as_they_were(store: Store) -> None:
    """Every attempt tells for whom it was, what it could cost and how it ended."""
    run, other = store.create_run("focus-group"), store.create_run("focus-group")
    call = question(run, 1)
    book(store, question(other, 1), UNKNOWN)
    store.open_call(call)
    fallback = try_number(2, call, model=NANO_MODEL, reserved=None)
    store.reserve(try_number(1, call))
    store.close_attempt(call.id, 1, RELEASED)
    store.reserve(fallback)

    rows = store.attempts(run)

    assert [(row.attempt, row.outcome.state, row.outcome.cost) for row in rows] == [
        (try_number(1, call), "released", None),
        (fallback, "reserved", None),
    ]
    assert rows[0] == AttemptRow(call=call, attempt=try_number(1, call), outcome=rows[0].outcome)
    assert (rows[0].outcome.error, rows[0].outcome.status, rows[0].outcome.retry_after) == (
        "rate_limited",
        429,
        1.5,
    )
    assert len(store.attempts()) == 3


def test_an_answer_is_kept_with_its_settlement(store: Store) -> None:
    """What a model answered is there the moment its attempt is settled, byte for byte."""
    run = store.create_run("focus-group")
    call, body = question(run, 1), '{"message":{"content":"Nein, danke. 🙂"}}'.encode()
    store.open_call(call)
    store.reserve(try_number(1, call))
    before = store.answer(call.id)

    store.close_attempt(call.id, 1, paid(answer=body))

    assert (before, store.answer(call.id), store.answer("nobody")) == (None, body, None)


def test_opening_a_call_again_changes_nothing(store: Store) -> None:
    """A call that is open or answered stays what it is, with its first details."""
    run = store.create_run("focus-group")
    call = question(run, 1)
    book(store, call, paid())

    store.open_call(question(run, 1, model=NANO_MODEL))

    assert [(row.call, row.state) for row in store.calls(run)] == [(call, "answered")]


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_a_call_that_had_no_answer_can_be_asked_again(store: Store, state: CallState) -> None:
    """After a crash the same question reopens its call and counts its attempts on."""
    run = store.create_run("focus-group")
    call = question(run, 1)
    store.open_call(call)
    store.reserve(try_number(1, call))
    store.close_call(call.id, state)

    store.open_call(call)
    store.reserve(try_number(store.last_attempt(call.id) + 1, call))
    store.close_attempt(call.id, 2, paid())
    store.close_call(call.id, "answered")

    assert [row.outcome.state for row in store.attempts(run)] == ["reserved", "settled"]
    assert store.calls(run)[0].state == "answered"


def test_closing_a_closed_call_is_a_no_op(store: Store) -> None:
    """The first word on how a call ended stands."""
    run = store.create_run("focus-group")
    call = question(run, 1)
    book(store, call, paid())

    store.close_call(call.id, "cancelled")

    assert store.calls(run)[0].state == "answered"


def test_wrong_bookings_are_refused(store: Store) -> None:
    """A mistake in the program is visible: nothing is booked twice, closed twice or unopened."""
    run = store.create_run("focus-group")
    call, stranger = question(run, 1), question(run, 2)
    book(store, call, paid("0.5"))

    with pytest.raises(StoreFailed, match=r"^Attempt 1 of call '\w+' is booked already"):
        store.reserve(try_number(1, call))
    with pytest.raises(StoreFailed, match=r"^No call '\w+' was opened"):
        store.reserve(try_number(1, stranger))
    with pytest.raises(StoreFailed, match=r"^No call '\w+' was opened"):
        store.close_call(stranger.id, "failed")
    for late in (UNKNOWN, paid("0.75", answer=b"{}")):
        with pytest.raises(StoreFailed, match=r"only a reserved attempt is closed, and only once"):
            store.close_attempt(call.id, 1, late)
    with pytest.raises(NotFound, match=r"No run is called 'nobody'"):
        store.open_call(question("nobody", 1))

    assert (store.totals(run).dollars, store.answer(call.id)) == (Decimal("0.5"), None)


def test_a_call_may_belong_to_no_run(store: Store) -> None:
    """Questions asked through the client alone are booked and counted too."""
    call = question("", 0, persona="")

    book(store, call, paid("0.5"))

    assert store.attempts()[0].call == call
    assert store.cost(["run"])[0].group == ("",)
