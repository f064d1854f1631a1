"""Graphs of the user's own: a `StateGraph(Talk)` of persona nodes, with and without a floor."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from simulator.errors import UsageError, UserCodeFailed
from simulator.record.events import RunEnded, RunStarted, SpeakerChosen
from simulator.runs.run import Run
from simulator.runs.simulation import load
from tests.marked_files import two_people

ROOT = Path(__file__).parent.parent
HEAD = """\
from langgraph.graph import END, START, StateGraph
from simulator import Conversation, RunContext, Talk, persona_node

"""
LINES = """\
lines:
  - {id: opens, speaker: ada, act: open, say: Shall we}
  - {id: ends, speaker: bo, say: That is settled., after: [opens]}
"""
ROUND = """\
def own(cast):
    graph = StateGraph(Talk, context_schema=RunContext)
    graph.add_node("ada", persona_node("ada")).add_node("bo", persona_node("bo"))
    graph.add_edge(START, "ada").add_edge("ada", "bo").add_edge("bo", "ada")
    return graph
"""
AT_ONCE = ROUND.replace('.add_edge("ada", "bo").add_edge("bo", "ada")', '.add_edge(START, "bo")')

Play = Callable[..., Run]


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """Plays two people in a graph whose Python is given."""

    def played(code: str, more: str = "limits: {turns: 5}\n") -> Run:
        project = two_people(tmp_path)
        (project / "own.py").write_text(HEAD + code, encoding="utf-8")
        scenario = project / "scenarios" / "talk.yaml"
        cast = "title: T\nsetting: S\ncast: [{persona: ada}, {persona: bo}]\n"
        scenario.write_text(f"{cast}graph: own.py:own\n{more}", encoding="utf-8")
        return load("talk", project=project, database=tmp_path / "runs.db").run(seed=1)

    return played


def speakers(run: Run) -> list[str]:
    """Who spoke, in order."""
    return [turn.speaker for turn in run.turns]


def test_the_graph_of_the_docs_plays_to_its_end(play: Play) -> None:
    """The example of docs/graphs.md, as it stands there."""
    page = (ROOT / "docs" / "graphs.md").read_text(encoding="utf-8")
    section = page[page.index("## Your own StateGraph") :]
    code = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    assert code is not None

    run = play(code[1].replace("def relay", "def own"), f"limits: {{turns: 9}}\n{LINES}")

    assert speakers(run) == ["ada", "bo"]
    assert (run.stop_reason, run.detail) == ("graph", "the graph came to its end")
    assert not run.started.resumable
    assert run.total.calls == 2


def of_the_docs(name: str) -> str:
    """The file of this name, as docs/graphs.md has it."""
    page = (ROOT / "docs" / "graphs.md").read_text(encoding="utf-8")
    code = re.search(rf"```python\n# graphs/{name}\.py\n(.*?)```", page, re.DOTALL)
    assert code is not None
    return code[1]


@pytest.fixture
def trio(tmp_path: Path) -> Path:
    """Three people, one of whom says more than the others."""
    project = two_people(tmp_path)
    (project / "graphs").mkdir(exist_ok=True)
    for one in ("cy", "long"):
        (project / "personas" / f"{one}.yaml").write_text(f"name: {one.title()}\n")
    return project


def play_trio(project: Path, more: str) -> Run:
    """Three people, of whom one says more than the others."""
    lines = "".join(
        f"  - {{id: {who}{n}, speaker: {who}, act: answer, say: {words!r}}}\n"
        for who, words in (("ada", "One two three four five six seven."), ("bo", "One."))
        for n in range(9)
    )
    scene = "title: T\nsetting: S\ncast: [{persona: ada}, {persona: bo}, {persona: cy}]\n"
    scene += f"limits: {{turns: 9}}\n{more}lines:\n{lines}"
    (project / "scenarios" / "talk.yaml").write_text(scene, encoding="utf-8")
    return load("talk", project=project, database=project / "runs.db").run(seed=1)


@pytest.mark.parametrize("way", ["graphs", "file", "phase"])
def test_the_policy_of_the_docs_hears_the_quiet(trio: Path, way: str) -> None:
    """By each of the three ways: nobody twice in a row, and all of the three."""
    code = of_the_docs("quiet_first")
    file = trio / ("graphs/quiet_first.py" if way == "graphs" else "my_policy.py")
    file.write_text(code, encoding="utf-8")
    named = {
        "graphs": "graph: quiet_first\n",
        "file": "graph: my_policy.py:conversation\n",
        "phase": "phases: [{name: all, order: 'my_policy.py:quiet_first'}]\n",
    }

    run = play_trio(trio, named[way])

    chosen = [event for event in run.events if isinstance(event, SpeakerChosen)]
    names = [one.names[0] for one in chosen]
    assert set(names[:3]) == {"ada", "bo", "cy"}
    assert all(one != other for one, other in pairwise(names))
    assert chosen[0].reason == "has said least: 0 words"
    for place, one in enumerate(chosen):
        said = {
            who: sum(len(t.text.split()) for t in run.turns[:place] if t.speaker == who)
            for who in ("ada", "bo", "cy")
            if not place or who != names[place - 1]
        }
        assert said[one.names[0]] == min(said.values())


def test_the_policy_of_the_docs_asks_a_model(trio: Path) -> None:
    """Whom it names has the floor, for its reason; the question is on record by its purpose."""
    code = of_the_docs("best_to_answer")
    (trio / "graphs" / "best_to_answer.py").write_text(code, encoding="utf-8")

    run = play_trio(trio, "graph: best_to_answer\n")

    chosen = [event for event in run.events if isinstance(event, SpeakerChosen)]
    asked = [row.call for row in run.calls if row.call.purpose == "select"]
    assert chosen[0].reason == "nobody has to be asked"
    assert {one.reason for one in chosen[1:]} <= {
        "has a written line for this moment",
        "has said least",
    }
    assert [one.calls for one in chosen[1:]] == [(call.id,) for call in asked]
    assert len(run.turns) == 9


def test_its_edges_say_who_speaks_and_the_record_says_so(play: Play) -> None:
    """Each turn has its number before anybody is asked."""
    run = play(ROUND)
    chosen = [event for event in run.events if isinstance(event, SpeakerChosen)]

    assert [(one.names, one.turns, one.heard) for one in chosen[:2]] == [
        (("ada",), (1,), 0),
        (("bo",), (2,), 1),
    ]
    assert {one.reason for one in chosen} == {"its place in the graph"}


@pytest.mark.parametrize(
    ("more", "turns", "reason"),
    [
        ("limits: {turns: 5}\n", 5, "turns"),
        (f"limits: {{turns: 9}}\nstop: {{phrase: settled}}\n{LINES}", 2, "phrase"),
        ("limits: {turns: 9, tokens: 2500}\n", 3, "tokens"),
    ],
)
def test_limits_and_rules_end_a_graph_that_goes_round_for_ever(
    play: Play, more: str, turns: int, reason: str
) -> None:
    """Nobody speaks any more, and the run says why."""
    run = play(ROUND, more)

    assert (len(run.turns), run.stop_reason) == (turns, reason)
    assert isinstance(run.events[-1], RunEnded)


def test_a_graph_may_stand_there_ready_made(play: Play) -> None:
    """Compiled or not."""
    for made in ("own = own(None)", "own = own(None).compile()"):
        assert len(play(f"{ROUND}\n{made}\n").turns) == 5


def test_a_conversation_with_a_node_more_is_led_by_its_floor(play: Play) -> None:
    """It goes on from any state, and scenarios have their events."""
    code = """\
def own(cast):
    graph = Conversation(turn_taking="round_robin").graph(cast)
    graph.add_node("silence", lambda state: {"state": ()})
    graph.add_edge("ada", "silence").add_edge("silence", "floor")
    return graph
"""
    run = play(code, "limits: {turns: 40}\nlast_word: ada\n")
    started = next(event for event in run.events if isinstance(event, RunStarted))

    assert started.resumable
    assert (len(run.turns), run.turns[-1].speaker) == (40, "ada")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("own = 7", "it is a int"),
        ("def own(cast): return 7", "it is a int"),
        ("def own(cast): raise KeyError(1)", "raised KeyError"),
        ("own = StateGraph(dict)", r"must be a StateGraph\(simulator.Talk"),
        ("own = StateGraph(Talk, context_schema=RunContext)", "is no whole graph"),
    ],
)
def test_what_is_no_graph_is_told_before_anything_is_recorded(
    play: Play, tmp_path: Path, code: str, told: str
) -> None:
    """One sentence that names the file."""
    with pytest.raises(UserCodeFailed, match=told):
        play(code)

    assert not (tmp_path / "runs.db").exists()


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("last_word: ada\n", "last_word"),
        ("memory: {window: summary}\n", "memory"),
        ("memory: {across_runs: true}\n", "memory"),
    ],
)
def test_what_only_a_floor_can_do_is_refused(play: Play, text: str, field: str) -> None:
    """With the fields that want it, also where syntax alone does not show what the graph is."""
    with pytest.raises(UsageError, match=f"has no floor, which {field} of scenario 'talk' need"):
        play(f"{ROUND}own = own or None\n", text)


def test_two_at_once_without_a_floor_are_refused(play: Play) -> None:
    """They would both be turn 1."""
    with pytest.raises(UserCodeFailed, match="came to two members at once for turn 1"):
        play(AT_ONCE)


def test_a_node_of_ones_own_that_raises_is_named(play: Play) -> None:
    """With its file and line; the run is over as failed."""
    broken = ROUND.replace('"bo", persona_node("bo")', '"bo", bo')
    code = f"async def bo(state, runtime):\n    return {{}}['tea']\n\n{broken}"

    with pytest.raises(UserCodeFailed, match=r"^The graph raised KeyError: 'tea' \(own\.py:5\)$"):
        play(code)
