"""When a conversation is over: by failures, by limits, by the scenario's own rule."""

from __future__ import annotations

from typing import Any

from simulator.conversation.last_word import kept_turns
from simulator.conversation.standing import Standing
from simulator.conversation.stop_conditions import StopReason, condition_of
from simulator.llm.ask import Question
from simulator.money import in_seconds
from simulator.record.journal import FAILED

__all__ = ["HOPELESS", "failure", "why_over"]

HOPELESS = frozenset(
    {
        "key_missing",
        "key_refused",
        "not_trusted",
        "nothing_listens",
        "proxy_unusable",
        "quota_exhausted",
        "request_blocked",
        "request_refused",
        "unreachable",
    }
)
"""Failures that the next turn would meet as well."""
_GONE = StopReason("everybody_left", "nobody is there any more")


def why_over(standing: Standing) -> StopReason | Question[Any] | None:
    """Why the conversation is over, None to go on, or what must be asked to know."""
    for why in (_by_event, _by_failure, _by_limits, _by_rule, _by_turns):
        found: StopReason | Question[Any] | None = why(standing)
        if found is not None:
            return found
    return None


def _by_event(standing: Standing) -> StopReason | None:
    closed = standing.state.closed
    return StopReason("event", closed) if closed else None


def _by_limits(standing: Standing) -> StopReason | None:
    state, limits = standing.state, standing.cast.scenario.limits
    if state.limit is not None:
        return StopReason(state.limit.unit, state.limit.sentence)
    if not state.here:
        spent = bool(state.spent)
        return StopReason("budgets", "every member's budget is spent") if spent else _GONE
    if limits.seconds is not None and standing.seconds >= limits.seconds:
        told = f"{in_seconds(limits.seconds)} {'is' if limits.seconds == 1 else 'are'} over"
        return StopReason("seconds", told, limit=f"{limits.seconds:g}")
    return None


def _by_turns(standing: Standing) -> StopReason | None:
    turns, kept = standing.cast.scenario.limits.turns, kept_turns(standing)
    if standing.state.turn < turns - kept:
        return None
    last = ", the last word among them" if kept else ""
    return StopReason("turns", f"{turns} turns were taken{last}", limit=str(turns))


def _by_failure(standing: Standing) -> StopReason | None:
    """One failure that the next turn would meet as well, or a round of them."""
    state = standing.state
    if not state.failures:
        return None
    last = state.failures[-1]
    if last.error not in HOPELESS and len(state.failures) < max(2, len(state.here)):
        return None
    return failure(last.error, last.message)


def failure(kind: str, detail: str) -> StopReason:
    """The end of a run that cannot go on."""
    return StopReason(kind if kind in FAILED else "failed", detail)


def _by_rule(standing: Standing) -> StopReason | Question[Any] | None:
    rule = standing.cast.scenario.stop
    if rule is None or not standing.state.finished:
        return None
    return condition_of(rule)(standing)
