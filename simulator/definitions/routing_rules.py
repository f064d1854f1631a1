"""How the router decides, as `models.yaml` says it: weights, thresholds, the policy."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import get_args

from pydantic import Field, field_validator

from simulator.definitions.persona import TierName
from simulator.definitions.written import Written

__all__ = ["POLICIES", "TIERS", "WEIGHTS", "Routing", "Thresholds"]

TIERS: tuple[TierName, ...] = get_args(TierName)
"""The tiers from the cheapest to the dearest."""
WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "requires_reasoning": 1.0,
        "question": 0.1,
        "tools": 0.2,
        "conflict": 0.25,
        "expertise": 0.2,
        "length": 0.2,
        "phase": 0.1,
        "creative": 0.4,
    }
)
"""Every feature of a turn that the router scores, and its weight where none is written."""

POLICIES = ("complexity", "sticky", "cheapest", *(f"always:{tier}" for tier in TIERS))
"""The routing policies that are ours."""


class Thresholds(Written):
    """From which score on a turn leaves the tier below."""

    standard: float = Field(default=0.35, ge=0)
    """The least score of the tier `standard`."""
    complex: float = Field(default=0.7, ge=0)
    """The least score of the tier `complex`."""


class Routing(Written):
    """How the router finds a turn's tier: by the sum of weight times feature (each 0 to 1)."""

    policy: str = "complexity"
    """`complexity`, `sticky`, `cheapest`, `always:TIER`, or your own as `my_router.py:name`."""
    weights: Mapping[str, float] = Field(default_factory=lambda: dict(WEIGHTS))
    """Feature -> its weight; a feature left out keeps its default."""
    thresholds: Thresholds = Thresholds()
    """Where the tiers begin."""
    hysteresis: float = Field(default=0.1, ge=0, lt=1)
    """By which share another model has to cost less before `complexity` leaves the one that
    answered last."""
    look_ahead: int = Field(default=1, ge=1, le=1_000)
    """Turns over which that is reckoned: 1 never pays more for a turn than staying would, more of
    them pay a cold model's first prompt in the hope of the turns after it."""
    escalate_below: float | None = Field(default=None, gt=0, le=1)
    """A reply whose confidence is less than this is asked for once more, a tier up; None: none
    is."""

    @property
    def own_policy(self) -> bool:
        """Whether the policy is a user's own code."""
        return ":" in self.policy and not self.policy.startswith("always:")

    @field_validator("weights")
    @classmethod
    def _completed(cls, given: Mapping[str, float]) -> Mapping[str, float]:
        return {**WEIGHTS, **given}
