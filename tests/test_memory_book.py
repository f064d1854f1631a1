"""Memories in the database: whose they are, what fits a text, and how they are forgotten."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from simulator import Store
from simulator.errors import NotFound
from simulator.record.events import SummaryMade
from simulator.record.rows import Recollection
from tests.notes_samples import kept, now
from tests.record_samples import AT, ended
from tests.record_samples import started as begun
from tests.stage import kinds


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A new store."""
    return Store.open(tmp_path / "runs.db")


def test_only_runs_that_were_over_are_recalled(store: Store) -> None:
    """A database answers alike for a run whenever it is asked, however many runs come later."""
    kept(store, "Dev drinks tea.")

    early, later = now(store, minutes=4), now(store, minutes=6)
    kept(store, "Dev spilled his tea.", minutes=10)

    assert early.recall("rosa", "tea", limit=3) == []
    assert later.recall("rosa", "More tea?", limit=3) == [
        Recollection(text="Dev drinks tea.", source="Three-step onboarding, 2026-11-20")
    ]


def test_the_best_memories_come_first(store: Store) -> None:
    """By their words, as they are searched everywhere; none where no word tells anything."""
    kept(store, "Dev drinks tea.", "The kettle leaks.", "Tea from the kettle is bad tea.")
    mind = now(store, minutes=6)

    found = mind.recall("rosa", "Kettles, and TEA", limit=2)

    assert [one.text for one in found] == ["Tea from the kettle is bad tea.", "The kettle leaks."]
    assert mind.recall("rosa", "and the", limit=2) == []
    assert mind.recall("dev", "tea", limit=2) == []


def test_the_same_words_come_to_mind_once(store: Store) -> None:
    """Different memories first, then what was remembered more than once, the newest first."""
    for minutes in (1, 2, 3, 4):
        kept(store, "Dev drinks tea.", minutes=minutes)
    kept(store, "Bad tea, says the clerk at the counter.", minutes=5)
    mind = now(store, minutes=20)

    found = [one.text for one in mind.recall("rosa", "tea", limit=3)]

    assert found == [
        "Dev drinks tea.",
        "Bad tea, says the clerk at the counter.",
        "Dev drinks tea.",
    ]


def test_who_plays_under_another_name_remembers_apart(store: Store) -> None:
    """`as:` makes somebody else of a persona, with other secrets: neither reads the other's."""
    cast = [{"persona": "rosa"}, {"persona": "rosa", "as": "night-rosa"}]
    kept(store, "The drawer holds tea.", cast=cast, speaker="night-rosa")
    mind = now(store, minutes=6)

    assert mind.recall("rosa", "tea", limit=3) == []
    assert len(mind.recall("rosa/night-rosa", "tea", limit=3)) == 1
    assert store.memories.personas() == ("rosa/night-rosa",)


def test_what_somebody_noted_for_itself_is_remembered(store: Store) -> None:
    """Reflections of the run, but for those that could not be had, and stage directions."""
    run = store.create_run("focus-group")
    journal = store.journal(run)
    scenario = {"cast": [{"persona": "rosa"}], "memory": {"across_runs": True}}
    journal.commit(replace(begun(), definitions={"scenario": scenario}))
    for text in ("I do not trust the kettle.", "", "[stand-in]"):
        journal.commit(SummaryMade(turn=7, at=AT, first=1, last=6, text=text, member="rosa"))
    journal.commit(SummaryMade(turn=7, at=AT, first=1, last=6, text="They all talked."))
    before = store.memories.newest()
    journal.commit(ended(7))

    found = store.memories.newest()
    assert before == []
    assert [(one.form, one.text, one.turn) for one in found] == [
        ("reflection", "I do not trust the kettle.", 6)
    ]


def test_memories_are_found_and_forgotten(store: Store) -> None:
    """One by its number, or all of a persona's; they are never found again, the run stays whole."""
    run = kept(store, "Dev drinks tea.", "Dev is late.")
    kept(store, "Rosa has tea.", speaker="dev")
    number = store.memories.search("late")[0].id

    assert store.memories.forget(number) == 1
    assert [one.text for one in store.memories.newest("rosa")] == ["Dev drinks tea."]
    assert store.memories.search("late") == []
    assert [one.persona for one in store.memories.search("tea", persona="dev")] == ["dev"]
    assert store.memories.forget("rosa") == 1
    assert [one.text for one in store.memories.newest()] == ["Rosa has tea."]
    assert now(store, minutes=60).recall("rosa", "tea late", limit=3) == []
    assert kinds(store.events(run)).count("memory_kept") == 2


def test_what_nobody_remembers_cannot_be_forgotten(store: Store) -> None:
    """A number or a name that is not there is told, with the name that was meant."""
    kept(store, "Dev drinks tea.")

    with pytest.raises(NotFound, match="No memory is called '99'"):
        store.memories.forget(99)
    with pytest.raises(NotFound, match="Did you mean 'rosa'"):
        store.memories.forget("rose")


def test_your_own_sql_finds_memories(store: Store) -> None:
    """`v_memories` has them with their runs."""
    run = kept(store, "Dev drinks tea.")

    found = store.query("SELECT * FROM v_memories")
    assert [{name: value for name, value in row.items() if name != "memory"} for row in found] == [
        {
            "persona": "rosa",
            "form": "fact",
            "text": "Dev drinks tea.",
            "turn": 1,
            "run": run,
            "scenario": "focus-group",
            "title": "Three-step onboarding",
            "stand_in": 0,
            "at": "2026-11-20T09:35:15.250001Z",
        }
    ]


def test_memories_of_many_runs_take_little_room(tmp_path: Path) -> None:
    """A memory's text is stored once, and the file grows in a line with the memories."""
    path, sizes = tmp_path / "runs.db", [0]
    text = "Dev promised to bring the large kettle back to the ward before the night shift ends, "
    for runs in (range(1), range(100), range(100, 200)):
        with Store.open(path) as store:
            for n in runs:
                kept(store, *(f"{text}{n} {k}" for k in range(10)), minutes=n)
        sizes.append(path.stat().st_size)
    _, before, half, whole = sizes

    assert whole - half <= 1.2 * (half - before)
    assert whole - before <= 2_000 * (2 * len(text) + 250)
