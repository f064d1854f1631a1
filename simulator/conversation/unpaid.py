"""What becomes of a talk whose questions nobody answers, or cannot be paid: it goes on without."""

from __future__ import annotations

from simulator.conversation.run_context import RunContext
from simulator.conversation.state import State
from simulator.conversation.turn_taking import NextSpeakers
from simulator.conversation.turn_taking.policy import longest_waiting
from simulator.errors import BudgetExhausted, InvalidReply, ModelError
from simulator.record.events import LimitReached

__all__ = ["is_known", "limit_reached", "next_unasked", "of_questions", "why_passed"]


def of_questions(error: BudgetExhausted) -> bool:
    """Whether a purpose's own budget is used up, without which a talk goes on."""
    return error.scope.startswith("purpose:") and error.scope != "purpose:speak"


def is_known(error: BudgetExhausted, state: State) -> bool:
    """Whether the record says already that this limit was reached."""
    if error.scope in state.members:
        return error.scope in state.spent
    return error.scope in state.unpaid if of_questions(error) else state.limit is not None


def limit_reached(error: BudgetExhausted, *, turn: int) -> LimitReached:
    """The event of a limit that left no room for a question."""
    return LimitReached(
        turn=turn, scope=error.scope, unit=error.unit, limit=error.limit, used=str(error)
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
        return f"their own {error.unit} are spent"
    scope = "run" if error.scope.startswith("purpose:") else error.scope
    return f"the {scope}'s {error.unit} are spent"
