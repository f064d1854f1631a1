"""Mistakes in phases and rules, and in names of people everywhere, told where they stand."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from simulator.conversation.reply import Reply
from simulator.conversation.turn_taking.policy import policy_names
from simulator.definitions.checks.reply_checks import OWN
from simulator.definitions.checks.surroundings import POLICIES
from simulator.definitions.project import Project
from tests.marked_files import HEAD, Check, checker_of, two_people

MEMBERS = "The members are: ada, bo."
PEOPLE = "The members and roles are: ada, bo, buyer, seller."


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """What is said about a scenario whose text marks the places of its mistakes with `^`."""
    return checker_of(two_people(tmp_path))


def test_names_of_ours_are_all_known() -> None:
    """The checks know every order and every field of a reply without importing the engine."""
    assert policy_names() == POLICIES
    assert {*Reply.model_fields} - {"own"} == OWN


def test_people_are_known_wherever_they_are_named(check: Check) -> None:
    """By a member's id; phases, rules and reply fields also by a role, or the beginning of one."""
    said = check(
        HEAD
        + dedent("""\
        phases:
          - {name: first, speakers: [seller, buyer, bo, ^adda], turns: 1}
          - {name: second, until: {all: [{not: {speaker: seller}}, {speaker: bo}]}}
        whispers: true
        reply:
          offer: {about: a, speakers: [SELLER, ^waiter]}
        stop: {any: [{speaker: ^bob}, {speaker: ada}]}
        events:
          - {at: {speaker: ^narrator}, tell: {ada: a, ^ann: b}, goal: {^bob: c}}
          - {at: {when: {measure: share, of: ^nobody, above: 0.5}}, next: ^seller}
          - {at: {said: x}, join: [^zoe], leave: [bo, ^abo]}
        lines:
          - {id: a, speaker: ada, say: a, to: [bo, ^boo]}
        """)
    )

    assert said == [
        ("'adda' is neither in the cast nor a role there.", "Did you mean 'ada'?"),
        ("'waiter' is neither in the cast nor a role there.", PEOPLE),
        ("'bob' is neither in the cast nor a role there.", "Did you mean 'bo'?"),
        ("'narrator' is not in the cast.", MEMBERS),
        ("'ann' is not in the cast.", MEMBERS),
        ("'bob' is not in the cast.", "Did you mean 'bo'?"),
        ("'nobody' is not in the cast.", MEMBERS),
        ("'seller' is not in the cast.", MEMBERS),
        ("'zoe' is not in the cast.", MEMBERS),
        ("'abo' is not in the cast.", "Did you mean 'bo'?"),
        ("'boo' is not in the cast.", "Did you mean 'bo'?"),
    ]


def test_phases_have_names_of_their_own_and_an_order(check: Check) -> None:
    """The order is one of ours, or somebody's code, found by syntax and never run."""
    said = check(
        HEAD
        + dedent("""\
        limits: {turns: 20}
        phases:
          - {name: a, turns: 1, order: open_floor}
          - {name: b, turns: 1, order: ^open-floor}
          - {name: ^a, turns: 1, order: ^moderated}
          - {name: c, turns: 1, order: mine.py:order}
          - {name: d, turns: 1, order: ^mine.py:ordre}
          - {name: e, turns: 1, order: ^minee.py:order}
          - {name: f, order: ^whatever}
        """)
    )

    assert said == [
        ("No order is called 'open-floor'.", "Did you mean 'open_floor'?"),
        ("'a' is here twice: line 8 has it already.", "Each phase has a name of its own."),
        ("Nobody in the cast is a moderator.",
         "Give one member of the cast `role: moderator`, or choose another order."),
        ("'mine.py' defines no 'ordre'.", "Did you mean 'order'?"),
        ("There is no file 'minee.py'.", "Did you mean 'mine.py'?"),
        ("No order is called 'whatever'.",
         f"The orders are: {', '.join(POLICIES)}."),
    ]  # fmt: skip


GRAPH = """\
from simulator import Conversation
raise SystemExit
conversation = Conversation(turn_taking="handoff", demo="talk")
other = Conversation()
"""


@pytest.mark.parametrize(
    "written",
    [
        "phases:\n  - {name: a, turns: 1, order: handoff}\n  - {name: b}",
        "graph: ^desk",
        "graph: ^graphs/desk.py:conversation",
        "graph: ^desk\nphases:\n  - {name: a, turns: 1}\n  - {name: b, order: addressed}",
    ],
)
def test_a_handover_needs_a_field(check: Check, tmp_path: Path, written: str) -> None:
    """Wherever the order can be seen by syntax: the reply can name a member, or it is told."""
    (tmp_path / "graphs").mkdir()
    (tmp_path / "graphs" / "desk.py").write_text(GRAPH)
    plain = written.replace("^", "")

    without = check(f"{HEAD}{written.replace('order: handoff', 'order: ^handoff')}\n")
    wrong = check(f"{HEAD}{plain}\nreply: {{^next: {{about: Who speaks next.}}}}\n")
    right = check(f"{HEAD}{plain}\nreply: {{next: {{type: member, about: Who.}}}}\n")

    hint = "Write `reply: {next: {type: member, about: Who speaks next.}}`."
    assert without == [("A speaker hands over in a reply's field 'next', and there is none.", hint)]
    assert wrong == [
        ("A speaker hands over in 'next', and it holds a text.", "Write `type: member`.")
    ]
    assert right == []


@pytest.mark.parametrize(
    "written",
    ["graph: graphs/desk.py:other", "graph: desk\nphases: [{name: a, order: addressed}]"],
)
def test_without_a_handover_no_field_is_needed(check: Check, tmp_path: Path, written: str) -> None:
    """Another graph of the same file, or an order of the phase's own."""
    (tmp_path / "graphs").mkdir()
    (tmp_path / "graphs" / "desk.py").write_text(GRAPH)

    assert check(f"{HEAD}{written}\n") == []


def test_a_phase_comes_to_an_end_before_the_next(check: Check) -> None:
    """Behind one that never ends nothing comes; what happens there never happens."""
    said = check(
        HEAD
        + dedent("""\
        phases:
          - {name: a, rounds: 1}
          - {name: b, about: for ever, until: ~}
          - {name: ^c, turns: 3}
          - {name: d}
        events:
          - {at: {phase: b}, say: a}
          - {at: {phase: ^d}, say: a}
          - {at: {phase: ^rebuttal}, say: a}
        """)
    )

    assert said == [
        ("'c' is never reached: 'b' never ends.",
         "Give 'b' `turns`, `rounds` or `until`, or put it last."),
        ("The phase 'd' is never reached.", "Choose an earlier one."),
        ("No phase is called 'rebuttal'.", "The phases are: a, b, c, d."),
    ]  # fmt: skip


def test_a_phase_has_a_tier_between_floor_and_ceiling(check: Check) -> None:
    """Turned round it allows nothing."""
    said = check(
        HEAD
        + dedent("""\
        phases:
          - {name: a, rounds: 1, tier: {floor: standard}}
          - {name: b, tier: {floor: ^complex, ceiling: simple}}
        """)
    )

    assert said == [
        ("The floor 'complex' is above the ceiling 'simple'.",
         "The tiers, from below: simple, standard, complex."),
    ]  # fmt: skip


def test_a_phase_has_turns_left(check: Check) -> None:
    """What the phases before it take at the least is counted; until can be over at once."""
    phases = dedent("""\
        phases:
          - {name: a, turns: 6, rounds: 4}
          - {name: b, rounds: 2}
          - {name: c, turns: 9, until: {phrase: x}}
          - {name: MARKd}
        """)

    said = check(f"{HEAD}limits: {{turns: 11}}\n{phases.replace('MARK', '^')}")
    longer = check(f"{HEAD}limits: {{turns: 12}}\n{phases.replace('MARK', '')}")

    assert longer == []
    assert said == [
        ("'d' is never reached: what comes before takes 11 turns, and the run ends after 11 turns.",
         "Raise limits.turns, or shorten the phases before."),
    ]  # fmt: skip


def test_a_graph_may_have_phases_of_its_own(check: Check) -> None:
    """Where the scenario has none, nothing is known about their names."""
    assert check(f"{HEAD}events: [{{at: {{phase: rebuttal}}, say: a}}]\n") == []


def test_rules_in_phases_say_one_thing(check: Check) -> None:
    """As the scenario's own do, the new ones among them."""
    said = check(
        HEAD
        + dedent("""\
        phases:
          - {name: a, until: ^{}}
          - {name: b, until: {not: ^{stale: 2, loop: 3}}}
          - {name: c}
        stop: {any: [^{farewell: true, external: true}, {goal: They agree}, {tokens: 9}]}
        """)
    )

    assert [message for message, _ in said] == [
        "This rule says nothing; it must have exactly one field.",
        "This rule has stale and loop; it must have exactly one field.",
        "This rule has farewell and external; it must have exactly one field.",
    ]


def test_one_mistake_is_told_once(check: Check) -> None:
    """Names that a mistake elsewhere may hide are not doubted."""
    said = check(
        dedent("""\
        title: T
        setting: S
        cast: [{persona: ada}, {persona: bo, ^rol: seller}, {persona: ^boo}]
        ^repli: {offer: {about: a}}
        ^fases: [{name: a}]
        stop: {agreement: offer}
        events:
          - {at: {phase: a}, say: a, tell: {boo: a}}
          - {at: {turn: 2}, ^joyn: [bo]}
        lines:
          - {id: a, speaker: boo, say: a, reply: {offer: 1}}
        """)
    )

    assert [message for message, _ in said] == [
        "`rol` is not a field here.",
        "No persona is called 'boo'.",
        "`repli` is not a field here.",
        "`fases` is not a field here.",
        "`joyn` is not a field here.",
    ]


def test_roles_that_a_mistake_hides_are_not_doubted(check: Check) -> None:
    """A member whose role is misspelled may be the second seller, or any other."""
    said = check(
        dedent("""\
        title: T
        setting: S
        cast: [{persona: ada, role: seller}, {persona: bo, ^rol: seller}]
        phases: [{name: a, speakers: [waiter], order: moderated}]
        reply: {offer: {about: a, speakers: [seller]}}
        stop: {agreement: offer}
        lines: [{id: a, speaker: bo, say: a, reply: {offer: a}}]
        """)
    )

    assert [message for message, _ in said] == ["`rol` is not a field here."]


ODD = r"""
title: "{{ guest }} sells"
setting: S
whispers: true
inputs: {guest: {default: ada}, turn: {default: "(tea|coffee)"}, unset: {}}
cast:
  - {persona: ada, role: seller of houses}
  - {persona: bo, role: "buyer, impatient", enters: at_once}
  - {persona: ada, as: twin, role: seller, enters: later}
  - {persona: bo, as: mod, role: Moderator}
limits: {turns: 30}
phases:
  - {name: alone, speakers: [twin], turns: 400}
  - {name: opening, about: "Nobody replies", speakers: [SELLER, bo], order: round_robin, rounds: 1}
  - {name: haggling, order: mine.py:order, turns: 9, until: {agreement: price}}
  - {name: rest, speakers: [bo], order: moderated}
  - {name: closing, until: {any: [{farewell: true}, {not: {all: [{stale: 2}, {loop: 2}]}}]}}
  - {name: last}
reply:
  price: {about: a, type: number, least: -1, most: 1.0e6}
  heir: {about: a, type: member, speakers: [seller, bo]}
  x-1: {about: a, choose: [yes, "1", 2], private: true}
  done: {about: a, type: yes_no, choose: []}
stop: {any: [{speaker: mod}, {dollars: 0.5}, {seconds: 60}, {goal: "{{ guest }} won"}]}
events:
  - {at: {turn: 1}, tell: {ada: a}, goal: {twin: wanted long before}, as: the house}
  - {at: {turn: 2, said: "{{ turn }}", speaker: "{{ guest }}"}, tell: {twin: maybe there}}
  - {at: {said: 'sold(!|\?)'}, join: [twin], leave: [bo, ada]}
  - {at: {said: come}, join: [bo, "{{ guest }}"], next: bo}
  - {at: {turn: 3}, leave: [mod], next: "{{ unset }}"}
  - {at: {turn: 3, asked: mod is missed}, join: [mod]}
  - {at: {turn: 4}, tell: {mod: perhaps back}}
  - {at: {phase: haggling, turn: 2}, say: a}
  - {at: {when: {measure: silence, of: twin, above: 3, below: 30}}, end: enough, say: bye}
  - {at: {when: {measure: conflict, above: 0, below: 0.9}}, say: a}
lines:
  - {id: a, speaker: "{{ guest }}", say: a, to: [bo, twin], reply: {price: -1, heir: twin}}
  - {id: b, speaker: bo, say: a, act: leave, reply: {x-1: "2", done: false, price: 1000000}}
  - {id: c, speaker: mod, say: a, to: [], reply: {}}
"""


def test_an_odd_scenario_has_no_mistakes(check: Check, tmp_path: Path) -> None:
    """What only looks wrong is let alone, and what lines fill in keeps its kind."""
    assert check(ODD) == []

    lines = Project(tmp_path).scenario("talk").lines
    assert [(line.to, line.reply) for line in lines] == [
        (("bo", "twin"), {"price": -1, "heir": "twin"}),
        ((), {"x-1": "2", "done": False, "price": 1_000_000}),
        ((), {}),
    ]
    assert [type(value) for line in lines for value in line.reply.values()] == [
        int, str, str, bool, int,
    ]  # fmt: skip
