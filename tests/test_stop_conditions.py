"""When a conversation has reached its end: every condition where it holds and where it does not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from simulator.conversation.state import State
from simulator.conversation.stop_conditions import StopReason, condition_of
from simulator.definitions.stop_rule import StopRule
from simulator.record.events import Event, PersonaLeft
from tests.talks import AT, Story, cast_of, chosen, passed, said, started, stories, talk, told

CAST = cast_of("rosa", "dev", "ilse")
HM = ("rosa", "Hm.")
DONE = ("ilse", "Then we are DONE.")
ALL_PASS = (("rosa", None), ("dev", None), ("ilse", None))


def reason(rule: dict[str, Any], *moves: tuple[str, str | None]) -> StopReason | None:
    """Why it is over after these turns."""
    return condition_of(StopRule.model_validate(rule))(talk(CAST, *moves))


@pytest.mark.parametrize(
    ("rule", "moves", "word"),
    [
        ({"turns": 2}, [HM], None),
        ({"turns": 2}, [HM, DONE], "turns"),
        ({"turns": 2}, [HM, DONE, HM], "turns"),
        ({"phrase": "we are done"}, [], None),
        ({"phrase": "we are done"}, [HM], None),
        ({"phrase": "we are done"}, [HM, DONE], "phrase"),
        ({"phrase": "we are done"}, [DONE, HM], None),
        ({"phrase": "we are done"}, [DONE, ("dev", None)], None),
        ({"phrase": "STRASSE"}, [("rosa", "In der Straße.")], "phrase"),
        ({"everybody_passed": True}, [], None),
        ({"everybody_passed": True}, ALL_PASS[:2], None),
        ({"everybody_passed": True}, ALL_PASS, "everybody_passed"),
        ({"everybody_passed": True}, [*ALL_PASS[:2], HM, ALL_PASS[2]], None),
        ({"everybody_passed": True}, [ALL_PASS[0], ALL_PASS[1], ALL_PASS[0]], None),
        ({"everybody_passed": False}, [HM], "rule"),
        ({"everybody_passed": False}, ALL_PASS, None),
        ({"any": [{"turns": 9}, {"phrase": "done"}]}, [DONE], "phrase"),
        ({"any": [{"turns": 9}, {"phrase": "done"}]}, [HM], None),
        ({"all": [{"turns": 2}, {"phrase": "done"}]}, [HM, DONE], "turns"),
        ({"all": [{"turns": 2}, {"phrase": "done"}]}, [DONE], None),
        ({"all": [{"turns": 2}, {"phrase": "done"}]}, [DONE, HM], None),
        ({"not": {"turns": 2}}, [HM], "rule"),
        ({"not": {"turns": 2}}, [HM, HM], None),
        ({"not": {"any": [{"turns": 2}, {"phrase": "hm"}]}}, [HM], None),
        ({"any": [{"all": [{"turns": 1}, {"not": {"phrase": "hm"}}]}]}, [DONE], "turns"),
    ],
)
def test_rules(rule: dict[str, Any], moves: list[tuple[str, str | None]], word: str | None) -> None:
    """Each rule fires where it says so and nowhere else."""
    found = reason(rule, *moves)

    assert (found.word if found else None) == word


def test_reasons_say_what_happened() -> None:
    """A sentence for people; rules that hold together are told together."""
    both = reason({"all": [{"turns": 1}, {"phrase": "done"}]}, DONE)

    assert both == StopReason("turns", "1 turns were taken; ilse said 'done'")


def test_a_phrase_is_found_in_every_simultaneous_turn() -> None:
    """Whoever of those who spoke at once says the words, it is over."""
    events: list[Event] = [started(CAST), chosen(1, "rosa", "dev")]
    events += [said(1, "rosa", "We are done."), said(2, "dev", "Go on.")]
    rule = StopRule.model_validate({"phrase": "we are done"})

    assert condition_of(rule)(State.from_events(events)) == StopReason(
        "phrase", "rosa said 'we are done'"
    )


def test_the_narrator_ends_nothing() -> None:
    """Words from outside are no turn."""
    events: list[Event] = [started(CAST), told(1, "We are done.")]
    rule = StopRule.model_validate({"phrase": "we are done"})

    assert condition_of(rule)(State.from_events(events)) is None


def test_only_members_present_need_to_pass() -> None:
    """Whoever has left does not hold up the end; with nobody there, nobody has passed."""
    rule = condition_of(StopRule.model_validate({"everybody_passed": True}))
    events: list[Event] = [started(CAST), chosen(1, "rosa", "dev")]
    events += [passed(1, "rosa"), passed(2, "dev")]
    left = PersonaLeft(turn=1, at=AT, persona="ilse")

    assert rule(State.from_events(events)) is None
    assert rule(State.from_events([*events, left])) is not None
    assert rule(State()) is None


@given(story=stories())
def test_a_negation_holds_where_its_rule_does_not(story: Story) -> None:
    """Over any history, exactly one of a rule and its negation holds."""
    for written in ({"turns": 3}, {"phrase": "done"}, {"everybody_passed": True}):
        rule = condition_of(StopRule.model_validate(written))
        negated = condition_of(StopRule.model_validate({"not": written}))

        assert (rule(story.state) is None) is (negated(story.state) is not None)
