"""Mistakes of a persona's file that show only beside other files: ids, tools, knowledge."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from simulator.definitions.checks.code_name import CodeName
from simulator.definitions.checks.outline import Outline
from simulator.definitions.checks.surroundings import TOOLS, Surroundings, meant
from simulator.definitions.checks.tool_checks import fault_in_tool
from simulator.definitions.folder import files_in, is_file, is_folder, shown
from simulator.definitions.knowledge_entry import CATEGORIES, Category
from simulator.definitions.knowledge_file import fault_in_knowledge
from simulator.definitions.model_catalog import TIERS
from simulator.definitions.project_files import TOOLS as TOOLS_FILE
from simulator.definitions.tool_use import ToolUse
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
    findings = (
        *_name(persona),
        *_tools(persona, around),
        *_knowledge(persona, home),
        *_tier(persona),
    )
    for loc, message, hint in findings:
        yield Mistake(persona.document.offset(loc), message, hint)


def _name(persona: Outline) -> Iterator[Found]:
    """A name stands in one line wherever it is told, so that no line of a talk begins within it."""
    for loc, name in persona.texts("name"):
        if "".join(name.splitlines()) != name:
            yield loc, "A name is one line; this one has a line break.", "Write it on one line."


def _tools(persona: Outline, around: Surroundings) -> Iterator[Found]:
    for loc, tool in (*persona.texts("tools", None), *persona.texts("tools", None, "use")):
        code, server = CodeName.parse(tool), ToolUse(use=tool or "?").server
        if code is not None:
            fault = code.fault(around.root) or fault_in_tool(code, around.root)
            if fault is not None:
                yield (loc, *fault)
        elif server:
            if around.servers is not None and server not in around.servers:
                hint = meant(server, around.servers, "tool servers")
                if not around.servers:
                    hint = f"Describe it in {shown(around.root / TOOLS_FILE)}."
                yield loc, f"No tool server is called {server!r}.", hint
        elif tool not in TOOLS:
            ours = f"Ours are {' and '.join(TOOLS)}; write yours as my_tools.py:name."
            yield loc, f"No tool is called {tool!r}.", did_you_mean(tool, TOOLS) or ours


def _knowledge(persona: Outline, home: Path) -> Iterator[Found]:
    for loc, name in persona.texts("knowledge", None):
        yield from _file(loc, name, home, category=None)
    for loc, name in persona.texts("knowledge", None, "file"):
        written = persona.text(*loc[:-1], "category")
        category = next((one for one in CATEGORIES if one == written), None)
        yield from _file(loc, name, home, category=category)


def _file(loc: Loc, name: str, home: Path, *, category: Category | None) -> Iterator[Found]:
    file = home / name
    if is_folder(file):
        yield loc, f"{name!r} is a folder.", "Name the files in it one by one."
    elif not is_file(file):
        yield loc, f"There is no file {name!r}.", _near(file, home)
    elif problem := fault_in_knowledge(file, category=category):
        place = f", line {problem.line}" if problem.line else ""
        told = f"{problem.message[:1].lower()}{problem.message[1:]}"
        yield loc, f"{name!r}{place}: {told}", problem.hint


def _near(file: Path, home: Path) -> str:
    """A hint at a file beside the missing one whose name is like it."""
    there = {near.name: near for near in files_in(file.parent, ".md", ".pdf", ".txt", file.suffix)}
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
