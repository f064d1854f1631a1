"""How a graph without a floor goes on: what its state cannot hold."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.conversation.stop_conditions import StopReason

__all__ = ["Unled"]


@dataclass(slots=True)
class Unled:
    """Turns that were begun, and why nobody speaks any more."""

    floor: bool = False
    """Whether the graph has a floor after all, which gives all turns."""
    begun: set[int] = field(default_factory=set)
    over: StopReason | None = None
    """Why it is over; None: it goes on."""

    def claims(self, turn: int) -> bool:
        """Whether nobody else has begun this turn; from now on somebody has."""
        free = turn not in self.begun
        self.begun.add(turn)
        return free
