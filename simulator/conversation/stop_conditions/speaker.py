"""Over when a certain member has spoken."""

from __future__ import annotations

from simulator.conversation.standing import Standing
from simulator.conversation.stop_conditions.condition import StopCondition, StopReason

__all__ = ["speaker"]


def speaker(name: str) -> StopCondition:
    """This member, or one with this role, took the last turn or one of the last simultaneous."""

    def condition(standing: Standing, /) -> StopReason | None:
        meant = {member.id for member in standing.cast.meant((name,))}
        spoke = next((one.speaker for one in standing.state.last_round if one.speaker in meant), "")
        return StopReason("speaker", f"{spoke} has spoken") if spoke else None

    return condition
