"""`simulator why`: why a model answered a turn, with the figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator import Session, load
from simulator.definitions.project import Project
from simulator.llm.stand_in.script import Scripts
from simulator.llm.stand_in.server import LoopbackServer
from simulator.runs.run import Run
from tests.cli_samples import lines_of, simulate
from tests.small_project import small_project


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test starts in a small project of its own."""
    monkeypatch.chdir(small_project(tmp_path))
    return tmp_path


async def played(folder: Path) -> Run:
    """A tea whose turns the router gave to models of the tiers."""
    project = Project.find(folder)
    simulation = load("tea", model="tiers", turns=3, database=folder / "runs.db")
    with LoopbackServer(Scripts.of(project), simulation.catalog) as server:
        environ = {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": server.url}
        async with Session(environ=environ) as session:
            return await simulation.arun(seed=3, session=session)


async def test_a_turn_tells_why_its_model_answered(here: Path) -> None:
    """Score and reasons, what each model was expected to cost, and what it cost."""
    run = await played(here)
    (row,) = (row for row in run.calls if row.call.turn == 2)

    told = simulate("why", f"{run.id}:2").stdout.splitlines()

    figures = [line for line in told if "expected" in line]
    assert told[0] == f"{row.call.persona}, turn 2: speak by {row.call.model}"
    assert told[1] == f"{row.call.tier} tier, score {row.call.score:.2f}"
    assert [line.removeprefix("- ") for line in told[2:-1]] == list(row.call.reasons)
    assert len(figures) > 1
    assert told[-1].startswith(f"answered: {row.usage.input:,} tokens in")


async def test_the_same_as_data(here: Path) -> None:
    """A line of JSON for each question of the turn."""
    run = await played(here)
    (row,) = (row for row in run.calls if row.call.turn == 2)

    (data,) = lines_of(simulate("why", "@last:2", "--json"))

    assert data["reasons"] == list(row.call.reasons)
    assert (data["turn"], data["tier"], data["request_model"]) == (
        2,
        row.call.tier,
        row.call.model,
    )
    assert data["usage_input_tokens"] == row.usage.input


async def test_a_turn_that_is_not_there_is_told(here: Path) -> None:
    """And what to write where it is no turn at all."""
    run = await played(here)

    missing, wrong = simulate("why", "@last:9"), simulate("why", "@last")

    assert (missing.exit_code, wrong.exit_code) == (2, 2)
    assert f"No model was asked in turn 9 of run {run.id}." in missing.stderr
    assert "'@last' names no turn of a run" in wrong.stderr
