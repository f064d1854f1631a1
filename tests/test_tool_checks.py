"""Tools seen by syntax: what a user's function lacks, and arguments that lines give to tools."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.conversation.tools.toolbox import Toolbox
from simulator.definitions.checks.tool_checks import PARAMETERS
from tests.marked_files import HEAD, Check, checker_of, said_of, two_people
from tests.talks import cast_of, member

TOOLS = '''\
from langchain_core.tools import tool
raise SystemExit

def bare(day: str): return day
async def later(day: str):
    ""
short = lambda day: day
def book(day: str, *, seats: int = 1):
    """Book a table."""
def loose(**wishes):
    """Book anything."""
@tool
def decked(day: str): return day
@dressed
def worn(day: str): return day
def twice(): ...
twice = decked
'''
ADA = """\
name: Ada
tools: ["my_tools.py:book", "my_tools.py:decked", "my_tools.py:loose", "my_tools.py:worn",
  search_knowledge_base, clock]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Two people, tools of the user's that must never be run here, and a persona with some."""
    two_people(tmp_path)
    (tmp_path / "my_tools.py").write_text(TOOLS, encoding="utf-8")
    (tmp_path / "personas" / "ada.yaml").write_text(ADA, encoding="utf-8")
    return tmp_path


@pytest.fixture
def check(project: Path) -> Check:
    """What is said about a scenario whose text marks the places of its mistakes with `^`."""
    return checker_of(project)


def test_a_tool_says_what_it_is_for(project: Path) -> None:
    """In its docstring; a decorator, or another of its name, may give it one."""
    said = said_of(
        project / "personas" / "bo.yaml",
        """\
        name: Bo
        tools:
          - ^my_tools.py:bare
          - {use: ^"my_tools.py:later", calls: 2}
          - ^my_tools:short
          - my_tools.py:book
          - my_tools.py:decked
          - my_tools.py:worn
          - my_tools.py:twice
        """,
        root=project,
    )

    why = "has no docstring: it tells the model what the tool is for."
    begin = 'Begin it with one: """What it is good for."""'
    assert said == [
        (f"`bare` in my_tools.py, line 4, {why}", begin),
        (f"`later` in my_tools.py, line 5, {why}", begin),
        (f"`short` in my_tools, line 7, {why}", "Write a `def short(...)` that begins with one."),
    ]


def test_a_docstring_given_later_is_one(project: Path) -> None:
    """Where a file speaks of `__doc__` nothing is told."""
    code = 'def bare(day: str): return day\nbare.__doc__ = "Book a table."\n'
    (project / "my_tools.py").write_text(code, encoding="utf-8")
    text = 'name: Bo\ntools: ["my_tools.py:bare"]\n'

    assert said_of(project / "personas" / "bo.yaml", text, root=project) == []


def test_a_line_gives_a_tool_what_it_takes(check: Check) -> None:
    """By the names of its parameters; what takes anything, or may be anything, is let alone."""
    said = check(
        f"{HEAD}lines:\n"
        "  - {id: a, speaker: ada, say: a, uses: {book: {^dy: Monday, seats: 2}}}\n"
        "  - {id: b, speaker: ada, say: a, uses: {'my_tools.py:decked': {^when: Monday}}}\n"
        "  - {id: c, speaker: ada, say: a, uses: {loose: {dy: Monday}, worn: {dy: Monday}}}\n"
        "  - {id: d, speaker: ada, say: a, uses: {clock: {^zone: UTC}, decked: {}}}\n"
    )

    assert said == [
        ("The tool 'book' takes no 'dy'.", "Did you mean 'day'?"),
        ("The tool 'my_tools.py:decked' takes no 'when'.",
         "The arguments of 'my_tools.py:decked' are: day."),
        ("The tool 'clock' takes no 'zone'.", "There are no arguments of 'clock'."),
    ]  # fmt: skip


def test_a_search_has_a_query_and_a_category_there_is(check: Check) -> None:
    """Or none, or one that an input says."""
    said = check(
        f"{HEAD}inputs: {{kind: {{}}}}\nlines:\n"
        + "".join(
            f"  - {{id: l{n}, speaker: ada, say: a, uses: {{search_knowledge_base: {given}}}}}\n"
            for n, given in enumerate(
                (
                    "{query: keys, category: ^bussiness}",
                    "{query: ^2024, ^category_: business}",
                    "{query: keys, category: ~}",
                    "{query: keys, category: '{{ kind }}'}",
                )
            )
        )
    )

    assert said == [
        ("No category is called 'bussiness'.", "Did you mean 'business'?"),
        ("`query` is a text, not 2024.", 'Write it in quotes: "2024".'),
        ("The tool 'search_knowledge_base' takes no 'category_'.", "Did you mean 'category'?"),
    ]


def test_what_our_tools_take_is_known() -> None:
    """The checks know it without loading a tool."""
    cast = cast_of(member("ada", tools=[*PARAMETERS]))

    specs = Toolbox.of(cast).specs

    assert {one.name: tuple(one.parameters["properties"]) for one in specs} == PARAMETERS
