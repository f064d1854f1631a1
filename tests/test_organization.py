"""The organisation's books over real HTTP: what fails for the moment, and what for good."""

from __future__ import annotations

from datetime import UTC, datetime, time
from decimal import Decimal

import pytest

from simulator.definitions.model_entry import Endpoint
from simulator.errors import (
    BadAnswer,
    KeyRefused,
    ModelError,
    NothingListens,
    RateLimited,
    RequestRefused,
)
from simulator.llm.credentials import Credentials
from simulator.llm.organization import Books, read_books
from tests.bookkeeper import ADMIN, MINI, MONDAY, TORN, Bookkeeper, Fault, billed, one_day, used
from tests.llm_samples import AT_ONCE

AT_MONDAY = int(datetime.combine(MONDAY, time(), UTC).timestamp())
EMPTY: Fault = {"data": []}
"""A page without anything."""


def bill(amount: object) -> Fault:
    """A page of the bill with one amount."""
    results = [{"amount": amount, "line_item": f"{MINI}, input", "project_id": None}]
    return {"data": [{"start_time": AT_MONDAY, "results": results}]}


async def books(keeper: Bookkeeper) -> Books:
    """Monday's books, without waits between attempts."""
    with keeper.running() as url:
        return await read_books(
            Endpoint(base_url=url),
            days=(MONDAY, MONDAY),
            environ={"OPENAI_ADMIN_KEY": ADMIN},
            credentials=Credentials(),
            retry=AT_ONCE,
        )


@pytest.mark.parametrize("fault", [429, 500, 503, TORN, b"", b"<html>", {"data": "?"}])
async def test_what_fails_for_the_moment_is_asked_for_again(fault: Fault) -> None:
    """Too many requests, a failing server, a torn page: once is no reason to give up."""
    keeper = one_day(used(MINI, 1, 82, 17), costs=(billed(f"{MINI}, output", 0.00006),))
    whole = await books(keeper)
    keeper.faults, keeper.asked = [fault], []

    assert await books(keeper) == whole
    assert len(keeper.asked) == 3
    assert [line.dollars for line in whole.dollars] == [Decimal("0.00006")]


@pytest.mark.parametrize(
    ("faults", "kind", "sentence"),
    [
        ([TORN] * 3, BadAnswer, "The organisation's usage: a page is torn, or is none"),
        ([429] * 3, RateLimited, "usage: too many requests: You said Bearer ***. (429)"),
        (
            [{"data": [], "has_more": True, "next_page": None}] * 3,
            BadAnswer,
            "The organisation's usage: a page is torn, or is none",
        ),
        (
            [{"data": [], "has_more": True, "next_page": "page_2"}] * 2,
            BadAnswer,
            "The organisation's usage: the pages do not come to an end",
        ),
        ([400], RequestRefused, "refuses the request: You said Bearer ***. (400)"),
        ([403], KeyRefused, "It takes an admin key"),
        ([EMPTY, bill({"value": 1, "currency": "eur"})], BadAnswer, "in 'eur', not in US dollars"),
        ([EMPTY, bill({"value": "much"})], BadAnswer, "much is no amount of dollars"),
        ([EMPTY, bill({"value": True})], BadAnswer, "True is no amount of dollars"),
        ([EMPTY, bill({"value": "1e999999"})], BadAnswer, "is no amount of dollars"),
        ([b'{"data": [{"start_time": 1, "results": [{"a": NaN}]}]}'] * 3, BadAnswer, "torn"),
    ],
)
async def test_what_fails_for_good_is_told(
    faults: list[Fault], kind: type[ModelError], sentence: str
) -> None:
    """In a sentence and without the key, after three attempts where these may help."""
    keeper = Bookkeeper(faults=list(faults))

    with pytest.raises(kind) as caught:
        await books(keeper)

    assert sentence in str(caught.value)
    assert ADMIN not in f"{caught.value!r} {caught.value.__cause__!r}"
    assert keeper.faults == []


async def test_nobody_answers() -> None:
    """A server that is not there is told as for every question."""
    endpoint = Endpoint(base_url="http://127.0.0.1:9/v1")
    key = {"OPENAI_ADMIN_KEY": ADMIN}

    with pytest.raises(NothingListens):
        await read_books(
            endpoint, days=(MONDAY, MONDAY), environ=key, credentials=Credentials(), retry=AT_ONCE
        )
