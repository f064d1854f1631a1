"""When a conversation has reached its end: pure functions of its state."""

from __future__ import annotations

from simulator.conversation.stop_conditions.condition import StopCondition, StopReason
from simulator.conversation.stop_conditions.rule import condition_of

__all__ = ["StopCondition", "StopReason", "condition_of"]
