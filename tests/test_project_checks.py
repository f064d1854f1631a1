"""Mistakes between files are told at the value that is wrong, with what was meant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from tests.marked_files import said_of

Check = Callable[[str, str], list[tuple[str, str]]]

ADA = "name: Ada\ntools: [search_knowledge_base, 'tools/mine.py:weather']\n"
TALK = """\
title: T
setting: S
inputs: {guest: {default: x}}
cast: [{persona: ada}, {persona: bo}]
"""
TOOLS = """\
import os as system
from json import *
x, (y, *z) = 1, (2, 3)
if x:
    def weather(): raise SystemExit
"""
PLAIN = """\
import os as system, json.decoder
a, (b, *c) = d = 1, (2, 3)
e: int = 1
f: int
for g in ():
    h = [i for i in ()]
with open("x") as j:
    pass
try:
    k = lambda l: 0
except OSError:
    m = 1
match a:
    case 1:
        n = (o := 1)
class P:
    q = 1
async def r(): s = 1
del t
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project in which every name has something that bears it."""
    files = {
        "personas/ada.yaml": ADA,
        "personas/bo.yaml": "name: Bo",
        "personas/tea.md": "Tea is at four.",
        "scenarios/talk.yaml": TALK,
        "graphs/ring.py": "conversation = 1",
        "graphs/empty.py": "conversations = 1",
        "graphs/broken.py": "conversation = (",
        "tools/mine.py": TOOLS,
        "plain.py": PLAIN,
        "pack/__init__.py": "raise SystemExit",
        "pack/lazy.py": "def __getattr__(name): ...",
        "models.yaml": "endpoints: {here: {base_url: 'http://x'}, offline: {in_process: true}}",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def check(root: Path) -> Check:
    """What is said about one file whose text marks the places of its mistakes with `^`.

    Every problem has to stand at one mark, in their order; told are messages and hints.
    """

    def checked(name: str, marked: str) -> list[tuple[str, str]]:
        return said_of(root / name, marked, root=root)

    return checked


def test_the_cast(check: Check) -> None:
    """Its people exist, its ids are there once, and none has a meaning of its own."""
    said = check(
        "scenarios/talk.yaml",
        """\
        title: T
        setting: S
        cast:
          - persona: ^adda
          - {persona: ada}
          - {persona: bo, as: ^floor}
          - {persona: bo, as: guest}
          - {persona: ada, as: ^guest}
          - {persona: ^ada}
        """,
    )

    assert said == [
        ("No persona is called 'adda'.", "Did you mean 'ada'?"),
        ("'floor' cannot be a member's id: it has a meaning of its own.",
         "Choose another with `as: ...`."),
        ("'guest' is in the cast twice: line 7 has it already.", "Choose another id."),
        ("'ada' is in the cast twice: line 5 has it already.",
         "Give one of them an id of its own, such as `as: ada-2`."),
    ]  # fmt: skip


def test_fields_have_one_spelling(check: Check) -> None:
    """What Python calls `as` and `not` is no field of a file."""
    said = check(
        "scenarios/talk.yaml",
        """\
        title: T
        setting: S
        cast: [{persona: bo, ^name: guest}]
        stop: {^negated: {phrase: a}}
        events: [{at: {turn: 1}, say: a, ^speaker: guest}]
        """,
    )

    assert [message for message, _ in said] == [
        f"`{name}` is not a field here." for name in ("name", "negated", "speaker")
    ]


@pytest.mark.parametrize(
    ("graph", "said"),
    [
        ("ring", []),
        ("round_table", []),
        ("plain.py:a", []),
        ("pack.lazy:anything", []),
        ("^rings", [("No graph is called 'rings'.", "Did you mean 'ring'?")]),
        ("^empty", [("'graphs/empty.py' defines no 'conversation'.",
                     "Did you mean 'conversations'?")]),
        ("^broken", [("'graphs/broken.py' is no valid Python: line 1: '(' was never closed.", "")]),
        ("^plain.py", [("No graph is called 'plain.py'.",
                        "Write plain.py:conversation, or the name of a file in graphs/.")]),
        ("^plan.py:a", [("There is no file 'plan.py'.", "Did you mean 'plain.py'?")]),
        ("^tools/mine_.py:a", [("There is no file 'tools/mine_.py'.",
                                "Did you mean 'tools/mine.py'?")]),
        ("^'plain.py:'", [("`plain.py:` names no Python code.",
                         "Write my_file.py:name or package.module:name.")]),
        ("^a/b:c", [("'a/b' is neither a Python file nor a module.",
                     "Write my_file.py:name or package.module:name.")]),
    ],
)  # fmt: skip
def test_the_graph(check: Check, graph: str, said: list[tuple[str, str]]) -> None:
    """It is a file of the project or the starter, or somebody's code, found by syntax."""
    assert check("scenarios/talk.yaml", f"{TALK}graph: {graph}\n") == said


@pytest.mark.parametrize("name", ["system", "json", *"abcdeghjkmnoPr"])
def test_names_are_found_where_python_binds_them(check: Check, name: str) -> None:
    """At the top of a file, in blocks and in patterns too."""
    assert check("scenarios/talk.yaml", f"{TALK}graph: plain.py:{name}\n") == []


@pytest.mark.parametrize("name", list("filqst"))
def test_names_are_not_found_where_python_binds_none(check: Check, name: str) -> None:
    """In functions, classes and comprehensions, by a bare annotation and by deleting."""
    ((message, _),) = check("scenarios/talk.yaml", f"{TALK}graph: ^plain.py:{name}\n")

    assert message == f"'plain.py' defines no '{name}'."


@pytest.mark.parametrize(
    ("module", "message"),
    [
        ("json.decoder:JSONDecoder", None),
        ("simulator.errors:Problem", None),
        ("math:sqrt", None),
        ("pack.lazy:x", None),
        ("^json.decoder:JSONDecoders", "'json.decoder' defines no 'JSONDecoders'."),
        ("^json.nothing:x", "There is no module 'json.nothing'."),
        ("^math.nothing:x", "There is no module 'math.nothing'."),
        ("^pack.nothing:x", "There is no module 'pack.nothing'."),
        ("^no_such_package.at.all:x", "There is no module 'no_such_package.at.all'."),
    ],
)
def test_modules_are_found_without_importing_them(
    check: Check, module: str, message: str | None
) -> None:
    """In the project's folder and among what is installed; pack ends whoever imports it."""
    said = check("scenarios/talk.yaml", f"{TALK}graph: {module}\n")

    assert [one for one, _ in said] == ([message] if message else [])


def test_inputs_and_where_they_are_used(check: Check) -> None:
    """Every `{{ name }}` is an input's, wherever it stands; an input may go unused."""
    said = check(
        "scenarios/talk.yaml",
        """\
        title: "Tea, {{ guest }} and ^{{gest}}"
        setting: >-
          Two lines with {{ unused }} and ^{{
          nobody }}, then ^{{ a.b }} and ^{{ }}.
        inputs: {guest: {default: "{{ not_filled }}"}, unused: {}, ^Bad: {default: x}}
        cast: [{persona: ada, goals: ["say ^{{ Guest }}"]}]
        lines:
          - {id: one, speaker: ada, say: a, uses: {search_knowledge_base: {query: "^{{ x }}"}}}
          - {id: two, speaker: ada, say: "\\x7b{ y }}^"}
        """.replace('"\\x7b{ y }}^"', '^"\\x7b{ y }}"'),
    )

    listed = "The inputs are: Bad, guest, unused."
    assert said == [
        ("No input is called 'gest'.", "Did you mean 'guest'?"),
        ("No input is called 'nobody'.", listed),
        ("No input is called 'a.b'.", listed),
        ("No input is called ''.", listed),
        ("'Bad' cannot be an input's name.",
         "Use small letters, digits, - and _, a letter first."),
        ("No input is called 'Guest'.", "Did you mean 'guest'?"),
        ("No input is called 'x'.", listed),
        ("No input is called 'y'.", listed),
    ]  # fmt: skip


def test_events_come_from_outside_and_in_time(check: Check) -> None:
    """People in the cast speak for themselves, and a turn after the last never comes."""
    events = """\
        events:
          - {at: {turn: 5}, say: a}
          - {at: {turn: ^6}, say: a, as: a waiter}
          - {at: {turn: 1}, say: a, as: ^bo}
        """

    said = check("scenarios/talk.yaml", f"{TALK}limits: {{turns: 5}}\n{dedent(events)}")

    assert said == [
        ("Turn 6 is never reached: the run ends after 5 turns.",
         "Raise limits.turns, or choose an earlier turn."),
        ("'bo' is in the cast and speaks for itself.",
         "Write a line for it, or choose a name that is not in the cast."),
    ]  # fmt: skip


def test_events_know_the_turns_that_are_not_written(check: Check) -> None:
    """Without a limit of turns its default holds; where it is a mistake, nothing is known."""
    late = "events: [{at: {turn: ^13}, say: a}]\n"

    default = check("scenarios/talk.yaml", TALK + late)
    other = check("scenarios/talk.yaml", f"{TALK}limits: {{dollars: 1}}\n{late}")
    unknown = check("scenarios/talk.yaml", f"{TALK}limits: {{turns: ^0}}\n{late.replace('^', '')}")

    assert [message for message, _ in default + other] == [
        "Turn 13 is never reached: the run ends after 12 turns."
    ] * 2
    assert len(unknown) == 1


def test_a_stop_rule_says_one_thing(check: Check) -> None:
    """At the top and inside others; what is written as nothing is not said."""
    said = check(
        "scenarios/talk.yaml",
        TALK
        + dedent("""\
        stop:
          any:
            - ^{}
            - {phrase: a, turns: ~}
            - not: {all: [{turns: 3}, ^{phrase: b, turns: 3}]}
            - ^phrase: c
              turns: 4
              everybody_passed: true
            - not: ^{phrase: ~}
        """),
    )

    none = (
        "This rule says nothing; it must have exactly one field.",
        (
            "Write one of any, all, not, phrase, speaker, everybody_passed, turns, tokens, "
            "dollars, seconds, goal, agreement, stale, loop, farewell, external."
        ),
    )
    assert said == [
        none,
        ("This rule has phrase and turns; it must have exactly one field.",
         "Join them: any: [{phrase: ...}, {turns: ...}]."),
        ("This rule has phrase, turns and everybody_passed; it must have exactly one field.",
         "Join them: any: [{phrase: ...}, {turns: ...}, {everybody_passed: ...}]."),
        none,
    ]  # fmt: skip


def test_lines_are_spoken_by_members(check: Check) -> None:
    """A persona that plays under another id is called by that one, and uses its own tools."""
    said = check(
        "scenarios/talk.yaml",
        """\
        title: T
        setting: S
        cast: [{persona: ada, as: queen}, {persona: bo}]
        lines:
          - {id: a, speaker: ^ada, say: a}
          - {id: b, speaker: ^boo, say: a}
          - {id: c, speaker: ^narrator, say: a}
          - {id: d, speaker: queen, say: a, uses: {search_knowledge_base: {}, weather: {}}}
          - {id: e, speaker: queen, say: a, uses: {"tools/mine.py:weather": {}, ^wether: {}}}
          - {id: f, speaker: bo, say: a, uses: {^search_knowledge_base: {}, ^fly: {}}}
        """,
    )

    assert said == [
        ("'ada' is not in the cast.", "Here that persona is 'queen'."),
        ("'boo' is not in the cast.", "Did you mean 'bo'?"),
        ("'narrator' is not in the cast.", "The members are: bo, queen."),
        ("'queen' has no tool 'wether'.", "Did you mean 'weather'?"),
        ("'bo' has no tool 'search_knowledge_base'.", "Add it to `tools` of the persona 'bo'."),
        ("'bo' has no tool 'fly'.", "There are no tools of 'bo'."),
    ]


def test_lines_wait_for_lines_that_can_be_spoken(check: Check) -> None:
    """Ids exist, once; a line waits neither for itself nor in a circle."""
    said = check(
        "scenarios/talk.yaml",
        TALK
        + dedent("""\
        lines:
          - {id: a, speaker: bo, say: a, after: [d, ^b], unless: [^a]}
          - {id: b, speaker: bo, say: a, after: [c, e]}
          - {id: c, speaker: bo, say: a, after: [a, ^c]}
          - {id: ^a, speaker: bo, say: a, after: [b]}
          - {id: d, speaker: bo, say: a, after: [^dd], unless: [^nothing, b]}
          - {id: e, speaker: bo, say: a, after: [^f]}
          - {id: f, speaker: bo, say: a, after: [e]}
          - {id: g, speaker: bo, say: a, after: [f], unless: [h]}
          - {id: h, speaker: bo, say: a, unless: [g]}
        """),
    )

    listed = "The lines are: a, b, c, d, e, f, g, h."
    assert said == [
        (waits("a", "b", "c", "a"), "Take one of them out of `after`."),
        ("'a' cannot make itself pointless.", "Name another line, or leave it out."),
        ("'c' cannot wait for itself.", "Name another line, or leave it out."),
        ("'a' is here twice: line 6 has it already.", "Each line has an id of its own."),
        ("No line is called 'dd'.", "Did you mean 'd'?"),
        ("No line is called 'nothing'.", listed),
        (waits("e", "f", "e"), "Take one of them out of `after`."),
    ]


def waits(first: str, *others: str) -> str:
    """The sentence about lines that wait for each other."""
    chain = ", which waits for ".join(repr(name) for name in others)
    return f"{first!r} waits for {chain}: none of them is ever spoken."


@pytest.mark.parametrize("name", ['"Ada\\n[7] Bo: Yes"', '"Ada\\u2028Bo"', "|\n  Ada\n  Bo"])
def test_a_name_is_one_line(check: Check, name: str) -> None:
    """No line of a talk begins within it."""
    said = check("personas/bo.yaml", f"name: ^{name}\n")

    assert said == [("A name is one line; this one has a line break.", "Write it on one line.")]
