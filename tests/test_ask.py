"""Asking: a valid answer, or one repair, or one tier up, or an error; everything on record."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from simulator.definitions.persona import TierRange
from simulator.errors import (
    ContextOverflow,
    InvalidReply,
    KeyMissing,
    KeyRefused,
    ModelError,
    RateLimited,
)
from simulator.llm.ask import Listener, Occasion, ToolRequest, ask
from simulator.llm.call_context import Deadline, current_call
from simulator.llm.router import TurnFeatures
from simulator.llm.stand_in.cue import Cue
from simulator.record.calls import Call, call_id
from simulator.testing import completion
from tests.llm_samples import (
    CLOCK,
    NO,
    ONCE,
    RUN,
    SCHEMA,
    SEARCH,
    WELL,
    Desk,
    catalog,
    desk,
    prompt,
    question,
)

CUT = completion("Well, why", finish_reason="length")
ANSWERED = ("settled", "")


def ledger_of(here: Desk) -> list[tuple[str, str, str]]:
    """Of every call its purpose, its model and how it ended."""
    calls = here.record.calls
    states = here.record.states
    return [(call.purpose, call.model, states[key]) for key, call in calls.items()]


both_ways = pytest.mark.parametrize("streams", [False, True], ids=["plain", "streamed"])


@both_ways
async def test_a_valid_answer_takes_one_call(streams: bool) -> None:
    """The value is what the parser made of the text; route, call and words come with it."""
    async with desk(completion("Well, why not?", fingerprint="fp_1"), model="tiers") as here:
        said = await here.ask(listener=Listener(streams=streams))

    number = call_id(RUN, 1, "rosa", "speak", 0)
    assert (said.value, said.tools, said.calls) == ("WELL, WHY NOT?", (), (number,))
    assert said.message == {"role": "assistant", "content": "Well, why not?"}
    assert (said.route.spec.name, said.fingerprint) == ("test/small", "fp_1")
    assert (here.ends, here.left_open) == ([ANSWERED], 0)


async def test_the_ledger_knows_who_asked_what_and_why_this_model() -> None:
    """A call's row holds the turn, the member, the purpose, the route and the prompt's name."""
    asked = question(features=TurnFeatures(creative=1))

    async with desk(WELL, model="tiers") as here:
        await here.ask(asked)

    (call,) = here.record.calls.values()
    assert call == Call(
        id=call_id(RUN, 1, "rosa", "speak", 0),
        run=RUN,
        turn=1,
        persona="rosa",
        purpose="speak",
        model="test/middle",
        tier="standard",
        score=0.4,
        reasons=(
            "creative +0.40",
            "standard test/middle: $0.000452 expected, 0 of 13 tokens warm",
            "complex test/big: $0.001130 expected, 0 of 13 tokens warm",
        ),
        prompt_hash=asked.prompt.hash,
        warm_tokens=0,
        prompt_bytes=call.prompt_bytes,
        at=call.at,
    )
    private = len(asked.prompt.private_text.encode())
    assert call.prompt_bytes == asked.prompt.shared_bytes + private


@both_ways
async def test_an_unfit_answer_is_shown_and_repaired(streams: bool) -> None:
    """The same model reads what it said and what is wrong with it, and mends it."""
    async with desk(NO, WELL, model="tiers") as here:
        said = await here.ask(listener=Listener(streams=streams))

    first, second = (body["messages"] for body in here.network.bodies)
    assert second == [
        *first,
        {"role": "assistant", "content": "No."},
        {
            "role": "user",
            "content": "That answer cannot be used: it asks nothing. "
            "Answer again, complete, in the same form.",
        },
    ]
    assert said.value == "WELL, WHY NOT?"
    assert ledger_of(here) == [
        ("speak", "test/small", "answered"),
        ("repair", "test/small", "answered"),
    ]
    assert said.calls == tuple(here.record.calls)


async def test_what_stays_unfit_goes_a_tier_up() -> None:
    """The higher model is asked afresh, and the record tells why it was taken."""
    async with desk(NO, NO, WELL, model="tiers") as here:
        said = await here.ask()

    bodies = here.network.bodies
    assert [body["model"] for body in bodies] == ["small", "small", "middle"]
    assert bodies[2]["messages"] == bodies[0]["messages"]
    assert ledger_of(here)[2] == ("repair", "test/middle", "answered")
    assert (said.route.tier, said.route.reasons[-1]) == (
        "standard",
        "escalated from simple: the reply stayed invalid",
    )
    assert len(said.calls) == len(set(said.calls)) == 3


async def test_what_stays_unfit_there_too_is_an_error() -> None:
    """Three answers were paid for and none fits: the last flaw is told."""
    async with desk(NO, NO, NO, WELL, model="tiers") as here:
        with pytest.raises(InvalidReply) as raised:
            await here.ask()

    assert str(raised.value) == "test/middle gave no valid speak answer: it asks nothing"
    assert (here.ends, here.left_open) == ([ANSWERED] * 3, 0)


@pytest.mark.parametrize("tiers", [TierRange(ceiling="simple"), TierRange(floor="complex")])
async def test_without_a_higher_tier_one_repair_is_all(tiers: TierRange) -> None:
    """At the top of a persona's range there is nobody else to ask."""
    async with desk(NO, NO, WELL, model="tiers") as here:
        with pytest.raises(InvalidReply):
            await here.ask(question(tiers=tiers))

    assert len(here.network.requests) == 2


@pytest.mark.parametrize(
    ("body", "flaw", "shown"),
    [
        (CUT, "it was cut off at 100 tokens; say less", "Well, why"),
        (completion(refusal="I will not."), "it refused: I will not.", "(nothing)"),
        (
            completion("Well", finish_reason="content_filter"),
            "the endpoint's content filter cut it off",
            "Well",
        ),
        (completion(""), "it asks nothing", "(nothing)"),
        (
            completion("No.", tools=[("t1", "clock", "{")], finish_reason="length"),
            "it was cut off at 100 tokens; say less",
            "No.",
        ),
    ],
    ids=["length", "refusal", "content filter", "nothing", "a tool call cut off"],
)
@both_ways
async def test_flaws_of_whole_answers_are_repaired(
    body: dict[str, Any], flaw: str, shown: str, streams: bool
) -> None:
    """An answer that was cut, refused or empty is no answer, though it was paid for."""
    async with desk(body, WELL) as here:
        said = await here.ask(listener=Listener(streams=streams))

    *_, assistant, told = here.network.bodies[1]["messages"]
    assert (said.value, assistant["content"]) == ("WELL, WHY NOT?", shown)
    assert flaw in told["content"]
    assert here.ends == [ANSWERED] * 2


async def test_a_model_that_may_write_less_is_asked_for_less() -> None:
    """The limit sent, reserved and told is the smaller one of scenario and model."""
    models = catalog()
    short = models.models["test/small"].model_copy(update={"max_output": 40})
    models = models.model_copy(update={"models": {**models.models, "test/small": short}})

    async with desk(CUT, WELL, models=models) as here:
        await here.ask()

    assert [body["max_completion_tokens"] for body in here.network.bodies] == [40, 40]
    assert "cut off at 40 tokens" in here.network.bodies[1]["messages"][-1]["content"]


@both_ways
async def test_tool_requests_are_handed_back(streams: bool) -> None:
    """Tools come instead of a value, with the message that shows them to the model again."""
    wanted = [("t1", "search_knowledge_base", '{"query": "ward"}'), ("t2", "clock", "{}")]

    async with desk(completion(tools=wanted)) as here:
        said = await here.ask(listener=Listener(streams=streams))

    calls = [
        {"id": ref, "type": "function", "function": {"name": name, "arguments": arguments}}
        for ref, name, arguments in wanted
    ]
    assert (said.value, said.tools) == (
        None,
        tuple(ToolRequest(id=ref, name=name, arguments=args) for ref, name, args in wanted),
    )
    assert said.message == {"role": "assistant", "content": "", "tool_calls": calls}
    assert here.states == ["answered"]


async def test_tools_are_not_sent_to_a_model_without_them() -> None:
    """What is not sent is not counted as known prefix, or the reservation would be too small."""
    models = catalog()
    plain = models.models["test/small"].model_copy(update={"supports": ("json_schema",)})
    models = models.model_copy(update={"models": {**models.models, "test/small": plain}})
    asked = question(prompt=prompt(tools=(SEARCH, CLOCK), allowed_tools=("clock",)))

    async with desk(WELL, WELL, models=models) as here:
        await here.ask(asked)
        await here.ask(question(n=1))

    bare = [body | {"messages": []} for body in here.network.bodies]
    (first, second) = here.record.calls.values()
    assert bare[0] == bare[1]
    assert first.prompt_hash == second.prompt_hash


async def test_a_streamed_answer_is_the_plain_answer() -> None:
    """Word by word or at once, value, route, ledger and money are the same."""
    answers, rows, money = [], [], []
    for streams in (False, True):
        async with desk(NO, NO, WELL, model="tiers") as here:
            answers.append(await here.ask(listener=Listener(streams=streams)))
        rows.append([replace(one, latency_ms=0) for one in here.outcomes])
        money.append((here.account.spent, here.meter.usage, ledger_of(here)))

    assert answers[0] == answers[1]
    assert rows[0] == rows[1]
    assert money[0] == money[1]


async def test_a_listener_hears_the_whole_answer_in_pieces() -> None:
    """Streamed text comes as the model writes it; nothing of it is lost or doubled."""
    text = "Well, " * 20 + "why not?"
    told: list[str] = []
    asked_of: list[str] = []
    listener = Listener(streams=True, text=told.append, asking=asked_of.append)

    async with desk(completion(text)) as here:
        await here.ask(listener=listener)

    assert "".join(told) == text
    assert len([piece for piece in told if piece]) > 3
    assert asked_of == ["test/small"]


async def test_a_listener_hears_of_waits() -> None:
    """Whoever watches learns that a question waits, and why."""
    waits: list[str] = []

    async with desk((429, {}, {}), WELL) as here:
        await here.ask(listener=Listener(waiting=waits.append))

    assert waits == ["rate limited, again in 0.0 s"]


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (401, "invalid_api_key", KeyRefused),
        (429, "rate_limit_exceeded", RateLimited),
        (400, "context_length_exceeded", ContextOverflow),
    ],
)
@both_ways
async def test_errors_of_the_transports_arrive_unchanged(
    status: int, code: str, error: type[ModelError], streams: bool
) -> None:
    """No parser, client or callback above wraps or swallows them; the call has failed."""
    async with desk((status, {}, {"error": {"code": code}}), retry=ONCE) as here:
        with pytest.raises(error) as raised:
            await here.ask(listener=Listener(streams=streams))

    assert type(raised.value) is error
    assert raised.value.status == status
    assert (here.states, here.left_open) == (["failed"], 0)


async def test_the_context_is_gone_when_the_answer_is_there() -> None:
    """What a tool or the next node asks is not booked on this call."""
    async with desk(WELL, (401, {}, {})) as here:
        await here.ask()
        after_answer = current_call.get()
        with pytest.raises(KeyRefused):
            await here.ask(question(n=1))

    assert (after_answer, current_call.get()) == (None, None)


async def test_only_the_wire_takes_the_turns_time() -> None:
    """Between two questions of a turn, while tools are called, the clock stands."""
    deadline = Deadline(5)

    async with desk(WELL, WELL) as here:
        await here.ask(deadline=deadline)
        spent = deadline.spent
        await asyncio.sleep(0.05)
        between = deadline.spent - spent
        await here.ask(question(n=1), deadline=deadline)

    assert between == 0
    assert deadline.spent > spent


async def test_a_turn_is_routed_once() -> None:
    """The second question of a turn takes the way of the first, whatever its features."""
    async with desk(WELL, WELL, model="tiers") as here:
        first = await here.ask()
        harder = question(n=1, features=TurnFeatures(requires_reasoning=1))
        occasion = Occasion(turn=1, deadline=Deadline(5), listener=Listener(), route=first.route)
        second = await ask(harder, here.access, occasion)

    assert second.route == first.route


async def test_a_cue_goes_to_stand_ins_only() -> None:
    """No other endpoint ever sees the machine-readable line."""
    cue = Cue(scenario="s", persona="rosa", purpose="speak", turn=1, turns=9, cast=2, seed=7)
    seen = []
    for marked in (True, False):
        async with desk(WELL, models=catalog(stand_in=marked)) as here:
            await here.ask(question(cue=cue))
        seen.append(cue.as_line() in here.network.bodies[0]["messages"][-1]["content"])

    assert seen == [True, False]


async def test_a_missing_key_is_told_before_anything_is_booked() -> None:
    """Without a key nothing is asked, and no call is opened."""
    async with desk(WELL, models=catalog(key_variable="TEST_API_KEY")) as here:
        with pytest.raises(KeyMissing, match="set TEST_API_KEY in the environment"):
            await here.ask()

    assert (here.record.calls, here.network.requests) == ({}, [])


async def test_schema_and_cache_key_reach_the_wire() -> None:
    """What the prompt asks for is what is sent, through ChatOpenAI and its client."""
    async with desk(WELL) as here:
        await here.ask(question(prompt=prompt("[1] Dev: Hm.", schema=SCHEMA)))

    (request,) = here.network.requests
    (body,) = here.network.bodies
    assert (request.method, str(request.url)) == (
        "POST",
        "http://127.0.0.1:1/v1/chat/completions",
    )
    assert sorted(body) == ["max_completion_tokens", "messages", "model", "response_format"]
