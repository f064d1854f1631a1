"""The node of a member whom a person plays: from perception to `TurnTaken`, without a model."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

from langgraph.runtime import Runtime

from simulator.conversation.human import Human, HumanGone, HumanTurn
from simulator.conversation.own_graph import floor_taken
from simulator.conversation.reply import Reply
from simulator.conversation.run_context import Node, RunContext, context_of
from simulator.conversation.state import Pending, State, Talk, fold
from simulator.record.events import Event, TurnFailed, TurnPassed, TurnTaken

__all__ = ["human_node"]


def human_node(member_id: str, *, demo: Callable[[], RunContext] | None = None) -> Node:
    """The node of a member whom a person plays; it stands where `persona_node` would.

    It asks the person for the turn that is pending for the member; where nobody has one, for the
    next, as `persona_node` does.
    The person may take any time. Whatever they raise or answer wrongly is a failed turn; at the
    end of their input `HumanGone` is raised, and the run pauses.
    """

    async def node(state: Talk, runtime: Runtime[RunContext]) -> dict[str, Any]:
        talk, run = state["state"], context_of(runtime, demo)
        begun = () if talk.pending or talk.ended else await floor_taken(run, talk, member_id)
        talk = fold(talk, begun)
        pending = talk.pending_of(member_id)
        if pending is None:
            return {"state": begun}
        return {"state": (*begun, *run.commit(await _take(run, talk, pending)))}

    return node


async def _take(run: RunContext, state: State, pending: Pending) -> Event:
    """What comes of a turn."""
    asked, human = HumanTurn.of(state, run.cast, pending.speaker), run.humans.get(pending.speaker)
    if human is None:
        return _failed(pending, f"{asked.name} is played by a human, and there is none")
    with run.idle:
        answer, error = await _answer(human, asked)
    if isinstance(error, EOFError):
        raise HumanGone(f"The input of whoever plays {asked.name} is at its end.") from error
    if error is not None:
        told = f"{type(error).__name__}: {error}".rstrip(": ")
        return _failed(pending, f"the human who plays {asked.name} raised {told}")
    try:
        return _said(asked.checked(answer), pending)
    except ValueError as flaw:
        told = f"the answer of the human who plays {asked.name} does not fit: {flaw}"
        return _failed(pending, told)


async def _answer(human: Human, asked: HumanTurn) -> tuple[object, Exception | None]:
    """What a person answers, or what they raise.

    A plain function has a thread to itself, so that one that waits holds up nobody else; it may
    return something to await. What it raises is caught there: not everything can pass a future.
    """

    def call() -> tuple[object, Exception | None]:
        try:
            return human(asked), None
        except Exception as error:  # noqa: BLE001 - users' code may raise anything
            return None, error

    answer, error = await asyncio.to_thread(call)
    if error is None and inspect.isawaitable(answer):
        try:
            answer = await answer
        except Exception as raised:  # noqa: BLE001 - users' code may raise anything
            return None, raised
    return answer, error


def _said(reply: Reply, pending: Pending) -> TurnTaken | TurnPassed:
    if reply.act == "pass":
        return TurnPassed(turn=pending.turn, speaker=pending.speaker)
    return TurnTaken(
        turn=pending.turn,
        speaker=pending.speaker,
        act=reply.act,
        text=reply.message.strip(),
        to=reply.to,
        provenance="human",
        reply=reply.own,
    )


def _failed(pending: Pending, message: str) -> TurnFailed:
    return TurnFailed(
        turn=pending.turn, speaker=pending.speaker, error="human_failed", message=message
    )
