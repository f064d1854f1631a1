"""A turn out of character is asked for once more; what stays so is flagged, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from simulator.conversation.turn_taking import Policy
from simulator.definitions.cast import Cast
from simulator.definitions.project import Project
from simulator.record.events import FidelityFlagged, LimitReached, TurnPassed, TurnTaken
from simulator.testing import MemoryRecord, completion
from tests.stage import (
    Body,
    Film,
    Improvised,
    Improvising,
    Stage,
    all_at_once,
    always,
    asked,
    assert_goes_on,
    conversation_of,
    kinds,
    limited,
    reply,
    stage,
    told,
)
from tests.talks import cast_of, member

PROJECT = Project.find(Path(__file__).parent)
YOUNGER, LESS, TRUE = "I'm thirty-eight.", "I'm thirty-nine.", "I'm fifty-eight."
UNFIT = "That answer cannot be used"
FACTS = {"age": 58, "opinion": "against an app for handovers"}


def cast(*others: str, **more: Any) -> Cast:
    """Rosa, who is 58 and hides something from all but Dev, and others who state no facts."""
    secrets = [{"text": "she mixed up two medicines in March", "tell": ["dev"]}]
    rosa = member("rosa", facts=FACTS, secrets=secrets)
    return cast_of(rosa, *others, **{"limits": {"turns": 1}, **more})


def corrected(body: Body) -> bool:
    """Whether the question shows an answer that will not do."""
    return UNFIT in str(body["messages"][-1]["content"])


def first_then(first: Body, second: Body | tuple[int, Body]) -> Improvised:
    """One answer to a question, and another one when that is corrected."""
    return lambda body: second if corrected(body) else first


def turns(record: MemoryRecord) -> list[tuple[str, str]]:
    """What was said and what was flagged: the words, or the rule and its evidence."""
    found: list[tuple[str, str]] = []
    for one in record.events:
        if isinstance(one, TurnTaken):
            found.append(("said", one.text))
        elif isinstance(one, TurnPassed):
            found.append(("passed", one.reason))
        elif isinstance(one, FidelityFlagged):
            found.append((one.rule, one.evidence))
    return found


def purposes(record: MemoryRecord) -> list[str]:
    """What models were called for."""
    return [call.purpose for call in record.calls.values()]


async def test_a_clean_turn_is_asked_for_once() -> None:
    """The guard costs no call."""
    record = await stage(cast("dev"), always(reply(TRUE))).play()

    assert (turns(record), purposes(record)) == ([("said", TRUE)], ["speak"])


async def test_a_turn_out_of_character_is_mended() -> None:
    """By the same model, in a call of its own that stands with the turn; nothing is flagged."""
    record = await stage(cast("dev"), first_then(reply(YOUNGER), reply(TRUE))).play()

    assert (turns(record), purposes(record)) == ([("said", TRUE)], ["speak", "repair"])
    (turn,) = (one for one in record.events if isinstance(one, TurnTaken))
    assert turn.calls == tuple(record.calls)
    assert len({call.model for call in record.calls.values()}) == 1
    assert len(record.attempts) == 2


async def test_the_model_sees_its_answer_and_what_is_wrong() -> None:
    """After the very prompt that it answered, so that a cache knows all that is before."""
    there = stage(cast("dev"), first_then(reply(YOUNGER), reply(TRUE)))

    await there.play()

    before, after = (body["messages"] for body in there.network.bodies)
    shown, wrong = after[-2:]
    assert after[:-2] == before
    assert YOUNGER in shown["content"]
    assert wrong["content"] == (
        "That answer cannot be used: it is out of character. The age is not yours: \"I'm "
        'thirty-eight.". Answer again, complete, in the same form.'
    )


async def test_a_turn_that_stays_out_of_character_is_flagged() -> None:
    """Before it is taken; the second answer stands, and there is no third."""
    record = await stage(cast("dev"), first_then(reply(YOUNGER), reply(LESS))).play()

    assert turns(record) == [("age", LESS), ("said", LESS)]
    assert purposes(record) == ["speak", "repair"]


async def test_the_answer_with_fewer_breaches_stands() -> None:
    """Where the correction only made it worse, the first one."""
    worse = f"{LESS} I mixed up two medicines in March."

    record = await stage(cast("dev", "ilse"), first_then(reply(YOUNGER), reply(worse))).play()

    assert turns(record) == [("age", YOUNGER), ("said", YOUNGER)]
    (turn,) = (one for one in record.events if isinstance(one, TurnTaken))
    assert turn.calls == tuple(record.calls)


async def test_each_breach_is_told_and_flagged() -> None:
    """One sentence and one event for each."""
    both = f"{YOUNGER} I mixed up two medicines in March."
    there = stage(cast("dev", "ilse"), always(reply(both)))

    record = await there.play()

    assert kinds(record.events).count("fidelity_flagged") == 2
    assert [rule for rule, _ in turns(record)] == ["age", "secret", "said"]
    wrong = str(there.network.bodies[-1]["messages"][-1]["content"])
    assert "The age is not yours" in wrong
    assert "You tell what you keep from those who hear it" in wrong


@pytest.mark.parametrize(
    "second",
    [
        completion("not what was asked for"),
        completion(tools=[("1", "clock", "{}")]),
        (500, {"error": {"message": "down"}}),
        (400, {"error": {"message": "no"}}),
    ],
    ids=["no JSON", "a tool", "a failure", "a refusal"],
)
async def test_the_first_answer_stands_where_the_second_is_none(
    second: Body | tuple[int, Body],
) -> None:
    """A correction that comes to nothing never costs the turn."""
    record = await stage(cast("dev"), first_then(reply(YOUNGER), second)).play()

    assert turns(record) == [("age", YOUNGER), ("said", YOUNGER)]
    assert purposes(record) == ["speak", "repair"]


async def test_a_budget_too_small_for_a_correction_keeps_the_first_answer() -> None:
    """Nothing is sent for it, and the run has not reached its limit by that."""
    usage = {"prompt_tokens": 1_500, "completion_tokens": 200, "total_tokens": 1_700}
    answer = first_then({**reply(YOUNGER), "usage": usage}, reply(TRUE))
    free = await stage(cast("dev"), answer).play()
    first = next(iter(free.attempts.values())).reserved_tokens
    there = stage(limited(cast("dev"), tokens=first), answer)

    record = await there.play()

    assert turns(record) == [("age", YOUNGER), ("said", YOUNGER)]
    assert len(there.network.bodies) == 1
    assert [one.unit for one in record.events if isinstance(one, LimitReached)] == ["turns"]


async def test_a_correction_may_be_to_say_nothing() -> None:
    """A turn passed breaks no rule."""
    record = await stage(cast("dev"), first_then(reply(YOUNGER), reply("", act="pass"))).play()

    assert turns(record) == [("passed", "")]


async def test_a_scenario_can_do_without() -> None:
    """`fidelity: off` neither asks again nor flags."""
    record = await stage(cast("dev", fidelity="off"), always(reply(YOUNGER))).play()

    assert (turns(record), purposes(record)) == ([("said", YOUNGER)], ["speak"])


@pytest.mark.parametrize(
    ("to", "rules"), [(["dev"], ["said"]), (["dev", "ilse"], ["secret", "said"])]
)
async def test_a_whisper_is_checked_for_those_who_hear_it(to: list[str], rules: list[str]) -> None:
    """A secret for Dev's ears may be told to him alone, with others in the room."""
    secret = reply("I mixed up two medicines in March.", to=to)

    record = await stage(cast("dev", "ilse", whispers=True), always(secret)).play()

    assert [rule for rule, _ in turns(record)] == rules


async def test_who_is_not_there_hears_nothing() -> None:
    """A secret for Dev's ears may be told while the only other one has not come yet."""
    late = member("ilse", enters_here="later")
    secrets = [{"text": "she mixed up two medicines in March", "tell": ["dev"]}]
    there = cast_of(member("rosa", secrets=secrets), "dev", late, limits={"turns": 1})
    secret = reply("I mixed up two medicines in March.")

    record = await stage(there, always(secret)).play()

    assert [rule for rule, _ in turns(record)] == ["said"]


async def test_an_opinion_may_change_after_three_turns_of_ones_own() -> None:
    """However many others have spoken in between."""
    warm = "I'm all in favour of an app for handovers."

    short = cast("dev", "ilse", "tomi", limits={"turns": 16})
    record = await stage(short, always(reply(warm))).play()

    flagged = [one.turn for one in record.events if isinstance(one, FidelityFlagged)]
    assert flagged == [1, 5, 9]


def wavering(body: Body) -> Body:
    """Rosa is mended in turns that four divides, and flagged in her other ones."""
    speaker, turn = asked({"messages": [*body["messages"][:-2]]} if corrected(body) else body)
    if not speaker.startswith("Rosa"):
        return reply(f"Turn {turn}.")
    mended = corrected(body) and turn % 4 == 0
    return reply(TRUE if mended else f"{YOUNGER} I mixed up two medicines in March.")


@pytest.mark.parametrize("policy", ["round_robin", all_at_once])
async def test_a_talk_goes_on_from_any_step(
    policy: str | Policy, counts: Callable[[int, int], int]
) -> None:
    """Between any two writes: the same words, each flag once, no correction paid twice."""
    there = stage(cast("dev", "ilse", limits={"turns": 9}), wavering, policy=policy)
    film = Film()

    await there.play(film)

    assert {"repair"} < set(purposes(film))
    assert {rule for rule, _ in turns(film)} == {"age", "secret", "said"}
    assert ("said", TRUE) in turns(film)
    await assert_goes_on(there, film, film.shots[:: counts(3, 1)])


async def test_a_flag_on_record_settles_the_turn() -> None:
    """A correction that failed is not tried again once the record says what came of it."""
    lost, film = first_then(reply(YOUNGER), (500, {"error": {"message": "down"}})), Film()
    await stage(cast("dev"), lost).play(film)
    shot = next(one for one in film.shots if kinds(one.events)[-1:] == ["fidelity_flagged"])
    up = stage(cast("dev"), first_then(reply(YOUNGER), reply(TRUE)))

    await up.play(shot)

    assert (turns(shot), up.network.bodies) == (turns(film), [])


async def test_written_lines_are_spoken_as_they_are() -> None:
    """What people wrote is neither corrected nor flagged, be it out of character."""
    written = [{"id": "young", "speaker": "rosa", "act": "open", "say": YOUNGER}]
    there = stage(
        cast("dev", lines=written), always({}), model="stand-in", models=PROJECT.catalog()
    )

    record = await there.play()

    assert (turns(record), purposes(record)) == ([("said", YOUNGER)], ["speak"])


@pytest.mark.parametrize("name", ["design-review", "focus-group", "interview-practice"])
async def test_a_shipped_talk_is_the_same_without_a_guard(name: str) -> None:
    """Events, calls and the hashes of all prompts."""
    ours = PROJECT.cast(name)
    off = replace(ours, scenario=ours.scenario.model_copy(update={"fidelity": "off"}))
    checked, free = [
        await Stage(
            cast=one,
            conversation=conversation_of(one),
            network=Improvising(always({})),
            model="stand-in",
            models=PROJECT.catalog(),
        ).play()
        for one in (ours, off)
    ]

    assert told(checked.events[1:]) == told(free.events[1:])
    assert [(one.id, one.prompt_hash) for one in checked.calls.values()] == [
        (one.id, one.prompt_hash) for one in free.calls.values()
    ]
