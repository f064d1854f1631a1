"""Showing what was put in short, noted, remembered and taken along, in every view."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence

from simulator.display.json_lines import JsonView
from simulator.display.plain import PlainView
from simulator.display.talk import TalkView
from simulator.display.talk_html import html_of_talk
from simulator.display.terminal import Terminal
from simulator.display.view import View
from simulator.record.events import Event, MemoryKept, MemoryRecalled, SummaryMade
from simulator.record.rows import CallRow
from tests.record_samples import said, started

EVENTS: tuple[Event, ...] = (
    MemoryRecalled(turn=1, speaker="rosa", text="Dev has\na kettle.", source="Tea, 2026-11-19"),
    said(1, "Nine."),
    SummaryMade(turn=2, first=1, last=16, text="They\ntalked."),
    SummaryMade(turn=2, first=17, last=32, text=""),
    SummaryMade(turn=2, first=1, last=6, text="I am \x1b[2Jtired.", member="dev"),
    SummaryMade(turn=3, first=7, last=9, text="", member="dev"),
    MemoryKept(turn=3, speaker="rosa", form="fact", text="Dev is late.", said_in=2),
    MemoryKept(turn=3, speaker="rosa", form="episode", text="I talked."),
)
TOLD = [
    "Rosa remembers, from Tea, 2026-11-19: Dev has a kettle.",
    "turns 1 to 16 in short: They talked.",
    "turns 17 to 32 drop out: no summary could be had",
    "Dev notes of turns 1 to 6: I am �[2Jtired.",
    "Dev notes nothing: there was no answer",
    "Rosa takes along, from turn 2: Dev is late.",
    "Rosa takes along: I talked.",
]
"""What the full display says of them."""


def shown(view: View, stream: io.StringIO) -> list[str]:
    """The lines of the events after the first."""
    view.event(started())
    begun = len(stream.getvalue().splitlines())
    for event in EVENTS:
        view.event(event)
    return [line.strip() for line in stream.getvalue().splitlines()[begun:] if line.strip()]


def _no_calls() -> Sequence[CallRow]:
    return ()


def test_the_full_display_tells_what_is_remembered() -> None:
    """One remark each, with the turns and whose it is; what failed says so."""
    stream = io.StringIO()
    wide = Terminal(stream, environ={"COLUMNS": "160"})

    lines = shown(TalkView(wide, calls=_no_calls), stream)

    assert [line for line in lines if not re.search(r"Nine\.|turn 1 ·", line)] == TOLD


def test_other_displays_show_the_talk_alone() -> None:
    """What nobody said aloud is for the full display."""
    talk, plain = io.StringIO(), io.StringIO()

    assert shown(TalkView(Terminal(talk, environ={})), talk) == ["Rosa Lindqvist   Nine."]
    assert shown(PlainView(Terminal(plain, environ={})), plain) == ["Rosa Lindqvist: Nine."]
    assert "kettle" not in html_of_talk((started(), *EVENTS))


def test_json_lines_hold_all_of_it() -> None:
    """Every field that is not its default."""
    stream = io.StringIO()

    lines = shown(JsonView(Terminal(stream, environ={}), run=lambda: "r1"), stream)

    told = [json.loads(line) for line in lines]
    assert [one["kind"] for one in told] == [event.kind for event in EVENTS]
    assert {k: v for k, v in told[-2].items() if k != "at"} == {
        "kind": "memory_kept",
        "turn": 3,
        "speaker": "rosa",
        "form": "fact",
        "text": "Dev is late.",
        "said_in": 2,
    }
    assert told[4]["member"] == "dev"
