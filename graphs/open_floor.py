"""Open floor: whoever has most reason to speak does, as people do among themselves."""

from __future__ import annotations

from simulator import Conversation

conversation = Conversation(turn_taking="open_floor", demo="classroom")
graph = conversation.studio
