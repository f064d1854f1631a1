"""Mistakes in tools: a function that tells nobody what it is for, arguments that no tool takes."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from simulator.definitions.checks.code_name import CodeName, Fault
from simulator.definitions.checks.python_file import PythonValue, value_in
from simulator.definitions.checks.scenario_draft import BRACES, Draft
from simulator.definitions.checks.surroundings import meant
from simulator.definitions.knowledge_entry import CATEGORIES
from simulator.definitions.yaml.document import Loc
from simulator.definitions.yaml.source_text import Mistake

__all__ = ["PARAMETERS", "check_arguments", "fault_in_tool"]

SEARCH = "search_knowledge_base"
PARAMETERS: Mapping[str, tuple[str, ...]] = {"clock": (), SEARCH: ("query", "category")}
"""What our own tools take."""


def fault_in_tool(code: CodeName, folder: Path) -> Fault | None:
    """Why a function of the user's is no tool yet; None: it is, or nobody can tell."""
    value = _value(code, folder)
    function = value.function if value is not None else None
    if value is None or function is None or _has_docstring(value):
        return None
    message = (
        f"`{code.name}` in {code.place}, line {function.lineno}, has no docstring: it tells the "
        "model what the tool is for."
    )
    if isinstance(function, ast.Lambda):
        return message, f"Write a `def {code.name}(...)` that begins with one."
    return message, 'Begin it with one: """What it is good for."""'


def check_arguments(draft: Draft, loc: Loc, tool: str) -> Iterator[Mistake]:
    """Mistakes in the arguments that a line gives to a tool, as the persona's file calls that."""
    outline, name = draft.outline, str(loc[-1])
    code = CodeName.parse(tool)
    known = PARAMETERS.get(tool) if code is None else _parameters(code, draft.around.root)
    if known is None:
        return
    for place in outline.places(*loc, None):
        argument = str(place[-1])
        if argument not in known:
            hint = meant(argument, known, f"arguments of {name!r}")
            message = f"The tool {name!r} takes no {argument!r}."
            yield draft.mistake(place, message, hint, key=True)
    if tool == SEARCH:
        yield from _search(draft, loc)


def _search(draft: Draft, loc: Loc) -> Iterator[Mistake]:
    """A search is for a text, in one of the categories."""
    outline = draft.outline
    query, category = outline.document.node((*loc, "query")), outline.text(*loc, "category")
    if query is not None and query.scalar and not isinstance(query.value, str | None):
        hint = f'Write it in quotes: "{query.source}".'
        yield draft.mistake((*loc, "query"), f"`query` is a text, not {query.source}.", hint)
    if category is not None and category not in CATEGORIES and not BRACES.search(category):
        hint = meant(category, CATEGORIES, "categories")
        yield draft.mistake((*loc, "category"), f"No category is called {category!r}.", hint)


def _value(code: CodeName, folder: Path) -> PythonValue | None:
    file = code.file(folder)
    return value_in(file, code.name) if file is not None else None


def _has_docstring(value: PythonValue) -> bool:
    """Whether it has one, or is given one later."""
    own = not isinstance(value.node, ast.expr) and ast.get_docstring(value.node)
    nodes = (node for statement in value.body for node in ast.walk(statement))
    return bool(own) or any(isinstance(n, ast.Attribute) and n.attr == "__doc__" for n in nodes)


def _parameters(code: CodeName, folder: Path) -> tuple[str, ...] | None:
    """The parameters of a user's tool; None where they cannot be told."""
    value = _value(code, folder)
    match value:
        case PythonValue(node=ast.FunctionDef() | ast.AsyncFunctionDef() as function):
            given = function.args
            if given.kwarg is None and _is_plain(function, value):
                every = (*given.posonlyargs, *given.args, *given.kwonlyargs)
                return tuple(one.arg for one in every)
    return None


def _is_plain(function: ast.FunctionDef | ast.AsyncFunctionDef, value: PythonValue) -> bool:
    """Whether nothing is put around it, or only LangChain's `@tool`."""
    match function.decorator_list:
        case []:
            return True
        case [ast.Name(id="tool")]:
            return any(
                isinstance(one, ast.ImportFrom)
                and (one.module or "").partition(".")[0] in ("langchain", "langchain_core")
                and any(name.name == "tool" and name.asname is None for name in one.names)
                for one in value.body
            )
    return False
