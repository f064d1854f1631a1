"""Python files as syntax shows them: the names they bind, and what a name is bound to.

Nothing is imported or run. What syntax does not show for sure is not told.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

__all__ = [
    "ANYTHING",
    "UNREADABLE",
    "Function",
    "PythonValue",
    "names_bound",
    "statements_in",
    "value_in",
]

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
ANYTHING = "*"
"""Stands for names that syntax does not show: `from x import *`, a module's `__getattr__`."""
UNREADABLE = (OSError, SyntaxError, ValueError, RecursionError, MemoryError)
"""What `statements_in` raises for a file that is missing or no Python."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonValue:
    """What a name of a module is bound to, once and for good."""

    node: ast.expr | ast.FunctionDef | ast.AsyncFunctionDef
    body: tuple[ast.stmt, ...]
    """The module's statements."""

    @property
    def function(self) -> Function | None:
        """The function it surely is; None also where a decorator may make anything of it."""
        match self.node:
            case ast.FunctionDef(decorator_list=[]) | ast.AsyncFunctionDef(decorator_list=[]):
                return self.node
            case ast.Lambda():
                return self.node
        return None


def statements_in(file: Path) -> list[ast.stmt]:
    """The statements of a Python file; raises one of `UNREADABLE` where it has none to show."""
    with warnings.catch_warnings(action="ignore"):
        return ast.parse(file.read_bytes()).body


def names_bound(body: Sequence[ast.stmt]) -> Iterator[str]:
    """The names that statements bind at their own level, each as often as it is bound."""
    for statement in body:
        match statement:
            case ast.FunctionDef(name="__getattr__"):
                yield ANYTHING
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield statement.name
            case ast.Import() | ast.ImportFrom():
                yield from (one.asname or one.name.partition(".")[0] for one in statement.names)
            case ast.AnnAssign(value=None):
                continue
            case _:
                yield from _bound(statement)


def value_in(file: Path, name: str) -> PythonValue | None:
    """What a name is bound to at the top of a file; None where that cannot be told.

    A name that is bound twice, or by what runs under a condition, may be either.
    """
    try:
        body = tuple(statements_in(file))
        known = list(names_bound(body))
    except UNREADABLE:
        return None
    changed = {one for node in _all(body) for one in getattr(node, "names", ()) if one == name}
    if known.count(name) != 1 or ANYTHING in known or changed:
        return None
    for statement in body:
        match statement:
            case ast.FunctionDef(name=bound) | ast.AsyncFunctionDef(name=bound) if bound == name:
                return PythonValue(node=statement, body=body)
            case (
                ast.Assign(targets=[ast.Name(id=bound)], value=ast.expr() as value)
                | ast.AnnAssign(target=ast.Name(id=bound), value=ast.expr() as value)
            ) if bound == name:
                return PythonValue(node=value, body=body)
    return None


def _all(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    for statement in body:
        yield from ast.walk(statement)


def _bound(node: ast.AST) -> Iterator[str]:
    own = node.target if isinstance(node, ast.comprehension) else None
    for child in ast.iter_child_nodes(node):
        if child is own or isinstance(child, ast.Lambda):
            continue
        if isinstance(child, ast.stmt):
            yield from names_bound([child])
        elif isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
            yield child.id
        else:
            yield from _bound(child)
