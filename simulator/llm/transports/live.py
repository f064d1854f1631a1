"""The network: aiohttp under httpx2, one pool for all runs of an event loop."""

from __future__ import annotations

import asyncio

import aiohttp
import httpx2
from openai import DefaultAioHttpClient

from simulator.errors import ConnectionFailed, DeadlineExceeded, NothingListens
from simulator.llm.call_context import current_call

__all__ = ["CHAT_SECONDS", "Live"]

CHAT_SECONDS = 45.0
"""An attempt that has not begun to answer by then has failed."""
_CONNECT_SECONDS = 10.0
_CONNECTIONS = 1_000
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_UNSENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
"""Under httpx2's names a refused connection looks like one that broke later."""


class Live(httpx2.AsyncBaseTransport):
    """Sends requests to where they are addressed.

    aiohttp's pool keeps its cost per call with many calls in flight, httpx2's own does not.
    """

    def __init__(self, *, seconds: float = CHAT_SECONDS) -> None:
        """`seconds` is how long an answer may be silent, before its first byte and after."""
        limits = httpx2.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS)
        self._seconds = seconds
        self._timeout = httpx2.Timeout(seconds, connect=_CONNECT_SECONDS).as_dict()
        self._client = DefaultAioHttpClient(limits=limits, trust_env=True)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request, once.

        Raises:
            ConnectionFailed: nothing answered in time, or the connection broke.
            DeadlineExceeded: the turn's time was up first.
        """
        request.extensions = {**request.extensions, "timeout": self._timeout}
        call = current_call.get()
        left = self._seconds if call is None else call.deadline.left
        try:
            async with asyncio.timeout(left):
                return await self._client.send(request, stream=True)
        except TimeoutError as error:
            seconds = left if call is None else call.deadline.seconds
            raise DeadlineExceeded(seconds) from error
        except (aiohttp.ClientError, httpx2.HTTPError) as error:
            if _refused_here(request, error):
                raise NothingListens(_place(request)) from error
            if isinstance(error.__cause__, _UNSENT):
                message = f"Nothing answers at {_place(request)}: {error}"
                raise ConnectionFailed(message, sent=False) from error
            message = f"The connection to {_place(request)} broke: {error!s:.200}"
            raise ConnectionFailed(message) from error

    async def aclose(self) -> None:
        """Close every connection."""
        await self._client.aclose()


def _refused_here(request: httpx2.Request, error: Exception) -> bool:
    """Whether nothing listens at an address of this very machine."""
    refused = isinstance(error.__cause__, aiohttp.ClientConnectorError)
    return refused and request.url.host in _HERE


def _place(request: httpx2.Request) -> str:
    return f"{request.url.host}:{request.url.port or request.url.scheme}"
