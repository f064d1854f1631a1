"""Which day of ours stands beside which of theirs, and what counts as perhaps billed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from simulator.record.calls import Call
from simulator.record.store import Store
from tests.bookkeeper import ADMIN, MINI, MONDAY, Asked, Bookkeeper, billed, one_day, used
from tests.cli_samples import simulate
from tests.record_samples import started, try_number

WEEK = ("--from", "2026-11-16", "--to", "2026-11-18")
SUNDAY = MONDAY - timedelta(days=1)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, whose database has one run."""
    monkeypatch.chdir(tmp_path)
    with Store.open("runs.db") as store:
        store.journal(store.create_run("focus-group")).commit(started())
    return tmp_path


@pytest.fixture(params=["XXX-14", "XXX12"], ids=["fourteen hours ahead", "twelve hours behind"])
def _elsewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose clock shows another zone."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def told_by(keeper: Bookkeeper) -> tuple[int, dict[str, Any]]:
    """Exit code, and what is told as JSON."""
    with keeper.running() as url:
        env = {"OPENAI_BASE_URL": url, "OPENAI_ADMIN_KEY": ADMIN}
        result = simulate("cost", "--reconcile", *WEEK, "--json", env=env)
    return result.exit_code, json.loads(result.stdout)


@pytest.mark.usefixtures("_elsewhere")
@pytest.mark.parametrize("hour", [0, 23])
def test_days_are_utc_wherever_they_are_compared(folder: Path, hour: int) -> None:
    """The first hour of a day and the last one, from a machine where it was another date."""
    Asked("0.06", 82_000, 17_000, hour=hour).book()
    keeper = one_day(used(MINI, 1, 82_000, 17_000), costs=(billed(f"{MINI}, output", 0.06),))

    code, told = told_by(keeper)

    assert code == 0
    assert [(row["day"], row["reason"]) for row in told["days"]] == [(str(MONDAY), None)]


def test_days_that_nobody_asked_for_are_left_alone(folder: Path) -> None:
    """A server that tells more than it was asked for: Sunday is no part of the week."""
    bucket = {
        "object": "bucket",
        "start_time": int(datetime(2026, 11, 15, tzinfo=UTC).timestamp()),
        "results": [used(MINI, 900, 10**6, 10**5)],
    }
    keeper = Bookkeeper(faults=[{"data": [bucket], "has_more": False, "next_page": None}])
    Asked("1", 10, 10, day=SUNDAY).book()

    assert told_by(keeper) == (0, told_by(Bookkeeper())[1])


def test_a_request_that_was_in_flight_may_have_been_billed(folder: Path) -> None:
    """A program that was killed has closed nothing; the bill may have what it had reserved."""
    with Store.open("runs.db") as store:
        call = Call(
            id="c1",
            run=store.find_run("@last"),
            turn=1,
            persona="rosa",
            purpose="speak",
            model=f"openai/{MINI[:-11]}",
        )
        store.open_call(call)
        store.reserve(try_number(1, call, at=datetime(2026, 11, 16, 9, tzinfo=UTC)))
    keeper = one_day(used(MINI, 1, 38, 17), costs=(billed(f"{MINI}, output", 0.0085),))

    code, told = told_by(keeper)

    (row,) = told["days"]
    assert (code, row["reason"]) == (0, "covered_by_unknown")
    assert (row["booked"]["requests"], row["booked"]["unknown_requests"]) == (0, 1)
