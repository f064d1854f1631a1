"""The tools of a cast: one list that every request carries, and who may call which."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from langchain_core.tools import BaseTool, StructuredTool, ToolException

from simulator.conversation.reply import storable
from simulator.conversation.tools.clock import clock
from simulator.conversation.tools.offer import Offer
from simulator.conversation.tools.search_knowledge_base import search_knowledge_base
from simulator.conversation.tools.tool_result import ToolResult, fitted, result_in
from simulator.conversation.tools.tool_spec import union_of
from simulator.conversation.tools.unfit_arguments import unfit_arguments
from simulator.conversation.tools.user_code import load_user_code, raised
from simulator.definitions.cast import Cast, Member
from simulator.definitions.knowledge_file import KnowledgeFile
from simulator.definitions.tool_use import ToolUse
from simulator.errors import UserCodeFailed
from simulator.llm.ask import ToolRequest
from simulator.llm.prompt import ToolSpec
from simulator.money import in_seconds
from simulator.record.knowledge import Knowledge

__all__ = ["Toolbox", "knowledge_of"]

_SHOWN = 200
"""Characters of unreadable arguments a model is shown again."""
_REHEARSED = "(This is a rehearsal: nothing was done.)"


@dataclass(frozen=True, kw_only=True)
class Toolbox:
    """Tools by member and name; `specs` is the union, the same for every speaker."""

    specs: tuple[ToolSpec, ...]
    by_member: Mapping[str, Mapping[str, Offer]]
    seconds: float = 30.0
    """A tool that takes longer has failed, unless it has a time of its own; the model is told."""
    characters: int = 20_000
    """Characters of a result that a model reads."""
    folder: Path = Path()
    """The project's folder, from which places in the user's code are told."""
    rehearsed: bool = False
    """Whether tools that change something outside only say that they would."""

    @classmethod
    def of(
        cls,
        cast: Cast,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        served: Mapping[str, BaseTool] | None = None,
        knowledge: Mapping[str, Knowledge] | None = None,
    ) -> Toolbox:
        """The tools the cast's personas name, loaded.

        `served` are the tools of the servers that were opened for the cast, as `server/tool`.
        `knowledge` is what members know, by id; without it their files are read.

        Raises:
            UserCodeFailed: a user's tool cannot be loaded or does not fit, or is of a server that
                was not opened.
            InvalidFiles: a knowledge file cannot be read.
        """
        loading = _Loading(cast=cast, now=now, served=served or {}, knowledge=knowledge)
        offers = {member.id: loading.offers(member) for member in cast.members if member.tools}
        return cls(
            specs=union_of([offer.tool for offer in mine] for mine in offers.values()),
            by_member={one: {o.tool.name: o for o in mine} for one, mine in offers.items()},
            seconds=cast.scenario.limits.tool_seconds,
            characters=cast.scenario.limits.tool_characters,
            folder=cast.folder,
        )

    def rehearsing(self) -> Toolbox:
        """The same tools, but those that change something outside only say that they would."""
        return replace(self, rehearsed=True)

    def allowed(self, member: str) -> tuple[str, ...]:
        """The names this member may call."""
        return tuple(sorted(self.by_member.get(member, {})))

    def offer(self, member: str, name: str) -> Offer | None:
        """The tool of that name; None where the member has none."""
        return self.by_member.get(member, {}).get(name)

    def changing(self, member: str, request: ToolRequest) -> dict[str, Any] | None:
        """The arguments of a request that is going to change something outside; else None."""
        offer = self.offer(member, request.name)
        changes = offer is not None and offer.effects and not self.rehearsed
        return _arguments_in(request) if changes else None

    async def call(self, member: str, request: ToolRequest) -> ToolResult:
        """Do what the model asks; whatever goes wrong is data for the model."""
        arguments = _arguments_in(request)
        if arguments is None:
            wrong = storable(request.arguments[:_SHOWN])
            return ToolResult(arguments={}, error=f"the arguments are no JSON object: {wrong}")
        offer = self.offer(member, request.name)
        if offer is None:
            mine = ", ".join(self.allowed(member)) or "none"
            error = f"you have no tool {request.name!r}; yours: {mine}"
            return ToolResult(arguments=arguments, error=storable(error))
        if self.rehearsed and offer.effects:
            return ToolResult(arguments=arguments, result=_REHEARSED)
        return await self._run(offer, request, arguments)

    async def _run(
        self, offer: Offer, request: ToolRequest, arguments: dict[str, Any]
    ) -> ToolResult:
        left_out = {name for name, value in arguments.items() if value is None} & offer.optional
        args = {name: value for name, value in arguments.items() if name not in left_out}
        call = {"type": "tool_call", "id": request.id, "name": request.name, "args": args}
        seconds = self.seconds if offer.seconds is None else offer.seconds
        try:
            async with asyncio.timeout(seconds):
                answer = await offer.tool.ainvoke(call)
        except TimeoutError:
            error = f"{request.name} did not answer within {in_seconds(seconds)}"
            if offer.effects:
                error += "; nobody knows whether it was done"
            return ToolResult(arguments=arguments, error=error)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the model is told whatever a tool raises
            unfit = unfit_arguments(error, offer.tool)
            own = f"{type(error).__name__}: {error}" if isinstance(error, ToolException) else None
            text = unfit or own or raised(error, folder=self.folder)
            return ToolResult(arguments=arguments, error=fitted(text, characters=self.characters))
        return result_in(answer, arguments, characters=self.characters)


def _arguments_in(request: ToolRequest) -> dict[str, Any] | None:
    try:
        arguments = json.loads(request.arguments or "{}", strict=False)
        arguments = json.loads(storable(json.dumps(arguments, ensure_ascii=False)))
    except (ValueError, RecursionError):
        return None
    return arguments if isinstance(arguments, dict) else None


@dataclass(frozen=True, kw_only=True)
class _Loading:
    """Finds the tools of a cast; what a file of the user's holds is loaded once for all."""

    cast: Cast
    now: Callable[[], datetime]
    served: Mapping[str, BaseTool]
    knowledge: Mapping[str, Knowledge] | None
    loaded: dict[str, BaseTool] = field(default_factory=dict)

    def offers(self, member: Member) -> list[Offer]:
        """The tools of one member, in the order of its file."""
        return [Offer.of(self._tool(use, member), use) for use in member.tools]

    def _tool(self, use: ToolUse, member: Member) -> BaseTool:
        name = use.use
        if name == "search_knowledge_base":
            known = self.knowledge or {}
            return search_knowledge_base(known.get(member.id) or knowledge_of(member))
        if name not in self.loaded:
            self.loaded[name] = self._loaded(use)
        return self.loaded[name]

    def _loaded(self, use: ToolUse) -> BaseTool:
        if use.use == "clock":
            return clock(self.now)
        if not use.server:
            return _user_tool(use.use, load_user_code(use.use, folder=self.cast.folder))
        if use.use not in self.served:
            raise UserCodeFailed(
                f"The tool {use.use!r} is of a tool server, and none was started for this cast."
            )
        return self.served[use.use]


def knowledge_of(member: Member) -> Knowledge:
    """What a member knows from its files, read and indexed. Raises InvalidFiles."""
    files = [KnowledgeFile.read(path, category=category) for path, category in member.knowledge]
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
