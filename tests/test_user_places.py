"""Errors of the user's own code say where in the user's files they were raised."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.conversation.tools.toolbox import Toolbox
from simulator.errors import UserCodeFailed
from simulator.llm.ask import ToolRequest
from simulator.runs.run import Run
from simulator.runs.simulation import load
from tests.marked_files import HEAD, two_people
from tests.talks import cast_of, member

LOST = """\
import json
from rules import lost
from simulator import Conversation, NextSpeakers

def policy(state, cast, answers):
    return lost(state)

def plan(cast):
    return json.loads("(")

def made(cast):
    return cast.nowhere

conversation = Conversation(turn_taking=policy)
planned = Conversation(phases=plan)
"""
RULES = "def lost(state):\n    return state.nobody\n"


def played(folder: Path, graph: str) -> Run:
    """Two people in a graph that fails, with a module of its own in the project's folder."""
    project = two_people(folder)
    (project / "lost.py").write_text(LOST, encoding="utf-8")
    (project / "rules.py").write_text(RULES, encoding="utf-8")
    scenario = project / "scenarios" / "talk.yaml"
    scenario.write_text(f"{HEAD}graph: {graph}\n", encoding="utf-8")
    return load("talk", project=project, database=folder / "runs.db").run(seed=1)


@pytest.mark.parametrize(
    ("graph", "told"),
    [
        ("lost.py:conversation",
         ("the turn-taking raised AttributeError: 'State' object has no attribute 'nobody' "
         "(rules.py:2)")),
        ("lost.py:planned",
         ("the graph's phases raised JSONDecodeError: Expecting value: line 1 column 1 (char 0) "
         "(lost.py:9)")),
    ],
)  # fmt: skip
def test_a_policy_and_a_plan_fail_somewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, graph: str, told: str
) -> None:
    """The last line of the user's, however deep in a library the error was raised."""
    monkeypatch.delitem(sys.modules, "rules", raising=False)

    run = played(tmp_path, graph)

    assert (run.stop_reason, run.detail) == ("failed", f"nobody could be chosen: {told}")


def test_a_function_that_makes_a_graph_fails_somewhere(tmp_path: Path) -> None:
    """Before anything is recorded."""
    told = r"'lost.py:made' raised AttributeError: .* \(lost.py:12\)$"

    with pytest.raises(UserCodeFailed, match=told):
        played(tmp_path, "lost.py:made")


TOOL = """\
from langchain_core.tools import ToolException

def book(day: str) -> str:
    \"\"\"Book a table.\"\"\"
    if day == "never":
        raise ToolException("not then")
    return {}[day]
"""


async def test_a_tool_fails_somewhere(tmp_path: Path) -> None:
    """But for what it tells the model on purpose, and for arguments it does not take."""
    (tmp_path / "desk.py").write_text(TOOL, encoding="utf-8")
    cast = replace(cast_of(member("ada", tools=["desk.py:book"])), folder=tmp_path)
    box = Toolbox.of(cast)

    async def error(**arguments: str) -> str:
        asked = ToolRequest(id="1", name="book", arguments=json.dumps(arguments))
        return (await box.call("ada", asked)).error or ""

    assert await error(day="Monday") == "KeyError: 'Monday' (desk.py:7)"
    assert await error(day="never") == "ToolException: not then"
    assert await error(dy="Monday") == "the arguments of book do not fit: day is missing"
