"""The network: aiohttp under httpx2, one pool for all runs of an event loop."""

from __future__ import annotations

import asyncio
import errno
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import aiohttp
import httpx2

from simulator.errors import (
    ConnectionFailed,
    DeadlineExceeded,
    ModelError,
    NothingListens,
    NotTrusted,
    ProxyUnusable,
)
from simulator.llm.call_context import current_call
from simulator.llm.credentials import Credentials, bare
from simulator.llm.proxies import Proxy
from simulator.llm.transports.pool import Pool
from simulator.llm.transports.verdict import key_in, without_key

__all__ = ["CHAT_SECONDS", "Live"]

CHAT_SECONDS = 45.0
"""An attempt that has not begun to answer by then has failed."""
_CONNECT_SECONDS = 10.0
_CONNECTIONS = 1_000
_IDLE_SECONDS = 4.0
"""After 5 servers on uvicorn (vLLM) or Node close a connection, perhaps as it is taken again."""
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_UNSENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
_OUT_OF = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.EADDRNOTAVAIL})
"""This machine has no more files or ports for now; that says nothing of the server."""
_PIECE = 16_384
_NOT_ADMITTED = 407
_NOT_LET_IN = "it does not accept who asks by its address, or wants a user and password there (407)"
_NO_ADDRESS = (
    "its address is not of the form http://host:port or http://user:password@host:port, with what "
    "is odd in a password written as %XX"
)


class Live(httpx2.AsyncBaseTransport):
    """Sends requests to where they are addressed, through the proxies of the environment."""

    def __init__(self, *, seconds: float = CHAT_SECONDS) -> None:
        """`seconds` is how long an answer may be silent, before its first byte and after."""
        self._seconds = seconds
        self._timeout = aiohttp.ClientTimeout(
            connect=seconds, sock_connect=_CONNECT_SECONDS, sock_read=seconds
        )
        self._pool: Pool | None = None
        self._session: aiohttp.ClientSession | None = None
        self._proxies: dict[str, Proxy | None] = {}
        self._trust: ssl.SSLContext | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request, once.

        Raises:
            ConnectionFailed: nothing answered in time, or the connection broke.
            DeadlineExceeded: the turn's time was up first.
        """
        proxy = self._proxy(request)
        call = current_call.get()
        left = self._seconds if call is None else call.deadline.left
        try:
            async with asyncio.timeout(left):
                answered = await self._send(request, proxy)
        except (aiohttp.ClientError, httpx2.HTTPError) as error:
            foreign = isinstance(error, aiohttp.ClientResponseError)
            # Its words quote what came, in spellings of their own.
            found = None if proxy is None else _failure_of(proxy, error, place=_place(request))
            raise found or _failure(request, error) from (None if foreign else bare(error))
        except TimeoutError as error:
            seconds = left if call is None else call.deadline.seconds
            raise DeadlineExceeded(seconds) from error
        if self._came_before(request, answered):
            answered.close()
            raise ConnectionFailed(f"An earlier answer of {_place(request)} came once more")
        return httpx2.Response(
            answered.status,
            headers=answered.raw_headers,
            stream=_Body(answered),
            extensions={"reason_phrase": (answered.reason or "").encode()},
        )

    async def _send(self, request: httpx2.Request, proxy: Proxy | None) -> aiohttp.ClientResponse:
        if self._session is None:
            self._pool = Pool(connections=_CONNECTIONS, idle_seconds=_IDLE_SECONDS)
            self._session = aiohttp.ClientSession(
                connector=self._pool, auto_decompress=False, timeout=self._timeout
            )
        return await self._session.request(
            request.method,
            str(request.url),
            headers=request.headers,
            data=await request.aread() or None,
            allow_redirects=False,
            proxy=None if proxy is None else proxy.address,
            ssl=self._trusted() if request.url.scheme == "https" else True,
        )

    def _trusted(self) -> ssl.SSLContext:
        """Whom to trust, as httpx2 and the SDK do; read from disk where it is needed."""
        self._trust = self._trust or httpx2.create_ssl_context()
        return self._trust

    def _proxy(self, request: httpx2.Request) -> Proxy | None:
        """The proxy the environment names for a place, looked up once; its password is known then.

        Raises:
            ProxyUnusable: its address is none.
        """
        url, known = request.url, request.extensions.get("credentials")
        place = f"{url.scheme}://{url.host}"
        if place not in self._proxies:
            found = self._proxies[place] = Proxy.towards(url.scheme, url.host)
            if found is not None and isinstance(known, Credentials):
                known.learn_proxy(found.address)
        proxy = self._proxies[place]
        if proxy is not None and not proxy.is_usable:
            raise ProxyUnusable(proxy.variable, _NO_ADDRESS)
        return proxy

    def _came_before(self, request: httpx2.Request, answered: aiohttp.ClientResponse) -> bool:
        head = answered.headers
        return self._pool is not None and self._pool.came_before(
            _place(request), request_id=head.get("x-request-id", ""), date=head.get("date", "")
        )

    async def aclose(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()


class _Body(httpx2.AsyncByteStream):
    """What an answer says, as it comes; what aiohttp raises gets httpx2's names."""

    def __init__(self, answered: aiohttp.ClientResponse) -> None:
        self._answered = answered

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _named():
            async for piece in self._answered.content.iter_chunked(_PIECE):
                yield piece

    async def aclose(self) -> None:
        with _named():
            self._answered.release()
            await self._answered.wait_for_close()


@contextmanager
def _named() -> Iterator[None]:
    try:
        yield
    except aiohttp.ServerTimeoutError as error:
        raise httpx2.ReadTimeout(str(error)) from error
    except aiohttp.ClientError as error:
        raise httpx2.ReadError(str(error)) from error


def _failure(request: httpx2.Request, error: Exception) -> ModelError:
    """What it means that no answer began."""
    place, said = _place(request), without_key(str(error), key_in(request))
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        why = error.certificate_error
        return NotTrusted(place, getattr(why, "verify_message", "") or str(why))
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        message = f"No host is called {request.url.host}, or there is no network: {error.strerror}"
        return ConnectionFailed(message, sent=False)
    if isinstance(error, aiohttp.ClientResponseError):
        return ConnectionFailed(f"What {place} answers is no HTTP")
    if not isinstance(error, _UNSENT):
        return ConnectionFailed(f"The connection to {place} broke: {said:.200}")
    refused = isinstance(error, aiohttp.ClientConnectorError) and error.errno not in _OUT_OF
    if refused and request.url.host in _HERE and not isinstance(error, aiohttp.ClientSSLError):
        return NothingListens(place)
    reason = error.strerror if isinstance(error, aiohttp.ClientConnectorError) else None
    return ConnectionFailed(f"Nothing answers at {place}: {reason or said}", sent=False)


def _failure_of(proxy: Proxy, error: Exception, *, place: str) -> ConnectionFailed | None:
    """What it means where it is the proxy that failed; what that says may be anything."""
    if isinstance(error, aiohttp.InvalidURL):
        return ProxyUnusable(proxy.variable, _NO_ADDRESS)
    if isinstance(error, aiohttp.ClientHttpProxyError):
        if error.status == _NOT_ADMITTED:
            return ProxyUnusable(proxy.variable, _NOT_LET_IN)
        message = (
            f"The proxy that {proxy.variable} names does not connect to {place} ({error.status})"
        )
        return ConnectionFailed(message, sent=False)
    if not isinstance(error, aiohttp.ClientProxyConnectionError | aiohttp.ClientConnectorDNSError):
        return None
    message = f"Nothing answers at the proxy that {proxy.variable} names: {error.strerror}"
    return ConnectionFailed(message, sent=False)


def _place(request: httpx2.Request) -> str:
    return f"{request.url.host}:{request.url.port or request.url.scheme}"
