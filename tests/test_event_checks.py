"""Mistakes in what happens from outside, told where they stand."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from tests.marked_files import HEAD, Check, checker_of, two_people

LATER = HEAD + "  - {persona: bo, as: zoe, role: broker, enters: later}\n"
IN = "  - {at: {turn: 4}, join: [zoe]}\n"


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """What is said about a scenario whose text marks the places of its mistakes with `^`."""
    return checker_of(two_people(tmp_path))


def test_an_event_can_happen_while_its_phase_lasts(check: Check) -> None:
    """Its turn comes before the phase is over, however many speak at once."""
    said = check(
        HEAD
        + dedent("""\
        limits: {turns: 10}
        phases:
          - {name: a, turns: 3}
          - {name: b, turns: 3}
          - {name: c}
        events:
          - {at: {phase: a, turn: 3}, say: a}
          - {at: {phase: a, turn: ^4}, say: a}
          - {at: {phase: b, turn: 1}, say: a}
          - {at: {phase: b, turn: 7}, say: a}
          - {at: {phase: b, turn: ^8}, say: a}
          - {at: {phase: c, turn: 10}, say: a}
          - {at: {phase: c, turn: ^11}, say: a}
        """)
    )

    hint = "Choose an earlier turn, or another phase."
    assert said == [
        ("'a' is over before turn 4: its last can be turn 3.", hint),
        ("'b' is over before turn 8: its last can be turn 7.", hint),
        ("Turn 11 is never reached: the run ends after 10 turns.",
         "Raise limits.turns, or choose an earlier turn."),
    ]  # fmt: skip


def test_events_say_when_and_what(check: Check) -> None:
    """What is written as nothing says nothing."""
    said = check(
        HEAD
        + dedent("""\
        events:
          - {at: ^{}, say: a}
          - at: ^{turn: ~, said: ~}
            say: a
          - ^{at: {turn: 1}}
          - ^at: {turn: 1}
            as: a waiter
            tell: {}
            join: []
        """)
    )

    when = ("Nothing says when this happens.",
            "Write one of turn, phase, said, speaker, when, asked.")  # fmt: skip
    what = ("Nothing happens in this event.",
            "Write one of say, tell, goal, join, leave, next, end.")  # fmt: skip
    assert said == [when, when, what, what]


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("'(tea|coffee'", "missing ), unterminated subpattern (character 1)"),
        ("'tea{3,1}'", "min repeat greater than max repeat (character 5)"),
        ("'*'", "nothing to repeat (character 1)"),
        ("'(?L)a'", "bad inline flags: cannot use 'L' flag with a str pattern (character 4)"),
        ("'a{99999999999}'", "the repetition number is too large"),
    ],
)
def test_a_regular_expression_compiles(check: Check, pattern: str, why: str) -> None:
    """What is wrong is said, and how to mean a sign itself."""
    said = check(f"{HEAD}events: [{{at: {{said: ^{pattern}}}, say: a}}]\n")

    hint = r"A sign that means itself has a \ before it: . ^ $ * + ? { } [ ] ( ) | " + "\\"
    assert said == [(f"This is no regular expression: {why}.", hint)]


def test_figures_can_pass_their_thresholds(check: Check) -> None:
    """They are about somebody, or about everybody, and have a threshold within reach."""
    said = check(
        HEAD
        + dedent("""\
        limits: {turns: 42}
        events:
          - {at: {when: {measure: conflict, ^of: ada, above: 0.5}}, say: a}
          - {at: {when: ^{measure: silence, above: 3}}, say: a}
          - {at: {when: ^{measure: share, of: bo}}, say: a}
          - {at: {when: {measure: share, of: bo, above: ^40}}, say: a}
          - {at: {when: {measure: silence, of: bo, below: ^0}}, say: a}
          - {at: {when: {measure: conflict, above: 0.5, below: ^0.2}}, say: a}
          - {at: {when: {measure: silence, of: bo, above: 40}}, say: a}
          - {at: {when: {measure: silence, of: bo, above: ^41}}, say: a}
          - {at: {when: {measure: silence, of: bo, above: 3, below: ^4}}, say: a}
          - {at: {when: {measure: silence, of: bo, above: ^.inf}}, say: a}
          - {at: {when: {measure: share, of: bo, below: ^.nan}}, say: a}
          - {at: {when: {measure: share, of: bo, above: ^"1"}}, say: a}
        """)
    )

    assert said == [
        ("`conflict` is a figure about everybody.", "Leave `of` out."),
        ("`silence` is a figure about one member.", "Write whom: {measure: silence, of: ...}."),
        ("Nothing says what the figure has to pass.", "Write `above: ...` or `below: ...`."),
        ("`share` is never above 40: it goes from 0 to 1.", "A half is 0.5."),
        ("`silence` is never below 0: it begins at 0.", "Choose a greater figure."),
        ("No figure is above 0.5 and below 0.2.", "Exchange them, or leave one out."),
        ("`silence` is never above 41: the run ends after 42 turns.",
         "Raise limits.turns, or choose a smaller figure."),
        ("No number of turns is above 3 and below 4.", "Choose a greater figure."),
        ("`above` must be a number, not .inf.", ""),
        ("`below` must be a number, not .nan.", ""),
        ("`share` is never above 1: it goes from 0 to 1.", "A half is 0.5."),
    ]  # fmt: skip


def test_members_come_in_who_were_not_there(check: Check) -> None:
    """Whoever enters later is brought in; nobody comes in twice, or comes and goes at once."""
    said = check(
        HEAD
        + "  - {persona: bo, as: zoe, enters: later}\n"
        + "  - {persona: bo, as: max, enters: ^later}\n"
        + dedent("""\
        events:
          - {at: {turn: 3}, join: [^ada, zoe]}
          - {at: {turn: 5}, join: [^zoe], leave: [zoe]}
          - {at: {turn: 3}, leave: [bo]}
          - {at: {turn: 9}, join: [bo]}
          - {at: {turn: 3}, join: [^bo]}
        """)
    )

    both = "comes in and goes at the same moment."
    assert said == [
        ("No event brings in 'max'.",
         "Write an event with `join: [max]`, or leave `enters` out."),
        ("'ada' is there from the beginning.",
         "Write `enters: later` in the cast, or leave it out here."),
        (f"'zoe' {both}", "Take one of the two out."),
        (f"'bo' {both}", "Take one of the two out."),
    ]  # fmt: skip


def test_somebody_is_there_at_the_beginning(check: Check) -> None:
    """A conversation of people who all enter later is over before anybody can be brought in."""
    said = check(
        dedent("""\
        title: T
        setting: S
        cast: [{persona: ada, enters: ^later}, {persona: bo, enters: later}]
        events: [{at: {turn: 1}, join: [ada, bo]}]
        """)
    )

    assert said == [
        ("Nobody is there at the beginning: everybody enters later.",
         "Leave `enters` out where somebody begins."),
    ]  # fmt: skip


def test_nobody_is_told_anything_behind_the_door(check: Check) -> None:
    """Before they came, after they have gone for good; in one event, people come in first."""
    said = check(
        LATER
        + dedent("""\
        events:
          - {at: {turn: 2}, tell: {^zoe: a, bo: b}, next: ^zoe}
          - {at: {turn: 4}, tell: {^zoe: a}}
          - {at: {turn: 4}, join: [zoe], tell: {zoe: a}, next: zoe}
          - {at: {turn: 4}, tell: {zoe: a}}
          - {at: {turn: 2, said: x}, tell: {zoe: a}}
          - {at: {turn: 6}, leave: [bo], tell: {^bo: a}}
          - {at: {turn: 5}, tell: {bo: a}}
          - {at: {said: x}, tell: {bo: a}}
          - {at: {turn: 7, said: x}, next: ^bo}
          - {at: {turn: 8}, leave: [ada]}
          - {at: {said: come back}, join: [ada]}
          - {at: {turn: 9}, next: ada}
        """)
    )

    early = (
        "'zoe' is not there before turn 4.",
        "Let this happen later, or bring them in earlier.",
    )
    gone = ("'bo' has gone by then: the event in line 13 takes them out.",
            "Let this happen earlier, or bring them back with `join: [bo]`.")  # fmt: skip
    assert said == [early, early, early, gone, gone]


def test_nobody_is_told_anything_who_never_comes(check: Check) -> None:
    """Which is told where the member is named, too."""
    said = check(LATER.replace("later", "^later") + "events: [{at: {said: x}, tell: {^zoe: a}}]\n")

    assert said == [
        ("No event brings in 'zoe'.", "Write an event with `join: [zoe]`, or leave `enters` out."),
        ("'zoe' is never there.", "Write an event with `join: [zoe]` that comes before."),
    ]


def test_nothing_comes_after_the_end(check: Check) -> None:
    """Last words are heard; nobody comes in, wants or gets anything any more."""
    said = check(
        LATER
        + "events:\n"
        + IN
        + dedent("""\
          - {at: {said: x}, end: over, say: a, tell: {bo: b}, leave: [ada]}
          - {at: {said: y}, end: over, ^join: [zoe], ^next: ada, ^goal: {ada: a}}
        """)
        .replace("- {at", "  - {at")
        .replace("    - ", "  - ")
    )

    assert [message for message, _ in said] == [
        f"The conversation ends here, so `{effect}` comes to nothing."
        for effect in ("join", "next", "goal")
    ]
