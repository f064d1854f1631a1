"""The connection to one tool server, in a task of its own that opens and closes it.

Whatever breaks in there, or lingers, reaches a run only as the failed call of a tool. LangChain's
adapter makes the tools; what a server answers becomes text here, with its resources as sources.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Literal, TextIO, cast

from anyio import BrokenResourceError, ClosedResourceError
from langchain_core.messages import ToolMessage
from langchain_core.tools import BaseTool
from langchain_mcp_adapters.interceptors import MCPToolCallRequest, MCPToolCallResult
from langchain_mcp_adapters.sessions import StreamableHttpConnection, create_session
from langchain_mcp_adapters.tools import load_mcp_tools
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.shared.exceptions import McpError
from mcp.types import (
    CONNECTION_CLOSED,
    CallToolResult,
    ContentBlock,
    EmbeddedResource,
    ResourceLink,
    TextContent,
    TextResourceContents,
)

from simulator.conversation.quoting import indented
from simulator.definitions.tool_servers import ToolServer
from simulator.errors import UserCodeFailed
from simulator.money import in_seconds

__all__ = ["ServerConnection"]

Status = Literal["success", "error"]
_CLOSING = 10.0
"""Seconds in which a server may close before it is cut off; its program is killed before."""
_LAST_WORDS = 4_000
"""Bytes from the end of what a program wrote to its standard error."""
_LONGEST = 300
"""Characters of a reason that is told."""


class ServerConnection:
    """One server, from `tools` to `close`."""

    def __init__(
        self, name: str, server: ToolServer, *, keys: Mapping[str, str], folder: Path
    ) -> None:
        """`keys` are the environment variables it needs, with their values."""
        self._name, self._server, self._keys, self._folder = name, server, keys, folder
        self._over = asyncio.Event()
        self._listed: asyncio.Future[list[BaseTool]] = asyncio.get_running_loop().create_future()
        self._task: asyncio.Task[None] | None = None
        # What a program writes to its standard error: nobody's screen, and read if it dies.
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in `close`
        # What the library finds odd would else be printed by Python's last resort.
        if not logging.getLogger("mcp").hasHandlers():
            logging.getLogger("mcp").addHandler(logging.NullHandler())

    async def tools(self) -> list[BaseTool]:
        """Start it, and say what it offers.

        Raises:
            UserCodeFailed: it does not start, or does not answer in time.
        """
        seconds = self._server.start_seconds
        self._task = asyncio.create_task(self._live(), name=f"tool server {self._name}")
        first: list[asyncio.Future[Any]] = [self._task, self._listed]
        await asyncio.wait(first, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if self._listed.done():
            return self._listed.result()
        if not self._task.done():
            raise self._failed(f"has not told its tools within {in_seconds(seconds)}", "")
        error = None if self._task.cancelled() else self._task.exception()
        raise self._failed("did not start", _why(error)) from error

    async def close(self) -> None:
        """End it; its program is gone when this returns."""
        self._over.set()
        if not self._listed.done():
            self.cut()
        if self._task is not None:
            await _ended(self._task)
        self._errors.close()

    def cut(self) -> None:
        """End it at once: a program is killed."""
        if self._task is not None:
            self._task.cancel()

    async def _live(self) -> None:
        async with AsyncExitStack() as stack:
            session = await stack.enter_async_context(self._session())
            await session.initialize()
            tools = await load_mcp_tools(
                session, server_name=self._name, tool_interceptors=[self._answered]
            )
            self._listed.set_result(tools)
            await self._over.wait()

    @asynccontextmanager
    async def _session(self) -> AsyncGenerator[ClientSession]:
        server = self._server
        if server.url is None:
            program, *arguments = server.command
            started = StdioServerParameters(
                command=sys.executable if program == "python" else program,
                args=arguments,
                env={name: self._keys[name] for name in server.env},
                cwd=self._folder,
                encoding_error_handler="replace",
            )
            async with (
                stdio_client(started, errlog=cast("TextIO", self._errors)) as streams,
                ClientSession(*streams) as session,
            ):
                yield session
            return
        headers = {name: self._keys[one] for name, one in server.header_variables.items()}
        if server.key_variable is not None:
            headers["Authorization"] = f"Bearer {self._keys[server.key_variable]}"
        address = StreamableHttpConnection(
            transport="streamable_http", url=server.url, headers=headers
        )
        async with create_session(address) as session:
            yield session

    async def _answered(
        self,
        request: MCPToolCallRequest,
        handler: Callable[[MCPToolCallRequest], Awaitable[MCPToolCallResult]],
    ) -> MCPToolCallResult:
        """What a tool answered, as text for a model; its artifact is the tuple of its sources."""
        calling: asyncio.Future[MCPToolCallResult] = asyncio.ensure_future(handler(request))
        owner: list[asyncio.Future[Any]] = [] if self._task is None else [self._task]
        try:
            # Where the task that owns the connection breaks, nobody else wakes who waits for it.
            await asyncio.wait([calling, *owner], return_when=asyncio.FIRST_COMPLETED)
            return self._told(calling.result()) if calling.done() else self._gone()
        except McpError as error:
            closed = error.error.code == CONNECTION_CLOSED
            return self._gone() if closed else self._message(str(error), status="error")
        except (BrokenResourceError, ClosedResourceError):
            return self._gone()
        finally:
            calling.cancel()
            await asyncio.gather(calling, return_exceptions=True)

    def _told(self, result: MCPToolCallResult) -> MCPToolCallResult:
        if not isinstance(result, CallToolResult):
            return result
        status: Status = "error" if result.isError else "success"
        return self._message(_in_words(result), status=status, sources=_sources(result))

    def _gone(self) -> ToolMessage:
        gone = f"the tool server {self._name!r} is gone; nobody knows whether this was done"
        return self._message(gone, status="error")

    def _message(self, text: str, *, status: Status, sources: Iterable[str] = ()) -> ToolMessage:
        """What a model is told; keys that the server repeats are blotted out."""
        cited = tuple(map(self._blotted, sources))
        return ToolMessage(
            content=self._blotted(text), artifact=cited, status=status, tool_call_id=""
        )

    def _blotted(self, text: str) -> str:
        for key in self._keys.values():
            text = text.replace(key, "***")
        return text

    def _failed(self, what: str, why: str) -> UserCodeFailed:
        reason = self._last_words() or why
        told = f": {reason[:_LONGEST].rstrip('.')}" if reason else ""
        at = f" ({self._place})" if self._server.url is not None else ""
        return UserCodeFailed(f"The tool server {self._name!r}{at} {what}{told}.")

    @property
    def _place(self) -> str:
        """The address without what may be a key."""
        return (self._server.url or "").partition("?")[0]

    def _last_words(self) -> str:
        """The last line a program wrote to its standard error, without any keys."""
        self._errors.seek(max(0, self._errors.seek(0, os.SEEK_END) - _LAST_WORDS))
        lines = self._errors.read().decode("utf-8", "replace").split("\n")
        return self._blotted(next((one.strip() for one in reversed(lines) if one.strip()), ""))


async def _ended(task: asyncio.Task[None]) -> None:
    """Wait until a task that was told to end has ended; it is cancelled if it takes too long."""
    for _ in range(2):
        await asyncio.wait([task], timeout=_CLOSING)
        task.cancel()
    if task.done() and not task.cancelled():
        # Whatever broke in it was told where it was felt.
        task.exception()


def _why(error: BaseException | None) -> str:
    """The reason in an error, however many groups it is wrapped in."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    answer = getattr(error, "response", None)
    if answer is not None:
        return f"it answered {answer.status_code}"
    if isinstance(error, FileNotFoundError):
        return f"there is no program {error.filename!r}"
    if isinstance(error, BrokenResourceError | ClosedResourceError):
        return "Connection closed"
    return " ".join(str(error or "").split()) or type(error).__name__


def _in_words(result: CallToolResult) -> str:
    if not result.content and result.structuredContent is not None:
        return json.dumps(result.structuredContent, ensure_ascii=False)
    return "\n\n".join(map(_block_in_words, result.content))


def _sources(result: CallToolResult) -> Iterator[str]:
    for block in result.content:
        if isinstance(block, EmbeddedResource):
            yield str(block.resource.uri)
        elif isinstance(block, ResourceLink):
            yield str(block.uri)


def _block_in_words(block: ContentBlock) -> str:
    if isinstance(block, TextContent):
        return block.text
    if isinstance(block, ResourceLink):
        about = f": {block.description}" if block.description else ""
        return f"[{block.uri}] {block.title or block.name}{about}"
    if not isinstance(block, EmbeddedResource):
        return f"({block.type}, {block.mimeType}: it cannot be shown here)"
    resource = block.resource
    if isinstance(resource, TextResourceContents):
        return f"[{resource.uri}]\n{indented(resource.text)}"
    return f"[{resource.uri}] ({resource.mimeType or 'data'}: it cannot be shown here)"
