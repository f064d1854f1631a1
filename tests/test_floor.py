"""The floor: why a talk is over, and what becomes of a policy that decides nothing good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from simulator.conversation.ending import why_over
from simulator.conversation.perception import perceive
from simulator.conversation.prompts import Prompts, Situation
from simulator.conversation.reply import Choice, parse_choice
from simulator.conversation.state import State, fold
from simulator.conversation.stop_conditions import StopReason
from simulator.conversation.turn_taking import NextSpeakers, Policy
from simulator.definitions.cast import Cast
from simulator.definitions.limits import Budget
from simulator.llm.ask import Answer, Listener, Question
from simulator.llm.session import Session
from simulator.record.events import Event, LimitReached, PersonaLeft, RunEnded, SpeakerChosen
from simulator.runs.play import play
from simulator.testing import MemoryRecord
from tests.llm_samples import ONCE
from tests.stage import (
    Body,
    all_at_once,
    always,
    asked_to_choose,
    choice,
    kinds,
    reply,
    stage,
)
from tests.talks import AT, cast_of, chosen, failed, member, standing_of, started, talk, told

CAST = cast_of("rosa", "dev", "ilse", limits={"turns": 4, "seconds": 600})
HM = ("rosa", "Hm.")
OVER = {"error": {"message": "no such key", "code": "invalid_api_key"}}


def reached(scope: str, unit: str = "dollars") -> LimitReached:
    """A budget is used up."""
    return LimitReached(turn=1, at=AT, scope=scope, unit=unit, limit="1", used="it is spent")


def after_failures(*errors: str) -> State:
    """The state after turns that failed like this."""
    events: list[Event] = [started(CAST)]
    for turn, error in enumerate(errors, start=1):
        speaker = CAST.ids[turn % 3]
        events += [chosen(turn, speaker), failed(turn, speaker, error)]
    return State.from_events(events)


def over(state: State, cast: Cast = CAST, *, elapsed: float = 0.0) -> StopReason | None:
    """Why it is over."""
    reason = why_over(standing_of(state, cast, seconds=elapsed))
    assert not isinstance(reason, Question)
    return reason


def test_a_talk_goes_on_within_its_limits() -> None:
    """Before the first turn, and one turn before the last."""
    assert over(talk(CAST)) is None
    assert over(talk(CAST, HM, HM, HM), elapsed=599.9) is None


@pytest.mark.parametrize(
    ("state", "elapsed", "reason"),
    [
        (talk(CAST, HM, HM, HM, HM), 0, StopReason("turns", "4 turns were taken", limit="4")),
        (talk(CAST, HM), 600, StopReason("seconds", "600 seconds are over", limit="600")),
        (fold(talk(CAST, HM), [reached("run")]), 0, StopReason("dollars", "it is spent")),
        (fold(talk(CAST), [reached("study", "tokens")]), 0, StopReason("tokens", "it is spent")),
        (
            fold(talk(CAST), [reached(one) for one in CAST.ids]),
            0,
            StopReason("budgets", "every member's budget is spent"),
        ),
        (
            fold(talk(CAST), [PersonaLeft(at=AT, persona=one) for one in CAST.ids]),
            0,
            StopReason("everybody_left", "nobody is there any more"),
        ),
    ],
)
def test_limits_end_a_talk(state: State, elapsed: float, reason: StopReason) -> None:
    """Turns, seconds, money of the run, of the study and of all members, and an empty room."""
    assert over(state, elapsed=elapsed) == reason


@pytest.mark.parametrize(
    ("errors", "word"),
    [
        (["invalid_reply"], None),
        (["invalid_reply", "server_failed"], None),
        (["invalid_reply", "server_failed", "rate_limited"], "failed"),
        (["key_refused"], "key_refused"),
        (["key_missing"], "key_missing"),
        (["quota_exhausted"], "failed"),
        (["request_refused"], "failed"),
        (["context_overflow"], None),
        (["invalid_reply", "key_refused"], "key_refused"),
        (["invalid_reply"] * 3 + ["key_refused"], "key_refused"),
    ],
)
def test_failures_end_a_talk(errors: list[str], word: str | None) -> None:
    """One that the next turn would meet as well, or as many in a row as members are present."""
    reason = over(after_failures(*errors))

    assert (reason.word if reason else None) == word
    assert reason is None or reason.detail == f"{errors[-1]}!"


def test_somebody_alone_may_fail_once() -> None:
    """Even where one member is a whole round, one failure is not the end."""
    cast = cast_of("rosa")
    events: list[Event] = [started(cast), chosen(1, "rosa"), failed(1, "rosa")]

    assert over(State.from_events(events), cast) is None
    again: list[Event] = [chosen(2, "rosa"), failed(2, "rosa")]
    assert over(State.from_events([*events, *again]), cast) is not None


@pytest.mark.parametrize(
    ("rule", "moves", "word"),
    [
        ({"phrase": "done"}, [("rosa", "Done.")], "phrase"),
        ({"phrase": "done"}, [HM, HM, HM, ("rosa", "Done.")], "phrase"),
        ({"phrase": "done"}, [HM, HM, HM, HM], "turns"),
        ({"not": {"turns": 3}}, [], None),
        ({"not": {"turns": 3}}, [HM], "rule"),
    ],
)
def test_a_rule_goes_before_the_limit_of_turns(
    rule: dict[str, Any], moves: list[tuple[str, str | None]], word: str | None
) -> None:
    """The reason is the scenario's own where it holds; nothing holds before the first turn."""
    cast = cast_of("rosa", "dev", limits={"turns": 4}, stop=rule)
    reason = over(talk(cast, *moves), cast)

    assert (reason.word if reason else None) == word


def end_of(events: Sequence[Event]) -> tuple[str, str]:
    """How the run ended: the word and the sentence."""
    last = events[-1]
    assert isinstance(last, RunEnded)
    return last.stop_reason, last.detail


async def test_a_limit_is_told_before_the_end() -> None:
    """The record says which limit was reached, once."""
    record = await stage(CAST, always(reply())).play()

    assert kinds(record.events)[-3:] == ["turn_taken", "limit_reached", "run_ended"]
    assert [one for one in record.events if isinstance(one, LimitReached)] == [
        LimitReached(
            turn=4,
            at=record.events[-2].at,
            scope="run",
            unit="turns",
            limit="4",
            used="4",
            detail="4 turns were taken",
        )
    ]


async def test_a_rule_of_turns_is_no_limit() -> None:
    """A scenario that wants to stop after two turns has reached its end, not a limit."""
    cast = cast_of("rosa", "dev", limits={"turns": 4}, stop={"turns": 2})

    record = await stage(cast, always(reply())).play()

    assert end_of(record.events) == ("turns_rule", "2 turns were taken")
    assert "limit_reached" not in kinds(record.events)


@pytest.mark.parametrize("used", [0, 2])
async def test_time_that_is_up_ends_the_run(used: int) -> None:
    """The clock is looked at before each choice."""
    cast = cast_of("rosa", limits={"turns": 4, "seconds": 60})
    seconds = iter([0.0] * used + [61.0])

    record = await stage(cast, always(reply()), elapsed=lambda: next(seconds)).play()

    assert end_of(record.events) == ("seconds", "60 seconds are over")
    assert kinds(record.events).count("turn_taken") == used


def fixed(*names: str) -> Policy:
    """A policy that always chooses these."""

    def policy(state: State, cast: Cast, answers: Sequence[Answer[Any]], /) -> NextSpeakers:
        return NextSpeakers(names, "because")

    return policy


def confused(state: State, cast: Cast, answers: Sequence[Answer[Any]], /) -> NextSpeakers:
    """A policy with a mistake in it."""
    raise KeyError("moderator")


def _nothing(state: State, cast: Cast, answers: Sequence[Answer[Any]], /) -> Any:
    """A policy that forgets to return."""


async def _later(state: State, cast: Cast, answers: Sequence[Answer[Any]], /) -> Any:
    """A policy that is a coroutine."""


def undecided(state: State, cast: Cast, answers: Sequence[Answer[Any]], /) -> Question[Choice]:
    """A policy that asks and asks."""
    host = cast.members[0]
    heard = perceive(state, host.id)
    around = Situation(turn=1, turns=4, perceived=heard, context_tokens=9_000)
    return Question(
        persona=host.id,
        purpose="select",
        prompt=Prompts(cast=cast).choice(host, around, candidates=cast.ids),
        parse=lambda text: parse_choice(text, cast.ids),
    )


@pytest.mark.parametrize(
    ("policy", "detail"),
    [
        (fixed(), "the turn-taking chose nobody"),
        (fixed("rosa", "kim", "tomi"), "the turn-taking chose kim, tomi, who is not present"),
        (fixed("rosa", "dev", "rosa"), "the turn-taking chose rosa twice at once"),
        (fixed(""), "the turn-taking chose , who is not present"),
        (confused, "nobody could be chosen: the turn-taking raised KeyError: 'moderator'"),
        (
            _nothing,
            "nobody could be chosen: the turn-taking must return NextSpeakers or a Question",
        ),
        (_later, "nobody could be chosen: the turn-taking is `async def`: write a plain function"),
        (
            undecided,
            "nobody could be chosen: The turn-taking asked 5 questions and chose nobody.",
        ),
        ("moderated", "nobody could be chosen: The graph of scenario 'onboarding' needs a moder"),
    ],
)
async def test_a_policy_that_decides_nothing_good_ends_the_run(
    policy: str | Policy, detail: str
) -> None:
    """The run fails with a sentence; nothing is raised and nobody speaks."""
    there = stage(CAST, always(choice("rosa")), policy=policy)

    record = await there.play()

    assert kinds(record.events) == ["run_started", "run_ended"]
    assert end_of(record.events)[0] == "failed"
    assert end_of(record.events)[1].startswith(detail)
    assert len(there.network.bodies) == (5 if policy is undecided else 0)


async def test_who_is_away_has_the_floor_from_nobody() -> None:
    """Not from an event that calls for somebody who has gone, and not from a policy either."""
    late = member("kim", enters_here="later")
    cast = cast_of("rosa", late, events=[{"at": {"turn": 1}, "next": "kim"}])

    record = await stage(cast, always(reply()), policy=fixed("kim")).play()

    assert end_of(record.events) == ("failed", "the turn-taking chose kim, who is not present")


def asking_first(
    state: State, cast: Cast, answers: Sequence[Answer[Any]], /
) -> NextSpeakers | Question[str]:
    """A policy that asks a question whose answer is as a reply is."""
    if answers:
        return NextSpeakers(("rosa",), "because")
    prompt = Prompts(cast=cast).speaking(cast.members[0], Situation.of(state, cast, "rosa"))
    return Question(persona="rosa", purpose="select", prompt=prompt, parse=str)


async def test_what_is_asked_about_the_talk_is_shown_to_nobody_while_it_comes() -> None:
    """Only what a speaker says aloud is streamed."""
    there = stage(cast_of("rosa", limits={"turns": 1}), always(reply()), policy=asking_first)
    record = MemoryRecord()

    async with Session(environ={}, retry=ONCE, network=there.network) as session:
        listening = Listener(streams=True)
        context = replace(there.context(record, session), listener=lambda *_: listening)
        await play(there.conversation.compiled(there.cast), context, State())

    assert [bool(body.get("stream")) for body in there.network.bodies] == [False, True]


async def test_simultaneous_speakers_keep_the_limit_of_turns() -> None:
    """Of three chosen for the last turn but one, two speak."""
    cast = cast_of("rosa", "dev", "ilse", limits={"turns": 5})

    record = await stage(cast, always(reply()), policy=all_at_once).play()

    rounds = [one.turns for one in record.events if isinstance(one, SpeakerChosen)]
    assert rounds == [(1, 2, 3), (4, 5)]
    assert end_of(record.events) == ("turns", "5 turns were taken")


async def test_a_choice_is_on_record_before_anybody_is_asked() -> None:
    """Events from outside, then the choice, then the question; so a run can break off anywhere."""
    cast = cast_of(
        "rosa", limits={"turns": 1}, events=[{"at": {"turn": 1}, "say": "It is ten to four."}]
    )
    seen: list[list[str]] = []
    events: list[Event] = []

    def answer(_: Body) -> Body:
        seen.append(kinds(events))
        return reply()

    there = stage(cast, answer)
    record = await there.play(MemoryRecord(events=events))

    assert seen == [["run_started", "intervened", "speaker_chosen"]]
    assert end_of(record.events)[0] == "turns"


PANEL = cast_of("rosa", "dev", member("ilse", role="moderator"), limits={"turns": 4})


async def test_a_moderator_whose_key_is_refused_ends_the_run() -> None:
    """The word is the one that a command's exit code comes from."""

    def answer(body: Body) -> Body | tuple[int, Body]:
        return (401, OVER) if asked_to_choose(body)[0] else reply()

    record = await stage(PANEL, answer, policy="moderated").play()

    word, detail = end_of(record.events)
    assert word == "key_refused"
    assert detail.startswith("nobody could be chosen: test/small: the endpoint refuses the key")


async def test_a_moderator_without_money_is_done_without() -> None:
    """A member's own budget ends that member's part, questions included, and not the talk."""
    host = member("ilse", role="moderator", budget_here=Budget(dollars=Decimal("0.000001")))
    cast = cast_of("rosa", "dev", host, limits={"turns": 3})

    record = await stage(cast, always(reply()), policy="moderated").play()

    limits = [one for one in record.events if isinstance(one, LimitReached)]
    assert [one.scope for one in limits] == ["ilse", "run"]
    assert [one.names for one in record.events if isinstance(one, SpeakerChosen)] == [
        ("ilse",),
        ("rosa",),
        ("dev",),
    ]


async def test_a_run_without_money_for_a_choice_goes_on() -> None:
    """Who speaks next needs no question; the run is over where a turn cannot be paid either."""

    def answer(_: Body) -> Body:
        spent = {"prompt_tokens": 900, "completion_tokens": 100, "total_tokens": 1_000}
        return {**reply(), "usage": spent}

    cast = cast_of("rosa", "dev", member("ilse", role="moderator"), limits={"tokens": 2_200})
    record = await stage(cast, answer, policy="moderated").play()

    word, detail = end_of(record.events)
    chosen = [one for one in record.events if isinstance(one, SpeakerChosen)]
    assert kinds(record.events)[-3:] == ["limit_reached", "turn_passed", "run_ended"]
    assert [one.names for one in chosen[:2]] == [("ilse",), ("rosa",)]
    assert chosen[1].reason.startswith(
        "nobody could be asked: The run's limit of 2,200 tokens leaves"
    )
    assert word == "tokens"
    assert detail.startswith("The run's limit of 2,200 tokens leaves")


async def test_a_floor_with_nothing_to_decide_does_nothing() -> None:
    """A run that is over stays over: no event is added and nobody is asked."""
    there = stage(CAST, always(reply()))
    record = await there.play()
    before = list(record.events)

    await there.play(record)

    assert record.events == before
    assert len(there.network.bodies) == 4


def test_words_from_outside_are_no_turns() -> None:
    """They do not bring a limit of turns nearer."""
    assert over(fold(talk(CAST, HM, HM, HM), [told(4)])) is None
