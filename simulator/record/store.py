"""The one door to the database: runs, their events, their calls and what these cost."""

from __future__ import annotations

import re
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from simulator.errors import StoreFailed
from simulator.record.answers import pack, unpack
from simulator.record.bookings import (
    ANSWER,
    CLOSE_ATTEMPT,
    CLOSE_CALL,
    IS_CALL,
    KEEP_ANSWER,
    LAST_ATTEMPT,
    LOWER_RESERVATION,
    OPEN_CALL,
    REOPEN_CALL,
    RESERVE,
    SPOKE,
    attempt_columns,
    call_columns,
    outcome_columns,
)
from simulator.record.calls import Attempt, Call, CallState, Outcome
from simulator.record.database import Explained, Transaction, connect, to_micros
from simulator.record.events import Event, Journal, TurnFailed, TurnPassed, TurnTaken
from simulator.record.failures import group_errors, read_errors
from simulator.record.journal import RunJournal
from simulator.record.own_sql import Parameters, ask_database
from simulator.record.process import this_process
from simulator.record.reading import (
    read_attempts,
    read_calls,
    read_events,
    read_runs,
    resolve_run,
    run_key,
    search_turns,
)
from simulator.record.recollection import MemoryBook, Recall
from simulator.record.rows import (
    AttemptRow,
    CallRow,
    CostRow,
    ErrorGroup,
    ErrorRow,
    RunRow,
    SearchHit,
)
from simulator.record.search_index import index_turns
from simulator.record.spending import read_studies, spending
from simulator.record.tally import Books, Counted, Tally

__all__ = ["Store"]

CREATE_RUN = """
    INSERT INTO runs (id, scenario, created, parent_run, parent_turn, process)
    VALUES (?, ?, ?, ?, ?, ?)"""


class Store:
    """Two records in one SQLite file, events and calls; implements `Ledger`.

    A store belongs to the thread that opened it and is called synchronously: a commit takes
    tens of microseconds. To read elsewhere, or while a run is going on in another process, open
    another store on the same file. Every writing method is durable when it returns.

    Whatever SQLite says becomes a StoreFailed with one sentence.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        """For `Store.open`, which takes a path."""
        self._connection, self._path = connection, path
        self._explained = Explained(path)
        self._keys: dict[str, int] = {}
        self._books = Books(connection)

    @classmethod
    def open(cls, path: Path | str, *, create: bool = True, busy_seconds: float = 10) -> Store:
        """Open the database, bringing an older one up to date; `:memory:` lives with the store.

        `busy_seconds` is how long to wait for another program's write.

        Raises:
            UsageError: there is no such file and `create` is false.
            StoreFailed: it is not ours, written by a newer version, locked, or not writable.
        """
        path = Path(path)
        return cls(connect(path, create=create, busy_seconds=busy_seconds), path)

    @property
    def path(self) -> Path:
        """Where the database is."""
        return self._path

    def close(self) -> None:
        """Let go of the file; closing twice does nothing."""
        with self._explained:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def create_run(
        self, scenario: str, *, parent_run: str | None = None, parent_turn: int | None = None
    ) -> str:
        """Make a run and say its id, `focus-group-7f3a`; a fork names where it branches off."""
        stem = re.sub(r"[^a-z0-9_]+", "-", scenario.lower()).strip("-") or "run"
        parent = None if parent_run is None else self._key(parent_run)
        facts = (scenario, to_micros(datetime.now(UTC)), parent, parent_turn, this_process())
        for digits in range(4, 33):
            run = f"{stem}-{secrets.token_hex(16)[:digits]}"
            with self._explained:
                try:
                    self._connection.execute(CREATE_RUN, (run, *facts))
                except sqlite3.IntegrityError:
                    continue
            return run
        raise StoreFailed(f"No free id was found for a run of {scenario!r}.")

    def journal(self, run: str) -> Journal:
        """The writer of a run's events; one at a time.

        Raises:
            NotFound: no run has this id.
        """
        return RunJournal(self._connection, self._explained, key=self._key(run))

    def recall(self, run: str) -> Recall:
        """What comes to mind in a run from earlier ones. Raises NotFound."""
        return Recall(self._connection, self._explained, key=self._key(run))

    @property
    def memories(self) -> MemoryBook:
        """What personas remember across runs."""
        return MemoryBook(self._connection, self._explained)

    def open_call(self, call: Call) -> bool:
        """Book a call and say whether it is new; what failed or was cancelled reopens.

        An empty `run` books it outside of any run.
        """
        row = call_columns(call, run=self._key(call.run) if call.run else None)
        with self._explained:
            new = self._connection.execute(OPEN_CALL, row).rowcount == 1
            if not new:
                self._connection.execute(REOPEN_CALL, (*row[5:10], call.id, *row[11:]))
        return new

    @contextmanager
    def booking(self, tallies: Sequence[Tally]) -> Iterator[list[Counted | None]]:
        """A write transaction that begins with what is on record for shared budgets.

        Raises:
            StoreFailed: another program writes, and does not come to an end.
        """
        with self._explained, Transaction(self._connection):
            try:
                yield self._books.look(tallies)
            finally:
                self._books.looked()

    def counted(self, tally: Tally) -> Counted | None:
        """What is on record for a shared budget; None: nothing but what its account has seen."""
        with self._explained:
            self._connection.execute("BEGIN")
            try:
                return self._books.look((tally,))[0]
            finally:
                self._books.looked()
                self._connection.execute("ROLLBACK")

    def reserve(self, attempt: Attempt) -> None:
        """Book an attempt as reserved, before it is sent.

        Raises:
            StoreFailed: there is no such call, or the attempt is booked already.
        """
        row = attempt_columns(attempt)
        with self._explained:
            try:
                booked = self._connection.execute(RESERVE, row).rowcount
            except sqlite3.IntegrityError as error:
                raise StoreFailed(
                    f"Attempt {attempt.number} of call {attempt.call!r} is booked already."
                ) from error
        if not booked:
            raise _no_such_call(attempt.call)
        self._books.reserved(attempt.call, attempt.number)

    def close_attempt(self, call: str, number: int, outcome: Outcome) -> None:
        """Settle, release or mark unknown; an answer is stored and closes its call with it.

        Raises:
            StoreFailed: the attempt is not reserved.
        """
        row = (*outcome_columns(outcome), call, number)
        with self._explained, Transaction(self._connection):
            if (
                outcome.state == "reserved"
                or not self._connection.execute(CLOSE_ATTEMPT, row).rowcount
            ):
                raise StoreFailed(
                    f"Attempt {number} of call {call!r} cannot become {outcome.state!r}: "
                    "only a reserved attempt is closed, and only once."
                )
            if outcome.answer:
                self._connection.execute(KEEP_ANSWER, (pack(outcome.answer), call))
                self._connection.execute(CLOSE_CALL, ("answered", call))
                self._connection.execute(SPOKE, (call, number))
        self._books.closed(call, number)

    def lower_reservation(self, attempt: Attempt) -> None:
        """Say that an unknown attempt can have cost no more than is reserved here."""
        with self._explained:
            self._connection.execute(LOWER_RESERVATION, attempt_columns(attempt))

    def close_call(self, call: str, state: CallState) -> None:
        """Say how the call ended; a no-op where it is closed.

        Raises:
            StoreFailed: there is no such call.
        """
        with self._explained:
            closed = self._connection.execute(CLOSE_CALL, (state, call)).rowcount
            known = closed or self._connection.execute(IS_CALL, (call,)).fetchone()
        if not known:
            raise _no_such_call(call)

    def answer(self, call: str) -> bytes | None:
        """What was answered to a call before, or None."""
        with self._explained:
            found = self._connection.execute(ANSWER, (call,)).fetchone()
        return None if found is None else unpack(found[0])

    def last_attempt(self, call: str) -> int:
        """The number of the last attempt booked for a call; 0 where there is none."""
        with self._explained:
            return int(self._connection.execute(LAST_ATTEMPT, (call,)).fetchone()[0])

    def find_run(self, reference: str) -> str:
        """The id of the run that a full id, the beginning of one, or `@last` names.

        Raises:
            UsageError: several ids begin like this.
            NotFound: none does.
        """
        with self._explained:
            return resolve_run(self._connection, reference)

    def run(self, run: str) -> RunRow:
        """One run. Raises NotFound."""
        with self._explained:
            return read_runs(self._connection, key=self._key(run))[0]

    def runs(self, *, limit: int | None = None) -> list[RunRow]:
        """The newest runs, the newest first; all of them without a limit."""
        with self._explained:
            return read_runs(self._connection, limit=limit)

    def events(self, run: str) -> list[Event]:
        """Everything that happened in a run, in order. Raises NotFound."""
        with self._explained:
            return read_events(self._connection, self._key(run))

    def turns(self, run: str) -> list[TurnTaken | TurnPassed | TurnFailed]:
        """The events that ended a turn, in order. Raises NotFound."""
        with self._explained:
            events = read_events(self._connection, self._key(run), turns_only=True)
        return [e for e in events if isinstance(e, TurnTaken | TurnPassed | TurnFailed)]

    def calls(self, run: str) -> list[CallRow]:
        """A run's calls in the order they were opened. Raises NotFound."""
        with self._explained:
            return read_calls(self._connection, self._key(run))

    def attempts(self, run: str | None = None) -> list[AttemptRow]:
        """The attempts of a run, or of everything, in the order of their calls."""
        with self._explained:
            return read_attempts(self._connection, None if run is None else self._key(run))

    def errors(
        self,
        *,
        run: str | None = None,
        kind: str | None = None,
        model: str | None = None,
        limit: int | None = None,
    ) -> list[ErrorRow]:
        """What went wrong, the newest first; `model` is endpoint/model, or an endpoint.

        Raises:
            NotFound: there is no such run, kind of error, or model on record.
        """
        with self._explained:
            wanted = {"run": run, "kind": kind, "model": model}
            return read_errors(self._connection, wanted, limit=limit)

    def error_groups(
        self, *, run: str | None = None, kind: str | None = None, model: str | None = None
    ) -> list[ErrorGroup]:
        """How often what went wrong, the newest first. Raises NotFound like `errors`."""
        with self._explained:
            wanted = {"run": run, "kind": kind, "model": model}
            return group_errors(self._connection, wanted)

    def search(self, query: str, *, limit: int = 20) -> list[SearchHit]:
        """Turns in which one of the words was said, those that fit best first.

        Any text is a valid query; words are found by their stem, without case and accents.
        """
        with self._explained:
            index_turns(self._connection)
            return search_turns(self._connection, query, limit=limit)

    def cost(
        self, by: Sequence[str], *, run: str | None = None, study: str | None = None
    ) -> list[CostRow]:
        """What was spent, by any of the names in `spending.GROUPS`: day, model, persona, ...

        Raises UsageError where it cannot be grouped like this, and NotFound.
        """
        with self._explained:
            key = None if run is None else self._key(run)
            return spending(self._connection, by=by, run=key, study=study)

    def studies(self) -> list[str]:
        """The studies that runs were played for, by name."""
        with self._explained:
            return read_studies(self._connection)

    def totals(self, run: str) -> CostRow:
        """What a run has spent; `counted` is what to hold against a budget. Raises NotFound."""
        return self.cost((), run=run)[0]

    def query(self, sql: str, params: Parameters = ()) -> list[dict[str, Any]]:
        """The rows of your own SELECT, over the views (`simulator.record.views`) and tables.

        Raises:
            UsageError: it would change something, or SQLite does not understand it.
        """
        with self._explained:
            return ask_database(self._connection, sql, params)

    def _key(self, run: str) -> int:
        key = self._keys.get(run)
        if key is None:
            with self._explained:
                key = self._keys[run] = run_key(self._connection, run)
        return key


def _no_such_call(call: str) -> StoreFailed:
    return StoreFailed(f"No call {call!r} was opened: open a call before its attempts.")
