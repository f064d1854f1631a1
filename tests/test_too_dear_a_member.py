"""Where a run's money does not reach for one member, the others go on talking, if they can."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from simulator.errors import BudgetExhausted
from simulator.record.events import LimitReached, RunEnded, TurnPassed, TurnTaken
from simulator.record.store import Store
from simulator.testing import MemoryRecord
from tests.llm_samples import catalog
from tests.small_project import loader, small_project
from tests.stage import Body, reply, stage
from tests.talks import cast_of, member

DEAR: dict[str, Any] = {"tier": {"floor": "complex"}}
BUDGET = "0.005"
"""Dollars: any question to `test/big` could take more, six turns of `test/small` take 0.0033."""


def answering(body: Body) -> Body:
    """Somebody speaks, and that costs something."""
    usage = {"prompt_tokens": 500, "completion_tokens": 20, "total_tokens": 520}
    return {**reply(), "usage": usage}


async def played(
    *people: Any, model: str = "tiers", speaking: bool = False, **more: Any
) -> MemoryRecord:
    """A round of six turns; `speaking`: the budget is that for speaking."""
    budget = {"purposes": {"speak": {"dollars": BUDGET}}} if speaking else {"dollars": BUDGET}
    limits = {"turns": 6, "output_tokens": 400, **budget}
    cast = cast_of(*people, limits=limits, **more)
    return await stage(cast, answering, model=model).play()


def course(record: MemoryRecord) -> tuple[list[str], list[str], list[str]]:
    """Who spoke, who passed, whose limits were reached."""
    spoke = [one.speaker for one in record.events if isinstance(one, TurnTaken)]
    passed = [one.speaker for one in record.events if isinstance(one, TurnPassed)]
    scopes = [one.scope for one in record.events if isinstance(one, LimitReached)]
    return spoke, passed, scopes


async def test_others_go_on_without_a_member_who_is_too_dear() -> None:
    """Dev is asked of dear models alone; he falls silent, and the talk comes to its limit."""
    record = await played(member("dev", **DEAR), "rosa", "ilse")

    spoke, passed, scopes = course(record)
    assert passed == ["dev"]
    assert set(spoke) == {"rosa", "ilse"}
    assert len(spoke) == 5
    assert scopes == ["dev", "run"]
    assert _end(record) == "turns"


async def test_the_budget_for_speaking_is_one_of_all() -> None:
    """It ends no talk that others can go on with, and is what the reason names."""
    record = await played(member("dev", **DEAR), "rosa", "ilse", speaking=True)

    spoke, passed, scopes = course(record)
    (why,) = (one.reason for one in record.events if isinstance(one, TurnPassed))
    silent = next(one for one in record.events if isinstance(one, LimitReached))
    assert (passed, set(spoke), len(spoke)) == (["dev"], {"rosa", "ilse"}, 5)
    assert why == "the dollars for speaking do not reach"
    assert (scopes, silent.whose) == (["dev", "run"], "purpose:speak")
    assert _end(record) == "turns"


async def test_where_nobody_is_cheaper_the_budget_for_speaking_closes_the_run() -> None:
    """With a reason that names it."""
    people = (member(one, **DEAR) for one in ("dev", "rosa", "ilse"))
    record = await played(*people, speaking=True)

    (why,) = (one.reason for one in record.events if isinstance(one, TurnPassed))
    assert course(record)[2] == ["purpose:speak"]
    assert (why, _end(record)) == ("the dollars for speaking do not reach", "dollars")


async def test_nobody_is_too_dear_whom_another_model_of_the_tier_can_answer() -> None:
    """Dev is asked of dear models alone, and one of them is cheap enough."""
    known = catalog()
    tiers = known.tiers.model_copy(update={"complex": ("test/big", "test/small")})
    limits = {"turns": 6, "dollars": BUDGET, "output_tokens": 400}
    cast = cast_of(member("dev", **DEAR), "rosa", "ilse", limits=limits)

    models = known.model_copy(update={"tiers": tiers})
    record = await stage(cast, answering, model="tiers", models=models).play()

    assert course(record) == (["dev", "rosa", "ilse"] * 2, [], ["run"])
    assert _end(record) == "turns"


@pytest.mark.parametrize(
    "people",
    [
        pytest.param((member("dev", **DEAR), "rosa"), id="only one would be left"),
        pytest.param(
            (member("dev", **DEAR), member("rosa", **DEAR), member("ilse", **DEAR)),
            id="nobody is cheaper",
        ),
    ],
)
async def test_otherwise_the_run_closes(people: tuple[Any, ...]) -> None:
    """A talk needs two, and those who may be asked no cheaper have the same price."""
    record = await played(*people)

    assert course(record)[2] == ["run"]
    assert _end(record) == "dollars"


async def test_with_one_model_all_cost_the_same() -> None:
    """What one cannot pay there, nobody can."""
    record = await played(member("dev", **DEAR), "rosa", "ilse", model="test/big")

    assert course(record)[2] == ["run"]
    assert _end(record) == "dollars"


async def test_a_phase_may_ask_for_the_same_tier_of_all() -> None:
    """It is the range of the phase that counts where there is one."""
    phases = [{"name": "first", "tier": {"floor": "complex"}}]
    record = await played(member("dev", **DEAR), "rosa", "ilse", phases=phases)

    assert _end(record) == "dollars"


def _end(record: MemoryRecord) -> str:
    return next(one.stop_reason for one in record.events if isinstance(one, RunEnded))


def test_the_cheapest_model_of_the_lowest_tier_decides_whether_a_talk_is_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the first of the tier is too dear for a first turn, another one of it is not."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-any")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    simulation = loader(small_project(tmp_path))(model="tiers", budget=Decimal("0.002"), turns=1)
    dear = simulation.catalog.tiers.model_copy(update={"simple": ("openai/gpt-5.4",)})
    both = dear.model_copy(update={"simple": ("openai/gpt-5.4", "openai/gpt-6-luna")})

    refused, begun = (
        replace(simulation, catalog=simulation.catalog.model_copy(update={"tiers": tiers}))
        for tiers in (dear, both)
    )

    with pytest.raises(BudgetExhausted):
        refused.quote()
    assert begun.quote().figures.turns.p50 == 1


@pytest.mark.parametrize("scope", ["run", "purpose:speak"])
def test_a_talk_that_only_one_could_pay_for_is_not_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scope: str
) -> None:
    """The first questions of two must fit: of the dearer one it is said what it could cost."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-any")
    project = small_project(tmp_path)
    with (project / "personas" / "dev.yaml").open("a") as card:
        card.write("tier: {floor: complex}\n")
    budget = "dollars: 0.002"
    if scope != "run":
        budget = f"purposes: {{speak: {{{budget}}}}}"
    scenario = project / "scenarios" / "tea.yaml"
    scenario.write_text(scenario.read_text().replace("turns: 6", f"turns: 6, {budget}"))
    simulation = loader(project)(model="tiers")

    with pytest.raises(BudgetExhausted) as raised:
        simulation.run(seed=1)

    assert raised.value.scope == scope
    assert Decimal(raised.value.needed) > Decimal("0.002")
    with Store.open(simulation.database) as store:
        assert store.runs() == []
