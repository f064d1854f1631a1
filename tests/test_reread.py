"""`simulator prompt RUN:TURN`: what was read in a turn that is over, word for word."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from simulator import Run, load
from simulator.definitions.project import Project
from simulator.errors import UsageError
from simulator.llm.session import Session
from simulator.runs.reread import reread
from simulator.testing import Scripted, ScriptedTransport, completion
from tests.cli_samples import ROOT, lines_of, simulate
from tests.llm_samples import AT_ONCE
from tests.small_project import MODEL, loader, small_project
from tests.stage import reply


def played(scenario: str, folder: Path) -> Run:
    """A run of a scenario of ours."""
    return load(scenario, model="stand-in", project=ROOT, database=folder / "runs.db").run(seed=7)


@pytest.mark.parametrize(
    "scenario",
    [
        "courtroom",
        "focus-group",
        pytest.param("classroom", marks=pytest.mark.slow),
        pytest.param("design-review", marks=pytest.mark.slow),
        pytest.param("pager-weeks", marks=pytest.mark.slow),
        pytest.param("support-escalation", marks=pytest.mark.slow),
        pytest.param("until-six", marks=pytest.mark.slow),
    ],
)
def test_every_turn_is_read_again_as_it_was(scenario: str, tmp_path: Path) -> None:
    """Phases, votes at once, people who come later, tools, memories: the hashes are the same."""
    run, project = played(scenario, tmp_path), Project(ROOT)

    found = [reread(run, one.turn, project=project, environ={}) for one in run.turns]

    asked = [row.call.id for row in run.calls if row.call.purpose in {"speak", "repair"}]
    assert {one.call.id for turn in found for one in turn} == set(asked)
    assert all(one.matches for turn in found for one in turn)
    before = len(run.events), len(run.calls)
    again = Run(run.id, run.database)
    assert (len(again.events), len(again.calls)) == before


async def test_corrections_are_read_again_too(tmp_path: Path) -> None:
    """The unfit answer stands in the second question, and who was asked is on record."""
    folder = small_project(tmp_path)
    network = ScriptedTransport([completion("Not a reply."), reply("Tea."), reply("Cups.")])
    simulation = loader(folder)(model=MODEL, turns=2)
    environ = {"OPENAI_API_KEY": "sk-any"}
    async with Session(environ=environ, retry=AT_ONCE, network=network) as session:
        run = await simulation.arun(seed=7, session=session)
    (folder / "personas" / "rosa.yaml").write_text("name: Somebody Else\n")

    first, second = reread(run, 1, project=Project(folder), environ={})

    assert [one.call.purpose for one in (first, second)] == ["speak", "repair"]
    assert first.matches
    assert second.matches
    assert second.member.name == "Rosa Lindqvist"
    assert "Not a reply." in [one["content"] for one in second.body["messages"]]
    assert first.body["model"] == "gpt-4.1-mini"


async def test_a_question_nobody_answered_is_read_again(tmp_path: Path) -> None:
    """What a failed turn would have been answered to."""
    folder = small_project(tmp_path)
    refusal: Scripted = (400, {}, {"error": {"message": "no", "type": "invalid_request_error"}})
    network = ScriptedTransport([refusal] * 9)
    simulation = loader(folder)(model=MODEL, turns=2)
    environ = {"OPENAI_API_KEY": "sk-any"}
    async with Session(environ=environ, retry=AT_ONCE, network=network) as session:
        run = await simulation.arun(seed=7, session=session)

    (asked,) = reread(run, 1, project=Project(folder), environ={})

    assert (asked.matches, asked.call.purpose) == (True, "speak")


def test_the_command_tells_whether_it_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Texts and hash; as JSON the request's body; and what differs is said in so many words."""
    monkeypatch.chdir(small_project(tmp_path))
    simulate("run", "tea", "--seed", "1", "--max-turns", "2")

    same = simulate("prompt", "@last:2")
    (data,) = lines_of(simulate("prompt", "--run", "@last", "--turn", "2", "--json"))
    with sqlite3.connect("runs.db") as database:
        database.execute("UPDATE calls SET prompt_hash = 'other'")
    other = simulate("prompt", "@last:2")

    assert same.exit_code == 0
    assert "Dev Moreau, turn 2\n" in same.stdout
    assert "as recorded: word for word what was read" in same.stdout
    assert "[1] Rosa Lindqvist: The kettle is on for the vicar." in same.stdout
    assert (data["turn"], data["persona"], data["matches"]) == (2, "dev", True)
    assert "The kettle is on" in json.dumps(data["body"]["messages"])
    assert "recorded was other: this is NOT word for word what was read" in other.stdout


@pytest.mark.parametrize(
    "words", [("prompt",), ("prompt", "rosa", "--turn", "2"), ("prompt", "--run", "@last")]
)
def test_it_has_to_be_clear_what_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """A persona, or a turn of a run."""
    monkeypatch.chdir(small_project(tmp_path))

    told = simulate(*words)

    assert told.exit_code == 2
    assert "Name a persona (rosa), or a turn of a run" in told.stderr


def test_a_turn_that_nobody_took_is_told(tmp_path: Path) -> None:
    """With those there are."""
    run = loader(small_project(tmp_path))(turns=2).run(seed=1)

    with pytest.raises(UsageError, match="has no turn 9; it has turns 1 to 2"):
        reread(run, 9, project=Project(tmp_path), environ={})
