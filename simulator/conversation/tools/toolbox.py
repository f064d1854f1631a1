"""The tools of a cast: one list that every request carries, and who may call which."""

from __future__ import annotations

import asyncio
import inspect
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from langchain_core.messages import ToolMessage
from langchain_core.tools import BaseTool, StructuredTool
from langchain_core.utils.function_calling import convert_to_openai_tool

from simulator.conversation.reply import storable
from simulator.conversation.tools.clock import clock
from simulator.conversation.tools.search_knowledge_base import search_knowledge_base
from simulator.conversation.tools.user_code import load_user_code
from simulator.definitions.cast import Cast, Member
from simulator.errors import UserCodeFailed
from simulator.llm.ask import ToolRequest
from simulator.llm.prompt import ToolSpec
from simulator.llm.strict_schema import is_open, strict_flaw
from simulator.record.knowledge import Knowledge, KnowledgeFile

__all__ = ["ToolResult", "Toolbox"]

_LONGEST = 20_000
"""Characters of a result a model is shown."""
_NAME = re.compile("[a-zA-Z0-9_-]{1,64}")
_LONGEST_DESCRIPTION = 1_024
"""Characters; OpenAI refuses more, and with it the questions of the whole cast."""
_SHOWN = 200
"""Characters of unreadable arguments a model is shown again."""


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
    seconds: float = 30.0
    """A tool that takes longer has failed; the model is told so."""

    @classmethod
    def of(cls, cast: Cast, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Toolbox:
        """The tools the cast's personas name, loaded.

        Raises:
            UserCodeFailed: a user's tool cannot be loaded or does not fit.
        """
        loaded: dict[str, BaseTool] = {}
        by_member = {
            member.id: [_tool(name, member, cast.folder, now=now, loaded=loaded) for name in tools]
            for member in cast.members
            if (tools := member.persona.tools)
        }
        return cls(
            specs=_union(by_member),
            by_member={m: {tool.name: tool for tool in tools} for m, tools in by_member.items()},
        )

    def allowed(self, member: str) -> tuple[str, ...]:
        """The names this member may call."""
        return tuple(sorted(self.by_member.get(member, {})))

    async def call(self, member: str, request: ToolRequest) -> ToolResult:
        """Do what the model asks; whatever goes wrong is data for the model."""
        arguments = _arguments_in(request)
        if arguments is None:
            wrong = storable(request.arguments[:_SHOWN])
            return ToolResult(arguments={}, error=f"the arguments are no JSON object: {wrong}")
        tool = self.by_member.get(member, {}).get(request.name)
        if tool is None:
            mine = ", ".join(self.allowed(member)) or "none"
            error = f"you have no tool {request.name!r}; yours: {mine}"
            return ToolResult(arguments=arguments, error=error)
        return await _run(tool, request, arguments, seconds=self.seconds)


def _arguments_in(request: ToolRequest) -> dict[str, Any] | None:
    try:
        arguments = json.loads(request.arguments or "{}", strict=False)
        arguments = json.loads(storable(json.dumps(arguments, ensure_ascii=False)))
    except (ValueError, RecursionError):
        return None
    return arguments if isinstance(arguments, dict) else None


async def _run(
    tool: BaseTool, request: ToolRequest, arguments: dict[str, Any], *, seconds: float
) -> ToolResult:
    left_out = {name for name, value in arguments.items() if value is None} & _optional(tool)
    args = {name: value for name, value in arguments.items() if name not in left_out}
    call = {"type": "tool_call", "id": request.id, "name": request.name, "args": args}
    try:
        async with asyncio.timeout(seconds):
            message = await tool.ainvoke(call)
    except TimeoutError:
        error = f"{request.name} did not answer within {seconds:g} seconds"
        return ToolResult(arguments=arguments, error=error)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the model is told whatever a tool raises
        text = f"{type(error).__name__}: {error}"
        return ToolResult(arguments=arguments, error=storable(text[:_LONGEST]))
    return _result_of(message, arguments)


def _result_of(message: Any, arguments: dict[str, Any]) -> ToolResult:
    content: Any = message.content if isinstance(message, ToolMessage) else message
    artifact = message.artifact if isinstance(message, ToolMessage) else None
    sources = tuple(storable(str(one)) for one in artifact) if isinstance(artifact, tuple) else ()
    text = content if isinstance(content, str) else json.dumps(content, default=str)
    return ToolResult(arguments=arguments, result=storable(text[:_LONGEST]), sources=sources)


def _tool(
    name: str,
    member: Member,
    folder: Path,
    *,
    now: Callable[[], datetime],
    loaded: dict[str, BaseTool],
) -> BaseTool:
    if name == "search_knowledge_base":
        return search_knowledge_base(_knowledge_of(member))
    if name not in loaded:
        mine = name == "clock"
        loaded[name] = clock(now) if mine else _user_tool(name, load_user_code(name, folder=folder))
    return loaded[name]


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
    asynchronous = inspect.iscoroutinefunction(value)
    try:
        if asynchronous:
            return StructuredTool.from_function(coroutine=value)
        return StructuredTool.from_function(func=value)
    except Exception as error:
        raise UserCodeFailed(f"{name!r} cannot be made a tool: {error}") from error


def _optional(tool: BaseTool) -> set[str]:
    """Names of the parameters that have a default."""
    return {name for name, one in tool.args.items() if "default" in one}


def _union(by_member: Mapping[str, Sequence[BaseTool]]) -> tuple[ToolSpec, ...]:
    specs: dict[str, ToolSpec] = {}
    for tools in by_member.values():
        mine = {tool.name: tool for tool in tools}
        for tool in tools:
            spec = _spec(tool)
            if specs.setdefault(spec.name, spec) != spec or mine[tool.name] is not tool:
                raise UserCodeFailed(
                    f"Two different tools are called {tool.name!r}: give one of them another name."
                )
    return tuple(specs[name] for name in sorted(specs))


def _spec(tool: BaseTool) -> ToolSpec:
    """The tool as models see it; strict where its parameters can be told strictly."""
    if not _NAME.fullmatch(tool.name):
        raise UserCodeFailed(
            f"The tool {tool.name!r} needs another name: endpoints take up to 64 of a-z, A-Z, "
            "0-9, _ and -."
        )
    loose = convert_to_openai_tool(tool)["function"]
    name, description = loose["name"], loose["description"]
    if len(description) > _LONGEST_DESCRIPTION:
        raise UserCodeFailed(
            f"The docstring of the tool {name!r} has {len(description)} characters; endpoints "
            f"take up to {_LONGEST_DESCRIPTION}."
        )
    function = convert_to_openai_tool(tool, strict=True)["function"]
    properties = function["parameters"].get("properties", {})
    parameters = {
        **function["parameters"],
        "properties": {name: _strict(one) for name, one in properties.items()},
        "required": list(properties),
    }
    if is_open(loose["parameters"]) or strict_flaw(parameters):
        return ToolSpec(name, description, loose["parameters"], strict=False)
    return ToolSpec(name=name, description=description, parameters=parameters)


def _strict(parameter: dict[str, Any]) -> dict[str, Any]:
    """A parameter as strict schemas allow it: instead of a default it may be null."""
    bare: dict[str, Any] = _without_defaults(parameter)
    if "default" not in parameter or {"type": "null"} in bare.get("anyOf", ()):
        return bare
    about = {"description": bare.pop("description")} if "description" in bare else {}
    return {"anyOf": [bare, {"type": "null"}], **about}


def _without_defaults(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_without_defaults(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    bare = {key: _without_defaults(part) for key, part in schema.items() if key != "default"}
    named = schema.get("properties")
    if isinstance(named, dict):
        bare["properties"] = {name: _without_defaults(part) for name, part in named.items()}
    return bare
