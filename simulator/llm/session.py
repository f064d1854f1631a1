"""What runs share on one event loop: HTTP clients with their transports, models, keys."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Self

import httpx2
from langchain_openai import ChatOpenAI

from simulator.definitions.model_catalog import ModelSpec
from simulator.llm.chat_model import chat_model
from simulator.llm.collector import rare_collections
from simulator.llm.keys import key_for
from simulator.llm.stand_in.script import Scripts
from simulator.llm.transports.live import Live
from simulator.llm.transports.metered import Metered
from simulator.llm.transports.recorded import Recorded
from simulator.llm.transports.retrying import Retrying, RetryPolicy, until_deadline
from simulator.llm.transports.stand_in import StandIn

__all__ = ["Session"]


class Session:
    """One per event loop; `async with` closes what it opened.

    Every model is a plain `ChatOpenAI`; what differs is the transport under it:
    recorded > retrying > metered > live, or the stand-in in process.
    """

    def __init__(
        self,
        *,
        environ: Mapping[str, str],
        retry: RetryPolicy | None = None,
        network: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """`environ` holds keys and addresses; `network` replaces the way to the network."""
        self.environ = environ
        self.scripts = Scripts()
        self._retry = retry or until_deadline()
        self._network = network
        self._clients: dict[bool, httpx2.AsyncClient] = {}
        self._models: dict[ModelSpec, ChatOpenAI] = {}
        self._while_open = ExitStack()

    async def __aenter__(self) -> Self:
        self._while_open.enter_context(rare_collections())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection; models made here cannot be used any more."""
        self._while_open.close()
        self._models.clear()
        while self._clients:
            _, client = self._clients.popitem()
            await client.aclose()

    def model(self, spec: ModelSpec) -> ChatOpenAI:
        """The chat model for a spec, made once.

        Raises:
            KeyMissing: its endpoint needs a key and there is none.
        """
        if spec not in self._models:
            self._models[spec] = chat_model(
                spec,
                key=key_for(spec, self.environ),
                base_url=spec.endpoint.url(self.environ),
                client=self._client(in_process=spec.endpoint.in_process),
            )
        return self._models[spec]

    def _client(self, *, in_process: bool) -> httpx2.AsyncClient:
        if in_process not in self._clients:
            bottom = StandIn(self.scripts) if in_process else self._network or Live()
            chain = Recorded(Retrying(Metered(bottom), policy=self._retry))
            self._clients[in_process] = httpx2.AsyncClient(transport=chain, timeout=None)
        return self._clients[in_process]
