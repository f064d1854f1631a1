"""Over when a certain member has spoken."""

from __future__ import annotations

from simulator.conversation.standing import Standing
from simulator.conversation.stop_conditions.condition import StopCondition, StopReason

__all__ = ["speaker"]


def speaker(member: str) -> StopCondition:
    """This member took the last turn, or one of the last simultaneous ones."""

    def condition(standing: Standing, /) -> StopReason | None:
        spoke = any(said.speaker == member for said in standing.state.last_round)
        return StopReason("speaker", f"{member} has spoken") if spoke else None

    return condition
