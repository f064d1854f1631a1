"""Where a conversation stands: a fold over its events, and what was said in them."""

from __future__ import annotations

from simulator.conversation.state.state import State, Talk, fold
from simulator.conversation.state.turns import Finished, Move, Pending, Utterance

__all__ = ["Finished", "Move", "Pending", "State", "Talk", "Utterance", "fold"]
