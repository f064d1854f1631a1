"""Showing phases, events, whispers, reply fields and people who come and go, in every view."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest

from simulator.conversation.speech import SpeechDelta
from simulator.display.json_lines import JsonView
from simulator.display.paragraph import paragraph_of
from simulator.display.plain import PlainView
from simulator.display.talk import TalkView
from simulator.display.talk_html import html_of_talk
from simulator.display.terminal import Terminal
from simulator.display.view import View
from simulator.record.events import (
    Event,
    Intervened,
    PersonaJoined,
    PersonaLeft,
    PhaseEntered,
    RunStarted,
    TurnTaken,
)
from tests.record_samples import said, started

NAMES = {"rosa": "Rosa Lindqvist", "dev": "Dev", "zoe": "Zoe Ito"}
COURSE: tuple[Event, ...] = (
    PhaseEntered(phase="bids", about="Nobody\nwaits", speakers=("rosa", "dev")),
    replace(said(1, "Twelve."), to=("dev",), reply={"offer": 12.0, "deal": False, "why": "a\tb"}),
    Intervened(turn=2, speaker="the bank", text="Rates\nrise.", to=("dev", "zoe"), effect="tell"),
    Intervened(turn=2, speaker="narrator", text="out by noon", to=("dev",), effect="goal"),
    Intervened(turn=2, speaker="narrator", text="", to=("zoe",), effect="join"),
    PersonaJoined(turn=2, persona="zoe"),
    Intervened(turn=2, speaker="narrator", text="", to=("zoe",), effect="next"),
    replace(said(2, "Ten.", speaker="zoe"), to=("rosa", "dev")),
    Intervened(turn=3, speaker="narrator", text="", to=("dev",), effect="leave"),
    PersonaLeft(turn=2, persona="dev", reason="had to go"),
    Intervened(turn=3, speaker="narrator", text="A bell rings."),
    Intervened(turn=3, speaker="narrator", text="the hall closes", effect="end"),
)


def beginning() -> RunStarted:
    """The first event of a run of three people, one of whom comes in later."""
    return replace(started(), members=NAMES, absent=("zoe",))


def shown(view: View, stream: io.StringIO) -> list[str]:
    """The lines a view shows of the course, without its label."""
    for event in (beginning(), *COURSE):
        view.event(event)
    return stream.getvalue().splitlines()[1:]


def test_plain_lines_tell_the_course() -> None:
    """A line for each thing; a whisper says to whom, and nobody comes in twice."""
    stream = io.StringIO()

    lines = shown(PlainView(Terminal(stream, environ={})), stream)

    assert lines == [
        "(phase: bids · Nobody waits · Rosa, Dev)",
        "Rosa to Dev: Twelve.",
        "(offer: 12, deal: no, why: a b)",
        "The bank to Dev and Zoe: Rates rise.",
        "(Dev now wants: out by noon)",
        "(Zoe comes in)",
        "(Zoe is given the floor)",
        "Zoe to Rosa and Dev: Ten.",
        "(Dev leaves: had to go)",
        "Narrator: A bell rings.",
        "(it ends here: the hall closes)",
    ]


def test_a_talk_tells_the_course() -> None:
    """Remarks stand in the column of words, what was filled in right under them."""
    stream = io.StringIO()

    lines = shown(TalkView(Terminal(stream, environ={"COLUMNS": "64"})), stream)

    assert lines[:9] == [
        "",
        "                 phase: bids · Nobody waits · Rosa, Dev",
        "",
        "Rosa to Dev      Twelve.",
        "                 offer: 12, deal: no, why: a b",
        "",
        "The bank to Dev and Zoe",
        "                 Rates",
        "                 rise.",
    ]


def test_a_whisper_that_was_streamed_says_to_whom_afterwards() -> None:
    """Its words were shown before that was known; they are not shown again."""
    stream = io.StringIO()
    view = TalkView(Terminal(stream, environ={"COLUMNS": "64"}))

    view.event(beginning())
    view.words(SpeechDelta(1, "rosa", "Twelve."))
    view.event(COURSE[1])

    assert stream.getvalue().splitlines()[2:] == [
        "Rosa Lindqvist   Twelve.",
        "                 to Dev alone",
        "                 offer: 12, deal: no, why: a b",
    ]


def test_a_notebook_tells_the_course() -> None:
    """The same words as the other views, escaped."""
    marked = replace(said(1, "Twelve."), to=("dev",), reply={"why": "<b>"})

    html = html_of_talk((beginning(), COURSE[0], marked, *COURSE[3:7]))

    for words in (
        ">phase: bids · Nobody waits · Rosa, Dev<",
        ">Rosa to Dev<",
        ">why: &lt;b&gt;<",
        ">Dev now wants: out by noon<",
        ">Zoe comes in<",
        ">Zoe is given the floor<",
    ):
        assert html.count(words) == 1


def test_json_lines_tell_the_course() -> None:
    """Every event with all that is not its default, effects that have no words too."""
    stream = io.StringIO()

    lines = shown(JsonView(Terminal(stream, environ={}), run=lambda: "r1"), stream)

    told = [json.loads(line) for line in lines]
    assert [{k: v for k, v in one.items() if k not in {"at", "turn"}} for one in told[:3]] == [
        {
            "kind": "phase_entered",
            "phase": "bids",
            "about": "Nobody\nwaits",
            "speakers": ["rosa", "dev"],
        },
        {
            "kind": "turn_taken",
            "speaker": "rosa",
            "act": "answer",
            "text": "Twelve.",
            "to": ["dev"],
            "provenance": "model",
            "reply": {"offer": 12.0, "deal": False, "why": "a\tb"},
        },
        {
            "kind": "intervened",
            "speaker": "the bank",
            "text": "Rates\nrise.",
            "to": ["dev", "zoe"],
            "effect": "tell",
        },
    ]
    assert [one["kind"] for one in told] == [event.kind for event in COURSE]
    assert json.loads(stream.getvalue().splitlines()[0])["absent"] == ["zoe"]


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (PhaseEntered(phase="rest"), "phase: rest"),
        (PhaseEntered(phase="rest", speakers=("zoe",)), "phase: rest · Zoe"),
        (Intervened(speaker="x", text="a", to=("dev",), effect="goal"), "Dev now wants: a"),
    ],
)
def test_what_is_not_there_is_not_told(event: Event, text: str) -> None:
    """No empty parts between points."""
    paragraph = paragraph_of(event, NAMES)

    assert paragraph is not None
    assert paragraph.text == text


def test_a_turn_for_everybody_is_shown_as_ever() -> None:
    """Without anything filled in there is nothing more to show."""
    stream = io.StringIO()
    view = PlainView(Terminal(stream, environ={}))
    turn: TurnTaken = said(1, "Nine.")

    view.event(beginning())
    view.event(turn)

    assert stream.getvalue().splitlines()[1:] == ["Rosa Lindqvist: Nine."]
