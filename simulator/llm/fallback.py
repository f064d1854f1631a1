"""Where a question goes when the model it was meant for is down.

    next model of the tier -> the tiers above -> the tiers below, all within the range

A model that was down is left alone for a while, so that not every turn waits for it again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from simulator.definitions.model_catalog import TIERS, ModelSpec
from simulator.definitions.persona import TierRange
from simulator.errors import (
    ConnectionFailed,
    ModelError,
    RequestRefused,
    ServerFailed,
    UnknownPrice,
)
from simulator.llm.router import Route
from simulator.llm.routing import Models

__all__ = ["Outages", "helps_elsewhere", "is_down", "told_with", "ways_elsewhere"]

_LEFT_ALONE = 300.0
"""Seconds for which a model that was down is not taken, where another one can be."""
_NO_SUCH_MODEL = 404


@dataclass(slots=True)
class Outages:
    """Which models were down lately; one per run."""

    clock: Callable[[], float] = time.monotonic
    _until: dict[str, float] = field(default_factory=dict)

    def note(self, spec: ModelSpec) -> None:
        """Leave a model alone from now on."""
        self._until[spec.name] = self.clock() + _LEFT_ALONE

    @property
    def names(self) -> frozenset[str]:
        """Those that are left alone, as endpoint/model."""
        now = self.clock()
        return frozenset(name for name, until in self._until.items() if now < until)


def is_down(error: ModelError) -> bool:
    """Whether a model does not answer at all: no connection, a server that fails, no such model."""
    if isinstance(error, RequestRefused):
        return error.status == _NO_SUCH_MODEL
    return isinstance(error, ConnectionFailed | ServerFailed)


def helps_elsewhere(error: ModelError, *, failed: ModelSpec, other: ModelSpec) -> bool:
    """Whether another model may answer: where nothing connects, one of another endpoint."""
    if isinstance(error, ConnectionFailed):
        return other.endpoint_id != failed.endpoint_id
    return is_down(error)


def told_with(first: ModelError, error: ModelError | UnknownPrice) -> ModelError:
    """The error of the first model; it says, too, where another one lacks a price to be asked."""
    if isinstance(error, UnknownPrice):
        first.args = (f"{first}. No other model is asked instead: {error}",)
    return first


def ways_elsewhere(taken: Route, *, tiers: TierRange, models: Models) -> tuple[Route, ...]:
    """The same turn on the other models of the range, in the order in which they are tried."""
    if models.choice.kind == "model":
        return ()
    place = TIERS.index(taken.tier)
    low, high = TIERS.index(tiers.floor), TIERS.index(tiers.ceiling)
    order = (*TIERS[place : high + 1], *reversed(TIERS[low:place]))
    # Where no tier of the range has a model, one from beyond it was taken, and others may be.
    there = [(tier, spec) for tier in order for spec in models.of(tier)] or [
        (taken.tier, spec) for spec in models.beyond(taken.tier)
    ]
    found: dict[str, Route] = {}
    for tier, spec in there:
        if spec.name not in models.down and spec.name != taken.spec.name:
            found.setdefault(spec.name, replace(taken, tier=tier, spec=spec))
    return tuple(found.values())
