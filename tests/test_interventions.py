"""What happens from outside: once, and right before its turn."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulator.conversation.interventions import due
from simulator.conversation.state import State, fold
from simulator.definitions.intervention import Intervention
from tests.talks import cast_of, chosen, said, talk, told

EVENTS = [
    {"at": {"turn": 3}, "say": "The lights go out.", "as": "narrator"},
    {"at": {"turn": 1}, "say": "It is ten to four."},
    {"at": {"turn": 3}, "say": "A van hoots.", "as": "the bay"},
]
CAST = cast_of("rosa", "dev", events=EVENTS)


def test_events_are_due_right_before_their_turn() -> None:
    """Before the turn they name and not earlier, in the order written, with their numbers."""
    first = due(talk(CAST), CAST.scenario)
    second = due(fold(talk(CAST, ("rosa", "Hm.")), first), CAST.scenario)
    third = due(fold(talk(CAST, ("rosa", "Hm."), ("dev", "Hm.")), first), CAST.scenario)

    assert [(one.turn, one.speaker, one.text, one.index) for one in first] == [
        (1, "narrator", "It is ten to four.", 1)
    ]
    assert second == ()
    assert [(one.turn, one.speaker, one.text, one.index) for one in third] == [
        (3, "narrator", "The lights go out.", 0),
        (3, "the bay", "A van hoots.", 2),
    ]


def test_what_has_happened_does_not_happen_again() -> None:
    """Between two events of one turn, only the second is still due."""
    state = fold(talk(CAST, ("rosa", "Hm."), ("dev", "Hm.")), [told(1, index=1), told(3, index=0)])

    assert [one.index for one in due(state, CAST.scenario)] == [2]


def test_a_turn_that_was_jumped_over_is_made_up_for() -> None:
    """Where simultaneous turns pass an event's turn, it happens before the next one."""
    state = fold(talk(CAST), [told(1, index=1), chosen(1, "rosa", "dev")])
    state = fold(state, [said(1, "rosa"), said(2, "dev"), chosen(3, "rosa", "dev")])
    state = fold(state, [said(3, "rosa"), said(4, "dev")])

    assert [(one.turn, one.index) for one in due(state, CAST.scenario)] == [(5, 0), (5, 2)]


@given(st.lists(st.integers(1, 12), max_size=6))
def test_every_event_happens_once(turns: list[int]) -> None:
    """Over a whole talk, each event comes once, at its turn."""
    events = [Intervention.model_validate({"at": {"turn": t}, "say": str(t)}) for t in turns]
    scenario = CAST.scenario.model_copy(update={"events": tuple(events)})
    state, happened = talk(CAST), []

    for turn in range(1, 13):
        now = due(state, scenario)
        happened += [(one.turn, one.index) for one in now]
        state = fold(state, (*now, chosen(turn, "rosa"), said(turn, "rosa")))

    assert sorted(happened, key=lambda one: one[1]) == [(t, place) for place, t in enumerate(turns)]


def test_an_empty_state_has_nothing_to_wait_for() -> None:
    """Before the run has begun, the first turn is the one that comes."""
    assert [one.index for one in due(State(), CAST.scenario)] == [1]
