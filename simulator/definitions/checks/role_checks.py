"""Mistakes of scenarios whose graph needs a role that nobody in the cast has."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.definitions.checks.graph_code import graph_code
from simulator.definitions.checks.scenario_draft import Draft
from simulator.definitions.scenario import Scenario
from simulator.definitions.yaml.source_text import Mistake

__all__ = ["check_roles"]


def check_roles(draft: Draft) -> Iterator[Mistake]:
    """A mistake for each role that the graph says it cannot do without, and that is missing."""
    outline = draft.outline
    if not draft.clear or not outline.decided("graph", model=Scenario):
        return
    if not any(outline.places("graph")):
        return
    name = outline.text("graph")
    for role in graph_code(draft).roles:
        if not draft.having(role):
            message = f"The graph {name!r} needs a {role}, and nobody in the cast is one."
            hint = f"Give one member `role: {role}`, or take another graph."
            yield draft.mistake(("graph",), message, hint)
