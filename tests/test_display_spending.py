"""What whoever pays is told: of limits that are near or reached, and of tokens nobody counts."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from simulator.display.json_lines import JsonView
from simulator.display.paragraph import paragraph_of
from simulator.display.screen import Screen
from simulator.display.talk import TalkView
from simulator.display.terminal import Terminal
from simulator.record.event_rows import event_from_row
from simulator.record.events import (
    CredentialFound,
    Event,
    LimitNeared,
    LimitReached,
    RunStarted,
    UsageMissing,
)
from tests.record_samples import started

NAMES = {"rosa": "Rosa Lindqvist", "dev": "Dev"}
NEAR = LimitNeared(turn=3, scope="run", unit="dollars", limit="0.01", used="0.0083")
SILENT = LimitReached(turn=4, scope="rosa", unit="tokens", limit="2500", used="1538", needed="1100")
KEY = CredentialFound(
    turn=1, names=("an OpenAI key",), handling="warn", place="prompt", member="rosa"
)
MISSING = UsageMissing(turn=1, model="ollama/qwen3")


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (NEAR, "$0.0083 of the run's $0.01 is spent"),
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
            "the judge questions' limit of 1,400 tokens is reached",
        ),
        (
            SILENT,
            (
                "Rosa falls silent: 1,538 of their 2,500 tokens are used, and the next turn "
                "could take 1,100"
            ),
        ),
        (
            LimitReached(
                scope="rosa", unit="dollars", limit="0.012", used="0.0118", needed="0.00067679"
            ),
            (
                "Rosa falls silent: $0.0118 of their $0.012 is used, and the next turn could cost "
                "$0.000677"
            ),
        ),
        (
            LimitReached(
                scope="rosa",
                unit="dollars",
                limit="0.012",
                used="0.0118",
                needed="0.0006",
                whose="run",
            ),
            (
                "Rosa falls silent: $0.0118 of the run's $0.012 is used, and the next turn "
                "could cost $0.0006"
            ),
        ),
        (
            LimitReached(
                scope="rosa",
                unit="dollars",
                limit="0.012",
                used="0.0118",
                needed="0.0006",
                whose="purpose:speak",
            ),
            (
                "Rosa falls silent: $0.0118 of the speaking budget's $0.012 is used, and the next "
                "turn could cost $0.0006"
            ),
        ),
        (
            LimitReached(
                scope="purpose:judge", unit="tokens", limit="1400", used="1390", needed="300"
            ),
            (
                "no more judge questions are asked: 1,390 of their 1,400 tokens are used, and the "
                "next could take 300"
            ),
        ),
        (MISSING, "no usage comes with the answers of ollama/qwen3; they count at their most"),
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


def beside(event: Event, *, start: RunStarted, labelled: bool) -> str:
    """What is said on stderr of an event, in a run that begins like this."""
    err = io.StringIO()
    screen = Screen(None, Terminal(err, environ={}), database=Path("unused.db"))
    watching = screen.observer(streams=False, budget=None, labelled=labelled)
    for one in (start, event):
        watching.event(one)
    return err.getvalue().splitlines()[-1] if err.getvalue() else ""


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (
            SILENT,
            (
                "Rosa falls silent: 1,538 of their 2,500 tokens are used, and the next turn "
                "could take 1,100."
            ),
        ),
        (
            KEY,
            "Warning: an OpenAI key was found in Rosa's prompt; it is sent and kept as it stands.",
        ),
    ],
    ids=["limit", "key"],
)
def test_what_every_talk_shows_is_told_beside_it_where_none_is_seen(
    event: Event, line: str
) -> None:
    """On stderr with no display or JSON, and not twice on one terminal."""
    assert beside(event, start=started(), labelled=False) == line
    assert beside(event, start=started(), labelled=True) == ""


def test_a_run_that_is_over_says_so_at_its_end_alone() -> None:
    """The summary has the sentence of the run's own limit."""
    over = LimitReached(turn=4, scope="run", unit="dollars", limit="1", used="1", needed="1")

    assert "limit" not in beside(over, start=started(), labelled=False)


def test_whoever_plays_does_not_learn_who_has_a_key() -> None:
    """That there is one concerns them all the same."""
    start = replace(started(), humans=("dev",))

    told = beside(KEY, start=start, labelled=True)

    assert told == (
        "Warning: an OpenAI key was found in a prompt; it is sent and kept as it stands."
    )


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


def test_old_records_are_read() -> None:
    """Where `used` was a sentence, it still is the sentence, and what is shown makes sense."""
    payload = {"scope": "rosa", "unit": "tokens", "limit": "900", "used": "rosa's limit is near."}
    at = datetime(2026, 11, 1, tzinfo=UTC)

    event = event_from_row("limit_reached", turn=2, at=at, payload=json.dumps(payload))

    assert isinstance(event, LimitReached)
    assert (event.sentence, event.needed, event.detail) == ("rosa's limit is near.", "", "")
    paragraph = paragraph_of(event, NAMES)
    assert paragraph is not None
    assert paragraph.text == "Rosa's own limit of 900 tokens is reached"
