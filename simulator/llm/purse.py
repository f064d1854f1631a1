"""How far a run has come by its limit of turns, and what is left for the turns to come."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import ceil

__all__ = ["Purse", "Turns"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """The turns of a run when one of them is routed; those of one round count as to come."""

    done: int
    """How many are over."""
    left: int
    """How many its limit leaves, with this one."""
    members: int = 1
    """How many members share them."""
    people: int = 0
    """How many of the members people play: their turns cost nothing."""

    def of_models(self, turns: int) -> int:
        """How many of so many turns models take, one at least."""
        return max(1, ceil(turns * (self.members - self.people) / self.members))

    def of_one(self, turns: int) -> int:
        """How many of so many turns are one member's, one at least."""
        return max(1, ceil(turns / self.members))


@dataclass(frozen=True, slots=True, kw_only=True)
class Purse:
    """What is left of one budget in dollars when a turn is routed."""

    scope: str
    """study, day, run, the member's id, or `purpose:speak`."""
    left: Decimal
    """Dollars, without what is kept for the last word; below 0: none."""
    turns: int
    """How many turns it is for, with this one."""
    spent: Decimal
    """Dollars of this run that were charged to it."""
    done: int
    """By how many turns."""
