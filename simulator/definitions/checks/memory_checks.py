"""Mistakes in how a scenario's members remember: what is asked for and can never happen."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.definitions.checks.scenario_draft import Draft
from simulator.definitions.memory import Memory
from simulator.definitions.yaml.source_text import Mistake

__all__ = ["check_memory"]


def check_memory(draft: Draft) -> Iterator[Mistake]:
    """A `recall` where nothing is remembered, and a `reflect` the run is too short for."""
    outline = draft.outline
    recall = ("memory", "recall")
    if any(outline.places(*recall)) and outline.decided("memory", "across_runs", model=Memory):
        node = outline.document.node(("memory", "across_runs"))
        if node is None or node.value is False:
            message = "Nothing is ever recalled: memories are not kept across runs."
            yield draft.mistake(recall, message, "Add `across_runs: true`, or leave it out.")
    every, turns = outline.number("memory", "reflect"), draft.turns()
    if every and turns and every >= turns:
        message = f"Nobody ever reflects: the run ends after {turns} turns."
        hint = "Lower it, or raise limits.turns."
        yield draft.mistake(("memory", "reflect"), message, hint)
