"""What happens to a conversation from outside, and when it is due."""

from __future__ import annotations

from simulator.conversation.state import State
from simulator.definitions.scenario import Scenario
from simulator.record.events import Intervened

__all__ = ["due"]


def due(state: State, scenario: Scenario) -> tuple[Intervened, ...]:
    """The scenario's events that happen right before the next turn, in the order written."""
    coming = state.turn + 1
    return tuple(
        Intervened(turn=coming, speaker=event.speaker, text=event.say, index=index)
        for index, event in enumerate(scenario.events)
        if event.at.turn <= coming and index not in state.interventions
    )
