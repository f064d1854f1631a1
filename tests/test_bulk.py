"""The bulk of a text: an upper bound of its tokens, whatever it says."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.llm.bulk import bulk_of, most_tokens
from simulator.llm.stand_in.tokens import count_tokens

NOISE = hashlib.shake_256(b"noise").digest(3_000)


@pytest.mark.parametrize(
    ("text", "bulk"),
    [
        ("", 0),
        ("ab c", 4),
        ("A b.", 6),
        ("1 2", 7),
        ("é", 2),
        ("Жа", 4),
        ("好", 4),
        ("“", 6),
        ("👍", 8),
        ("\\n", 3),
        ('{"a":""}', 7),
    ],
)
def test_each_character_counts_by_its_kind(text: str, bulk: int) -> None:
    """By hand, from what the docstring says of each kind."""
    assert bulk_of(text.encode()) == bulk


def sent(text: str) -> bytes:
    """A text as it stands in a request."""
    return json.dumps(text, ensure_ascii=False).encode()


@given(st.text())
def test_it_is_never_below_what_the_stand_in_counts(text: str) -> None:
    """Whatever is said."""
    assert most_tokens(sent(text)) >= count_tokens(text)


@given(st.lists(st.text(), max_size=6))
def test_the_bulk_of_the_whole_is_the_sum_of_its_parts(texts: list[str]) -> None:
    """So that what is new can be told from what was known."""
    assert bulk_of("".join(texts).encode()) == sum(bulk_of(text.encode()) for text in texts)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        pytest.param("12, 3.5, 7, 0.25\n" * 100, 1_400, id="a table, each figure and mark one"),
        pytest.param("7 " * 1_000, 2_000, id="figures and spaces, each one"),
        pytest.param("🧿" * 100, 400, id="signs of four bytes, each one"),
        pytest.param(NOISE.hex(), 4_000, id="hexadecimal, two of three"),
        pytest.param(base64.b64encode(NOISE).decode(), 3_000, id="base64, three of four"),
    ],
)
def test_noise_and_figures_are_bounded_too(text: str, tokens: int) -> None:
    """Where tokenizers of bytes make more than a token of two bytes."""
    assert most_tokens(sent(text)) >= tokens
