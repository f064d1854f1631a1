"""`simulator memories`: listing, searching and forgetting what personas took along."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest

from simulator.display.memory_list import print_memories
from simulator.display.terminal import Terminal
from simulator.record.store import Store
from tests.cli_samples import simulate
from tests.notes_samples import kept


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of a run in `runs.db` of the current folder, which left two memories."""
    monkeypatch.chdir(tmp_path)
    with Store.open(tmp_path / "runs.db") as store:
        return kept(store, "Dev drinks tea.", "Ilse has\na \x1b[2Jpencil.")


def test_memories_are_listed(run: str) -> None:
    """A line a memory; `list` need not be written; foreign control characters are shown as such."""
    result = simulate("memories")
    data = json.loads(simulate("memories", "--json", "--limit", "1").stdout)

    heading, *lines = [line.split() for line in result.stdout.splitlines()]
    assert heading == ["number", "persona", "kind", "run", "when", "(UTC)", "memory"]
    assert [line[1:] for line in lines] == [
        ["rosa", "fact,", "turn", "1", run, "2026-11-20", "09:35", *words.split()]
        for words in ("Ilse has a �[2Jpencil.", "Dev drinks tea.")
    ]
    assert data == [
        {
            "memory": int(lines[0][0]),
            "persona": "rosa",
            "form": "fact",
            "text": "Ilse has\na \x1b[2Jpencil.",
            "turn": 1,
            "run": run,
            "scenario": "focus-group",
            "stand_in": False,
            "at": "2026-11-20T09:35:15.250001+00:00",
        }
    ]


def test_memories_are_searched(run: str) -> None:
    """By words and persona; what nobody remembers is told."""
    found = json.loads(simulate("memories", "search", "teas", "--json").stdout)
    nothing = simulate("memories", "search", "tea", "--persona", "dev")

    assert [one["text"] for one in found] == ["Dev drinks tea."]
    assert (nothing.stdout, nothing.stderr) == ("", "Nobody remembers that.\n")


def test_memories_are_forgotten(run: str) -> None:
    """One by its number, all by the persona's name; then there are none."""
    number = json.loads(simulate("memories", "search", "tea", "--json").stdout)[0]["memory"]

    one = simulate("memories", "forget", str(number))
    rest = simulate("memories", "forget", "rosa", "--json")
    again = simulate("memories", "forget", "rosa")

    assert one.stderr == "Forgot 1 memory.\n"
    assert json.loads(rest.stdout) == {"forgotten": 1}
    assert again.exit_code != 0
    assert "rosa" in again.stderr
    assert simulate("memories").stderr == "Nobody remembers anything any more: it was forgotten.\n"
    told = simulate("memories", "--persona", "rosa").stderr
    assert told == "'rosa' does not remember anything any more: it was forgotten.\n"
    never = simulate("memories", "--persona", "dev").stderr
    assert never.startswith("'dev' does not remember anything yet: ")


class Screen(StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def test_a_screen_shows_a_memory_folded(run: str) -> None:
    """Its words stand below its number, persona and run."""
    screen = Screen()
    with Store.open("runs.db") as store:
        rows = store.memories.newest(limit=1)

    print_memories(Terminal(screen, environ={"COLUMNS": "23", "NO_COLOR": "1"}), rows)

    assert screen.getvalue().splitlines() == [
        f"{rows[0].id} rosa · fact, turn 1 · {run} · 2026-11-20 09:35",
        "  Ilse has a",
        "  �[2Jpencil.",
    ]
