"""Mistakes in what can never come, or undoes something else, told where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.marked_files import HEAD, Check, checker_of, two_people

LATER = HEAD + "  - {persona: bo, as: zoe, role: broker, enters: later}\n"
TWINS = LATER + "  - {persona: ada, as: max, role: clerk, enters: later}\n"
EARLIER = "Let this happen earlier, or that event later."
ONE_OF_TWO = "Take one of the two out, or let one happen at another moment."


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """What is said about a scenario whose text marks the places of its mistakes with `^`."""
    return checker_of(two_people(tmp_path))


def told(check: Check, written: str, *, head: str = HEAD) -> list[str]:
    """The messages about a scenario that goes on like this."""
    return [message for message, _ in check(f"{head}{written}\n")]


@pytest.mark.parametrize(
    "events",
    [
        "[{at: {turn: 2}, end: over}, {at: {turn: ^3}, say: a}]",
        "[{at: {turn: 2}, end: over}, {at: {turn: ^3, said: x}, say: a}]",
        "[{at: {turn: 2}, end: over}, {at: {turn: ^2}, say: a}]",
        "[{at: {turn: ^3}, say: a}, {at: {turn: 2}, end: over}]",
        "[{at: {turn: 1}, end: over}, ^{at: {said: x}, say: a}]",
        "[{at: {said: x}, end: over}, ^{at: {said: x}, say: a}]",
    ],
)
def test_nothing_comes_after_an_end_that_is_certain(check: Check, events: str) -> None:
    """What waits for a later turn, or for the very same, never happens."""
    assert check(f"{HEAD}events: {events}\n") == [
        ("This never happens: the event in line 6 ends the run.", EARLIER)
    ]


@pytest.mark.parametrize(
    "events",
    [
        "[{at: {turn: 2, said: x}, end: over}, {at: {turn: 3}, say: a}]",
        "[{at: {turn: 2}, end: over}, {at: {said: x}, say: a}]",
        "[{at: {turn: 2}, say: a}, {at: {turn: 2}, end: over}]",
        "[{at: {turn: 8}, end: over}, {at: {turn: 3, speaker: bo}, say: a}]",
        "[{at: {turn: 3.0}, end: over}, {at: {turn: 2}, say: a}]",
        "[{at: {turn: 3, phase: a}, end: over}, {at: {turn: 4}, say: a}]\nphases: [{name: a}]",
    ],
)
def test_an_end_that_may_not_come_ends_nothing(check: Check, events: str) -> None:
    """Nor does one that comes after."""
    assert check(f"{HEAD}events: {events}\n") == []


@pytest.mark.parametrize("order", ["simultaneous", "mine.py:order"])
def test_events_may_meet_where_several_speak_at_once(check: Check, order: str) -> None:
    """Two events of different turns can fall into one moment; they happen as written then."""
    phases = f"phases: [{{name: a, order: {order}}}]\n"
    met = "events: [{at: {turn: 4}, say: a}, {at: {turn: 3}, end: over}]\n"
    apart = "events: [{at: {turn: ^5}, say: a}, {at: {turn: 3}, end: over}]\n"

    assert check(HEAD + phases + met) == []
    assert told(check, phases + apart) == ["This never happens: the event in line 7 ends the run."]


@pytest.mark.parametrize(
    "events",
    [
        "[{at: {turn: 3}, leave: [ada, bo]}, {at: {turn: ^4}, say: a}]",
        "[{at: {turn: 3}, leave: [ada, bo]}, {at: {turn: ^4}, join: [zoe]}]",
        "[{at: {turn: 3}, leave: [ada, bo]}, {at: {turn: ^4, said: x}, join: [ada, zoe]}]",
    ],
)
def test_nothing_happens_where_nobody_is_left(check: Check, events: str) -> None:
    """Events that take everybody out end the run, whoever would come in afterwards."""
    head = LATER if "zoe" in events else HEAD
    line = head.count("\n") + 1

    assert check(f"{head}events: {events}\n") == [
        (f"This never happens: after the event in line {line} nobody is there any more.", EARLIER)
    ]


@pytest.mark.parametrize(
    "before",
    [
        "{at: {turn: 2}, join: [zoe]}",
        "{at: {said: x}, join: [zoe]}",
        "{at: {turn: 3}, join: [zoe]}",
    ],
)
def test_somebody_may_be_left(check: Check, before: str) -> None:
    """Where an event has let somebody in, or may have."""
    events = f"[{before}, {{at: {{turn: 3}}, leave: [ada, bo]}}, {{at: {{turn: 4}}, say: a}}]"

    assert told(check, f"events: {events}", head=LATER) == []


@pytest.mark.parametrize(
    ("events", "message"),
    [
        (
            "[{at: {turn: 2}, next: bo}, {at: {turn: 2}, next: ^ada}]",
            "At the same moment the event in line 6 gives 'bo' the floor.",
        ),
        (
            "[{at: {said: x}, next: bo}, {at: {said: x}, leave: [^bo]}]",
            "At the same moment the event in line 6 gives 'bo' the floor.",
        ),
        (
            "[{at: {turn: 2}, goal: {bo: a}}, {at: {turn: 2}, goal: {ada: b, ^bo: b}}]",
            "At the same moment the event in line 6 gives 'bo' another goal.",
        ),
        (
            "[{at: {turn: 2}, ^next: bo}, {at: {turn: 2}, end: over}]",
            "At the same moment the event in line 6 ends it all, so `next` comes to nothing.",
        ),
    ],
)
def test_two_events_of_a_moment_do_not_contradict(check: Check, events: str, message: str) -> None:
    """Only one can have the floor next, and a member has one goal here."""
    assert check(f"{HEAD}events: {events}\n") == [(message, ONE_OF_TWO)]


def test_what_two_events_do_may_agree(check: Check) -> None:
    """The same twice, at different moments, or to different people, is no contradiction."""
    events = (
        "events:\n"
        "  - {at: {turn: 2}, next: bo, goal: {bo: a}}\n"
        "  - {at: {turn: 2}, next: bo, goal: {ada: b}}\n"
        "  - {at: {turn: 3}, next: ada}\n"
        "  - {at: {turn: 3, said: x}, next: bo}\n"
    )

    assert check(HEAD + events) == []


def test_nobody_goes_or_comes_twice(check: Check) -> None:
    """The second going, or coming, comes to nothing where both are certain."""
    head = LATER + "events:\n"
    gone = head + (
        "  - {at: {turn: 2}, leave: [bo]}\n"
        "  - {at: {turn: 3}, leave: [^bo]}\n"
        "  - {at: {turn: 2}, leave: [^zoe]}\n"
        "  - {at: {turn: 4}, join: [zoe]}\n"
        "  - {at: {turn: 5, said: x}, join: [^zoe]}\n"
    )
    back = head + (
        "  - {at: {said: x}, leave: [bo]}\n"
        "  - {at: {turn: 3}, leave: [bo]}\n"
        "  - {at: {turn: 4}, join: [zoe, bo]}\n"
        "  - {at: {turn: 5}, leave: [zoe, bo]}\n"
        "  - {at: {turn: 6}, join: [zoe]}\n"
        "  - {at: {said: y}, join: [zoe]}\n"
    )

    assert check(gone) == [
        ("'bo' has gone by then: the event in line 8 takes them out.",
         "Leave it out here, or bring them in before."),
        ("'zoe' is not there before turn 4.", "Leave it out here, or bring them in before."),
        ("'zoe' is there by then: the event in line 11 brings them in.",
         "Take one of the two out."),
    ]  # fmt: skip
    assert check(back) == []


def test_nobody_is_waited_for_who_cannot_have_spoken(check: Check) -> None:
    """Whom only events bring in that wait for them, and who has gone for good."""
    circle = (
        "events: [{at: {turn: 9, speaker: ^max}, join: [zoe]}, {at: {speaker: ^zoe}, join: [max]}]"
    )
    broken = circle.replace("^", "").replace("]}]", "]}, {at: {said: x}, join: [zoe]}]")
    gone = "events: [{at: {turn: 4}, leave: [bo]}, {at: {turn: 5, speaker: ^bo}, say: a}]"

    assert check(f"{TWINS}{circle}\n") == [
        (f"This never happens: all that brings {one!r} in waits for them.",
         f"Wait for somebody who is there, or write another event with `join: [{one}]`.")
        for one in ("max", "zoe")
    ]  # fmt: skip
    assert told(check, broken, head=TWINS) == []
    assert told(check, gone) == ["'bo' has gone by then: the event in line 6 takes them out."]
    assert told(check, gone.replace("^", "").replace("turn: 5", "turn: 4")) == []


@pytest.mark.parametrize(
    "stop",
    ["{turns: 4}", "{any: [{phrase: x}, {turns: 4}]}", "{all: [{turns: 2}, {turns: 4}]}"],
)
def test_a_rule_of_turns_ends_the_run(check: Check, stop: str) -> None:
    """No event and no phase comes after it; no figure grows beyond it."""
    said = check(
        f"{HEAD}stop: {stop}\n"
        "phases: [{name: a, turns: 4}, {name: ^b}]\n"
        "events: [{at: {turn: 4}, say: a}, {at: {turn: ^5}, say: a},\n"
        "  {at: {when: {measure: silence, of: bo, above: ^3}}, say: a}]\n"
    )

    ends = "`stop` ends the run after 4 turns."
    raised = "Raise the figure in `stop`, or"
    assert said == [
        (f"'b' is never reached: what comes before takes 4 turns, and {ends}",
         f"{raised} shorten the phases before."),
        (f"Turn 5 is never reached: {ends}", f"{raised} choose an earlier turn."),
        (f"`silence` is never above 3: {ends}", f"{raised} choose a smaller figure."),
    ]  # fmt: skip


def test_a_rule_that_may_not_hold_ends_nothing(check: Check) -> None:
    """Beside other rules that must hold as well, and where it must not hold."""
    later = "events: [{at: {turn: 8}, say: a}]"

    assert told(check, f"stop: {{all: [{{turns: 4}}, {{phrase: x}}]}}\n{later}") == []
    assert told(check, f"stop: {{all: [{{not: {{turns: 40}}}}, {{phrase: x}}]}}\n{later}") == []


def test_rules_hold_some_time(check: Check) -> None:
    """A figure beyond a limit is never reached, and nothing holds together with its contrary."""
    said = check(
        f"{HEAD}limits: {{turns: 10, seconds: 60}}\n"
        "stop:\n"
        "  any:\n"
        "    - {turns: ^11}\n"
        "    - {all: [{turns: ^50}, {phrase: x}]}\n"
        "    - {all: [{turns: 10}, {not: {turns: 50}}, {seconds: 60}]}\n"
        "    - {seconds: ^61}\n"
        "    - {seconds: ^.inf}\n"
        "    - {all: [{phrase: x}, ^{not: {phrase: x}}]}\n"
        "    - {all: [{phrase: x}, {not: {phrase: y}}]}\n"
        "phases: [{name: a, until: {all: [^{not: {stale: 2}}, {stale: 2}]}}]\n"
    )

    turns = ("This never holds: the run ends after 10 turns.",
             "Raise limits.turns, or choose a smaller figure.")  # fmt: skip
    seconds = ("This never holds: the run ends after 60 seconds.",
               "Raise limits.seconds, or choose a smaller figure.")  # fmt: skip
    contrary = ("This never holds together with the others: one of them is its contrary.",
                "Take one of the two out, or write `any`.")  # fmt: skip
    infinite = ("`seconds` must be a number, not .inf.", "")
    assert sorted(said) == sorted([turns, turns, seconds, infinite, contrary, contrary])


def test_an_end_that_is_certain_cuts_off_phases_and_rules(check: Check) -> None:
    """What would come after it is never reached."""
    said = told(
        check,
        "events: [{at: {turn: 4}, end: over}]\n"
        "phases: [{name: a, order: addressed, turns: 4}, {name: ^b, order: addressed}]\n"
        "stop: {turns: ^9}",
    )

    ends = "the event in line 6 ends the run."
    assert said == [
        f"'b' is never reached: what comes before takes 4 turns, and {ends}",
        f"This never holds: {ends}",
    ]


def test_whoever_has_the_last_word_is_there_for_it(check: Check) -> None:
    """Unless a rule or a phase may end the run before they go."""
    leave = "events: [{at: {turn: 3}, leave: [bo]}]"
    back = leave.replace("]}]", "]}, {at: {said: x}, join: [bo]}]")
    less = ("stop: {phrase: x}", "phases: [{name: a, turns: 1}]", "limits: {turns: 3}")

    assert check(f"{HEAD}last_word: ^buyer\n{leave}\n") == [
        ("'bo' has gone by then: the event in line 7 takes them out.",
         "Bring them back with `join: [bo]`, or let somebody else have it.")
    ]  # fmt: skip
    assert told(check, f"last_word: bo\n{back}") == []
    assert [told(check, f"last_word: bo\n{leave}\n{one}") for one in less] == [[], [], []]


@pytest.mark.parametrize("voice", ["bo", "BO", "Bo", "' bO '", "zoe", "Bo (zoe)", "ADA"])
def test_an_event_speaks_with_nobodys_voice(check: Check, voice: str) -> None:
    """Neither by a member's id nor by the name, whatever the case."""
    join = "{at: {turn: 2}, join: [zoe]}"
    said = told(check, f"events: [{join}, {{at: {{turn: 2}}, say: a, as: ^{voice}}}]", head=LATER)

    plain = voice.strip("'")
    assert said == [f"{plain!r} is in the cast and speaks for itself."]


@pytest.mark.parametrize("voice", ["narrator", "buyer", "the bo", "Adam"])
def test_an_event_may_have_any_other_voice(check: Check, voice: str) -> None:
    """A role is no name."""
    assert told(check, f"events: [{{at: {{turn: 2}}, say: a, as: {voice}}}]") == []


@pytest.mark.parametrize(
    ("at", "where"),
    [
        ("phase: two", "in 'two'"),
        ("turn: 3", "in 'two'"),
        ("turn: 3, said: x", "in 'two'"),
        ("said: x, phase: two", "in 'two'"),
    ],
)
def test_nobody_is_given_the_floor_where_they_may_not_speak(
    check: Check, at: str, where: str
) -> None:
    """A phase says who may speak in it; an event that has somebody else speak contradicts it."""
    phases = "phases: [{name: one, turns: 2}, {name: two, speakers: [seller]}]\n"
    hint = "Add bo to its `speakers`, or give the floor to somebody who may speak then."

    assert check(f"{HEAD}{phases}events: [{{at: {{{at}}}, next: ^bo}}]\n") == [
        (f"'bo' may not speak {where}: `speakers` leaves them out.", hint)
    ]


def test_nobody_is_given_the_floor_in_phases_of_others(check: Check) -> None:
    """Whichever of them it is then."""
    phases = "phases: [{name: one, turns: 2, speakers: [ada]}, {name: two, speakers: [seller]}]\n"

    assert told(check, phases + "events: [{at: {said: x}, next: ^bo}]") == [
        "'bo' may not speak in any phase it may be then: `speakers` leaves them out."
    ]


@pytest.mark.parametrize("at", ["turn: 2", "said: x", "phase: one", "turn: 1, said: x"])
def test_the_floor_is_given_where_somebody_may_speak(check: Check, at: str) -> None:
    """Or where it may be a phase in which they may."""
    phases = "phases: [{name: one, turns: 2, speakers: [buyer]}, {name: two, speakers: [ada]}]\n"

    assert told(check, phases + f"events: [{{at: {{{at}}}, next: bo}}]") == []


@pytest.mark.parametrize("at", ["speaker: ^bo", "turn: 4, speaker: ^bo"])
def test_who_goes_before_the_first_turn_is_never_heard(check: Check, at: str) -> None:
    """There are no words that an event could wait for."""
    events = f"[{{at: {{turn: 1}}, leave: [bo]}}, {{at: {{{at}}}, say: x}}]"

    assert check(f"{HEAD}events: {events}\n") == [
        (
            "'bo' has gone by then: the event in line 6 takes them out.",
            "Let this happen earlier, or wait for somebody else.",
        )
    ]


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ("{farewell: ^false}", "farewell"),
        ("{any: [{phrase: x}, {everybody_passed: ^false}]}", "everybody_passed"),
        ("{all: [{turns: 3}, {external: ^false}]}", "external"),
    ],
)
def test_a_rule_that_is_false_is_left_out(check: Check, rule: str, name: str) -> None:
    """It would hold from the first turn on, which nobody who writes it means."""
    hint = (
        f"Leave `{name}` out if it is to end nothing; as a condition of another rule write "
        f"`all: [..., {{not: {{{name}: true}}}}]`."
    )

    assert check(f"{HEAD}stop: {rule}\n") == [
        (f"`{name}: false` holds as long as it is not so: from the first turn on.", hint)
    ]


@pytest.mark.parametrize(
    "rule",
    [
        "stop: {not: ^{turns: 3}}",
        "stop: {any: [{phrase: x}, {not: ^{farewell: true}}]}",
        "stop: {all: [{not: ^{stale: 2}}, {not: {any: [{loop: 2}, {everybody_passed: true}]}}]}",
        "stop: {not: ^{all: [{turns: 3}, {phrase: x}]}}",
        "phases: [{name: a, until: {not: ^{turns: 2}}}, {name: b}]",
    ],
)
def test_a_rule_that_holds_after_the_first_turn_is_refused(check: Check, rule: str) -> None:
    """Nothing has come about by then, so that it has not is no end."""
    assert check(f"{HEAD}{rule}\n") == [
        (
            "This holds after the first turn already: nothing in it can be so by then.",
            "Say what else has to be so: all: [..., {not: ...}].",
        )
    ]


@pytest.mark.parametrize(
    "rule",
    [
        "stop: {all: [{phrase: x}, {not: {turns: 3}}]}",
        "stop: {not: {turns: 1}}",
        "stop: {not: {speaker: ada}}",
        "stop: {not: {any: [{phrase: x}, {turns: 3}]}}",
        "stop: {not: {turns: 2}}\nphases: [{name: a, order: simultaneous}]",
        "stop: {everybody_passed: true}",
    ],
)
def test_a_rule_that_may_not_hold_after_the_first_turn_stays(check: Check, rule: str) -> None:
    """Where what is said decides it, or several speak at once."""
    assert told(check, rule) == []
