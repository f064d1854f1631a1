"""The window of a long transcript: whole blocks drop, so that between drops it only grows."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.conversation.context_window import (
    BLOCK,
    FEWEST,
    LeftOut,
    Window,
    fit,
    narrowest,
    to_cover,
)
from simulator.conversation.state import Utterance
from simulator.definitions.limits import Limits
from simulator.definitions.model_catalog import ModelCatalog
from tests.llm_samples import TODAY


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


def test_the_last_lines_are_kept_even_where_they_are_too_long() -> None:
    """A prompt without what was said last would be worse than a long one."""
    lines = lines_of(*[1_000] * (BLOCK + 3))

    assert fit(lines, limit=100) == Window(lines[-FEWEST:], len(lines) - FEWEST)
    assert fit(lines[:FEWEST], limit=100) == Window(lines[:FEWEST], 0)
    assert fit(lines, limit=-1) == fit(lines, limit=100)


def test_single_lines_drop_where_a_block_is_too_long() -> None:
    """Of 20 lines of 21 tokens each, 210 tokens hold the last ten: there is no block to drop."""
    lines = lines_of(*[10] * 20)

    assert fit(lines, limit=210) == Window(lines[10:], 10)


@given(st.lists(st.integers(0, 60), max_size=120), st.integers(0, 1_500))
def test_windows_of_a_growing_talk_share_their_beginnings(words: list[int], limit: int) -> None:
    """Line by line, a window is the one before it and one line more, or lines have dropped."""
    lines = lines_of(*words)
    windows = [fit(lines[:size], limit=limit) for size in range(len(lines) + 1)]

    for size, window in enumerate(windows):
        assert window.kept == lines[window.dropped : size]
        assert len(window.kept) >= min(FEWEST, size)
    assert all(a.dropped <= b.dropped for a, b in pairwise(windows))


@given(st.lists(st.integers(0, 60), max_size=120), st.integers(500, 1_500))
def test_whole_blocks_drop_where_there_is_room_for_one(words: list[int], limit: int) -> None:
    """Lines of at most 23 tokens: wherever a block and a few more lines fit, borders are kept."""
    lines = lines_of(*(min(count, 12) for count in words))

    assert fit(lines, limit=limit).dropped % BLOCK == 0


@given(st.lists(st.integers(0, 60), max_size=120), st.integers(0, 1_500))
def test_no_more_drops_than_must(words: list[int], limit: int) -> None:
    """The window fits, or is as short as can be; with what dropped last it would not fit."""
    lines = lines_of(*words)
    window = fit(lines, limit=limit)
    step = BLOCK if window.dropped % BLOCK == 0 else 1

    assert fit(window.kept, limit=limit).dropped == 0
    if window.dropped:
        assert fit(lines[window.dropped - step :], limit=limit).dropped > 0


def test_the_opening_is_read_however_much_is_left_out() -> None:
    """The first lines stay, those after them are left out, and the rest is read."""
    lines = lines_of(*[10] * 17)

    window = fit(lines, limit=10_000, left_out=LeftOut(opening=3, lines=9))

    assert window == Window(lines[12:], 9, lines[:3])
    assert fit(lines, limit=10_000, left_out=LeftOut(opening=3)) == Window(lines, 0)


def test_a_narrow_room_drops_more_than_the_number_of_lines_does() -> None:
    """Both bounds hold; an opening that takes a quarter of the room goes like other lines."""
    lines = lines_of(*[10] * 40)

    narrow = fit(lines, limit=300, left_out=LeftOut(opening=3, lines=9))
    longer = fit(lines, limit=700, left_out=LeftOut(opening=3, lines=18))

    assert (len(narrow.kept), narrow.dropped, narrow.opening) == (8, 29, lines[:3])
    assert sum(line.tokens + 8 for line in (*narrow.opening, *narrow.kept)) <= 300
    assert fit(lines, limit=200, left_out=LeftOut(opening=3, lines=9)).opening == ()
    assert (longer.dropped, longer.opening) == (18, lines[:3])


def test_a_summary_takes_the_place_of_the_opening() -> None:
    """What is covered is in it; it covers what the number of lines leaves out."""
    lines = lines_of(*[10] * 17)
    left_out = LeftOut(opening=3, lines=9)

    assert fit(lines, limit=10_000, covered=9, left_out=left_out) == Window(lines[9:], 0)
    assert to_cover(lines, limit=10_000, covered=0, left_out=9) == 9
    assert to_cover(lines, limit=10_000, covered=9, left_out=9) == 9
    assert to_cover(lines, limit=10_000, covered=0) == 0


def models(**contexts: int | None) -> ModelCatalog:
    """A model for each tier, with these contexts; the big one says little."""
    tiers = dict(zip(("simple", "standard", "complex"), contexts, strict=True))
    entries = {
        f"test/{name}": {} if context is None else {"context": context}
        for name, context in contexts.items()
    }
    entries["test/big"] |= {"max_output": 1_000}
    return ModelCatalog.model_validate(
        {
            "default": "tiers",
            "endpoints": {"test": {"base_url": "http://127.0.0.1:1/v1"}},
            "models": entries,
            "tiers": {tier: [f"test/{name}"] for tier, name in tiers.items()},
        }
    )


@pytest.mark.parametrize(
    ("contexts", "choice", "tokens"),
    [
        ((200_000, 400_000, 1_000_000), "tiers", None),
        ((200_000, None, 1_000_000), "tiers", None),
        ((200_000, 12_000, 10_000), "tiers", 6_300),
        ((200_000, 12_000, 10_000), "test/middle", 7_000),
        ((200_000, 12_000, 10_000), "test/small", None),
        ((2_000, 12_000, 10_000), "tiers", 0),
    ],
)
def test_the_narrowest_model_decides(
    contexts: tuple[int | None, ...], choice: str, tokens: int | None
) -> None:
    """Seven tenths of what a model reads beside a reply of 2,000 tokens, or of its longest."""
    catalog = models(**dict(zip(("small", "middle", "big"), contexts, strict=True)))
    limits = Limits(output_tokens=2_000)

    found = narrowest(limits, catalog=catalog, choice=catalog.choose(choice), today=TODAY)

    assert found == tokens
