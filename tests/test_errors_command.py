"""`simulator errors`: what went wrong on a real line, counted and chosen."""

from __future__ import annotations

import io
import sqlite3
from collections import Counter
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from simulator import Run
from simulator.definitions.project import Project
from simulator.display.error_table import error_report, print_errors
from simulator.display.terminal import Terminal
from simulator.llm.session import Session
from simulator.record.events import TurnFailed, TurnPassed, TurnTaken
from simulator.record.migrations import upgrade
from simulator.record.rows import ErrorRow
from simulator.record.store import Store
from simulator.testing import Faults, LoopbackServer, ScriptedTransport, Scripts, completion
from tests.cli_samples import ROOT, lines_of, recorded, simulate
from tests.llm_samples import AT_ONCE
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
    try_number,
)
from tests.small_project import MODEL, loader, small_project
from tests.stage import reply


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test starts in a small project of its own."""
    monkeypatch.chdir(small_project(tmp_path))
    return tmp_path


async def played(
    folder: Path,
    *,
    url: str = "http://127.0.0.1:1/v1",
    network: httpx2.AsyncBaseTransport | None = None,
    turns: int = 6,
) -> Run:
    """A talk of two with what answers at that address, or with that network."""
    environ = {"OPENAI_API_KEY": "sk-any", "OPENAI_BASE_URL": url}
    simulation = loader(folder)(model=MODEL, turns=turns)
    async with Session(environ=environ, retry=AT_ONCE, network=network) as session:
        return await simulation.arun(seed=7, session=session)


def groups_of(path: Path = Path("runs.db"), **wanted: str) -> dict[str, tuple[int, ...]]:
    """Of each group how many in how many runs, how many recovered, failed, and are open."""
    with Store.open(path, create=False) as store:
        groups = store.error_groups(**wanted)
    return {f"{g.what} {g.kind}": (g.times, g.runs, g.recovered, g.failed, g.open) for g in groups}


@pytest.mark.parametrize("seed", [7, 8])
async def test_what_a_server_did_is_what_is_told(here: Path, seed: int) -> None:
    """Every fault on the server's log is one error with its status, id and wait; all recovered."""
    project, faults = Project.find(ROOT), Faults.of("429:0.02=0.3,502-html=0.2,lost=0.1", seed=seed)
    with LoopbackServer(Scripts.of(project), project.catalog(), faults=faults) as server:
        run = await played(here, url=server.url)
        log = [entry for entry in server.stats()["log"] if entry["fault"]]

    kinds = {"429": "rate_limited", "502-html": "server_failed", "lost": "connection_failed"}
    counts = Counter(kinds[entry["fault"]] for entry in log)
    shown = [
        (row.what, row.kind, row.status, row.retry_after, row.outcome, row.model)
        for row in run.errors
    ]
    assert shown == [
        *(
            ("attempt", kinds[one["fault"]], one["status"], one["retry_after"], "recovered", MODEL)
            for one in log
        )
    ]
    assert len(counts) == 3
    assert groups_of() == {f"attempt {kind}": (n, 1, n, 0, 0) for kind, n in counts.items()}
    limited = [row.request_id for row in run.errors if row.kind == "rate_limited"]
    assert limited == [entry["request_id"] for entry in log if entry["fault"] == "429"]
    assert all(limited)


async def test_a_refused_key_is_told_at_every_level(here: Path) -> None:
    """The request, the turn it was for and the run that could not go on, the newest first."""
    project = Project.find(ROOT)
    with LoopbackServer(Scripts.of(project), project.catalog(), keys=["sk-right"]) as server:
        await played(here, url=server.url)

    result = simulate("errors")

    label, heading, *counted = result.stdout.partition("\n\n")[0].splitlines()
    assert label == "stand-in: written lines, no model"
    assert heading.split() == [
        *("error", "times", "runs", "recovered", "failed", "last", "seen", "(UTC)")
    ]
    assert [line.split()[:-2] for line in counted] == [
        ["run:", "key_refused", "1", "1", "0", "1"],
        ["turn:", "key_refused", "1", "1", "0", "1"],
        ["key_refused", "1", "1", "0", "1"],
    ]
    assert (result.exit_code, result.stderr) == (0, "")


async def test_replies_that_did_not_fit_are_told(here: Path) -> None:
    """A reply that was mended has recovered; one that could not be is a failed turn as well."""
    unfit, cut = completion("Not a reply."), completion('{"a', finish_reason="length")
    answers = [unfit, reply("Well."), cut, unfit, reply("Bye.")]

    run = await played(here, network=ScriptedTransport(answers), turns=3)

    assert [(e.what, e.kind, e.turn, e.persona, e.model, e.outcome) for e in run.errors] == [
        ("reply", "invalid_reply", 1, "rosa", MODEL, "recovered"),
        ("reply", "invalid_reply", 2, "dev", MODEL, "failed"),
        ("turn", "invalid_reply", 2, "dev", MODEL, "failed"),
    ]
    mended, cut_off, given_up = (error.message for error in run.errors)
    assert mended == "The answer did not have the form it must have and was asked for again."
    assert cut_off == "The answer was cut off at its limit of tokens and asked for again."
    assert given_up.startswith(f"{MODEL} gave no valid speak answer: ")
    assert run.errors[0].call == run.calls[0].call.id
    assert [failure.turn for failure in run.failed_turns] == [2]


def test_single_errors_stand_under_their_numbers() -> None:
    """A line with who and when, one with what was said; the newest first, foreign words tamed."""
    run = recorded(Path("runs.db"))
    with Store.open("runs.db") as store:
        call = question(run, 3)
        store.open_call(call)
        store.reserve(try_number(1, call, at=AT.replace(second=20)))
        lost = replace(UNKNOWN, error="bad_answer", message="<h1>\x1b[2J\nBusy", status=200)
        store.close_attempt(call.id, 1, lost)

    lines = simulate("errors").stdout.partition("\n\n")[2].splitlines()

    assert [" ".join(line.split()) for line in lines] == [
        "when (UTC) run turn persona error outcome",
        f"11-20 09:30:20 {run} 3 rosa bad_answer open",
        f"{MINI_MODEL} · 200 · <h1>\N{REPLACEMENT CHARACTER}[2J Busy",
        f"11-20 09:30:15 {run} 2 dev stream_torn recovered",
        f"{MINI_MODEL} · the stream broke",
        f"11-20 09:30:15 {run} 1 rosa rate_limited recovered",
        f"{MINI_MODEL} · 429 · slow down · again in 1.5 s",
    ]
    assert [line[:2] == "  " for line in lines] == [False, *(False, True) * 3]


def test_a_terminal_of_80_columns_is_not_exceeded() -> None:
    """Names are cut before numbers; what was said is wrapped, and whole."""
    words = "openai/gpt-4.1-mini: too many requests: Rate limit reached for requests (429)"
    with Store.open("runs.db") as store:
        run = store.create_run("interview-practice")
        call = question(run, 12, persona="the-interviewer-from-the-agency")
        book(store, call, replace(RELEASED, message=words, request_id="req_" + 32 * "7"), paid())
        report = error_report(store, run=None, kind=None, model=None, limit=20)
    screen = Screen()

    print_errors(Terminal(screen, environ={"COLUMNS": "80", "NO_COLOR": "1"}), report)

    lines = screen.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    assert f" {run} " in lines[-3]
    assert lines[-3].endswith("recovered")
    assert lines[-2:] == [f"  {words}", f"  · req_{32 * '7'} · again in 1.5 s"]


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def test_json_is_a_line_per_group_and_per_error() -> None:
    """Every field is always there; what nobody knows is null."""
    run = recorded(Path("runs.db"))

    lines = lines_of(simulate("errors", "--json", "--kind", "rate_limited"))
    groups = [line for line in lines if line["kind"] == "error_group"]
    errors = lines[len(groups) :]

    at = "2026-11-20T09:30:15.250001+00:00"
    assert groups == [
        {
            "kind": "error_group", "what": "attempt", "error": "rate_limited", "times": 1,
            "runs": 1, "recovered": 1, "failed": 0, "open": 0, "stand_in": 0, "last": at,
        }
    ]  # fmt: skip
    assert errors == [
        {
            "kind": "error", "what": "attempt", "error": "rate_limited", "run": run,
            "stand_in": False, "turn": 1, "persona": "rosa", "purpose": "speak",
            "model": MINI_MODEL, "call": question(run, 1).id, "attempt": 1, "at": at,
            "status": 429, "request_id": None, "retry_after": 1.5, "outcome": "recovered",
            "message": "slow down",
        }
    ]  # fmt: skip


def test_errors_are_chosen_by_run_kind_and_model() -> None:
    """@last and beginnings of ids name runs; a model may be all of its endpoint."""
    first, last = (recorded(Path("runs.db")) for _ in range(2))

    assert groups_of() == {
        "attempt rate_limited": (2, 2, 2, 0, 0),
        "attempt stream_torn": (2, 2, 2, 0, 0),
    }
    assert groups_of(run=first, kind="stream_torn") == {"attempt stream_torn": (1, 1, 1, 0, 0)}
    assert groups_of(model="openai") == groups_of(model=MINI_MODEL) == groups_of()
    for words, run in ((("--run", first), first), (("--run", "@last"), last)):
        rows = lines_of(simulate("errors", "--json", *words))
        assert {row["run"] for row in rows if row["kind"] == "error"} == {run}


def test_a_limit_says_what_it_leaves_out() -> None:
    """The counts are of everything; the newest are shown, and how many are not is told."""
    recorded(Path("runs.db"))

    result = simulate("errors", "--limit", "1")

    assert [line.split(maxsplit=1)[0] for line in result.stdout.splitlines() if line] == [
        *("error", "rate_limited", "stream_torn"),
        *("when", "11-20", MINI_MODEL),
    ]
    assert result.stderr == "Older ones that are not shown: 1 (see --limit).\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("--kind", "rate_limit"),
            "No kind of error is called 'rate_limit'. Did you mean 'rate_limited'?",
        ),
        (
            ("--kind", "xyz"),
            "No kind of error is called 'xyz'. On record: rate_limited, stream_torn.",
        ),
        (
            ("--model", "openai/gpt-4.1-mimi"),
            f"No model on record is called 'openai/gpt-4.1-mimi'. Did you mean {MINI_MODEL!r}?",
        ),
        (
            ("--model", "xyz"),
            "No model on record is called 'xyz'. There are: openai, openai/gpt-4.1-mini.",
        ),
        (("--run", "zzz"), "No run is called 'zzz'. There are: RUN."),
    ],
)
def test_a_name_that_nothing_bears_is_told(words: tuple[str, ...], sentence: str) -> None:
    """A typing mistake is never taken for good news."""
    run = recorded(Path("runs.db"))

    result = simulate("errors", *words)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"Error: {sentence.replace('RUN', run)}\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Nothing went wrong."),
        (("--kind", "server_failed"), "Nothing went wrong (kind server_failed)."),
        (
            ("--run", "@last", "--model", "openai"),
            "Nothing went wrong (run RUN, model openai).",
        ),
    ],
)
def test_no_errors_are_a_sentence(words: tuple[str, ...], sentence: str) -> None:
    """On stderr, with exit code 0; programs get no line."""
    with Store.open("runs.db") as store:
        run = store.create_run("focus-group")
        book(store, question(run, 1), paid())

    result, data = simulate("errors", *words), simulate("errors", *words, "--json")

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"{sentence.replace('RUN', run)}\n"
    assert (data.exit_code, data.stdout, data.stderr) == (0, "", "")


FAILED = TurnFailed(turn=1, at=AT, speaker="rosa", error="x", message="y")
PASSED = TurnPassed(turn=1, at=AT, speaker="rosa")
UNPAID = replace(PASSED, reason="the run's dollars do not reach")


@pytest.mark.parametrize(
    ("mended", "end", "outcome"),
    [
        (True, None, "recovered"),
        (True, PASSED, "recovered"),
        (True, UNPAID, "recovered"),
        (True, FAILED, "failed"),
        (True, replace(FAILED, speaker="dev"), "recovered"),
        (False, None, "failed"),
        (False, said(1, "Asked anew, in fewer words."), "recovered"),
        (False, UNPAID, "failed"),
    ],
)
def test_what_counts_is_how_the_turn_ended(
    end: TurnPassed | TurnFailed | TurnTaken | None, outcome: str, *, mended: bool
) -> None:
    """Its speaker's turn, whatever became of the one question; without an end, the question."""
    with Store.open("runs.db") as store:
        run = store.create_run("focus-group")
        book(store, question(run, 1), RELEASED, *([paid()] if mended else []))
        if end is not None:
            store.journal(run).commit(end)

        (found,) = store.errors(kind="rate_limited")

    assert found.outcome == outcome


def test_an_interrupted_question_is_open() -> None:
    """Neither recovered nor failed; the column stands there only when it is needed."""
    recorded(Path("runs.db"))
    before = simulate("errors").stdout
    with Store.open("runs.db") as store:
        call = question(store.find_run("@last"), 5)
        store.open_call(call)
        store.reserve(try_number(1, call))
        store.close_attempt(call.id, 1, replace(UNKNOWN, error="cancelled", message="Cancelled"))
        store.close_call(call.id, "cancelled")

    after = simulate("errors").stdout

    assert " open " not in before
    assert after.splitlines()[0].split()[5] == "open"
    assert groups_of(kind="cancelled") == {"attempt cancelled": (1, 1, 0, 0, 1)}


def test_the_view_is_the_same_rows() -> None:
    """`v_errors` for notebooks, `Run.errors` for Python, `Store.errors` the newest first."""
    run = recorded(Path("runs.db"))
    with Store.open("runs.db") as store:
        store.journal(run).commit(ended(2, "failed", at=AT.replace(second=30)))
        view = store.query("SELECT * FROM v_errors ORDER BY at DESC, turn DESC")
        rows = store.errors()

    assert rows[0] == ErrorRow(
        what="run",
        kind="failed",
        run=run,
        stand_in=False,
        turn=2,
        persona="",
        purpose="",
        model="",
        call="",
        attempt=None,
        at=AT.replace(second=30),
        status=None,
        request_id="",
        retry_after=None,
        outcome="failed",
        message="",
    )
    assert [(r["what"], r["error_type"], r["outcome"]) for r in view] == [
        (row.what, row.kind, row.outcome) for row in rows
    ]
    assert [(r["request_model"], r["http_response_status_code"]) for r in view] == [
        (row.model or None, row.status) for row in rows
    ]
    assert Run(run, Path("runs.db")).errors == tuple(rows[::-1])


def test_a_database_of_an_older_version_gains_the_view() -> None:
    """What it recorded is told as if this version had."""
    connection = sqlite3.connect("runs.db", isolation_level=None)
    upgrade(connection, to=2)
    connection.execute("DROP VIEW v_errors")
    connection.close()
    recorded(Path("runs.db"))

    assert list(groups_of()) == ["attempt rate_limited", "attempt stream_torn"]
