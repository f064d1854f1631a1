"""What a script has and a stand-in's run did not come to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from simulator import Run
from simulator.definitions.project import Project
from simulator.display.summary import summary_of
from simulator.display.unused import Unused, unused_of
from simulator.record.store import Store
from tests.cli_samples import lines_of, simulate
from tests.record_samples import ended, said, started
from tests.small_project import TEA, small_project

EVENTS = """
events:
  - {at: {turn: 2}, say: "A bell rings."}
  - {at: {turn: 5}, say: "It is late."}
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose scenario has two events, and whose last line nobody comes to."""
    folder = small_project(tmp_path)
    (folder / "scenarios" / "tea.yaml").write_text(TEA.replace("GRAPH", "round_table") + EVENTS)
    monkeypatch.chdir(folder)
    return folder


def test_the_full_display_tells_what_was_not_played(here: Path) -> None:
    """Lines by their ids, events by the line of the file; the same as data, and nowhere else."""
    line = (
        (here / "scenarios" / "tea.yaml")
        .read_text()
        .splitlines()
        .index('  - {at: {turn: 5}, say: "It is late."}')
    )
    words = ("run", "tea", "--seed", "1", "--max-turns", "2")

    whole = simulate(*words, "--display", "full").stderr.splitlines()
    short = simulate(*words).stderr
    again = simulate("runs", "show", "@last", "--display", "full").stderr.splitlines()
    data = lines_of(simulate(*words, "--json"))[-1]

    told = ["2 of 3 lines were spoken; not: tea", f"event in line {line + 1} did not happen"]
    assert [one for one in whole if "spoken;" in one or "did not" in one] == told
    assert [one for one in again if "spoken;" in one or "did not" in one] == told
    assert "spoken;" not in short
    assert data["script"] == {
        "lines_written": 3,
        "lines_unspoken": ["tea"],
        "events_missed": [{"index": 1, "line": line + 1}],
    }


def test_a_file_that_was_changed_tells_no_line(here: Path) -> None:
    """Nor does one that is gone: the event's number has to do."""
    simulate("run", "tea", "--seed", "1", "--max-turns", "2")
    with Store.open(here / "runs.db") as store:
        run = Run(store.find_run("@last"), here / "runs.db")
    (here / "scenarios" / "tea.yaml").write_text(TEA.replace("GRAPH", "round_table"))

    found = [unused_of(run, project) for project in (Project(here), None)]

    assert found == [Unused(written=3, unspoken=("tea",), missed={1: None})] * 2
    assert list(found[0].sentences() if found[0] else ()) == [
        "2 of 3 lines were spoken; not: tea",
        "event 2 did not happen",
    ]


def test_of_a_models_run_nothing_is_told(here: Path) -> None:
    """A model never sees the lines."""
    with Store.open(here / "runs.db") as store:
        run = store.create_run("tea")
        journal = store.journal(run)
        for event in (replace(started(), stand_in=False), said(1, "Tea."), ended(1)):
            journal.commit(event)

    summary = summary_of(Run(run, here / "runs.db"))

    assert summary.unused is None
    assert summary.data()["script"] is None
