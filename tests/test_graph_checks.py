"""Graphs seen by syntax: their phases, their functions, and what they cannot do, told in place."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from tests.marked_files import HEAD, Check, checker_of, two_people

ROOT = Path(__file__).parent.parent
STAGED = """\
from simulator import Conversation, Phase, StopRule
raise SystemExit
BOTH = ("seller", "buyer")
PARTS = (
    Phase(name="opening", speakers=BOTH, rounds=2),
    Phase(name="haggling", speakers=(*BOTH, "broker"), turns=8, until=StopRule(phrase="sold")),
    Phase(name="closing", speakers=BOTH, turns=3, order="simultaneous"),
)
conversation = Conversation(turn_taking="round_robin", phases=PARTS)
endless = Conversation(phases=(Phase(name="a"), Phase(name="b")))
more = Conversation(phases=(*PARTS, *imported))
grown = [Phase(name="a")]
grown.append(Phase(name="b"))
listed = Conversation(phases=grown)
given = Conversation(**options)
"""
OWN = """\
from langgraph.graph import END, START, StateGraph
from simulator import Conversation, RunContext, Talk, persona_node

def made(cast):
    graph = StateGraph(Talk, context_schema=RunContext)
    for one in cast.ids:
        graph.add_node(one, persona_node(one))
    return graph

bare = StateGraph(Talk, context_schema=RunContext)
bare.add_node("ada", persona_node("ada"))
whole = bare.compile()

def handed(cast):
    graph = StateGraph(Talk, context_schema=RunContext)
    add_people(graph)
    return graph

def ours(cast):
    return Conversation().graph(cast)

def either(cast):
    graph = StateGraph(Talk, context_schema=RunContext)
    return graph if cast else ours(cast)

@wrapped
def dressed(cast):
    return StateGraph(Talk, context_schema=RunContext)
"""
WANTING = """\
phases: [{name: a, turns: 2}]
last_word: ada
memory: {across_runs: true, window: summary}
events: [{at: {turn: 2}, say: a}]
"""


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """What is said about a scenario of a seller and a buyer, whose project has graphs."""
    project = two_people(tmp_path)
    (project / "graphs").mkdir()
    (project / "graphs" / "sale.py").write_text(STAGED, encoding="utf-8")
    (project / "own.py").write_text(OWN, encoding="utf-8")
    return checker_of(project)


def test_phases_of_the_graph_have_turns_left(check: Check) -> None:
    """With this cast; a rule can end a phase at once, so only what is sure is told."""
    short = check(f"{HEAD}graph: ^sale\nlimits: {{turns: 5}}\n")
    enough = check(f"{HEAD}graph: sale\nlimits: {{turns: 6}}\n")

    assert enough == []
    assert short == [
        (("The phase 'closing' of the graph 'sale' is never reached: what comes before takes 5 "
         "turns, and the run ends after 5 turns."),
         "Write `limits: {turns: 15}`, or take another graph."),
    ]  # fmt: skip


def test_a_graph_may_need_more_turns_than_there_are_by_default(check: Check) -> None:
    """Whoever says how many there are has thought of it; whoever has a broker waits for him."""
    assert check(f"{HEAD}graph: ^sale\n") == [
        (("The phase 'closing' of the graph 'sale' comes after 12 turns unless one before it is "
         "over earlier, and without `limits.turns` the run ends after 12 turns."),
         "Write `limits: {turns: 15}`, or how many you want."),
    ]  # fmt: skip
    assert check(f"{HEAD}graph: sale\nlimits: {{turns: 12}}\n") == []
    assert check(f"{HEAD}graph: sale\nphases: [{{name: all}}]\n") == []


def test_the_courtroom_of_the_docs_needs_its_limits(check: Check, tmp_path: Path) -> None:
    """Copied with a title and a setting it is whole; without `limits` it never comes to a vote."""
    page = (ROOT / "docs" / "graphs.md").read_text(encoding="utf-8")
    start = page.index("graph: courtroom\n")
    snippet = page[start : page.index("```", start)]
    for one in ("eamon", "nkechi", "mirela", "tomi", "rosa", "dev"):
        (tmp_path / "personas" / f"{one}.yaml").write_text(f"name: {one.title()}\n")
    bare = snippet.replace("limits: {turns: 26}\n", "")

    whole = check(f"title: T\nsetting: S\n{snippet}")
    short = check(f"title: T\nsetting: S\n{bare.replace('courtroom', '^courtroom', 1)}")

    assert bare != snippet
    assert whole == []
    assert [hint for _, hint in short] == ["Write `limits: {turns: 22}`, or how many you want."]


def test_behind_a_phase_of_the_graph_that_never_ends_nothing_comes(check: Check) -> None:
    """As in a scenario."""
    assert check(f"{HEAD}graph: ^graphs/sale.py:endless\n") == [
        ("The phase 'b' of the graph 'graphs/sale.py:endless' is never reached: 'a' never ends.",
         "Give 'a' `turns`, `rounds` or `until`, or put it last."),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["more", "listed", "given"])
def test_phases_that_syntax_does_not_show_are_not_doubted(check: Check, name: str) -> None:
    """Imported ones, ones that are added later, ones that are somewhere."""
    events = "limits: {turns: 1}\nevents: [{at: {phase: x}, say: a}]\n"

    assert check(f"{HEAD}graph: graphs/sale.py:{name}\n{events}") == []


def test_events_know_the_phases_of_the_graph(check: Check) -> None:
    """Their names and how long they last; a graph without phases has none to wait for."""
    said = check(
        HEAD
        + dedent("""\
        graph: sale
        limits: {turns: 20}
        events:
          - {at: {phase: opening, turn: 4}, say: a}
          - {at: {phase: opening, turn: ^5}, say: a}
          - {at: {phase: hagling}, say: a}
        """).replace("hagling", "^hagling")
    )
    none = check(f"{HEAD}graph: round_table\nevents: [{{at: {{phase: ^b}}, say: a}}]\n")

    assert said == [
        ("'opening' is over before turn 5: its last can be turn 4.",
         "Choose an earlier turn, or another phase."),
        ("No phase is called 'hagling'.", "Did you mean 'haggling'?"),
    ]  # fmt: skip
    assert none == [
        ("There is no phase 'b': neither this file nor its graph has phases.",
         "Write `phases:`, or leave `phase` out."),
    ]  # fmt: skip


ROUNDS = """\
limits: {turns: 30}
phases:
  - {name: greeting, rounds: 1, order: ORDER}
  - {name: show, turns: 3}
  - {name: talk, until: {any: [{stale: 9}, {all: [{turns: 2}, {turns: 4}]}]}}
  - {name: end}
events:
"""


def test_a_phase_is_over_by_a_turn(check: Check) -> None:
    """Counted in rounds that are sure to end, in turns, and in turns of a rule."""
    written = ROUNDS.replace("ORDER", "round_robin")

    said = check(
        f"{HEAD}{written}"
        "  - {at: {phase: greeting, turn: ^3}, say: a}\n"
        "  - {at: {phase: show, turn: 6}, say: a}\n"
        "  - {at: {phase: show, turn: ^9}, say: a}\n"
        "  - {at: {phase: talk, turn: 12}, say: a}\n"
        "  - {at: {phase: talk, turn: ^13}, say: a}\n"
        "  - {at: {phase: end, turn: 30}, say: a}\n"
    )

    hint = "Choose an earlier turn, or another phase."
    assert said == [
        ("'greeting' is over before turn 3: its last can be turn 2.", hint),
        ("'show' is over before turn 9: its last can be turn 6.", hint),
        ("'talk' is over before turn 13: its last can be turn 12.", hint),
    ]


@pytest.mark.parametrize(
    ("order", "event"),
    [
        ("addressed", "{at: {phase: show}, say: a}"),
        ("mine.py:order", "{at: {phase: show}, say: a}"),
        ("round_robin", "{at: {turn: 1}, next: bo}"),
        ("round_robin", "{at: {said: go}, leave: [bo]}\n  - {at: {said: come}, join: [bo]}"),
    ],
)
def test_rounds_that_may_go_on_are_not_counted(check: Check, order: str, event: str) -> None:
    """Two may talk to each other for ever; an event may give somebody the floor once more."""
    text = f"{HEAD}{ROUNDS.replace('ORDER', order)}  - {{at: {{phase: show, turn: 9}}, say: a}}\n"

    assert check(f"{text}  - {event}\n") == []


@pytest.mark.parametrize("name", ["made", "bare", "whole"])
def test_a_graph_without_a_floor_lets_nothing_happen(check: Check, name: str) -> None:
    """Each thing that the scenario wants of it is told where it stands."""
    text = WANTING.replace("phases", "^phases").replace("last", "^last")
    text = text.replace("across", "^across").replace("window", "^window")

    said = check(f"{HEAD}graph: own.py:{name}\n{text.replace('events', '^events')}")

    assert sorted(said) == sorted(
        (f"The graph 'own.py:{name}' has no floor, without which there is no `{field}`.",
         f"Leave `{field}` out, or bind a simulator.Conversation.")
        for field in ("phases", "last_word", "across_runs", "window", "events")
    )  # fmt: skip


def test_the_graph_of_the_docs_has_no_floor(check: Check, tmp_path: Path) -> None:
    """The example of docs/graphs.md, as it stands there."""
    page = (ROOT / "docs" / "graphs.md").read_text(encoding="utf-8")
    section = page[page.index("## Your own StateGraph") :]
    start = section.index("```python\n") + len("```python\n")
    code = section[start : section.index("```", start)]
    (tmp_path / "relay.py").write_text(code, encoding="utf-8")

    assert [message for message, _ in check(f"{HEAD}graph: relay.py:relay\n^last_word: ada\n")] == [
        "The graph 'relay.py:relay' has no floor, without which there is no `last_word`."
    ]


def test_a_file_that_is_too_deep_is_told_once(check: Check, tmp_path: Path) -> None:
    """Whoever reads its syntax comes to no end in it."""
    deep = f"conversation = {'+'.join(['1'] * 2_500)}\n"
    (tmp_path / "graphs" / "deep.py").write_text(deep, encoding="utf-8")

    assert check(f"{HEAD}graph: ^deep\n") == [("'graphs/deep.py' is no valid Python.", "")]


@pytest.mark.parametrize("name", ["handed", "ours", "either", "dressed"])
def test_a_graph_that_may_have_a_floor_is_not_doubted(check: Check, name: str) -> None:
    """Handed on, taken from a Conversation, one of two, or put into something."""
    assert check(f"{HEAD}graph: own.py:{name}\n{WANTING}") == []


def test_a_file_that_speaks_of_a_floor_is_not_doubted(check: Check, tmp_path: Path) -> None:
    """It may have added one; and without anything that needs one there is nothing to tell."""
    led = OWN.replace('bare.add_node("ada"', 'bare.add_node("floor"')
    (tmp_path / "led.py").write_text(led, encoding="utf-8")

    assert check(f"{HEAD}graph: led.py:bare\n{WANTING}") == []
    assert check(f"{HEAD}graph: own.py:bare\n") == []


CALLED = """\
raise SystemExit
def one(state): ...
def two(state, cast, /): ...
def four(state, cast, answers, mood): ...
def named(state, cast, answers, *, mood): ...
async def later(state, cast, answers): ...
short = lambda state: None
def fits(state, cast, *answers, **rest): ...
def more(state, cast, answers=(), mood=""): ...
@dressed
def worn(state): ...
def twice(state): ...
twice = twice or one
if fits:
    def perhaps(state): ...
"""


def test_a_way_to_take_turns_takes_what_it_is_given(check: Check, tmp_path: Path) -> None:
    """By its `def`, where nothing is put around it and no other has its name."""
    (tmp_path / "called.py").write_text(CALLED, encoding="utf-8")
    wrong = ("one", "two", "four", "named", "later", "short")
    right = ("fits", "more", "worn", "twice", "perhaps")
    phases = "".join(
        f"  - {{name: {name}, turns: 1, order: {'^' if name in wrong else ''}called.py:{name}}}\n"
        for name in (*wrong, *right)
    )

    said = check(f"{HEAD}phases:\n{phases}")

    given = "A turn-taking is called with 3 arguments, and"
    hint = "Write `def {}(state, cast, answers):`."
    assert said == [
        (f"{given} `one` in called.py, line 2, takes 1 argument.", hint.format("one")),
        (f"{given} `two` in called.py, line 3, takes 2 arguments.", hint.format("two")),
        (f"{given} `four` in called.py, line 4, needs 4 arguments.", hint.format("four")),
        (f"{given} `named` in called.py, line 5, needs `mood` by its name.",
         hint.format("named")),
        ("`later` in called.py, line 6, is `async def`: a turn-taking is not.",
         hint.format("later")),
        (f"{given} the lambda in called.py, line 7, takes 1 argument.",
         "Write `lambda state, cast, answers: ...`."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("def f(state): ...\ngraph = Conversation(turn_taking=f)",
         "A turn-taking is called with 3 arguments, and `f` in g.py, line 1, takes 1 argument."),
        ("def f(): ...\ngraph = Conversation(phases=f)",
         ("A function that makes phases is called with 1 argument, and `f` in g.py, line 1, takes "
         "no arguments.")),
        ("def graph(cast, mood): ...",
         ("A function that makes a graph is called with 1 argument, and `graph` in g.py, line 1, "
         "needs 2 arguments.")),
    ],
)  # fmt: skip
def test_functions_of_a_graph_take_what_they_are_given(
    check: Check, tmp_path: Path, code: str, told: str
) -> None:
    """Whatever they are for; phases of the graph's own are not asked for beside the scenario's."""
    (tmp_path / "g.py").write_text(code, encoding="utf-8")

    assert [message for message, _ in check(f"{HEAD}graph: ^g.py:graph\n")] == [told]
    if "phases" in code:
        assert check(f"{HEAD}graph: g.py:graph\nphases: [{{name: a}}]\n") == []


def test_a_way_to_take_turns_is_no_graph(check: Check) -> None:
    """It says where that belongs."""
    assert check(f"{HEAD}graph: ^round_robin\n") == [
        ("No graph is called 'round_robin'.",
         ("It is a way to take turns: write it as the `order` of a phase, or write a file in "
         'graphs/ with conversation = Conversation(turn_taking="round_robin"), and name that.')),
    ]  # fmt: skip


def test_a_graph_beside_the_folder_of_graphs_is_named_by_its_file(
    check: Check, tmp_path: Path
) -> None:
    """With what it binds, where that is the usual name."""
    (tmp_path / "my_graph.py").write_text("conversation = Conversation()")

    assert check(f"{HEAD}graph: ^my_graph\n") == [
        ("No graph is called 'my_graph'.", "Did you mean 'my_graph.py:conversation'?")
    ]
    assert check(f"{HEAD}graph: ^own\n") == [
        ("No graph is called 'own'.", "Write 'own.py:NAME', NAME being what that file calls it.")
    ]


def test_the_last_word_is_of_somebody_who_is_there(check: Check) -> None:
    """Who enters later has it only if an event brings them in."""
    later = f"{HEAD}  - {{persona: bo, as: zoe, role: broker, enters: ^later}}\n"
    there = later.replace("^", "") + "events: [{at: {turn: 2}, join: [zoe]}]\n"

    assert check(f"{later}last_word: ^broker\n") == [
        ("No event brings in 'zoe'.",
         "Write an event with `join: [zoe]`, or leave `enters` out."),
        ("'zoe' is never there to have the last word.",
         "Write an event with `join: [zoe]`, or let somebody else have it."),
    ]  # fmt: skip
    assert check(f"{there}last_word: zoe\n") == []
