"""Files whose text marks the places of its mistakes with `^`, and what is said about them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

from simulator.definitions.project import Project, validate

__all__ = ["HEAD", "Check", "checker_of", "said_of", "two_people"]

Check = Callable[[str], list[tuple[str, str]]]
HEAD = """\
title: T
setting: S
cast:
  - {persona: ada, role: seller}
  - {persona: bo, role: buyer}
"""
"""The beginning of a scenario of a seller and a buyer; more of the cast can follow."""


def said_of(file: Path, marked: str, *, root: Path) -> list[tuple[str, str]]:
    """Messages and hints about one file of a project; each has to stand at one mark, in order."""
    text = dedent(marked)
    places = []
    while (at := text.find("^")) >= 0:
        text = text[:at] + text[at + 1 :]
        places.append((text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)))
    file.write_text(text, encoding="utf-8")
    problems = validate([file], project=Project(root))
    assert [(one.line, one.column) for one in problems] == places, problems
    return [(one.message, one.hint) for one in problems]


def two_people(folder: Path) -> Path:
    """A project with two people and a way of taking turns that must never be run here."""
    files = {
        "personas/ada.yaml": "name: Ada",
        "personas/bo.yaml": "name: Bo",
        "scenarios/talk.yaml": HEAD,
        "mine.py": "raise SystemExit\ndef order(state, cast, answers): ...",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def checker_of(root: Path) -> Check:
    """Says what is wrong with a marked text as the scenario `talk` of a project."""
    return lambda marked: said_of(root / "scenarios" / "talk.yaml", marked, root=root)
