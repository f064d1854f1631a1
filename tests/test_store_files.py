"""Database files: new, old, newer, foreign, broken, locked and out of reach."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from simulator.errors import StoreFailed, UsageError
from simulator.record.database import APPLICATION_ID, SCHEMA
from simulator.record.events import RunPaused, RunStarted
from simulator.record.migrations import upgrade
from simulator.record.store import Store
from simulator.record.usage import Usage
from simulator.record.views import VIEWS
from tests.record_samples import AT, said, started

STEPS = [
    "0001_runs_events_calls",
    "0002_search",
    "0003_errors",
    "0004_process",
    "0005_search_at_the_end",
    "0006_memories",
    "0007_edits",
    "0008_list_prices",
    "0009_prefixes",
    "0010_prompt_bytes",
    "0011_edited_words",
    "0012_studies",
    "0013_who_answered",
]


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    """What plain SQLite finds in a file."""
    connection = sqlite3.connect(path)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def made_by_step(path: Path, step: int) -> None:
    """A database as the version with so many schema steps left it, with one run in it."""
    connection = sqlite3.connect(path, isolation_level=None)
    upgrade(connection, to=step)
    connection.execute(
        "INSERT INTO runs (id, scenario, created) VALUES ('focus-group-7f3a', 'focus-group', 0)"
    )
    connection.execute(
        "INSERT INTO events (run, seq, kind, turn, at, payload) VALUES (1, 1, 'turn_taken', 1, 0,"
        """ '{"speaker":"rosa","act":"open","text":"You have eleven minutes.","""
        """"provenance":"line"}')"""
    )
    connection.close()


def test_what_was_paid_before_list_prices_were_kept_is_not_compared(tmp_path: Path) -> None:
    """Rows of an older version keep their dollars; what they would have cost is unknown."""
    path = tmp_path / "runs.db"
    made_by_step(path, 7)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(
        "INSERT INTO calls (id, run, turn, persona, purpose, model, tier, reasons, prompt_hash, at,"
        " state) VALUES ('c', 1, 1, 'rosa', 'speak', 'openai/m', '', '[]', '', 0, 'answered')"
    )
    connection.execute(
        "INSERT INTO attempts (call, number, at, state, reserved_tokens, input_tokens,"
        " cached_tokens, cache_write_tokens, output_tokens, reasoning_tokens, cost_nano)"
        " VALUES (1, 1, 0, 'settled', 9, 5, 0, 0, 2, 0, 7000)"
    )
    connection.close()

    with Store.open(path) as store:
        total, (attempt,) = store.cost(())[0], store.attempts()

    assert (total.dollars, total.list_dollars, total.saved) == (Decimal("0.000007"), None, None)
    assert (total.list_at_least, total.uncompared) == (True, 1)
    assert attempt.outcome.usage == Usage(input=5, output=2)
    assert (attempt.outcome.processing, attempt.outcome.instead.list) == ("standard", None)


def test_runs_from_before_there_were_studies_belong_to_none(tmp_path: Path) -> None:
    """They keep what they are, are read as played for no study, and new ones may have one."""
    path = tmp_path / "runs.db"
    made_by_step(path, 11)
    payload = '{"scenario":"focus-group","title":"T","seed":7,"graph":"round_table",'
    payload += '"model":"tiers","stand_in":false,"inputs":{},"members":{},"definitions":{}}'
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(
        "INSERT INTO events (run, seq, kind, turn, at, payload)"
        " VALUES (1, 2, 'run_started', 0, 0, ?)",
        (payload,),
    )
    connection.close()

    with Store.open(path) as store:
        (old,) = store.runs()
        opening = store.events(old.id)[1]
        before = store.studies()
        run = store.create_run("focus-group")
        store.journal(run).commit(replace(started(), study="pilot"))
        studies = store.query("SELECT run, study FROM v_runs ORDER BY run = ?", (run,))

    assert isinstance(opening, RunStarted)
    assert (old.study, opening.study, opening.seed, before) == ("", "", 7, [])
    assert studies == [{"run": old.id, "study": ""}, {"run": run, "study": "pilot"}]


def test_a_new_database_has_every_step_and_view(tmp_path: Path) -> None:
    """A new file is marked as ours, numbered, and offers the public views."""
    path = tmp_path / "runs.db"

    Store.open(path).close()

    assert rows(path, "PRAGMA application_id") == [(APPLICATION_ID,)]
    assert rows(path, "PRAGMA user_version") == [(SCHEMA,)]
    assert rows(path, "SELECT name FROM _sqlite_migrations ORDER BY id") == [(s,) for s in STEPS]
    assert len(STEPS) == SCHEMA
    views = rows(
        path,
        "SELECT name FROM sqlite_master WHERE type = 'view' AND name LIKE 'v!_%'"
        " ESCAPE '!' ORDER BY name",
    )
    assert views == [(name,) for name in sorted(VIEWS)]


def test_an_older_database_is_brought_up_to_date(tmp_path: Path) -> None:
    """A file of the first version keeps its runs and gains what came later: search."""
    path = tmp_path / "runs.db"
    made_by_step(path, 1)
    before = rows(path, "PRAGMA user_version")

    with Store.open(path, create=False) as store:
        found = [hit.snippet for hit in store.search("minutes")]

    assert (before, rows(path, "PRAGMA user_version")) == ([(1,)], [(SCHEMA,)])
    assert found == ["You have eleven **minutes**."]


def test_a_changed_view_is_made_anew_by_the_next_step(tmp_path: Path) -> None:
    """Views are derived: whatever an old version had under a name is replaced."""
    path = tmp_path / "runs.db"
    made_by_step(path, 1)
    connection = sqlite3.connect(path)
    connection.executescript("DROP VIEW v_runs; CREATE VIEW v_runs AS SELECT 1 AS old")
    connection.close()

    with Store.open(path) as store:
        assert store.query("SELECT run FROM v_runs") == [{"run": "focus-group-7f3a"}]


def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    """What a later version wrote is left alone."""
    path = tmp_path / "runs.db"
    Store.open(path).close()
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {SCHEMA + 7}")
    connection.close()

    with pytest.raises(StoreFailed) as caught:
        Store.open(path)

    assert str(caught.value) == (
        f"The database {str(path)!r} was written by a newer simulator (schema {SCHEMA + 7}, "
        f"this one knows {SCHEMA}): upgrade the simulator."
    )


def test_a_missing_database_is_not_made_by_reading(tmp_path: Path) -> None:
    """Who only reads is told how a database comes to be."""
    path = tmp_path / "runs.db"

    with pytest.raises(UsageError) as caught:
        Store.open(path, create=False)

    assert str(caught.value) == (
        f"There is no database {str(path)!r} yet: run `simulator demo`, or name another file."
    )
    assert not path.exists()


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    """A foreign file is refused and not changed by a byte."""
    path = tmp_path / "cookies.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE cookies (name TEXT)")
    connection.close()
    before = path.read_bytes()

    with pytest.raises(StoreFailed, match=r"is the database of another program: choose another"):
        Store.open(path)

    assert (path.read_bytes(), list(tmp_path.iterdir())) == (before, [path])


@pytest.mark.parametrize("content", [b"name,age\n", b"# A diary\n" * 900, bytes(range(256)) * 40])
def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path, content: bytes) -> None:
    """Whatever else it is, it stays what it was."""
    path = tmp_path / "notes.txt"
    path.write_bytes(content)

    with pytest.raises(StoreFailed) as caught:
        Store.open(path)

    assert str(caught.value) == f"{str(path)!r} is no SQLite database: choose another file."
    assert path.read_bytes() == content


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    """`touch runs.db` does no harm."""
    path = tmp_path / "runs.db"
    path.touch()

    with Store.open(path, create=False) as store:
        assert store.runs() == []


def test_a_damaged_database_is_told(tmp_path: Path) -> None:
    """Pages overwritten by something else are no traceback."""
    path = tmp_path / "runs.db"
    with Store.open(path) as store:
        run = store.create_run("focus-group")
        journal = store.journal(run)
        for turn in range(1, 200):
            journal.commit(said(turn, "You have eleven minutes."))
    content = bytearray(path.read_bytes())
    content[4_096:] = b"\x5a" * (len(content) - 4_096)
    path.write_bytes(content)

    with (
        pytest.raises(StoreFailed, match=r"is damaged: restore it from a copy"),
        Store.open(path) as store,
    ):
        store.events(run)


def test_an_event_no_version_knows_is_told(tmp_path: Path) -> None:
    """A row that is no event is named by its number."""
    path = tmp_path / "runs.db"
    made_by_step(path, 2)
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO events VALUES (2, 1, 2, 'turn_sung', 2, 0, '{}')")
    connection.commit()
    connection.close()

    with Store.open(path) as store, pytest.raises(StoreFailed, match=r"^Event 2 of the run, a 'tu"):
        store.events("focus-group-7f3a")


def test_a_locked_database_is_waited_for_and_then_told(tmp_path: Path) -> None:
    """Another program's write is waited for, but not for ever."""
    path = tmp_path / "runs.db"
    with Store.open(path, busy_seconds=0.05) as store:
        journal = store.journal(store.create_run("focus-group"))
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(StoreFailed) as caught:
            journal.commit(started())
        other.execute("ROLLBACK")
        other.close()
        journal.commit(started())

    assert str(caught.value) == (
        f"The database {str(path)!r} is locked by another program: "
        "try again when that has finished."
    )


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        (lambda folder: folder, "is a folder: give the path of a database file."),
        (lambda folder: folder / "no" / "runs.db", "does not exist: make it, or choose another"),
        (lambda _: Path("/proc/runs.db"), "cannot be opened: check that the file may be read"),
    ],
)
def test_a_place_that_cannot_be_written_is_told(
    tmp_path: Path, place: Callable[[Path], Path], sentence: str
) -> None:
    """A folder, a missing folder and a folder nobody may write into are told apart."""
    path = place(tmp_path)
    if not (path.parent.exists() or path.is_relative_to(tmp_path)):
        pytest.skip("only Linux has a folder that even root cannot write into")

    with pytest.raises(StoreFailed, match=sentence):
        Store.open(path)


FILL_THE_DISK = """
import resource, sys
from simulator.errors import StoreFailed
from simulator.record.store import Store
from tests.record_samples import said

with Store.open(sys.argv[1]) as store:
    run = store.create_run("focus-group")
    journal, turn = store.journal(run), 0
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
    try:
        for turn in range(1, 10_000):
            journal.commit(said(turn, "You have eleven minutes. " * 20))
    except StoreFailed as error:
        print(error)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    journal.commit(said(turn, "There is room again."))
    print(len(store.events(run)) == turn)
"""


def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    """Where nothing more fits, what was committed stays, and the run goes on once there is room."""
    finished = subprocess.run(
        [sys.executable, "-c", FILL_THE_DISK, tmp_path / "runs.db"],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )

    told, whole = finished.stdout.splitlines()
    assert told.startswith(("The disk is full", "The disk failed at reading or writing"))
    assert (whole, finished.stderr, finished.returncode) == ("True", "", 0)


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    """Closing twice is fine; using it afterwards is not."""
    store = Store.open(tmp_path / "runs.db")
    store.close()
    store.close()

    with pytest.raises(StoreFailed, match=r"Cannot operate on a closed database"):
        store.runs()


def _open_and_write(path: str) -> int:
    with Store.open(path) as store:
        run = store.create_run("focus-group")
        journal = store.journal(run)
        for turn in range(20):
            journal.commit(RunPaused(turn=turn, at=AT, reason="together"))
        return len(store.events(run))


@pytest.mark.slow
def test_many_programs_may_make_the_database_at_once(tmp_path: Path) -> None:
    """Several processes that start together set one file up once, and all write."""
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        counts = [
            pool.map(_open_and_write, [str(tmp_path / f"{turn}.db")] * 4, chunksize=1)
            for turn in range(4)
        ]

    assert counts == [[20] * 4] * 4


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_what_may_not_be_written_can_be_read(tmp_path: Path) -> None:
    """A database somebody else owns is opened for reading; writing it is one clear sentence."""
    path = tmp_path / "runs.db"
    with Store.open(path) as store:
        run = store.create_run("focus-group")
    path.chmod(0o444)

    with Store.open(path, create=False) as store:
        assert [row.id for row in store.runs()] == [run]
        with pytest.raises(StoreFailed, match="may not be written"):
            store.create_run("focus-group")


@pytest.mark.skipif(sys.platform == "win32", reason="the limit of open files is POSIX")
def test_where_no_file_is_left_that_is_told(tmp_path: Path) -> None:
    """Too many runs at once are not mistaken for a database that may not be read."""
    import resource  # noqa: PLC0415 - there is none on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.dup(0)
    os.close(free)

    resource.setrlimit(resource.RLIMIT_NOFILE, (free, hard))
    try:
        with pytest.raises(StoreFailed, match=r"as many files open as it may .*share one open"):
            Store.open(tmp_path / "runs.db")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
