"""Figures about a talk that routing and turn-taking depend on."""

from __future__ import annotations

import pytest

from simulator.conversation.measures import conflict, invites_invention, is_question, mentions
from simulator.definitions.act import Act


@pytest.mark.parametrize(
    ("acts", "share"),
    [
        ([], 0.0),
        ([None, None], 0.0),
        (["object"], 1.0),
        (["object", "answer", None, "challenge", "agree"], 0.5),
        (["object"] * 4 + ["answer"] * 6, 0.0),
        (["answer"] * 9 + ["challenge", "object", "object"], 0.5),
    ],
)
def test_conflict_is_the_share_of_recent_turns_that_disagree(
    acts: list[Act | None], share: float
) -> None:
    """The last six turns count; words from outside do not."""
    assert conflict(acts) == share


@pytest.mark.parametrize(
    ("text", "act", "asks"),
    [
        ("How far did you get", "ask", True),
        ("How far did you get?", "open", True),
        ('"Why?" she said, and left it there.', "reflect", True),
        ("Why? " + "I never found out, and in the end nobody cared. " * 3, "reflect", False),
        ("I stopped at eight.", "answer", False),
        ("What if there were no password?", None, True),
        ("", None, False),
    ],
)
def test_a_question_asks_or_ends_with_its_mark(text: str, act: Act | None, asks: bool) -> None:
    """A question mark long before the end asks nobody any more."""
    assert is_question(text, act) is asks


@pytest.mark.parametrize(
    ("text", "invites"),
    [
        ("What if there were no password at all?", True),
        ("IMAGINE a form without fields.", True),
        ("Come up with a better word.", True),
        ("The imagination is free.", False),
        ("Which of the three steps took longest?", False),
        ("The history of the ward", False),
    ],
)
def test_invention_is_invited_by_certain_words(text: str, invites: bool) -> None:
    """Whole words count, whatever their case."""
    assert invites_invention(text) is invites


@pytest.mark.parametrize(
    ("text", "terms", "share"),
    [
        ("", ["triage"], 0.0),
        ("Anything at all", [], 0.0),
        ("The triage took an hour.", ["triage", "shift work"], 0.5),
        ("TRIAGE on a night shift", ["triage", "shift work"], 1.0),
        ("triage, shifts and routines", ["triage", "hospital routines", "shift work"], 1.0),
        ("Alerting on call", ["on-call", "alerting", "runbooks"], 1.0),
        ("On an ox", ["an ox"], 0.0),
    ],
)
def test_mentions_count_terms_by_their_words(text: str, terms: list[str], share: float) -> None:
    """A term counts by any of its words of three letters; two terms are all there is to say."""
    assert mentions(text, terms) == share
