"""The window of a long transcript: whole blocks drop, so that between drops it only grows."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from simulator.conversation.context_window import BLOCK, Window, fit
from simulator.conversation.state import Utterance


def lines_of(*words: int) -> tuple[Utterance, ...]:
    """Lines of so many words each."""
    return tuple(
        Utterance(turn=turn, speaker="rosa", text="word " * count, act="answer")
        for turn, count in enumerate(words, start=1)
    )


def test_what_fits_is_kept_whole() -> None:
    """Nothing is dropped where there is room."""
    lines = lines_of(*[10] * 40)

    assert fit(lines, limit=10_000) == Window(lines, 0)


def test_nothing_said_is_an_empty_window() -> None:
    """Before the first turn there is nothing to drop."""
    assert fit((), limit=0) == Window((), 0)


def test_a_whole_block_drops_where_one_line_is_too_much() -> None:
    """Of 40 lines of 21 tokens each, 820 tokens hold the last 24."""
    lines = lines_of(*[10] * 40)

    assert fit(lines, limit=820) == Window(lines[BLOCK:], BLOCK)


def test_the_last_block_is_kept_even_where_it_is_too_long() -> None:
    """A prompt without what was said last would be worse than a long one."""
    lines = lines_of(*[1_000] * (BLOCK + 3))

    assert fit(lines, limit=100) == Window(lines[BLOCK:], BLOCK)
    assert fit(lines[:BLOCK], limit=100) == Window(lines[:BLOCK], 0)


@given(st.lists(st.integers(0, 60), max_size=120), st.integers(0, 1_500))
def test_windows_of_a_growing_talk_share_their_beginnings(words: list[int], limit: int) -> None:
    """Line by line, a window is the one before it and one line more, or blocks have dropped."""
    lines = lines_of(*words)
    windows = [fit(lines[:size], limit=limit) for size in range(len(lines) + 1)]

    for size, window in enumerate(windows):
        assert window.kept == lines[window.dropped : size]
        assert window.dropped % BLOCK == 0
        assert window.kept or not size
    assert all(a.dropped <= b.dropped for a, b in pairwise(windows))


@given(st.lists(st.integers(0, 60), max_size=120), st.integers(0, 1_500))
def test_no_more_blocks_drop_than_must(words: list[int], limit: int) -> None:
    """The window fits, or is its last block; with one block more it would not fit."""
    lines = lines_of(*words)
    window = fit(lines, limit=limit)

    assert fit(window.kept, limit=limit).dropped == 0
    if window.dropped:
        assert fit(lines[window.dropped - BLOCK :], limit=limit).dropped == BLOCK
