"""Who speaks next, by every policy, over any cast and history."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.conversation.state import State
from simulator.conversation.turn_taking.policy import policy_names
from simulator.definitions.cast import Cast
from simulator.record.events import Event, PhaseEntered, SpeakerChosen
from tests.floor_samples import NEXT, next_of
from tests.talks import AT, cast_of, chosen, member, passed, said, stories


@st.composite
def situations(draw: st.DrawFn) -> tuple[Cast, tuple[Event, ...]]:
    """Any cast with all that a policy needs, and any history, in a phase of it or in none."""
    story = draw(stories())
    first, *rest = story.cast.members
    cast = cast_of(member(first.id, role="moderator"), *rest, reply=NEXT)
    speakers = draw(st.lists(st.sampled_from(story.state.here), unique=True))
    turn = story.state.turn
    phase = PhaseEntered(turn=turn, at=AT, phase="now", speakers=tuple(speakers), about="")
    return cast, (*story.events, *((phase,) if draw(st.booleans()) else ()))


REPLIES = st.lists(
    st.tuples(
        st.sampled_from(("Well.", "Dev?", "Rosa, you?", None)),
        st.sampled_from(("rosa", "dev", "kim", None)),
    ),
    max_size=9,
)
"""What is said next, by whoever has the floor, and to whom it is handed on."""


@pytest.mark.parametrize("policy", policy_names())
@given(situation=situations())
def test_whoever_is_chosen_may_speak(
    policy: str, situation: tuple[Cast, tuple[Event, ...]]
) -> None:
    """Present, allowed by the phase, each once; never the last on the floor where others may.

    Only where all speak at once the last on the floor is among them.
    """
    cast, events = situation
    state = State.from_events(events)

    chosen_names = next_of(policy, state, cast).names

    assert set(chosen_names) <= set(state.present)
    if policy == "simultaneous":
        assert chosen_names == state.present
    else:
        assert len(chosen_names) == 1
        assert chosen_names != (state.last_on_floor,) or state.present == chosen_names


@pytest.mark.parametrize("policy", policy_names())
@given(situation=situations(), replies=REPLIES, data=st.data())
def test_a_talk_goes_on_alike_from_any_turn(
    policy: str,
    situation: tuple[Cast, tuple[Event, ...]],
    replies: list[tuple[str | None, str | None]],
    data: st.DataObject,
) -> None:
    """Who speaks depends on what happened and on the seed, not on when the policy was started."""
    cast, events = situation
    whole = played(policy, cast, list(events), replies)
    cut = data.draw(st.integers(0, len(replies)))
    turns = [place for place, one in enumerate(whole) if isinstance(one, SpeakerChosen)]
    places = [place for place in turns if place >= len(events)]
    start = [*places, len(whole)][cut]

    assert played(policy, cast, list(events), replies) == whole
    assert played(policy, cast, list(whole[:start]), replies[cut:]) == whole


def played(
    policy: str,
    cast: Cast,
    events: list[Event],
    replies: list[tuple[str | None, str | None]],
) -> tuple[Event, ...]:
    """The events of a talk in which these words are said next, whoever says them."""
    for words, handed in replies:
        state = State.from_events(events)
        names, first = next_of(policy, state, cast).names, state.turn + 1
        events.append(chosen(first, *names))
        for turn, speaker in enumerate(names, start=first):
            own: dict[str, Any] = {} if handed is None else {"next": handed}
            ended = passed(turn, speaker) if words is None else said(turn, speaker, words, **own)
            events.append(ended)
    return tuple(events)
