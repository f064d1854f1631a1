"""Over when somebody says certain words."""

from __future__ import annotations

from simulator.conversation.state import State
from simulator.conversation.stop_conditions.condition import StopCondition, StopReason

__all__ = ["phrase"]


def phrase(words: str) -> StopCondition:
    """The last turn, or one of the last simultaneous ones, contains the words; case is ignored."""
    wanted = words.casefold()

    def condition(state: State, /) -> StopReason | None:
        for said in state.last_round:
            if wanted in said.text.casefold():
                return StopReason("phrase", f"{said.speaker} said {words!r}")
        return None

    return condition
