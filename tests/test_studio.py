"""The graphs in LangGraph's own tools: each is loaded, plays, and shows itself as plain JSON."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph.state import CompiledStateGraph
from pydantic import ValidationError

from simulator.conversation.studio import CompiledStudio
from simulator.llm.session import Session
from simulator.record.events import TurnTaken
from tests.test_demos import played
from tests.test_shipped_graphs import GRAPHS, PROJECT, ROOT, conversation

ENDS = {"agreement", "phases", "phrase", "turns"}
THREAD: RunnableConfig = {"configurable": {"thread_id": "1"}}

ON_THE_LOOP = """
import asyncio, json, runpy, sys, threading
READING = {"open", "sqlite3.connect"}
watching = False

def hook(event, arguments):
    if watching and event in READING and threading.current_thread() is threading.main_thread():
        raise AssertionError(f"{event} {arguments} on the event loop")

async def play(factory):
    return await (await factory()).ainvoke({}, context={})

factories = [runpy.run_path(path)["graph"] for path in sys.argv[1:]]
for factory in factories:
    asyncio.run(play(factory))  # what is imported late is imported now
sys.addaudithook(hook)
for factory in factories:
    with asyncio.Runner() as runner:
        runner.get_loop()
        watching = True
        talk = runner.run(play(factory))
        watching = False
    print(len(talk["transcript"]))
"""
"""Plays graphs, and fails where the thread of the event loop opens a file or a database."""


def loaded_as_langgraph_does(path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What a file binds when it is executed as a module of a made-up name."""
    name = f"graph_from_path_{path.stem}"
    spec = spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    return vars(module)


@pytest.fixture(autouse=True)
def in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    """LangGraph's server works in the folder of its langgraph.json."""
    monkeypatch.chdir(ROOT)


def _settings(**chosen: int) -> Any:
    """What the server passes as context: JSON."""
    return chosen


async def graph_of(name: str, *, saver: InMemorySaver | None = None) -> CompiledStudio:
    """A graph as the server makes it for each run, with a place for its threads."""
    graph = await conversation(name).studio()
    return graph.copy(update={"checkpointer": saver})


@pytest.mark.parametrize("name", GRAPHS)
def test_langgraphs_loader_finds_a_graph_that_plays(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loaded as LangGraph's server does: from its path, under a name that is not the file's.

    What the file binds makes a graph without arguments; it plays in one event loop and another,
    with the empty context that the server always passes and with none.
    """
    path, _, bound = GRAPHS[name].partition(":")
    factory = loaded_as_langgraph_does(ROOT / path, monkeypatch)[bound]
    assert not signature(factory).parameters
    graph = asyncio.run(factory())
    assert isinstance(graph, CompiledStateGraph)
    assert graph.checkpointer is None

    talks = [asyncio.run(graph.ainvoke({}, context=one)) for one in (_settings(), None)]

    assert talks[0]["stop_reason"] in ENDS
    assert len(talks[0]["transcript"]) >= 8
    assert talks[0] == talks[1]


@pytest.mark.parametrize("name", GRAPHS)
async def test_a_talk_in_studio_is_that_of_a_run(name: str) -> None:
    """The same words by the same people in the same turns, whatever the seed."""
    cast = PROJECT.cast(conversation(name).demo)
    names = {member.id: member.name for member in cast.members}
    async with Session(environ={}) as session:
        events = await played(cast, seed=3, session=session)
    turns = sorted((one for one in events if isinstance(one, TurnTaken)), key=lambda one: one.turn)
    told = [(one.turn, names[one.speaker], one.text, one.provenance) for one in turns]

    graph = await graph_of(name)
    talk = await graph.ainvoke({}, context=_settings(seed=3))
    lines = [one for one in talk["transcript"] if "provenance" in one]

    assert [(d["turn"], d["speaker"], d["text"], d["provenance"]) for d in lines] == told


@pytest.mark.parametrize("name", GRAPHS)
async def test_a_thread_is_plain_json(name: str) -> None:
    """Whatever the server keeps and shows: nothing is lost on the way through JSON."""
    graph = await graph_of(name, saver=InMemorySaver())
    await graph.ainvoke({}, THREAD)
    values = (await graph.aget_state(THREAD)).values

    assert json.loads(json.dumps(values)) == values
    assert set(values) == {"events", "transcript", "stop_reason"}
    assert [line["turn"] for line in values["transcript"]] == sorted(
        line["turn"] for line in values["transcript"]
    )
    assert (values["events"][0]["kind"], values["events"][-1]["kind"]) == (
        "run_started",
        "run_ended",
    )


@pytest.mark.parametrize("name", GRAPHS)
async def test_studio_is_told_what_can_be_given(name: str) -> None:
    """Nothing has to be given: no input, and a seed if one likes; the answer is described."""
    graph = await graph_of(name)
    asked, answered = graph.get_input_jsonschema(), graph.get_output_jsonschema()
    chosen = graph.get_context_jsonschema()
    assert chosen is not None
    seed = chosen["properties"].pop("seed")

    assert asked["properties"] == chosen["properties"] == {}
    assert "required" not in asked
    assert "required" not in chosen
    assert (seed["type"], seed["default"]) == ("integer", 0)
    assert set(answered["properties"]) == {"transcript", "stop_reason"}


async def test_a_thread_is_one_talk() -> None:
    """Once it is over it stays so, whatever is asked of it: another talk is another thread."""
    saver = InMemorySaver()
    first = await (await graph_of("round_table", saver=saver)).ainvoke({}, THREAD)
    same = await graph_of("round_table", saver=saver)

    second = await same.ainvoke({}, THREAD, context=_settings(seed=5))

    assert second == first


async def test_a_talk_goes_on_where_it_was_left() -> None:
    """Made anew for a thread that stands still, the graph ends the talk as if it never had."""
    chosen = _settings(seed=4)
    whole = await (await graph_of("round_table")).ainvoke({}, context=chosen)
    saver = InMemorySaver()
    left = await graph_of("round_table", saver=saver)

    await left.ainvoke({}, THREAD, context=chosen, interrupt_after=["rosa"])
    half = (await left.aget_state(THREAD)).values["transcript"]
    ended = await (await graph_of("round_table", saver=saver)).ainvoke(None, THREAD)

    assert half == whole["transcript"][: len(half)]
    assert 0 < len(half) < len(whole["transcript"])
    assert ended == whole


async def test_talks_beside_each_other_keep_to_their_seeds() -> None:
    """One graph plays several talks at once, each as if it were alone."""
    graph = await graph_of("round_table")
    seeds = [_settings(seed=seed) for seed in (1, 2)]
    alone = [await graph.ainvoke({}, context=one) for one in seeds]

    together = await asyncio.gather(*(graph.ainvoke({}, context=one) for one in seeds))

    assert together == alone
    assert alone[0] != alone[1]


async def test_an_unknown_setting_is_refused() -> None:
    """A misspelt setting is told, not left out."""
    graph = await graph_of("round_table")

    with pytest.raises(ValidationError, match="sed"):
        await graph.ainvoke({}, context=_settings(sed=1))


@pytest.mark.slow
def test_nothing_is_read_on_the_event_loop() -> None:
    """Files and databases are opened in other threads: the server refuses what blocks its loop."""
    paths = [path.partition(":")[0] for path in GRAPHS.values()]

    done = subprocess.run(
        [sys.executable, "-c", ON_THE_LOOP, *paths],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.split()) == len(GRAPHS)
