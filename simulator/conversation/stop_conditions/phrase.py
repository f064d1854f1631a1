"""Over when somebody says certain words."""

from __future__ import annotations

from simulator.conversation.state import State
from simulator.conversation.stop_conditions.condition import StopCondition, StopReason

__all__ = ["phrase"]


def phrase(words: str) -> StopCondition:
    """The last turn contains the words, whatever their case."""
    wanted = words.casefold()

    def condition(state: State, /) -> StopReason | None:
        last = state.last
        if last is None or last.act is None or wanted not in last.text.casefold():
            return None
        return StopReason("phrase", f"{last.speaker} said {words!r}")

    return condition
