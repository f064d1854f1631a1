"""Perception: what a member heard, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given

from simulator.conversation.perception import Perceived, perceive
from simulator.conversation.state import State
from simulator.record.events import Event, PersonaJoined
from tests.talks import AT, Story, cast_of, chosen, member, said, started, stories, told

CAST = cast_of("rosa", "dev", "ilse")


def heard(state: State, member: str, *, until: int | None = None) -> tuple[list[str], list[str]]:
    """The words for everybody and the words for a few that a member heard."""
    perceived = perceive(state, member, heard=until)
    return [one.text for one in perceived.public], [one.text for one in perceived.private]


@pytest.mark.parametrize(
    ("member", "private"),
    [("rosa", ["Psst."]), ("dev", ["Psst."]), ("ilse", [])],
)
def test_words_for_a_few_are_heard_by_these_and_the_speaker(
    member: str, private: list[str]
) -> None:
    """Private words stand apart; whoever is not meant hears nothing of them."""
    events: list[Event] = [
        started(CAST),
        chosen(1, "rosa"),
        said(1, "rosa", "Psst.", to=("dev",)),
        chosen(2, "ilse"),
        said(2, "ilse", "Aloud."),
    ]

    assert heard(State.from_events(events), member) == (["Aloud."], private)


def test_simultaneous_speakers_do_not_hear_each_other() -> None:
    """What was said after the last turn heard is not perceived, even once it is on record."""
    events: list[Event] = [
        started(CAST),
        chosen(1, "ilse"),
        said(1, "ilse", "Now all of you."),
        chosen(2, "rosa", "dev"),
        said(2, "rosa", "Me first."),
    ]
    state = State.from_events(events)

    assert heard(state, "dev", until=1) == (["Now all of you."], [])
    assert heard(state, "dev") == (["Now all of you.", "Me first."], [])


def test_words_from_outside_are_heard_by_whoever_speaks_next() -> None:
    """They come right before the turn whose number they bear, not after it."""
    events: list[Event] = [
        started(CAST),
        told(1, "It is ten to four."),
        chosen(1, "ilse"),
        said(1, "ilse", "Good morning."),
        told(2, "The lights go out."),
        chosen(2, "rosa"),
    ]
    state = State.from_events(events)

    assert heard(state, "ilse", until=0) == (["It is ten to four."], [])
    assert heard(state, "rosa", until=1)[0][-1] == "The lights go out."


@given(story=stories())
def test_nobody_hears_the_future(story: Story) -> None:
    """At every turn, what is heard is what was there before it, and it only grows."""
    state, member = story.state, story.cast.ids[0]
    heard_by_turn = [perceive(state, member, heard=turn).public for turn in range(state.turn + 1)]

    for turn, lines in enumerate(heard_by_turn):
        assert all(one.turn <= turn + (one.act is None) for one in lines)
        assert lines == heard_by_turn[-1][: len(lines)]
    assert perceive(state, member).public == heard_by_turn[-1]


@given(story=stories())
def test_everybody_hears_what_was_said_while_they_were_there(story: Story) -> None:
    """Whoever was there all the time has heard all of it, whoever left what came before."""
    for one in story.cast.ids:
        leaving = (n for n, e in enumerate(story.events) if e.kind == "persona_left")
        gone = [n for n in leaving if getattr(story.events[n], "persona", "") == one]
        there = story.events[: gone[0]] if gone else story.events

        then = State.from_events(there)
        assert perceive(story.state, one) == Perceived(then.utterances, (), then.moves)


def test_a_latecomer_has_heard_nothing_before() -> None:
    """Neither words for all nor words for a few, though they were meant for the latecomer."""
    events: list[Event] = [
        started(cast_of("rosa", "dev", member("ilse", enters_here="later"))),
        chosen(1, "rosa"),
        said(1, "rosa", "Before."),
        chosen(2, "rosa"),
        said(2, "rosa", "Psst.", to=("ilse",)),
        PersonaJoined(turn=3, at=AT, persona="ilse"),
        chosen(3, "rosa"),
        said(3, "rosa", "After."),
    ]
    state = State.from_events(events)

    assert heard(state, "ilse") == (["After."], [])
    assert heard(state, "dev") == (["Before.", "After."], [])


def test_whoever_leaves_among_simultaneous_turns_heard_the_others() -> None:
    """Whoever is quicker: who hears a round is settled when the floor is given."""
    begun: list[Event] = [started(CAST), chosen(1, "rosa", "dev")]
    ends: list[Event] = [said(1, "rosa", "I go.", act="leave"), said(2, "dev", "I stay.")]

    states = [State.from_events([*begun, *order]) for order in (ends, ends[::-1])]

    assert states[0] == states[1]
    assert heard(states[0], "rosa") == (["I go.", "I stay."], [])
