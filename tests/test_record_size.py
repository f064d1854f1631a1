"""The size law: a record grows in a line, by little more than what was said and answered."""

from __future__ import annotations

import random
import statistics
import time
from pathlib import Path

import pytest

from simulator.record.store import Store
from tests.record_samples import ended, play_turn, said, started

TURNS = 800
SOURCE = 5


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, list[int]]:
    """The bytes of 800 replies, and the file's size before, after half of them, and at the end."""
    path = tmp_path_factory.mktemp("size") / "runs.db"
    source = random.Random(SOURCE)  # noqa: S311 - samples, no secrets
    with Store.open(path) as store:
        run = store.create_run("focus-group")
        store.journal(run).commit(started())
    replies, sizes = 0, [path.stat().st_size]
    for turns in (range(1, TURNS // 2 + 1), range(TURNS // 2 + 1, TURNS + 1)):
        with Store.open(path) as store:
            journal = store.journal(run)
            for turn in turns:
                replies += play_turn(store, journal, run=run, turn=turn, source=source)
            if turn == TURNS:
                journal.commit(ended(TURNS))
            store.search("tea")  # what was said so far is in the index from here on
        sizes.append(path.stat().st_size)
    return replies, sizes


def test_a_record_keeps_the_size_law(grown: tuple[int, list[int]]) -> None:
    """At most twice the replies' JSON, 1 kB a turn and 200 kB, the search index included."""
    replies, sizes = grown

    assert 550 * TURNS < replies < 700 * TURNS
    assert sizes[-1] <= 2 * replies + 1_000 * TURNS + 200_000


def test_late_turns_take_no_more_room_than_early_ones(grown: tuple[int, list[int]]) -> None:
    """The file grows in a line (a merge of the search index may fall into either half)."""
    _, (before, half, whole) = grown

    assert whole - half <= 1.1 * (half - before)


@pytest.mark.slow
def test_a_commit_is_quick(tmp_path: Path) -> None:
    """An event is durable within a fraction of a millisecond (bounds for the slowest machine)."""
    seconds = []
    with Store.open(tmp_path / "runs.db") as store:
        journal = store.journal(store.create_run("focus-group"))
        journal.commit(started())
        for turn in range(1, 501):
            event = said(turn, "If it takes longer than my coffee, I close it.")
            before = time.perf_counter()
            journal.commit(event)
            seconds.append(time.perf_counter() - before)

    assert statistics.median(seconds) < 0.000_5
