"""Nobody is left out of an open floor: fair shares, pairs, the chair, phases in which all speak."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.conversation.state import State, fold
from simulator.conversation.turn_taking.open_floor import open_floor
from simulator.definitions.cast import Cast
from simulator.record.events import Event, PhaseEntered
from tests.conftest import PROOF
from tests.talks import AT, NAMES, cast_of, chosen, member, said, started, talk

EXAMPLES = 1_000 if PROOF else 60
TURNS = 60
IDS = (*NAMES, "ana", "bo")
NEUTRAL = ("Well.", "Is that so?", "The form has three steps.", "Why do you think that?", "I see.")
BONDS = ("old friend", "her old rival", "his wife", "trusts him with her keys", "owes a biscuit")
TOUCHING = ("My old friend, as ever.", "A rival is a rival.", "My wife will know.", *NEUTRAL)


@dataclass(frozen=True, slots=True)
class Course:
    """Who spoke and why, turn by turn."""

    speakers: tuple[str, ...]
    reasons: tuple[str, ...]

    def longest_pair(self) -> int:
        """The most turns for which two alone, or one alone, had the floor."""
        return max(self._pair_from(place) for place in range(len(self.speakers)))

    def _pair_from(self, place: int) -> int:
        pair: set[str] = set()
        for run, speaker in enumerate(self.speakers[place:]):
            pair.add(speaker)
            if len(pair) > 2:
                return run
        return len(self.speakers) - place


def played(
    cast: Cast,
    *,
    turns: int = TURNS,
    words: Sequence[str] = NEUTRAL,
    phase: PhaseEntered | None = None,
    seed: int = 7,
    calls: bool = False,
) -> Course:
    """A talk of these words in turn; where `calls`, everybody calls whoever spoke before."""
    opening: list[Event] = [started(cast, seed=seed)]
    state = State.from_events([*opening, phase] if phase is not None else opening)
    speakers: list[str] = []
    reasons: list[str] = []
    for turn in range(1, turns + 1):
        decided = open_floor(state, cast, ())
        (speaker,) = decided.names
        text = words[turn * 7 % len(words)]
        if calls:
            text = f"{_first_name(cast, speakers[-1] if speakers else '', but=speaker)}, and you?"
        state = fold(state, (chosen(turn, speaker), said(turn, speaker, text)))
        speakers.append(speaker)
        reasons.append(decided.reason)
    return Course(tuple(speakers), tuple(reasons))


def _first_name(cast: Cast, wanted: str, *, but: str) -> str:
    called = wanted if wanted and wanted != but else next(one for one in cast.ids if one != but)
    return cast.member(called).called[-1]


@st.composite
def casts(draw: st.DrawFn) -> Cast:
    """Three to eight people, who think of each other and like to talk as it happens."""
    ids = IDS[: draw(st.integers(3, len(IDS)))]
    chair = draw(st.sampled_from(("", ids[0])))
    return cast_of(*(_somebody(draw, one, ids, chair=chair) for one in ids))


def _somebody(draw: st.DrawFn, one: str, ids: Sequence[str], *, chair: str) -> Any:
    known = draw(st.lists(st.sampled_from([other for other in ids if other != one]), unique=True))
    return member(
        one,
        role="moderator" if one == chair else "",
        talkativeness=draw(st.sampled_from((0.0, 0.05, 0.3, 0.5, 0.8, 1.0))),
        relationships={other: draw(st.sampled_from(BONDS)) for other in known},
    )


def words_of_a_talk() -> st.SearchStrategy[list[str]]:
    """Lines that call nobody."""
    return st.lists(st.sampled_from(NEUTRAL), min_size=1, max_size=5)


@settings(max_examples=EXAMPLES, deadline=None)
@given(cast=casts(), words=words_of_a_talk(), seed=st.integers(0, 2**31))
def test_everybody_has_a_share_of_a_third_of_a_fair_one(
    cast: Cast, words: list[str], seed: int
) -> None:
    """Whoever likes to talk at all has one turn in 3n of n people; whoever does not, in 5n."""
    course = played(cast, words=words, seed=seed)

    turns, people = Counter(course.speakers), len(cast.ids)
    for one in cast.members:
        rounds = 3 if one.persona.talkativeness else 5
        assert turns[one.id] >= TURNS // (rounds * people), (one.id, turns)


@settings(max_examples=EXAMPLES, deadline=None)
@given(cast=casts(), words=words_of_a_talk(), seed=st.integers(0, 2**31))
def test_no_pair_keeps_the_floor_while_others_wait(cast: Cast, words: list[str], seed: int) -> None:
    """After two rounds of everybody at most somebody who likes to talk gets in."""
    others = [one for one in cast.members if one.persona.talkativeness]
    course = played(cast, words=words, seed=seed)

    if len(others) > 2:
        assert course.longest_pair() <= 2 * len(cast.ids) + 1


@settings(max_examples=EXAMPLES, deadline=None)
@given(cast=casts(), seed=st.integers(0, 2**31))
def test_nor_does_one_where_its_lines_touch_what_people_are_to_each_other(
    cast: Cast, seed: int
) -> None:
    """Friends and rivals who never stop saying so let others in all the same."""
    others = [one for one in cast.members if one.persona.talkativeness]
    course = played(cast, words=TOUCHING, seed=seed)

    if len(others) > 2:
        assert course.longest_pair() <= 2 * len(cast.ids) + 6


@pytest.mark.parametrize("people", [3, 4, 6])
def test_two_who_call_each_other_by_name_are_broken_in_upon(people: int) -> None:
    """A name goes before waiting at first, and no longer after some turns more."""
    course = played(cast_of(*IDS[:people]), calls=True)

    assert set(course.speakers) == set(IDS[:people])
    assert course.longest_pair() <= 2 * people + 6


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_a_relationship_takes_the_floor_from_nobody(seed: int) -> None:
    """Of three equals in 30 turns, one of whom has an old friend, each has about ten."""
    ann = member("ann", relationships={"bob": "old friend"})
    course = played(cast_of(ann, "bob", "cleo"), turns=30, seed=seed)

    turns = Counter(course.speakers)
    assert min(turns[one] for one in ("ann", "bob", "cleo")) >= 8, turns


@pytest.mark.parametrize(
    ("line", "turns"), [("Well.", 6), ("{}, it broke again.", 9), ("{}, what broke?", 11)]
)
def test_a_chair_comes_in_where_two_go_back_and_forth(line: str, turns: int) -> None:
    """After little more than a round; later where they call, and ask, each other by name."""
    cast = cast_of("rosa", "dev", "tomi", member("ilse", role="moderator"))
    pair = [("rosa", line.format("Dev")), ("dev", line.format("Rosa"))] * 8

    chosen_by = [open_floor(talk(cast, *pair[:n]), cast, ()) for n in range(5, turns + 1)]

    reason = "leads the talk, which two have kept to themselves"
    assert chosen_by[-1].names == ("ilse",)
    assert "tomi" not in {name for one in chosen_by for name in one.names}
    assert chosen_by[-1].reason in {reason, "has not had the floor for long"}


def test_only_who_has_something_to_break_up_leads_in() -> None:
    """No chair comes in for that reason where everybody gets in."""
    cast = cast_of("rosa", "dev", "tomi", member("ilse", role="moderator"))

    course = played(cast, words=("Well.",))

    assert "leads the talk, which two have kept to themselves" not in course.reasons


VERDICT = PhaseEntered(
    turn=0, at=AT, phase="verdict", about="Everybody says whether they would use it."
)


@pytest.mark.parametrize("calls", [False, True])
@pytest.mark.parametrize("people", [3, 5, 8])
def test_in_a_phase_in_which_everybody_speaks_everybody_speaks(people: int, calls: bool) -> None:
    """As its `about` says; where it has just enough turns, even if others are called."""
    phases = [{"name": "verdict", "about": VERDICT.about, "turns": people}]
    cast = cast_of(*IDS[:people], phases=phases)

    course = played(cast, turns=people, phase=VERDICT, calls=calls)

    assert set(course.speakers) == set(IDS[:people])
    assert set(course.reasons) & {"still has to speak in verdict"}


def test_a_phase_of_rounds_lets_everybody_have_theirs() -> None:
    """Whoever has had the floor as often as the phase says waits for the others."""
    phases = [{"name": "twice", "rounds": 2}]
    cast = cast_of(*IDS[:4], phases=phases)
    entered = PhaseEntered(turn=0, at=AT, phase="twice")

    course = played(cast, turns=8, phase=entered)

    assert Counter(course.speakers) == dict.fromkeys(IDS[:4], 2)


def test_a_phase_for_free_talk_asks_nobody_to_speak() -> None:
    """What is no round leaves the floor open."""
    about = "Everybody talks about the bet"
    cast = cast_of(*IDS[:4], phases=[{"name": "bet", "about": about, "turns": 20}])
    entered = PhaseEntered(turn=0, at=AT, phase="bet", about=about)

    course = played(cast, turns=20, phase=entered)

    assert "still has to speak in bet" not in course.reasons
