"""Over when somebody says certain words."""

from __future__ import annotations

from simulator.conversation.standing import Standing
from simulator.conversation.stop_conditions.condition import StopCondition, StopReason

__all__ = ["phrase"]


def phrase(words: str) -> StopCondition:
    """The last turn, or one of the last simultaneous ones, contains the words; case is ignored."""
    wanted = words.casefold()

    def condition(standing: Standing, /) -> StopReason | None:
        for said in standing.state.last_round:
            if wanted in said.text.casefold():
                return StopReason("phrase", f"{said.speaker} said {words!r}")
        return None

    return condition
