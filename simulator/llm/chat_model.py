"""Every chat model is a `ChatOpenAI`; any OpenAI-compatible endpoint is a base URL."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from inspect import signature
from typing import Any, cast

import httpx2
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatResult
from langchain_openai import ChatOpenAI
from openai import AsyncOpenAI
from pydantic import SecretStr

from simulator.definitions.model_catalog import ModelSpec
from simulator.llm.call_context import current_call

__all__ = ["WiredChatOpenAI", "chat_model"]

_NOWHERE = "http://stand-in.invalid/v1"
"""The address of a model that is answered in this process; nothing is sent there."""


class WiredChatOpenAI(ChatOpenAI):
    """A `ChatOpenAI` that posts the body of a question of `ask` as it is.

    The SDK would walk over the body, wrap the answer in models and unwrap it in another thread,
    a third of a turn's CPU (`benchmarks/turn_overhead.py`). Streams, and whoever uses the model
    in LangChain's way, take the SDK's road.
    """

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        body: Mapping[str, Any] = kwargs.get("extra_body") or {}
        if "messages" not in body or current_call.get() is None:
            return await super()._agenerate(messages, stop, run_manager, **kwargs)
        client, (url, headers) = cast("httpx2.AsyncClient", self.http_async_client), self._post
        wired = {"model": self.model_name, **body}
        response = await client.send(httpx2.Request("POST", url, headers=headers, json=wired))
        return self._create_chat_result(response.json())

    # LangChain looks at it before every call; read anew each time, that is a hundredth of a turn.
    _agenerate.__signature__ = signature(_agenerate)  # type: ignore[attr-defined] # PEP 362

    def _get_invocation_params(
        self, stop: list[str] | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        if stop is not None or kwargs.keys() - {"extra_body"}:
            return super()._get_invocation_params(stop=stop, **kwargs)
        return {**self._own_params, **kwargs}

    @cached_property
    def _own_params(self) -> dict[str, Any]:
        """What LangChain tells its callbacks of the model, put together once and not per call."""
        return super()._get_invocation_params()

    @cached_property
    def _post(self) -> tuple[httpx2.URL, httpx2.Headers]:
        """Where the SDK posts completions, and the headers it sends."""
        sdk: AsyncOpenAI = self.root_async_client
        sent = {**sdk.default_headers, **sdk.auth_headers}
        headers = {name: value for name, value in sent.items() if isinstance(value, str)}
        url = f"{str(sdk.base_url).rstrip('/')}/chat/completions"
        return httpx2.URL(url), httpx2.Headers(headers)


def chat_model(
    spec: ModelSpec, *, key: SecretStr, base_url: str | None, client: httpx2.AsyncClient
) -> ChatOpenAI:
    """A model that reports usage also when streaming and leaves retries to our transports.

    Time limits are theirs too: LangChain's own, per chunk of a stream, would lose a cancellation
    that comes with a chunk (Python 3.11's `wait_for`).
    """
    return WiredChatOpenAI(
        model=spec.model,
        api_key=key,
        base_url=base_url or _NOWHERE,
        http_async_client=client,
        openai_proxy=None,
        max_retries=0,
        stream_usage=True,
        stream_chunk_timeout=None,
        use_responses_api=False,
        cache=False,
    )
