"""Figures about a talk: what routing and turn-taking depend on, and who took part."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.conversation.measures import (
    Participation,
    Share,
    conflict,
    gini,
    invites_invention,
    is_question,
    mentions,
    participation,
)
from simulator.definitions.act import Act
from simulator.record.events import Event, TurnTaken
from tests.talks import Story, cast_of, passed, said, started, stories


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


def test_gini_is_nothing_where_all_is_alike_and_most_where_one_has_all() -> None:
    """The coefficient of known spreads."""
    assert gini(()) == 0.0
    assert gini((0, 0)) == 0.0
    assert gini((3, 3, 3)) == 0.0
    assert gini((0, 0, 0, 8)) == pytest.approx(0.75)
    assert gini((1, 2, 3)) == pytest.approx(2 / 9)


@given(
    amounts=st.lists(st.integers(0, 50), min_size=1, max_size=8),
    times=st.integers(1, 9),
    data=st.data(),
)
def test_gini_knows_no_order_and_no_unit(
    amounts: list[int], times: int, data: st.DataObject
) -> None:
    """Shuffled or multiplied, the spread is the same, and it stays in its bounds."""
    shuffled = data.draw(st.permutations(amounts))

    value = gini(amounts)

    assert gini(shuffled) == pytest.approx(value)
    assert gini([times * amount for amount in amounts]) == pytest.approx(value)
    assert -1e-12 <= value <= (len(amounts) - 1) / len(amounts) + 1e-12


def share(member: str, *, turns: int = 0, words: int = 0, **more: Any) -> Share:
    """A member's share of four turns with sixteen words."""
    counts = {"addressed": 0, "answered": 0, "latency": None, "interruptions": 0, **more}
    return Share(
        member=member, turns=turns, words=words, of_turns=turns / 4, of_words=words / 16, **counts
    )


def test_participation_counts_turns_words_answers_and_interruptions() -> None:
    """Every member has a share; a call is answered by the member's next turn."""
    cast = cast_of("rosa", "dev", "ilse", "tomi")
    events: list[Event] = [
        started(cast),
        said(1, "rosa", "Dev, how far did you get?"),
        said(2, "ilse", "The second step, it..."),
        said(3, "dev", "I stopped there. Tomi?"),
        said(4, "rosa", "Well, Tomi?"),
        passed(5, "tomi"),
    ]

    found = participation(events)

    assert found == Participation(
        shares=(
            share("rosa", turns=2, words=8),
            share("dev", turns=1, words=4, addressed=1, answered=1, latency=2.0, interruptions=1),
            share("ilse", turns=1, words=4),
            share("tomi", addressed=1),
        ),
        gini_turns=gini((2, 1, 1, 0)),
        gini_words=gini((8, 4, 4, 0)),
        interruptions=1,
    )


def test_participation_of_nothing_said_is_all_zero() -> None:
    """A run in which nobody has spoken yet has shares, and no spread."""
    found = participation([started(cast_of("rosa", "dev"))])

    assert [(one.turns, one.of_turns, one.latency) for one in found.shares] == [(0, 0.0, None)] * 2
    assert (found.gini_turns, found.gini_words, found.interruptions) == (0.0, 0.0, 0)


def test_participation_needs_the_beginning_of_a_run() -> None:
    """Without it nobody knows who was there and silent."""
    with pytest.raises(ValueError, match="from its first, RunStarted, on"):
        participation([said(1, "rosa", "Well.")])


@given(story=stories())
def test_shares_add_up(story: Story) -> None:
    """Whatever happened, turns and words are all somebody's, whichever order turns ended in."""
    found = participation(story.events)
    spoken = [event for event in story.events if isinstance(event, TurnTaken)]

    assert [one.member for one in found.shares] == list(story.cast.ids)
    assert sum(one.turns for one in found.shares) == len(spoken)
    assert sum(one.of_words for one in found.shares) == pytest.approx(1.0 if spoken else 0.0)
    assert all(one.answered <= one.addressed for one in found.shares)
