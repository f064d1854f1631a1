"""Tool servers (Model Context Protocol) of a cast: started for a run, and closed with it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

from langchain_core.tools import BaseTool

from simulator.conversation.tools.offer import EFFECTS
from simulator.conversation.tools.tool_spec import LONGEST_DESCRIPTION
from simulator.definitions.cast import Cast
from simulator.definitions.tool_servers import ToolServer
from simulator.definitions.tool_use import offered_name
from simulator.errors import NotFound, UsageError

__all__ = ["open_servers"]


class _Live(Protocol):
    """A server that is up, or on its way."""

    async def tools(self) -> list[BaseTool]:
        """Start it and ask what it offers."""

    async def close(self) -> None:
        """End it."""

    def cut(self) -> None:
        """End it at once."""


@asynccontextmanager
async def open_servers(
    cast: Cast, environ: Mapping[str, str]
) -> AsyncGenerator[Mapping[str, BaseTool]]:
    """The tools of servers that the cast's personas use, as `server/tool`, while it is open.

    Only servers that are used are started, and nothing they write to their standard error is
    shown. They are closed when it ends, however it ends. `environ` has their keys.

    Raises:
        UserCodeFailed: a server does not start, or does not tell its tools.
        UsageError: the adapter or an environment variable is missing.
        NotFound: there is no such server, or it has no such tool.
    """
    served = [use for member in cast.members for use in member.tools if use.server]
    uses = sorted({use.use for use in served})
    names = sorted({use.server for use in served})
    live = _connections(cast, names, environ) if names else []
    try:
        listed = await asyncio.gather(*(one.tools() for one in live), return_exceptions=True)
        known: dict[str, BaseTool] = {}
        for name, tools in zip(names, listed, strict=True):
            if isinstance(tools, BaseException):
                raise tools
            known |= {f"{name}/{tool.name}": tool for tool in tools}
        yield {use: _offered(use, known) for use in uses}
    finally:
        await _closed(live)


def _connections(cast: Cast, names: Sequence[str], environ: Mapping[str, str]) -> list[_Live]:
    servers = {name: _described(name, cast) for name in names}
    keys = {name: _keys(name, server, environ) for name, server in servers.items()}
    try:
        # A second to load, and an extra: only who uses a tool server pays for it.
        from simulator.conversation.tools.server_connection import (  # noqa: PLC0415 - see above
            ServerConnection,
        )
    except ModuleNotFoundError as error:
        package = "langchain-mcp-adapters"
        message = f"Tool servers need {package}: {sys.executable} -m pip install {package}"
        raise UsageError(message) from error
    return [
        ServerConnection(name, server, keys=keys[name], folder=cast.folder)
        for name, server in servers.items()
    ]


def _described(name: str, cast: Cast) -> ToolServer:
    if name not in cast.servers:
        hint = "Describe it in tools.yaml."
        raise NotFound("tool server", name, known=cast.servers, hint=hint)
    return cast.servers[name]


def _keys(name: str, server: ToolServer, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment variables a server needs, with their values."""
    missing = [one for one in server.variables if not environ.get(one)]
    if missing:
        raise UsageError(
            f"The tool server {name!r} needs {' and '.join(missing)}: set it in the environment."
        )
    return {one: environ[one] for one in server.variables}


def _offered(use: str, known: Mapping[str, BaseTool]) -> BaseTool:
    """A server's tool as models see it: of its server, and no longer than endpoints take."""
    if use not in known:
        server = use.partition("/")[0]
        theirs = [name for name in known if name.startswith(f"{server}/")]
        raise NotFound("tool", use, known=theirs)
    tool = known[use]
    about = tool.description
    if len(about) > LONGEST_DESCRIPTION:
        about = f"{about[: LONGEST_DESCRIPTION - 1]}…"
    metadata = {**(tool.metadata or {}), EFFECTS: _may_change(tool.metadata or {})}
    changes = {"name": offered_name(use), "description": about, "metadata": metadata}
    return tool.model_copy(update=changes)


def _may_change(hints: Mapping[str, object]) -> bool:
    """Whether a second run could do harm; by the protocol's own defaults, it can."""
    return not (hints.get("readOnlyHint") or hints.get("idempotentHint"))


async def _closed(live: Sequence[_Live]) -> None:
    """Close them all; if this is cancelled meanwhile, they are cut off, and then it is over."""
    if not live:
        return
    closing = asyncio.gather(*(one.close() for one in live))
    stopped: asyncio.CancelledError | None = None
    while not closing.done():
        try:
            await asyncio.wait([closing])
        except asyncio.CancelledError as error:
            stopped = stopped or error
            for one in live:
                one.cut()
    if stopped is not None:
        raise stopped
