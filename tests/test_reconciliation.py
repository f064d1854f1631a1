"""`simulator cost --reconcile`: the ledger beside the organisation's books, over real HTTP."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from simulator.record.calls import Outcome
from simulator.record.store import Store
from tests.bookkeeper import (
    ADMIN,
    LUNA,
    MINI,
    MONDAY,
    Asked,
    Bookkeeper,
    billed,
    one_day,
    used,
)
from tests.cli_samples import simulate
from tests.record_samples import UNKNOWN, started

TUESDAY = MONDAY + timedelta(days=1)
WEEK = ("--from", "2026-11-16", "--to", "2026-11-18")
AT_MONDAY = int(datetime(2026, 11, 16, tzinfo=UTC).timestamp())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, whose database has one run."""
    monkeypatch.chdir(tmp_path)
    with Store.open("runs.db") as store:
        store.journal(store.create_run("focus-group")).commit(started())
    return tmp_path


def reconcile(
    keeper: Bookkeeper, *words: str, key: str | None = ADMIN
) -> tuple[int, dict[str, Any], str]:
    """Exit code, what is told as JSON, and what is said on stderr."""
    with keeper.running() as url:
        env = {"OPENAI_BASE_URL": url, **({} if key is None else {"OPENAI_ADMIN_KEY": key})}
        result = simulate("cost", "--reconcile", *(words or WEEK), "--json", env=env)
    assert ADMIN not in result.stdout + result.stderr
    return result.exit_code, json.loads(result.stdout or "{}"), result.stderr


def reasons(told: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    """Day, model and reason of each row."""
    return [(row["day"], row["model"], row["reason"]) for row in told["days"]]


def test_books_that_say_the_same_agree(folder: Path) -> None:
    """Dated names meet, tokens and dollars are compared for each day and model."""
    Asked("0.0007064", 2_006, 300, cached=1_920).book()
    Asked("0.0000236", 19, 10).book()
    Asked("0.000187", 1_430, 88, day=TUESDAY, model=LUNA).book()
    keeper = one_day(
        used(MINI, 2, 2_025, 310, cached=1_920),
        costs=(
            billed(f"{MINI}, input", 0.000042),
            billed(f"{MINI}, cached input", 0.000192),
            billed(f"{MINI}, output", "0.000496"),
        ),
    )
    keeper.usage[TUESDAY] = [used(LUNA, 1, 1_430, 88)]
    keeper.costs[TUESDAY] = [billed(f"{LUNA}, input_tokens", 0.000187)]

    code, told, _ = reconcile(keeper)

    assert (code, told["fits"]) == (0, True)
    assert (told["booked_dollars"], told["billed_dollars"]) == ("0.000917", "0.000917")
    counts = {"input_tokens": 2_025, "cached_tokens": 1_920, "output_tokens": 310}
    figures = {"requests": 2, **counts, "dollars": "0.00073"}
    assert told["days"][0] == {
        "day": "2026-11-16",
        "model": "gpt-4.1-mini",
        "fits": True,
        "reason": None,
        "booked": {
            **figures,
            "dollars_at_least": False,
            "unknown_requests": 0,
            "unknown_dollars": "0",
            "unknown_tokens": 0,
        },
        "billed": {
            **figures,
            "projects": ["proj_a"],
        },
    }


def test_both_books_are_asked_for_utc_days_by_model_and_project(folder: Path) -> None:
    """The last day is included, so the end is the midnight after it."""
    keeper = Bookkeeper()

    reconcile(keeper, *WEEK, "--project", "proj_a", "--project", "proj_b")

    begin, end = (str(int(datetime(2026, 11, day, tzinfo=UTC).timestamp())) for day in (16, 19))
    shared = {
        "start_time": [begin],
        "end_time": [end],
        "bucket_width": ["1d"],
        "project_ids[]": ["proj_a", "proj_b"],
    }
    assert keeper.asked == [
        {
            **shared,
            "group_by[]": ["model", "project_id"],
            "limit": ["31"],
            "path": ["/v1/organization/usage/completions"],
        },
        {
            **shared,
            "group_by[]": ["line_item", "project_id"],
            "limit": ["180"],
            "path": ["/v1/organization/costs"],
        },
    ]


@pytest.mark.parametrize("keeps_empty_days", [True, False])
@pytest.mark.parametrize("page_days", [1, 2, 31])
def test_pages_are_read_to_the_last(
    folder: Path, page_days: int, *, keeps_empty_days: bool
) -> None:
    """However many days stand on a page, and whether days without anything are told or missing."""
    days = [MONDAY + timedelta(days=n) for n in (0, 3, 4, 9)]
    for day in days:
        Asked("0.00006", 82, 17, day=day).book()
    keeper = Bookkeeper(
        usage={day: [used(MINI, 1, 82, 17)] for day in days},
        costs={day: [billed(f"{MINI}, output", 0.00006)] for day in days},
        page_days=page_days,
        keeps_empty_days=keeps_empty_days,
    )

    code, told, _ = reconcile(keeper, "--from", "2026-11-16", "--to", "2026-11-25")

    assert (code, [row["day"] for row in told["days"]]) == (0, [str(day) for day in days])
    assert told["billed_dollars"] == "0.00024"


def test_the_same_day_may_stand_on_two_pages(folder: Path) -> None:
    """What a page tears apart is added up again."""
    Asked("0.00006", 82, 17).book()
    Asked("0.00006", 82, 17).book()
    half = used(MINI, 1, 82, 17)
    bucket = {"object": "bucket", "start_time": AT_MONDAY, "results": [half]}
    first = {"data": [bucket], "has_more": True, "next_page": "page_again"}
    keeper = Bookkeeper(
        costs={MONDAY: [billed(f"{MINI}, output", 0.00012)]},
        faults=[first, {"data": [bucket], "has_more": False, "next_page": None}],
    )

    code, told, _ = reconcile(keeper)

    assert (code, told["days"][0]["billed"]["requests"]) == (0, 2)


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        (None, 'No API key for "the organisation\'s books": set OPENAI_ADMIN_KEY'),
        ("sk-proj-NotTheAdminsOne77Xq", "the endpoint refuses the key: You said Bearer ***."),
    ],
)
def test_it_takes_an_admin_key(folder: Path, key: str | None, sentence: str) -> None:
    """Without one, or with a plain one, it says what to do; nobody's key is repeated."""
    code, _, said = reconcile(Bookkeeper(), key=key)

    assert code == 6
    assert sentence in said
    assert "NotTheAdminsOne" not in said


def test_the_key_may_stand_in_the_projects_env_file(folder: Path) -> None:
    """It comes through the same door as every key."""
    Path(".env").write_text(f"OPENAI_ADMIN_KEY={ADMIN}\n", encoding="utf-8")

    code, told, _ = reconcile(Bookkeeper(), key=None)

    assert (code, told["days"]) == (0, [])


@pytest.mark.parametrize(
    ("requests", "read", "dollars", "reason", "code"),
    [
        (2, 120, 0.0085, "covered_by_unknown", 0),
        (1, 82, 0.00006, None, 0),
        (3, 120, 0.0085, "others", 1),
        (2, 9_000, 0.0085, "others", 1),
        (3, 120, 0.0115, "others", 1),
        (2, 120, 0.5, "others", 1),
        (2, 9_000, 0.0115, "others", 1),
    ],
)
def test_requests_of_unknown_outcome_explain_what_they_can(
    folder: Path, requests: int, read: int, dollars: float, reason: str | None, code: int
) -> None:
    """One lost answer explains one request more, up to what was reserved for it, and no more."""
    Asked("0.00006", 82, 17).book()
    Asked(None, 0, 0, outcome=UNKNOWN).book()
    line = billed(f"{MINI}, output", dollars)

    found, told, _ = reconcile(one_day(used(MINI, requests, read, 17), costs=(line,)))

    assert (found, told["days"][0]["reason"]) == (code, reason)


def test_somebody_elses_requests_are_told_apart_by_project(folder: Path) -> None:
    """Both projects together differ; one of them taken alone agrees."""
    Asked("0.00006", 82, 17).book()
    lines = (used(MINI, 1, 82, 17), used(MINI, 900, 10**6, 10**5, project="proj_b"))
    costs = (
        billed(f"{MINI}, output", 0.00006),
        billed(f"{MINI}, output", 12.5, project="proj_b"),
        billed("web search tool calls", 0.3, project="proj_b"),
    )

    code, told, _ = reconcile(one_day(*lines, costs=costs))
    alone, _, _ = reconcile(one_day(*lines, costs=costs), *WEEK, "--project", "proj_a")

    assert (code, alone) == (1, 0)
    assert reasons(told) == [("2026-11-16", "gpt-4.1-mini", "others")]
    assert told["days"][0]["billed"]["projects"] == ["proj_a", "proj_b"]
    assert [(line["line_item"], line["dollars"]) for line in told["other_costs"]] == [
        ("web search tool calls", "0.3")
    ]


def test_a_model_that_only_one_side_knows_is_a_difference(folder: Path) -> None:
    """In either direction."""
    Asked("0.00006", 82, 17).book()
    keeper = one_day(used(LUNA, 1, 100, 10), costs=(billed(f"{LUNA}, input", 0.5),))

    code, told, _ = reconcile(keeper)

    assert code == 1
    assert reasons(told) == [
        ("2026-11-16", "gpt-4.1-mini", "elsewhere"),
        ("2026-11-16", "gpt-6-luna", "others"),
    ]


def test_a_price_that_changed_is_named(folder: Path) -> None:
    """Where all tokens agree, it is the price that does not."""
    Asked("0.06", 82_000, 17_000).book()
    keeper = one_day(used(MINI, 1, 82_000, 17_000), costs=(billed(f"{MINI}, output", 0.09),))

    code, told, _ = reconcile(keeper)

    assert (code, told["days"][0]["reason"]) == (1, "price")


def test_an_unknown_price_stays_unknown(folder: Path) -> None:
    """It is no zero that could be compared: it differs, and is shown as null."""
    Asked(None, 82, 17).book()
    keeper = one_day(used(MINI, 1, 82, 17), costs=(billed(f"{MINI}, output", 0.00006),))

    code, told, _ = reconcile(keeper)

    assert (code, told["days"][0]["reason"]) == (1, "no_price")
    assert told["days"][0]["booked"]["dollars"] is None


def test_requests_around_midnight_explain_two_days(folder: Path) -> None:
    """What was sent before midnight and billed after it agrees over both days."""
    Asked("0.06", 82_000, 17_000).book()
    Asked("0.06", 82_000, 17_000, hour=23).book()
    line = billed(f"{MINI}, output", 0.06)
    keeper = Bookkeeper(
        usage={day: [used(MINI, 1, 82_000, 17_000)] for day in (MONDAY, TUESDAY)},
        costs={MONDAY: [line], TUESDAY: [line]},
    )

    code, told, _ = reconcile(keeper)

    assert code == 0
    assert [row["reason"] for row in told["days"]] == ["around_midnight"] * 2


def test_books_that_are_not_written_yet_are_told(folder: Path) -> None:
    """Today's figures lag; it is still no agreement."""
    today = datetime.now(UTC).date()
    Asked("0.06", 82_000, 17_000, day=today).book()

    code, told, _ = reconcile(Bookkeeper(), "--from", str(today))

    assert (code, told["days"][0]["reason"]) == (1, "not_billed_yet")


def test_what_others_keep_books_of_is_not_compared(folder: Path) -> None:
    """Other endpoints, embeddings, refused requests: none of it belongs here."""
    Asked("1", 10, 10, endpoint="ollama").book()
    Asked("1", 10, 10, purpose="embed").book()
    Asked(None, 0, 0, outcome=Outcome(state="released", status=429)).book()
    Asked("1", 10, 10, day=MONDAY - timedelta(days=1)).book()

    code, told, _ = reconcile(Bookkeeper())

    assert (code, told["days"]) == (0, [])


@pytest.mark.parametrize(
    ("tolerance", "code"),
    [("2%", 1), ("10%", 0), ("0%", 1), ("$0.005", 0), ("0.001", 1)],
)
def test_the_tolerance_decides_the_exit_code(folder: Path, tolerance: str, code: int) -> None:
    """A share holds for every figure, an amount for the dollars alone."""
    Asked("0.060000", 82_000, 17_000).book()
    keeper = one_day(used(MINI, 1, 85_000, 17_000), costs=(billed(f"{MINI}, output", 0.063412),))

    assert reconcile(keeper, *WEEK, "--tolerance", tolerance)[0] == code


@pytest.mark.parametrize(
    ("dollars", "value", "code"),
    [
        ("0.0615", 0.06, 0),
        ("0.0615", "0.06", 0),
        ("0.0615", "6E-2", 0),
        ("0.0651", 0.06, 1),
        ("0.0615", "0.060000", 1),
        ("0.0600001", 0.0600001, 0),
        ("0.0600001", 0.0600002, 1),
        ("0.00001", 1e-05, 0),
        ("1.004", 1, 0),
        ("1.4", 1, 1),
        ("0.06", None, 1),
    ],
    ids=repr,
)
def test_amounts_are_as_exact_as_they_are_told(
    folder: Path, dollars: str, value: object, code: int
) -> None:
    """An amount in cents may be half a cent off; one with more digits half of its last one."""
    Asked(dollars, 82_000, 17_000).book()
    keeper = one_day(used(MINI, 1, 82_000, 17_000), costs=(billed(f"{MINI}, output", value),))

    assert reconcile(keeper, *WEEK, "--tolerance", "0%")[0] == code


def test_differences_are_listed_with_what_they_probably_are(folder: Path) -> None:
    """Ours above theirs, a sentence below, and the sums at the end."""
    Asked("0.06", 82_000, 17_000).book()
    Asked("0.06", 82_000, 17_000, model=LUNA).book()
    keeper = one_day(
        used(MINI, 3, 90_000, 18_000),
        used(LUNA, 1, 82_000, 17_000),
        costs=(
            billed(f"{MINI}, output", 0.11),
            billed(f"{LUNA}, output", 0.06),
            billed("web search tool calls", 0.3),
        ),
    )

    with keeper.running() as url:
        env = {"OPENAI_BASE_URL": url, "OPENAI_ADMIN_KEY": ADMIN}
        result = simulate("cost", "--reconcile", *WEEK, env=env)

    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "day (UTC)   model         whose   requests  tokens in  cached  tokens out  dollars",
        "2026-11-16  gpt-4.1-mini  ours           1     82,000       0      17,000    $0.06",
        "                          theirs         3     90,000       0      18,000    $0.11",
        "  Probably asked by others, or by runs in another database.",
        "Agree: 1 of 2 (days and models).",
        "Billed for other things, not compared: $0.30 (web search tool calls).",
        "2026-11-16 to 2026-11-18 (UTC): $0.12 on our books, $0.17 on theirs.",
    ]
