"""Simulate conversations between personas written in YAML.

>>> import simulator
>>> run = simulator.load("focus-group").run(seed=7)
>>> print(run.transcript)
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = [
    "Cast",
    "Conversation",
    "HumanReply",
    "HumanTurn",
    "NextSpeakers",
    "Observer",
    "Phase",
    "Project",
    "Run",
    "RunContext",
    "Session",
    "Simulation",
    "SimulatorError",
    "State",
    "Steering",
    "StopRule",
    "StopSwitch",
    "Store",
    "Study",
    "Talk",
    "TerminalHuman",
    "Tracker",
    "__version__",
    "human_node",
    "load",
    "persona_node",
]

_HOMES = {
    "Cast": "definitions.cast",
    "Conversation": "conversation.graph",
    "HumanReply": "conversation.human",
    "HumanTurn": "conversation.human",
    "NextSpeakers": "conversation.turn_taking",
    "Observer": "runs.observer",
    "Phase": "definitions.phase",
    "Project": "definitions.project",
    "Run": "runs.run",
    "RunContext": "conversation.run_context",
    "Session": "llm.session",
    "Simulation": "runs.simulation",
    "SimulatorError": "errors",
    "State": "conversation.state",
    "StopRule": "definitions.stop_rule",
    "Steering": "conversation.steering",
    "StopSwitch": "conversation.steering",
    "Store": "record.store",
    "Study": "definitions.study",
    "Talk": "conversation.state",
    "TerminalHuman": "display.person.terminal_human",
    "Tracker": "llm.tracker",
    "human_node": "conversation.human_node",
    "load": "runs.simulation",
    "persona_node": "conversation.persona_node",
}


def __getattr__(name: str) -> Any:
    """Load a public name's module when it is first used: importing the package stays quick."""
    if name == "__version__":
        return import_module("importlib.metadata").version("persona-simulator")
    if name not in _HOMES:
        message = f"module 'simulator' has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"simulator.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
