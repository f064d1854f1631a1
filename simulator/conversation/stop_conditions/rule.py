"""Rules as YAML writes them, composed with any, all and not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from simulator.conversation.standing import Standing
from simulator.conversation.stop_conditions.agreement import agreement
from simulator.conversation.stop_conditions.condition import StopCondition, StopReason
from simulator.conversation.stop_conditions.everybody_passed import everybody_passed
from simulator.conversation.stop_conditions.external import external
from simulator.conversation.stop_conditions.farewell import farewell
from simulator.conversation.stop_conditions.figures import dollars, seconds, tokens, turns
from simulator.conversation.stop_conditions.goal import goal
from simulator.conversation.stop_conditions.loop import loop
from simulator.conversation.stop_conditions.phrase import phrase
from simulator.conversation.stop_conditions.speaker import speaker
from simulator.conversation.stop_conditions.stale import stale
from simulator.definitions.stop_rule import StopRule
from simulator.llm.ask import Question

__all__ = ["condition_of"]

_VALUED: Mapping[str, Callable[[Any], StopCondition]] = {
    "agreement": agreement,
    "dollars": dollars,
    "loop": loop,
    "phrase": phrase,
    "seconds": seconds,
    "speaker": speaker,
    "stale": stale,
    "tokens": tokens,
    "turns": turns,
}
_SWITCHED: Mapping[str, Callable[[], StopCondition]] = {
    "everybody_passed": everybody_passed,
    "external": external,
    "farewell": farewell,
}


def condition_of(rule: StopRule, *, holds: bool = True) -> StopCondition:
    """The condition a rule stands for; the project's checks see to it that one field is given.

    With `holds=False` the condition that the rule does not hold, pushed down to its parts: what
    is not known, such as a goal between two rounds, holds neither way.
    """
    if rule.negated is not None:
        return condition_of(rule.negated, holds=not holds)
    several = rule.any or rule.all
    if several is not None:
        parts = [condition_of(part, holds=holds) for part in several]
        return _any(parts) if (rule.any is not None) is holds else _all(parts)
    (name,) = rule.given
    value = getattr(rule, name)
    if name == "goal":
        return goal(value, reached=holds)
    if name in _SWITCHED:
        holds, single = holds is bool(value), _SWITCHED[name]()
    else:
        single = _VALUED[name](value)
    return single if holds else _not(single)


def _any(parts: Sequence[StopCondition]) -> StopCondition:
    def condition(standing: Standing, /) -> StopReason | Question[Any] | None:
        found = [part(standing) for part in parts]
        reasons = [one for one in found if isinstance(one, StopReason)]
        return next((one for one in (*reasons, *found) if one is not None), None)

    return condition


def _all(parts: Sequence[StopCondition]) -> StopCondition:
    def condition(standing: Standing, /) -> StopReason | Question[Any] | None:
        found = [part(standing) for part in parts]
        if any(one is None for one in found):
            return None
        questions = [one for one in found if isinstance(one, Question)]
        if questions:
            return questions[0]
        reasons = [one for one in found if isinstance(one, StopReason)]
        details = dict.fromkeys(reason.detail for reason in reasons)
        return StopReason(reasons[0].word, "; ".join(details))

    return condition


def _not(part: StopCondition) -> StopCondition:
    def condition(standing: Standing, /) -> StopReason | None:
        return None if part(standing) else StopReason("rule", "a `not` rule holds")

    return condition
