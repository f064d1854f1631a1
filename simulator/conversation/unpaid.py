"""What becomes of a talk whose questions nobody answers, or cannot be paid: it goes on without."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from simulator.conversation.escalation import tier_now
from simulator.conversation.run_context import RunContext
from simulator.conversation.state import State
from simulator.conversation.turn_taking import NextSpeakers
from simulator.conversation.turn_taking.policy import longest_waiting
from simulator.definitions.cast import Cast
from simulator.definitions.model_catalog import TIERS, ModelCatalog, ModelChoice
from simulator.definitions.persona import TierRange
from simulator.errors import BudgetExhausted, InvalidReply, ModelError
from simulator.llm.economy import short_of
from simulator.record.events import LimitReached

__all__ = [
    "FOR_ALL",
    "TALK",
    "goes_on_without",
    "has_one_price",
    "is_known",
    "limit_reached",
    "next_unasked",
    "of_questions",
    "others_are_cheaper",
    "why_passed",
]

FOR_ALL = frozenset({"run", "day", "study", "purpose:speak"})
"""Budgets that the turns of all members are paid of."""
TALK = 2
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
    if error.scope not in FOR_ALL or state.closing is not None:
        return False
    if has_one_price(run.access.choice, run.access.catalog):
        return False
    cast, now = run.cast, tier_now(run.cast, state)
    tiers = {one.id: one.persona.tier.narrowed(now) for one in cast.members}
    return others_are_cheaper(cast, state.here, member=member, tiers=tiers)


def has_one_price(choice: ModelChoice, catalog: ModelCatalog) -> bool:
    """Whether all members are asked of one model, or of one tier."""
    return choice.kind == "model" or catalog.routing.policy.startswith("always:")


def others_are_cheaper(
    cast: Cast, here: Iterable[str], *, member: str, tiers: Mapping[str, TierRange]
) -> bool:
    """Whether others can still talk, one of them on a cheaper tier than this member may.

    `tiers`: member id -> from where to where it is asked.
    """
    others = [one for one in here if one != member]
    floors = (TIERS.index(tiers[one].floor) for one in others if one not in cast.humans)
    own = TIERS.index(tiers[member].floor)
    return len(others) >= TALK and any(one < own for one in floors)


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
    return short_of(error)
