"""What a graph's file says of itself, by syntax alone: the arguments of its `Conversation`.

A `StateGraph` of the user's own, or a function that makes one, is seen for what it is where its
file leaves no doubt.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.definitions.checks.code_name import CodeName
from simulator.definitions.checks.floorless import has_no_floor
from simulator.definitions.checks.parts import ENDINGS, Part
from simulator.definitions.checks.python_file import (
    UNREADABLE,
    Function,
    names_bound,
    statements_in,
    value_in,
)
from simulator.definitions.checks.scenario_draft import Draft
from simulator.definitions.checks.surroundings import GRAPH_NAME
from simulator.definitions.scenario import Scenario

__all__ = ["GraphCode", "graph_code"]

OURS = "Conversation"
"""What makes the graphs that a floor leads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphCode:
    """What can be told without running it."""

    turn_taking: str | None = None
    """The policy's name; None where none is seen."""
    roles: tuple[str, ...] = ()
    """The roles it cannot do without, as far as they are seen."""
    phases: tuple[Part, ...] | None = None
    """The phases it has of its own; None where that cannot be told."""
    policy: Function | None = None
    """Its own function that takes turns, where one is seen."""
    plan: Function | None = None
    """Its own function that makes phases, where one is seen."""
    maker: Function | None = None
    """The plain function that makes it for a cast, where it surely is one."""
    floorless: bool = False
    """Whether no floor leads it, for sure."""


def graph_code(draft: Draft, *, default: str = "") -> GraphCode:
    """What the file of a scenario's graph says; of this one where the scenario names none."""
    unnamed = draft.outline.decided("graph", model=Scenario) and draft.empty(("graph",))
    name = default if unnamed else draft.outline.text("graph") or ""
    code = CodeName.parse(name)
    if code is not None:
        file = code.file(draft.around.root)
        return _read(file, code.name) if file is not None else GraphCode()
    graph = draft.around.graphs.get(name)
    return _read(graph, GRAPH_NAME) if graph is not None else GraphCode()


def _read(file: Path, name: str) -> GraphCode:
    try:
        return _seen(file, name)
    except UNREADABLE:
        return GraphCode()


def _seen(file: Path, name: str) -> GraphCode:
    """What is written in `name = Conversation(...)`; constants of the module are looked up."""
    known: dict[str, Any] = {}
    found: GraphCode | None = None
    for statement in statements_in(file):
        for bound in names_bound([statement]):
            known.pop(bound, None)
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id=bound)], value=ast.expr() as value)
                | ast.AnnAssign(target=ast.Name(id=bound), value=ast.expr() as value)
            ):
                if bound == name and isinstance(value, ast.Call):
                    found = _told(value, known, file)
                # A list may be longer by the time it is used.
                known[bound] = None if isinstance(value, ast.List) else _value(value, known)
    itself = value_in(file, name)
    if itself is not None and (itself.function or has_no_floor(itself)):
        later = isinstance(itself.function, ast.AsyncFunctionDef)
        maker = None if later else itself.function
        return GraphCode(maker=maker, floorless=has_no_floor(itself))
    return found or GraphCode()


def _told(call: ast.Call, known: Mapping[str, Any], file: Path) -> GraphCode:
    given = {one.arg: one.value for one in call.keywords}
    policy, roles, phases = (
        _value(given[key], known) if key in given else None
        for key in ("turn_taking", "roles", "phases")
    )
    texts = roles if isinstance(roles, tuple) else ()
    parts = phases if isinstance(phases, tuple) else (None,)
    if isinstance(call.func, ast.Name) and call.func.id == OURS and not {"phases", None} & {*given}:
        parts = ()
    return GraphCode(
        turn_taking=policy if isinstance(policy, str) else None,
        roles=tuple(one for one in texts if isinstance(one, str)),
        phases=parts if all(isinstance(one, Part) for one in parts) else None,
        policy=_function(given.get("turn_taking"), file),
        plan=_function(given.get("phases"), file),
    )


def _function(node: ast.expr | None, file: Path) -> Function | None:
    """The function of the file that an argument names, or the one that is written there."""
    if isinstance(node, ast.Lambda):
        return node
    value = value_in(file, node.id) if isinstance(node, ast.Name) else None
    return value.function if value is not None else None


def _value(node: ast.expr, known: Mapping[str, Any]) -> Any:
    """A text, a number, a phase, or a tuple of what can be told of its parts; else None."""
    match node:
        case ast.Constant(value=str() | int() as value):
            return value
        case ast.Name(id=name):
            return known.get(name)
        case ast.Starred(value=inner):
            return _value(inner, known)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return tuple(one for part in parts for one in _spread(part, known))
        case ast.Call(func=ast.Name(id="Phase"), args=[], keywords=given):
            return _part({one.arg: one.value for one in given}, known)
    return None


def _spread(part: ast.expr, known: Mapping[str, Any]) -> tuple[Any, ...]:
    """What an element stands for in a tuple; None for what cannot be told."""
    value = _value(part, known)
    return value if isinstance(part, ast.Starred) and isinstance(value, tuple) else (value,)


def _part(given: Mapping[str | None, ast.expr], known: Mapping[str, Any]) -> Part | None:
    """What a `Phase(...)` says; what cannot be told of it may be anything."""
    if None in given:
        return None
    values = {key: _value(value, known) for key, value in given.items() if not _nothing(value)}
    speakers = values.get("speakers", ())
    named = isinstance(speakers, tuple) and all(isinstance(one, str) for one in speakers)
    counts = {key: values[key] for key in ("turns", "rounds") if key in values}
    known_counts = {key: one for key, one in counts.items() if isinstance(one, int)}
    name, order = values.get("name"), values.get("order")
    clear = named and (isinstance(order, str) or "order" not in values)
    return Part(
        at=("graph",),
        name=name if isinstance(name, str) else "",
        speakers=speakers if named else (),
        limited=not named or bool(speakers),
        order=order if clear else "",
        turns=known_counts.get("turns"),
        rounds=known_counts.get("rounds"),
        ends=not values.keys().isdisjoint(ENDINGS),
        ruled="until" in values,
        decided=named and known_counts == counts,
    )


def _nothing(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
