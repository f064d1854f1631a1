"""A phase of a conversation: who may speak while it lasts, in what order, and until when."""

from __future__ import annotations

from pydantic import Field

from simulator.definitions.amount import Count
from simulator.definitions.persona import IDENTIFIER, Text, TierRange
from simulator.definitions.stop_rule import StopRule
from simulator.definitions.written import Written

__all__ = ["Phase"]


class Phase(Written):
    """One part of a conversation; it ends by whichever of turns, rounds and until comes first."""

    name: str = Field(pattern=IDENTIFIER)
    """The phase's id within the scenario."""
    about: str = ""
    """What it is for, told to everybody while it lasts: "Nobody replies yet" or nothing."""
    speakers: tuple[Text, ...] = ()
    """Who may speak: ids of members, or roles they have here; empty: everybody."""
    order: str | None = None
    """How turns are taken: a policy's name, or `my_policy.py:name`; None: as the graph does."""
    turns: Count | None = None
    """Over after this many turns of its own."""
    rounds: Count | None = None
    """Over when each of its speakers has had the floor so many times."""
    tier: TierRange | None = None
    """Which classes of models answer while it lasts, within each persona's own range; None: all of
    that. Only in a scenario's phases."""
    until: StopRule | None = None
    """Over when this holds for what was said in it; None: only turns and rounds end it."""
