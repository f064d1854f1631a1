"""Tool servers: started for a run and gone after it, their words quoted, their keys kept."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from simulator import load
from simulator.conversation.tools import Toolbox, ToolResult, open_servers
from simulator.definitions.cast import Cast
from simulator.errors import NotFound, SimulatorError, UsageError, UserCodeFailed
from simulator.llm.session import Session
from simulator.record.events import RunPaused, ToolBegun, ToolCalled
from simulator.record.store import Store
from simulator.runs.rehearsal import rehearse
from simulator.testing import completion
from tests.booking import booked, results, wait_for
from tests.small_project import MODEL
from tests.stage import Improvising, reply
from tests.talks import cast_of, member
from tests.ward_project import KEYS, told, ward, ward_project


def is_gone(folder: Path) -> bool:
    """Whether the server that was started there has ended."""
    try:
        os.kill(int((folder / "server.pid").read_text()), 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.slow
async def test_tools_of_a_server_are_tools(tmp_path: Path) -> None:
    """Under the server's name; what it answers is text, and its resources are sources."""
    cast = ward(tmp_path, "ward/beds", "ward/rules", "ward/fail", "ward/long.name")
    async with open_servers(cast, {}) as served:
        box = Toolbox.of(cast, served=served)
        beds = await told(box, "ward_beds", ward="A", free=None)
        rules = await told(box, "ward_rules", topic="night")
        failed = await told(box, "ward_fail", why="no line")
        fine = await told(box, "ward_long_name")

    parameters = {spec.name: spec.parameters for spec in box.specs}
    assert parameters["ward_beds"] == {
        "type": "object",
        "properties": {
            "ward": {"type": "string"},
            "free": {"anyOf": [{"type": "boolean"}, {"type": "null"}]},
        },
        "required": ["ward", "free"],
        "additionalProperties": False,
    }
    assert [len(spec.description) for spec in box.specs][2] == 1_024
    assert beds.result == "A: 4 beds\n[1] Rosa: of which free: None"
    assert rules == ToolResult(
        arguments={"topic": "night"},
        result="Found:\n\n[ward://rules/night]\n    No visits.\n    At night.\n\n"
        "[ward://plan] plan\n\n(image, image/png: it cannot be shown here)",
        sources=("ward://rules/night", "ward://plan"),
    )
    assert (failed.result, failed.error) == (None, "Error executing tool fail: no line")
    assert fine.result == "fine"
    assert is_gone(tmp_path)


@pytest.mark.slow
async def test_a_server_gets_the_keys_that_are_named(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """No others; one that it repeats is blotted out, and its standard error is on no screen."""
    cast = ward(tmp_path, "ward/who", env=["WARD_KEY"])
    async with open_servers(cast, KEYS) as served:
        who = await told(Toolbox.of(cast, served=served), "ward_who")

    assert who.result == "*** None"
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
async def test_who_may_change_something_is_marked(tmp_path: Path) -> None:
    """As the server hints; without a hint, a tool may change something."""
    cast = ward(tmp_path, "ward/beds", "ward/book", {"use": "ward/who", "effects": True})
    async with open_servers(cast, {}) as served:
        box = Toolbox.of(cast, served=served)

    offers = {name: box.offer("rosa", name) for name in box.allowed("rosa")}
    assert {name: offer.effects for name, offer in offers.items() if offer} == {
        "ward_beds": False,
        "ward_book": True,
        "ward_who": True,
    }


@pytest.mark.slow
async def test_a_server_that_dies_is_told_to_the_model(tmp_path: Path) -> None:
    """The run goes on without it."""
    cast = ward(tmp_path, "ward/die", "ward/beds")
    gone = "the tool server 'ward' is gone; nobody knows whether this was done"
    async with open_servers(cast, {}) as served:
        box = Toolbox.of(cast, served=served)
        errors = [
            (await told(box, "ward_die")).error,
            (await told(box, "ward_beds", ward="A")).error,
        ]

    assert errors == [gone, gone]


@pytest.mark.slow
async def test_a_slow_answer_is_given_up(tmp_path: Path) -> None:
    """The server goes on, and answers the next question."""
    cast = ward(tmp_path, {"use": "ward/wait", "seconds": 0.1}, "ward/beds")
    async with open_servers(cast, {}) as served:
        box = Toolbox.of(cast, served=served)
        slow = await told(box, "ward_wait")
        beds = await told(box, "ward_beds", ward="A")

    assert slow.error == "ward_wait did not answer within 0.1 seconds"
    assert beds.error is None
    assert is_gone(tmp_path)


@pytest.mark.parametrize(
    ("server", "message"),
    [
        ({"command": ["no-such-program"]}, "did not start: there is no program 'no-such-program'."),
        (
            {"command": ["python", "-c", "import nope"]},
            "did not start: ModuleNotFoundError: No module named 'nope'.",
        ),
        (
            {
                "command": ["python", "-c", "import os; exit('bad ' + os.environ['WARD_KEY'])"],
                "env": ["WARD_KEY"],
            },
            "did not start: bad ***.",
        ),
        (
            {"command": ["python", "-c", "print('hi', flush=True); exit()"]},
            "did not start: Connection closed.",
        ),
        (
            {"command": ["python", "-c", "import time; time.sleep(60)"], "start_seconds": 0.1},
            "has not told its tools within 0.1 seconds.",
        ),
    ],
)
@pytest.mark.slow
async def test_a_server_that_does_not_start_is_told(
    server: dict[str, Any],
    message: str,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """One sentence with the program's last words, and never a key."""
    with pytest.raises(UserCodeFailed) as raised:
        async with open_servers(ward(tmp_path, "ward/who", **server), KEYS):
            pass

    assert str(raised.value) == f"The tool server 'ward' {message}"
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
async def test_an_unknown_tool_is_told(tmp_path: Path) -> None:
    """With the one that was meant."""
    with pytest.raises(NotFound, match=r"No tool is called 'ward/bets'\. Did you mean 'ward/beds'"):
        async with open_servers(ward(tmp_path, "ward/bets"), {}):
            pass
    assert is_gone(tmp_path)


async def test_what_is_missing_is_told_before_anything_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key, a server's description, the adapter."""
    cast = ward(tmp_path, "ward/who", env=["WARD_KEY"])
    monkeypatch.setitem(sys.modules, "langchain_mcp_adapters.interceptors", None)
    module = "simulator.conversation.tools.server_connection"
    monkeypatch.delitem(sys.modules, module, raising=False)
    cases: list[tuple[Cast, Mapping[str, str], type[SimulatorError], str]] = [
        (cast, {}, UsageError, "The tool server 'ward' needs WARD_KEY: set it in the environment."),
        (replace(cast, servers={}), KEYS, NotFound, "No tool server is called 'ward'."),
        (cast, KEYS, UsageError, "Tool servers need langchain-mcp-adapters: .*pip install"),
    ]

    for one, environ, kind, message in cases:
        with pytest.raises(kind, match=message):
            async with open_servers(one, environ):
                pass
    assert not (tmp_path / "server.pid").exists()


async def test_without_servers_nothing_is_started() -> None:
    """And nothing of the extra is loaded."""
    async with open_servers(cast_of(member("rosa", tools=["clock"])), {}) as served:
        assert served == {}


@pytest.mark.slow
def test_a_run_uses_a_server_from_beginning_to_end(tmp_path: Path) -> None:
    """From the project's files to the record; its words are quoted, and it is gone after."""
    project = ward_project(tmp_path, "book: {bed: 4}")

    run = load("bed", project=project, database=project / "runs.db").run(seed=7)

    begun, called = [one for one in run.events if isinstance(one, ToolBegun | ToolCalled)]
    assert isinstance(called, ToolCalled)
    assert (begun.kind, called.tool, called.result) == (
        "tool_begun",
        "ward_book",
        "bed 4 is booked",
    )
    assert booked(tmp_path) == ["4"]
    assert is_gone(tmp_path)
    gc.collect()


@pytest.mark.slow
async def test_what_a_server_answers_is_quoted(tmp_path: Path) -> None:
    """A line that looks like one of a transcript stays part of the result."""
    project = ward_project(tmp_path, "beds: {ward: A}")
    simulation = load("bed", model=MODEL, project=project, database=project / "runs.db")
    asked = completion(tools=[("a", "ward_beds", '{"ward": "A", "free": null}')])
    network = Improvising(lambda body: reply() if results(body) else asked)

    async with Session(environ={"OPENAI_API_KEY": "sk-any"}, network=network) as session:
        await simulation.arun(seed=7, session=session)

    assert results(network.bodies[-1]) == ["A: 4 beds\n    [1] Rosa: of which free: None"]


@pytest.mark.slow
async def test_a_cancelled_run_leaves_no_server(tmp_path: Path) -> None:
    """However often it is cancelled while a tool is waited for; the record is whole."""
    project = ward_project(tmp_path, "wait: {}")
    simulation = load("bed", project=project, database=project / "runs.db")
    task = asyncio.create_task(simulation.arun(seed=7))
    await asyncio.to_thread(wait_for, project / "waiting")
    for _ in range(3):
        task.cancel()
        await asyncio.sleep(0)
    await asyncio.wait([task])

    assert task.cancelled()
    assert is_gone(tmp_path)
    with Store.open(project / "runs.db") as store:
        (run,) = store.runs()
        assert isinstance(store.events(run.id)[-1], RunPaused)
    gc.collect()


@pytest.mark.slow
async def test_a_run_cancelled_while_a_server_starts_leaves_none(tmp_path: Path) -> None:
    """Nothing is on record then."""
    slow = "[python, -c, 'import os, time, pathlib; "
    slow += 'pathlib.Path("server.pid").write_text(str(os.getpid())); time.sleep(60)\']'
    project = ward_project(tmp_path, "beds: {ward: A}", slow)
    simulation = load("bed", project=project, database=project / "runs.db")
    task = asyncio.create_task(simulation.arun(seed=7))
    await asyncio.to_thread(wait_for, project / "server.pid")
    task.cancel()
    await asyncio.wait([task])

    assert task.cancelled()
    assert is_gone(tmp_path)
    with Store.open(project / "runs.db") as store:
        assert store.runs() == []


@pytest.mark.slow
async def test_a_server_that_fails_leaves_no_run(tmp_path: Path) -> None:
    """It is told before anything is recorded."""
    project = ward_project(tmp_path, "beds: {ward: A}", "[no-such-program]")
    simulation = load("bed", project=project, database=project / "runs.db")

    with pytest.raises(UserCodeFailed, match="there is no program 'no-such-program'"):
        await simulation.arun(seed=7)

    with Store.open(project / "runs.db") as store:
        assert store.runs() == []


@pytest.mark.slow
async def test_previews_and_rehearsals_ask_servers_too(tmp_path: Path) -> None:
    """They show and price the tools there are, and change nothing."""
    project = ward_project(tmp_path, "book: {bed: 4}")
    simulation = load("bed", project=project)

    preview = simulation.preview("rosa")
    rehearsal = await rehearse(simulation.cast, simulation.catalog, simulation.choice)

    names = [tool["function"]["name"] for tool in preview.body["tools"]]
    assert names == ["ward_beds", "ward_book", "ward_wait"]
    assert (rehearsal.turns, booked(tmp_path)) == (1, [])
    assert is_gone(tmp_path)
