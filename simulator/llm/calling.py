"""One call of a model: opened in the ledger, sent through LangChain, heard, and closed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, cast

from langchain_core.messages import AIMessageChunk
from langchain_core.runnables import RunnableConfig
from langchain_openai import ChatOpenAI

from simulator.errors import StreamTorn
from simulator.llm.call_context import CallContext, current_call
from simulator.llm.credentials import Spoken
from simulator.llm.listener import Listener
from simulator.llm.question import ModelAccess
from simulator.llm.said import Said, parsed, said_in
from simulator.record.calls import CallState

__all__ = ["called"]


async def called(
    body: dict[str, Any], context: CallContext, *, access: ModelAccess, listener: Listener
) -> Said:
    """What a model says to the body of a request; what is on record is not asked for again.

    The call is opened before it is sent and closed when this ends, cancelled or not.

    Raises:
        ModelError, BudgetExhausted: it failed for good, or could cost more than what is left.
    """
    sending = _Sending(access, listener, model=access.session.model(context.spec))
    ledger, number = access.ledger, context.booking.id
    if not ledger.open_call(context.booking):
        context.answered = ledger.answer(number)
        context.attempt = ledger.last_attempt(number)
    token = current_call.set(context)
    end: CallState = "failed"
    try:
        listener.asking(context.spec.name)
        await sending.whole(body, context)
        end = "answered"
        return said_in(context)
    except asyncio.CancelledError:
        end = "cancelled"
        raise
    finally:
        context.deadline.stop()
        current_call.reset(token)
        if end != "answered":
            ledger.close_call(number, end)


class _Sending:
    """A request on its way to a model, in one piece or streamed to a listener."""

    def __init__(self, access: ModelAccess, listener: Listener, *, model: ChatOpenAI) -> None:
        self._access, self._listener, self._model = access, listener, model

    async def whole(self, body: dict[str, Any], context: CallContext) -> None:
        """Send, and again after each torn stream, until the transports give up."""
        while True:
            try:
                return await self._once(body, context)
            except StreamTorn as error:
                if error is context.torn:
                    raise
                context.torn = error
                self._listener.restarted(context.booking.id)

    async def _once(self, body: dict[str, Any], context: CallContext) -> None:
        config: RunnableConfig = {"callbacks": [self._access.tracker]}
        listener, model = self._listener, self._model
        if not (listener.streams and context.spec.endpoint.streams):
            await parsed(model.ainvoke([], config, extra_body=body), context)
            return
        spoken = Spoken(self._access.session.credentials)
        stream = model.astream([], config, extra_body=body)
        try:
            async with aclosing(cast("AsyncGenerator[AIMessageChunk]", stream)):
                while (chunk := await parsed(anext(stream, None), context)) is not None:
                    listener.text(spoken.feed(str(chunk.content)))
                listener.text(spoken.rest())
        finally:
            # The generators below LangChain's are closed later, when their memory is freed.
            if context.let_go is not None:
                context.let_go()
                context.let_go = None
