"""Mistakes of a persona's file that show only beside other files: ids, tools, knowledge."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from simulator.definitions.checks.code_name import CodeName
from simulator.definitions.checks.outline import Outline
from simulator.definitions.checks.surroundings import TOOLS, Surroundings, meant
from simulator.definitions.folder import files_in, is_file, is_folder, shown
from simulator.definitions.model_catalog import TIERS
from simulator.definitions.yaml.document import Loc
from simulator.definitions.yaml.source_text import Mistake
from simulator.errors import did_you_mean
from simulator.spelling import closest

__all__ = ["check_persona"]

Found = tuple[Loc, str, str]
"""A mistake: where it stands, what it is, what to do (may be empty)."""


def check_persona(persona: Outline, around: Surroundings, *, home: Path) -> Iterator[Mistake]:
    """Every mistake between a persona and what it names; `home` is the folder of its file."""
    others = [(loc, str(loc[-1]), True) for loc in persona.places("relationships", None)]
    others += [(*told, False) for told in persona.texts("secrets", None, "tell", None)]
    for loc, other, key in others:
        if other not in around.personas:
            hint = meant(other, around.personas, "personas")
            index = persona.document.offset(loc, key=key)
            yield Mistake(index, f"No persona is called {other!r}.", hint)
    findings = (*_tools(persona, around), *_knowledge(persona, home), *_tier(persona))
    for loc, message, hint in findings:
        yield Mistake(persona.document.offset(loc), message, hint)


def _tools(persona: Outline, around: Surroundings) -> Iterator[Found]:
    for loc, tool in persona.texts("tools", None):
        code = CodeName.parse(tool)
        if code is not None:
            fault = code.fault(around.root)
            if fault is not None:
                yield (loc, *fault)
        elif tool not in TOOLS:
            ours = f"Ours are {' and '.join(TOOLS)}; write yours as my_tools.py:name."
            yield loc, f"No tool is called {tool!r}.", did_you_mean(tool, TOOLS) or ours


def _knowledge(persona: Outline, home: Path) -> Iterator[Found]:
    for loc, name in persona.texts("knowledge", None):
        file = home / name
        if is_file(file):
            try:
                file.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                yield loc, f"{name!r} is not UTF-8 text.", "Save it as text or Markdown."
            except OSError as error:
                yield loc, f"{name!r} cannot be read: {error.strerror}.", ""
        elif is_folder(file):
            yield loc, f"{name!r} is a folder.", "Name the files in it one by one."
        else:
            yield loc, f"There is no file {name!r}.", _near(file, home)


def _near(file: Path, home: Path) -> str:
    """A hint at a file beside the missing one whose name is like it."""
    there = {near.name: near for near in files_in(file.parent, ".md", ".txt", file.suffix)}
    guess = closest(file.name, there)
    if guess is None or not there[guess].is_relative_to(home):
        return f"It is looked for from {shown(home)} on."
    return f"Did you mean {there[guess].relative_to(home).as_posix()!r}?"


def _tier(persona: Outline) -> Iterator[Found]:
    floor, ceiling = persona.text("tier", "floor"), persona.text("tier", "ceiling")
    order: dict[str | None, int] = {tier: rank for rank, tier in enumerate(TIERS)}
    if floor in order and ceiling in order and order[floor] > order[ceiling]:
        message = f"The floor {floor!r} is above the ceiling {ceiling!r}."
        yield ("tier", "floor"), message, f"The tiers, from below: {', '.join(TIERS)}."
