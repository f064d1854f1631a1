"""Where a run's money does not reach for one member, the others go on talking, if they can."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from simulator.errors import BudgetExhausted
from simulator.record.events import LimitReached, RunEnded, TurnPassed, TurnTaken
from simulator.record.store import Store
from simulator.testing import MemoryRecord
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


async def played(*people: Any, model: str = "tiers", **more: Any) -> MemoryRecord:
    """A round of six turns."""
    limits = {"turns": 6, "dollars": BUDGET, "output_tokens": 400}
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


def test_a_talk_that_only_one_could_pay_for_is_not_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first questions of two must fit: of the dearer one it is said what it could cost."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-any")
    project = small_project(tmp_path)
    with (project / "personas" / "dev.yaml").open("a") as card:
        card.write("tier: {floor: complex}\n")
    simulation = loader(project)(model="tiers", budget=Decimal("0.002"))

    with pytest.raises(BudgetExhausted) as raised:
        simulation.run(seed=1)

    assert raised.value.scope == "run"
    assert Decimal(raised.value.needed) > Decimal("0.002")
    with Store.open(simulation.database) as store:
        assert store.runs() == []
