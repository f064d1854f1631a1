"""The full-text index over what was said: filled when a run ends, or when somebody searches.

Turn by turn it would cost as much as all other writing of a turn together.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from simulator.errors import StoreFailed

__all__ = ["index_turns"]

NEW: Final = """
    FROM events WHERE kind IN ('turn_taken', 'turn_edited')
    AND id > (SELECT coalesce(max(id), 0) FROM turn_search_docsize)"""
"""Events are numbered in the order of their commits, so below the last one nothing is missing."""
IS_NEW: Final = f"SELECT EXISTS (SELECT 1 {NEW})"
INDEX: Final = f"""
    INSERT INTO turn_search (rowid, text)
    SELECT id, json_extract(payload, '$.text') {NEW}"""


def index_turns(connection: sqlite3.Connection) -> None:
    """Take what was said since the last time into the index, whatever the run.

    Raises:
        StoreFailed: there is something, and the database may only be read.
    """
    if not connection.execute(IS_NEW).fetchone()[0]:
        return
    try:
        connection.execute(INDEX)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_READONLY:
            raise
        raise StoreFailed(
            "A run that has not ended is not in the search index of this database yet, which may "
            "only be read here: search once where it may be written."
        ) from error
