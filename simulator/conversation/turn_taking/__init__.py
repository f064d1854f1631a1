"""Who speaks next: one policy a file, all of one shape; add a file to add a policy."""

from __future__ import annotations

from simulator.conversation.turn_taking.policy import NextSpeakers, Policy, policy_named

__all__ = ["NextSpeakers", "Policy", "policy_named"]
