"""A process that is killed at any moment: what it was told is written, is there, and no halves."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.record.events import TurnTaken
from simulator.record.store import Store
from tests.record_samples import started

STEPS = ("chosen", "opened", "reserved", "settled", "said")

PLAY_FOR_EVER = """
import random, sys
from simulator.record.store import Store
from tests.record_samples import play_turn

path, run, first = sys.argv[1], sys.argv[2], int(sys.argv[3])
source = random.Random(first)
with Store.open(path) as store:
    journal, turn = store.journal(run), first
    while True:
        def told(step):
            sys.stdout.write(f"{turn} {step}\\n")
            sys.stdout.flush()
        play_turn(store, journal, run=run, turn=turn, source=source, after=told)
        turn += 1
"""


def play_and_kill(path: Path, run: str, *, first: int, steps: int) -> tuple[int, int]:
    """Play until so many steps were reported, kill, and say the last turn and step reported."""
    process = subprocess.Popen(
        [sys.executable, "-c", PLAY_FOR_EVER, path, run, str(first)],
        cwd=Path(__file__).parent.parent,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout as output:
        reported = [output.readline() for _ in range(steps)]
        process.kill()
        reported += list(output)
    process.wait()
    whole = [line.split() for line in reported if line.endswith("\n")]
    turn, step = whole[-1]
    return int(turn), STEPS.index(step)


@pytest.mark.slow
def test_a_killed_process_leaves_everything_it_reported(
    tmp_path: Path, counts: Callable[[int, int], int]
) -> None:
    """Killed again and again in the middle of its writing, a run's record stays whole."""
    path, source = tmp_path / "runs.db", random.Random(11)  # noqa: S311 - moments to kill at, no secrets
    with Store.open(path) as store:
        run = store.create_run("focus-group")
        store.journal(run).commit(started())

    first = 1
    for _ in range(counts(4, 60)):
        turn, step = play_and_kill(path, run, first=first, steps=source.randrange(1, 900))

        check_whole(path)
        with Store.open(path, create=False) as store:
            check_reported(store, run, turn=turn, step=step)
        # Turns begin anew behind the one that was cut off.
        first = turn + 2


def check_whole(path: Path) -> None:
    """SQLite finds nothing wrong, and no answer is without its settlement."""
    with Store.open(path) as store:
        store.search("tea")  # what was said until then is indexed now
    connection = sqlite3.connect(path)
    try:
        checked = connection.execute("PRAGMA integrity_check").fetchall()
        connection.execute(
            "INSERT INTO turn_search (turn_search, rank) VALUES ('integrity-check', 1)"
        )
        halves = connection.execute(
            "SELECT count(*) FROM attempts LEFT JOIN answers USING (call)"
            " WHERE (state = 'settled') <> (body IS NOT NULL)"
        ).fetchall()
    finally:
        connection.close()
    assert (checked, halves) == ([("ok",)], [(0,)])


def check_reported(store: Store, run: str, *, turn: int, step: int) -> None:
    """Every step of the turns reported is there; at most the one under way is there unreported."""
    events, calls = store.events(run), {row.call.turn: row for row in store.calls(run)}
    spoken = {event.turn: event for event in events if isinstance(event, TurnTaken)}
    for played, taken in spoken.items():
        assert taken.calls == (calls[played].call.id,)
        assert calls[played].state == "answered"
        assert store.answer(taken.calls[0]) is not None
    if step == STEPS.index("said"):
        assert turn in spoken
    done = [
        any(event.turn == turn and event.kind == "speaker_chosen" for event in events),
        turn in calls,
        turn in calls and calls[turn].attempts == 1,
        turn in calls and calls[turn].answered,
        turn in spoken,
    ]
    assert all(call.answered == (call.state == "answered") for call in calls.values())
    assert all(done[: step + 1])
    assert not any(done[step + 2 :])
