"""What the names in a file can stand for: personas, graphs and tools of its project."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from simulator.definitions.checks.outline import Outline
from simulator.errors import did_you_mean

__all__ = ["GRAPH_NAME", "POLICIES", "TOOLS", "Surroundings", "meant"]

TOOLS = ("clock", "search_knowledge_base")
"""The tools that are ours, called by their bare names."""
POLICIES = (
    "addressed",
    "alternating",
    "handoff",
    "moderated",
    "open_floor",
    "phased",
    "random",
    "round_robin",
    "selected",
    "simultaneous",
)
"""The ways to take turns that are ours, called by their bare names."""
GRAPH_NAME = "conversation"
"""What a file in graphs/ binds, so that its bare name is enough."""
LISTED = 12
"""Names a hint lists at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """A project as one of its files sees it."""

    root: Path
    """The folder where the user's own code is looked for."""
    graphs: Mapping[str, Path]
    """Bare name -> its file."""
    personas: Mapping[str, Outline | None]
    """Persona id -> what its file says; None where nobody needs it, or it cannot be read."""
    servers: Collection[str] | None = ()
    """The ids of the tool servers; None where tools.yaml cannot be read."""


def meant(name: str, known: Collection[str], what: str) -> str:
    """A hint for a name that nothing bears: the one that was meant, or else the few there are."""
    guess = did_you_mean(name, known)
    if guess:
        return guess
    if not known:
        return f"There are no {what}."
    listed = ", ".join(sorted(known))
    return f"The {what} are: {listed}." if len(known) <= LISTED else ""
