"""Event streams: a completion in pieces and whole again, however its bytes are cut."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.llm.event_stream import Assembly, as_event_stream, event_chunks, wants_stream
from simulator.testing import completion

USAGE = {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12}

calls = st.lists(
    st.tuples(st.uuids().map(str), st.sampled_from(["clock", "search"]), st.text(max_size=20)),
    max_size=3,
)
bodies = st.builds(
    completion,
    st.text(max_size=60),
    tools=calls,
    refusal=st.none() | st.text(min_size=1, max_size=20),
    finish_reason=st.sampled_from(["stop", "length", "tool_calls"]),
    usage=st.sampled_from([{}, USAGE]),
    fingerprint=st.none() | st.just("fp_1"),
)


def assembled(data: bytes, *, piece: int) -> Assembly:
    """What a stream amounts to, read in pieces of so many bytes."""
    assembly = Assembly()
    for start in range(0, len(data), piece):
        assembly.feed(data[start : start + piece])
    assembly.end()
    return assembly


def event(**chunk: Any) -> bytes:
    """One chunk as an event."""
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def delta(**said: Any) -> bytes:
    """One chunk of the first choice."""
    return event(choices=[{"index": 0, "delta": said}])


@given(bodies, st.integers(1, 40), st.integers(1, 200))
def test_a_completion_survives_being_streamed(
    body: dict[str, Any], letters: int, piece: int
) -> None:
    """Message, reason, usage and names are those of the whole answer, wherever it was cut."""
    data = as_event_stream(body, piece=letters)

    found = assembled(data, piece=piece)

    message = body["choices"][0]["message"]
    expected = {
        "role": "assistant",
        "content": message["content"],
        "refusal": message["refusal"],
        "tool_calls": message.get("tool_calls"),
    }
    assert found.message() == {key: said for key, said in expected.items() if said is not None}
    assert (found.finish_reason, found.usage) == (
        body["choices"][0]["finish_reason"],
        body.get("usage"),
    )
    assert (found.model, found.fingerprint) == (body["model"], body["system_fingerprint"])
    assert (found.done, found.error) == (True, "")


def test_a_stream_is_its_events_one_after_the_other() -> None:
    """Each event ends with a blank line, and the last one says that it is over."""
    events = event_chunks(completion("Well, why not?"), piece=4)

    assert b"".join(events) == as_event_stream(completion("Well, why not?"), piece=4)
    assert all(one.startswith(b"data: ") and one.endswith(b"\n\n") for one in events)
    assert events[-1] == b"data: [DONE]\n\n"


def test_servers_write_events_in_their_own_ways() -> None:
    """Comments, names of events, carriage returns and missing spaces are no obstacle."""
    data = (
        b": keep-alive\r\n\r\n"
        b'event: chunk\r\ndata:{"choices":[{"delta":{"content":"Well"}}],"model":"m"}\r\n\r\n'
        b'data: {"choices": [], "usage": {"prompt_tokens": 9, "cost": 0.00012}}\r\n\r\n'
        b'data: {"choices":[{"delta":null,"finish_reason":"stop"}],"usage":null}\r\n\r\n'
        b"data: [DONE]"
    )

    found = assembled(data, piece=7)

    assert (found.message()["content"], found.finish_reason, found.model) == ("Well", "stop", "m")
    assert (found.usage, found.done) == ({"prompt_tokens": 9, "cost": 0.00012}, True)


def test_tool_calls_come_in_pieces() -> None:
    """Pieces belong together by their index, or without one by coming after each other."""
    data = (
        delta(tool_calls=[{"index": 1, "id": "b", "function": {"name": "search"}}])
        + delta(tool_calls=[{"index": 0, "id": "a", "function": {"name": "clock"}}])
        + delta(tool_calls=[{"index": 1, "function": {"arguments": '{"q":'}}])
        + delta(tool_calls=[{"index": 1, "function": {"arguments": " 1}"}}])
        + delta(tool_calls=[{"id": "c", "function": {"name": "clock", "arguments": "{"}}])
        + delta(tool_calls=[{"function": {"arguments": "}"}}])
    )

    found = assembled(data, piece=11).message()["tool_calls"]

    assert [(call["id"], *call["function"].values()) for call in found] == [
        ("a", "clock", ""),
        ("b", "search", '{"q": 1}'),
        ("c", "clock", "{}"),
    ]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (event(error={"message": "overloaded"}), '{"message": "overloaded"}'),
        (event(error="overloaded"), '"overloaded"'),
        (b"data: <html>\n\n", "an event that is no chunk of a completion: <html>"),
        (b"event: error\ndata: overloaded\n\n", "an event that is no chunk of a completion: over"),
        (b"data: null\n\n", "an event that is no chunk of a completion: null"),
        (event(choices=[1]), "an event that is no chunk of a completion: {"),
        (event(choices=[], usage=[1]), "an event that is no chunk of a completion: {"),
        (delta(content=7), "an event that is no chunk of a completion: {"),
    ],
)
def test_an_event_that_says_nothing_is_an_error(data: bytes, error: str) -> None:
    """Errors in a stream and events of another shape are seen."""
    assert assembled(data, piece=5).error.startswith(error)


def test_an_event_may_take_several_lines() -> None:
    """As the standard has it, lines of data belong together until an empty one."""
    data = b'data: {"choices": [{"index": 0,\ndata: "delta": {"content": "Well."}}]}\n\n'

    assert assembled(data, piece=7).message()["content"] == "Well."


def test_only_the_first_choice_is_read() -> None:
    """Who was not asked for more and gives more is not glued together."""
    first, second = ({"index": n, "delta": {"content": word}} for n, word in enumerate(("A", "B")))

    assert assembled(event(choices=[first, second]), piece=9).message()["content"] == "A"


@given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode), st.integers(1, 9))
def test_no_bytes_upset_a_reader(noise: bytes, piece: int) -> None:
    """Whatever comes is a piece of an answer, an error, or nothing."""
    found = assembled(b"data: " + noise, piece=piece)

    assert found.message()["role"] == "assistant"


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ({"stream": True}, True),
        ({"stream": False}, False),
        ({}, False),
        ({"messages": [{"content": '"stream": true'}]}, False),
    ],
)
def test_a_request_says_whether_it_wants_a_stream(body: dict[str, Any], wanted: bool) -> None:
    """Only the field counts, not a word somewhere in a message."""
    assert wants_stream(json.dumps(body).encode()) == wanted
