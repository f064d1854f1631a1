"""Over when a goal is reached, as a cheap model judges."""

from __future__ import annotations

from simulator.conversation.reply import Verdict
from simulator.conversation.standing import Standing, judged
from simulator.conversation.stop_conditions.condition import StopCondition, StopReason
from simulator.llm.ask import Question

__all__ = ["goal"]


def goal(statement: str, *, reached: bool = True) -> StopCondition:
    """The statement is true of what was said, or `reached=False`: it is not.

    Between two rounds neither is known, and neither holds.
    """

    def condition(standing: Standing, /) -> StopReason | Question[Verdict] | None:
        holds = judged(statement, standing)
        if isinstance(holds, Question):
            return holds
        if holds is not reached:
            return None
        found = "it was judged that" if reached else "it was judged not to be true that"
        return StopReason("goal", f"{found}: {statement}")

    return condition
