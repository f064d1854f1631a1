from simulator.conversation.graph import Conversation as Conversation
from simulator.conversation.human import HumanReply as HumanReply
from simulator.conversation.human import HumanTurn as HumanTurn
from simulator.conversation.human_node import human_node as human_node
from simulator.conversation.persona_node import persona_node as persona_node
from simulator.conversation.run_context import RunContext as RunContext
from simulator.conversation.state import State as State
from simulator.conversation.state import Talk as Talk
from simulator.conversation.steering import Steering as Steering
from simulator.conversation.steering import StopSwitch as StopSwitch
from simulator.conversation.turn_taking import NextSpeakers as NextSpeakers
from simulator.definitions.cast import Cast as Cast
from simulator.definitions.phase import Phase as Phase
from simulator.definitions.project import Project as Project
from simulator.definitions.stop_rule import StopRule as StopRule
from simulator.definitions.study import Study as Study
from simulator.display.person.terminal_human import TerminalHuman as TerminalHuman
from simulator.errors import SimulatorError as SimulatorError
from simulator.llm.session import Session as Session
from simulator.llm.tracker import Tracker as Tracker
from simulator.record.store import Store as Store
from simulator.runs.observer import Observer as Observer
from simulator.runs.run import Run as Run
from simulator.runs.simulation import Simulation as Simulation
from simulator.runs.simulation import load as load

__version__: str

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
