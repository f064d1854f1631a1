"""Whatever an endpoint answers is a whole answer, or an attempt that failed; money is booked."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import BadAnswer, SimulatorError
from simulator.llm.ask import Listener
from simulator.llm.event_stream import event_chunks
from simulator.testing import Scripted, ScriptedStream, completion
from tests.llm_samples import ONCE, WELL, catalog, desk, failed


async def test_an_answer_without_usage_is_accepted_and_unknown() -> None:
    """The words are good; what they cost nobody says, so their reservation is counted."""
    async with desk(completion("Well?", usage={})) as here:
        said = await here.ask()

    (attempt,) = here.record.attempts.values()
    assert said.value == "WELL?"
    assert (here.ends, here.outcomes[0].cost) == ([("unknown", "")], None)
    assert here.account.spent == attempt.reserved
    assert here.meter.at_least


@pytest.mark.parametrize(
    "usage", [[1], "many", {"prompt_tokens": None}, {"prompt_tokens": -1, "completion_tokens": 2}]
)
async def test_usage_that_says_nothing_is_unknown(usage: object) -> None:
    """Numbers that cannot be are no numbers."""
    async with desk({**WELL, "usage": usage}) as here:
        await here.ask()

    assert here.ends == [("unknown", "")]


BAD_BODIES = {
    "cut": json.dumps(WELL).encode()[:80],
    "empty": b"",
    "HTML": b"<html><body>Sign in to the hotel network</body></html>",
    "no text": b"\xff\xfe\x00",
    "deep": b"[" * 200_000,
    "no object": b"[1, 2]",
    "no choices": json.dumps({**WELL, "choices": []}).encode(),
    "a choice that is none": json.dumps({**WELL, "choices": {"message": 1}}).encode(),
    "no message": json.dumps({**WELL, "choices": [{"finish_reason": "stop"}]}).encode(),
    "an error with 200": json.dumps({"error": {"message": "overloaded"}}).encode(),
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES.keys())
async def test_a_200_that_is_no_completion_is_a_bad_answer(body: bytes) -> None:
    """It is tried again like any failure; what it cost is unknown, or what it says it cost."""
    async with desk(body, WELL) as here:
        await here.ask()

    state = "settled" if b'"usage"' in body and json_ends(body) else "unknown"
    assert here.ends == [(state, "bad_answer"), ("settled", "")]
    assert (here.states, here.left_open) == (["answered"], 0)


def json_ends(body: bytes) -> bool:
    """Whether a body is JSON."""
    with contextlib.suppress(ValueError):
        json.loads(body)
        return True
    return False


async def test_a_bad_answer_shows_how_it_begins() -> None:
    """The message lets a person see that a proxy answered, not a model."""
    outcome, _ = await failed(BAD_BODIES["HTML"], BadAnswer)

    assert outcome.message == (
        "test/small: the answer is not JSON but begins with "
        "'<html><body>Sign in to the hotel network</body></html>'"
    )


@pytest.mark.parametrize(("says", "accepted"), [("always", False), ("sometimes", True)])
@pytest.mark.parametrize("streams", [False, True])
async def test_a_missing_finish_reason_is_a_matter_of_the_endpoint(
    says: str, accepted: bool, streams: bool
) -> None:
    """Only where models.yaml says that none is sent, an answer without one is whole."""
    open_end = {**WELL, "choices": [{**WELL["choices"][0], "finish_reason": None}]}
    models, listener = catalog(finish_reason=says), Listener(streams=streams)

    async with desk(open_end, WELL, models=models) as here:
        await here.ask(listener=listener)

    first = ("settled", "")
    if not accepted:
        first = ("settled", "stream_torn" if streams else "bad_answer")
    assert here.ends == ([first] if accepted else [first, ("settled", "")])


async def test_half_a_character_does_not_spoil_an_answer() -> None:
    """A lone surrogate in the JSON cannot be stored; the rest of the answer can."""
    body = json.dumps(completion("Well \ud83d, why not?")).encode()

    async with desk(body) as here:
        said = await here.ask()

    assert (said.value, here.ends) == ("WELL ?, WHY NOT?", [("settled", "")])


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 9) | st.floats(0, 1) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=3,
)


def places(value: object, here: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Where something stands in a JSON value."""
    inner: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [here, *(place for key, below in inner for place in places(below, (*here, key)))]


def with_junk(body: Mapping[str, Any], place: tuple[str | int, ...], junk: object) -> object:
    """The body with something else in one place."""
    if not place:
        return junk
    copy = {"whole": json.loads(json.dumps(body))}
    inner: Any = copy["whole"]
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = junk
    return copy["whole"]


USAGE = {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}
DETAILS = {"prompt_tokens_details": {"cached_tokens": 1}}
TYPICAL = [
    completion("Well?", usage={**USAGE, **DETAILS}, fingerprint="fp"),
    completion(tools=[("t1", "clock", "{}")]),
]


@given(st.sampled_from(TYPICAL), st.data(), JUNK, st.booleans())
@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
async def test_whatever_an_endpoint_says_is_an_answer_or_one_of_our_errors(
    body: dict[str, Any], data: st.DataObject, junk: object, streams: bool
) -> None:
    """Junk anywhere in an answer never leaves an attempt open or a foreign error behind."""
    if streams:
        chunks = event_chunks(body, piece=3)
        number = data.draw(st.integers(0, len(chunks) - 2))
        event = json.loads(chunks[number].removeprefix(b"data: "))
        place = data.draw(st.sampled_from(places(event)))
        chunks[number] = f"data: {json.dumps(with_junk(event, place, junk))}\n\n".encode()
        response: Scripted = ScriptedStream(chunks)
    else:
        place = data.draw(st.sampled_from(places(body)))
        response = json.dumps(with_junk(body, place, junk)).encode()

    async with desk(response, WELL, retry=ONCE) as here:
        try:
            said = await here.ask(listener=Listener(streams=streams))
        except SimulatorError:
            said = None

    assert here.left_open == 0
    assert all(state != "open" for state in here.states)
    assert said is None or (said.value is None) == bool(said.tools)


async def test_a_stream_that_is_not_text_starts_again() -> None:
    """Bytes that are no UTF-8 tear the speech; the call asks again and books both attempts."""
    torn = ScriptedStream([b'data: {"choices": [{"delta": {"content": "\xff"}}]}\n\n'])
    restarted: list[str] = []
    listener = Listener(streams=True, restarted=restarted.append)
    async with desk(torn, WELL) as here:
        said = await here.ask(listener=listener)

    assert said.value == "WELL, WHY NOT?"
    assert [state for state, _ in here.ends] == ["unknown", "settled"]
    assert len(restarted) == 1
