"""`simulator runs` and `cost`: reading the record back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli_samples import recorded, simulate


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of a run in `runs.db` of the current folder; one request's cost is unknown."""
    monkeypatch.chdir(tmp_path)
    return recorded(tmp_path / "runs.db")


def test_runs_are_listed_with_what_is_not_known(run: str) -> None:
    """A line a run; `list` need not be written, and options go to it."""
    result = simulate("runs")
    data = json.loads(simulate("runs", "--json", "--limit", "1").stdout)

    heading, line = result.stdout.splitlines()
    assert heading.split() == [
        *("run", "scenario", "seed", "when", "(UTC)", "turns", "ended", "by"),
        *("model", "dollars", "tokens"),
    ]
    assert line.split() == [
        *(run, "focus-group", "7", "2026-11-20", "09:30", "2", "turns", "tiers"),
        *("≥", "$0.000346", "2,120"),
    ]
    assert [(row["run"], row["dollars"], row["dollars_at_least"]) for row in data] == [
        (run, "0.000345678", True)
    ]
    assert simulate("runs", "list").stdout == result.stdout


def test_a_run_is_shown_by_the_beginning_of_its_id(run: str) -> None:
    """Foreign control characters cannot move the cursor; the end says what it cost."""
    result = simulate("runs", "show", run[:-2])

    assert result.stdout.splitlines() == [
        "Three-step onboarding · models by tier · seed 7",
        "",
        "Rosa Lindqvist   Nine steps.",
        "                 I counted.",
        "",
        "Dev              It was �[2Jthree.",
    ]
    assert result.stderr.splitlines() == [
        "",
        "Ended: the turn limit was reached.",
        "2 turns · 2 calls (1 simple, 1 standard) · 2,000 tokens in, 120 out",
        "spent ≥ $0.000346 · 1 request of unknown cost, at most $0.01",
    ]


def test_the_last_run_is_shown_as_json(run: str) -> None:
    """@last names it; events first, the summary last, with the exit code it had."""
    result = simulate("runs", "show", "@last", "--json")

    first, *_, summary = map(json.loads, result.stdout.splitlines())
    assert (first["run"], first["stand_in"], summary["exit_code"]) == (run, False, 0)


def test_words_are_found(run: str) -> None:
    """A line a turn with run, number, speaker and the words around; data as JSON."""
    result = simulate("runs", "search", "counted", "zebra")
    data = simulate("runs", "search", "counted", "--json")
    nothing = simulate("runs", "search", "zebra")

    assert result.stdout.splitlines()[1].split(maxsplit=3) == [
        *(run, "1", "rosa", "Nine steps. I **counted**.")
    ]
    assert json.loads(data.stdout) == [
        {
            "run": run,
            "stand_in": False,
            "turn": 1,
            "speaker": "rosa",
            "snippet": "Nine steps.\nI **counted**.",
            "edited_since": False,
        }
    ]
    assert (nothing.exit_code, nothing.stdout, nothing.stderr) == (0, "", "Nobody said that.\n")


def test_costs_keep_unknown_apart(run: str) -> None:
    """What nobody knows is `unknown`, never zero, and the sum says at least."""
    result = simulate("cost", "--by", "persona", "--run", "@last")

    assert [line.split() for line in result.stdout.splitlines()] == [
        [
            *("persona", "calls", "tokens", "in", "cached", "tokens", "out", "list", "price"),
            *("dollars", "unknown", "spoken", "by"),
        ],
        [
            "dev",
            "1",
            "0",
            "0",
            "0",
            "unknown",
            "unknown",
            "1",
            "of",
            "at",
            "most",
            "$0.01",
            "nobody",
        ],
        ["rosa", "1", "2,000", "1,900", "120", "$0.000346", "$0.000346", "-", "models"],
        [
            *("in", "all", "2", "2,000", "1,900", "120", "≥", "$0.000346", "≥", "$0.000346"),
            *("1", "of", "at", "most", "$0.01", "models"),
        ],
    ]


def test_costs_as_json_are_exact(run: str) -> None:
    """Money as decimal text, unknown as null."""
    rows = json.loads(simulate("cost", "--by", "tier,persona", "--json").stdout)

    assert [(r["tier"], r["persona"], r["dollars"], r["unknown_attempts"]) for r in rows] == [
        ("simple", "rosa", "0.000345678", 0),
        ("standard", "dev", None, 1),
    ]


def test_costs_of_a_stand_in_are_labelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first line says that no model spoke, and so does every row."""
    monkeypatch.chdir(tmp_path)
    simulate("demo", "--seed", "44", "--display", "none")

    lines = simulate("cost", "--by", "purpose").stdout.splitlines()

    assert lines[0] == "stand-in: written lines, no model"
    assert [line.split()[-1] for line in lines[2:4]] == ["stand-in", "stand-in"]
    assert lines[4:] == ["Of this, tools $0.00 (1 call)."]


@pytest.mark.usefixtures("run")
def test_costs_are_grouped_by_what_there_is() -> None:
    """Another word is wrong usage, and the sentence lists the words there are."""
    result = simulate("cost", "--by", "peron")

    assert result.exit_code == 2
    assert result.stderr == ("Error: Costs cannot be grouped by 'peron'. Did you mean 'persona'?\n")


def test_the_database_may_be_named_by_the_environment(run: str, tmp_path: Path) -> None:
    """SIMULATOR_DB counts for every command, and --db goes before it."""
    other = str(tmp_path / "other.db")

    missing = simulate("runs", env={"SIMULATOR_DB": other})
    found = simulate("runs", "--db", "runs.db", env={"SIMULATOR_DB": other})

    assert (missing.exit_code, found.exit_code) == (2, 0)
    assert run in found.stdout
