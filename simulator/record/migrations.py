"""The numbered steps of the database's schema: add one, never edit one.

The tables are for this package; what others may rely on are the views (`simulator.record.views`),
which are made anew after every step. Times are microseconds since 1970, dollars nano-dollars.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from sqlite_utils import Database, Migrations

from simulator.record.database import APPLICATION_ID, SCHEMA, Transaction
from simulator.record.full_text import TOKENIZER
from simulator.record.views import VIEWS

__all__ = ["steps", "upgrade"]

steps: Final = Migrations("simulator")

TABLES: Final = (
    """CREATE TABLE runs (
        key INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        scenario TEXT NOT NULL,
        created INTEGER NOT NULL,
        parent_run INTEGER REFERENCES runs (key),
        parent_turn INTEGER,
        status TEXT NOT NULL DEFAULT 'created',
        title TEXT NOT NULL DEFAULT '',
        seed INTEGER,
        model TEXT NOT NULL DEFAULT '',
        stand_in INTEGER NOT NULL DEFAULT 0,
        started INTEGER,
        ended INTEGER,
        stop_reason TEXT NOT NULL DEFAULT ''
    )""",
    """CREATE TABLE events (
        id INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES runs (key),
        seq INTEGER NOT NULL,
        kind TEXT NOT NULL,
        turn INTEGER NOT NULL,
        at INTEGER NOT NULL,
        payload TEXT NOT NULL
    )""",
    "CREATE UNIQUE INDEX events_of_run ON events (run, seq)",
    """CREATE INDEX turns_of_run ON events (run, turn)
        WHERE kind IN ('turn_taken', 'turn_passed', 'turn_failed')""",
    """CREATE TABLE calls (
        key INTEGER PRIMARY KEY,
        id TEXT NOT NULL,
        run INTEGER REFERENCES runs (key),
        turn INTEGER NOT NULL,
        persona TEXT NOT NULL,
        purpose TEXT NOT NULL,
        model TEXT NOT NULL,
        tier TEXT NOT NULL,
        score REAL,
        reasons TEXT NOT NULL,
        prompt_hash TEXT NOT NULL,
        at INTEGER NOT NULL,
        state TEXT NOT NULL DEFAULT 'open'
    )""",
    "CREATE UNIQUE INDEX call_ids ON calls (id)",
    "CREATE INDEX calls_of_run ON calls (run)",
    """CREATE TABLE attempts (
        call INTEGER NOT NULL REFERENCES calls (key),
        number INTEGER NOT NULL,
        model TEXT,
        at INTEGER NOT NULL,
        state TEXT NOT NULL DEFAULT 'reserved',
        reserved_nano INTEGER,
        reserved_tokens INTEGER NOT NULL,
        input_tokens INTEGER,
        cached_tokens INTEGER,
        cache_write_tokens INTEGER,
        output_tokens INTEGER,
        reasoning_tokens INTEGER,
        cost_nano INTEGER,
        status INTEGER,
        request_id TEXT NOT NULL DEFAULT '',
        response_model TEXT NOT NULL DEFAULT '',
        finish_reason TEXT NOT NULL DEFAULT '',
        latency_ms INTEGER NOT NULL DEFAULT 0,
        error TEXT NOT NULL DEFAULT '',
        message TEXT NOT NULL DEFAULT '',
        retry_after REAL,
        PRIMARY KEY (call, number)
    ) WITHOUT ROWID""",
    "CREATE TABLE answers (call INTEGER PRIMARY KEY REFERENCES calls (key), body BLOB NOT NULL)",
)

SEARCH: Final = (
    """CREATE VIEW turn_texts AS
        SELECT id, json_extract(payload, '$.text') AS text FROM events WHERE kind = 'turn_taken'""",
    f"""CREATE VIRTUAL TABLE turn_search USING fts5 (
        text, content = 'turn_texts', content_rowid = 'id', tokenize = '{TOKENIZER}'
    )""",
    """CREATE TRIGGER turn_is_indexed AFTER INSERT ON events WHEN new.kind = 'turn_taken' BEGIN
        INSERT INTO turn_search (rowid, text)
        VALUES (new.id, json_extract(new.payload, '$.text'));
    END""",
    "INSERT INTO turn_search (turn_search) VALUES ('rebuild')",
)

MEMORIES: Final = (
    """CREATE TABLE memories (
        id INTEGER PRIMARY KEY REFERENCES events (id),
        run INTEGER NOT NULL REFERENCES runs (key),
        owner TEXT NOT NULL,
        since INTEGER NOT NULL
    )""",
    "CREATE INDEX memories_of_run ON memories (run)",
    "CREATE INDEX memories_of_owner ON memories (owner)",
    """CREATE VIEW memory_texts AS
        SELECT m.id AS id, json_extract(e.payload, '$.text') AS text
        FROM memories m JOIN events e ON e.id = m.id""",
    f"""CREATE VIRTUAL TABLE memory_search USING fts5 (
        text, content = 'memory_texts', content_rowid = 'id', tokenize = '{TOKENIZER}'
    )""",
)


INSTEAD: Final = ("top_nano", "list_nano", "standard_nano")
"""What an attempt would have cost: on the top model, at list price, at standard processing."""


@steps(name="0001_runs_events_calls")
def runs_events_calls(db: Database) -> None:
    """What happened, and what was asked and paid."""
    for sql in TABLES:
        db.execute(sql)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute("PRAGMA user_version = 1")


@steps(name="0002_search")
def search(db: Database) -> None:
    """A full-text index over what was said; the words themselves stay in the events."""
    for sql in SEARCH:
        db.execute(sql)
    db.execute("PRAGMA user_version = 2")


@steps(name="0003_errors")
def errors(db: Database) -> None:
    """No table changes: the view of what went wrong is made with the others."""
    db.execute("PRAGMA user_version = 3")


@steps(name="0004_process")
def process(db: Database) -> None:
    """Which process has a run in hand; empty where nobody has, or an older version wrote it."""
    db.execute("ALTER TABLE runs ADD COLUMN process TEXT NOT NULL DEFAULT ''")
    db.execute("PRAGMA user_version = 4")


@steps(name="0005_search_at_the_end")
def search_at_the_end(db: Database) -> None:
    """Turns are indexed together when a run ends, not one by one while it is played."""
    db.execute("DROP TRIGGER turn_is_indexed")
    db.execute("PRAGMA user_version = 5")


@steps(name="0006_memories")
def memories(db: Database) -> None:
    """Whose memories events of a run are, and a full-text index over their words."""
    for sql in MEMORIES:
        db.execute(sql)
    db.execute("PRAGMA user_version = 6")


@steps(name="0007_edits")
def edits(db: Database) -> None:
    """Turns can be edited; the view of turns looks for the last edit of each."""
    db.execute("CREATE INDEX edits_of_run ON events (run, turn) WHERE kind = 'turn_edited'")
    db.execute("PRAGMA user_version = 7")


@steps(name="0008_list_prices")
def list_prices(db: Database) -> None:
    """How an attempt was processed, its audio tokens, and what it would have cost otherwise.

    `processing` is empty for the standard way; all else is unknown in rows from before.
    """
    for column in ("audio_input_tokens", "audio_output_tokens", *INSTEAD):
        db.execute(f"ALTER TABLE attempts ADD COLUMN {column} INTEGER")
    db.execute("ALTER TABLE attempts ADD COLUMN processing TEXT NOT NULL DEFAULT ''")
    db.execute("PRAGMA user_version = 8")


@steps(name="0009_prefixes")
def prefixes(db: Database) -> None:
    """How much of a question should be cached, and why it went on from none before it.

    Both are unknown in rows from before.
    """
    db.execute("ALTER TABLE calls ADD COLUMN warm_tokens INTEGER")
    db.execute("ALTER TABLE calls ADD COLUMN prefix_break TEXT NOT NULL DEFAULT ''")
    db.execute("PRAGMA user_version = 9")


@steps(name="0010_prompt_bytes")
def prompt_bytes(db: Database) -> None:
    """How long a question was, for quotes to learn tokens per byte; unknown in older rows."""
    db.execute("ALTER TABLE calls ADD COLUMN prompt_bytes INTEGER")
    db.execute("PRAGMA user_version = 10")


@steps(name="0011_edited_words")
def edited_words(db: Database) -> None:
    """The full-text index finds what turns read since they were edited, too."""
    db.execute("DROP VIEW turn_texts")
    db.execute(
        """CREATE VIEW turn_texts AS SELECT id, json_extract(payload, '$.text') AS text
        FROM events WHERE kind IN ('turn_taken', 'turn_edited')"""
    )
    db.execute(
        """INSERT INTO turn_search (rowid, text)
        SELECT id, json_extract(payload, '$.text') FROM events
        WHERE kind = 'turn_edited' AND id < (SELECT max(id) FROM turn_search_docsize)"""
    )
    db.execute("PRAGMA user_version = 11")


@steps(name="0012_studies")
def studies(db: Database) -> None:
    """The study that a run was played for, empty for none; and where tools were called."""
    db.execute("ALTER TABLE runs ADD COLUMN study TEXT NOT NULL DEFAULT ''")
    db.execute("CREATE INDEX runs_of_study ON runs (study) WHERE study <> ''")
    db.execute("CREATE INDEX tools_of_run ON events (run, turn) WHERE kind = 'tool_called'")
    db.execute("PRAGMA user_version = 12")


@steps(name="0013_who_answered")
def who_answered(db: Database) -> None:
    """Whether the stand-in was asked, by each attempt; and who has answered in a run.

    The first is unknown in rows from before; there, and until somebody has answered, `spoken` is 0
    and the run's `stand_in` says who was to answer.
    """
    db.execute("ALTER TABLE attempts ADD COLUMN stand_in INTEGER")
    db.execute("ALTER TABLE runs ADD COLUMN spoken INTEGER NOT NULL DEFAULT 0")
    db.execute("PRAGMA user_version = 13")


def upgrade(connection: sqlite3.Connection, *, to: int = SCHEMA) -> None:
    """Take the steps that are missing, up to step `to`, all or none; then make the views anew."""
    db = Database(connection, recursive_triggers=False, execute_plugins=False)
    with Transaction(connection):
        later = [step.name for step in steps.pending(db) if int(step.name[:4]) > to]
        steps.apply(db, stop_before=later)
        for name, sql in VIEWS.items():
            db.create_view(name, sql, replace=True)
