"""Graphs without a floor: a `StateGraph(Talk)` of the user's own, whose edges say who speaks."""

from __future__ import annotations

from simulator.conversation.ending import why_over
from simulator.conversation.run_context import RunContext
from simulator.conversation.standing import Answers
from simulator.conversation.state import State, fold
from simulator.conversation.stop_conditions import StopReason
from simulator.errors import UserCodeFailed
from simulator.record.events import Event, RunEnded, SpeakerChosen

__all__ = ["floor_taken"]


async def floor_taken(run: RunContext, state: State, member: str) -> tuple[Event, ...]:
    """What happens where a graph without a floor comes to a member.

    The member takes the next turn, unless the run is over by its limits or by a stop rule that
    asks no model; then the reason is left in the run's context, and nothing is said any more.

    Raises:
        UserCodeFailed: two members were come to at once.
    """
    if run.unled.floor:
        return ()
    opening = run.opened(state)
    now = fold(state, opening)
    gone = run.commit(*now.departures)
    now = fold(now, gone)
    ordered = await _steered(run, now)
    now = fold(now, ordered)
    over = run.unled.over or why_over(run.standing(now, seconds=run.seconds, answers=Answers()))
    if isinstance(over, StopReason):
        run.unled.over = over
    if isinstance(over, StopReason) or member not in now.here:
        return (*opening, *gone, *ordered)
    turn = now.turn + 1
    if not run.unled.claims(turn):
        raise UserCodeFailed(
            f"The graph came to two members at once for turn {turn}: lead from one to the next, or "
            "let a Conversation's floor give them their turns (`turn_taking='simultaneous'`)."
        )
    chosen = SpeakerChosen(
        turn=turn, names=(member,), reason="its place in the graph", turns=(turn,), heard=now.turn
    )
    return (*opening, *gone, *ordered, *run.commit(chosen))


async def _steered(run: RunContext, state: State) -> tuple[Event, ...]:
    """What somebody outside asked for; a run that is paused waits here."""
    run.steering.follow(run.cast, state)
    events: tuple[Event, ...] = ()
    with run.idle:
        while event := await run.steering.due(fold(state, events)):
            if isinstance(event, RunEnded):
                run.unled.over = StopReason(event.stop_reason, event.detail)
                break
            events += run.commit(event)
    return events
