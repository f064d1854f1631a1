"""Showing whom people played and what was edited, in every view, live and from the record."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from simulator import Observer, Steering
from simulator.display.json_lines import JsonView
from simulator.display.label import label
from simulator.display.plain import PlainView
from simulator.display.talk import TalkView
from simulator.display.talk_html import html_of_talk
from simulator.display.terminal import Terminal
from simulator.display.view import View
from simulator.record.events import Event, RunStarted, TurnEdited, TurnTaken
from tests.cli_samples import simulate
from tests.record_samples import said, started
from tests.small_project import loader, small_project

NAMES = {"rosa": "Rosa", "dev": "Dev Moreau"}
TALK: tuple[Event, ...] = (
    replace(said(1, "Twelve."), provenance="human"),
    replace(said(2, "Ten.", speaker="dev"), to=("rosa",)),
    replace(said(3, "Hush."), provenance="human", to=("dev",)),
    TurnEdited(turn=2, speaker="dev", text="Eleven."),
)


def beginning() -> RunStarted:
    """The first event of a run in which somebody plays Rosa."""
    return replace(started(), members=NAMES, humans=("rosa",))


def shown(make: Callable[[Terminal], View]) -> list[str]:
    """The lines a view shows of the talk, without its label."""
    paper = io.StringIO()
    view = make(Terminal(paper, environ={"COLUMNS": "64"}))
    for event in (beginning(), *TALK):
        view.event(event)
    return paper.getvalue().splitlines()[1:]


def test_the_first_line_names_whom_people_play() -> None:
    """Between who else speaks and the seed."""
    assert label(beginning()) == "Three-step onboarding · models by tier · Rosa: human · seed 7"


def test_a_talk_marks_people_and_edits() -> None:
    """The column of names is wide enough for the mark."""
    assert shown(TalkView) == [
        "",
        "Rosa (human)   Twelve.",
        "",
        "Dev to Rosa    Ten.",
        "",
        "Rosa to Dev (human)",
        "               Hush.",
        "",
        "Dev Moreau, turn 2 (edited)",
        "               Eleven.",
    ]


@pytest.mark.parametrize("edited", [(), (2,)])
def test_plain_lines_mark_people_and_edits(edited: tuple[int, ...]) -> None:
    """From the record it is known beforehand that a turn is edited later."""
    later = ["(edited later)"] if edited else []

    assert shown(lambda out: PlainView(out, edited=edited)) == [
        "Rosa (human): Twelve.",
        "Dev to Rosa: Ten.",
        *later,
        "Rosa to Dev (human): Hush.",
        "Dev Moreau, turn 2 (edited): Eleven.",
    ]


def test_a_talk_from_the_record_marks_what_is_edited_later() -> None:
    """Under the words that were said first."""
    lines = shown(lambda out: TalkView(out, edited=(2,)))

    assert lines[3:5] == ["Dev to Rosa    Ten.", "               edited later"]


def test_a_notebook_marks_people_and_edits() -> None:
    """The same words as the other views."""
    html = html_of_talk((beginning(), *TALK))

    for words in (">Rosa (human)<", ">edited later<", ">Dev Moreau, turn 2 (edited)<", "human"):
        assert words in html


def test_json_lines_tell_people_and_edits() -> None:
    """Whom people play stands in the first event, the edit is an event of its own."""
    lines = [json.loads(line) for line in shown(lambda out: JsonView(out, run=lambda: "r1"))]

    assert [one.get("provenance") for one in lines] == ["human", "model", "human", None]
    edit = {key: value for key, value in lines[-1].items() if key != "at"}
    assert edit == {"kind": "turn_edited", "turn": 2, "speaker": "dev", "text": "Eleven."}


def test_runs_show_marks_people_and_edits(tmp_path: Path) -> None:
    """The record tells what was said first, and that it was edited later."""
    simulation, steering = loader(small_project(tmp_path))(turns=3), Steering()

    def watch(event: Event) -> None:
        if isinstance(event, TurnTaken) and event.turn == 2:
            steering.edit(1, "Edited.")

    human = {"dev": lambda _: "Two cups."}
    simulation.run(seed=1, humans=human, steering=steering, observer=Observer(event=watch))

    database = ("--db", str(simulation.database))
    plain, talk = (
        simulate("runs", "show", "@last", *database, "--display", display).stdout
        for display in ("plain", "talk")
    )
    assert plain.splitlines()[1:5] == [
        "Rosa Lindqvist: The kettle is on for the vicar.",
        "(edited later)",
        "Dev Moreau (human): Two cups.",
        "Rosa Lindqvist, turn 1 (edited): Edited.",
    ]
    assert "edited later" in talk
    assert "Dev Moreau: human" in talk
