"""Mistakes of scenarios in which a speaker hands the floor on, and has no field to do it in."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from pathlib import Path

from simulator.definitions.checks.code_name import CodeName
from simulator.definitions.checks.reply_checks import KINDS
from simulator.definitions.checks.scenario_draft import Draft
from simulator.definitions.checks.surroundings import GRAPH_NAME
from simulator.definitions.scenario import Scenario
from simulator.definitions.yaml.document import Loc
from simulator.definitions.yaml.source_text import Mistake

__all__ = ["check_handoff"]

HANDOFF = "handoff"
"""The order in which the speaker names who comes next."""
FIELD = "next"
"""The reply field that names them."""


def check_handoff(draft: Draft) -> Iterator[Mistake]:
    """The first place that asks for this order, where no reply can name a member."""
    outline = draft.outline
    place = next(_handing_over(draft), None)
    if place is None or not outline.decided("reply", model=Scenario):
        return
    kind = outline.text("reply", FIELD, "type") or "text"
    if FIELD not in {loc[-1] for loc in outline.places("reply", None)}:
        message = f"A speaker hands over in a reply's field {FIELD!r}, and there is none."
        hint = f"Write `reply: {{{FIELD}: {{type: member, about: Who speaks next.}}}}`."
        yield draft.mistake(place, message, hint)
    elif kind != "member" and kind in KINDS:
        message = f"A speaker hands over in {FIELD!r}, and it holds {KINDS[kind][1]}."
        yield draft.mistake(("reply", FIELD), message, "Write `type: member`.", key=True)


def _handing_over(draft: Draft) -> Iterator[Loc]:
    """Where a phase takes this order, or else the graph gives it to some of the talk."""
    outline = draft.outline
    for loc, order in outline.texts("phases", None, "order"):
        if order == HANDOFF:
            yield loc
    own = [draft.empty((*loc, "order")) for loc in outline.places("phases", None)]
    if (any(own) or not own) and _turn_taking(draft) == HANDOFF:
        yield ("graph",)


def _turn_taking(draft: Draft) -> str | None:
    """The policy's name that a graph's file gives its conversation; None where none is seen."""
    name = draft.outline.text("graph") or ""
    code = CodeName.parse(name)
    if code is not None:
        file = draft.around.root / code.place if code.is_file else None
        return _policy_in(file, code.name) if file is not None else None
    graph = draft.around.graphs.get(name)
    return _policy_in(graph, GRAPH_NAME) if graph is not None else None


def _policy_in(file: Path, name: str) -> str | None:
    """What `name = Conversation(turn_taking="...")` says, by syntax alone."""
    try:
        with warnings.catch_warnings(action="ignore"):
            body = ast.parse(file.read_bytes()).body
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    found = None
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=bound)], value=ast.Call(keywords=given)):
                if bound == name:
                    values = {one.arg: one.value for one in given}
                    found = values.get("turn_taking")
    return found.value if isinstance(found, ast.Constant) and isinstance(found.value, str) else None
