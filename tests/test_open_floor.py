"""The open floor: the corpus, reasons in words, four languages, fairness, any history."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.conversation.state import State
from simulator.conversation.turn_taking.open_floor import choose, open_floor
from simulator.conversation.turn_taking.policy import NextSpeakers, others
from simulator.definitions.cast import Cast
from simulator.record.events import Event, SpeakerChosen
from tests.conftest import PROOF
from tests.next_speakers import DEVELOPMENT, HELD_OUT, ILSE, cases, panel
from tests.stage import always, asked, reply, stage
from tests.talks import Story, cast_of, chosen, member, passed, said, started, stories, talk

EXAMPLES = 5_000 if PROOF else 250


@pytest.mark.parametrize(
    ("folder", "share"),
    [
        pytest.param(DEVELOPMENT, 0.97, id="development"),
        pytest.param(HELD_OUT, 0.87, id="held out"),
    ],
)
def test_whoever_evidently_speaks_next_is_chosen(folder: Path, share: float) -> None:
    """In the talks the rules were written on, and in those that nobody looked at; rounded down."""
    count, misses = 0, []
    for case in cases(folder):
        candidates = tuple(one for one in others(case.state) if one in case.allowed)
        decided = choose(case.state, case.cast, candidates=candidates)
        count += 1
        if decided.names != (case.next,):
            misses.append(f"{case.id}: {decided.names[0]} ({decided.reason}), not {case.next}")

    assert len(misses) <= (1 - share) * count, "\n".join(misses)


def test_only_those_who_may_speak_are_chosen() -> None:
    """Whatever the words say, a single candidate speaks, and the choice has a reason."""
    for case in cases():
        for one in others(case.state):
            decided = choose(case.state, case.cast, candidates=(one,))
            assert decided == NextSpeakers((one,), "nobody else can speak")
        decided = open_floor(case.state, case.cast, ())
        assert decided.names[0] in others(case.state)
        assert decided.reason


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Dev, what broke?", "asked by name by Ilse Maes"),
        ("Dev, it broke again.", "called by name by Ilse Maes"),
        ("What does our engineer say?", "asked by role or description by Ilse Maes"),
        ("Databases never lose a row.", "Ilse Maes claimed something in this field"),
    ],
)
def test_a_choice_says_why_in_words(line: str, reason: str) -> None:
    """What SpeakerChosen tells is a sentence for people."""
    cast = panel()

    assert open_floor(talk(cast, (ILSE, line)), cast, ()) == NextSpeakers(("dev",), reason)


async def test_what_somebody_thinks_of_another_is_in_no_reason_and_no_prompt_of_others() -> None:
    """It decides who speaks next, and only whoever thinks so ever reads it."""
    rosa = member("rosa", relationships={"dev": "her old rival, a canary"})
    cast = cast_of(rosa, "dev", "ilse", limits={"turns": 9})
    there = stage(cast, always(reply("A rival is a rival.")), policy="open_floor")

    record = await there.play()

    reasons = [one.reason for one in record.events if isinstance(one, SpeakerChosen)]
    assert any("what is between the two" in reason for reason in reasons)
    assert "canary" not in "".join(reasons)
    reading = {asked(body)[0] for body in there.network.bodies if "canary" in json.dumps(body)}
    assert reading == {"Rosa Lindqvist"}


@pytest.mark.parametrize(
    ("line", "chosen_one"),
    [
        ("Dev, was meinst du?", "dev"),
        ("Und du, Tomi?", "tomi"),
        ("¿Y tú, Rosa?", "rosa"),
        ("Pregunto a todos, pero Dev, ¿qué opinas?", "dev"),
        ("Et toi, Tomi, qu'en penses-tu ?", "tomi"),
        ("Danke, Rosa. Dev?", "dev"),
        ("Merci, Dev. Que dit Rosa ?", "rosa"),
        ("Was sagt unser Schatzmeister dazu?", "tomi"),
        ("¿Qué dice nuestro tesorero?", "tomi"),
        ("Et notre trésorier, il en dit quoi ?", "tomi"),
    ],
)
def test_names_and_questions_work_in_four_languages(line: str, chosen_one: str) -> None:
    """German, Spanish and French beside English."""
    cast = panel()

    assert open_floor(talk(cast, (ILSE, line)), cast, ()).names == (chosen_one,)


@settings(max_examples=EXAMPLES)
@given(story=stories())
def test_the_choice_is_lawful_and_the_same_again(story: Story) -> None:
    """Present, not the last on the floor unless alone, and alike for the same state and seed."""
    decided = open_floor(story.state, story.cast, ())

    assert len(decided.names) == 1
    assert decided.names[0] in others(story.state)
    assert decided.reason
    assert open_floor(State.from_events(story.events), story.cast, ()) == decided


@settings(max_examples=EXAMPLES // 5)
@given(story=stories(), data=st.data())
def test_a_subset_may_be_allowed(story: Story, data: st.DataObject) -> None:
    """A phase lets some speak; the choice is one of them."""
    candidates = others(story.state)
    allowed = data.draw(st.lists(st.sampled_from(candidates), min_size=1, unique=True))

    assert choose(story.state, story.cast, candidates=tuple(allowed)).names[0] in allowed


def self_play(cast: Cast, turns: int, *, words: Callable[[int], str], seed: int = 7) -> list[str]:
    """Who speaks, turn by turn, where everybody says these words."""
    events: list[Event] = [started(cast, seed=seed)]
    spoke: list[str] = []
    for turn in range(1, turns + 1):
        state = State.from_events(events)
        (speaker,) = open_floor(state, cast, ()).names
        events += [chosen(turn, speaker), said(turn, speaker, words(turn))]
        spoke.append(speaker)
    return spoke


LINES = ("Well.", "Is that so?", "The form has three steps.", "Why do you think that?", "I see.")


@pytest.mark.parametrize("words", [LINES, ("Well.",), ("Why?",), ("Do you think so?",)])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nobody_hogs_and_nobody_is_left_out(words: tuple[str, ...], seed: int) -> None:
    """In 200 turns among equals nobody has more than twice another's turns."""
    cast = cast_of("rosa", "dev", "ilse", "tomi", "kim")

    spoke = Counter(
        self_play(cast, 200, words=lambda turn: words[turn * 7 % len(words)], seed=seed)
    )

    assert set(spoke) == set(cast.ids)
    assert max(spoke.values()) <= 2 * min(spoke.values()), spoke


def test_who_talks_more_readily_talks_more() -> None:
    """Turns rise with talkativeness, and even the quiet get in."""
    readiness = {"rosa": 0.0, "dev": 0.25, "ilse": 0.5, "tomi": 0.75, "kim": 1.0}
    cast = cast_of(*(member(one, talkativeness=share) for one, share in readiness.items()))

    spoke = Counter(self_play(cast, 200, words=lambda turn: LINES[turn * 7 % len(LINES)]))

    turns = [spoke[one] for one in readiness]
    assert all(less <= more for less, more in pairwise(turns)), spoke
    assert 0 < turns[0] < turns[-1]


def test_it_goes_on_from_any_turn_as_if_never_stopped() -> None:
    """Everything a choice depends on is in the state."""
    cast = cast_of("rosa", "dev", "ilse", "tomi")
    whole = self_play(cast, 40, words=lambda turn: LINES[turn % len(LINES)])

    for start in (1, 7, 23):
        events: list[Event] = [started(cast)]
        for turn, speaker in enumerate(whole[:start], start=1):
            events += [chosen(turn, speaker), said(turn, speaker, LINES[turn % len(LINES)])]
        again = open_floor(State.from_events(events), cast, ())
        assert again.names == (whole[start],)


def test_seeds_break_ties_alone() -> None:
    """Among equals at the start each seed picks somebody, and over seeds everybody."""
    cast = cast_of("rosa", "dev", "ilse")

    first = {open_floor(talk(cast, seed=seed), cast, ()).names[0] for seed in range(40)}

    assert first == set(cast.ids)


def test_whoever_passed_is_not_asked_again() -> None:
    """Not even if called by name, while somebody else is there who has not passed."""
    cast = cast_of("rosa", "dev", "ilse")
    events: list[Event] = [started(cast), chosen(1, "rosa"), said(1, "rosa", "Dev, why?")]
    events += [chosen(2, "dev"), passed(2, "dev"), chosen(3, "ilse"), said(3, "ilse", "Hm.")]
    state = State.from_events([*events, chosen(4, "rosa"), passed(4, "rosa")])

    assert open_floor(state, cast, ()).names == ("dev",)
    assert open_floor(State.from_events(events[:5]), cast, ()).names == ("ilse",)
