"""Graphs in words and as drawings: who may speak when, told without playing anything."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path

import pytest

from simulator import Cast, Conversation, NextSpeakers, Phase, State, StopRule
from simulator.definitions.project import Project
from simulator.display.graph_shape import GraphShape, shape_of
from simulator.display.graph_svg import graph_svg
from simulator.display.named_graph import named_shape
from simulator.errors import UsageError
from tests.cli_samples import ROOT, simulate
from tests.small_project import small_project
from tests.talks import cast_of, member

PROJECT = Project.find(ROOT)
GRAPHS = sorted(PROJECT.files.graphs)
SVG = "{http://www.w3.org/2000/svg}"
THREE = cast_of(member("ilse", role="moderator"), "rosa", "dev", limits={"turns": 9})


def shape(
    cast: Cast = THREE, *, phases: Sequence[Phase] = (), taking: str = "round_robin"
) -> GraphShape:
    """The shape of a conversation of three."""
    conversation = Conversation(turn_taking=taking, phases=tuple(phases) or None)
    return shape_of(conversation, cast, name="ours")


def beats(taking: str, **phase: object) -> tuple[tuple[tuple[str, ...], ...], bool]:
    """Who speaks turn by turn in one phase, and whether that goes on and on."""
    made = Phase.model_validate({"name": "talk", "order": taking, **phase})
    (part,) = shape(phases=[made]).parts
    return part.beats, part.repeats


def drawn(svg: str, kind: str) -> list[ET.Element]:
    """The elements of a drawing of one kind."""
    return list(ET.fromstring(svg).iter(f"{SVG}{kind}"))  # noqa: S314 - our own drawing


@pytest.mark.parametrize("name", GRAPHS)
def test_every_graph_has_a_small_drawing_that_a_screen_reader_can_tell(name: str) -> None:
    """At most 6 kB, nothing loaded from elsewhere, readable in the dark, with everybody's name."""
    told = named_shape(PROJECT, name)

    svg = graph_svg(told)

    root = ET.fromstring(svg)  # noqa: S314 - our own drawing
    assert len(svg.encode()) <= 6_000
    assert root.attrib["role"] == "img"
    assert [root[0].tag, root[1].tag] == [f"{SVG}title", f"{SVG}desc"]
    assert all(sentence in str(root[1].text) for sentence in told.sentences)
    assert "prefers-color-scheme:dark" in svg
    assert not any(word in svg for word in ("href", "url(", "@import", "<script"))
    for lane in told.lanes:
        assert lane.name.split()[0] in "".join(root.itertext())


@pytest.mark.parametrize("name", GRAPHS)
def test_nothing_stands_outside_the_drawing(name: str) -> None:
    """Neither dots nor bars nor text, also where a cast is large and words are long."""
    svg = graph_svg(named_shape(PROJECT, name))

    width, height = (float(ET.fromstring(svg).attrib[side]) for side in ("width", "height"))  # noqa: S314 - our own drawing
    for one in (*drawn(svg, "circle"), *drawn(svg, "text"), *drawn(svg, "rect")):
        x = float(one.get("cx") or one.get("x") or 0)
        y = float(one.get("cy") or one.get("y") or 0)
        assert 0 <= x <= width
        assert 0 <= y <= height


def test_turns_whose_order_is_known_are_told_one_by_one() -> None:
    """Rounds, pairs of question and answer, and everybody at once; else nothing is claimed."""
    in_turn = (("ilse",), ("rosa",), ("dev",))

    assert beats("round_robin", rounds=1) == (in_turn, False)
    assert beats("round_robin", rounds=2) == (in_turn * 2, False)
    assert beats("round_robin", rounds=20) == (in_turn, True)
    assert beats("round_robin", turns=6) == (in_turn * 2, False)
    assert beats("round_robin", turns=5) == (in_turn, True)
    assert beats("phased", rounds=1, speakers=["dev"]) == ((("dev",),), False)
    assert beats("simultaneous", rounds=1) == ((("ilse", "rosa", "dev"),), False)
    assert beats("alternating") == ((("ilse",), ("dev",), ("rosa",), ("dev",)), True)
    assert beats("open_floor", turns=6) == ((), True)


def test_what_ends_a_part_is_told_in_words() -> None:
    """Rounds, turns, and a rule of several parts."""
    both = StopRule(all=(StopRule(phrase="enough"), StopRule(speaker="rosa")))
    either = StopRule(any=(both, StopRule(negated=StopRule(stale=3))))
    talk = "talk: everybody, whoever has most reason to; until Rosa says “enough” or not: "
    phases = [
        Phase(name="opening", speakers=("moderator",), rounds=1),
        Phase(name="talk", order="open_floor", turns=7, until=either),
        Phase(name="end", rounds=3),
    ]

    assert shape(phases=phases).sentences == (
        "opening: Ilse Maes; once.",
        f"{talk}3 turns bring nothing new, 7 turns at most.",
        "end: everybody, in turn; 3 times.",
        "Over after the last part, or after 9 turns.",
    )


def test_the_last_word_is_told() -> None:
    """By the name of whoever has it, whether the scenario says an id or a role."""
    people = (member("ilse", role="moderator"), "rosa")
    casts = [
        cast_of(*people, last_word=said, limits={"turns": 4}) for said in ("ilse", "moderator")
    ]

    ends = [shape(cast).end for cast in casts]

    assert ends == ["after 4 turns; then Ilse has the last word"] * 2


def test_every_stop_rule_has_words() -> None:
    """None of its fields is told by its name in YAML."""
    values = {"goal": "x", "agreement": "price", "stale": 3, "loop": 2, "turns": 2, "tokens": 5}
    values |= {"dollars": 1, "seconds": 3, "phrase": "x", "speaker": "rosa"}
    names = set(StopRule.model_fields) - {"any", "all", "negated"}

    for name in names:
        rule = StopRule.model_validate({name: values.get(name, True)})
        told = shape(phases=[Phase(name="talk", until=rule)]).parts[0].end
        assert told.startswith("until ")
        assert "_" not in told


def test_a_policy_of_ones_own_is_told_by_its_docstring() -> None:
    """Its first sentence; without one, its name."""

    def youngest_first(state: State, _cast: Cast, _answers: object) -> NextSpeakers:
        """The youngest who waits.

        More about it.
        """
        return NextSpeakers((state.present[0],), "youngest")

    def plain(state: State, _cast: Cast, _answers: object) -> NextSpeakers:
        return NextSpeakers((state.present[0],), "")

    told = [
        shape_of(Conversation(turn_taking=one), THREE, name="x").parts[0]
        for one in (youngest_first, plain)
    ]

    assert [one.order for one in told] == ["the youngest who waits", "as plain decides"]
    assert [one.turn_taking for one in told] == ["youngest_first", "plain"]


def test_dots_bars_and_capsules_say_different_things() -> None:
    """A known turn is a dot, a right to speak a bar, turns at once lie in a capsule."""
    phases = [
        Phase(name="one", rounds=1),
        Phase(name="two", order="addressed", turns=4),
        Phase(name="three", order="simultaneous", rounds=1),
    ]

    svg = graph_svg(shape(phases=phases))

    styles = [one.get("class") for one in drawn(svg, "rect")]
    assert len(drawn(svg, "circle")) == 3 + 3
    assert styles == ["c", "s", "s", "s", "s"]


def test_who_gives_the_floor_is_drawn_in_full_colour() -> None:
    """The moderator, where the moderator decides."""
    svg = graph_svg(shape(taking="moderated"))

    assert [one.get("class") for one in drawn(svg, "rect")] == ["c", "a", "s", "s"]


def test_who_enters_later_begins_later() -> None:
    """Her lane is dashed, and her bar is shorter."""
    late = cast_of("rosa", member("dev", enters_here="later"), limits={"turns": 4})

    svg = graph_svg(shape(late, taking="addressed"))

    assert svg.count("stroke-dasharray") == 1
    here, later = (float(one.attrib["width"]) for one in drawn(svg, "rect")[1:])
    assert later < here
    assert "enters later" in svg


def test_a_strange_name_breaks_no_drawing() -> None:
    """Marks of XML and control characters stay words."""
    odd = cast_of(member("rosa", name='<b>&\x00\x1b Ros"a', role="a]]>b"), "dev")

    svg = graph_svg(shape(odd))

    assert "<b>" not in svg
    assert ET.fromstring(svg).tag == f"{SVG}svg"  # noqa: S314 - our own drawing


def test_graphs_are_listed() -> None:
    """Each with what its file says of it; `list` need not be written."""
    listed = simulate("graphs")
    data = json.loads(simulate("graphs", "list", "--json").stdout)

    assert [line.split()[0] for line in listed.stdout.splitlines()] == ["graph", *GRAPHS]
    assert [one["graph"] for one in data] == GRAPHS
    assert data[0]["about"].startswith("Courtroom: each side opens")


def test_a_graph_is_shown_in_words() -> None:
    """Who may speak in which part, in what order, how long; the same as data."""
    shown = simulate("graphs", "show", "debate").stdout
    data = json.loads(simulate("graphs", "show", "debate", "--json").stdout)

    assert "Cast of until-six." in shown.splitlines()[0]
    assert [line.split()[0] for line in shown.splitlines()[2:6]] == [
        *("opening", "rebuttal", "closing", "verdict"),
    ]
    assert [part["name"] for part in data["parts"]] == ["opening", "rebuttal", "closing", "verdict"]
    assert data["parts"][3]["speakers"] == ["kwabena"]


def test_a_drawing_goes_to_a_file_or_to_stdout(tmp_path: Path) -> None:
    """The same one; where it cannot be written, a sentence says so."""
    file = tmp_path / "debate.svg"

    written = simulate("graphs", "show", "debate", "--svg", str(file))
    piped = simulate("graphs", "show", "debate", "--svg", "-")
    refused = simulate("graphs", "show", "debate", "--svg", str(tmp_path / "no" / "x.svg"))

    assert written.stderr == f"Drawn: {file}\n"
    assert piped.stdout == file.read_text() == graph_svg(named_shape(PROJECT, "debate"))
    assert refused.exit_code == UsageError.exit_code
    assert "cannot be written" in refused.stderr


def test_a_scenario_shows_its_own_phases() -> None:
    """Without one the graph itself is shown."""
    alone = named_shape(PROJECT, "open_floor")
    played = named_shape(PROJECT, "open_floor", scenario="classroom")

    assert [part.name for part in alone.parts] == [""]
    assert [part.name for part in played.parts] == ["bet", "dates", "notices"]


def test_a_graph_of_ones_own_is_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its name with a scenario that has it, and as user code with any."""
    small_project(tmp_path)
    (tmp_path / "graphs").mkdir()
    own = tmp_path / "graphs" / "in_turn.py"
    own.write_text(
        '"""In turn: one after the other."""\n\nfrom simulator import Conversation\n\n'
        'conversation = Conversation(turn_taking="round_robin")\n'
    )
    monkeypatch.chdir(tmp_path)

    unnamed = simulate("graphs", "show", "in_turn")
    tea = simulate("graphs", "show", "in_turn", "--scenario", "tea")
    coded = simulate("graphs", "show", "graphs/in_turn.py:conversation", "--scenario", "tea")
    of_tea = simulate("graphs", "show", "--scenario", "tea")
    of_none = simulate("graphs", "show")

    assert unnamed.exit_code == UsageError.exit_code
    assert "say whose cast with --scenario" in unnamed.stderr
    assert tea.stdout == coded.stdout
    assert of_tea.stdout == simulate("graphs", "show", "round_table", "--scenario", "tea").stdout
    assert (of_none.exit_code, "Name a graph, or a scenario" in of_none.stderr) == (2, True)
    assert tea.stdout.splitlines()[0] == "One after the other. Cast of tea."


def test_a_state_graph_is_left_to_langgraph(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its edges say who speaks, and we say who draws it."""
    small_project(tmp_path)
    (tmp_path / "mine.py").write_text(
        "from langgraph.graph import StateGraph\nfrom simulator import Talk\n\n"
        "relay = StateGraph(Talk)\n"
    )
    monkeypatch.chdir(tmp_path)

    shown = simulate("graphs", "show", "mine.py:relay")

    assert shown.exit_code == UsageError.exit_code
    assert "LangGraph draws it" in shown.stderr
