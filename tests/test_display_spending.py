"""What whoever pays is told: of limits that are near or reached, and of tokens nobody counts."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from simulator.display.json_lines import JsonView
from simulator.display.paragraph import paragraph_of
from simulator.display.screen import Screen
from simulator.display.talk import TalkView
from simulator.display.terminal import Terminal
from simulator.record.events import Event, LimitNeared, LimitReached, UsageMissing
from tests.record_samples import started

NAMES = {"rosa": "Rosa Lindqvist", "dev": "Dev"}
NEAR = LimitNeared(turn=3, scope="run", unit="dollars", limit="0.01", used="0.0083")
MISSING = UsageMissing(turn=1, model="ollama/qwen3")


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (NEAR, "0.0083 of the run's 0.01 dollars are spent"),
        (
            LimitNeared(scope="rosa", unit="tokens", limit="4000", used="3500"),
            "3,500 of Rosa's own 4,000 tokens are spent",
        ),
        (
            LimitNeared(scope="purpose:judge", unit="tokens", limit="4000", used="3500"),
            "3,500 of the judge questions' 4,000 tokens are spent",
        ),
        (
            LimitReached(scope="purpose:judge", unit="tokens", limit="1400", used="1390"),
            "the limit of 1,400 tokens for questions to judge is reached",
        ),
        (MISSING, "ollama/qwen3 does not say what its answers use; they count at their most"),
    ],
)
def test_what_a_reader_sees(event: Event, text: str) -> None:
    """One short sentence with whose budget it is, in words."""
    paragraph = paragraph_of(event, NAMES)

    assert paragraph is not None
    assert paragraph.text == text


@pytest.mark.parametrize("event", [NEAR, MISSING], ids=["near", "missing"])
def test_whoever_pays_is_told_once_beside_the_talk(event: Event) -> None:
    """One line on stderr, none in a talk that is not told in full, one in a talk that is."""
    beside, plain, full = io.StringIO(), io.StringIO(), io.StringIO()
    view = TalkView(Terminal(plain, environ={}))
    screen = Screen(view, Terminal(beside, environ={}), database=Path("unused.db"))
    watching = screen.observer(streams=False, budget=None, labelled=True)
    whole = TalkView(Terminal(full, environ={}), calls=lambda: ())

    for one in (started(), event):
        watching.event(one)
        whole.event(one)

    paragraph = paragraph_of(event, started().members)
    assert paragraph is not None
    told = paragraph.text
    assert beside.getvalue() == f"{told[:1].upper()}{told[1:]}.\n"
    assert told not in plain.getvalue()
    assert told in " ".join(full.getvalue().split())


def test_programs_read_it_as_an_event() -> None:
    """With the figures as they are in the record."""
    out = io.StringIO()
    JsonView(Terminal(out, environ={}), run=lambda: "tea-1").event(NEAR)

    row = json.loads(out.getvalue())
    assert {key: row[key] for key in ("kind", "turn", "scope", "unit", "limit", "used")} == {
        "kind": "limit_neared",
        "turn": 3,
        "scope": "run",
        "unit": "dollars",
        "limit": "0.01",
        "used": "0.0083",
    }
