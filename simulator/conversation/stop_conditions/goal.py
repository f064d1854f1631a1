"""Over when a goal is reached, as a cheap model judges."""

from __future__ import annotations

from simulator.conversation.reply import Verdict
from simulator.conversation.standing import Standing, judged
from simulator.conversation.stop_conditions.condition import StopCondition, StopReason
from simulator.llm.ask import Question

__all__ = ["goal"]


def goal(statement: str) -> StopCondition:
    """The statement is true of what was said."""

    def condition(standing: Standing, /) -> StopReason | Question[Verdict] | None:
        holds = judged(statement, standing)
        if isinstance(holds, Question):
            return holds
        return StopReason("goal", f"it was judged that: {statement}") if holds else None

    return condition
