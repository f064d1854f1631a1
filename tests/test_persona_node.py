"""A persona's turn: tools and their results, and never an exception, whatever models answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from simulator.conversation.perception import perceive
from simulator.conversation.persona_node import turn_features
from simulator.conversation.state import State
from simulator.llm.ask import Listener
from simulator.llm.router import TurnFeatures
from simulator.llm.session import Session
from simulator.record.events import (
    Event,
    RunEnded,
    SpeechRestarted,
    ToolCalled,
    TurnFailed,
    TurnPassed,
    TurnTaken,
)
from simulator.testing import MemoryRecord, ScriptedStream, ScriptedTransport, completion
from tests.llm_samples import AT_ONCE
from tests.stage import Body, always, asked, kinds, limited, reply, stage
from tests.talks import cast_of, chosen, looked_up, member, said, started, talk

CLOCK = cast_of(
    member("rosa", tools=["clock"]), member("dev", goals=["a skip"]), limits={"turns": 1}
)
NOON = "Friday, 20 November 2026, 03:50 UTC"


def ends(record: MemoryRecord) -> list[TurnTaken | TurnPassed | TurnFailed]:
    """How the turns ended."""
    return [one for one in record.events if isinstance(one, TurnTaken | TurnPassed | TurnFailed)]


def tool_calls(*calls: tuple[str, str, str]) -> Body:
    """An answer that wants tools called."""
    return completion(tools=calls)


async def test_a_turn_is_what_the_model_said() -> None:
    """Words without spaces around them, their act, whose they are, and the calls they took."""
    record = await stage(CLOCK, always(reply(" Well. \n", act="object"))).play()

    (turn,) = ends(record)
    assert turn == TurnTaken(
        turn=1,
        at=turn.at,
        speaker="rosa",
        act="object",
        text="Well.",
        provenance="model",
        calls=tuple(record.calls),
    )


async def test_what_a_model_thinks_reaches_nobody() -> None:
    """Reasoning, confidence and feelings stand in the answer on record, and nowhere else."""
    thoughtful = reply("Well.", reasoning="canary", emotions=["canary"], expertise=["canary"])
    there = stage(limited(CLOCK, turns=3), always(thoughtful))

    record = await there.play()

    assert "canary" not in json.dumps([str(event) for event in record.events])
    assert "canary" not in json.dumps(there.network.bodies)


async def test_somebody_who_leaves_says_a_last_word() -> None:
    """Whoever leaves is gone from the next turn on, and the record tells so."""
    cast = limited(CLOCK, turns=9)

    record = await stage(cast, always(reply("Bye.", act="leave"))).play()

    assert kinds(record.events)[1:] == [
        *["speaker_chosen", "turn_taken", "persona_left"] * 2,
        "run_ended",
    ]
    assert isinstance(record.events[-1], RunEnded)
    assert record.events[-1].stop_reason == "everybody_left"


async def test_results_of_tools_are_read_before_speaking() -> None:
    """Several in one answer, one after the other; refusals and mistakes are results too."""

    def answer(body: Body) -> Body:
        if body["messages"][-1]["role"] == "tool":
            return reply("It is ten to four.")
        return tool_calls(("a", "clock", "{}"), ("b", "search_knowledge_base", "{}"))

    there = stage(CLOCK, answer)
    record = await there.play()

    told = [one for one in record.events if isinstance(one, ToolCalled)]
    assert [(one.request, one.tool, one.result, one.error) for one in told] == [
        ("a", "clock", NOON, None),
        ("b", "search_knowledge_base", None, _REFUSAL),
    ]
    assert there.network.bodies[1]["messages"][-3:] == [
        {
            "role": "assistant",
            "content": "",
            "tool_calls": there.network.bodies[1]["messages"][-3]["tool_calls"],
        },
        {"role": "tool", "tool_call_id": "a", "content": NOON},
        {"role": "tool", "tool_call_id": "b", "content": f"Error: {_REFUSAL}"},
    ]
    assert ends(record)[0].calls == tuple(record.calls)


_REFUSAL = "you have no tool 'search_knowledge_base'; yours: clock"


@pytest.mark.parametrize("rounds", [0, 1, 3])
async def test_rounds_of_tools_are_bounded(rounds: int) -> None:
    """After the last round no tool is called any more; who still wants one has failed.

    Without any round none is spoken of.
    """
    there = stage(limited(CLOCK, tool_rounds=rounds), always(tool_calls(("a", "clock", "{}"))))

    record = await there.play()

    offered = "You may look things up first" in str(there.network.bodies[0]["messages"])
    assert offered is (rounds > 0)
    assert kinds(record.events).count("tool_called") == rounds
    assert len(there.network.bodies) == rounds + 1
    last = there.network.bodies[-1]
    assert (last.get("tools"), last.get("tool_choice")) == (None, None) or (
        last["tool_choice"] == "none"
    )
    (failed,) = ends(record)
    assert isinstance(failed, TurnFailed)
    assert (failed.error, failed.message) == (
        "invalid_reply",
        f"Rosa Lindqvist called tools {rounds + 1} times without saying anything",
    )


async def test_a_tool_is_not_called_again_when_a_turn_goes_on() -> None:
    """The result on record is read, whatever the clock says now."""
    there = stage(CLOCK, _after_tool)
    whole = await there.play()
    call = next(one.call for one in whole.events if isinstance(one, ToolCalled))
    known = looked_up(1, "rosa", call=call, request="a")
    begun: list[Event] = [started(CLOCK), chosen(1, "rosa"), known]

    record = await there.play(replace(whole, events=begun, outcomes=dict(whole.outcomes)))

    assert [one for one in record.events if isinstance(one, ToolCalled)] == [known]


def _after_tool(body: Body) -> Body:
    seen = body["messages"][-1]
    return reply() if seen["role"] == "tool" else tool_calls(("a", "clock", "{}"))


async def test_a_slow_tool_does_not_use_up_the_turns_time(tmp_path: Path) -> None:
    """The deadline counts the wire and the waits between attempts, nothing else."""
    (tmp_path / "my_tools.py").write_text(
        'import asyncio\nasync def nap() -> str:\n    "Nap."\n    await asyncio.sleep(0.3)\n'
    )
    cast = cast_of(
        member("rosa", tools=["my_tools.py:nap"]), limits={"turns": 1, "turn_seconds": 0.25}
    )

    def answer(body: Body) -> Body:
        done = body["messages"][-1]["role"] == "tool"
        return reply() if done else tool_calls(("a", "nap", "{}"))

    record = await stage(replace(cast, folder=tmp_path), answer).play()

    assert kinds(record.events)[2:4] == ["tool_called", "turn_taken"]


def with_message(message: object, **choice: object) -> Body:
    """A completion whose message is not what it should be."""
    body = completion("x")
    body["choices"] = [{"index": 0, "message": message, "finish_reason": "stop", **choice}]
    return body


def with_tool(**function: object) -> Body:
    """A completion that calls a tool in a way of its own."""
    call = {"id": "a", "type": "function", "function": function}
    return with_message({"role": "assistant", "content": None, "tool_calls": [call]})


ODD: Mapping[str, Body | tuple[int, Body]] = {
    "words": completion("Well, I stopped at eight."),
    "nothing": completion(None),
    "refused": completion(None, refusal="I cannot."),
    "cut": completion('{"reasoning": "Hm.', finish_reason="length"),
    "filtered": completion("", finish_reason="content_filter"),
    "no end": with_message({"role": "assistant", "content": "x"}, finish_reason=None),
    "no message": with_message(None),
    "a list": with_message({"role": "assistant", "content": ["x"]}),
    "a number": with_message({"role": "assistant", "content": 4}),
    "half a character": with_message({"role": "assistant", "content": "\ud83d"}),
    "no choices": {**completion("x"), "choices": []},
    "empty choice": {**completion("x"), "choices": [None]},
    "no completion": {"hello": "there"},
    "odd usage": {**completion("x"), "usage": {"prompt_tokens": "many"}},
    "usage of a kind": {**completion("x"), "usage": []},
    "no usage": completion("x", usage={}),
    "tool without a name": with_tool(arguments="{}"),
    "tool without arguments": with_tool(name="clock"),
    "tool with an object": with_tool(name="clock", arguments={}),
    "tool with null": with_tool(name="clock", arguments=None),
    "no function": with_message(
        {"role": "assistant", "content": None, "tool_calls": [{"id": "a", "type": "custom"}]}
    ),
    "error with 200": {"error": {"message": "overloaded", "code": 529}},
    "moved": (302, {}),
    "bad request": (400, {"error": {"message": "no"}}),
    "too long": (400, {"error": {"message": "long", "code": "context_length_exceeded"}}),
    "forbidden": (403, {"error": "not you"}),
    "too many": (429, {"error": {"message": "slow", "code": "rate_limit_exceeded"}}),
    "no quota": (429, {"error": {"message": "pay", "code": "insufficient_quota"}}),
    "down": (503, {}),
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
async def test_nothing_a_model_answers_raises(odd: Body | tuple[int, Body]) -> None:
    """The turn fails with a kind and a sentence, and is on record with its calls."""
    record = await stage(CLOCK, always(odd)).play()

    (failed,) = ends(record)
    assert isinstance(failed, TurnFailed)
    assert failed.error
    assert failed.message
    assert "Traceback" not in failed.message
    assert record.events[-1].kind == "run_ended"
    assert not record.attempts.keys() - record.outcomes.keys()
    assert set(record.states.values()) <= {"answered", "failed"}


async def test_a_talk_goes_on_without_a_turn_that_failed() -> None:
    """The next one speaks, and does not hear of it."""
    there = stage(
        limited(CLOCK, turns=2), lambda body: (500, {}) if asked(body)[1] == 1 else reply()
    )

    record = await there.play()

    assert [(one.kind, one.speaker) for one in ends(record)] == [
        ("turn_failed", "rosa"),
        ("turn_taken", "dev"),
    ]


async def test_a_repaired_reply_counts_with_all_its_calls() -> None:
    """A turn names every question it took."""

    def answer(body: Body) -> Body:
        mended = body["messages"][-1]["role"] == "user" and len(body["messages"]) > 3
        return reply("Mended.") if mended else completion("no JSON")

    record = await stage(CLOCK, answer).play()

    (turn,) = ends(record)
    assert isinstance(turn, TurnTaken)
    assert (turn.text, len(turn.calls), turn.calls) == ("Mended.", 2, tuple(record.calls))


@pytest.mark.parametrize("scope", ["member", "run"])
async def test_money_that_is_used_up_is_a_pass(scope: str) -> None:
    """The record tells whose limit it was; a member's silences the member, a run's ends the run."""
    poor: dict[str, Any] = {"tokens": 50}
    rosa = member("rosa", budget_here=poor) if scope == "member" else member("rosa")
    limits = {"turns": 2} | (poor if scope == "run" else {})
    record = await stage(cast_of(rosa, "dev", limits=limits), always(reply())).play()

    expected = {
        "member": ["limit_reached", "turn_passed", "speaker_chosen", "turn_taken"],
        "run": ["limit_reached", "turn_passed", "run_ended"],
    }
    assert kinds(record.events)[2:6] == expected[scope]
    assert isinstance(record.events[-1], RunEnded)
    assert record.events[-1].stop_reason == {"member": "turns", "run": "tokens"}[scope]


async def test_a_speech_that_starts_again_is_on_record() -> None:
    """When a stream breaks after its first words, the record says so before the turn is taken."""
    cast = limited(CLOCK, turns=1)
    torn = ScriptedStream([b'data: {"choices": [{"delta": {"content": "x"}, "index": 0}]}\n\n'])
    network = ScriptedTransport([torn, reply("Whole.")])
    there, record = stage(cast, always({})), MemoryRecord()

    async with Session(environ={}, retry=AT_ONCE, network=network) as session:
        context = there.context(record, session)
        listening = replace(context, listener=_streaming)
        graph = there.conversation.compiled(cast)
        await graph.ainvoke({"state": talk(cast)}, context=listening)

    assert [one.kind for one in record.events if isinstance(one, SpeechRestarted | TurnTaken)] == [
        "speech_restarted",
        "turn_taken",
    ]


def _streaming(_speaker: str, _turn: int) -> Listener:
    return Listener(streams=True)


FEATURES = cast_of(
    member("rosa", expertise=["triage", "shift work"], tools=["clock"], requires_reasoning=True),
    "dev",
    limits={"turns": 12, "context_tokens": 1_000},
)


@pytest.mark.parametrize(
    ("words", "turn", "features"),
    [
        (None, 1, TurnFeatures(requires_reasoning=1, phase=1)),
        ("Triage is shift work.", 5, TurnFeatures(requires_reasoning=1, expertise=1, length=0.006)),
        (
            "Why?",
            11,
            TurnFeatures(requires_reasoning=1, question=1, tools=1, phase=1, length=0.001),
        ),
        ("Imagine a world.", 5, TurnFeatures(requires_reasoning=1, creative=1, length=0.004)),
        ("x" * 8_000, 5, TurnFeatures(requires_reasoning=1, length=1)),
    ],
)
def test_what_makes_a_turn_hard(words: str | None, turn: int, features: TurnFeatures) -> None:
    """From the persona, from what was said last, and from where in the talk it is."""
    events: list[Event] = [started(FEATURES)]
    if words is not None:
        events += [chosen(turn - 1, "dev"), said(turn - 1, "dev", words)]
    state = State.from_events([*events, chosen(turn, "rosa")])
    perceived = perceive(state, "rosa", heard=turn - 1)

    assert features == turn_features(
        FEATURES.member("rosa"), perceived, state.pending[0], cast=FEATURES
    )
