"""The last word: who has it when a conversation ends as planned, and whether there is room."""

from __future__ import annotations

from simulator.conversation.standing import Standing
from simulator.conversation.state import State
from simulator.conversation.stop_conditions import StopReason
from simulator.record.journal import FAILED

__all__ = ["has_last_word", "kept_turns"]

_MONEY = frozenset({"dollars", "tokens"})
_AT_ONCE = FAILED | {"event", "everybody_left", "external"}
"""Ends after which nobody is asked for a last word: wanted right now, or nobody can speak."""


def has_last_word(reason: StopReason, standing: Standing) -> str | None:
    """The member who has the last word before an end for this reason; None: it ends at once.

    Whoever has just spoken has had it, but for the turn that is kept for it; a limit of time leaves
    no room for it. One of money does: something was kept for it.
    """
    closer = _closer(standing)
    if closer is None or reason.word in _AT_ONCE:
        return None
    limits, state = standing.cast.scenario.limits, standing.state
    unpaid = state.limit is not None and state.limit.unit in _MONEY
    if closer == state.last_on_floor and not reason.limit and not (unpaid and _passed(state)):
        return None
    room = unpaid if state.limit is not None else not reason.limit or reason.word == "turns"
    return closer if room and state.turn < limits.turns else None


def _passed(state: State) -> bool:
    return bool(state.finished) and state.finished[-1].outcome == "passed"


def kept_turns(standing: Standing) -> int:
    """How many of the run's turns are kept for the last word."""
    several = standing.cast.scenario.limits.turns > 1
    return int(several and _closer(standing) is not None)


def _closer(standing: Standing) -> str | None:
    name, state = standing.cast.scenario.last_word, standing.state
    if name is None or state.closing is not None:
        return None
    meant = (member.id for member in standing.cast.meant((name,)))
    return next((member for member in meant if member in state.here), None)
