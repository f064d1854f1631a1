"""Shared dollars, some of them spent at an unknown price: nobody knows what is left of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from simulator import Simulation, Study
from simulator.definitions.limits import Budget
from simulator.definitions.project import Project
from simulator.errors import UnknownSpending
from simulator.llm.session import Session
from simulator.record.store import Store
from simulator.testing import LoopbackServer, Scripts
from tests.cli_samples import simulate
from tests.small_project import MODEL, loader, small_project

UNPRICED = "openai/no-list-has-it"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two people, six turns; commands are given in its folder."""
    monkeypatch.chdir(small_project(tmp_path))
    return tmp_path


@pytest.fixture
async def session(project: Path) -> AsyncIterator[Session]:
    """At a server that bills."""
    found = Project.find(project)
    with LoopbackServer(Scripts.of(found), found.catalog()) as server:
        environ = {"OPENAI_API_KEY": "sk-any", "OPENAI_BASE_URL": server.url}
        async with Session(environ=environ) as opened:
            yield opened


@pytest.fixture
async def pilot(project: Path, session: Session) -> Simulation:
    """A talk on a model with a price, after one of its study on a model without."""
    await loader(project)(model=UNPRICED).arun(seed=1, session=session, study=Study("pilot"))
    return loader(project)(model=MODEL)


async def test_a_study_takes_no_budget_in_dollars_then(pilot: Simulation, session: Session) -> None:
    """Neither in a run nor in its quote; in tokens it does, and other studies do."""
    told = f"What was spent of the study's dollars is unknown: '{UNPRICED}' has no price"

    with pytest.raises(UnknownSpending, match=told):
        await pilot.arun(session=session, study=Study("pilot", dollars=1))
    with pytest.raises(UnknownSpending, match=told):
        await pilot.aquote(study=Study("pilot", dollars=1))
    tokens = await pilot.arun(session=session, study=Study("pilot", tokens=10**6))
    other = await pilot.arun(session=session, study=Study("other", dollars=1))

    assert {tokens.stop_reason, other.stop_reason} == {"phrase"}
    with Store.open(pilot.database) as store:
        assert len(store.runs()) == 3


async def test_a_price_in_models_yaml_mends_it(pilot: Simulation, session: Session) -> None:
    """What was booked without one counts at it."""
    models = {**pilot.catalog.models, UNPRICED: pilot.catalog.models[MODEL]}
    catalog = pilot.catalog.model_copy(update={"models": models})

    run = await replace(pilot, catalog=catalog).arun(
        session=session, study=Study("pilot", dollars=1)
    )

    assert run.stop_reason == "phrase"
    with Store.open(pilot.database) as store:
        (study,) = session.studies.values()
        (total,) = store.cost((), study="pilot")
    assert total.at_least
    assert study.spent > (total.dollars or 0) > 0


async def test_the_days_dollars_are_not_known_either(pilot: Simulation, session: Session) -> None:
    """Whatever was booked today, by whatever program."""
    budget = pilot.catalog.budget.model_copy(update={"day": Budget(dollars=Decimal(1))})
    catalog = pilot.catalog.model_copy(update={"budget": budget})

    with pytest.raises(UnknownSpending) as raised:
        await replace(pilot, catalog=catalog).arun(session=session)

    assert (raised.value.scope, raised.value.models) == ("day", (UNPRICED,))


async def test_the_command_says_so(pilot: Simulation) -> None:
    """One sentence, exit code 2, and no quote that looks like one."""
    words = ("run", "tea", "--model", MODEL, "--study", "pilot", "--study-budget", "1")

    result = simulate(*words, "--dry-run")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "Give it a price in models.yaml, or limit tokens instead of dollars." in result.stderr
