"""Puts the key on a request as it leaves, and the next one where an endpoint refuses it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2

from simulator.errors import KeyRefused
from simulator.llm.call_context import current_call
from simulator.llm.credentials import Credentials, Spoken, bare
from simulator.llm.keys import KeyRing
from simulator.llm.transports.verdict import key_in

__all__ = ["Keyed"]

_UNAUTHORIZED = 401
_AS_IT_IS = "latin-1"
"""Every byte is a character of it, and the other way round."""
_OF_THE_BODY = frozenset({"content-encoding", "content-length", "transfer-encoding"})


class Keyed(httpx2.AsyncBaseTransport):
    """A transport over another that knows the keys; above it there are only handles to them.

    So no model, no SDK and no error that these raise ever holds a key.
    """

    def __init__(
        self, inner: httpx2.AsyncBaseTransport, *, ring: KeyRing, credentials: Credentials
    ) -> None:
        self._inner, self._ring, self._credentials = inner, ring, credentials

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send with the first key that was not refused yet; each refusal is an attempt of its own.

        Raises:
            KeyRefused: the endpoint refuses every key there is.
        """
        request.extensions = {**request.extensions, "credentials": self._credentials}
        variables, place = self._ring.variables_of(key_in(request)), _place(request.url)
        if not variables:
            return await self._inner.handle_async_request(request)
        # What is sent again must be there: files would be read while they go out.
        await request.aread()
        while True:
            variable, key = self._ring.next_of(variables, place=place)
            bearing = _with_key(request, key.get_secret_value())
            try:
                response = await self._inner.handle_async_request(bearing)
            except KeyRefused as error:
                if not error.of_key:
                    raise
                self._ring.refuse(variable, error, place=place)
                self._ring.next_of(variables, place=place)
                _count_attempt()
                continue
            if current_call.get() is not None:
                return response
            refused = response.status_code == _UNAUTHORIZED
            if not refused or not self._has_next(variables, variable, place=place):
                return self._without_keys(response)
            await response.aclose()

    def _has_next(self, variables: tuple[str, ...], variable: str, *, place: str) -> bool:
        """Whether there is another key for a request that is no question of `ask`."""
        error = KeyRefused("The endpoint refuses the key (401)", status=401)
        self._ring.refuse(variable, error, place=place)
        try:
            self._ring.next_of(variables, place=place)
        except KeyRefused:
            return False
        return True

    def _without_keys(self, response: httpx2.Response) -> httpx2.Response:
        """What answers a plain LangChain call, which has no meter to read it first."""
        headers = [(k, v) for k, v in response.headers.items() if k not in _OF_THE_BODY]
        return httpx2.Response(
            response.status_code,
            headers=[(name, self._credentials.without_known(value)) for name, value in headers],
            stream=_Blotted(response, Spoken(self._credentials)),
        )

    async def aclose(self) -> None:
        """Close what is under it."""
        await self._inner.aclose()


class _Blotted(httpx2.AsyncByteStream):
    """A body without the key that a server repeats, wherever its pieces are cut."""

    def __init__(self, response: httpx2.Response, spoken: Spoken) -> None:
        self._response, self._spoken = response, spoken

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = self._response.aiter_bytes()
        while (clean := await self._next(pieces)) is not None:
            yield clean
        yield self._spoken.rest().encode(_AS_IT_IS)

    async def _next(self, pieces: AsyncIterator[bytes]) -> bytes | None:
        try:
            piece = await anext(pieces, None)
        except httpx2.HTTPError as error:
            raise bare(error) from None
        if piece is None:
            return None
        return self._spoken.feed(piece.decode(_AS_IT_IS)).encode(_AS_IT_IS)

    async def aclose(self) -> None:
        """Let go of it."""
        await self._response.aclose()


def _place(url: httpx2.URL) -> str:
    """Where keys are known or not: scheme, host and port."""
    return f"{url.scheme}://{url.host}:{url.port or ''}"


def _with_key(request: httpx2.Request, key: str) -> httpx2.Request:
    """The request with the key in the place of its handle; the one that is handed on."""
    headers = request.headers.copy()
    headers["authorization"] = f"Bearer {key}"
    return httpx2.Request(
        request.method,
        request.url,
        headers=headers,
        content=request.content,
        extensions=request.extensions,
    )


def _count_attempt() -> None:
    call = current_call.get()
    if call is not None:
        call.attempt += 1
