"""Remarks and figures: who is meant, what was said and what was not, how wide a line may be."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import struct
import termios
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from simulator.display.json_lines import json_line
from simulator.display.money import exact
from simulator.display.paragraph import paragraph_of
from simulator.display.short_name import short_name
from simulator.display.summary import summary_of
from simulator.display.terminal import Terminal
from simulator.display.turn_detail import turn_details
from simulator.record.events import LimitReached, SpeakerChosen, TurnFailed, TurnPassed
from simulator.record.rows import CostRow
from simulator.record.store import Store
from simulator.runs.run import Run
from tests.record_samples import book, ended, paid, question, said, started


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """It is one."""
        return True


CAST = {
    "ann": "Ann Lee",
    "ann-2": "Ann Lee (ann-2)",
    "annette": "Annette Ray",
    "okafor": "Dr. Amara Okafor",
    "drew": "Prof Drew",
    "x": "",
}


@pytest.mark.parametrize(
    ("member", "name"),
    [
        ("ann", "Ann Lee"),
        ("ann-2", "Ann Lee (ann-2)"),
        ("annette", "Annette"),
        ("okafor", "Amara"),
        ("drew", "Drew"),
        ("x", "x"),
        ("narrator", "narrator"),
    ],
)
def test_a_short_name_means_one_member(member: str, name: str) -> None:
    """The first name, no title; whole where another member has the same first name."""
    assert short_name(member, CAST) == name


def test_remarks_tell_two_members_of_one_persona_apart() -> None:
    """Whose turn is next is never a riddle."""
    chosen = SpeakerChosen(names=("ann", "ann-2"), reason="at once", turns=(1, 2), heard=0)

    shown = paragraph_of(chosen, CAST)

    assert shown is not None
    assert shown.text == "next Ann Lee, Ann Lee (ann-2): at once"


def test_figures_in_remarks_have_their_thousands_apart() -> None:
    """Tokens and turns; an amount of dollars stays as it is."""
    reached = LimitReached(scope="annette", unit="tokens", limit="30000", used="")

    shown = paragraph_of(reached, CAST)

    assert shown is not None
    assert shown.text == "Annette's own limit of 30,000 tokens is reached"


def test_the_summary_tells_turns_in_which_nothing_was_said(tmp_path: Path) -> None:
    """A turn that a budget took away was passed, not said."""
    path = tmp_path / "runs.db"
    with Store.open(path) as store:
        run = store.create_run("focus-group")
        journal = store.journal(run)
        journal.commit(started())
        journal.commit(said(1, "Nine steps."))
        journal.commit(TurnFailed(turn=2, speaker="dev", error="rate_limited", message="m"))
        journal.commit(TurnPassed(turn=3, speaker="rosa", reason="the run's dollars do not reach"))
        journal.commit(ended(3))

    summary = summary_of(Run(run, path))

    assert (summary.turns, summary.passed_turns, summary.failed_turns) == (3, 1, 1)
    assert summary.lines()[1] == "3 turns (1 passed, 1 failed) · 0 calls · 0 tokens in, 0 out"


@pytest.mark.parametrize(
    ("model", "told"), [("tiers", "2 calls (1 simple, 1 complex)"), ("acme/fox", "2 calls")]
)
def test_calls_are_those_that_were_sent(tmp_path: Path, model: str, told: str) -> None:
    """By tier as in all, in words and as data; a fixed model leaves tiers nothing to say."""
    path = tmp_path / "runs.db"
    with Store.open(path) as store:
        run = store.create_run("focus-group")
        store.journal(run).commit(replace(started(), model=model))
        for turn, tier in enumerate(("simple", "complex", "simple"), start=1):
            call = replace(question(run, turn), tier=tier)
            if turn < 3:
                book(store, call, paid("0.01"))
            else:
                store.open_call(call)
                store.close_call(call.id, "failed")

    summary = summary_of(Run(run, path))

    assert summary.lines()[1].split(" · ")[1] == told
    assert summary.data()["calls"] == 2
    assert summary.data()["calls_by_tier"] == {"simple": 1, "complex": 1}


def test_a_question_that_was_never_sent_cost_no_tokens(tmp_path: Path) -> None:
    """A budget refused it: the full display says so and leaves no sentence open."""
    with Store.open(tmp_path / "runs.db") as store:
        run = store.create_run("focus-group")
        call = question(run, 1)
        store.open_call(call)
        store.close_call(call.id, "failed")
        calls = store.calls(run)

    (told,) = turn_details(TurnPassed(turn=1, speaker="rosa"), calls)

    assert told.endswith(" · nothing was sent · failed")


@pytest.mark.parametrize(
    ("answered", "stand_in", "who"),
    [(2, 0, "models"), (2, 1, "both"), (2, 2, "stand-in"), (1, 1, "stand-in"), (0, 0, "nobody")],
)
def test_a_row_of_costs_says_who_answered(answered: int, stand_in: int, who: str) -> None:
    """By the calls in it, not by the runs there are."""
    row = CostRow(calls=2, answered_calls=answered, stand_in_calls=stand_in)

    assert row.spoken_by == who


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (None, None),
        (Decimal("0E-9"), "0"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.0000000010"), "0.000000001"),
        (Decimal("0.05"), "0.05"),
    ],
)
def test_amounts_for_programs_are_exact(amount: Decimal | None, text: str | None) -> None:
    """Digits alone, whatever sum they come from."""
    assert exact(amount) == text


def test_only_plain_data_becomes_json() -> None:
    """What is none is a mistake of ours, and no text that looks like data."""
    with pytest.raises(TypeError):
        json_line({"path": Path("x")})


def test_text_fits_behind_an_indent_and_is_whole_in_a_pipe() -> None:
    """Words are kept together; a very narrow terminal gets lines of 20 cells."""
    words = "An author defends a proposal."
    screen = Screen()

    assert Terminal(screen, environ={"COLUMNS": "24"}).fitted(words, indent=4) == [
        "An author defends a",
        "proposal.",
    ]
    assert Terminal(screen, environ={"COLUMNS": "10"}).fitted(words, indent=4) == [
        "An author defends a",
        "proposal.",
    ]
    assert Terminal(io.StringIO(), environ={"COLUMNS": "24"}).fitted(words, indent=4) == [words]


def test_a_terminal_is_as_wide_as_it_says() -> None:
    """Its own width, whatever stdout is; a terminal that does not say has 80 cells."""
    leader, follower = pty.openpty()
    with os.fdopen(follower, "w") as stream:
        silent = Terminal(stream, environ={"TERM": "xterm"}).screen_columns
        fcntl.ioctl(leader, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 61, 0, 0))
        told = Terminal(stream, environ={"TERM": "xterm"}).screen_columns
    os.close(leader)

    assert (silent, told) == (80, 61)
