"""The store: runs, events, calls and attempts go in, and come back as the values they were."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from simulator.errors import NotFound, StoreFailed, UsageError
from simulator.record.events import (
    Event,
    Intervened,
    RunPaused,
    TurnEdited,
    TurnFailed,
    TurnPassed,
)
from simulator.record.rows import RunRow, SearchHit
from simulator.record.store import Store
from tests.record_samples import (
    AT,
    MINI_MODEL,
    RELEASED,
    book,
    chosen,
    ended,
    paid,
    question,
    said,
    started,
)


@pytest.fixture
def store() -> Iterator[Store]:
    """A store in memory."""
    with Store.open(":memory:") as store:
        yield store


def test_events_come_back_as_they_were(store: Store) -> None:
    """What was committed is what is read, in order, with its times."""
    run = store.create_run("focus-group")
    journal = store.journal(run)
    events: list[Event] = [
        started(),
        chosen(1),
        said(1, "You have eleven minutes. «Ja», 三, \x00, 🙂."),
        TurnPassed(turn=2, at=AT, speaker="dev", reason="nothing to add"),
        TurnFailed(turn=3, at=AT, speaker="rosa", error="rate_limited", message="429"),
        ended(3),
    ]

    for event in events:
        journal.commit(event)

    assert store.events(run) == events
    assert store.turns(run) == events[2:5]


def test_a_journal_opened_again_goes_on_where_the_last_one_stopped(store: Store) -> None:
    """Resuming appends behind what is there."""
    run = store.create_run("focus-group")
    store.journal(run).commit(started())

    store.journal(run).commit(ended(0))

    assert store.events(run) == [started(), ended(0)]


def test_of_two_writers_of_one_run_the_second_fails(store: Store) -> None:
    """Two stories are never mixed into one run."""
    run = store.create_run("focus-group")
    first, second = store.journal(run), store.journal(run)
    first.commit(started())

    with pytest.raises(StoreFailed, match=r"^Another program has written to this run meanwhile"):
        second.commit(chosen(1))

    assert store.events(run) == [started()]


def test_an_event_that_cannot_be_written_leaves_nothing(store: Store) -> None:
    """Half a character or a number beyond 64 bits is refused, and the journal goes on."""
    run = store.create_run("focus-group")
    journal = store.journal(run)

    with pytest.raises(StoreFailed, match=r"^A text with half a character in it"):
        journal.commit(said(1, "broken \ud83d"))
    with pytest.raises(StoreFailed, match=r"^A whole number beyond 64 bits"):
        journal.commit(said(2**63, "late"))
    journal.commit(said(1, "whole"))

    assert store.events(run) == [said(1, "whole")]


def test_a_run_tells_how_it_stands(store: Store) -> None:
    """A run is created, running, paused, running again, and done, as its events say."""
    run = store.create_run("focus-group")
    journal, seen = store.journal(run), [stands(store, run)]

    for event in (started(), RunPaused(turn=1, at=AT, reason="interrupted"), chosen(2), ended(2)):
        journal.commit(event)
        seen.append(stands(store, run))

    assert seen == [
        ("created", ""),
        ("running", ""),
        ("paused", "paused"),
        ("running", ""),
        ("done", "turns"),
    ]


def stands(store: Store, run: str) -> tuple[str, str]:
    """Status and stop reason."""
    row = store.run(run)
    return row.status, row.stop_reason


@pytest.mark.parametrize("word", ["failed", "key_missing", "key_refused"])
def test_a_run_that_could_not_go_on_has_failed(store: Store, word: str) -> None:
    """Some stop reasons are failures, and the list of runs says so."""
    run = store.create_run("focus-group")

    store.journal(run).commit(ended(1, word))

    assert (store.run(run).status, store.run(run).stop_reason) == ("failed", word)


def test_a_list_of_runs_says_what_they_were_and_cost(store: Store) -> None:
    """The newest run comes first, with everything a list shows; a limit cuts the old ones."""
    old = store.create_run("focus-group")
    run = store.create_run("focus-group", parent_run=old, parent_turn=4)
    journal = store.journal(run)
    journal.commit(started())
    journal.commit(said(1, "Yes."))
    journal.commit(TurnPassed(turn=2, at=AT, speaker="dev"))
    book(store, question(run, 1), RELEASED, paid("0.25"))
    journal.commit(ended(2, "phrase", at=AT + timedelta(seconds=3)))

    rows = store.runs(limit=1)

    assert rows == [
        RunRow(
            id=run,
            scenario="focus-group",
            title="Three-step onboarding",
            seed=7,
            model="tiers",
            stand_in=False,
            status="done",
            stop_reason="phrase",
            created=rows[0].created,
            started=AT,
            ended=AT + timedelta(seconds=3),
            turns=2,
            calls=1,
            tokens=2_120,
            dollars=Decimal("0.25"),
            dollars_at_least=False,
            parent_run=old,
            parent_turn=4,
        )
    ]
    assert [row.id for row in store.runs()] == [run, old]


def test_run_ids_are_words_and_never_twice_the_same(store: Store) -> None:
    """Ids are made of the scenario's name and a few random digits, more where these are taken."""
    ids = [store.create_run("Focus Group/β.yaml") for _ in range(900)]

    assert len(set(ids)) == 900
    assert all(run.startswith("focus-group-yaml-") for run in ids)
    assert {len(run) for run in ids} <= {21, 22, 23}


def test_a_run_is_found_by_its_id_its_beginning_or_as_the_last(store: Store) -> None:
    """References that name one run are resolved."""
    focus, interview = store.create_run("focus-group"), store.create_run("interview")

    found = [store.find_run(name) for name in (focus, "focus", interview[:-1], "@last")]

    assert found == [focus, focus, interview, interview]


def test_a_whole_id_wins_over_longer_ones(store: Store) -> None:
    """The id of one run may be the beginning of another's."""
    ids = sorted((store.create_run("a") for _ in range(700)), key=len)
    store.create_run(ids[0])

    assert store.find_run(ids[0]) == ids[0]


def test_an_ambiguous_reference_lists_what_it_could_mean(store: Store) -> None:
    """Nothing is guessed between two runs."""
    first, second = store.create_run("focus-group"), store.create_run("focus-group")

    with pytest.raises(UsageError) as caught:
        store.find_run("focus-")

    assert str(caught.value) == (
        f"2 runs begin with 'focus-': {second}, {first}. Write more of the id."
    )


def test_an_unknown_run_is_told_with_what_there_is(store: Store) -> None:
    """A mistyped id is answered with the closest one; an empty database with a beginning."""
    with pytest.raises(NotFound, match=r"There are no runs yet: start with `simulator demo`"):
        store.find_run("@last")
    run = store.create_run("focus-group")

    with pytest.raises(NotFound, match=rf"Did you mean '{run}'\?"):
        store.find_run(run.replace("focus", "fokus"))
    with pytest.raises(NotFound, match=r"No run is called ''"):
        store.find_run("")
    with pytest.raises(NotFound, match=r"No run is called 'nobody'"):
        store.events("nobody")


def test_search_finds_what_turns_read_since_they_were_edited(store: Store) -> None:
    """Each turn once, as it reads now; where only what was said first has the words, it says so."""
    run = store.create_run("focus-group")
    journal = store.journal(run)
    journal.commit(said(1, "The cafe is open."))
    journal.commit(said(2, "The cafe is full.", speaker="dev"))
    before = [hit.edited_since for hit in store.search("cafe")]
    journal.commit(TurnEdited(turn=1, at=AT, speaker="rosa", text="The cafe has closed."))
    journal.commit(TurnEdited(turn=2, at=AT, speaker="dev", text="It is full."))

    found = sorted(store.search("cafe"), key=lambda hit: hit.turn)

    assert before == [False, False]
    assert [(hit.turn, hit.snippet, hit.edited_since) for hit in found] == [
        (1, "The **cafe** has closed.", False),
        (2, "The **cafe** is full.", True),
    ]
    assert [hit.snippet for hit in store.search("closed")] == ["The cafe has **closed**."]
    assert [hit.edited_since for hit in store.search("open")] == [True]


def test_search_finds_words_by_their_stem(store: Store) -> None:
    """What was said is found whatever the ending, case and accents, best first."""
    run = store.create_run("focus-group")
    journal = store.journal(run)
    journal.commit(said(1, "The cafés were closing."))
    journal.commit(said(2, "Close the café door, close it.", speaker="dev"))
    journal.commit(Intervened(turn=3, at=AT, speaker="narrator", text="a café"))

    assert store.search("CAFE closed") == [
        SearchHit(
            run=run, turn=2, speaker="dev", snippet="**Close** the **café** door, **close** it."
        ),
        SearchHit(run=run, turn=1, speaker="rosa", snippet="The **cafés** were **closing**."),
    ]
    assert [hit.turn for hit in store.search("the café", limit=1)] == [1]
    assert [hit.turn for hit in store.search("it")] == [2]


@pytest.mark.parametrize(
    ("query", "turns"),
    [
        ("can't", [1]),
        ("can\u2019t", [1]),
        ('"password screen"', [2]),
        ("\u201cpassword screen\u201d", [2]),
        ("password screen", [2, 3]),
        ('"password screen" waited', [2, 3]),
        ('"screen password', [2, 3]),
        ("night-shift", [3]),
    ],
)
def test_search_takes_joined_and_quoted_words_as_phrases(
    store: Store, query: str, turns: list[int]
) -> None:
    """What an apostrophe, a hyphen or quotation marks hold together is found together."""
    journal = store.journal(store.create_run("focus-group"))
    journal.commit(said(1, "We can't go on."))
    journal.commit(said(2, "It doesn't matter: the password screen shifted."))
    journal.commit(said(3, "The screen isn't the password; the night shift waited."))

    assert sorted(hit.turn for hit in store.search(query)) == turns


@pytest.mark.parametrize(
    "query", ['"', "AND", "NOT (", "text:x", "a* OR", "'; --", "NEAR(", "", " ", "-", "\x00", "^"]
)
def test_any_text_is_a_search(store: Store, query: str) -> None:
    """Nothing a person types breaks the full-text syntax."""
    store.journal(store.create_run("focus-group")).commit(said(1, "You have eleven minutes."))

    assert store.search(query) == []


def test_a_store_belongs_to_the_thread_that_opened_it(store: Store) -> None:
    """Another thread is told to open a store of its own."""
    caught: list[Exception] = []

    def read() -> None:
        try:
            store.runs()
        except StoreFailed as error:
            caught.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()

    assert [str(error) for error in caught] == [
        "The store of ':memory:' belongs to the thread that opened it: open another one here."
    ]


def test_another_store_on_the_same_file_reads_while_one_writes(tmp_path: Path) -> None:
    """A notebook may follow a run that another process plays."""
    with Store.open(tmp_path / "runs.db") as writer, Store.open(tmp_path / "runs.db") as reader:
        run = writer.create_run("focus-group")
        journal = writer.journal(run)
        journal.commit(started())
        first = reader.events(run)
        journal.commit(said(1, "Now."))

        assert (first, reader.events(run)) == ([started()], [started(), said(1, "Now.")])
        assert (reader.path, reader.run(run).model) == (tmp_path / "runs.db", "tiers")
        assert MINI_MODEL not in str(reader.runs())
