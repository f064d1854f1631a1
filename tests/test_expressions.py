"""Expressions are looked for only where they can stand, and found as if they always were."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.conversation.fidelity.everyday_lines import EVERYDAY
from simulator.conversation.fidelity.expressions import any_of, either
from simulator.conversation.fidelity.needed import EDGE, alternatives_of, needed
from simulator.conversation.fidelity.paraphrases import WAYS
from simulator.conversation.fidelity.phrases import lines_of
from simulator.conversation.fidelity.place_lines import LINES
from simulator.conversation.fidelity.reading import fold
from tests.fidelity_corpus import CORPORA, texts

TABLES = (WAYS, *LINES.values(), *EVERYDAY.values())
SAID = (
    "the my a seventh summary dog dogs cat cats ball all in yes don't we're they went go do so and "
    "xyes foobar foo bar , . ? ! '"
)


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        (r"resign\w*", {"resign"}),
        (r"(?<!\w)resign\w*", {f"{EDGE}resign"}),
        (r"(?:hand|put)\w* (?:it )?in (?:my|the) notice", {" notice"}),
        (r"my (?:\w+ )?summary", {f"{EDGE}summary"}),
        (r"in (?:the )?b?all", {"in "}),
        (r"(?<!\w)x?yes", {"yes"}),
        (r"\bmy (?:alpha|beta)s?\b", {" alpha", " beta"}),
        (r"a{2}bc|[xy]+de", {"bc", "de"}),
        (r"\*\*note\b", {"**note"}),
        (r"(?:yes|no){0,1}", set()),
        (r"\w+|known", set()),
    ],
)
def test_an_expression_needs_words(expression: str, words: set[str]) -> None:
    """Of which one is in every text it is found in; none where any text will do."""
    assert set(needed(expression)) == words


def test_alternatives_are_those_outside_all_groups() -> None:
    """Bars in groups, classes and escapes part nothing."""
    assert alternatives_of(r"a(?:b|c)|[|]d|\|e") == ["a(?:b|c)", "[|]d", r"\|e"]


@given(
    st.lists(st.sampled_from(SAID.split()), max_size=20).map(" ".join),
    st.lists(
        st.sampled_from(
            (
                r"\bmy (?:\w+ )?summary\b",
                r"(?<!\w)(?:so |and )?(?:we|they)(?:'re)? (?:go|went)",
                r"in (?:the )?b?all",
                r"(?<!\w)x?yes",
                r"(?:foo)?bar",
                r"dogs?,? (?!cats)",
                r"(?:the |a )+(?:cat|dog)s?\b",
            )
        ),
        min_size=1,
        max_size=9,
    ),
)
def test_any_text_is_searched_as_if_all_were_tried(text: str, expressions: list[str]) -> None:
    """The same places, in the same order."""
    whole = re.compile("|".join(f"(?:{one})" for one in expressions))

    found = [one.span() for one in either(*expressions).finditer(text)]

    assert found == [one.span() for one in whole.finditer(text)]


@pytest.mark.slow
def test_tables_are_found_as_if_all_were_tried() -> None:
    """Every table of the guard, in every text of the corpus that rules are made on."""
    said = [fold(text) for text in texts(CORPORA / "fidelity")]

    differing = [
        text
        for table in TABLES
        for whole in [re.compile(rf"(?<!\w)(?:{'|'.join(lines_of(table))})(?!\w)")]
        for text in said
        if _spans(any_of(table).search(text)) != _spans(whole.search(text))
    ]

    assert differing == []


def _spans(found: re.Match[str] | None) -> tuple[int, int] | None:
    return None if found is None else found.span()
