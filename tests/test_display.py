"""Showing runs: amounts, paragraphs, wrapped talk, the status line, notebooks."""

from __future__ import annotations

import asyncio
import io
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from simulator.conversation.speech import SpeechDelta
from simulator.display.label import label
from simulator.display.money import dollars, price
from simulator.display.paragraph import paragraph_of
from simulator.display.plain import PlainView
from simulator.display.screen import Screen as Watcher
from simulator.display.status_line import StatusLine
from simulator.display.streamed_words import StreamedWords
from simulator.display.tables import Column, print_table
from simulator.display.talk import TalkView
from simulator.display.terminal import Terminal
from simulator.display.visible import flat, visible
from simulator.record.events import (
    Event,
    FidelityFlagged,
    Intervened,
    LimitReached,
    PersonaLeft,
    PhaseEntered,
    SpeechRestarted,
    ToolCalled,
    TurnFailed,
    TurnPassed,
)
from tests.record_samples import chosen, said, started

NAMES = {"rosa": "Rosa Lindqvist", "dev": "Dev"}


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def talk(*events: Event, columns: int = 80, stream: io.StringIO | None = None) -> str:
    """What a view of the talk shows of these events."""
    shown = io.StringIO() if stream is None else stream
    view = TalkView(Terminal(shown, environ={"COLUMNS": str(columns), "TERM": "xterm"}))
    for event in events:
        view.event(event)
    return shown.getvalue()


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "$0.00"),
        ("0.000000001", "$0.000000001"),
        ("0.000123456", "$0.000123"),
        ("0.0042", "$0.0042"),
        ("0.05", "$0.05"),
        ("0.5", "$0.50"),
        ("0.99999", "$1.00"),
        ("1.005", "$1.00"),
        ("12.3", "$12.30"),
        ("1234567.891", "$1,234,567.89"),
    ],
)
def test_no_amount_is_lost(amount: str, text: str) -> None:
    """Cents from a dollar on, below it three digits that say something."""
    assert dollars(Decimal(amount)) == text


@given(st.integers(min_value=1, max_value=10**15))
def test_only_zero_reads_as_zero(nano: int) -> None:
    """What is shown is within half a per cent, or half a cent, of what it is."""
    amount = Decimal(nano) / 10**9

    shown = Decimal(dollars(amount).removeprefix("$").replace(",", ""))

    assert abs(shown - amount) <= max(amount / 200, Decimal("0.005") if amount >= 1 else 0)


def test_unknown_is_not_zero() -> None:
    """Nor is a missing price, and a partial sum says so."""
    assert dollars(None) == "unknown"
    assert dollars(None, at_least=True) == "unknown"
    assert dollars(Decimal("0.02"), at_least=True) == "≥ $0.02"
    assert (price(None), price(Decimal("0.125")), price(Decimal(5))) == ("-", "0.125", "5.00")


@given(st.text())
def test_nothing_that_is_shown_controls_a_terminal(text: str) -> None:
    """No escape, no carriage return, no direction marks; line breaks only where they were."""
    shown = visible(text)

    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028]", shown)
    assert "\n" not in flat(text)
    assert visible(shown) == shown


def test_the_label_says_who_speaks() -> None:
    """A stand-in, the router's models, or one model."""
    models = started()

    assert label(models) == "Three-step onboarding · models by tier · seed 7"
    assert label(replace(models, model="openai/gpt-6-sol")) == (
        "Three-step onboarding · openai/gpt-6-sol · seed 7"
    )
    assert label(replace(models, stand_in=True)) == (
        "Three-step onboarding · stand-in: written lines, no model · seed 7"
    )


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (TurnPassed(speaker="rosa"), "Rosa passes"),
        (
            TurnFailed(speaker="dev", error="rate_limited", message="too\nfast"),
            "Dev's turn failed: too fast",
        ),
        (PersonaLeft(persona="dev", reason="a call"), "Dev leaves: a call"),
        (PhaseEntered(phase="a", speakers=("rosa", "dev"), absent=("dev",)), "phase: a · Rosa"),
        (
            SpeechRestarted(speaker="rosa", call="c"),
            "the connection broke; Rosa starts again",
        ),
        (
            LimitReached(scope="rosa", unit="dollars", limit="0.01", used="0.0099"),
            "Rosa's own limit of $0.01 is reached",
        ),
        (
            LimitReached(scope="run", unit="context_tokens", limit="900", used="m refused 2000"),
            "m refused 2000; from here on prompts have at most 900 tokens",
        ),
        (
            ToolCalled(
                speaker="rosa",
                tool="search_knowledge_base",
                call="c",
                request="r",
                arguments={"query": "handover", "category": None},
                result="...",
                sources=("ward.md#Handover",),
            ),
            'Rosa looked up "handover" in ward.md#Handover',
        ),
        (
            ToolCalled(
                speaker="rosa",
                tool="search_knowledge_base",
                call="c",
                request="r",
                arguments={"query": "zebra"},
                result="Nothing found.",
            ),
            'Rosa looked up "zebra" and found nothing',
        ),
        (
            ToolCalled(
                speaker="dev",
                tool="weather",
                call="c",
                request="r",
                arguments={"place": "Ghent", "days": 2},
                error="no such place",
            ),
            'Dev tried weather with "Ghent", 2, in vain: no such place',
        ),
    ],
)
def test_what_happens_is_told_in_a_sentence(event: Event, text: str) -> None:
    """The same words in every view."""
    paragraph = paragraph_of(event, NAMES)

    assert paragraph is not None
    assert paragraph.text == text


def test_a_talk_has_a_column_of_names_and_one_of_words() -> None:
    """Wrapped to the columns, paragraphs apart, a tool's note right above the turn."""
    used = ToolCalled(
        turn=2, speaker="dev", tool="clock", call="c", request="r", arguments={}, result="noon"
    )

    shown = talk(
        started(),
        said(1, "One two three four five six seven eight nine ten eleven twelve thirteen."),
        used,
        said(2, "Noon.", speaker="dev"),
        Intervened(turn=3, speaker="narrator", text="A bell rings."),
        TurnPassed(turn=3, speaker="rosa"),
        columns=64,
    )

    assert shown == (
        "Three-step onboarding · models by tier · seed 7\n"
        "\n"
        "Rosa Lindqvist   One two three four five six seven eight nine\n"
        "                 ten eleven twelve thirteen.\n"
        "\n"
        "                 Dev used clock\n"
        "Dev              Noon.\n"
        "\n"
        "Narrator         A bell rings.\n"
        "\n"
        "                 Rosa passes\n"
    )


def test_a_narrow_terminal_has_words_under_names() -> None:
    """So that even 30 columns are enough."""
    shown = talk(started(), said(1, "Nine steps, and I stopped at eight."), columns=30)

    assert shown.splitlines()[2:] == [
        "Rosa Lindqvist",
        "   Nine steps, and I stopped",
        "   at eight.",
    ]


@given(st.text(), st.integers(min_value=20, max_value=120))
def test_no_line_of_a_talk_is_too_long(text: str, columns: int) -> None:
    """Whatever is said, in whatever script."""
    shown = talk(started(), said(1, text), columns=columns)

    assert max(cell_len(line) for line in shown.splitlines()[1:]) <= max(columns, 20)


@given(st.text(alphabet="ab \n漢", max_size=60), st.integers(min_value=1, max_value=12))
def test_streamed_words_are_laid_out_like_whole_ones(text: str, size: int) -> None:
    """However the text is cut into pieces, the same lines come out, none too long."""
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    whole, streamed = StreamedWords(width=20, indent=2), StreamedWords(width=20, indent=2)

    expected = whole.feed(text) + whole.rest()
    shown = "".join(map(streamed.feed, pieces)) + streamed.rest()

    assert shown == expected
    assert shown.split() == text.split()


def test_words_are_shown_as_they_come_and_not_twice() -> None:
    """A turn that was streamed is not repeated; one that came out different is."""
    shown = io.StringIO()
    view = TalkView(Terminal(shown, environ={"COLUMNS": "80"}))
    view.event(started())
    for piece in ("Nine ", "steps."):
        view.words(SpeechDelta(1, "rosa", piece))
    view.event(said(1, "Nine steps."))
    view.words(SpeechDelta(2, "dev", "Thr"))
    view.event(SpeechRestarted(turn=2, speaker="dev", call="c"))
    view.event(said(2, "Three.", speaker="dev"))

    assert shown.getvalue().splitlines()[2:] == [
        "Rosa Lindqvist   Nine steps.",
        "",
        "Dev              Thr",
        "",
        "                 the connection broke; Dev starts again",
        "Dev              Three.",
    ]


def test_words_that_were_taken_back_are_told_so() -> None:
    """What stands comes after them; a fault in words that were shown comes under these."""
    shown = io.StringIO()
    view = TalkView(Terminal(shown, environ={"COLUMNS": "80"}))
    flag = FidelityFlagged(turn=2, speaker="dev", rule="age", evidence="I am nine.")
    view.event(started())
    view.words(SpeechDelta(1, "rosa", "Ten."))
    view.event(said(1, "Nine."))
    view.words(SpeechDelta(2, "dev", "I am nine."))
    view.event(flag)
    view.event(said(2, "I am nine.", speaker="dev"))

    assert shown.getvalue().splitlines()[2:] == [
        "Rosa Lindqvist   Ten.",
        "                 (taken back)",
        "",
        "Rosa Lindqvist   Nine.",
        "",
        "Dev              I am nine.",
        "                 Dev broke character (age): I am nine.",
    ]


def test_a_terminal_is_coloured_unless_told_otherwise() -> None:
    """No escape code with NO_COLOR, on a dumb terminal or in a pipe."""
    looks = [
        (Screen(), {"TERM": "xterm"}),
        (Screen(), {"TERM": "xterm", "NO_COLOR": "1"}),
        (Screen(), {"TERM": "dumb"}),
        (io.StringIO(), {"TERM": "xterm"}),
    ]

    coloured = []
    for stream, environ in looks:
        Terminal(stream, environ=environ).say("words", style="bold")
        coloured.append("\x1b" in stream.getvalue())

    assert coloured == [True, False, False, False]


def test_plain_lines_hold_no_line_breaks() -> None:
    """A line per turn, whatever was said."""
    shown = io.StringIO()
    view = PlainView(Terminal(shown, environ={}))

    for event in (started(), chosen(1), said(1, "Nine\nsteps."), TurnPassed(speaker="dev")):
        view.event(event)

    assert shown.getvalue().splitlines()[1:] == ["Rosa Lindqvist: Nine steps.", "(Dev passes)"]


async def test_the_status_line_shows_itself_and_goes() -> None:
    """Parts and seconds while something lasts; nothing is left, and nothing while it is held."""
    shown, now = Screen(), [0.0]
    status = StatusLine(Terminal(shown, environ={"TERM": "xterm"}), clock=lambda: now[0])

    async with status.ticking():
        status.say("Rosa", "openai/gpt-6-luna")
        status.refresh()
        now[0] = 2.5
        status.refresh()
        status.hold()
        status.refresh()
        status.release()
        await asyncio.sleep(0.25)

    clear = "\r\x1b[2K"
    assert shown.getvalue() == (
        f"{clear}Rosa · openai/gpt-6-luna{clear}Rosa · openai/gpt-6-luna · 2 s{clear}"
        f"{clear}Rosa · openai/gpt-6-luna · 2 s{clear}"
    )


async def test_a_pipe_gets_no_status_line() -> None:
    """Not a byte."""
    shown = io.StringIO()
    status = StatusLine(Terminal(shown, environ={"TERM": "xterm"}))

    async with status.ticking():
        status.say("Rosa")
        status.refresh()

    assert shown.getvalue() == ""


def test_tables_are_cut_on_screens_and_whole_in_pipes() -> None:
    """The widest column that may be cut gives way."""
    columns = (Column("model", cut=True), Column("tokens", right=True))
    rows = [("an-endpoint/a-model-with-a-name", "1,234"), ("短い/名", "7")]
    screen, pipe = Screen(), io.StringIO()

    print_table(Terminal(screen, environ={"COLUMNS": "24", "NO_COLOR": "1"}), columns, rows)
    print_table(Terminal(pipe, environ={}), columns, rows)

    assert screen.getvalue().splitlines() == [
        "model             tokens",
        "an-endpoint/a-m…   1,234",
        "短い/名                7",
    ]
    assert pipe.getvalue().splitlines() == [
        "model                            tokens",
        "an-endpoint/a-model-with-a-name   1,234",
        "短い/名                               7",
    ]


def test_a_wait_is_told_where_no_status_line_is_seen() -> None:
    """In a pipe or a log file a line of its own says what a silent run waits for."""
    said_to = io.StringIO()
    screen = Watcher(None, Terminal(said_to, environ={}), database=Path("unused.db"))
    watching = screen.observer(streams=False, budget=None, labelled=True)

    watching.asking("rosa", 1, "openai/gpt-6-luna")
    watching.waiting("rosa", 1, "rate limited, again in 2.0 s")

    assert said_to.getvalue() == "openai/gpt-6-luna: rate limited, again in 2.0 s\n"
