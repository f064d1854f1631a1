"""The LangChain callback that logs every call, its tokens and its dollars.

Calls made by `ask` are metered below LangChain, attempt by attempt. A plain LangChain model that
is given a tracker is booked too, from the usage LangChain reports.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

import openai
from langchain_core.callbacks import AsyncCallbackHandler
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, LLMResult

from simulator.definitions.model_catalog import ModelSpec
from simulator.errors import ModelError, NotFound
from simulator.llm.budget import Reservation, dearest
from simulator.llm.bulk import most_tokens
from simulator.llm.call_context import current_call
from simulator.llm.credentials import Credentials
from simulator.llm.transports.verdict import key_in, retry_after, surely_unpaid, without_key
from simulator.record.calls import Attempt, Call, Ledger, Outcome
from simulator.record.priced import Priced, priced
from simulator.record.usage_report import processing_from_langchain, usage_from_langchain

__all__ = ["Tracker"]

_MESSAGE_KEPT = 300
_LIMITS = ("max_completion_tokens", "max_tokens", "max_output_tokens")
"""What a request may call the most tokens of its answer."""
_LONGEST = 128_000
"""Tokens of an answer that nothing bounds: no model of the shipped models.yaml writes more."""
_SENT = {"type", "content", "name", "tool_calls", "tool_call_id"}
"""What of a message is sent."""


class Tracker(AsyncCallbackHandler):
    """Books plain LangChain calls from start to end; those of `ask` are left to their meter.

    `raise_error` is set: LangChain would otherwise swallow a refusal or a full disk. `run_inline`
    spares a task for every event.
    """

    raise_error = True
    run_inline = True

    def __init__(
        self, ledger: Ledger, *, run: str, spec_of: Callable[[str], ModelSpec] | None = None
    ) -> None:
        """`spec_of` finds the model, and so the price, of a plain LangChain call by its name.

        Without it, and for a model it does not know, the price is unknown.
        """
        self._ledger, self._run, self._spec_of = ledger, run, spec_of
        self._plain: dict[UUID, ModelSpec | None] = {}

    @property
    def ignore_chat_model(self) -> bool:
        """Whether LangChain need not tell of a call that begins: `ask` has opened its own."""
        return current_call.get() is not None

    @property
    def ignore_llm(self) -> bool:
        """Whether it need not tell how one ends: the meter has booked it."""
        return current_call.get() is not None

    async def on_chat_model_start(
        self,
        serialized: dict[str, Any],
        messages: list[list[BaseMessage]],
        *,
        run_id: UUID,
        **kwargs: Any,
    ) -> None:
        """Open a call for a plain model."""
        params = kwargs.get("invocation_params") or {}
        name = f"openai/{params.get('model') or params.get('model_name') or 'unknown'}"
        spec = self._spec(name)
        most = _most(spec, (one for several in messages for one in several), params)
        call_id = _id_of(run_id)
        self._ledger.open_call(
            Call(id=call_id, run=self._run, turn=0, persona="", purpose="other", model=name)
        )
        self._ledger.reserve(
            Attempt(
                call=call_id,
                number=1,
                model=name,
                reserved=most.dollars,
                reserved_tokens=most.tokens,
            )
        )
        self._plain[run_id] = spec

    async def on_llm_end(self, response: LLMResult, *, run_id: UUID, **kwargs: Any) -> None:
        """Book what a plain call used."""
        if run_id in self._plain:
            self._settle(run_id, response, error=None)

    async def on_llm_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        """Close a plain call as failed; usage billed for a partial answer is not lost."""
        if run_id in self._plain:
            self._settle(run_id, kwargs.get("response"), error=error)

    def close(self) -> None:
        """Book plain calls that were cancelled as unknown: LangChain tells nobody of these.

        A run of ours does so at its end; whoever uses a tracker without one calls it.
        """
        for run_id in tuple(self._plain):
            self._settle(run_id, None, error=asyncio.CancelledError())

    def _spec(self, name: str) -> ModelSpec | None:
        try:
            return self._spec_of(name) if self._spec_of else None
        except NotFound:
            return None

    def _settle(self, run_id: UUID, response: Any, *, error: BaseException | None) -> None:
        spec = self._plain.pop(run_id)
        reported = _reported_in(response)
        usage = usage_from_langchain(reported)
        processing = processing_from_langchain(reported)
        figures = priced(usage, spec, processing=processing) if usage and spec else Priced()
        refused = error if isinstance(error, openai.APIStatusError) else None
        unpaid = refused is not None and surely_unpaid(
            refused.status_code, refused.response.content
        )
        outcome = Outcome(
            state="settled" if usage else "released" if unpaid else "unknown",
            usage=usage,
            cost=figures.charged,
            processing=processing,
            instead=figures,
            status=refused.status_code if refused else None,
            request_id=_blotted((refused.request_id if refused else None) or "", error),
            error=_kind_of(error) if error else "",
            message=_blotted(str(error), error)[:_MESSAGE_KEPT] if error else "",
            retry_after=retry_after(refused.response.headers) if refused else None,
        )
        self._ledger.close_attempt(_id_of(run_id), 1, outcome)
        self._ledger.close_call(_id_of(run_id), "failed" if error else "answered")


def _most(
    spec: ModelSpec | None, messages: Iterable[BaseMessage], params: Mapping[str, Any]
) -> Reservation:
    """The most a plain call can use and cost, should nobody tell; None without a price."""
    sent = [[one.model_dump(include=_SENT) for one in messages], params]
    prompt = most_tokens(json.dumps(sent, ensure_ascii=False, default=str).encode())
    told = (params.get(name) for name in _LIMITS)
    allowed = next((limit for limit in told if isinstance(limit, int)), None)
    longest = (spec.max_output if spec is not None else None) or _LONGEST
    output = (params.get("n") or 1) * (longest if allowed is None else allowed)
    if spec is None:
        return Reservation(dollars=None, tokens=prompt + output)
    return dearest(spec, prompt=prompt, output=output)


def _id_of(run_id: UUID) -> str:
    return run_id.hex[-16:]


def _kind_of(error: BaseException) -> str:
    if isinstance(error, asyncio.CancelledError | GeneratorExit):
        return "cancelled"
    return error.kind if isinstance(error, ModelError) else type(error).__name__


def _blotted(text: str, error: BaseException | None) -> str:
    """Words that came with an error, without the key that a server may have repeated in them."""
    if not isinstance(error, openai.APIError):
        return without_key(text, "")
    used = error.request.extensions.get("credentials")
    text = used.without_known(text) if isinstance(used, Credentials) else text
    return without_key(text, key_in(error.request))


def _reported_in(response: Any) -> Mapping[str, Any] | None:
    """What LangChain says of an answer's tokens; None where it says nothing."""
    if not isinstance(response, LLMResult) or not any(response.generations):
        return None
    generation = next(filter(None, response.generations))[0]
    message = generation.message if isinstance(generation, ChatGeneration) else None
    return message.usage_metadata if isinstance(message, AIMessage) else None
