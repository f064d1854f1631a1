"""The state of a conversation: a fold over its events, the same however they come in."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.conversation.state import Finished, Pending, State, Utterance, fold
from simulator.record.events import (
    Event,
    LimitReached,
    PersonaJoined,
    PersonaLeft,
    RunEnded,
    RunPaused,
    SpeechRestarted,
)
from tests.talks import (
    AT,
    Story,
    cast_of,
    chosen,
    failed,
    looked_up,
    passed,
    said,
    started,
    stories,
    talk,
    told,
)

CAST = cast_of("rosa", "dev", "ilse")


def reached(scope: str, *, turn: int = 1) -> LimitReached:
    """A budget is used up."""
    return LimitReached(turn=turn, at=AT, scope=scope, unit="dollars", limit="1", used="1")


def test_a_state_holds_what_was_said_and_who_had_the_floor() -> None:
    """Words, passes and failures of turns one by one, and words from outside between them."""
    state = State.from_events(
        [
            started(CAST, seed=11),
            chosen(1, "ilse"),
            said(1, "ilse", "How far?", act="ask", source="ilse-opens"),
            chosen(2, "rosa"),
            passed(2, "rosa"),
            told(3, index=4),
            chosen(3, "dev"),
            failed(3, "dev"),
        ]
    )

    assert state == State(
        seed=11,
        members=("rosa", "dev", "ilse"),
        utterances=(
            Utterance(turn=1, speaker="ilse", text="How far?", act="ask"),
            Utterance(turn=3, speaker="narrator", text="The lights go out.", act=None),
        ),
        turn=3,
        heard=2,
        finished=(
            Finished(turn=1, speaker="ilse", outcome="taken", source="ilse-opens"),
            Finished(turn=2, speaker="rosa", outcome="passed"),
            Finished(
                turn=3,
                speaker="dev",
                outcome="failed",
                error="invalid_reply",
                message="invalid_reply!",
            ),
        ),
        interventions={4: 1},
        listened={"ilse": 0, "rosa": 1, "dev": 2},
    )


def test_whoever_was_chosen_is_pending_until_the_turn_is_over() -> None:
    """Of three chosen at once, those who have not spoken remain, with what they have heard."""
    events: list[Event] = [
        started(CAST),
        chosen(1, "ilse"),
        said(1, "ilse"),
        chosen(2, "rosa", "dev", "ilse"),
        passed(3, "dev"),
    ]

    state = State.from_events(events)

    assert state.pending == (
        Pending(speaker="rosa", turn=2, heard=1),
        Pending(speaker="ilse", turn=4, heard=1),
    )
    assert state.pending_of("ilse") == Pending(speaker="ilse", turn=4, heard=1)
    assert state.pending_of("dev") is None


def test_simultaneous_turns_stand_in_the_order_of_turns() -> None:
    """Whoever is quicker, the state is the same, the last on the floor included."""
    ends: tuple[Event, ...] = (
        said(1, "rosa", "One."),
        passed(2, "dev"),
        said(3, "ilse", "Three.", source="line"),
    )
    before: list[Event] = [started(CAST), chosen(1, "rosa", "dev", "ilse")]

    states = [State.from_events([*before, *order]) for order in permutations(ends)]

    assert states == [states[0]] * 6
    assert [one.text for one in states[0].utterances] == ["One.", "Three."]
    assert [one.text for one in states[0].last_round] == ["One.", "Three."]
    assert states[0].last_on_floor == "ilse"
    assert states[0].passed == ()


def test_a_limit_of_the_run_is_the_one_met_first() -> None:
    """Of simultaneous turns that meet a limit, the lower number tells it, whoever is quicker."""
    state = State.from_events([started(CAST), reached("run", turn=3), reached("study", turn=2)])

    assert state.limit == reached("study", turn=2)


def test_tools_are_remembered_until_their_turn_is_over() -> None:
    """A tool's result is there for the turn that is still pending, and gone with its end."""
    first, second = looked_up(1, "rosa", request="t1"), looked_up(2, "dev", request="t2")
    before: list[Event] = [started(CAST), chosen(1, "rosa", "dev"), first, second]

    unfinished = State.from_events(before)
    finished = State.from_events([*before, said(1, "rosa")])

    assert unfinished.tools == (first, second)
    assert finished.tools == (second,)


def test_whoever_leaves_is_not_present_until_they_join_again() -> None:
    """Leaving counts with the last word, whether or not the event that tells it was written."""
    last_word: list[Event] = [started(CAST), chosen(1, "dev"), said(1, "dev", "Bye.", act="leave")]
    left = PersonaLeft(turn=1, at=AT, persona="dev")

    alone = State.from_events(last_word)
    told_so = State.from_events([*last_word, left])
    back = State.from_events([*last_word, left, PersonaJoined(turn=2, at=AT, persona="dev")])

    assert alone.present == told_so.present == ("rosa", "ilse")
    assert (alone.leaving, told_so.leaving) == (alone.utterances, ())
    assert back.present == ("rosa", "dev", "ilse")


def test_a_members_budget_silences_only_that_member() -> None:
    """A limit in a member's scope is no limit of the run."""
    state = State.from_events([started(CAST), reached("rosa")])

    assert (state.present, state.limit) == (("dev", "ilse"), None)


@pytest.mark.parametrize(
    ("moves", "passers"),
    [
        ([], ()),
        ([("rosa", "Hm."), ("dev", None), ("ilse", None)], ("dev", "ilse")),
        ([("rosa", None), ("dev", "Hm.")], ()),
        ([("rosa", None), ("dev", None), ("rosa", None)], ("rosa", "dev", "rosa")),
    ],
)
def test_passes_count_since_the_last_words(
    moves: list[tuple[str, str | None]], passers: tuple[str, ...]
) -> None:
    """Who has passed since somebody spoke, oldest first."""
    assert talk(CAST, *moves).passed == passers


def test_words_from_outside_give_everybody_something_to_say() -> None:
    """Passes before them do not count any more, passes after them do."""
    state = State.from_events(
        [
            started(CAST),
            chosen(1, "rosa"),
            passed(1, "rosa"),
            told(2),
            chosen(2, "dev"),
            passed(2, "dev"),
        ]
    )

    assert state.passed == ("dev",)


def test_failures_count_since_a_turn_that_did_not_fail() -> None:
    """Failed turns in a row, oldest first."""
    events: list[Event] = [started(CAST)]
    events += [chosen(1, "rosa"), failed(1, "rosa"), chosen(2, "dev"), said(2, "dev")]
    events += [chosen(3, "ilse"), failed(3, "ilse"), chosen(4, "rosa"), failed(4, "rosa")]

    assert [one.turn for one in State.from_events(events).failures] == [3, 4]


def test_written_lines_are_known_up_to_what_was_heard() -> None:
    """A line spoken at the same time is not among those that somebody has heard."""
    state = State.from_events(
        [
            started(CAST),
            chosen(1, "rosa"),
            said(1, "rosa", source="one"),
            chosen(2, "dev", "ilse"),
            said(2, "dev", source="two"),
        ]
    )

    assert (state.sources(), state.sources(heard=1)) == (("one", "two"), ("one",))


def test_waiting_is_counted_in_turns() -> None:
    """Whoever never had the floor has waited longer than anybody."""
    state = talk(CAST, ("rosa", "Hm."), ("dev", None), ("rosa", "Yes."))

    assert [state.waited(one) for one in CAST.ids] == [0, 1, 6]


def test_events_that_change_nothing_change_nothing() -> None:
    """A torn stream and a pause leave the state as it is; an end is kept."""
    state = talk(CAST, ("rosa", "Hm."))
    idle: list[Event] = [
        SpeechRestarted(turn=1, at=AT, speaker="rosa", call="c"),
        RunPaused(turn=1, at=AT, reason="x"),
    ]

    assert fold(state, idle) == state
    assert fold(state, [RunEnded(turn=1, at=AT, stop_reason="turns")]).ended == "turns"


def test_a_state_replaces_the_one_before_it() -> None:
    """The graph's channel takes a state as its input and events as updates."""
    state = talk(CAST, ("rosa", "Hm."))

    assert fold(State(seed=3), state) == state


@given(story=stories(), data=st.data())
def test_folding_in_parts_is_folding_whole(story: Story, data: st.DataObject) -> None:
    """Wherever the events are cut, the state is the same."""
    cut = data.draw(st.integers(0, len(story.events)))

    state = fold(State.from_events(story.events[:cut]), story.events[cut:])

    assert state == story.state


@given(story=stories())
def test_a_state_knows_every_turn_once(story: Story) -> None:
    """Turns are numbered without a gap, each is over or pending, and nobody is twice in a list."""
    state = story.state

    assert [one.turn for one in state.finished] == list(range(1, state.turn + 1))
    assert state.pending == ()
    assert [one.turn for one in state.utterances] == sorted(one.turn for one in state.utterances)
    assert set(state.present) <= set(state.members) == set(story.cast.ids)
