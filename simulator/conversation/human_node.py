"""The node of a member whom a person plays: from perception to `TurnTaken`, without a model."""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeAlias

from simulator.conversation.human import Human, HumanGone, HumanReply, HumanTurn
from simulator.conversation.member_node import member_node, turn_of
from simulator.conversation.run_context import Node, RunContext
from simulator.conversation.state import Pending, State
from simulator.record.events import Event, PersonaLeft, TurnFailed, TurnPassed

__all__ = ["human_node"]

_Answer: TypeAlias = tuple[object, BaseException | None]
"""What a person answers, or what they raise."""


def human_node(member_id: str) -> Node:
    """The node of a member whom a person plays; it stands where `persona_node` would.

    It asks the person for the turn that is pending for the member; where nobody has one, for the
    next, as `persona_node` does. The person may take any time.
    Whatever they raise or answer wrongly is a failed turn; at the end of their input `HumanGone`
    is raised, and the run pauses.
    """

    async def take(run: RunContext, state: State, pending: Pending, /) -> tuple[Event, ...]:
        return run.commit(*await _outcome(run, state, pending))

    return member_node(member_id, take)


async def _outcome(run: RunContext, state: State, pending: Pending) -> tuple[Event, ...]:
    """What comes of a turn; whoever leaves without a word has passed, and is gone."""
    asked, human = HumanTurn.of(state, run.cast, pending.speaker), run.humans.get(pending.speaker)
    if human is None:
        return (_failed(pending, f"{asked.name} is played by a human, and there is none"),)
    with run.idle:
        answer, error = await _answer(human, asked)
    if isinstance(error, EOFError):
        raise HumanGone(f"The input of whoever plays {asked.name} is at its end.") from error
    if error is not None:
        told = f"{type(error).__name__}: {error}".rstrip(": ")
        return (_failed(pending, f"the human who plays {asked.name} raised {told}"),)
    if isinstance(answer, HumanReply) and answer.leaves_silently:
        turn, who = pending.turn, pending.speaker
        passed = TurnPassed(turn=turn, speaker=who, reason="left without a word")
        return passed, PersonaLeft(turn=turn, persona=who, reason="left on their own")
    try:
        return (turn_of(asked.checked(answer), pending, provenance="human"),)
    except ValueError as flaw:
        told = f"the answer of the human who plays {asked.name} does not fit: {flaw}"
        return (_failed(pending, told),)


async def _answer(human: Human, asked: HumanTurn) -> _Answer:
    """What a person answers, or what they raise; a plain function may return something to await."""
    answer, error = await _in_own_thread(lambda: human(asked))
    if error is None and inspect.isawaitable(answer):
        try:
            answer = await answer
        except (Exception, SystemExit) as raised:  # noqa: BLE001 - users' code may raise anything
            return None, raised
    return answer, error


async def _in_own_thread(function: Callable[[], object]) -> _Answer:
    """What a function returns or raises that may take any time.

    It holds up nobody else, however many wait at once, and nobody waits for its thread: not when
    the run is stopped, nor when the program ends.
    """
    loop, context = asyncio.get_running_loop(), contextvars.copy_context()
    outcome: asyncio.Future[_Answer] = loop.create_future()

    def settle(found: _Answer) -> None:
        if not outcome.done():
            outcome.set_result(found)

    def work() -> None:
        found: _Answer
        try:
            found = context.run(function), None
        except BaseException as error:  # noqa: BLE001 - not everything can pass a future
            found = None, error
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(settle, found)

    threading.Thread(target=work, name="human", daemon=True).start()
    return await outcome


def _failed(pending: Pending, message: str) -> TurnFailed:
    return TurnFailed(
        turn=pending.turn, speaker=pending.speaker, error="human_failed", message=message
    )
