"""What becomes of a talk whose questions nobody answers, or cannot be paid: it goes on without."""

from __future__ import annotations

from simulator.conversation.escalation import tier_now
from simulator.conversation.run_context import RunContext
from simulator.conversation.state import State
from simulator.conversation.turn_taking import NextSpeakers
from simulator.conversation.turn_taking.policy import longest_waiting
from simulator.definitions.cast import Cast
from simulator.definitions.model_catalog import TIERS
from simulator.errors import BudgetExhausted, InvalidReply, ModelError
from simulator.record.events import LimitReached

__all__ = [
    "goes_on_without",
    "is_known",
    "limit_reached",
    "next_unasked",
    "of_questions",
    "why_passed",
]

_TALK = 2
"""Members without whom nobody talks to anybody."""


def of_questions(error: BudgetExhausted) -> bool:
    """Whether a purpose's own budget is used up, without which a talk goes on."""
    return error.scope.startswith("purpose:") and error.scope != "purpose:speak"


def is_known(error: BudgetExhausted, state: State) -> bool:
    """Whether the record says already that this limit was reached."""
    if error.scope in state.members:
        return error.scope in state.spent
    return error.scope in state.unpaid if of_questions(error) else state.limit is not None


def goes_on_without(error: BudgetExhausted, state: State, run: RunContext, *, member: str) -> bool:
    """Whether a member alone falls silent though a budget of all does not reach for its turn.

    That is where others, two at least, are still there, and one of them may be asked of a cheaper
    tier than it may: what it cannot pay may well be enough for them.
    """
    cast, catalog = run.cast, run.access.catalog
    one_price = run.access.choice.kind == "model" or catalog.routing.policy.startswith("always:")
    if error.scope not in {"run", "day", "study"} or state.closing is not None or one_price:
        return False
    others = [one for one in state.here if one != member]
    cheaper = (
        _floor(cast, state, one) < _floor(cast, state, member)
        for one in others
        if one not in cast.humans
    )
    return len(others) >= _TALK and any(cheaper)


def _floor(cast: Cast, state: State, member: str) -> int:
    tier = cast.member(member).persona.tier.narrowed(tier_now(cast, state))
    return TIERS.index(tier.floor)


def limit_reached(error: BudgetExhausted, *, turn: int, silent: str = "") -> LimitReached:
    """The event of a limit that left no room for a question; `silent`: of one member alone."""
    return LimitReached(
        turn=turn,
        scope=silent or error.scope,
        unit=error.unit,
        limit=error.limit,
        used=error.used,
        needed=error.needed,
        whose=error.scope if silent else "",
        detail=str(error),
    )


def next_unasked(
    error: BudgetExhausted | ModelError, state: State, run: RunContext
) -> NextSpeakers:
    """Who speaks next where whoever decides that cannot be asked, or chooses nobody there is."""
    chosen = longest_waiting(state, run.cast)
    why = "no valid choice" if isinstance(error, InvalidReply) else "nobody could be asked"
    return NextSpeakers(chosen.names, f"{why}: {str(error).rstrip('.')}; {chosen.reason}")


def why_passed(error: BudgetExhausted, state: State) -> str:
    """Why a turn is passed that cannot be paid."""
    if error.scope in state.members:
        return f"their own {error.unit} do not reach"
    scope = "run" if error.scope.startswith("purpose:") else error.scope
    return f"the {scope}'s {error.unit} do not reach"
