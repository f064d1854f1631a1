"""Prompts that are too long: what is left out, what is remembered, and when a turn fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.conversation.context_window import FEWEST
from simulator.conversation.run_context import Models
from simulator.conversation.state import State
from simulator.conversation.turn_taking import Policy
from simulator.definitions.cast import Cast
from simulator.definitions.model_catalog import ModelCatalog
from simulator.definitions.project import Project
from simulator.llm.prompt import estimate_tokens
from simulator.llm.session import Session
from simulator.record.calls import call_id
from simulator.record.events import (
    Event,
    Intervened,
    LimitReached,
    RunEnded,
    RunStarted,
    ToolCalled,
    TurnFailed,
    TurnTaken,
)
from simulator.runs.play import Performance, Staging, perform
from simulator.runs.preview import preview
from simulator.runs.rehearsal import rehearse
from simulator.testing import LoopbackServer, MemoryRecord, Scripts, completion
from tests.llm_samples import TODAY, catalog
from tests.stage import (
    RUN,
    Body,
    Film,
    Improvised,
    Stage,
    all_at_once,
    asked,
    asked_to_choose,
    choice,
    copy_of,
    kinds,
    limited,
    reply,
    stage,
    told,
)
from tests.talks import AT, cast_of, chosen, member, said, started

WORDS = "We went over the form again and nobody could say what the third box is for. " * 2
PROJECT = Project.find(Path(__file__).parent)
PAIR = replace(
    cast_of("rosa", "dev", limits={"turns": 24}),
    graph="round_table.py:conversation",
    graph_folder=PROJECT.root / "graphs",
)


def tokens_in(body: Body) -> int:
    """Tokens of a request's messages, estimated."""
    contents = [message["content"] for message in body["messages"]]
    texts = [one if isinstance(one, str) else "".join(p["text"] for p in one) for one in contents]
    return estimate_tokens("".join(texts))


def reads(tokens: int, answer: Improvised) -> Improvised:
    """A model that refuses what is longer, as OpenAI does, and answers all else like this."""

    def answered(body: Body) -> Body | tuple[int, Body]:
        if tokens_in(body) <= tokens:
            return answer(body)
        message = f"This model's maximum context length is {tokens} tokens."
        return 400, {"error": {"message": message, "code": "context_length_exceeded"}}

    return answered


def talking(body: Body) -> Body:
    """Everybody says something that can be told from what others say."""
    speaker, turn = asked(body)
    return reply(f"{speaker} in turn {turn}. {WORDS}")


def lines_in(body: Body) -> list[str]:
    """The transcript in a request, without the cards and the opening before it."""
    messages = body["messages"]
    return [part["text"] for part in messages[1]["content"][2:]] if len(messages) > 2 else []


def so_far(cast: Cast, turns: int) -> list[Event]:
    """A talk that has gone on for so many turns."""
    events: list[Event] = [started(cast)]
    for turn in range(1, turns + 1):
        speaker = cast.ids[(turn - 1) % len(cast.ids)]
        events += [chosen(turn, speaker), said(turn, speaker, f"{turn}. {WORDS}")]
    return events


def overflows(record: MemoryRecord) -> list[LimitReached]:
    """What is on record of prompts that were too long."""
    limits = [one for one in record.events if isinstance(one, LimitReached)]
    return [one for one in limits if one.unit == "context_tokens"]


def failures(record: MemoryRecord) -> list[TurnFailed]:
    """Turns that failed."""
    return [one for one in record.events if isinstance(one, TurnFailed)]


async def test_a_prompt_that_is_too_long_is_asked_again_with_its_last_lines() -> None:
    """System message, the last five lines, what only the speaker reads; a call of its own."""
    there = stage(limited(PAIR, turns=21), reads(1_100, talking))
    record = MemoryRecord(events=so_far(PAIR, 20))

    await there.play(record)

    refused, answered = there.network.bodies
    assert answered["messages"][0] == refused["messages"][0]
    assert answered["messages"][-1] == refused["messages"][-1]
    assert lines_in(answered) == ["(Earlier lines are left out.)", *lines_in(refused)[-FEWEST:]]
    first, second = (call_id(RUN, 21, "rosa", "speak", n) for n in (0, 50))
    assert record.states == {first: "failed", second: "answered"}
    assert [(one.state, one.error) for one in record.outcomes.values()] == [
        ("released", "context_overflow"),
        ("settled", ""),
    ]
    reached, turn, *_ = record.events[-4:]
    assert isinstance(turn, TurnTaken)
    assert turn.calls == (first, second)
    assert reached == LimitReached(
        turn=21,
        at=reached.at,
        scope="run",
        unit="context_tokens",
        limit="965",
        used="1403",
        detail="a prompt of about 1,403 tokens was too long for test/small",
    )


async def test_later_turns_do_not_meet_the_same_wall() -> None:
    """What a model refused once bounds every prompt after it, and the run goes to its end."""
    there = stage(limited(PAIR, turns=60), reads(2_000, talking))

    record = await there.play()

    assert isinstance(record.events[-1], RunEnded)
    assert record.events[-1].stop_reason == "turns"
    assert failures(record) == []
    assert len(overflows(record)) == 1
    assert len(there.network.bodies) == 61
    assert len(State.from_events(record.events).utterances) == 60


async def test_what_was_learned_is_enough_even_for_a_much_smaller_model() -> None:
    """Each refusal halves what the next turns send, until the model reads it."""
    there = stage(limited(PAIR, turns=90), reads(1_400, talking))
    record = MemoryRecord(events=so_far(PAIR, 70))

    await there.play(record)

    limits = [int(one.limit) for one in overflows(record)]
    assert 1 < len(limits) < 4
    assert limits == sorted(limits, reverse=True)
    assert len(there.network.bodies) == 20 + len(limits)


PANEL = cast_of("rosa", "dev", member("ilse", role="moderator"), limits={"turns": 18})


def panel(body: Body) -> Body:
    """A moderator who chooses, and others who talk."""
    moderator, turn = asked_to_choose(body)
    return choice(("rosa", "dev")[turn % 2]) if moderator else talking(body)


def with_tools(body: Body) -> Body:
    """A model that looks at the clock in every turn."""
    if body["messages"][-1]["role"] == "tool":
        return talking(body)
    return completion(tools=[("call_1", "clock", "{}")])


CASTS: dict[str, tuple[Cast, Improvised, str | Policy]] = {
    "one by one": (PAIR, talking, "round_robin"),
    "moderated": (PANEL, panel, "moderated"),
    "at once": (limited(PANEL, turns=12), talking, all_at_once),
    "with tools": (
        cast_of(member("rosa", tools=["clock"]), member("dev", tools=["clock"])),
        with_tools,
        "round_robin",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CASTS)
async def test_a_talk_that_overflowed_goes_on_from_any_step(
    name: str, counts: Callable[[int, int], int]
) -> None:
    """The same story from between any two writes, and nothing answered is asked for again."""
    cast, answer, policy = CASTS[name]
    there, film = stage(limited(cast, turns=18), reads(900, answer), policy=policy), Film()
    await there.play(film)
    shots = film.shots[:: counts(5, 1)]

    assert overflows(film)
    assert failures(film) == []
    for shot in shots:
        record = copy_of(shot)
        answered = {call for (call, _), outcome in shot.outcomes.items() if outcome.answer}
        await there.play(record)

        assert told(record.events) == told(film.events)
        again = {call for call, number in record.attempts if (call, number) not in shot.attempts}
        assert not again & answered


async def test_a_moderators_question_is_shortened_too() -> None:
    """Whoever chooses the next speaker reads the last lines, and the floor remembers it."""

    def short_of_sight(body: Body) -> Body | tuple[int, Body]:
        moderator, _ = asked_to_choose(body)
        return reads(1_000 if moderator else 9_000, panel)(body)

    record = MemoryRecord(events=so_far(PANEL, 21))
    there = stage(limited(PANEL, turns=22), short_of_sight, policy="moderated")

    await there.play(record)

    assert kinds(record.events)[-5:] == [
        "limit_reached",
        "speaker_chosen",
        "turn_taken",
        "limit_reached",
        "run_ended",
    ]
    assert [one.turn for one in overflows(record)] == [22]
    first, second = (call_id(RUN, 22, "ilse", "select", n) for n in (0, 50))
    assert (record.states[first], record.states[second]) == ("failed", "answered")


async def failed_at(turn: int, cast: Cast, events: Sequence[Event]) -> tuple[TurnFailed, Stage]:
    """How the next turn fails, where a model reads no more than 2,000 tokens."""
    there = stage(limited(cast, turns=turn), reads(2_000, talking))
    record = MemoryRecord(events=list(events))
    await there.play(record)
    (failure,) = failures(record)
    assert overflows(record) == []
    return failure, there


async def test_a_card_that_is_too_long_fails_the_turn_after_one_more_try() -> None:
    """The sentence says what is too long and what to do; the others' prompts stay as they are."""
    cast = cast_of(member("rosa", system_prompt="x" * 8_000), "dev")

    failure, there = await failed_at(7, cast, so_far(cast, 6))

    assert (failure.error, len(there.network.bodies)) == ("context_overflow", 2)
    assert failure.message.startswith(
        "test/small: the prompt is too long: This model's maximum context length is 2000 tokens. "
        "(400), even with no more than the last 5 lines: about 2007 of "
    )
    assert failure.message.endswith(
        " tokens are its card; shorten the card, or choose a model with a larger context"
    )


async def test_a_line_that_is_too_long_is_not_asked_twice() -> None:
    """Where nothing can be left out, the same prompt is not sent again."""
    events = [*so_far(PAIR, 2), Intervened(turn=3, at=AT, speaker="narrator", text="x" * 9_000)]

    failure, there = await failed_at(3, PAIR, events)

    assert len(there.network.bodies) == 1
    assert "tokens are its transcript; lower limits.output_tokens" in failure.message


async def test_the_others_go_on_where_one_card_is_too_long() -> None:
    """Who cannot be asked fails; nothing is learned from it, and nobody else reads less."""
    cast = cast_of("rosa", member("dev", system_prompt="x" * 8_000), "ilse", limits={"turns": 9})
    there = stage(cast, reads(2_000, talking))

    record = await there.play()

    assert [one.speaker for one in failures(record)] == ["dev", "dev", "dev"]
    assert overflows(record) == []
    assert len(lines_in(there.network.bodies[-1])) == 5


@pytest.mark.parametrize(("result", "fails"), [(1_500, False), (9_000, True)])
async def test_results_of_tools_may_be_too_long(result: int, fails: bool, tmp_path: Path) -> None:
    """They stay in the prompt: lines make room for them, and if that is not enough it fails."""
    code = f'def dig() -> str:\n    """Dig."""\n    return "x" * {result}\n'
    (tmp_path / "digging.py").write_text(code, encoding="utf-8")
    cast = cast_of(member("rosa", tools=["digging.py:dig"]), "dev", limits={"turns": 15})

    def digging(body: Body) -> Body:
        if body["messages"][-1]["role"] == "tool":
            return talking(body)
        return completion(tools=[("call_1", "dig", "{}")])

    there = stage(replace(cast, folder=tmp_path), reads(1_200, digging))
    record = MemoryRecord(events=so_far(cast, 14))

    await there.play(record)

    assert [one.tool for one in record.events if isinstance(one, ToolCalled)] == ["dig"]
    assert [one.error for one in failures(record)] == ["context_overflow"] * fails
    assert len(there.network.bodies) == 3
    assert there.network.bodies[2]["messages"][-1] == there.network.bodies[1]["messages"][-1]
    if fails:
        assert "tokens are its exchange; lower limits.tool_rounds" in failures(record)[0].message


def narrow(context: int | None, **endpoint: object) -> ModelCatalog:
    """The catalog of the tests, whose small model reads so many tokens."""
    written = catalog(**endpoint)
    small = written.models["test/small"].model_copy(update={"context": context})
    return written.model_copy(update={"models": {**written.models, "test/small": small}})


async def performed(
    cast: Cast, models: ModelCatalog, *, answer: Improvised | None = None
) -> MemoryRecord:
    """A run from its beginning, over a network that answers like this, or over the real one."""
    record = MemoryRecord()
    network = stage(cast, answer).network if answer else None
    async with Session(environ={}, network=network) as session:
        known = Models(catalog=models, choice=models.choose("test/small"), session=session)
        await perform(Performance(staging=Staging.of(cast), models=known, seed=7), record)
    return record


async def test_a_known_context_is_never_exceeded() -> None:
    """The window respects what the model reads, and the record says how much that was."""
    cast = limited(PAIR, turns=40, output_tokens=200)

    record = await performed(cast, narrow(3_200), answer=reads(3_000, talking))

    assert isinstance(record.events[0], RunStarted)
    assert record.events[0].context_tokens == 2_100
    assert overflows(record) == []
    assert len(record.calls) == 40


async def test_a_scenarios_own_limit_is_not_recorded_twice() -> None:
    """A model that reads more than the scenario allows bounds nothing."""
    record = await performed(limited(PAIR, turns=1), narrow(900_000), answer=talking)

    assert isinstance(record.events[0], RunStarted)
    assert record.events[0].context_tokens is None


async def test_rehearsal_and_preview_have_the_same_window() -> None:
    """What is told before a run is what the run asks: the events before turn 1 are many here."""
    events = [{"at": {"turn": 1}, "say": f"{n}. {WORDS}"} for n in range(60)]
    cast = limited(replace(PAIR, scenario=cast_of("rosa", "dev", events=events).scenario), turns=1)
    models = narrow(3_200)
    chosen_model = models.choose("test/small")

    record = await performed(cast, models, answer=talking)
    shown = preview(
        cast, "rosa", catalog=models, choice=chosen_model, today=TODAY, environ={}
    ).prompt
    rehearsed = await rehearse(cast, models, chosen_model)

    (call,) = record.calls.values()
    assert shown.hash == call.prompt_hash
    assert shown.transcript[0] == "(32 earlier lines are left out.)"
    assert rehearsed.models[0].usage.input < 3_200


async def test_the_stand_in_server_refuses_and_is_asked_again() -> None:
    """Over real HTTP, where our file knows no context and the endpoint has one."""
    cast = limited(PAIR, turns=30)
    with LoopbackServer(Scripts(), narrow(900)) as server:
        record = await performed(cast, narrow(None, base_url=server.url))

    assert isinstance(record.events[-1], RunEnded)
    assert record.events[-1].stop_reason == "turns"
    assert failures(record) == []
    assert len(overflows(record)) == 1
