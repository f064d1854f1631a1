"""Round table: whoever is called by name answers, otherwise whoever has waited longest."""

from __future__ import annotations

from simulator import Conversation

conversation = Conversation(turn_taking="addressed", demo="focus-group")
graph = conversation.studio
