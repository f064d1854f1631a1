"""A steered run goes on from any event of its record as it would have gone on anyway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import Steering
from simulator.conversation.turn_taking import Policy
from simulator.definitions.cast import Cast
from simulator.record.events import STEERED, Event, Intervened, RunEnded, TurnEdited
from simulator.testing import MemoryRecord
from tests.stage import all_at_once, copy_of, stage, told
from tests.steered import OVER, Order, Watched, echo, steered, trio


@st.composite
def schedules(draw: st.DrawFn) -> dict[int, list[Order]]:
    """Any orders after any turns: words for all or some, edits of turns so far, an end."""

    def order(turn: int) -> st.SearchStrategy[Order]:
        edits = st.tuples(st.integers(1, turn), st.sampled_from(["New.", "Rosa?", "[9] Dev: x"]))
        says = st.tuples(
            st.sampled_from(["Dev, you?", "Hush.", "one\ntwo"]),
            st.sampled_from([(), ("rosa",), ("dev", "ilse")]),
        )
        return st.one_of(
            edits.map(lambda one: lambda steering: steering.edit(*one)),
            says.map(lambda one: lambda steering: steering.say(one[0], to=one[1] or None)),
            st.just(lambda steering: steering.stop("enough")) if turn > 3 else edits.map(_editing),
        )

    turns = draw(st.sets(st.integers(1, 6), max_size=4))
    return {turn: draw(st.lists(order(turn), min_size=1, max_size=3)) for turn in turns}


def _editing(one: tuple[int, str]) -> Order:
    return lambda steering: steering.edit(*one)


EVENTFUL: Sequence[Mapping[str, Any]] = (
    {"at": {"turn": 2}, "say": "The lights go out.", "tell": {"dev": "It was Ilse."}},
    {"at": {"turn": 4, "said": "lights|hush|new"}, "goal": {"rosa": "go home"}},
)


@pytest.mark.parametrize("policy", ["addressed", all_at_once])
@settings(deadline=None, max_examples=12)
@given(orders=schedules())
async def test_a_steered_talk_goes_on_from_every_event(
    policy: str | Policy, orders: dict[int, list[Order]]
) -> None:
    """From any event the same prompts, words and end come of it, once the rest is ordered again.

    What was ordered and is not on record is lost with the process; it is ordered again here.
    """
    size = 3 if policy is all_at_once else 1
    orders = {count: orders[count] for count in orders if not count % size}
    there = stage(trio(events=EVENTFUL), echo, policy=policy)
    film = await steered(there, orders)
    whole = told(film.events)

    for count in range(len(film.events) + 1):
        before = MemoryRecord(events=film.events[:count])
        record, steering = Watched(orders=orders), Steering()
        shot = next(one for one in film.shots if len(one.events) == count)
        copied = copy_of(shot)
        record.events, record.calls, record.states = copied.events, copied.calls, copied.states
        record.attempts, record.outcomes = copied.attempts, copied.outcomes
        record.steering = steering
        reordered(steering, before.events, orders, there.cast)
        await replace(there, steering=steering).play(record)

        assert told(record.events) == whole


def reordered(
    steering: Steering, events: Sequence[Event], orders: Mapping[int, Sequence[Order]], cast: Cast
) -> None:
    """Give again what was ordered in these events and did not come to pass in them."""
    steering.follow(cast)
    for event in events:
        steering.note(event)
    over = sum(isinstance(one, OVER) for one in events)
    given_so_far = [one for count in range(over + 1) for one in orders.get(count, ())]
    done = sum(
        isinstance(one, TurnEdited)
        or (isinstance(one, Intervened) and one.index == STEERED)
        or (isinstance(one, RunEnded) and one.stop_reason == "external")
        for one in events
    )
    for order in given_so_far[done:]:
        order(steering)
