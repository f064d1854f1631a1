"""Graphs that no floor leads: a `StateGraph` of the user's own, seen by syntax where it is sure."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from simulator.definitions.checks.python_file import PythonValue, names_bound

__all__ = ["has_no_floor"]

GRAPH = "StateGraph"
FLOOR = "floor"
"""The node that leads a talk; where a file speaks of it, its graph may have one."""


def has_no_floor(value: PythonValue) -> bool:
    """Whether a name is bound to a StateGraph without a floor, or to a function that makes one.

    Only where all is to be seen: what is returned is made right there, nobody else is given it,
    and nothing in the file bears the floor's name.
    """
    if not _imported(value.body) or any(FLOOR in word.lower() for word in _words(value.body)):
        return False
    match value.node:
        case ast.FunctionDef(decorator_list=[], body=body):
            made = [node.value for node in _own(body) if isinstance(node, ast.Return)]
            return bool(made) and all(_is_made(one, body) for one in made)
        case ast.expr() as node:
            return _is_made(node, value.body)
    return False


def _imported(body: Sequence[ast.stmt]) -> bool:
    return any(
        isinstance(one, ast.ImportFrom)
        and (one.module or "").partition(".")[0] == "langgraph"
        and any(name.name == GRAPH and name.asname is None for name in one.names)
        for one in body
    )


def _is_made(node: ast.expr | None, scope: Sequence[ast.stmt]) -> bool:
    """Whether an expression is a StateGraph made in this scope, compiled or not."""
    match node:
        case ast.Call(func=ast.Name(id=called)):
            return called == GRAPH
        case ast.Call(func=ast.Attribute(value=inner, attr="compile")):
            return _is_made(inner, scope)
        case ast.Name(id=name) if [*names_bound(scope)].count(name) == 1:
            given = (_assigned(statement, name) for statement in scope)
            made = any(one is not None and _is_made(one, scope) for one in given)
            return made and not _is_handed_on(name, scope)
    return False


def _assigned(statement: ast.stmt, name: str) -> ast.expr | None:
    match statement:
        case (
            ast.Assign(targets=[ast.Name(id=bound)], value=ast.expr() as value)
            | ast.AnnAssign(target=ast.Name(id=bound), value=ast.expr() as value)
        ) if bound == name:
            return value
    return None


def _is_handed_on(name: str, scope: Sequence[ast.stmt]) -> bool:
    """Whether anything but its own methods can change what a name stands for."""
    nodes = [node for statement in scope for node in ast.walk(statement)]
    own = {id(node.value) for node in nodes if isinstance(node, ast.Attribute | ast.Return)}
    uses = (node for node in nodes if isinstance(node, ast.Name) and node.id == name)
    return any(isinstance(one.ctx, ast.Load) and id(one) not in own for one in uses)


def _own(body: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """What is in a function, but for what is in functions within it."""
    for node in body:
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            yield from _own([*ast.iter_child_nodes(node)])


def _words(body: Sequence[ast.stmt]) -> Iterator[str]:
    """Names and texts of a file, but for texts that stand for themselves, as docstrings do."""
    nodes = [node for statement in body for node in ast.walk(statement)]
    told = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        match node:
            case ast.Constant(value=str(text)) if id(node) not in told:
                yield text
            case ast.Name(id=text) | ast.Attribute(attr=text) | ast.alias(name=text):
                yield text
