"""A scenario, loaded and played: with its options, in scripts, notebooks and threads."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from simulator import Run, Simulation, Store, load
from simulator.errors import (
    InvalidFiles,
    KeyMissing,
    NotFound,
    UnknownPrice,
    UsageError,
    UserCodeFailed,
)
from tests.small_project import MODEL, TEA, loader, small_project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project of its own."""
    return small_project(tmp_path)


@pytest.fixture
def tea(project: Path) -> Callable[..., Simulation]:
    """Loads the project's scenario."""
    return loader(project)


def test_a_scenario_is_played_to_its_end(tea: Callable[..., Simulation]) -> None:
    """A run has its words, its end, its calls and what it cost, all from the record."""
    run = tea().run(seed=3)

    assert run.transcript == (
        "Rosa Lindqvist: The kettle is on for the vicar.\n\n"
        'Dev Moreau: Two cups "each" \U0001f600.\n\n'
        "Rosa Lindqvist: More tea, anybody?"
    )
    assert (run.stop_reason, run.detail) == ("phrase", "rosa said 'more tea'")
    assert (run.seed, run.stand_in, run.exit_code) == (3, True, 0)
    assert repr(run) == f"Run({run.id!r}, 3 turns, stop_reason='phrase')"
    assert [call.call.persona for call in run.calls] == ["rosa", "dev", "rosa"]
    assert (run.total.dollars, run.total.calls) == (Decimal(0), 3)
    assert [row.group for row in run.cost("persona")] == [("dev",), ("rosa",)]


async def test_runs_can_share_one_open_database(tea: Callable[..., Simulation]) -> None:
    """Each is the run it would have been alone, and the process has one database open."""
    simulation = tea()

    with Store.open(simulation.database) as store:
        runs = await asyncio.gather(*(simulation.arun(seed=3, store=store) for _ in range(5)))
        open_here = {run.id for run in store.runs()}

    assert open_here == {run.id for run in runs}
    assert {run.transcript for run in runs} == {tea().run(seed=3).transcript}
    assert {run.total.calls for run in runs} == {3}


def test_a_run_can_be_opened_again(tea: Callable[..., Simulation]) -> None:
    """What a run is stands in the database and nowhere else."""
    run = tea().run(seed=3)

    again = Run(run.id, run.database)

    assert again.events == run.events
    assert again.started.title == "Tea with the vicar"


def test_the_same_seed_plays_the_same_talk(tea: Callable[..., Simulation]) -> None:
    """Every event is the same; without a seed one is drawn and recorded."""
    runs = [tea().run(seed=11), tea().run(seed=11)]
    drawn = [tea().run().seed, tea().run().seed]

    assert said_in(runs[0]) == said_in(runs[1])
    assert runs[0].id != runs[1].id
    assert drawn[0] != drawn[1]


def said_in(run: Run) -> list[tuple[str, str, str]]:
    """Who said what from which line; ids of calls belong to one run."""
    return [(turn.speaker, turn.text, turn.source) for turn in run.turns]


@pytest.mark.parametrize(
    ("options", "turns", "opening"),
    [
        ({}, 6, "The kettle is on for the vicar."),
        ({"turns": 1}, 1, "The kettle is on for the vicar."),
        ({"limits": {"turns": 2, "output_tokens": 99}}, 2, "The kettle is on for the vicar."),
        ({"inputs": {"guest": "Ilse"}}, 6, "The kettle is on for Ilse."),
    ],
)
def test_options_change_the_scenario(
    options: dict[str, Any], turns: int, opening: str, tea: Callable[..., Simulation]
) -> None:
    """Limits and inputs from outside; the files stay as they are."""
    simulation = tea(**options)
    run = simulation.run(seed=1)

    assert simulation.scenario.limits.turns == turns
    assert run.turns[0].text == opening
    assert len(run.turns) <= turns
    assert run.started.inputs == {"guest": options.get("inputs", {}).get("guest", "the vicar")}
    assert list(simulation.personas) == ["rosa", "dev"]


def test_a_budget_is_dollars_exactly(tea: Callable[..., Simulation]) -> None:
    """Text and numbers become exact decimals."""
    assert tea(budget="0.10").scenario.limits.dollars == Decimal("0.10")
    assert tea(budget=0.1).scenario.limits.dollars == Decimal("0.1")
    assert tea(budget=Decimal("0.05")).scenario.limits.dollars == Decimal("0.05")


def test_a_scenario_is_found_by_its_file(project: Path, tea: Callable[..., Simulation]) -> None:
    """A path anywhere; its people are the project's."""
    file = project / "elsewhere.yaml"
    file.write_text(TEA.replace("GRAPH", "interview"))

    assert tea(file).run(seed=1).started.scenario == "elsewhere"
    assert tea(str(file)).cast.scenario_id == "elsewhere"


def test_the_database_is_where_the_environment_says(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`SIMULATOR_DB`, else `runs.db` in the current folder."""
    monkeypatch.chdir(project)
    assert load("tea").database == Path("runs.db")

    monkeypatch.setenv("SIMULATOR_DB", "talks.sqlite")
    assert load("tea").run(seed=1).database == Path("talks.sqlite")
    assert (project / "talks.sqlite").is_file()


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"scenario": "coffee"}, NotFound, "No scenario is called 'coffee'"),
        ({"model": "gpt-9"}, NotFound, "No model is called 'gpt-9'"),
        ({"turns": 0}, UsageError, "The limit 'turns' cannot be 0"),
        ({"budget": "a lot"}, UsageError, "The limit 'dollars' cannot be 'a lot'"),
        ({"budget": "nan"}, UsageError, "The limit 'dollars' cannot be"),
        ({"limits": {"tunrs": 3}}, UsageError, "No limit is called 'tunrs'. Did you mean 'turns'"),
        ({"inputs": {"gest": "Ilse"}}, UsageError, "has no input 'gest'. Did you mean 'guest'"),
    ],
)
def test_what_does_not_fit_is_told_when_it_is_loaded(
    options: dict[str, Any], error: type[Exception], message: str, tea: Callable[..., Simulation]
) -> None:
    """One sentence, and no traceback of somebody else's."""
    with pytest.raises(error, match=message):
        tea(**options)


def test_mistakes_in_files_are_told_when_they_are_loaded(
    project: Path, tea: Callable[..., Simulation]
) -> None:
    """With file, line and column."""
    (project / "scenarios" / "tea.yaml").write_text(TEA.replace("GRAPH", "round_tabel"))

    with pytest.raises(InvalidFiles, match=r"tea\.yaml:4:8: No graph is called 'round_tabel'"):
        tea()


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"model": MODEL}, KeyMissing),
        ({"model": "ollama/qwen3:8b", "budget": 1}, None),
        ({"model": "openai/gpt-of-tomorrow", "budget": 1}, UnknownPrice),
    ],
)
def test_what_would_stop_the_first_question_leaves_no_run(
    options: dict[str, Any],
    error: type[Exception] | None,
    tea: Callable[..., Simulation],
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No key, no price under a budget: nothing is asked and nothing recorded."""
    if error is None:
        assert tea(**options).scenario.limits.dollars == 1
        return
    if error is UnknownPrice:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-anything")

    with pytest.raises(error):
        tea(**options).run()

    with Store.open(project / "runs.db") as store:
        assert store.runs() == []


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("conversation = 4", "'my_graph.py:conversation' must be a simulator.Conversation"),
        (
            "conversation = 1 / 0",
            "'my_graph.py:conversation' cannot be loaded: my_graph.py:1: Zero",
        ),
    ],
)
def test_a_graph_that_is_none_leaves_no_run(
    code: str, message: str, project: Path, tea: Callable[..., Simulation]
) -> None:
    """A user's own graph is loaded before anything is recorded."""
    (project / "my_graph.py").write_text(f"{code}\n")
    written = TEA.replace("GRAPH", "my_graph.py:conversation")
    (project / "scenarios" / "tea.yaml").write_text(written)

    with pytest.raises(UserCodeFailed, match=message):
        tea().run()

    with Store.open(project / "runs.db") as store:
        assert store.runs() == []


def test_a_graph_of_ones_own_is_played(project: Path, tea: Callable[..., Simulation]) -> None:
    """A file beside the project's folders binds a Conversation with a policy of its own."""
    code = """
from simulator import Conversation, NextSpeakers

def always_dev(state, cast, answers):
    return NextSpeakers(("dev",), "dev it is")

conversation = Conversation(turn_taking=always_dev)
"""
    (project / "my_graph.py").write_text(code)
    written = TEA.replace("GRAPH", "my_graph.py:conversation")
    (project / "scenarios" / "tea.yaml").write_text(written)

    run = tea(turns=3).run(seed=1)

    assert [turn.speaker for turn in run.turns] == ["dev"] * 3


async def test_a_run_inside_a_running_loop(tea: Callable[..., Simulation]) -> None:
    """As in a notebook: the sync way works where a loop runs, and beside the async one."""
    assert tea().run(seed=3).transcript == (await tea().arun(seed=3)).transcript


def test_runs_from_threads(tea: Callable[..., Simulation]) -> None:
    """Several threads play into one database."""
    runs: list[Run] = []
    threads = [threading.Thread(target=lambda: runs.append(tea().run(seed=3))) for _ in range(3)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [run.stop_reason for run in runs] == ["phrase"] * 3
    assert len({run.id for run in runs}) == 3
