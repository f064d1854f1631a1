"""What a graph's file says of itself, by syntax alone: the arguments of its `Conversation`."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.definitions.checks.code_name import CodeName
from simulator.definitions.checks.scenario_draft import Draft
from simulator.definitions.checks.surroundings import GRAPH_NAME

__all__ = ["GraphCode", "graph_code"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphCode:
    """What can be told without running it."""

    turn_taking: str | None = None
    """The policy's name; None where none is seen."""
    roles: tuple[str, ...] = ()
    """The roles it cannot do without, as far as they are seen."""


def graph_code(draft: Draft) -> GraphCode:
    """What the file of a scenario's graph says."""
    name = draft.outline.text("graph") or ""
    code = CodeName.parse(name)
    if code is not None:
        file = draft.around.root / code.place if code.is_file else None
        return _read(file, code.name) if file is not None else GraphCode()
    graph = draft.around.graphs.get(name)
    return _read(graph, GRAPH_NAME) if graph is not None else GraphCode()


def _read(file: Path, name: str) -> GraphCode:
    """What is written in `name = Conversation(...)`; constants of the module are looked up."""
    try:
        with warnings.catch_warnings(action="ignore"):
            body = ast.parse(file.read_bytes()).body
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return GraphCode()
    known: dict[str, Any] = {}
    found = GraphCode()
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=bound)], value=ast.Call(keywords=given)):
                if bound == name:
                    found = _told({one.arg: one.value for one in given}, known)
            case ast.Assign(targets=[ast.Name(id=bound)], value=value):
                known[bound] = _value(value, known)
    return found


def _told(given: Mapping[str | None, ast.expr], known: Mapping[str, Any]) -> GraphCode:
    policy, roles = (
        _value(given[key], known) if key in given else None for key in ("turn_taking", "roles")
    )
    texts = roles if isinstance(roles, tuple) else ()
    return GraphCode(
        turn_taking=policy if isinstance(policy, str) else None,
        roles=tuple(one for one in texts if isinstance(one, str)),
    )


def _value(node: ast.expr, known: Mapping[str, Any]) -> Any:
    """A text, or a tuple of what can be told of its parts; None for anything else."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=name):
            return known.get(name)
        case ast.Starred(value=inner):
            return _value(inner, known)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            values = [(part, _value(part, known)) for part in parts]
            return tuple(
                one
                for part, value in values
                for one in (value or () if isinstance(part, ast.Starred) else (value,))
            )
    return None
