"""Servers that are nearly compatible: it works, or one sentence names the setting that mends it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.conversation.reply import parse_reply
from simulator.errors import InvalidReply
from simulator.llm.ask import Listener, Question, ToolRequest
from simulator.testing import completion
from tests.llm_samples import CLOCK, SCHEMA, SEARCH, prompt, question
from tests.lookalike import event, served, stream, text_of, whole

STREAMED = Listener(streams=True)
OK = completion("Well, why not?")
MESSAGE = OK["choices"][0]["message"]
USAGE = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
ZEROS = dict.fromkeys(USAGE, 0)
END = event(choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}])
PAID = event(choices=[], usage=USAGE)
HALVES = (text_of("Well, "), text_of("why not?"))
LINES = b"".join((*HALVES, END, PAID))


def answering(**changes: Any) -> bytes:
    """A whole answer whose choice is changed so."""
    return whole({**OK, "choices": [{**OK["choices"][0], **changes}]})


def saying(**changes: Any) -> bytes:
    """A whole answer whose message is changed so; what is ... is left out."""
    message = {k: v for k, v in {**MESSAGE, **changes}.items() if v is not ...}
    return answering(message=message)


WORKS: dict[str, tuple[bytes, bool]] = {
    "tool calls are null": (saying(tool_calls=None), False),
    "no refusal": (saying(refusal=...), False),
    "no role": (saying(role=...), False),
    "more fields": (saying(reasoning_content="Hm.", annotations=[], audio=None, x=1), False),
    "content in parts": (
        saying(
            content=[
                {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]},
                {"type": "text", "text": "Well, "},
                {"type": "text", "text": "why not?"},
            ]
        ),
        False,
    ),
    "the bare minimum": (
        whole({"choices": [{"message": {"content": "Well, why not?"}, "finish_reason": "stop"}]}),
        False,
    ),
    "a reason of its own": (answering(finish_reason="eos"), False),
    "text/plain": (whole(OK, kind="text/plain"), False),
    "no content type": (whole(OK, kind=""), False),
    "gzip": (whole(OK, zipped=True), False),
    "events for a whole": (stream(), False),
    "events for a whole, called text": (stream(kind="text/plain"), False),
    "a stream": (stream(), True),
    "a whole for a stream": (whole(OK), True),
    "a whole for a stream, called text": (whole(OK, kind="text/plain"), True),
    "a stream called text": (stream(kind="text/plain"), True),
    "a stream called nothing": (stream(kind=""), True),
    "a stream called JSON": (stream(kind="application/json"), True),
    "gzip in a stream": (stream(zipped=True), True),
    "keepalives": (stream(event(choices=[]), b": ping\n\n", *HALVES, b":\n\n", END, PAID), True),
    "other line ends": (stream(LINES.replace(b"\n", b"\r\n")), True),
    "no blanks": (stream(LINES.replace(b"data: ", b"data:")), True),
    "named events": (stream(LINES.replace(b"data: ", b"event: message\ndata: ")), True),
    "no blank lines": (stream(LINES.replace(b"\n\n", b"\n")), True),
    "no end": (stream(*HALVES, END, PAID, done=False), True),
    "an end twice": (stream(*HALVES, END, END, PAID, PAID), True),
    "no index": (stream(event(choices=[{"delta": {"content": "Well, why not?"}}]), END), True),
    "usage of nothing in each": (
        stream(*(piece.replace(b"}\n", b', "usage": null}\n') for piece in HALVES), END, PAID),
        True,
    ),
    "usage that grows": (
        stream(
            event(
                choices=[{"index": 0, "delta": {"content": "Well, why not?"}}],
                usage={"prompt_tokens": 100, "completion_tokens": 3, "total_tokens": 103},
            ),
            event(
                choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}],
                usage=USAGE,
            ),
        ),
        True,
    ),
    "parts in a stream": (
        stream(
            event(choices=[{"delta": {"content": [{"type": "text", "text": "Well, "}]}}]),
            text_of("why not?"),
            END,
            PAID,
        ),
        True,
    ),
    "thoughts in a stream": (
        stream(event(choices=[{"delta": {"reasoning_content": "Hm."}}]), *HALVES, END, PAID),
        True,
    ),
}


@pytest.mark.parametrize(("answer", "streams"), WORKS.values(), ids=WORKS.keys())
async def test_an_answer_in_another_shape_is_read(answer: bytes, streams: bool) -> None:
    """One request, one answer, and where it says what it cost, that is booked."""
    async with served(answer) as (here, server):
        said = await here.ask(listener=Listener(streams=streams))

    counted = b'"total_tokens"' in answer or b"gzip" in answer
    assert (said.value, len(server.bodies)) == ("WELL, WHY NOT?", 1)
    assert here.ends == [("settled" if counted else "unknown", "")]
    assert here.left_open == 0


FREE: dict[str, tuple[bytes, bool]] = {
    "zeros": (whole({**OK, "usage": ZEROS}), False),
    "nothing": (whole({**OK, "usage": {}}), False),
    "null": (whole({**OK, "usage": None}), False),
    "no answer counted": (
        whole({**OK, "usage": {**USAGE, "completion_tokens": 0, "total_tokens": 100}}),
        False,
    ),
    "no prompt counted": (
        whole({**OK, "usage": {**USAGE, "prompt_tokens": 0, "total_tokens": 20}}),
        False,
    ),
    "no chunk": (stream(*HALVES, END), True),
    "a chunk of zeros": (stream(*HALVES, END, event(choices=[], usage=ZEROS)), True),
    "an empty chunk": (stream(*HALVES, END, event(choices=[], usage={})), True),
}


@pytest.mark.parametrize(("answer", "streams"), FREE.values(), ids=FREE.keys())
async def test_no_answer_is_booked_as_free(answer: bytes, streams: bool) -> None:
    """Where a server does not count, the whole reservation counts."""
    async with served(answer) as (here, _):
        said = await here.ask(listener=Listener(streams=streams))

    (attempt,) = here.record.attempts.values()
    assert (said.value, here.ends) == ("WELL, WHY NOT?", [("unknown", "")])
    assert here.account.spent == attempt.reserved


async def test_an_answer_of_nothing_may_have_cost_only_its_prompt() -> None:
    """No words, no tokens written: that is believed, and mended."""
    mute = {**OK, "usage": {**USAGE, "completion_tokens": 0, "total_tokens": 100}}
    mute["choices"] = [{**OK["choices"][0], "message": {**MESSAGE, "content": ""}}]

    async with served(whole(mute), whole(OK)) as (here, _):
        await here.ask()

    assert [outcome.state for outcome in here.outcomes] == ["settled", "settled"]


CALL = {"name": "clock", "arguments": "{}"}
PIECES: dict[str, list[dict[str, Any]]] = {
    "whole": [{"index": 0, "id": "a", "function": CALL}],
    "no index": [{"id": "a", "function": CALL}],
    "no id": [{"index": 0, "function": CALL}],
    "pieces without an index": [
        {"id": "a", "function": {"name": "clock", "arguments": "{"}},
        {"function": {"arguments": "}"}},
    ],
    "id and name in each piece": [
        {"id": "a", "function": {"name": "clock", "arguments": "{"}},
        {"id": "a", "function": {"name": "clock", "arguments": "}"}},
    ],
    "name in each piece, no id": [
        {"function": {"name": "clock", "arguments": "{"}},
        {"function": {"name": "clock", "arguments": "}"}},
    ],
    "another id in each piece": [
        {"index": 0, "id": "a", "function": {"name": "clock", "arguments": ""}},
        {"index": 0, "id": "b", "function": {"name": None, "arguments": "{"}},
        {"index": 0, "id": "c", "function": {"arguments": "}"}},
    ],
    "an object": [{"index": 0, "id": "a", "function": {"name": "clock", "arguments": {}}}],
}


@pytest.mark.parametrize("pieces", PIECES.values(), ids=PIECES.keys())
@pytest.mark.parametrize("reason", ["tool_calls", "tool_call", "function_call", "stop"])
async def test_a_call_in_any_pieces_is_one_call(pieces: list[dict[str, Any]], reason: str) -> None:
    """Its name once, its arguments whole, and an id, which the server may have left out."""
    deltas = [event(choices=[{"delta": {"tool_calls": [piece]}}]) for piece in pieces]
    end = event(choices=[{"delta": {}, "finish_reason": reason}])
    asked = question(prompt=prompt(tools=(CLOCK,), allowed_tools=("clock",)))

    async with served(stream(*deltas, end, PAID)) as (here, _):
        said = await here.ask(asked, listener=STREAMED)

    ident = "a" if "id" in pieces[0] else "call_0"
    assert said.tools == (ToolRequest(id=ident, name="clock", arguments="{}"),)
    assert said.message["tool_calls"][0]["id"] == ident


TWO: dict[str, list[dict[str, Any]]] = {
    "no index": [{"function": CALL}, {"function": {**CALL, "name": "search"}}],
    "the same index": [
        {"index": 0, "id": "a", "function": CALL},
        {"index": 0, "id": "b", "function": {**CALL, "name": "search"}},
    ],
    "the same id": [
        {"index": 0, "id": "a", "function": CALL},
        {"index": 1, "id": "a", "function": {**CALL, "name": "search"}},
    ],
}


@pytest.mark.parametrize("pieces", TWO.values(), ids=TWO.keys())
async def test_two_calls_are_told_apart(pieces: list[dict[str, Any]]) -> None:
    """However little a server says of which is which, each has an id of its own."""
    asked = question(prompt=prompt(tools=(CLOCK, SEARCH), allowed_tools=("clock",)))
    deltas = event(choices=[{"delta": {"tool_calls": pieces}}])
    end = event(choices=[{"delta": {}, "finish_reason": "tool_calls"}])

    async with served(stream(deltas, end, PAID)) as (here, _):
        said = await here.ask(asked, listener=STREAMED)

    assert [(tool.name, tool.arguments) for tool in said.tools] == [
        ("clock", "{}"),
        ("search", "{}"),
    ]
    assert len({tool.id for tool in said.tools}) == 2


@pytest.mark.parametrize("streams", [False, True])
@pytest.mark.parametrize("reason", ["length", "max_tokens", "model_length"])
async def test_an_answer_that_was_cut_is_known_by_any_name(reason: str, streams: bool) -> None:
    """The same model is told that it was cut, and answers again."""
    cut = {**OK, "choices": [{**OK["choices"][0], "finish_reason": reason}]}
    end = event(choices=[{"delta": {}, "finish_reason": reason}])
    first = stream(*HALVES, end, PAID) if streams else whole(cut)

    async with served(first, whole(OK)) as (here, server):
        await here.ask(listener=Listener(streams=streams))

    assert "it was cut off at 100 tokens" in server.bodies[1]["messages"][-1]["content"]


@pytest.mark.parametrize("streams", [False, True])
async def test_an_answer_the_server_broke_off_is_asked_for_again(streams: bool) -> None:
    """A reason of `error` ends no answer."""
    end = event(choices=[{"delta": {}, "finish_reason": "error"}])
    first = stream(*HALVES, end, PAID) if streams else answering(finish_reason="error")

    async with served(first, whole(OK)) as (here, _):
        said = await here.ask(listener=Listener(streams=streams))

    kind = "stream_torn" if streams else "bad_answer"
    assert (said.value, here.ends) == ("WELL, WHY NOT?", [("settled", kind), ("settled", "")])


@pytest.mark.parametrize("streams", [False, True])
@pytest.mark.parametrize("reason", [None, ""])
async def test_a_server_without_a_finish_reason_is_told_of_its_setting(
    reason: str | None, streams: bool
) -> None:
    """What it cost is booked as it says; the sentence names the setting, which helps."""
    end = event(choices=[{"delta": {}, "finish_reason": reason}])
    answer = stream(*HALVES, end, PAID) if streams else answering(finish_reason=reason)
    listener = Listener(streams=streams)

    async with served(answer, finish_reason="sometimes") as (here, _):
        said = await here.ask(listener=listener)
    async with served(answer, whole(OK)) as (there, _):
        await there.ask(listener=listener)

    told = there.outcomes[0].message
    assert said.value == "WELL, WHY NOT?"
    assert "set `finish_reason: sometimes` for the endpoint 'test' in models.yaml" in told
    assert there.outcomes[0].state == "settled"


async def test_an_error_with_200_is_told() -> None:
    """What stands in the body is said, and asked again as any failure."""
    broken = whole({"error": {"code": 502, "message": "the upstream is gone"}})

    async with served(broken, whole(OK)) as (here, _):
        await here.ask()

    assert here.ends == [("unknown", "bad_answer"), ("settled", "")]
    assert here.outcomes[0].message == ("test/small: the answer is an error: the upstream is gone")


REPLY = {
    "reasoning": "Hm.",
    "message": "No password.",
    "act": "object",
    "confidence": 0.7,
    "emotions": [],
    "expertise": [],
}
PLAINLY = json.dumps(REPLY)


def replying() -> Question[str]:
    """A question that wants a reply, and takes its words."""
    return Question(
        persona="rosa",
        purpose="speak",
        prompt=prompt(schema=SCHEMA),
        parse=lambda text: parse_reply(text).message,
    )


DRESSED = {
    "plainly": PLAINLY,
    "in a fence": f"```json\n{PLAINLY}\n```",
    "in words and a fence": f"Here you are:\n\n```\n{PLAINLY}\n```\nAnything else?",
    "after thoughts": f"<think>\nShe has a {{cup}}.\n</think>\n\n{PLAINLY}",
    "after thoughts, in a fence": f"<think></think>\n```json\n{PLAINLY}\n```",
}


@pytest.mark.parametrize("text", DRESSED.values(), ids=DRESSED.keys())
async def test_a_reply_is_found_in_what_ignores_the_form(text: str) -> None:
    """Where a server ignores the schema, models dress their JSON; no second question is needed."""
    asked = replying()

    async with served(whole(completion(text))) as (here, server):
        said = await here.ask(asked)

    assert (said.value, len(server.bodies)) == ("No password.", 1)


async def test_a_number_out_of_range_is_shown_and_mended() -> None:
    """Servers that ignore ranges are told what is wrong, once."""
    sure = json.dumps({**REPLY, "confidence": 7})
    asked = replying()

    async with served(whole(completion(sure)), whole(completion(PLAINLY))) as (here, server):
        said = await here.ask(asked)

    told = server.bodies[1]["messages"][-1]["content"]
    assert said.value == "No password."
    assert "confidence: Input should be less than or equal to 1" in told


async def test_who_ignores_schemas_is_told_of_its_setting() -> None:
    """Prose again and again: the last sentence says how models are told the form in words."""
    prose = whole(completion("I would rather not."))

    async with served(prose, prose, prose) as (here, _):
        with pytest.raises(InvalidReply) as raised:
            await here.ask(replying())

    assert str(raised.value).endswith(
        "The server seems to ignore JSON schemas: set `schema: json_object` for the endpoint "
        "'test' in models.yaml"
    )
