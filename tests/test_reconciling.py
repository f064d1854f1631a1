"""Comparing two sets of books, whatever stands in them: what is equal fits, what is not is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.llm.organization import BilledDollars, BilledTokens, Books
from simulator.record.ledger_days import LedgerDay
from simulator.record.usage import Usage
from simulator.runs.reconciliation import Reconciliation, Tolerance, reconcile

FIRST = date(2026, 11, 2)
LAST = FIRST + timedelta(days=9)
TODAY = date(2026, 11, 20)
EXACT = Tolerance(share=Decimal(0))
MODELS = ("gpt-6-luna", "gpt-6-sol")


def day_of(number: int) -> date:
    """One of the days."""
    return FIRST + timedelta(days=number)


ROWS = st.builds(
    lambda day, model, requests, read, cached, written, nano: LedgerDay(
        day=day_of(day),
        model=f"openai/{model}",
        answered_as=f"{model}-2026-09-01",
        requests=requests,
        usage=Usage(input=read + cached, cached=cached, output=written),
        dollars=Decimal(nano) / 10**9,
        unpriced=0,
        unknown=0,
        unknown_dollars=Decimal(0),
        unknown_tokens=0,
    ),
    st.integers(0, 9),
    st.sampled_from(MODELS),
    st.integers(1, 500),
    *[st.integers(0, 10**6)] * 3,
    st.integers(1, 10**10),
)


def books_of(rows: list[LedgerDay]) -> Books:
    """Books that say the same, request by request, their bill in two lines."""
    tokens = [
        BilledTokens(
            day=row.day,
            model=row.answered_as,
            project="proj_a",
            requests=row.requests,
            usage=row.usage,
        )
        for row in rows
    ]
    dollars = [
        BilledDollars(
            day=row.day,
            line=f"{row.answered_as}, {kind}",
            project="proj_a",
            dollars=part,
            rounding=Decimal(0),
        )
        for row in rows
        if row.dollars is not None
        for kind, part in (("input", row.dollars / 4), ("output", row.dollars * 3 / 4))
    ]
    return Books(tokens=tuple(tokens), dollars=tuple(dollars))


def compared(rows: list[LedgerDay], books: Books) -> Reconciliation:
    """Both, with no tolerance at all."""
    return reconcile(rows, books, days=(FIRST, LAST), tolerance=EXACT, today=TODAY)


@given(st.lists(ROWS, max_size=12))
def test_the_same_books_fit(rows: list[LedgerDay]) -> None:
    """However many rows and lines a day and model has, on either side."""
    found = compared(rows, books_of(rows))

    assert found.fits
    assert found.booked == found.billed == sum((row.dollars or 0 for row in rows), Decimal(0))
    assert found.others == ()


@given(st.lists(ROWS, min_size=1, max_size=6), ROWS)
def test_somebody_elses_requests_never_fit(rows: list[LedgerDay], foreign: LedgerDay) -> None:
    """What is in their books and not in ours is told on its day, and nothing else is."""
    found = compared(rows, books_of([*rows, foreign]))

    assert not found.fits
    assert [(day.day, day.reason) for day in found.days if not day.fits] == [
        (foreign.day, "others")
    ]


@given(st.lists(ROWS, min_size=1, max_size=6), ROWS)
def test_what_they_never_billed_does_not_fit(rows: list[LedgerDay], lost: LedgerDay) -> None:
    """What is in our books alone is told as well."""
    found = compared([*rows, lost], books_of(rows))

    assert [(day.day, day.reason) for day in found.days if not day.fits] == [
        (lost.day, "elsewhere")
    ]


@given(st.lists(ROWS, min_size=1, max_size=6), ROWS)
def test_unknown_requests_cover_what_they_were_reserved_at(
    rows: list[LedgerDay], lost: LedgerDay
) -> None:
    """The bill may have all of a request whose answer was lost, or nothing of it."""
    assert lost.dollars is not None
    unknown = replace(
        lost,
        answered_as="",
        requests=0,
        usage=Usage(),
        dollars=None,
        unknown=lost.requests,
        unknown_dollars=lost.dollars,
        unknown_tokens=lost.usage.total,
    )

    billed = compared([*rows, unknown], books_of([*rows, lost]))
    free = compared([*rows, unknown], books_of(rows))

    assert billed.fits
    assert free.fits


@given(st.lists(ROWS, max_size=6), ROWS, st.integers(0, 8))
def test_a_day_that_moved_is_explained(rows: list[LedgerDay], moved: LedgerDay, day: int) -> None:
    """Sent on one day and billed on the next: the two days fit together."""
    before = replace(moved, day=day_of(day))
    after = replace(moved, day=day_of(day + 1))

    found = compared([*rows, before], books_of([*rows, after]))

    assert found.fits
    reasons = {one.reason for one in found.days if not one.agrees}
    assert reasons == {"around_midnight"}


@pytest.mark.parametrize("ours_are_more", [True, False])
@pytest.mark.parametrize(
    ("less", "more", "fits"),
    [(980, 1_000, True), (979, 1_000, False), (1_000, 1_020, True), (1_000, 1_021, False)],
)
@pytest.mark.parametrize("figure", ["requests", "input", "cached", "output", "dollars"])
def test_a_share_is_of_the_greater_figure_whoever_has_it(
    figure: str, less: int, more: int, *, fits: bool, ours_are_more: bool
) -> None:
    """Two in a hundred of each figure by itself: of 1,000 that is 20, of 1,020 it is 20.4."""
    ours, theirs = (
        LedgerDay(
            day=FIRST,
            model="openai/gpt-6-luna",
            answered_as="gpt-6-luna-2026-09-01",
            requests=number if figure == "requests" else 1_000,
            usage=Usage(
                input=number if figure == "input" else 1_000,
                cached=number if figure == "cached" else 1_000,
                output=number if figure == "output" else 1_000,
            ),
            dollars=Decimal(number if figure == "dollars" else 1_000),
            unpriced=0,
            unknown=0,
            unknown_dollars=Decimal(0),
            unknown_tokens=0,
        )
        for number in ((more, less) if ours_are_more else (less, more))
    )

    found = reconcile(
        [ours],
        books_of([theirs]),
        days=(FIRST, LAST),
        tolerance=Tolerance(share=Decimal("0.02")),
        today=TODAY,
    )

    assert found.fits is fits
