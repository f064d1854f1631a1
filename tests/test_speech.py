"""Words taken out of a reply while it streams in: all of them, and nothing of the thinking."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.conversation.reply import storable
from simulator.conversation.speech import SpokenWords

TRICKY = ('"', "\\", "\n", "\t", "/", "\x00", "\x1b", "\u2028", "\x85", "é", "\U0001f600", "a", "u")
WORDS = st.lists(st.sampled_from((*TRICKY, '"message": "', "d83d", "\\u0041", " "))).map("".join)
HALVES = st.lists(st.sampled_from(("\ud83d", "\ude00", "a", "\\", '"', "\U0001f600"))).map("".join)


def pieces_of(text: str, draw: st.DrawFn) -> list[str]:
    """The text, cut anywhere."""
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=20)))
    return [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]


@st.composite
def streams(draw: st.DrawFn, words: st.SearchStrategy[str] = WORDS) -> tuple[str, list[str]]:
    """A message, and the stream of a reply that says it."""
    message = draw(words)
    reply = {
        "reasoning": draw(words),
        "message": message,
        "act": "answer",
        "emotions": ["message", draw(words)],
    }
    if draw(st.booleans()):
        reply = {"message": message, **reply}
    text = json.dumps(
        reply, ensure_ascii=draw(st.booleans()), indent=draw(st.sampled_from((None, 2)))
    )
    return message, pieces_of(text, draw)


@given(streams())
def test_every_word_comes_out_once(stream: tuple[str, list[str]]) -> None:
    """Wherever the stream is cut, what is given out is the message, from its first word on."""
    message, pieces = stream
    words = SpokenWords()
    given_out = ""

    for piece in pieces:
        given_out += words.feed(piece)
        assert message.startswith(given_out)

    assert given_out == message


@given(streams(HALVES))
def test_half_a_character_comes_out_as_it_is_recorded(stream: tuple[str, list[str]]) -> None:
    """A broken surrogate pair is replaced while it is spoken as it is in the record."""
    message, pieces = stream
    words = SpokenWords()

    given_out = "".join(words.feed(piece) for piece in pieces)

    halves = json.loads(json.dumps(message))
    assert given_out in {storable(message), storable(halves)}


def test_words_come_as_soon_as_they_are_there() -> None:
    """Nothing waits for the end of the message, only an escape for its own end."""
    words = SpokenWords()
    stream = ['{"reasoning": "Hm.", "mess', 'age": "Yo', "u \\", "u00", 'e9"', ', "act": "ask"}']

    assert [words.feed(piece) for piece in stream] == ["", "Yo", "u ", "", "é", ""]


def test_a_pair_waits_for_its_second_half() -> None:
    """Half of an emoji is never given out."""
    words = SpokenWords()
    stream = ['{"message": "\\ud8', "3d", "\\", "ude0", "0!", '"}']

    assert [words.feed(piece) for piece in stream] == ["", "", "", "", "\U0001f600!", ""]


@pytest.mark.parametrize("text", ["", "I stopped at eight.", '["message", "x"]', '{"next": "dev"}'])
def test_an_answer_without_a_message_has_no_words(text: str) -> None:
    """Anything that is no reply gives nothing out."""
    assert SpokenWords().feed(text) == ""


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        (r'{"message": "a\qb"}', "aqb"),
        (r'{"message": "a\uZZZZ b"}', "a"),
        (r'{"message": "a\ud83dZ"}', "a\N{REPLACEMENT CHARACTER}Z"),
        ('{"message": "cut off', "cut off"),
    ],
)
def test_what_is_no_json_raises_nothing(text: str, spoken: str) -> None:
    """A model's mistake is told when its answer is whole, not while it is shown."""
    assert SpokenWords().feed(text) == spoken
