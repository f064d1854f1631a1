"""Runs to which something happens: who has the floor then, how they end, how they go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simulator.conversation.turn_taking import Policy
from simulator.definitions.cast import Cast
from simulator.record.events import Event, Intervened, PhaseEntered, RunEnded, SpeakerChosen
from tests.stage import (
    Body,
    Film,
    all_at_once,
    always,
    asked,
    asked_to_choose,
    assert_goes_on,
    choice,
    kinds,
    reply,
    stage,
)
from tests.talks import cast_of, member


def with_event(event: dict[str, Any], **more: Any) -> Cast:
    """Three people, one of whom comes later, and one event."""
    late = member("ilse", enters_here="later")
    return cast_of("rosa", "dev", late, events=[event], **more)


async def played(cast: Cast, **more: Any) -> list[Event]:
    """The events of a run in which everybody says something."""
    return (await stage(cast, always(reply()), **more).play()).events


def floor_of(events: list[Event]) -> list[str]:
    """Who had the floor, one after the other."""
    return [name for one in events if isinstance(one, SpeakerChosen) for name in one.names]


async def test_a_latecomer_speaks_once_brought_in() -> None:
    """And not before; whoever has to go speaks no more."""
    event = {"at": {"turn": 3}, "join": ["ilse"], "leave": ["rosa"], "next": "ilse"}

    events = await played(with_event(event, limits={"turns": 6}))

    assert floor_of(events) == ["rosa", "dev", "ilse", "dev", "ilse", "dev"]
    assert kinds(events)[5:11] == [
        *("intervened", "persona_left", "intervened", "persona_joined"),
        *("intervened", "speaker_chosen"),
    ]


async def test_an_event_gives_the_floor_to_whoever_it_names() -> None:
    """Whatever the turn-taking and the phase say, once; not to somebody who is not there."""
    only_rosa = [{"name": "a", "speakers": ["rosa"], "turns": 9}]
    for named, order in (("dev", ["rosa", "dev", "rosa"]), ("ilse", ["rosa", "rosa", "rosa"])):
        event = {"at": {"turn": 2}, "next": named}

        events = await played(with_event(event, phases=only_rosa, limits={"turns": 3}))

        assert floor_of(events) == order


async def test_an_event_ends_the_run() -> None:
    """With its words as the reason; what it says before is said."""
    event = {"at": {"turn": 2}, "say": "The bell rings.", "end": "The shift begins."}

    events = await played(with_event(event))

    assert kinds(events)[-3:] == ["intervened", "intervened", "run_ended"]
    assert isinstance(events[-1], RunEnded)
    assert (events[-1].stop_reason, events[-1].detail) == ("event", "The shift begins.")


async def test_a_pattern_without_end_ends_the_run() -> None:
    """As failed, and the reason names the pattern, the speaker and the turn; it never hangs."""
    event = {"at": {"said": "(a|a)*$"}, "say": "A phone rings."}
    said = always(reply("a" * 60 + "!"))

    record = await stage(with_event(event), said).play()

    assert isinstance(record.events[-1], RunEnded)
    assert record.events[-1].stop_reason == "failed"
    assert record.events[-1].detail.startswith(
        "The pattern '(a|a)*$' takes too long on what rosa said in turn 1: simplify it."
    )


async def test_a_room_that_an_event_empties_is_empty() -> None:
    """The run is over; where somebody comes in at the same time it goes on."""
    gone = {"at": {"turn": 2}, "leave": ["rosa", "dev"]}

    emptied = await played(with_event(gone))
    changed = await played(with_event({**gone, "join": ["ilse"]}, limits={"turns": 3}))

    assert isinstance(emptied[-1], RunEnded)
    assert emptied[-1].stop_reason == "everybody_left"
    assert floor_of(changed) == ["rosa", "ilse", "ilse"]


async def test_a_phase_that_an_event_empties_is_over() -> None:
    """Before anybody is chosen in it, and the next one begins."""
    phases = [{"name": "a", "speakers": ["dev"], "turns": 5}, {"name": "b", "turns": 1}]
    event = {"at": {"turn": 2}, "leave": ["dev"]}

    events = await played(with_event(event, phases=phases))

    entered = [one.phase for one in events if isinstance(one, PhaseEntered)]
    assert (entered, floor_of(events)) == (["a", "b"], ["dev", "rosa"])


async def test_many_conditions_can_be_asked_in_one_round() -> None:
    """Each once; none of them happens, and the talk goes on."""
    statements = [{"at": {"asked": f"Statement {n}."}, "say": "Oh."} for n in range(12)]
    cast = cast_of("rosa", "dev", events=statements, limits={"turns": 4})
    seen: list[str] = []

    def answer(body: Body) -> Body:
        last = str(body["messages"][-1]["content"])
        if "you judge it" not in last:
            return reply()
        seen.append(last)
        return reply(holds=False)

    record = await stage(cast, answer).play()

    assert len(seen) == len(set(seen)) == 12
    assert isinstance(record.events[-1], RunEnded)
    assert record.events[-1].stop_reason == "turns"


EVENTFUL = cast_of(
    "rosa",
    member("dev", role="moderator"),
    member("ilse", enters_here="later"),
    limits={"turns": 12},
    phases=[{"name": "a", "rounds": 2}, {"name": "b", "until": {"goal": "They agree."}}],
    stop={"any": [{"goal": "They quarrel."}, {"everybody_passed": True}]},
    events=[
        {"at": {"asked": "Somebody is missing."}, "join": ["ilse"], "next": "ilse"},
        {"at": {"turn": 2}, "say": "A van hoots.", "tell": {"rosa": "It is yours."}},
        {"at": {"turn": 2, "asked": "It is late."}, "goal": {"rosa": "go home", "dev": "sleep"}},
        {"at": {"phase": "b"}, "leave": ["rosa"], "say": "The phone rings."},
        {"at": {"turn": 8}, "join": ["rosa"], "next": "rosa"},
        {"at": {"turn": 11}, "leave": ["ilse", "rosa"], "end": "The shift begins."},
    ],
)
TRUE_FROM = {"Somebody is missing.": 4, "It is late.": 2, "They agree.": 9}


def eventful(body: Body) -> Body:
    """Models that talk, and a judge who finds statements true from some turn on."""
    moderator, turn = asked_to_choose(body)
    if moderator:
        return choice("rosa" if '"rosa"' in str(body).replace("'", '"') else "ilse")
    last = str(body["messages"][-1]["content"])
    if "you judge it" in last:
        turns = str(body["messages"]).count(" says ")
        return reply(holds=any(text in last and turns >= n for text, n in TRUE_FROM.items()))
    speaker, turn = asked(body)
    return reply(f"{speaker} says {turn}.")


@pytest.mark.parametrize("policy", ["round_robin", "moderated", all_at_once])
async def test_an_eventful_talk_goes_on_from_any_step(
    policy: str | Policy, counts: Callable[[int, int], int]
) -> None:
    """Between any two writes, in the midst of events and questions; nothing is paid twice."""
    there, film = stage(EVENTFUL, eventful, policy=policy), Film()

    await there.play(film)

    assert {one.effect for one in film.events if isinstance(one, Intervened)} == {
        *("say", "tell", "goal", "join", "leave", "next", "end")
    }
    await assert_goes_on(there, film, film.shots[:: counts(4, 1)])
