"""Opening the database, and saying in one sentence what went wrong with it."""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Final

from simulator.errors import StoreFailed, UsageError

__all__ = [
    "APPLICATION_ID",
    "MEMORY",
    "SCHEMA",
    "Explained",
    "Transaction",
    "connect",
    "from_micros",
    "to_micros",
]

MEMORY: Final = ":memory:"
"""The path of a database that lives only as long as its store."""
APPLICATION_ID: Final = 0x50_53_49_4D
"""Marks a file as ours in its header: "PSIM" (https://sqlite.org/pragma.html)."""
SCHEMA: Final = 13
"""The number of schema steps this version knows; an older file is brought up to it."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)


def to_micros(at: datetime) -> int:
    """An aware time as whole microseconds since 1970."""
    return (at - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """Microseconds since 1970 as an aware UTC time."""
    return EPOCH + timedelta(microseconds=micros)


class Explained:
    """Turns whatever SQLite raises inside a `with` block into a StoreFailed with one sentence."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if isinstance(error, sqlite3.Error | sqlite3.Warning | OverflowError | UnicodeError):
            raise StoreFailed(_sentence(error, self._path)) from error


class Transaction:
    """All writes inside a `with` block, or none of them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self._connection.execute("COMMIT")
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")


def connect(path: Path, *, create: bool, busy_seconds: float) -> sqlite3.Connection:
    """A connection to our database, its schema up to date.

    With `create` false, a file that may not be written is opened for reading.

    Raises:
        UsageError: there is no such file and `create` is false.
        StoreFailed: it is not ours, written by a newer version, locked, or cannot be written.
    """
    in_memory = str(path) == MEMORY
    if not create and not in_memory and not path.exists():
        raise UsageError(
            f"There is no database {str(path)!r} yet: run `simulator demo`, or name another file."
        )
    # SQLite keeps its other files beside the file itself, not beside a link to it.
    reading = not create and not in_memory and not _may_be_written(path.resolve())
    uri = MEMORY if in_memory else f"{path.absolute().as_uri()}?{_mode(path, create, reading)}"
    with Explained(path):
        connection = sqlite3.connect(uri, uri=True, timeout=busy_seconds, isolation_level=None)
        try:
            if reading:
                _check_for_reading(connection, path)
            else:
                _prepare(connection, path, busy_seconds=busy_seconds)
        except BaseException:
            connection.close()
            raise
    return connection


def _may_be_written(path: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _mode(path: Path, create: bool, reading: bool) -> str:  # noqa: FBT001 - two private flags
    if not reading:
        return f"mode={'rwc' if create else 'rw'}"
    # Without a write-ahead log beside it nobody is writing, and SQLite need not make one.
    real = path.resolve()
    alone = not real.with_name(f"{real.name}-wal").exists()
    return "mode=ro&immutable=1" if alone else "mode=ro"


def _check_for_reading(connection: sqlite3.Connection, path: Path) -> None:
    if _known_version(connection, path) < SCHEMA:
        raise StoreFailed(
            f"The database {str(path)!r} is of an older version and may not be written: let "
            "somebody who may write it open it once."
        )


def _prepare(connection: sqlite3.Connection, path: Path, *, busy_seconds: float) -> None:
    version = _known_version(connection, path)
    _write_ahead(connection, busy_seconds=busy_seconds)
    connection.execute("PRAGMA synchronous = NORMAL")
    if version < SCHEMA:
        # Only here: sqlite-utils loads pandas where that is installed, a quarter of a second.
        from simulator.record.migrations import upgrade  # noqa: PLC0415 - slow, rarely needed

        upgrade(connection)


def _write_ahead(connection: sqlite3.Connection, *, busy_seconds: float) -> None:
    # SQLite does not wait by itself where two programs switch a new file at the same moment.
    last_try = time.monotonic() + busy_seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > last_try:
                raise
            time.sleep(0.01)
        else:
            return


def _known_version(connection: sqlite3.Connection, path: Path) -> int:
    # One transaction, or a file that another program is just setting up could look foreign.
    connection.execute("BEGIN")
    mark, version, tables = (
        connection.execute(sql).fetchone()[0]
        for sql in (
            "PRAGMA application_id",
            "PRAGMA user_version",
            "SELECT count(*) FROM sqlite_master",
        )
    )
    connection.execute("ROLLBACK")
    if mark != APPLICATION_ID and (mark or tables):
        raise StoreFailed(f"{str(path)!r} is the database of another program: choose another file.")
    if version > SCHEMA:
        raise StoreFailed(
            f"The database {str(path)!r} was written by a newer simulator "
            f"(schema {version}, this one knows {SCHEMA}): upgrade the simulator."
        )
    return int(version)


def _sentence(error: Exception, path: Path) -> str:
    name = repr(str(path))
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code == sqlite3.SQLITE_CANTOPEN:
        return _why_not_opened(path)
    known = {
        sqlite3.SQLITE_BUSY: f"The database {name} is locked by another program: try again when "
        "that has finished.",
        sqlite3.SQLITE_LOCKED: f"The database {name} is locked: finish reading it before you "
        "write.",
        sqlite3.SQLITE_NOTADB: f"{name} is no SQLite database: choose another file.",
        sqlite3.SQLITE_CORRUPT: f"The database {name} is damaged: restore it from a copy.",
        sqlite3.SQLITE_FULL: f"The disk is full, nothing more fits into {name}: make room, then "
        "play it again.",
        sqlite3.SQLITE_READONLY: f"The database {name} may not be written: check the permissions "
        "of the file and its folder.",
        sqlite3.SQLITE_IOERR: f"The disk failed at reading or writing {name} ({error}): check the "
        "disk and its free space, then play it again.",
    }
    return known.get(code) or _misuse(error, name)


def _why_not_opened(path: Path) -> str:
    if path.is_dir():
        return f"{str(path)!r} is a folder: give the path of a database file."
    if not path.parent.is_dir():
        return f"The folder {str(path.parent)!r} does not exist: make it, or choose another place."
    if _no_file_is_left():
        return (
            f"The database {str(path)!r} cannot be opened: this program has as many files open as "
            "it may (`ulimit -n`). Play fewer runs at once, or let them share one open store."
        )
    return (
        f"The database {str(path)!r} cannot be opened: check that the file may be read and "
        "its folder written, or choose another place."
    )


def _no_file_is_left() -> bool:
    try:
        os.close(os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        return error.errno in {errno.EMFILE, errno.ENFILE}
    return False


def _misuse(error: Exception, name: str) -> str:
    if isinstance(error, UnicodeError):
        return f"A text with half a character in it cannot be written to {name}: {error}."
    if isinstance(error, OverflowError):
        return f"A whole number beyond 64 bits cannot be written to {name}."
    if "thread" in str(error):
        return f"The store of {name} belongs to the thread that opened it: open another one here."
    return f"The database {name} refused: {error}"
