"""The last word: one more turn for somebody when a talk is over as planned, where there is room."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator.conversation.state import State
from simulator.conversation.steering import StopSwitch
from simulator.definitions.cast import Cast
from simulator.record.events import LimitReached, RunClosing, RunEnded, TurnTaken
from tests.marked_files import HEAD, checker_of, two_people
from tests.stage import Body, Film, Stage, all_at_once, asked, assert_goes_on, course, reply, stage
from tests.talks import cast_of, member

ILSE = member("ilse", role="moderator")


def hosted(*, last_word: str = "moderator", turns: int = 7, **more: Any) -> Cast:
    """Two guests and a moderator who has the last word."""
    return cast_of("rosa", "dev", ILSE, last_word=last_word, limits={"turns": turns}, **more)


def talking_at(cast: Cast, usage: dict[str, int]) -> Stage:
    """Everybody says the same, and every answer costs the same."""
    return stage(cast, lambda _: {**reply("Well."), "usage": usage})


def talking(cast: Cast, says: str = "Well.", **more: Any) -> Stage:
    """Everybody says the same in every turn."""
    return stage(cast, lambda _: reply(says), **more)


@pytest.mark.parametrize(
    ("more", "said", "there"),
    [
        ({}, "Well.", [*["rosa", "dev", "ilse"] * 2, "ilse", "turns"]),
        ({"turns": 8}, "Well.", ["rosa", "dev", "ilse"] * 2 + ["rosa", "ilse", "turns"]),
        ({"turns": 1}, "Well.", ["rosa", "turns"]),
        ({"stop": {"phrase": "done"}}, "done", ["rosa", "ilse", "phrase"]),
        ({"last_word": "dev", "stop": {"turns": 2}}, "Well.", ["rosa", "dev", "turns_rule"]),
        ({"stop": {"external": True}}, "Well.", ["external"]),
        (
            {"events": [{"at": {"turn": 2}, "end": "the bell rings"}]},
            "Well.",
            ["rosa", "event"],
        ),
        (
            {"phases": [{"name": "bids", "speakers": ["rosa", "dev"], "turns": 2}]},
            "Well.",
            ["<bids>", "rosa", "dev", "ilse", "phases"],
        ),
    ],
    ids=["by turns", "not last", "one turn", "phrase", "had it", "from outside", "event", "phases"],
)
async def test_who_speaks_last(more: dict[str, Any], said: str, there: list[str]) -> None:
    """A planned end is followed by the last word; a limit of turns is never exceeded."""
    switch = StopSwitch()
    if more.get("stop") == {"external": True}:
        switch.throw("enough")

    found = await course(talking(hosted(**more), said, stop=switch))

    assert found == (there if there != ["external"] else ["rosa", "external"])


async def test_the_one_who_has_it_knows() -> None:
    """The prompt says so, and the record why it ends."""
    there = talking(hosted(stop={"phrase": "done"}), "done")
    record = await there.play()
    closing = next(one for one in record.events if isinstance(one, RunClosing))
    (first, last) = [str(body["messages"][-1]["content"]) for body in there.network.bodies]

    assert (closing.turn, closing.speaker, closing.stop_reason) == (1, "ilse", "phrase")
    assert isinstance(record.events[-1], RunEnded)
    assert record.events[-1].detail == closing.detail
    assert "it is the last word" in last
    assert "it is the last word" not in first


async def test_a_last_word_that_fails_ends_the_run_as_planned() -> None:
    """The reason stays the one for which it was to end."""
    cast = hosted(stop={"phrase": "done"})

    def answer(body: Body) -> Body | tuple[int, Body]:
        return (500, {}) if asked(body)[0] == cast.member("ilse").name else reply("done")

    assert await course(stage(cast, answer)) == ["rosa", "ilse", "phrase"]


async def test_time_that_is_up_leaves_no_room_for_it() -> None:
    """Nobody is asked any more."""
    cast = cast_of("rosa", "dev", ILSE, last_word="ilse", limits={"turns": 9, "seconds": 90})

    assert await course(talking(cast, elapsed=lambda: 91.0)) == ["seconds"]


@pytest.mark.parametrize("tokens", [12_000, 17_000, 23_000])
async def test_something_is_kept_of_the_budget_for_it(tokens: int) -> None:
    """When nobody else can be paid any more, it is said in the budget, shorter if need be."""
    cast = cast_of("rosa", "dev", ILSE, last_word="ilse", limits={"turns": 99, "tokens": tokens})
    usage = {"prompt_tokens": 700, "completion_tokens": 60, "total_tokens": 760}

    record = await talking_at(cast, usage).play()

    said = [one for one in record.events if isinstance(one, TurnTaken)]
    closing = next(one for one in record.events if isinstance(one, RunClosing))
    reached = next(one for one in record.events if isinstance(one, LimitReached))
    last = record.events[-1]
    assert isinstance(last, RunEnded)
    assert (closing.stop_reason, last.stop_reason, reached.scope) == ("tokens", "tokens", "run")
    assert said[-1].speaker == "ilse"
    assert said[-1].turn > closing.turn
    assert tokens * 0.85 <= 760 * len(said) <= tokens


async def test_a_budget_without_room_for_it_ends_the_run_all_the_same() -> None:
    """It is tried, and passed."""
    cast = cast_of("rosa", "dev", ILSE, last_word="ilse", limits={"turns": 9, "tokens": 500})

    assert (await course(talking(cast)))[-1] == "tokens"


async def test_a_round_of_all_leaves_a_turn_for_it() -> None:
    """Simultaneous speakers are no more than there is room for."""
    record = await talking(hosted(turns=6), policy=all_at_once).play()
    state = State.from_events(record.events)

    assert (state.turn, state.ended) == (6, "turns")
    assert [one.speaker for one in record.events if isinstance(one, TurnTaken)][-1] == "ilse"


async def test_a_run_that_breaks_off_goes_on_to_the_same_last_word() -> None:
    """From every moment of it, and nothing is asked twice."""
    there, film = talking(hosted(turns=5)), Film()
    await there.play(film)

    await assert_goes_on(there, film, film.shots)


def test_validate_knows_who_can_have_it(tmp_path: Path) -> None:
    """A member or a role of the cast."""
    check = checker_of(two_people(tmp_path))

    assert check(HEAD + "last_word: seller\n") == []
    assert check(HEAD + "last_word: ^selller\n") == [
        ("'selller' is neither in the cast nor a role there.", "Did you mean 'seller'?")
    ]
