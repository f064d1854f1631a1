"""Over when nobody has anything left to say."""

from __future__ import annotations

from simulator.conversation.standing import Standing
from simulator.conversation.stop_conditions.condition import StopCondition, StopReason

__all__ = ["everybody_passed"]


def everybody_passed() -> StopCondition:
    """Since the last words were said, every member present has passed."""

    def condition(standing: Standing, /) -> StopReason | None:
        state = standing.state
        if not state.present or not set(state.present).issubset(state.passed):
            return None
        return StopReason("everybody_passed", "nobody had anything left to say")

    return condition
