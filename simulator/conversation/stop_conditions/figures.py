"""Over when a figure of the run has been reached: turns, tokens, dollars, seconds."""

from __future__ import annotations

from decimal import Decimal

from simulator.conversation.standing import Standing
from simulator.conversation.stop_conditions.condition import StopCondition, StopReason

__all__ = ["dollars", "seconds", "tokens", "turns"]


def turns(limit: int) -> StopCondition:
    """That many turns were given out."""

    def condition(standing: Standing, /) -> StopReason | None:
        if standing.state.turn < limit:
            return None
        return StopReason("turns", f"{limit} turns were taken")

    return condition


def tokens(limit: int) -> StopCondition:
    """So many tokens were used; unlike `limits.tokens` the turn that reaches them is finished."""

    def condition(standing: Standing, /) -> StopReason | None:
        if standing.tokens < limit:
            return None
        return StopReason("tokens", f"{standing.tokens:,} tokens were used")

    return condition


def dollars(limit: Decimal) -> StopCondition:
    """So much was spent; unlike `limits.dollars` the turn that reaches it is finished."""

    def condition(standing: Standing, /) -> StopReason | None:
        if standing.dollars < limit:
            return None
        return StopReason("dollars", f"${standing.dollars.normalize():f} were spent")

    return condition


def seconds(limit: float) -> StopCondition:
    """The run has lasted so long."""

    def condition(standing: Standing, /) -> StopReason | None:
        return (
            StopReason("seconds", f"{limit:g} seconds are over")
            if standing.seconds >= limit
            else None
        )

    return condition
