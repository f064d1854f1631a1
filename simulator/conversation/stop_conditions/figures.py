"""Over when a figure of the run has been reached: turns, tokens, dollars, seconds.

Their words are not those of `limits:`: a rule that holds is an end as planned.
"""

from __future__ import annotations

from decimal import Decimal

from simulator.conversation.standing import Standing
from simulator.conversation.stop_conditions.condition import StopCondition, StopReason
from simulator.money import dollars as told
from simulator.money import in_seconds

__all__ = ["dollars", "seconds", "tokens", "turns"]


def turns(limit: int) -> StopCondition:
    """That many turns were given out."""

    def condition(standing: Standing, /) -> StopReason | None:
        taken = standing.state.turn
        if taken < limit:
            return None
        told = "1 turn was taken" if taken == 1 else f"{taken} turns were taken"
        return StopReason("turns_rule", told)

    return condition


def tokens(limit: int) -> StopCondition:
    """So many tokens were used; unlike `limits.tokens` the turn that reaches them is finished."""

    def condition(standing: Standing, /) -> StopReason | None:
        if standing.tokens < limit:
            return None
        return StopReason("tokens_rule", f"{standing.tokens:,} tokens were used")

    return condition


def dollars(limit: Decimal) -> StopCondition:
    """So much was spent; unlike `limits.dollars` the turn that reaches it is finished."""

    def condition(standing: Standing, /) -> StopReason | None:
        if standing.dollars < limit:
            return None
        return StopReason("dollars_rule", f"{told(standing.dollars)} was spent")

    return condition


def seconds(limit: float) -> StopCondition:
    """The run has lasted so long."""

    def condition(standing: Standing, /) -> StopReason | None:
        return (
            StopReason("seconds_rule", f"{in_seconds(limit)} {'is' if limit == 1 else 'are'} over")
            if standing.seconds >= limit
            else None
        )

    return condition
