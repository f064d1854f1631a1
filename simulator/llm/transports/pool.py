"""Connections that are used again, and what may come over one that nobody asked for."""

from __future__ import annotations

import selectors
from contextvars import ContextVar
from weakref import WeakKeyDictionary

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ClientRequest
from aiohttp.connector import Connection
from aiohttp.tracing import Trace

__all__ = ["Pool"]

_SELECTOR = getattr(selectors, "PollSelector", selectors.SelectSelector)
"""One that needs no file of its own and knows no largest one, where there is such a one."""
_taken: ContextVar[ResponseHandler] = ContextVar("connection_taken")
"""The connection that the request under way was given."""


class Pool(aiohttp.TCPConnector):
    """aiohttp's pool, which keeps its cost per call with many calls in flight.

    But aiohttp reads whatever comes over a connection as the answer to its next request; a proxy
    that sends an answer twice would answer another persona's question with it. So a connection
    over which something came unasked is closed instead of being given away, and an answer that
    bears the marks of the one before it is known.
    """

    def __init__(self, *, connections: int, idle_seconds: float) -> None:
        super().__init__(limit=connections, keepalive_timeout=idle_seconds)
        self._marks: WeakKeyDictionary[ResponseHandler, tuple[str, str]] = WeakKeyDictionary()
        self._suspected: dict[str, str] = {}
        """Place -> the id of the last answer that was taken for a duplicate."""
        self._unmarked: set[str] = set()
        """Places that give every answer the same id."""

    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's name for it
    ) -> Connection:
        """A connection that was never used, or one that is silent."""
        while True:
            connection = await super().connect(req, traces, timeout)
            protocol = connection.protocol
            if protocol is None or (protocol in self._marks and _spoke(connection, protocol)):
                connection.close()
                continue
            _taken.set(protocol)
            return connection

    def came_before(self, place: str, *, request_id: str, date: str) -> bool:
        """Whether the answer to this task's request is the one before it once more.

        It is, where both bear one id and one date; the connection is closed then. A place whose
        next answer, over another connection, has that id as well gives no ids worth the name, and
        is believed from then on.
        """
        connection, marks = _taken.get(), (request_id, date)
        if request_id and self._suspected.get(place) == request_id:
            self._unmarked.add(place)
        again = all(marks) and place not in self._unmarked and self._marks.get(connection) == marks
        self._marks[connection] = marks
        if again:
            self._suspected[place] = request_id
            connection.close()
        return again


def _spoke(connection: Connection, protocol: ResponseHandler) -> bool:
    """Whether something came over an idle connection, be it read already or not."""
    if protocol.should_close or connection.transport is None:
        return True
    socket = connection.transport.get_extra_info("socket")
    if socket is None:
        return False
    with _SELECTOR() as selector:
        selector.register(socket, selectors.EVENT_READ)
        return bool(selector.select(0))
