"""What happens from outside: each condition, each effect, once, and right before its turn."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.conversation.interventions import due, events_of
from simulator.conversation.perception import perceive
from simulator.conversation.prompts import Situation
from simulator.conversation.reply import Verdict
from simulator.conversation.state import State, fold
from simulator.definitions.act import Act
from simulator.definitions.cast import Cast
from simulator.llm.ask import Question
from simulator.record.events import (
    Event,
    Intervened,
    PersonaJoined,
    PersonaLeft,
    PhaseEntered,
    TurnTaken,
)
from tests.stage import (
    told,
)
from tests.talks import (
    AT,
    cast_of,
    chosen,
    failed,
    member,
    passed,
    said,
    standing_of,
    started,
    talk,
)

EVENTS = [
    {"at": {"turn": 3}, "say": "The lights go out.", "as": "narrator"},
    {"at": {"turn": 1}, "say": "It is ten to four."},
    {"at": {"turn": 3}, "say": "A van hoots.", "as": "the bay"},
]
CAST = cast_of("rosa", "dev", events=EVENTS)


def happening(state: State, cast: Cast = CAST, **more: Any) -> tuple[int, ...]:
    """Which events are due, where nobody must be asked."""
    found = due(standing_of(state, cast, **more))
    assert not isinstance(found, Question)
    return found


def after(state: State, *indexes: int, cast: Cast = CAST) -> State:
    """The state once these have happened."""
    for index in indexes:
        state = fold(state, events_of(index, cast.scenario.events[index], state))
    return state


def with_event(event: dict[str, Any], **more: Any) -> Cast:
    """Three people, one of whom comes later, and one event."""
    late = member("ilse", enters_here="later")
    return cast_of("rosa", "dev", late, events=[event], **more)


def test_events_are_due_right_before_their_turn() -> None:
    """Before the turn they name and not earlier, in the order written."""
    begun = after(talk(CAST), 1)

    assert happening(talk(CAST)) == (1,)
    assert happening(fold(begun, [chosen(1, "rosa"), said(1, "rosa")])) == ()
    assert happening(fold(begun, [chosen(1, "rosa", "dev"), said(1, "rosa")])) == (0, 2)


def test_an_event_is_told_with_its_words_turn_voice_and_number() -> None:
    """Words from outside bear the number of the turn they come before."""
    state = talk(CAST, ("rosa", "Hm."), ("dev", "Hm."))

    (told_,) = events_of(2, CAST.scenario.events[2], state)

    assert isinstance(told_, Intervened)
    assert (told_.turn, told_.speaker, told_.text, told_.to, told_.effect, told_.index) == (
        *(3, "the bay", "A van hoots.", ()),
        *("say", 2),
    )


def test_what_has_happened_does_not_happen_again() -> None:
    """Between two events of one turn, only the second is still due."""
    state = after(talk(CAST, ("rosa", "Hm."), ("dev", "Hm.")), 1, 0)

    assert happening(state) == (2,)


def test_a_turn_that_was_jumped_over_is_made_up_for() -> None:
    """Where simultaneous turns pass an event's turn, it happens before the next one."""
    state = fold(after(talk(CAST), 1), [chosen(1, "rosa", "dev")])
    state = fold(state, [said(1, "rosa"), said(2, "dev"), chosen(3, "rosa", "dev")])
    state = fold(state, [said(3, "rosa"), said(4, "dev")])

    assert happening(state) == (0, 2)


@given(st.lists(st.integers(1, 12), max_size=6))
def test_every_event_happens_once(turns: list[int]) -> None:
    """Over a whole talk, each event comes once, at its turn."""
    cast = cast_of("rosa", "dev", events=[{"at": {"turn": t}, "say": str(t)} for t in turns])
    state, happened = talk(cast), []

    for turn in range(1, 13):
        now = happening(state, cast)
        happened += [(state.turn + 1, index) for index in now]
        state = fold(after(state, *now, cast=cast), (chosen(turn, "rosa"), said(turn, "rosa")))

    assert sorted(happened, key=lambda one: one[1]) == [(t, place) for place, t in enumerate(turns)]


def test_an_empty_state_has_nothing_to_wait_for() -> None:
    """Before the run has begun, the first turn is the one that comes."""
    assert happening(State()) == (1,)


def test_an_event_without_an_effect_never_happens() -> None:
    """The project's checks refuse it; a talk does not wait for it for ever."""
    assert happening(talk(CAST), with_event({"at": {"turn": 1}})) == ()


def phase(name: str) -> PhaseEntered:
    """A phase begins."""
    return PhaseEntered(turn=0, at=AT, phase=name)


def acted(*acts: Act) -> list[Event]:
    """Rosa's turns, by what they do, each of four words, after one of Dev's with four."""
    events: list[Event] = [chosen(1, "dev"), said(1, "dev", "Nobody asked me this.")]
    for turn, act in enumerate(acts, start=2):
        events += [chosen(turn, "rosa"), said(turn, "rosa", "I see no point.", act=act)]
    return events


ROSA_WHISPERS = [chosen(1, "rosa"), said(1, "rosa", "It COSTS forty.", to=("dev",))]
BOTH = [chosen(1, "rosa", "dev"), said(1, "rosa", "It costs forty."), said(2, "dev", "Hm.")]


@pytest.mark.parametrize(
    ("at", "events", "holds"),
    [
        ({"turn": 2}, [], False),
        ({"turn": 2}, BOTH, True),
        ({"phase": "bids"}, [], False),
        ({"phase": "bids"}, [phase("talk")], False),
        ({"phase": "bids"}, [phase("bids")], True),
        ({"said": r"costs \w+"}, [], False),
        ({"said": r"costs \w+"}, ROSA_WHISPERS, True),
        ({"said": r"costs \d+"}, ROSA_WHISPERS, False),
        ({"said": "forty"}, BOTH, True),
        ({"said": "forty"}, [*ROSA_WHISPERS, chosen(2, "dev"), said(2, "dev")], False),
        ({"said": "forty"}, [*ROSA_WHISPERS, chosen(2, "dev"), passed(2, "dev")], False),
        ({"speaker": "rosa"}, [], False),
        ({"speaker": "rosa"}, BOTH, True),
        ({"speaker": "rosa"}, [chosen(1, "dev"), said(1, "dev")], False),
        ({"speaker": "rosa"}, [chosen(1, "rosa"), failed(1, "rosa")], False),
        ({"when": {"measure": "conflict", "above": 0.5}}, acted("object"), False),
        ({"when": {"measure": "conflict", "above": 0.5}}, acted("object", "challenge"), True),
        ({"when": {"measure": "conflict", "below": 0.1}}, acted("object"), False),
        ({"when": {"measure": "conflict", "below": 0.1}}, acted("answer"), True),
        ({"when": {"measure": "silence", "of": "dev", "above": 1}}, [], False),
        ({"when": {"measure": "silence", "of": "dev", "above": 1}}, acted("ask"), False),
        ({"when": {"measure": "silence", "of": "dev", "above": 1}}, acted("ask", "ask"), True),
        ({"when": {"measure": "silence", "of": "ilse", "above": 1}}, acted("ask"), True),
        ({"when": {"measure": "share", "of": "rosa", "above": 0.5}}, [], False),
        ({"when": {"measure": "share", "of": "rosa", "above": 0.5}}, acted("ask"), False),
        ({"when": {"measure": "share", "of": "rosa", "above": 0.5}}, acted("ask", "ask"), True),
        ({"when": {"measure": "share", "of": "ilse", "below": 0.1}}, acted("ask"), True),
        ({"turn": 2, "speaker": "rosa", "said": "forty"}, BOTH, True),
        ({"turn": 4, "speaker": "rosa", "said": "forty"}, BOTH, False),
        ({"turn": 2, "speaker": "dev", "said": "fifty"}, BOTH, False),
        ({}, [], True),
    ],
)
def test_conditions(at: dict[str, Any], events: list[Event], holds: bool) -> None:
    """Each holds where it says so and nowhere else; all that are given must hold."""
    cast = with_event({"at": at, "say": "A van hoots."})

    assert happening(State.from_events([started(cast), *events]), cast) == ((0,) if holds else ())


ASKING = with_event({"at": {"asked": "They quarrel.", "speaker": "rosa"}, "say": "Calm down."})


@pytest.mark.parametrize("holds", [True, False, None])
def test_a_condition_that_a_model_judges(holds: bool | None) -> None:
    """It is asked of a cheap model, and holds if the answer is yes; without an answer it does not.

    Ilse is not there, so a round has two turns.
    """
    state = talk(ASKING, ("dev", "Hm."), ("rosa", "Hm."))
    standing = standing_of(state, ASKING)

    question = due(standing)
    assert isinstance(question, Question)
    verdict = None if holds is None else Verdict(reasoning="Hm.", holds=holds)
    answers = standing.answers.with_one(question, verdict)

    assert question.tiers.ceiling == "simple"
    assert happening(state, ASKING, answers=answers) == ((0,) if holds else ())


def test_a_condition_is_asked_once_a_round_and_only_where_the_rest_holds() -> None:
    """Of eight turns by turns, Rosa's are the odd ones: a round that ends with Dev asks nothing."""
    asked_at = {}
    for first in ("rosa", "dev"):
        order = [first, "dev" if first == "rosa" else "rosa"] * 4
        found = [
            due(standing_of(talk(ASKING, *[(one, "Hm.") for one in order[:n]]), ASKING))
            for n in range(9)
        ]
        asked_at[first] = [n for n, one in enumerate(found) if isinstance(one, Question)]

    assert asked_at == {"rosa": [], "dev": [2, 4, 6, 8]}


def test_words_from_outside_do_not_change_the_question() -> None:
    """What happens before the next turn was not there when the round was over."""
    state = talk(ASKING, ("dev", "Hm."), ("rosa", "Hm."))
    words = Intervened(turn=3, at=AT, speaker="narrator", text="A van hoots.", index=7)

    before, behind = (due(standing_of(one, ASKING)) for one in (state, fold(state, [words])))

    assert isinstance(before, Question)
    assert isinstance(behind, Question)
    assert before.prompt.hash == behind.prompt.hash


def effects_of(event: dict[str, Any], *moves: tuple[str, str]) -> tuple[list[str], State]:
    """What an event does: its events in short, and the state after them."""
    cast = with_event({"at": {"turn": 1}, **event})
    state = talk(cast, *moves)
    made = tuple(events_of(0, cast.scenario.events[0], state))
    short = [
        f"{one.effect} {one.text} {','.join(one.to)}".strip()
        if isinstance(one, Intervened)
        else f"{one.kind} {getattr(one, 'persona', '')} {one.turn}"
        for one in made
    ]
    return short, fold(state, made)


def test_effects_come_in_their_order() -> None:
    """Who goes does not hear what is said then, and who comes does."""
    short, state = effects_of(
        {
            "end": "The shift begins.",
            "next": "ilse",
            "goal": {"ilse": "get a date"},
            "tell": {"ilse": "They are late."},
            "say": "A door opens.",
            "join": ["ilse"],
            "leave": ["dev"],
        },
        ("rosa", "Hm."),
    )

    assert short == [
        *("leave  dev", "persona_left dev 1"),
        *("join  ilse", "persona_joined ilse 2"),
        *("say A door opens.", "tell They are late. ilse", "goal get a date ilse"),
        *("next  ilse", "end The shift begins."),
    ]
    assert [one.text for one in perceive(state, "ilse").public] == ["A door opens."]
    assert [one.text for one in perceive(state, "dev").public] == ["Hm."]
    assert (state.here, state.called, state.goals, state.closed) == (
        *(("rosa", "ilse"), "ilse"),
        *({"ilse": "get a date"}, "The shift begins."),
    )


def test_something_told_is_learnt_by_one_alone() -> None:
    """Nobody else hears it, not even that it was told."""
    _, state = effects_of({"tell": {"dev": "The budget is cut."}, "as": "the office"})

    assert [one.text for one in perceive(state, "dev").private] == ["The budget is cut."]
    assert perceive(state, "rosa").private == perceive(state, "rosa").public == ()


def test_whoever_is_told_something_need_not_be_there() -> None:
    """A latecomer comes in with what it was told on the way, and knows of no other words."""
    _, state = effects_of({"tell": {"ilse": "The budget is cut."}, "say": "A van hoots."})
    state = fold(state, [PersonaJoined(turn=1, at=AT, persona="ilse")])

    assert [one.text for one in perceive(state, "ilse").private] == ["The budget is cut."]
    assert perceive(state, "ilse").public == ()


def test_a_new_goal_is_wanted_by_one_alone() -> None:
    """It stands in that member's question, and in nobody else's."""
    cast = with_event({"at": {"turn": 1}, "goal": {"dev": "sell it for forty"}})
    state = after(talk(cast), 0, cast=cast)

    assert Situation.of(state, cast, "dev").goal == "sell it for forty"
    assert Situation.of(state, cast, "rosa").goal == ""


def test_nobody_leaves_twice_and_nobody_comes_who_is_there() -> None:
    """The record tells the effect, and no coming or going that did not happen."""
    assert effects_of({"leave": ["ilse"], "join": ["rosa"]})[0] == ["leave  ilse", "join  rosa"]


@pytest.mark.parametrize("place", range(10))
def test_an_event_that_broke_off_is_finished(place: int) -> None:
    """From any point, what is left is told, and nothing twice."""
    event = {
        "leave": ["rosa", "dev"],
        "join": ["ilse"],
        "say": "A.",
        "tell": {"ilse": "B."},
        "next": "ilse",
        "end": "C.",
    }
    cast = with_event({"at": {"turn": 1}, **event})
    state, intervention = talk(cast), cast.scenario.events[0]
    whole = tuple(events_of(0, intervention, state))

    begun = fold(state, whole[:place])
    rest = tuple(events_of(0, intervention, begun))

    assert told(rest) == told(whole[place:])
    assert fold(begun, rest) == fold(state, whole)
    assert len(whole) == 10


def test_what_an_event_did_is_known_from_the_record() -> None:
    """Comings and goings, goals, the floor: all of it is a fold over the events."""
    events: list[Event] = [started(ASKING), PersonaJoined(turn=1, at=AT, persona="ilse")]
    events += [PersonaLeft(turn=1, at=AT, persona="dev")]
    events += [
        Intervened(turn=2, at=AT, speaker="", text="x", to=("rosa",), effect="goal"),
        Intervened(turn=2, at=AT, speaker="", text="", to=("rosa",), effect="next"),
    ]
    state = State.from_events(events)

    assert (state.here, state.goals, state.called) == (("rosa", "ilse"), {"rosa": "x"}, "rosa")
    spoken: list[Event] = [chosen(2, "rosa"), said(2, "rosa")]
    assert fold(state, spoken).called == ""
    assert isinstance(spoken[1], TurnTaken)
