"""Moderated panel: the member whose role is moderator decides who speaks next."""

from __future__ import annotations

from simulator import Conversation

conversation = Conversation(turn_taking="moderated", roles=("moderator",), demo="design-review")
graph = conversation.studio
