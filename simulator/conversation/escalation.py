"""Which tiers may answer a turn, and when a valid reply is asked for once more, a tier up."""

from __future__ import annotations

from simulator.conversation.reply import Reply
from simulator.conversation.state import State
from simulator.definitions.cast import Cast
from simulator.definitions.persona import TierRange
from simulator.errors import BudgetExhausted, ModelError
from simulator.llm.ask import Answer, Occasion, Question, ask_higher
from simulator.llm.question import ModelAccess
from simulator.llm.stand_in.speech import read_fingerprint

__all__ = ["asked_higher", "surer", "tier_now"]


def tier_now(cast: Cast, state: State) -> TierRange | None:
    """The range of the scenario's phase that the talk is in; None: it names none."""
    entered = state.phase
    phases = cast.scenario.phases if entered is not None else ()
    return next((one.tier for one in phases if entered and one.name == entered.phase), None)


async def surer(
    reply: Reply,
    answer: Answer[Reply],
    *,
    question: Question[Reply],
    access: ModelAccess,
    occasion: Occasion,
) -> tuple[Reply, Answer[Reply]]:
    """The reply and its answer, or those of a model a tier up where its speaker is too unsure.

    `routing.escalate_below` says how sure is sure enough. Lines that people wrote stand.
    """
    least = access.catalog.routing.escalate_below
    if least is None or reply.act == "pass" or reply.confidence >= least:
        return reply, answer
    if read_fingerprint(answer.fingerprint) is not None:
        return reply, answer
    why = f"the confidence of {reply.confidence:g} is below {least:g}"
    higher = await asked_higher(answer, why, question=question, access=access, occasion=occasion)
    if higher is None or higher.value is None:
        return reply, answer
    return higher.value, higher


async def asked_higher(
    answer: Answer[Reply],
    why: str,
    *,
    question: Question[Reply],
    access: ModelAccess,
    occasion: Occasion,
) -> Answer[Reply] | None:
    """A valid answer from a tier up; None where there is no such tier, or no time or money."""
    try:
        found = await ask_higher(question, answer, why, access=access, occasion=occasion)
    except (BudgetExhausted, ModelError):
        return None
    return found if found is not None and found.value is not None else None
