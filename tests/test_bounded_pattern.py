"""Regular expressions of users: as Python's, but for the time they may take."""

from __future__ import annotations

import re
import time
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.definitions.bounded_pattern import BoundedPattern
from simulator.errors import PatternTooSlow, UsageError

ENDLESS = r"(a|a)*$"
LINE = "a" * 40 + "!"
ORDINARY = (
    *(r"price|cost", r"costs? \w+", r"^no\b", r"\d{2,3}", r"[a-c]+\.", r"(?P<x>a)(?P=x)"),
    *(r"a*?b", r"(?<!n)ever", r"\bEMP-\d{6}\b", r"[[a]", r"(?i:YES)", r"(a+)+$", r"a++b", r"."),
)


@given(pattern=st.sampled_from(ORDINARY), text=st.text("abc no.pricest12[EMP-"), fold=st.booleans())
def test_patterns_fit_what_they_fit_in_python(pattern: str, text: str, *, fold: bool) -> None:
    """Whether they are in a text, and what is left of it without them."""
    bounded = BoundedPattern(pattern, ignores_case=fold)
    with warnings.catch_warnings(action="ignore"):
        own = re.compile(pattern, re.IGNORECASE if fold else 0)

    assert bounded.is_in(text) == (own.search(text) is not None)
    assert bounded.replaced("***", text) == own.sub("***", text)


@pytest.mark.parametrize("pattern", [ENDLESS, r"(\w+\s?)*$", r"((a{1,99}){1,99}){1,99}$"])
def test_endless_patterns_are_given_up(pattern: str) -> None:
    """After a moment of the processor's time, and the error names the pattern."""
    began = time.process_time()
    with pytest.raises(PatternTooSlow) as raised:
        BoundedPattern(pattern).is_in("word" * 10 + "a" * 4000 + "!")

    assert time.process_time() - began < 10
    assert str(raised.value).startswith(f"The pattern {pattern!r} takes too long on a text:")


def test_endless_patterns_replace_nothing() -> None:
    """Nothing is left out half."""
    with pytest.raises(PatternTooSlow):
        BoundedPattern(ENDLESS).replaced("***", f"b{LINE}")


def test_what_is_no_pattern_is_named() -> None:
    """As an error of whoever wrote it."""
    with pytest.raises(UsageError, match=r"^The pattern '\(a' is no regular expression"):
        BoundedPattern("(a").is_in("a")
