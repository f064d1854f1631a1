"""Rules as YAML writes them, composed with any, all and not."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.conversation.state import State
from simulator.conversation.stop_conditions.condition import StopCondition, StopReason
from simulator.conversation.stop_conditions.everybody_passed import everybody_passed
from simulator.conversation.stop_conditions.phrase import phrase
from simulator.conversation.stop_conditions.turns import turns
from simulator.definitions.scenario import StopRule

__all__ = ["condition_of"]


def condition_of(rule: StopRule) -> StopCondition:
    """The condition a rule stands for; the project's checks see to it that one field is given."""
    if rule.any is not None:
        return _any([condition_of(part) for part in rule.any])
    if rule.all is not None:
        return _all([condition_of(part) for part in rule.all])
    if rule.negated is not None:
        return _not(condition_of(rule.negated))
    if rule.phrase is not None:
        return phrase(rule.phrase)
    if rule.turns is not None:
        return turns(rule.turns)
    passed = everybody_passed()
    return passed if rule.everybody_passed else _not(passed)


def _any(parts: Sequence[StopCondition]) -> StopCondition:
    def condition(state: State, /) -> StopReason | None:
        return next((reason for part in parts if (reason := part(state))), None)

    return condition


def _all(parts: Sequence[StopCondition]) -> StopCondition:
    def condition(state: State, /) -> StopReason | None:
        reasons = [part(state) for part in parts]
        held = [reason for reason in reasons if reason is not None]
        if len(held) < len(reasons):
            return None
        return StopReason(held[0].word, "; ".join(reason.detail for reason in held))

    return condition


def _not(part: StopCondition) -> StopCondition:
    def condition(state: State, /) -> StopReason | None:
        return None if part(state) else StopReason("rule", "a `not` rule holds")

    return condition
