"""A run that needs a person and has none fails at once, before anything is recorded."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.errors import UsageError
from simulator.llm.session import Session
from simulator.record.store import Store
from tests.small_project import loader, small_project


@pytest.mark.parametrize("needs", ["scenario", "option"])
def test_a_run_without_its_person_fails_before_it_is_recorded(tmp_path: Path, needs: str) -> None:
    """The error names the member and what to do, whoever said that a person plays it."""
    folder = small_project(tmp_path)
    if needs == "scenario":
        file = folder / "scenarios" / "tea.yaml"
        played = "- {persona: rosa, player: human}"
        file.write_text(file.read_text().replace("- persona: rosa", played))
    simulation = loader(folder)()
    if needs == "option":
        simulation = replace(simulation, cast=simulation.cast.with_humans(["rosa"]))

    with pytest.raises(UsageError) as caught:
        simulation.run(seed=1)

    assert str(caught.value) == (
        "A human plays 'rosa' in scenario 'tea', and there is none: sit down at a terminal with "
        "`simulator run` (without --json), give run(humans={'rosa': ...}) in Python, or let "
        "a model play: `player: model`, without --play."
    )
    assert caught.value.exit_code == 2
    with Store.open(simulation.database) as store:
        assert store.runs() == []


async def test_many_runs_need_their_people_too(tmp_path: Path) -> None:
    """Runs that share a session and a store are refused alike."""
    simulation = loader(small_project(tmp_path))()
    simulation = replace(simulation, cast=simulation.cast.with_humans(["rosa"]))

    async with Session(environ={}) as session:
        with Store.open(simulation.database) as store:
            runs = [simulation.arun(seed=n, session=session, store=store) for n in range(3)]
            errors = await asyncio.gather(*runs, return_exceptions=True)

            assert [type(error) for error in errors] == [UsageError] * 3
            assert store.runs() == []
