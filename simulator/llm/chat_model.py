"""Every chat model is a plain `ChatOpenAI`; any OpenAI-compatible endpoint is a base URL."""

from __future__ import annotations

import httpx2
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from simulator.definitions.model_catalog import ModelSpec

__all__ = ["chat_model"]

_NOWHERE = "http://stand-in.invalid/v1"
"""The address of a model that is answered in this process; nothing is sent there."""


def chat_model(
    spec: ModelSpec, *, key: SecretStr, base_url: str | None, client: httpx2.AsyncClient
) -> ChatOpenAI:
    """A model that reports usage also when streaming and leaves retries to our transports."""
    return ChatOpenAI(
        model=spec.model,
        api_key=key,
        base_url=base_url or _NOWHERE,
        http_async_client=client,
        openai_proxy=None,
        max_retries=0,
        stream_usage=True,
        use_responses_api=False,
        cache=False,
    )
