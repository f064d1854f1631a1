"""The views and your own SQL: the database's public contract."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.errors import UsageError
from simulator.record.events import TurnFailed, TurnPassed
from simulator.record.store import Store
from tests.record_samples import (
    AT,
    MINI_MODEL,
    RELEASED,
    UNKNOWN,
    book,
    ended,
    paid,
    question,
    said,
    started,
)

SPENDING = (
    "attempts usage_input_tokens usage_cache_read_input_tokens "
    "usage_cache_creation_input_tokens usage_output_tokens usage_reasoning_output_tokens "
    "cost_nano dollars at_least unknown_attempts open_attempts reserved_nano reserved_tokens "
    "usage_audio_input_tokens usage_audio_output_tokens list_nano list_at_least "
    "saved_by_routing_nano saved_by_cache_nano saved_by_processing_nano compared_nano "
    "uncompared_attempts"
)
CONTRACT = {
    "v_runs": "run scenario title status stop_reason created started ended seed model stand_in "
    f"turns calls {SPENDING} parent_run parent_turn study spoken_by",
    "v_turns": "run turn kind speaker act text heard_by provenance source error_type detail "
    "calls seq at edited said_first",
    "v_calls": "call run turn persona purpose tier request_model response_model state score "
    f"reasons prompt_hash at {SPENDING} latency_ms response_finish_reasons error_type "
    "error_message last_attempt processing answered predicted_cache_read_input_tokens "
    "cache_share predicted_cache_share prefix_break tool stand_in",
    "v_attempts": "call attempt run turn persona purpose request_model response_model state at "
    "reserved_nano reserved_tokens usage_input_tokens usage_cache_read_input_tokens "
    "usage_cache_creation_input_tokens usage_output_tokens usage_reasoning_output_tokens "
    "cost_nano dollars http_response_status_code request_id latency_ms "
    "response_finish_reasons error_type error_message retry_after processing "
    "usage_audio_input_tokens usage_audio_output_tokens list_nano standard_nano top_nano stand_in",
    "v_cost": f"run scenario persona purpose tier request_model day calls {SPENDING} study",
    "v_errors": "what error_type run stand_in turn persona purpose request_model call attempt at "
    "http_response_status_code request_id retry_after outcome error_message",
    "v_branches": "run scenario parent_run parent_turn status created",
}


@pytest.fixture
def store() -> Iterator[Store]:
    """A store in memory."""
    with Store.open(":memory:") as store:
        yield store


@pytest.fixture
def run(store: Store) -> str:
    """A short run with everything in it."""
    run = store.create_run("focus-group")
    journal = store.journal(run)
    journal.commit(started())
    call = question(run, 1)
    book(store, call, RELEASED, paid("0.25", answer=b"{}"))
    journal.commit(said(1, "You have eleven minutes.", calls=(call.id,)))
    journal.commit(TurnPassed(turn=2, at=AT, speaker="dev", reason="nothing to add"))
    book(store, question(run, 3, persona="ilse"), UNKNOWN)
    journal.commit(
        TurnFailed(turn=3, at=AT, speaker="ilse", error="stream_torn", message="it broke off")
    )
    journal.commit(ended(3))
    return run


def test_views_have_the_columns_they_promise(store: Store, run: str) -> None:
    """Columns may be added to this list; a name that is in it stays."""
    store.create_run("focus-group", parent_run=run, parent_turn=2)

    columns = {view: " ".join(store.query(f"SELECT * FROM {view}")[0]) for view in CONTRACT}  # noqa: S608 - constants of ours

    assert columns == CONTRACT


def test_every_turn_is_in_v_turns(store: Store, run: str) -> None:
    """Taken, passed and failed turns are told apart by their kind."""
    turns = store.query(
        "SELECT turn, kind, speaker, act, text, provenance, error_type, detail, at FROM v_turns"
        " WHERE run = ? ORDER BY turn",
        [run],
    )

    at = "2026-11-20T09:30:15.250001Z"
    words = "You have eleven minutes."
    assert [tuple(row.values()) for row in turns] == [
        (1, "turn_taken", "rosa", "answer", words, "model", None, None, at),
        (2, "turn_passed", "dev", None, None, None, None, "nothing to add", at),
        (3, "turn_failed", "ilse", None, None, None, "stream_torn", "it broke off", at),
    ]


def test_calls_and_attempts_bear_the_names_of_opentelemetry(store: Store, run: str) -> None:
    """A dashboard finds models, tokens, finish reasons and errors where it looks for them."""
    calls = store.query(
        "SELECT request_model, response_model, response_finish_reasons, usage_input_tokens,"
        " error_type, cost_nano, dollars, at_least FROM v_calls ORDER BY turn"
    )
    codes = store.query("SELECT http_response_status_code AS code FROM v_attempts ORDER BY at")

    assert [tuple(row.values()) for row in calls] == [
        (MINI_MODEL, "gpt-4.1-mini-2025-04-14", '["stop"]', 2_000, "", 250_000_000, 0.25, 0),
        (MINI_MODEL, "", "[]", 0, "stream_torn", None, None, 1),
    ]
    assert [row["code"] for row in codes] == [429, 200, None]


def test_v_cost_adds_up_to_v_runs(store: Store, run: str) -> None:
    """The same attempts, counted by group and by run."""
    sums = "sum(calls) AS calls, sum(attempts) AS attempts, sum(cost_nano) AS cost_nano"

    assert (
        store.query(f"SELECT {sums} FROM v_cost WHERE run = :run", {"run": run})  # noqa: S608 - constants of ours
        == store.query("SELECT calls, attempts, cost_nano FROM v_runs")
        == [{"calls": 2, "attempts": 3, "cost_nano": 250_000_000}]
    )


def test_a_fork_is_a_branch(store: Store, run: str) -> None:
    """A forked run names its parent and the last turn they share."""
    fork = store.create_run("focus-group", parent_run=run, parent_turn=2)

    branches = store.query("SELECT run, parent_run, parent_turn, status FROM v_branches")

    assert branches == [{"run": fork, "parent_run": run, "parent_turn": 2, "status": "created"}]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) AS n FROM v_turns, json_each(v_turns.calls)",
        "SELECT count(*) AS n FROM turn_search WHERE turn_search MATCH 'minutes'",
        "WITH RECURSIVE c(n) AS (VALUES (1) UNION SELECT 1 FROM c) SELECT n FROM c",
        "SELECT 1 AS n FROM pragma_table_info('runs') LIMIT 1",
        "-- how many?\nSELECT count(*) AS n FROM v_runs;",
    ],
)
def test_your_own_sql_may_read_everything(store: Store, run: str, sql: str) -> None:
    """JSON, full-text search, recursion and the schema are open to a SELECT."""
    assert store.query(sql) == [{"n": 1}]


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM events",
        "UPDATE runs SET title = ''",
        "INSERT INTO runs (id, scenario, created) VALUES ('x', 'x', 0) RETURNING id",
        "DROP VIEW v_runs",
        "CREATE TEMP TABLE t (a)",
        "PRAGMA user_version = 9",
        "PRAGMA journal_mode = DELETE",
        "ATTACH 'stolen.db' AS stolen",
        "VACUUM",
        "VACUUM INTO 'stolen.db'",
        "BEGIN",
        "SAVEPOINT s",
        "INSERT INTO turn_search (turn_search) VALUES ('delete-all')",
    ],
)
def test_your_own_sql_changes_nothing(store: Store, run: str, sql: str) -> None:
    """Whatever writes, or could, is refused; the store goes on working."""
    before = store.events(run)

    with pytest.raises(UsageError) as caught:
        store.query(sql)

    assert str(caught.value) == (
        "This SQL would change the database or its settings: only SELECT may."
    )
    store.journal(run).commit(said(4, "Still here."))
    assert store.events(run) == [*before, said(4, "Still here.")]


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("SELEC 1", 'near "SELEC": syntax error'),
        ("SELECT colour FROM v_runs", "no such column: colour"),
        ("SELECT 1; SELECT 2", "You can only execute one statement at a time"),
        ("SELECT * FROM v_runs WHERE run = ?", "Incorrect number of bindings supplied"),
        ("SELECT * FROM turn_search WHERE turn_search MATCH '\"'", "unterminated string"),
    ],
)
def test_sql_that_sqlite_does_not_understand_is_told(store: Store, sql: str, why: str) -> None:
    """A typing mistake is the writer's, and told in SQLite's words."""
    with pytest.raises(UsageError) as caught:
        store.query(sql)

    assert str(caught.value).startswith(f"SQLite does not understand this SQL: {why}")
