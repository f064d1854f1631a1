"""Over after a number of turns."""

from __future__ import annotations

from simulator.conversation.state import State
from simulator.conversation.stop_conditions.condition import StopCondition, StopReason

__all__ = ["turns"]


def turns(limit: int) -> StopCondition:
    """That many turns were given out."""

    def condition(state: State, /) -> StopReason | None:
        if state.turn < limit:
            return None
        return StopReason("turns", f"{limit} turns were taken")

    return condition
