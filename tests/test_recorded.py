"""What was answered is never asked again: it is spoken from the record, at no cost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from simulator.errors import KeyRefused
from simulator.llm.ask import Listener, Occasion, ask
from simulator.llm.call_context import Deadline
from simulator.llm.meter import RunMeter
from simulator.llm.tracker import Tracker
from simulator.record.calls import Purpose, call_id
from simulator.record.store import Store
from simulator.testing import ScriptedStream, completion
from tests.llm_samples import NO, RUN, WELL, desk, question

CUT = completion("Well, why", finish_reason="length")
ANSWERED = ("settled", "")
both_ways = pytest.mark.parametrize("streams", [False, True], ids=["plain", "streamed"])


@both_ways
@pytest.mark.parametrize(
    "bodies", [[WELL], [NO, WELL], [completion(tools=[("t1", "clock", "{}")])], [CUT, WELL]]
)
async def test_a_recorded_answer_is_spoken_again_without_a_request(
    bodies: list[dict[str, Any]], streams: bool
) -> None:
    """After a crash the same question costs nothing and says the same, repairs included."""
    told: list[str] = []
    listener = Listener(streams=streams, text=told.append)

    async with desk(*bodies) as here:
        said = await here.ask(listener=listener)
        before, requests = "".join(told), len(here.network.requests)
        told.clear()
        again = await here.ask(listener=listener)

    assert again == said
    assert "".join(told) == before
    assert len(here.network.requests) == requests == len(here.record.attempts)
    assert here.states == ["answered"] * len(bodies)


async def test_a_recorded_answer_does_not_wait_for_its_time() -> None:
    """Replaying takes none of the turn's time, even when that is over."""
    now = 0.0
    deadline = Deadline(5, clock=lambda: now)

    async with desk(WELL) as here:
        said = await here.ask(deadline=deadline)
        deadline.start()
        now = 60.0
        again = await here.ask(deadline=deadline)

    assert again == said


@both_ways
async def test_a_call_that_failed_or_was_cancelled_can_be_asked_again(streams: bool) -> None:
    """Its attempts are counted on, and in the end it is answered."""
    listener, slow = Listener(streams=streams), ScriptedStream([60.0])

    async with desk((401, {}, {}), slow, WELL) as here:
        with pytest.raises(KeyRefused):
            await here.ask(listener=listener)
        await here.give_up(listener=Listener(streams=True))
        states = here.states
        await here.ask(listener=listener)

    assert (states, here.states) == (["cancelled"], ["answered"])
    assert list(here.record.attempts) == [
        (call_id(RUN, 1, "rosa", "speak", 0), n) for n in (1, 2, 3)
    ]
    assert here.ends == [("released", "key_refused"), ("unknown", "cancelled"), ANSWERED]
    assert here.left_open == 0


PURPOSES: list[tuple[Purpose, int]] = [("speak", 0), ("speak", 1), ("speak", 20), ("select", 0)]


async def test_no_two_questions_share_an_answer() -> None:
    """Whatever one member is asked for in one turn, and however often it is repaired."""
    async with desk(*[NO, NO, WELL] * len(PURPOSES), model="tiers") as here:
        answers = [await here.ask(question(purpose=purpose, n=n)) for purpose, n in PURPOSES]

    ids = [number for said in answers for number in said.calls]
    assert len(set(ids)) == len(here.network.requests) == 3 * len(PURPOSES)


async def test_the_same_in_sqlite() -> None:
    """With the real ledger a repaired answer is booked, settled and spoken again."""
    with Store.open(":memory:") as store:
        run = store.create_run("focus-group")
        async with desk((503, {}, {}), NO, WELL) as here:
            booked = replace(
                here.access,
                run=run,
                ledger=store,
                meter=RunMeter(store),
                tracker=Tracker(store, run=run),
            )
            occasion = Occasion(turn=1, deadline=Deadline(5), listener=Listener())
            said = await ask(question(), booked, occasion)
            again = await ask(question(), booked, occasion)
        rows = [(row.call.purpose, row.state, row.attempts) for row in store.calls(run)]
        states = [row.outcome.state for row in store.attempts(run)]

    assert again == said
    assert rows == [("speak", "answered", 2), ("repair", "answered", 1)]
    assert states == ["unknown", "settled", "settled"]
