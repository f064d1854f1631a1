"""Farewell: endless politeness ends a talk, and plain talk does not."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from simulator.conversation.state import State
from simulator.conversation.stop_conditions import condition_of
from simulator.definitions.cast import Cast
from simulator.definitions.project import Project
from simulator.definitions.stop_rule import StopRule
from tests.farewell_lines import PLAIN as PLAIN_LINES
from tests.farewell_lines import POLITE
from tests.talks import NAMES, cast_of, said, standing_of, started, talk

PROJECT = Project.find(Path(__file__).parent.parent)
FAREWELL = condition_of(StopRule(farewell=True))
TALKS: dict[str, list[list[str]]] = yaml.safe_load(
    (Path(__file__).parent / "corpora" / "farewell.yaml").read_text(encoding="utf-8")
)


def over_after(cast: Cast, *moves: tuple[str, str]) -> bool:
    """Whether it is over after these turns."""
    return FAREWELL(standing_of(talk(cast, *moves), cast)) is not None


COURTESIES = (
    "Thank you so much, everyone!",
    "Thank you, {name}.",
    "Thanks again, it was a pleasure talking to you all.",
    "The pleasure was all mine. Goodbye!",
    "You're very welcome, {name}. Take care!",
    "Likewise! Have a wonderful day.",
    "Bye, {name}! Talk to you soon.",
    "It was lovely meeting you. See you next time!",
    "Same to you, {name}, and thank you again.",
    "Really appreciate it. All the best!",
    "Vielen Dank, {name}. Auf Wiedersehen!",
    "Merci, {name}. Au revoir!",
    "Gracias a todos, hasta luego.",
)
PLAIN = (
    "I stopped at eight because the form wanted a badge number.",
    "We should cut the second step and test it again on the ward.",
    "That costs us two weeks, and I do not see who pays for them.",
)


@given(
    size=st.integers(2, 6),
    phrases=st.lists(st.sampled_from(COURTESIES), min_size=4, max_size=4),
    before=st.lists(st.sampled_from(PLAIN), max_size=5),
    first=st.integers(0, 5),
)
def test_endless_politeness_ends_within_four_turns(
    size: int, phrases: list[str], before: list[str], first: int
) -> None:
    """However many are there, and whatever was said before; and plain talk alone ends nothing."""
    cast = cast_of(*tuple(NAMES)[:size])
    around = [cast.ids[(first + turn) % size] for turn in range(len(before) + 4)]
    named = [text.format(name=NAMES[cast.ids[first % size]].split()[-1]) for text in phrases]
    moves = list(zip(around, [*before, *named], strict=True))

    over = [over_after(cast, *moves[:n]) for n in range(len(moves) + 1)]

    assert not any(over[: len(before) + 1])
    assert any(over[len(before) + 1 : len(before) + 5])


@pytest.mark.parametrize("size", [2, 3, 4])
@pytest.mark.parametrize("texts", TALKS["endless"], ids=" / ".join)
def test_politeness_that_adds_nothing_ends_within_four_turns(texts: list[str], size: int) -> None:
    """Praise, agreement, thanks and leave in four languages, after plain talk."""
    cast = cast_of(*tuple(NAMES)[:size])
    moves = [(cast.ids[turn % size], text) for turn, text in enumerate((*PLAIN, *texts))]

    over = [over_after(cast, *moves[:turns]) for turns in range(len(moves) + 1)]

    assert not any(over[: len(PLAIN) + 1])
    assert any(over)


@pytest.mark.parametrize("size", [2, 3, 4])
@pytest.mark.parametrize("texts", TALKS["goes_on"], ids=" / ".join)
def test_agreement_that_adds_something_goes_on(texts: list[str], size: int) -> None:
    """As long as somebody says something new, however kindly."""
    cast = cast_of(*tuple(NAMES)[:size])
    moves = [(cast.ids[turn % size], text) for turn, text in enumerate(texts)]

    assert not any(over_after(cast, *moves[:turns]) for turns in range(len(moves) + 1))


@pytest.mark.parametrize(
    "greetings",
    [
        ("Good evening, everyone!", "Lovely to be here.", "Thank you for having me.", "Hello all!"),
        ("Guten Abend zusammen!", "Hallo, danke!", "Schön, dass ihr da seid.", "Guten Abend!"),
        ("Bonjour à tous !", "Bonjour, merci !", "Bienvenue, merci !", "Bonsoir !"),
    ],
)
def test_whoever_greets_has_only_come(greetings: tuple[str, ...]) -> None:
    """The first words of each are polite and end nothing; as many thanks after them do."""
    cast = cast_of(*tuple(NAMES)[: len(greetings)])
    moves = list(zip(cast.ids, greetings, strict=True))

    assert [over_after(cast, *moves[:turns]) for turns in range(5)] == [False] * 5
    assert over_after(cast, *moves, *((member, "Thank you!") for member in cast.ids))


@pytest.mark.parametrize(
    "texts",
    [
        ("Do you all agree?", "I agree.", "Absolutely.", "So do I."),
        ("Guilty.", "Guilty.", "Guilty.", "Guilty."),
        ("Yes.", "No.", "Yes.", "Yes."),
        ("That's lovely.", "What is?", "The lamp.", "Yes, lovely."),
        ("Blue is lovely.", "Thank you.", "Then blue for the door.", "Wonderful."),
    ],
)
def test_answers_and_votes_are_no_farewell(texts: tuple[str, ...]) -> None:
    """Agreement is news where somebody asked for it."""
    cast = cast_of("rosa", "dev", "ilse", "tomi")
    moves = [(cast.ids[turn % 4], text) for turn, text in enumerate(texts)]

    assert not any(over_after(cast, *moves[:turns]) for turns in range(len(moves) + 1))


def test_an_offer_in_a_reply_field_goes_on() -> None:
    """Kind words with a figure of the scenario's own are no mere courtesy."""
    cast = cast_of("rosa", "dev")
    lines = ("Wonderful, well said.", "Exactly, how lovely.", "Perfect, I love it.")
    turns = [said(n, cast.ids[n % 2], text, offer=n) for n, text in enumerate(lines, start=1)]

    state = State.from_events([started(cast), *turns])

    assert FAREWELL(standing_of(state, cast)) is None
    assert over_after(cast, *((cast.ids[n % 2], text) for n, text in enumerate(lines)))


@pytest.mark.parametrize(
    "text",
    [
        "I see you have a good point.",
        "Take care of the form first.",
        "We have a great team for that, until then nothing happens.",
        "Good evening, I am Ilse. How far did you get?",
        "Thank you. How many screens were there?",
        "Thanks for the question: I stopped at eight and closed it.",
        "I'm offering you forty.",
        "He wished us all the best and then cut the budget in half.",
    ],
)
@pytest.mark.parametrize("size", [2, 3, 4])
def test_plain_talk_is_no_farewell(text: str, size: int) -> None:
    """Courteous words within a talk that goes on, said by everybody in turn."""
    cast = cast_of(*tuple(NAMES)[:size])
    moves = [(cast.ids[turn % size], text) for turn in range(2 * size)]

    for turns in range(2 * size + 1):
        assert not over_after(cast, *moves[:turns])


@given(
    size=st.integers(2, 5),
    phrases=st.lists(st.sampled_from(POLITE), min_size=4, max_size=4),
    before=st.lists(st.sampled_from((*PLAIN, *PLAIN_LINES)), max_size=4),
)
def test_long_politeness_ends_within_four_turns(
    size: int, phrases: list[str], before: list[str]
) -> None:
    """In many words and few, in any order; and what came before ends nothing."""
    cast = cast_of(*tuple(NAMES)[:size])
    moves = [(cast.ids[n % size], text) for n, text in enumerate((*before, *phrases))]

    over = [over_after(cast, *moves[:n]) for n in range(len(moves) + 1)]

    assert not any(over[: len(before) + 1])
    assert any(over)


@pytest.mark.parametrize(
    "text",
    [
        *("i really really ", "i'd just also ", "so very ", "have a very very ", "thank you and "),
        *("it was such a very lovely ", "i really have to ", "you are so kind so ", '"', "\u201e"),
    ],
)
def test_nobody_can_say_what_takes_for_ever(text: str) -> None:
    """Words of models are read in a moment, whatever they repeat."""
    cast = cast_of("rosa", "dev")
    began = time.process_time()

    over_after(cast, ("rosa", text * 400), ("dev", text * 400))

    assert time.process_time() - began < 3


@pytest.mark.parametrize("text", PLAIN_LINES)
def test_whoever_says_goodbye_to_a_thing_stays(text: str) -> None:
    """Words of leave and thanks that are about something else, said by two in turn."""
    cast = cast_of("rosa", "dev")
    moves = [(cast.ids[turn % 2], text) for turn in range(5)]

    assert not any(over_after(cast, *moves[:turns]) for turns in range(6))


@pytest.mark.parametrize(
    "texts",
    [
        (
            "Thank you so much!",
            "No, thank YOU.",
            "You are very kind.",
            "Have a lovely evening!",
        ),
        (
            "Thank you for your insight, it really helped me understand how others see the form.",
            "It was wonderful to work with you, I wish you all the best for the nights to come.",
            "Thank you for your openness, it gave me a new view of what people need on a ward.",
        ),
    ],
)
def test_thanks_for_thanks_end(texts: tuple[str, ...]) -> None:
    """After three or four turns, not earlier than the third."""
    cast = cast_of("rosa", "dev")
    moves = [(cast.ids[turn % 2], text) for turn, text in enumerate(texts)]

    over = [over_after(cast, *moves[:turns]) for turns in range(len(moves) + 1)]

    assert over[:3] == [False] * 3
    assert over[-1]


@pytest.mark.parametrize(
    ("texts", "over"),
    [
        (
            ("Thank you all. I have to run.", "Thanks! Well, I must go.", "Thank you, I'm off."),
            True,
        ),
        (("Thank you. I have to leave the firm.", "Thanks. We must go through it.") * 2, False),
    ],
)
def test_who_has_to_go_says_nothing_else(texts: tuple[str, ...], over: bool) -> None:
    """Leaving those who are there is no news, and leaving a firm is."""
    cast = cast_of("rosa", "dev")
    moves = [(cast.ids[turn % 2], text) for turn, text in enumerate(texts)]

    assert over_after(cast, *moves) is over


@pytest.mark.parametrize("name", ["design-review", "focus-group", "interview-practice"])
def test_a_shipped_talk_takes_leave_in_its_last_turns_only(name: str) -> None:
    """Its lines in the order written: never over before the last three."""
    cast = PROJECT.cast(name)
    moves = [(line.speaker, line.say) for line in cast.scenario.lines]

    over = [turns for turns in range(len(moves)) if over_after(cast, *moves[:turns])]

    assert not [turns for turns in over if turns < len(moves) - 2]
