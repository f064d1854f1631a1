"""`simulator errors` and `run.errors`: tools that went wrong within a turn."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.record.store import Store
from tests.cli_samples import simulate
from tests.small_project import loader, small_project


def test_a_tool_that_raised_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its name and error; recovered, for the turn went on."""
    here = small_project(tmp_path)
    monkeypatch.chdir(here)
    (here / "tools.py").write_text(
        'def weather(place: str) -> str:\n    "Ask."\n    raise LookupError("no such place")\n'
    )
    persona = "name: Rosa Lindqvist\ntools: ['tools.py:weather']\n"
    (here / "personas" / "rosa.yaml").write_text(persona)
    scene = here / "scenarios" / "tea.yaml"
    uses = "act: open, uses: {'tools.py:weather': {place: Ghent}},"
    scene.write_text(
        scene.read_text().replace("speaker: rosa, act: open,", f"speaker: rosa, {uses}")
    )

    run = loader(here)(turns=2).run(seed=1)

    (error,) = run.errors
    assert (error.what, error.kind, error.persona, error.turn, error.outcome) == (
        *("tool", "tool_failed", "rosa", 1, "recovered"),
    )
    assert error.message.startswith("weather: LookupError: no such place")
    with Store.open(here / "runs.db") as store:
        (group,) = store.error_groups(kind="tool_failed")
    assert (group.what, group.kind, group.times, group.recovered) == ("tool", "tool_failed", 1, 1)
    assert "tool: tool_failed" in simulate("errors").stdout
