"""What runs share on one event loop: HTTP clients with their transports, models, keys."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Self

import httpx2
from langchain_openai import ChatOpenAI

from simulator.definitions.limits import Budget
from simulator.definitions.model_catalog import ModelSpec
from simulator.llm.budget import Account, Day
from simulator.llm.chat_model import chat_model
from simulator.llm.collector import rare_collections
from simulator.llm.credentials import Credentials, watched
from simulator.llm.keys import Environment, KeyRing
from simulator.llm.stand_in.script import Scripts
from simulator.llm.transports.keyed import Keyed
from simulator.llm.transports.live import Live
from simulator.llm.transports.metered import Metered
from simulator.llm.transports.recorded import Recorded
from simulator.llm.transports.retrying import Retrying, RetryPolicy, until_deadline
from simulator.llm.transports.stand_in import StandIn

__all__ = ["Session"]


class Session:
    """One per event loop; `async with` closes what it opened.

    Every model is a plain `ChatOpenAI`; what differs is the transport under it:
    recorded > retrying > keyed > metered > live, or the stand-in in process.
    """

    def __init__(
        self,
        *,
        environ: Mapping[str, str],
        retry: RetryPolicy | None = None,
        network: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """`environ` holds keys and addresses; `network` replaces the way to the network."""
        self.environ = environ if isinstance(environ, Environment) else Environment(environ)
        self.credentials = watched.get() or Credentials()
        """The keys in use, which are blotted out wherever they might show."""
        self.keys = KeyRing(self.environ, credentials=self.credentials)
        self.scripts = Scripts()
        self.days: dict[tuple[str, Budget], Day] = {}
        """What may be spent each day, by where it is recorded and how much it is."""
        self.studies: dict[tuple[str, str, Budget], Account] = {}
        """What may be spent on studies, by where they are recorded, their names and how much."""
        self._retry = retry or until_deadline()
        self._network = network
        self._clients: dict[bool, httpx2.AsyncClient] = {}
        self._models: dict[ModelSpec, ChatOpenAI] = {}
        self._while_open = ExitStack()

    def __reduce__(self) -> str:
        raise TypeError("a Session holds connections and keys: open one where it is needed")

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
                key=self.keys.handle(spec),
                base_url=spec.endpoint.url(self.environ),
                client=self._client(in_process=spec.endpoint.in_process),
            )
        return self._models[spec]

    def _client(self, *, in_process: bool) -> httpx2.AsyncClient:
        if in_process not in self._clients:
            sent = Metered(StandIn(self.scripts)) if in_process else self._over_the_network()
            chain = Recorded(Retrying(sent, policy=self._retry))
            self._clients[in_process] = httpx2.AsyncClient(transport=chain, timeout=None)
        return self._clients[in_process]

    def _over_the_network(self) -> Keyed:
        metered = Metered(self._network or Live())
        return Keyed(metered, ring=self.keys, credentials=self.credentials)
