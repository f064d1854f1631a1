"""Texts that come to more tokens than prose exceed no budget, not even before any was counted."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from simulator import Simulation, Study
from simulator.definitions.project import Project
from simulator.llm.session import Session
from simulator.record.store import Store
from simulator.record.usage import from_nano
from simulator.testing import LoopbackServer, Scripts
from tests.small_project import MODEL, loader, small_project

NOISE = "".join(f"{'abcdef'[n % 6]}{n % 10}" for n in range(4_000))
"""A token a byte."""
BUDGET = Decimal("0.0105")


def with_setting(simulation: Simulation, text: str) -> Simulation:
    """A talk of short answers in that setting."""
    scenario = simulation.cast.scenario
    limits = scenario.limits.model_copy(update={"output_tokens": 60})
    scenario = scenario.model_copy(update={"setting": text, "limits": limits})
    return replace(simulation, cast=replace(simulation.cast, scenario=scenario))


async def test_six_runs_at_once_stay_within_the_budget_of_their_study(tmp_path: Path) -> None:
    """None has heard of the others' tokens when it sends its first request, none reads the same."""
    simulation = loader(small_project(tmp_path))(model=MODEL)
    found = Project.find(tmp_path)

    with LoopbackServer(Scripts.of(found), found.catalog()) as server:
        environ = {"OPENAI_API_KEY": "sk-any", "OPENAI_BASE_URL": server.url}
        async with Session(environ=environ) as session:
            with Store.open(simulation.database) as store:
                study = Study("pilot", dollars=str(BUDGET))
                runs = (
                    with_setting(simulation, f"Room {n}. {NOISE}").arun(
                        seed=n, session=session, store=store, study=study
                    )
                    for n in range(6)
                )
                await asyncio.gather(*runs, return_exceptions=True)
        billed = from_nano(server.stats()["totals"]["billed_nano"])

    assert BUDGET / 3 < billed <= BUDGET
