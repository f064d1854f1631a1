"""The stand-in over HTTP: served until stopped, or on a loopback port for as long as a block."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
import threading
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Protocol, Self, cast

from simulator.definitions.model_catalog import ModelCatalog
from simulator.errors import UsageError
from simulator.llm.stand_in.application import TRANSPORT, ASGIApplication, app
from simulator.llm.stand_in.faults import Faults
from simulator.llm.stand_in.script import Scripts

__all__ = ["LoopbackServer", "serve"]

_LOOPBACK = "127.0.0.1"
_PORT = 8765
_PATH = "/stand-in/v1"
_BACKLOG = 2_048
_LAST_SECONDS = 1
"""Answers under way may end within this time when the server stops."""
_START_SECONDS = 10.0


async def serve(
    application: ASGIApplication,
    *,
    host: str = _LOOPBACK,
    port: int = _PORT,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until the task is cancelled or the process is told to stop.

    Port 0 takes a free one. `on_ready` is told the base URL, with the real port, once clients
    can connect.

    Raises:
        UsageError: the port cannot be had, or uvicorn is not installed.
    """
    server = _server(application)
    with _listening(host, port) as listening:
        serving = asyncio.ensure_future(server.serve([listening]))
        try:
            if on_ready is not None:
                on_ready(_url(listening))
            await asyncio.shield(serving)
        finally:
            server.should_exit = True
            await asyncio.wait([serving])


class LoopbackServer:
    """A stand-in on a free loopback port, in a thread of its own, while a `with` block runs.

    with LoopbackServer(Scripts(), catalog) as server:
        client = AsyncOpenAI(base_url=server.url, api_key="any")
    """

    def __init__(
        self,
        scripts: Scripts,
        catalog: ModelCatalog,
        *,
        latency: float = 0.0,
        chunk_delay: float = 0.0,
        keys: Iterable[str] = (),
        faults: Faults | None = None,
    ) -> None:
        """The options are those of `app`."""
        options = {"latency": latency, "chunk_delay": chunk_delay}
        self._application = app(scripts, catalog, keys=keys, faults=faults, **options)
        self._thread = threading.Thread(target=self._run, name="stand-in", daemon=True)
        self._started = threading.Event()
        self._stop: Callable[[], object] = _nothing
        self._error: Exception | None = None
        self.url = ""
        """The base URL for clients: `http://127.0.0.1:PORT/stand-in/v1`."""

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.wait(_START_SECONDS)
        if self._error is not None:
            raise self._error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()
        self._thread.join()

    def stats(self) -> dict[str, Any]:
        """What `GET /stats` answers: what was asked and billed so far."""
        return self._application.stats()

    def reset(self) -> None:
        """Forget what was asked and billed; faults are drawn as from the start."""
        self._application.reset()

    def _run(self) -> None:
        try:
            with contextlib.suppress(asyncio.CancelledError):
                asyncio.run(self._serve())
        except Exception as error:  # noqa: BLE001 - handed over to the thread that waits
            self._error = error
        finally:
            self._started.set()

    async def _serve(self) -> None:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()

        def stop() -> None:
            self._application.hurry()
            if task is not None:
                task.cancel()

        self._stop = lambda: loop.call_soon_threadsafe(stop)
        await serve(self._application, port=0, on_ready=self._ready)

    def _ready(self, url: str) -> None:
        self.url = url
        self._started.set()


def _nothing() -> None:
    """Stop a server that never ran."""


class _Server(Protocol):
    """What is used of uvicorn's server."""

    started: bool
    should_exit: bool

    async def serve(self, sockets: list[socket.socket] | None = None) -> None: ...


def _server(application: ASGIApplication) -> _Server:
    try:
        import uvicorn  # noqa: PLC0415 - an extra: only who serves over HTTP needs it
        from uvicorn.protocols.http.h11_impl import H11Protocol  # noqa: PLC0415 - the same
    except ModuleNotFoundError as error:
        message = f"Serving over HTTP needs uvicorn: {sys.executable} -m pip install uvicorn"
        raise UsageError(message) from error

    class Connection(H11Protocol):
        """Tells the application what it is connected by, so that a fault can break it."""

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            super().connection_made(cast("asyncio.Transport", transport))
            self.app_state = {**self.app_state, TRANSPORT: transport}

    config = uvicorn.Config(
        application,
        http=Connection,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        backlog=_BACKLOG,
        server_header=False,
        date_header=False,  # the application tells it, the same in an answer sent twice
        timeout_graceful_shutdown=_LAST_SECONDS,
    )
    return uvicorn.Server(config)


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends small packets at once only where the socket names its protocol; without, a
    # response of two writes waits 40 ms for the client's acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        message = f"Nothing can listen on {host}:{port}: {error.strerror}. Choose another port."
        raise UsageError(message) from error
    return listening


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}{_PATH}"
