"""No request costs more than was kept for it, also where people come and go."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import yaml

from simulator import Simulation, load
from simulator.definitions.project import Project
from simulator.llm.session import Session
from simulator.record.rows import AttemptRow
from simulator.record.store import Store
from simulator.testing import LoopbackServer, Scripts
from tests.small_project import MODEL, loader, small_project

SHIPPED = Project.find(Path(__file__).parent.parent)
LIGHT = ("государственного", "образовательного", "совершенствования", "обстоятельствам")
DENSE = ("it", "is", "so", "we", "go", "up", "to", "do", "as", "he", "or", "may", "not", "be", "i")
"""Four tokens of ten bytes, and of the light ones one of eight."""


def talk_with_absences(folder: Path) -> Simulation:
    """Some are away while dense lines are said, others while light ones are, then all return."""
    source, project = random.Random(1), small_project(folder)  # noqa: S311 - words, no secrets

    def said(words: tuple[str, ...], size: int) -> str:
        return " ".join(source.choice(words) for _ in range(size)).capitalize() + "."

    for name in ("bea", "ben", "ada", "cleo"):
        (project / "personas" / f"{name}.yaml").write_text(f"name: {name.title()}\n")
    dense, light = [[said(DENSE, 300) for _ in range(22)], [said(LIGHT, 25) for _ in range(22)]]
    own = {"bea": light, "ben": light, "ada": dense, "cleo": [*dense[:10], *light]}
    lines = [
        {"id": f"{name}-{n}", "speaker": name, "say": f"Number {n}. {text}"}
        for name, texts in own.items()
        for n, text in enumerate(texts)
    ]
    scenario = {
        "title": "Tea",
        "setting": "A canteen at night.",
        "graph": "round_table",
        "fidelity": "off",
        "cast": [{"persona": name} for name in own],
        "limits": {"turns": 52, "output_tokens": 400},
        "events": [
            {"at": {"turn": 5}, "leave": ["ben", "bea"]},
            {"at": {"turn": 25}, "join": ["ben", "bea"], "leave": ["ada"]},
            {"at": {"turn": 46}, "join": ["ada"]},
        ],
        "lines": lines,
    }
    (project / "scenarios" / "tea.yaml").write_text(yaml.safe_dump(scenario, allow_unicode=True))
    return loader(project)(model=MODEL)


async def attempts_of(simulation: Simulation, project: Project) -> list[AttemptRow]:
    """All that was sent to a server that bills."""
    with LoopbackServer(Scripts.of(project), simulation.catalog) as server:
        environ = {"OPENAI_API_KEY": "sk-any", "OPENAI_BASE_URL": server.url}
        async with Session(environ=environ) as session:
            run = await simulation.arun(seed=1, session=session)
    with Store.open(run.database) as store:
        return store.attempts(run.id)


def too_dear(rows: list[AttemptRow]) -> list[AttemptRow]:
    """Those that used or cost more than was kept for them."""
    paid = [(row, row.outcome.usage, row.outcome.cost) for row in rows]
    return [
        row
        for row, usage, cost in paid
        if usage is not None
        and (usage.total > row.attempt.reserved_tokens or (cost or 0) > (row.attempt.reserved or 0))
    ]


@pytest.mark.parametrize("name", SHIPPED.scenario_ids())
async def test_shipped_talks(name: str, tmp_path: Path) -> None:
    """Models of all tiers."""
    rows = await attempts_of(load(name, model="tiers", database=tmp_path / "runs.db"), SHIPPED)

    assert len(rows) > 5
    assert too_dear(rows) == []


async def test_a_talk_in_which_not_all_have_heard_the_same(tmp_path: Path) -> None:
    """What one has read says nothing of the tokens of other lines, however long."""
    simulation = talk_with_absences(tmp_path)

    rows = await attempts_of(simulation, Project.find(tmp_path))

    assert len(rows) == 52
    assert too_dear(rows) == []
