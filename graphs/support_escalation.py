"""Support with escalation: whoever speaks says in the reply's field `next` who takes over."""

from __future__ import annotations

from simulator import Conversation

conversation = Conversation(turn_taking="handoff", demo="support-escalation")
graph = conversation.studio
