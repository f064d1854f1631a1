"""Which of the models that would do answers a question, by what each is expected to cost."""

from __future__ import annotations

from simulator.llm.routing.choosing import Candidate, Choosing, Policy
from simulator.llm.routing.policies import policy_named
from simulator.llm.routing.routed import Models, Sending, expected, routed

__all__ = [
    "Candidate",
    "Choosing",
    "Models",
    "Policy",
    "Sending",
    "expected",
    "policy_named",
    "routed",
]
