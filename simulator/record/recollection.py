"""What personas take along from a run into later ones: kept when it ends, recalled, forgotten.

A memory is an event of the run it comes from (`memory_kept`, or a speaker's own `summary_made`);
here stands whose it is, and an index over its words. Its text is stored once.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from simulator.definitions.memory import memory_owner
from simulator.errors import NotFound
from simulator.record.database import Explained, Transaction, from_micros
from simulator.record.full_text import any_of, phrases_in, telling, words_in
from simulator.record.rows import MemoryRow, Recollection
from simulator.record.views import RUN_STAND_IN

__all__ = ["MemoryBook", "Recall", "keep_memories"]

TAKES_ALONG: Final = """
    SELECT json_extract(payload, '$.definitions.scenario.cast') FROM events
    WHERE run = ? AND kind = 'run_started'
        AND json_extract(payload, '$.definitions.scenario.memory.across_runs')"""
TAKEN: Final = """
    SELECT id, coalesce(json_extract(payload, '$.member'), json_extract(payload, '$.speaker')), at
    FROM events
    WHERE run = :run AND (kind = 'memory_kept' OR kind = 'summary_made'
            AND coalesce(json_extract(payload, '$.member'), '') <> ''
            AND json_extract(payload, '$.text') <> ''
            AND json_extract(payload, '$.text') NOT LIKE '[%]')
        AND id NOT IN (SELECT id FROM memories WHERE run = :run)"""
"""What a stand-in puts in brackets is no memory."""
KEEP: Final = "INSERT INTO memories (id, run, owner, since) VALUES (?, ?, ?, ?)"
INDEX: Final = """
    INSERT INTO memory_search (rowid, text) SELECT id, text FROM memory_texts WHERE id = ?"""
RECALL: Final = f"""
    SELECT text, title, since FROM (
        SELECT json_extract(e.payload, '$.text') AS text, r.title AS title, m.since AS since,
            memory_search.rank AS fit, m.id AS id
        FROM memory_search
        JOIN memories m ON m.id = memory_search.rowid
        JOIN events e ON e.id = m.id
        JOIN runs r ON r.key = m.run
        JOIN runs now ON now.key = :run
        WHERE memory_search MATCH :words AND m.owner = :owner
            AND m.since < now.started AND ({RUN_STAND_IN}) = now.stand_in
    )
    ORDER BY row_number() OVER (PARTITION BY text ORDER BY fit, id DESC), fit, id DESC
    LIMIT :limit"""  # noqa: S608 - constants of ours
"""Of memories in the same words one comes first, and the others after all that differ."""
FORGOTTEN: Final = """
    SELECT EXISTS (
        SELECT 1 FROM events
        WHERE kind = 'memory_kept' AND id NOT IN (SELECT id FROM memories)
            AND (:member IS NULL OR json_extract(payload, '$.speaker') = :member)
    )"""
MEMORIES: Final = """
    SELECT memory, persona, form, v_memories.text, turn, run, scenario, stand_in, at
    FROM v_memories"""
FOUND: Final = f"""
    {MEMORIES} JOIN memory_search ON memory_search.rowid = memory
    WHERE memory_search MATCH :words AND (:persona IS NULL OR persona = :persona)
    ORDER BY memory_search.rank, memory DESC LIMIT :limit"""
LISTED: Final = f"""
    {MEMORIES} WHERE :persona IS NULL OR persona = :persona ORDER BY memory DESC LIMIT :limit"""
UNINDEX: Final = """
    INSERT INTO memory_search (memory_search, rowid, text)
    SELECT 'delete', id, text FROM memory_texts WHERE id = ?"""


def keep_memories(connection: sqlite3.Connection, run: int, *, since: int) -> None:
    """Note whose the memories of a run are that ends now, where its scenario says so."""
    cast = connection.execute(TAKES_ALONG, (run,)).fetchone()
    if cast is None:
        return
    owners = _owners(json.loads(cast[0] or "[]"))
    for event, member, _ in connection.execute(TAKEN, {"run": run}).fetchall():
        connection.execute(KEEP, (event, run, owners.get(member, member), since))
        connection.execute(INDEX, (event,))


def _owners(cast: list[Mapping[str, str]]) -> dict[str, str]:
    """Member id -> under which name it remembers."""
    named = ((entry.get("as") or entry["persona"], entry["persona"]) for entry in cast)
    return {member: memory_owner(persona, member) for member, persona in named}


class Recall:
    """What comes to mind in one run: memories of runs that were over before it began.

    A stand-in's runs recall what stand-ins left, other runs what models and people left.
    """

    def __init__(self, connection: sqlite3.Connection, explained: Explained, *, key: int) -> None:
        self._connection, self._explained, self._key = connection, explained, key

    def recall(self, owner: str, query: str, *, limit: int) -> list[Recollection]:
        """The memories of one owner that fit a text best, the best first, then the newest.

        The same words come to mind again only where nothing else does. None where the text has no
        telling word.
        """
        words = telling(words_in(query))
        if not words:
            return []
        asked = {"words": any_of(words), "owner": owner, "limit": limit, "run": self._key}
        with self._explained:
            found = self._connection.execute(RECALL, asked).fetchall()
        return [
            Recollection(text=text, source=f"{title}, {from_micros(since):%Y-%m-%d}")
            for text, title, since in found
        ]


class MemoryBook:
    """What personas remember, to be read, searched and forgotten."""

    def __init__(self, connection: sqlite3.Connection, explained: Explained) -> None:
        self._connection, self._explained = connection, explained

    def newest(self, persona: str | None = None, *, limit: int | None = None) -> list[MemoryRow]:
        """The newest memories, of one persona or of all, the newest first."""
        asked = {"persona": persona, "limit": -1 if limit is None else limit}
        with self._explained:
            return [_row(row) for row in self._connection.execute(LISTED, asked)]

    def search(self, query: str, *, persona: str | None = None, limit: int = 20) -> list[MemoryRow]:
        """The memories with one of the words, those that fit best first."""
        words = phrases_in(query)
        if not words:
            return []
        asked = {"words": any_of(telling(words) or words), "persona": persona, "limit": limit}
        with self._explained:
            return [_row(row) for row in self._connection.execute(FOUND, asked)]

    def personas(self) -> tuple[str, ...]:
        """Everybody who remembers something, `rosa` or `rosa/second-rosa`."""
        with self._explained:
            found = self._connection.execute("SELECT DISTINCT owner FROM memories ORDER BY owner")
            return tuple(row[0] for row in found)

    def has_forgotten(self, persona: str | None = None) -> bool:
        """Whether there was something once that is remembered no more."""
        member = None if persona is None else persona.rpartition("/")[2]
        with self._explained:
            return bool(self._connection.execute(FORGOTTEN, {"member": member}).fetchone()[0])

    def forget(self, what: str | int) -> int:
        """Forget one memory by its number, or all of a persona's, and say how many these were.

        They are never recalled again. The records of runs stay as they are.

        Raises:
            NotFound: there is no such memory, or nobody of this name remembers anything.
        """
        column = "id" if isinstance(what, int) else "owner"
        with self._explained, Transaction(self._connection):
            sql = f"SELECT id FROM memories WHERE {column} = ?"  # noqa: S608 - one of two words
            numbers = [row[0] for row in self._connection.execute(sql, (what,))]
            for number in numbers:
                self._connection.execute(UNINDEX, (number,))
                self._connection.execute("DELETE FROM memories WHERE id = ?", (number,))
        if not numbers and isinstance(what, int):
            raise NotFound("memory", str(what), hint="`simulator memories` lists them.")
        if not numbers:
            raise NotFound("persona with memories", str(what), known=self.personas())
        return len(numbers)


def _row(row: tuple[Any, ...]) -> MemoryRow:
    memory, persona, form, text, turn, run, scenario, stand_in, at = row
    return MemoryRow(
        id=memory,
        persona=persona,
        form=form,
        text=text,
        turn=turn,
        run=run,
        scenario=scenario,
        stand_in=bool(stand_in),
        at=datetime.fromisoformat(at),
    )
