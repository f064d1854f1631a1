"""The tools of a cast: one list that every request carries, and who may call which."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from langchain_core.messages import ToolMessage
from langchain_core.tools import BaseTool, StructuredTool
from langchain_core.utils.function_calling import convert_to_openai_tool

from simulator.conversation.tools.clock import clock
from simulator.conversation.tools.search_knowledge_base import search_knowledge_base
from simulator.conversation.tools.user_code import load_user_code
from simulator.definitions.cast import Cast, Member
from simulator.errors import UserCodeFailed
from simulator.llm.ask import ToolRequest
from simulator.llm.prompt import ToolSpec
from simulator.record.knowledge import Knowledge, KnowledgeFile

__all__ = ["ToolResult", "Toolbox"]

_SECONDS = 30.0
"""A tool that takes longer has failed; the model is told so."""
_LONGEST = 20_000
"""Characters of a result a model is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """What came of a tool request: a result or an error, both are told to the model."""

    arguments: dict[str, Any]
    result: str | None = None
    error: str | None = None
    sources: tuple[str, ...] = ()

@dataclass(frozen=True, kw_only=True)
class Toolbox:
    """Tools by member and name; `specs` is the union, the same for every speaker."""

    specs: tuple[ToolSpec, ...]
    by_member: Mapping[str, Mapping[str, BaseTool]]

    @classmethod
    def of(cls, cast: Cast, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Toolbox:
        """The tools the cast's personas name, loaded.

        Raises:
            UserCodeFailed: a user's tool cannot be loaded or does not fit.
        """
        by_member = {
            member.id: {tool.name: tool for tool in _tools_of(member, cast.folder, now=now)}
            for member in cast.members
        }
        union = {name: tool for tools in by_member.values() for name, tool in tools.items()}
        return cls(specs=tuple(_spec(union[name]) for name in sorted(union)), by_member=by_member)

    def allowed(self, member: str) -> tuple[str, ...]:
        """The names this member may call."""
        return tuple(sorted(self.by_member.get(member, {})))

    async def call(self, member: str, request: ToolRequest) -> ToolResult:
        """Do what the model asks; whatever goes wrong is data for the model."""
        try:
            arguments = json.loads(request.arguments or "{}")
        except ValueError:
            return ToolResult(arguments={}, error=f"the arguments are not JSON: {request.arguments!r}")
        if not isinstance(arguments, dict):
            return ToolResult(arguments={}, error="the arguments are not a JSON object")
        tool = self.by_member.get(member, {}).get(request.name)
        if tool is None:
            mine = ", ".join(self.allowed(member)) or "none"
            error = f"you have no tool {request.name!r}; yours: {mine}"
            return ToolResult(arguments=arguments, error=error)
        return await _run(tool, request, arguments)


async def _run(tool: BaseTool, request: ToolRequest, arguments: dict[str, Any]) -> ToolResult:
    call = {"type": "tool_call", "id": request.id, "name": request.name, "args": arguments}
    try:
        async with asyncio.timeout(_SECONDS):
            message = await tool.ainvoke(call)
    except TimeoutError:
        error = f"{request.name} did not answer within {_SECONDS:g} seconds"
        return ToolResult(arguments=arguments, error=error)
    except Exception as error:  # noqa: BLE001 - a user's tool may raise anything; the model is told
        text = f"{type(error).__name__}: {error}"
        return ToolResult(arguments=arguments, error=text[:_LONGEST])
    return _result_of(message, arguments)


def _result_of(message: Any, arguments: dict[str, Any]) -> ToolResult:
    content: Any = message.content if isinstance(message, ToolMessage) else message
    artifact = message.artifact if isinstance(message, ToolMessage) else None
    sources = tuple(map(str, artifact)) if isinstance(artifact, tuple) else ()
    text = content if isinstance(content, str) else json.dumps(content, default=str)
    return ToolResult(arguments=arguments, result=text[:_LONGEST], sources=sources)


def _tools_of(
    member: Member, folder: Path, *, now: Callable[[], datetime]
) -> Iterable[BaseTool]:
    for name in member.persona.tools:
        if name == "search_knowledge_base":
            yield search_knowledge_base(_knowledge_of(member))
        elif name == "clock":
            yield clock(now)
        else:
            yield _user_tool(name, load_user_code(name, folder=folder))


def _knowledge_of(member: Member) -> Knowledge:
    files = [KnowledgeFile.read(path) for path in member.knowledge]
    return Knowledge.from_files(files)


def _user_tool(name: str, value: Any) -> BaseTool:
    if isinstance(value, BaseTool):
        return value
    if not callable(value):
        raise UserCodeFailed(f"{name!r} is neither a LangChain tool nor a function.")
    if not inspect.getdoc(value):
        raise UserCodeFailed(
            f"{name!r} needs a docstring: it tells the model what the tool is for."
        )
    if inspect.iscoroutinefunction(value):
        return StructuredTool.from_function(coroutine=value)
    return StructuredTool.from_function(func=value)


def _spec(tool: BaseTool) -> ToolSpec:
    function = convert_to_openai_tool(tool, strict=True)["function"]
    return ToolSpec(
        name=function["name"],
        description=function["description"],
        parameters=function["parameters"],
    )
