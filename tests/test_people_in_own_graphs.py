"""People and steering in graphs of the user's own that have no floor."""

from __future__ import annotations

from pathlib import Path

from simulator import Observer, Simulation, Steering, load
from simulator.record.events import Event, TurnTaken
from tests.marked_files import two_people

GRAPH = """\
from langgraph.graph import START, StateGraph
from simulator import RunContext, Talk, human_node, persona_node


def own(cast):
    graph = StateGraph(Talk, context_schema=RunContext)
    graph.add_node("ada", persona_node("ada")).add_node("bo", human_node("bo"))
    graph.add_edge(START, "ada").add_edge("ada", "bo").add_edge("bo", "ada")
    return graph
"""
SCENE = """\
title: T
setting: S
cast: [{persona: ada}, {persona: bo, player: human}]
graph: own.py:own
limits: {turns: 6}
"""


def own(folder: Path) -> Simulation:
    """Two people in a graph that goes round; a person plays the second."""
    project = two_people(folder)
    (project / "own.py").write_text(GRAPH, encoding="utf-8")
    (project / "scenarios" / "talk.yaml").write_text(SCENE, encoding="utf-8")
    return load("talk", project=project, database=folder / "runs.db")


def test_a_person_has_a_node_in_a_graph_of_ones_own(tmp_path: Path) -> None:
    """Its edges say when the person is asked."""
    run = own(tmp_path).run(seed=1, humans={"bo": lambda turn: f"Turn {turn.turn}."})

    said = [turn.text for turn in run.turns if turn.provenance == "human"]
    assert said == ["Turn 2.", "Turn 4.", "Turn 6."]


def test_a_graph_without_a_floor_is_steered_between_turns(tmp_path: Path) -> None:
    """Words, edits and the end come where the floor would be."""
    steering = Steering()

    def watch(event: Event) -> None:
        if isinstance(event, TurnTaken) and event.turn == 2:
            steering.say("Be brief.")
            steering.edit(2, "Edited.")
        if isinstance(event, TurnTaken) and event.turn == 3:
            steering.stop("enough")

    run = own(tmp_path).run(
        seed=1, humans={"bo": lambda _: "Yes."}, steering=steering, observer=Observer(event=watch)
    )

    assert (run.stop_reason, run.detail, len(run.turns)) == ("external", "enough", 3)
    assert "Moderator: Be brief." in run.transcript
    assert run.turns[1].text == "Edited."
