"""The one writer of a run's events."""

from __future__ import annotations

import sqlite3
from typing import Final

from simulator.errors import StoreFailed
from simulator.record.database import Explained, Transaction, to_micros
from simulator.record.event_rows import event_payload
from simulator.record.events import Event, RunEnded, RunPaused, RunStarted
from simulator.record.process import this_process
from simulator.record.recollection import keep_memories
from simulator.record.rows import RunStatus
from simulator.record.search_index import index_turns

__all__ = ["FAILED", "RunJournal"]

FAILED: Final = frozenset({"failed", "key_missing", "key_refused"})
"""Stop reasons of a run that could not go on; every other one is an end as planned."""

APPEND: Final = """
    INSERT INTO events (run, seq, kind, turn, at, payload) VALUES (?, ?, ?, ?, ?, ?)"""
STARTED: Final = """
    UPDATE runs SET title = ?, seed = ?, model = ?, stand_in = ?, study = ?, started = ?
    WHERE key = ?"""
ENDED: Final = """
    UPDATE runs SET status = ?, stop_reason = ?, ended = ?, process = ? WHERE key = ?"""


class RunJournal:
    """Appends events to one run, each in a transaction of its own: a `Journal`.

    Durable when `commit` returns: whatever becomes of the process, the event is there. (A loss
    of power may take the last moments with it, but tears nothing: SQLite's WAL, synchronous
    NORMAL.) Events are numbered from what the journal found when it was opened, so of two
    writers of one run the second one fails instead of mixing two stories.
    """

    def __init__(self, connection: sqlite3.Connection, explained: Explained, *, key: int) -> None:
        self._connection, self._explained, self._key = connection, explained, key
        self._noted: RunStatus | None = None
        """What this journal has last written of the run itself; nothing yet."""
        with explained:
            self._seq: int = connection.execute(
                "SELECT coalesce(max(seq), 0) FROM events WHERE run = ?", (key,)
            ).fetchone()[0]

    def commit(self, event: Event) -> None:
        """Make the event durable.

        Raises:
            StoreFailed: it is not; nothing of it was written.
        """
        at, payload = to_micros(event.at), event_payload(event)
        row = (self._key, self._seq + 1, event.kind, event.turn, at, payload)
        status = _status_after(event)
        try:
            with self._explained:
                if status == self._noted == "running" and event.kind != "run_started":
                    self._connection.execute(APPEND, row)
                else:
                    with Transaction(self._connection):
                        self._connection.execute(APPEND, row)
                        self._note(event, status)
        except StoreFailed as error:
            if isinstance(error.__cause__, sqlite3.IntegrityError):
                raise StoreFailed(
                    "Another program has written to this run meanwhile: let it finish, or stop it."
                ) from error
            raise
        self._seq += 1
        self._noted = status

    def _note(self, event: Event, status: RunStatus) -> None:
        reason, ended = ("paused" if status == "paused" else "", None)
        if isinstance(event, RunEnded):
            reason, ended = event.stop_reason, to_micros(event.at)
            keep_memories(self._connection, self._key, since=ended)
        process = this_process() if status == "running" else ""
        if status != "running":
            index_turns(self._connection)
        self._connection.execute(ENDED, (status, reason, ended, process, self._key))
        if isinstance(event, RunStarted):
            facts = (event.title, event.seed, event.model, event.stand_in, event.study)
            self._connection.execute(STARTED, (*facts, to_micros(event.at), self._key))


def _status_after(event: Event) -> RunStatus:
    if isinstance(event, RunPaused):
        return "paused"
    if isinstance(event, RunEnded):
        return "failed" if event.stop_reason in FAILED else "done"
    return "running"
