"""Over when somebody outside asks for it."""

from __future__ import annotations

from simulator.conversation.standing import Standing
from simulator.conversation.stop_conditions.condition import StopCondition, StopReason

__all__ = ["external"]


def external() -> StopCondition:
    """A `StopSwitch` was thrown; the turn under way is finished first."""

    def condition(standing: Standing, /) -> StopReason | None:
        why = standing.asked_to_stop
        return StopReason("external", why) if why else None

    return condition
