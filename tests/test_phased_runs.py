"""Runs in phases: each with its speakers and its order, to the end, and from any step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from simulator.conversation.state import State
from simulator.conversation.turn_taking import NextSpeakers, Policy
from simulator.record.events import RunEnded, SpeakerChosen
from tests.stage import (
    Body,
    Film,
    all_at_once,
    always,
    asked,
    asked_to_choose,
    assert_goes_on,
    choice,
    course,
    debate,
    kinds,
    reply,
    stage,
)

ACTS: list[dict[str, Any]] = [
    {"name": "opening", "about": "Everybody says who they are", "rounds": 1},
    {"name": "questions", "speakers": ["moderator", "dev"], "turns": 3},
    {"name": "closing", "speakers": ["ilse"], "until": {"phrase": "good night"}},
]


async def test_phases_are_played_in_their_order() -> None:
    """Each with its own speakers; the last by its rule, and then it is over."""

    def answer(body: Body) -> Body:
        speaker, turn = asked(body)
        return reply("Good night." if (speaker, turn) == ("Ilse Maes", 8) else f"Turn {turn}.")

    there = stage(debate(*ACTS), answer)

    parts = await course(there)

    assert parts == [
        *("<opening>", "rosa", "dev", "ilse"),
        *("<questions>", "dev", "ilse", "dev"),
        *("<closing>", "ilse", "ilse", "phases"),
    ]
    words = [str(body["messages"][-1]["content"]) for body in there.network.bodies]
    assert "called opening: Everybody says who they are." in words[0]
    assert "called questions." in words[3]


async def test_a_limit_ends_a_run_in_the_midst_of_a_phase() -> None:
    """The limits of the run go before the phases."""
    there = stage(debate(*ACTS, turns=4), always(reply()))

    assert await course(there) == [
        *("<opening>", "rosa", "dev", "ilse"),
        *("<questions>", "dev", "turns"),
    ]


async def test_simultaneous_speakers_keep_the_turns_of_a_phase() -> None:
    """Of three chosen at once, as many speak as the phase has turns left."""
    cast = debate({"name": "a", "turns": 2}, {"name": "b", "turns": 4})

    record = await stage(cast, always(reply()), policy=all_at_once).play()

    rounds = [one.turns for one in record.events if isinstance(one, SpeakerChosen)]
    assert rounds == [(1, 2), (3, 4, 5), (6,)]


async def test_each_phase_has_its_order(tmp_path: Path) -> None:
    """A policy's name, a function of one's own that is loaded once, or the graph's."""
    (tmp_path / "my_policy.py").write_text(
        "from simulator import NextSpeakers\n"
        "loaded = []\n"
        "def backwards(state, cast, answers):\n"
        "    loaded.append(1)\n"
        "    return NextSpeakers((state.present[-1],), f'time {len(loaded)}')\n"
    )
    cast = debate(
        {"name": "a", "turns": 2, "order": "my_policy.py:backwards"},
        {"name": "b", "turns": 2, "order": "round_robin"},
        {"name": "c", "turns": 2},
    )

    def first(state: State, *_: object) -> NextSpeakers:
        return NextSpeakers((state.present[0],), "the first")

    there = stage(replace(cast, folder=tmp_path), always(reply()), policy=first)
    record = await there.play()

    made = [one for one in record.events if isinstance(one, SpeakerChosen)]
    assert [one.names[0] for one in made] == ["ilse", "ilse", "rosa", "dev", "rosa", "rosa"]
    assert [one.reason for one in made[:2]] == ["time 1", "time 2"]


@pytest.mark.parametrize(
    ("order", "detail"),
    [
        ("round_robbin", "nobody could be chosen: No turn-taking policy is called 'round_robbin'"),
        ("my.py:nobody", "nobody could be chosen: 'my.py' defines no 'nobody'"),
        ("my.py:number", "nobody could be chosen: 'my.py:number' must be a function that takes"),
        ("none.py:number", "nobody could be chosen: 'none.py:number' cannot be loaded"),
    ],
)
async def test_an_order_that_there_is_not_is_told(order: str, detail: str, tmp_path: Path) -> None:
    """The run ends with a sentence, not with a traceback."""
    (tmp_path / "my.py").write_text("number = 3\n")
    cast = replace(debate({"name": "a", "order": order}), folder=tmp_path)

    record = await stage(cast, always(reply())).play()

    end = record.events[-1]
    assert isinstance(end, RunEnded)
    assert (end.stop_reason, end.detail[: len(detail)]) == ("failed", detail)


PLAYED = debate(
    {"name": "opening", "rounds": 1, "order": "round_robin"},
    {"name": "judged", "until": {"goal": "They agree."}},
    {"name": "vote", "turns": 2, "speakers": ["rosa", "dev"], "order": "random"},
    stop={"goal": "They quarrel."},
    turns=14,
)


def judging(body: Body) -> Body:
    """Models that talk, and judges of whom only the second ever says yes."""
    last = str(body["messages"][-1]["content"])
    moderator, turn = asked_to_choose(body)
    if moderator:
        return choice(("rosa", "dev")[turn % 2])
    if "you judge it" in last:
        holds = "They agree." in last and "[9]" in str(body["messages"])
        return reply("", act="pass", holds=holds)
    return reply(f"Turn {asked(body)[1]}.")


@pytest.mark.parametrize("policy", ["addressed", "moderated", all_at_once])
async def test_a_talk_with_phases_goes_on_from_any_step(
    policy: str | Policy, counts: Callable[[int, int], int]
) -> None:
    """Law 2 and 3: the same phases, speakers and words, and nothing answered is asked again."""
    there, film = stage(PLAYED, judging, policy=policy), Film()

    await there.play(film)

    assert kinds(film.events).count("phase_entered") == 3
    await assert_goes_on(there, film, film.shots[:: counts(4, 1)])
