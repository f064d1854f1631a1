"""Interview: the last of the cast answers whatever the others ask, one question at a time."""

from __future__ import annotations

from simulator import Conversation

conversation = Conversation(turn_taking="alternating", demo="interview-practice")
graph = conversation.studio
