"""The tools of one turn: called within limits, and what changes something outside only once.

model asks -> result on record: told again
            | begun on record: nobody knows whether it was done, and it is not done again
            | a limit is reached: the model is told
            | it changes something outside: ToolBegun is committed first
            -> the tool runs -> ToolCalled is committed -> the model is told
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from simulator.conversation.quoting import quoted
from simulator.conversation.reply import Reply
from simulator.conversation.run_context import RunContext
from simulator.conversation.state import Pending, State
from simulator.conversation.tools import ToolResult
from simulator.llm.ask import Answer, ToolRequest
from simulator.record.events import Event, ToolBegun, ToolCalled

__all__ = ["ToolCalls"]

_BROKEN_OFF = (
    "it had begun when the conversation was interrupted, and nobody knows whether it was done; "
    "it was not begun again"
)


class ToolCalls:
    """What a speaker's model asks for in one turn."""

    def __init__(
        self, run: RunContext, state: State, *, pending: Pending, commit: Callable[[Event], None]
    ) -> None:
        """`commit` makes an event of the turn durable."""
        self._run, self._state, self._pending, self._commit = run, state, pending, commit
        self._limits = run.cast.scenario.limits
        self._of_turn: Counter[str] = Counter()

    @property
    def allowed(self) -> tuple[str, ...]:
        """What the speaker is offered: nothing where no call is left when the turn begins."""
        most, turn = self._limits.tool_calls_per_run, self._pending.turn
        own = sum(tool.turn == turn for tool in self._state.tools)
        spent = most is not None and self._state.tool_calls - own >= most
        if spent or not self._limits.tool_calls or not self._limits.tool_rounds:
            return ()
        return self._run.toolbox.allowed(self._pending.speaker)

    async def results(self, answer: Answer[Reply]) -> tuple[Mapping[str, Any], ...]:
        """The results of everything an answer asks for, as messages to the model."""
        messages: list[Mapping[str, Any]] = []
        for request in answer.tools:
            called = await self._called(answer.calls[-1], request)
            told = f"Error: {called.error}" if called.error is not None else called.result or ""
            messages.append({"role": "tool", "tool_call_id": request.id, "content": quoted(told)})
        return tuple(messages)

    async def _called(self, call: str, request: ToolRequest) -> ToolCalled:
        self._of_turn[request.name] += 1
        for earlier in self._state.tools:
            if (earlier.call, earlier.request) == (call, request.id):
                return earlier
        done = await self._done(call, request)
        called = ToolCalled(
            turn=self._pending.turn,
            speaker=self._pending.speaker,
            tool=request.name,
            call=call,
            request=request.id,
            arguments=done.arguments,
            result=done.result,
            error=done.error,
            sources=done.sources,
        )
        self._commit(called)
        return called

    async def _done(self, call: str, request: ToolRequest) -> ToolResult:
        number = self._run.tool_count.take(self._state.tool_calls)
        for begun in self._state.begun:
            if (begun.call, begun.request) == (call, request.id):
                return ToolResult(arguments=begun.arguments, error=_BROKEN_OFF)
        speaker = self._pending.speaker
        if refusal := self._refusal(request.name, number=number):
            return ToolResult(arguments={}, error=refusal)
        changing = self._run.toolbox.changing(speaker, request)
        if changing is not None:
            begun = ToolBegun(
                turn=self._pending.turn,
                speaker=speaker,
                tool=request.name,
                call=call,
                request=request.id,
                arguments=changing,
            )
            self._commit(begun)
        return await self._run.toolbox.call(speaker, request)

    def _refusal(self, name: str, *, number: int) -> str:
        """Which limit the request is over, in words for the model; empty: none."""
        most, of_run = self._limits.tool_calls, self._limits.tool_calls_per_run
        offer = self._run.toolbox.offer(self._pending.speaker, name)
        if of_run is not None and number > of_run:
            return f"all {of_run} tool calls of this conversation are used"
        if self._of_turn.total() > most:
            return f"you have used all {most} tool calls of this turn"
        if offer is not None and offer.calls is not None and self._of_turn[name] > offer.calls:
            return f"you have used all {offer.calls} calls of {name} in this turn"
        return ""
