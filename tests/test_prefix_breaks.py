"""What a call should have found in the cache, what it found, and why: on record and in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from simulator import Store
from simulator.definitions.purpose import Purpose
from simulator.display.prefix_break import broken_prefix, cache_warning
from simulator.display.summary import summary_of
from simulator.display.turn_detail import turn_details
from simulator.record.calls import Outcome, PrefixBreak
from simulator.record.events import TurnPassed
from simulator.record.rows import CallRow
from simulator.record.usage import Usage
from simulator.runs.run import Run
from tests.record_samples import book, ended, paid, question, started

MISSED = (
    "Prompt cache: turn 2 was read anew: it begins like the question before, but the provider "
    "read little from its cache."
)
UNREPORTED = (
    "Prompt cache: turn 1 was read anew: openai/gpt-4.1-mini has reported no cached tokens at "
    "all; `cache: none` says so."
)


def booked(store: Store, run: str, turn: int, outcome: Outcome, **told: Any) -> None:
    """One call with what was reckoned before it was sent."""
    book(store, replace(question(run, turn), **told), outcome)


def answered(cached: int, *, cost: str | None = "0.01") -> Outcome:
    """An answer to a prompt of 2,000 tokens."""
    return replace(paid(cost), usage=Usage(input=2_000, cached=cached, output=100))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with Store.open(tmp_path / "store.db") as store:
        yield store


@pytest.fixture
def run(store: Store) -> str:
    """A run with four calls: as foreseen, with lines left out, edited, and missed."""
    run = store.create_run("focus-group")
    booked(store, run, 1, answered(1_024), warm_tokens=1_152)
    booked(store, run, 2, answered(0), warm_tokens=0, prefix_break="window")
    booked(store, run, 3, answered(1_024), warm_tokens=1_024, prefix_break="edited")
    booked(store, run, 4, answered(128), warm_tokens=1_152)
    booked(store, run, 5, answered(128))
    return run


def test_foreseen_and_measured_stand_side_by_side(store: Store, run: str) -> None:
    """Of each call, as values and in the view; unknown where nobody reckoned."""
    rows = store.calls(run)
    view = store.query(
        "SELECT predicted_cache_read_input_tokens AS warm, cache_share, predicted_cache_share,"
        " prefix_break FROM v_calls ORDER BY turn"
    )

    found = [(row.call.warm_tokens, row.cache_share, row.predicted_cache_share) for row in rows]
    assert found == [
        (1_152, 0.512, 0.576),
        (0, 0.0, 0.0),
        (1_024, 0.512, 0.512),
        (1_152, 0.064, 0.576),
        (None, 0.064, None),
    ]
    assert [row.prefix_break for row in rows] == ["", "window", "edited", "missed", ""]
    assert [tuple(row.values()) for row in view] == [
        (*told, row.prefix_break) for told, row in zip(found, rows, strict=True)
    ]


def test_a_call_without_tokens_has_no_shares(store: Store) -> None:
    """Nothing was billed, so nothing was missed."""
    run = store.create_run("focus-group")
    booked(store, run, 1, replace(answered(0), state="released", usage=None), warm_tokens=1_152)

    (row,) = store.calls(run)
    (view,) = store.query("SELECT cache_share, predicted_cache_share, prefix_break FROM v_calls")

    assert (row.cache_share, row.predicted_cache_share, row.prefix_break) == (None, None, "")
    assert tuple(view.values()) == (None, None, "")


def test_the_full_display_tells_both_and_the_reason(store: Store, run: str) -> None:
    """Beside the tokens of each call; calls from before this was reckoned look as before."""
    rows = store.calls(run)

    told = [turn_details(TurnPassed(turn=n, speaker="rosa"), rows)[0] for n in range(1, 6)]

    assert "2,000 tokens in (1,024 cached, 1,152 foreseen), 100 out" in told[0]
    assert told[1].endswith(" · cache broken: lines were left out")
    assert "2,000 tokens in, 100 out" in told[1]
    assert "2,000 tokens in (128 cached), 100 out" in told[4]


def warned(store: Store, *calls: tuple[PrefixBreak, int, str | None]) -> str:
    """The warning after calls with these breaks, cached tokens and costs."""
    run = store.create_run("focus-group")
    for turn, (broke, cached, cost) in enumerate(calls, start=1):
        outcome = answered(cached, cost=cost)
        booked(store, run, turn, outcome, warm_tokens=1_152, prefix_break=broke)
    return cache_warning(store.calls(run))


@pytest.mark.parametrize(
    ("calls", "told"),
    [
        ([], ""),
        ([("", 1_152, "0.01"), ("window", 0, "0.01"), ("model", 0, "0.01")], ""),
        ([("edited", 0, "0")], ""),
        (
            [("", 1_152, "0.01"), ("edited", 0, "0.01"), ("aged", 0, "0.01")],
            "Prompt cache: turn 2 was read anew: a line was edited (and 1 more).",
        ),
        (
            [("", 1_152, "0.01"), ("", 0, None)],
            MISSED,
        ),
        (
            [("", 0, "0.01")],
            UNREPORTED,
        ),
    ],
)
def test_what_nobody_planned_is_told_once(
    store: Store, calls: list[tuple[PrefixBreak, int, str | None]], told: str
) -> None:
    """The first of it, with its reason; nothing where a call costs nothing."""
    assert warned(store, *calls) == told


@pytest.mark.parametrize(
    ("tokens", "cached", "purpose", "told"),
    [
        (2_000, 0, "speak", "Prompt cache: turn 2 was read anew: the form of the reply changed."),
        (600, 0, "speak", ""),
        (2_000, 1_900, "speak", ""),
        (2_000, 0, "select", ""),
        (2_000, 0, "judge", ""),
    ],
)
def test_what_lost_no_tokens_is_no_news(
    store: Store, tokens: int, cached: int, purpose: Purpose, told: str
) -> None:
    """What no cache keeps, what it knew all the same, and the questions between turns."""
    run = store.create_run("focus-group")
    for turn in (1, 2):
        usage = Usage(input=tokens, cached=cached if turn == 2 else 0, output=50)
        call = replace(
            question(run, turn),
            purpose=purpose,
            warm_tokens=0,
            prefix_break="schema" if turn == 2 else "",
        )
        book(store, call, replace(paid("0.01"), usage=usage))

    rows = store.calls(run)

    assert cache_warning(rows) == told
    assert bool(broken_prefix(rows[1])) == (tokens > 1_024)


def test_the_summary_of_a_run_warns(tmp_path: Path) -> None:
    """As its last line, and as data."""
    path = tmp_path / "runs.db"
    with Store.open(path) as store:
        run = store.create_run("focus-group")
        journal = store.journal(run)
        journal.commit(started())
        booked(store, run, 1, answered(0), warm_tokens=0)
        booked(store, run, 2, answered(0), warm_tokens=0, prefix_break="tools")
        journal.commit(ended(2))

    summary = summary_of(Run(run, path))

    warning = "Prompt cache: turn 2 was read anew: the tools changed."
    assert (summary.lines()[-1], summary.data()["cache_warning"]) == (warning, warning)


@pytest.mark.parametrize("broke", ["sliding", "system", "schema", "heard"])
def test_every_reason_has_words(store: Store, broke: PrefixBreak) -> None:
    """Whatever stands on record can be told."""
    run = store.create_run("focus-group")
    booked(store, run, 1, answered(0), prefix_break=broke)

    (row,) = store.calls(run)

    assert isinstance(row, CallRow)
    assert broken_prefix(row)
