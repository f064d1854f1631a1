"""Rounds in order, votes, names in sentences, and what of reply fields and tools is shown."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import Run
from simulator.conversation.speech import SpeechDelta
from simulator.display.in_order import InOrder, in_turn_order
from simulator.display.named import named, named_ending
from simulator.display.paragraph import brought, paragraph_of
from simulator.display.plain import PlainView
from simulator.display.summary import summary_of
from simulator.display.talk import TalkView
from simulator.display.talk_html import html_of_talk
from simulator.display.terminal import Terminal
from simulator.display.turn_detail import turn_details
from simulator.record.events import (
    Event,
    RunClosing,
    RunEnded,
    RunPaused,
    RunStarted,
    SpeakerChosen,
    ToolCalled,
    TurnPassed,
    TurnTaken,
)
from simulator.record.store import Store
from tests.record_samples import ended, said, started

NAMES = {"rosa": "Rosa Lindqvist", "dev": "Dev Moreau", "ilse": "Ilse Maes", "will": "Will Ito"}
ROUND = SpeakerChosen(
    turn=1, names=("rosa", "dev", "ilse"), reason="all at once", turns=(1, 2, 3), heard=0
)
FIELDS = {
    "verdict": {"about": "Your vote", "choose": ["guilty", "not guilty"], "private": True},
    "next": {"about": "Who takes over", "type": "member"},
}


def beginning(fields: dict[str, Any] = FIELDS) -> RunStarted:
    """The first event of a run with these reply fields."""
    return replace(started(), members=NAMES, definitions={"scenario": {"reply": fields}})


def turn(number: int, speaker: str, text: str = "Well.", **filled_in: Any) -> TurnTaken:
    """A turn with reply fields."""
    return replace(said(number, text, speaker=speaker), reply=filled_in)


class Kept:
    """A view that keeps what it is told: turns by their number, words as they are."""

    def __init__(self) -> None:
        self.seen: list[int | str] = []

    def event(self, event: Event) -> None:
        """Keep the number."""
        self.seen.append(event.turn)

    def words(self, delta: SpeechDelta) -> None:
        """Keep the words."""
        self.seen.append(delta.text)


@given(st.permutations([1, 2, 3]))
def test_a_round_is_told_in_the_order_of_its_turns(order: Sequence[int]) -> None:
    """Whoever was quicker, and nothing is lost or told twice."""
    names = ("rosa", "dev", "ilse")
    turns = [turn(number, names[number - 1]) for number in order]
    events: list[Event] = [beginning(), ROUND, *turns, ended(3)]

    told = in_turn_order(events)

    assert told == (events[0], ROUND, *sorted(turns, key=lambda one: one.turn), events[-1])


def test_live_a_turn_is_told_as_soon_as_order_allows() -> None:
    """Its tools with it; what a later one streams in is not shown, but the whole turn is."""
    kept = Kept()
    view = InOrder(kept)
    looked = ToolCalled(
        turn=2, speaker="dev", tool="clock", call="c", request="r", arguments={}, result="noon"
    )
    view.event(ROUND)
    view.words(SpeechDelta(2, "dev", "Hi"))
    view.event(looked)
    view.words(SpeechDelta(1, "rosa", "Ro"))
    view.event(TurnPassed(turn=3, speaker="ilse"))
    before = list(kept.seen)
    view.event(turn(1, "rosa"))
    view.words(SpeechDelta(2, "dev", "there"))
    between = list(kept.seen)
    view.event(turn(2, "dev"))

    assert before == [1, "Ro"]
    assert between == [1, "Ro", 1, 2]
    assert kept.seen == [1, "Ro", 1, 2, 2, 3]


def test_a_run_that_pauses_in_a_round_tells_what_there_is() -> None:
    """Before it says that it was stopped."""
    events = (beginning(), ROUND, turn(3, "ilse"), turn(2, "dev"), RunPaused(turn=3, reason="x"))

    assert [one.turn for one in in_turn_order(events)] == [0, 1, 2, 3, 3]
    assert in_turn_order(events[:-1])[-1] == turn(3, "ilse")


def test_a_vote_is_counted_in_the_summary(tmp_path: Path) -> None:
    """What each member chose last; a field that one alone filled in is no vote."""
    path, fields = tmp_path / "runs.db", {**FIELDS, "colour": {"about": "A", "choose": ["red"]}}
    events = [
        turn(1, "rosa", verdict="guilty"),
        turn(2, "dev", verdict="not guilty", colour="red"),
        turn(3, "ilse", verdict="guilty"),
        turn(4, "dev", verdict=None),
        turn(5, "ilse", verdict="not guilty"),
    ]
    with Store.open(path) as store:
        run = store.create_run("focus-group")
        journal = store.journal(run)
        journal.commit(beginning(fields))
        for event in events:
            journal.commit(event)
        journal.commit(ended(5))

    summary = summary_of(Run(run, path))

    assert summary.lines()[3] == "verdict: 2 not guilty, 1 guilty"
    assert summary.data()["votes"] == {"verdict": {"not guilty": 2, "guilty": 1}}


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("rosa and dev agree: next is ilse", "Rosa and Dev agree: next is Ilse"),
        ("8 turns were taken; rosa has spoken", "8 turns were taken; Rosa has spoken"),
        ("rosa said 'dev is done'; dev has spoken", "Rosa said 'dev is done'; Dev has spoken"),
        ('rosa said "it\'s dev"', 'Rosa said "it\'s dev"'),
        ("called by name by dev", "called by name by Dev"),
        ("dev's turn and devs", "Dev's turn and devs"),
    ],
)
def test_sentences_of_ours_bear_names(sentence: str, shown: str) -> None:
    """Short names for ids; quoted words stay as they were said."""
    assert named(sentence, NAMES) == shown


def test_sentences_of_others_stay_as_they_are() -> None:
    """A judge's, a person's, a model's: a word there may be an id by chance."""
    chosen = replace(ROUND, names=("rosa",), reason="called by name by dev")

    details = [paragraph_of(replace(chosen, calls=calls), NAMES) for calls in ((), ("c",))]
    closing = RunClosing(turn=3, speaker="dev", stop_reason="goal", detail="they will meet")

    assert [one.text for one in details if one] == [
        "next Rosa: called by name by Dev",
        "next Rosa: called by name by dev",
    ]
    assert named_ending("goal", "they will meet", NAMES) == "they will meet"
    assert named_ending("speaker", "will has spoken", NAMES) == "Will has spoken"
    told = paragraph_of(closing, NAMES)
    assert told is not None
    assert told.text == "they will meet; Dev has the last word"


def test_a_summary_ends_with_names(tmp_path: Path) -> None:
    """Everywhere in the sentence."""
    with Store.open(tmp_path / "runs.db") as store:
        run = store.create_run("focus-group")
        journal = store.journal(run)
        journal.commit(beginning())
        detail = "rosa and dev agree: price is 12"
        journal.commit(RunEnded(turn=0, stop_reason="agreement", detail=detail))

    summary = summary_of(Run(run, tmp_path / "runs.db"))

    assert summary.ending == "Ended: Rosa and Dev agree: price is 12."


def test_a_rule_of_turns_is_told_with_its_figure(tmp_path: Path) -> None:
    """It is not the limit of turns."""
    with Store.open(tmp_path / "runs.db") as store:
        run = store.create_run("focus-group")
        journal = store.journal(run)
        journal.commit(beginning())
        detail = "8 turns were taken; rosa has spoken"
        journal.commit(RunEnded(turn=0, stop_reason="turns_rule", detail=detail))

    found = Run(run, tmp_path / "runs.db")

    assert summary_of(found).ending == "Ended: 8 turns were taken; Rosa has spoken."
    assert found.exit_code == 0


def test_fields_are_shown_as_far_as_they_tell_something() -> None:
    """Private ones are marked; to whom the talk is handed on is for the full display and files."""
    event = turn(1, "rosa", verdict="guilty", next="dev")

    def talk(**more: Any) -> str:
        stream = io.StringIO()
        view = TalkView(Terminal(stream, environ={"COLUMNS": "80"}), **more)
        for one in (beginning(), event):
            view.event(one)
        return stream.getvalue()

    paper = io.StringIO()
    plain = PlainView(Terminal(paper, environ={}))
    for one in (beginning(), event):
        plain.event(one)

    assert "verdict: guilty (private)\n" in talk()
    assert "verdict: guilty (private), next: Dev\n" in talk(calls=lambda: ())
    assert paper.getvalue().splitlines()[2] == "(verdict: guilty (private), next: Dev)"
    assert ">verdict: guilty (private)<" in html_of_talk([beginning(), event])


def test_the_full_display_shows_how_a_tools_result_begins() -> None:
    """Its first line with words in it; a tool that failed has said so already."""
    called = ToolCalled(
        turn=1,
        speaker="dev",
        tool="clock",
        call="c",
        request="r",
        arguments={},
        result="\n noon\nx",
    )

    def talk(**more: Any) -> list[str]:
        stream = io.StringIO()
        view = TalkView(Terminal(stream, environ={"COLUMNS": "80"}), **more)
        for one in (beginning(), called):
            view.event(one)
        return [line.strip() for line in stream.getvalue().splitlines()[2:]]

    assert talk() == ["Dev used clock"]
    assert talk(calls=lambda: ()) == ["Dev used clock", "clock: noon"]
    assert brought(replace(called, result=None, error="no")) is None


def test_the_full_display_names_who_alone_heard_a_turn() -> None:
    """By short names."""
    event = replace(turn(1, "rosa"), to=("dev", "ilse"))

    (told,) = turn_details(event, (), names=NAMES)

    assert told.endswith("to Dev, Ilse alone")
