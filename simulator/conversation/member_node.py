"""The node of a member, whoever plays it: the turn it has is found, and what comes of it told."""

from __future__ import annotations

from typing import Any, Protocol

from langgraph.runtime import Runtime

from simulator.conversation.own_graph import floor_taken
from simulator.conversation.reply import Reply
from simulator.conversation.run_context import Node, RunContext, context_of
from simulator.conversation.state import Pending, State, Talk, fold
from simulator.record.events import Event, Provenance, TurnPassed, TurnTaken

__all__ = ["TurnTaking", "member_node", "turn_of"]


class TurnTaking(Protocol):
    """How a member takes a turn: by a model, or by a person."""

    async def __call__(
        self, run: RunContext, state: State, pending: Pending, /
    ) -> tuple[Event, ...]:
        """What happened, all of it committed when this returns."""


def member_node(member_id: str, take: TurnTaking) -> Node:
    """The node of a member that takes its turns so.

    It takes the turn that is pending for the member; where nobody has one, as in a graph without a
    floor, it takes the next.
    """

    async def node(state: Talk, runtime: Runtime[RunContext]) -> dict[str, Any]:
        talk, run = state["state"], context_of(runtime)
        begun = () if talk.pending or talk.ended else await floor_taken(run, talk, member_id)
        talk = fold(talk, begun)
        pending = talk.pending_of(member_id)
        if pending is None:
            return {"state": begun}
        return {"state": (*begun, *await take(run, talk, pending))}

    return node


def turn_of(
    reply: Reply,
    pending: Pending,
    *,
    provenance: Provenance,
    source: str = "",
    calls: tuple[str, ...] = (),
) -> TurnTaken | TurnPassed:
    """The event of a turn for which there is a reply."""
    turn, speaker = pending.turn, pending.speaker
    if reply.act == "pass":
        return TurnPassed(turn=turn, speaker=speaker, source=source, calls=calls)
    return TurnTaken(
        turn=turn,
        speaker=speaker,
        act=reply.act,
        text=reply.message.strip(),
        to=reply.to,
        provenance=provenance,
        source=source,
        reply=reply.own,
        calls=calls,
    )
