"""Whether a user's function can be called as the program is going to call it, by its `def`."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from simulator.definitions.checks.code_name import CodeName, Fault
from simulator.definitions.checks.python_file import Function, value_in

__all__ = ["GRAPH", "PHASES", "TURNS", "Use", "fault_in_call", "fault_in_order"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What a function of the user's is for, and what it is given."""

    what: str
    """What it is, as a sentence begins with it."""
    parameters: tuple[str, ...]
    """What it is given, in this order."""


TURNS = Use(what="A turn-taking", parameters=("state", "cast", "answers"))
PHASES = Use(what="A function that makes phases", parameters=("cast",))
GRAPH = Use(what="A function that makes a graph", parameters=("cast",))


def fault_in_order(code: CodeName, folder: Path) -> Fault | None:
    """Why the code that an `order` names cannot take turns; None: it can, or nobody can tell."""
    file = code.file(folder)
    value = value_in(file, code.name) if file is not None else None
    if value is None or value.function is None:
        return None
    return fault_in_call(value.function, code.place, TURNS)


def fault_in_call(function: Function, place: str, use: Use) -> Fault | None:
    """Why a function in a file of that name cannot be used so; None if it can."""
    given = ", ".join(use.parameters)
    subject, hint = "the lambda", f"Write `lambda {given}: ...`."
    if not isinstance(function, ast.Lambda):
        subject, hint = f"`{function.name}`", f"Write `def {function.name}({given}):`."
    subject += f" in {place}, line {function.lineno},"
    if isinstance(function, ast.AsyncFunctionDef):
        return f"{subject} is `async def`: {use.what[:1].lower()}{use.what[1:]} is not.", hint
    why = _unfit(function.args, len(use.parameters))
    if not why:
        return None
    count = _counted(len(use.parameters))
    return f"{use.what} is called with {count}, and {subject} {why}.", hint


def _unfit(given: ast.arguments, count: int) -> str:
    """Why a call with so many arguments fails; empty: it does not."""
    most = len(given.posonlyargs) + len(given.args)
    least = most - len(given.defaults)
    named = [
        one.arg
        for one, default in zip(given.kwonlyargs, given.kw_defaults, strict=True)
        if default is None
    ]
    if named:
        return f"needs `{named[0]}` by its name"
    if least > count:
        return f"needs {_counted(least)}"
    return f"takes {_counted(most)}" if most < count and given.vararg is None else ""


def _counted(count: int) -> str:
    return f"{count or 'no'} argument{'' if count == 1 else 's'}"
