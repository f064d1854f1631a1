"""What the last lines of `simulator cost --reconcile` leave out, they say."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from simulator.record.calls import Outcome
from simulator.record.store import Store
from tests.bookkeeper import ADMIN, LUNA, MINI, MONDAY, Asked, Bookkeeper, billed, one_day, used
from tests.cli_samples import simulate
from tests.record_samples import UNKNOWN, started

WEEK = ("--from", "2026-11-16", "--to", "2026-11-18")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, whose database has one run."""
    monkeypatch.chdir(tmp_path)
    with Store.open("runs.db") as store:
        store.journal(store.create_run("focus-group")).commit(started())
    return tmp_path


def told_by(keeper: Bookkeeper) -> tuple[int, dict[str, Any], list[str]]:
    """Exit code, what is told as JSON, and what is told to people."""
    with keeper.running() as url:
        env = {"OPENAI_BASE_URL": url, "OPENAI_ADMIN_KEY": ADMIN}
        data, text = (
            simulate("cost", "--reconcile", *WEEK, *more, env=env) for more in (("--json",), ())
        )
    return data.exit_code, json.loads(data.stdout), text.stdout.splitlines()


@pytest.mark.parametrize("outcome", [None, UNKNOWN], ids=["no price", "unknown"])
def test_a_sum_that_leaves_something_out_says_so(folder: Path, outcome: Outcome | None) -> None:
    """In words and as data: what has no price, or an outcome that nobody knows."""
    Asked("0.06", 82_000, 17_000).book()
    Asked(None, 82, 17, model=LUNA, outcome=outcome).book()
    keeper = one_day(used(MINI, 1, 82_000, 17_000), costs=(billed(f"{MINI}, output", 0.06),))

    _, told, lines = told_by(keeper)

    assert lines[-1] == ("2026-11-16 to 2026-11-18 (UTC): ≥ $0.06 on our books, $0.06 on theirs.")
    assert (told["booked_dollars"], told["booked_dollars_at_least"]) == ("0.06", True)


def test_what_a_stand_in_answered_is_told(folder: Path) -> None:
    """It is in no row, since nobody bills it, and it is not left out in silence."""
    with Store.open("runs.db") as store:
        run = store.create_run("focus-group")
        store.journal(run).commit(replace(started(), stand_in=True))
    Asked("0.06", 82_000, 17_000).book()
    Asked("0.06", 82_000, 17_000, day=MONDAY - timedelta(days=1)).book()

    code, told, lines = told_by(Bookkeeper())

    assert (code, told["days"], told["stand_in_requests"]) == (0, [], 1)
    assert lines[0] == (
        "Not compared: 1 request that a stand-in answered in its place; nobody bills it."
    )
