"""A user's own SQL, which may read everything and change nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, Final

from simulator.errors import UsageError

__all__ = ["Parameters", "ask_database"]

Parameters = Sequence[object] | Mapping[str, object]
"""Values for `?` or for `:name` in SQL."""

READING: Final = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
)
ASIDE: Final = frozenset(
    {
        (sqlite3.SQLITE_UPDATE, "sqlite_master"),
        (sqlite3.SQLITE_PRAGMA, "data_version"),
        (sqlite3.SQLITE_PRAGMA, "table_info"),
        (sqlite3.SQLITE_PRAGMA, "table_list"),
    }
)
"""What table-valued functions and full-text search ask for while they only read, and two
harmless questions. (SQLite lets nobody update sqlite_master, whoever is authorized.)"""
CALLERS_FAULT: Final = frozenset(
    {
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_AUTH,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_RANGE,
        sqlite3.SQLITE_TOOBIG,
    }
)


def ask_database(
    connection: sqlite3.Connection, sql: str, params: Parameters
) -> list[dict[str, Any]]:
    """The rows of one SELECT, as dicts by column name.

    Raises:
        UsageError: it would change something, is no single statement, or SQLite refuses it.
    """
    connection.set_authorizer(_only_reading)
    try:
        found = connection.execute(sql, params)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise _explained(error) from error
    finally:
        connection.set_authorizer(None)


def _only_reading(action: int, *names: str | None) -> int:
    allowed = action in READING or (action, names[0]) in ASIDE
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _explained(error: Exception) -> Exception:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code not in CALLERS_FAULT or "thread" in str(error):
        return error
    if code == sqlite3.SQLITE_AUTH or "not authorized" in str(error):
        return UsageError("This SQL would change the database or its settings: only SELECT may.")
    return UsageError(f"SQLite does not understand this SQL: {str(error).rstrip('.')}.")
