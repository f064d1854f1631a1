"""Which tools a stand-in calls before it speaks: those the written line uses, if it may."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.definitions.tool_use import offered_name
from simulator.llm.stand_in.filler import fill
from simulator.llm.stand_in.request import ChatRequest, Message

__all__ = ["ToolCall", "tools_to_call"]

_NO_PARAMETERS: Mapping[str, Any] = {"type": "object"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """One call of a tool; `arguments` is JSON text."""

    id: str
    name: str
    arguments: str

    def as_openai(self) -> dict[str, Any]:
        """The entry of a message's `tool_calls`."""
        function = {"name": self.name, "arguments": self.arguments}
        return {"id": self.id, "type": "function", "function": function}


def tools_to_call(
    request: ChatRequest,
    since: Sequence[Message],
    uses: Mapping[str, Mapping[str, Any]],
    *,
    wanted_any: bool = False,
) -> tuple[ToolCall, ...]:
    """The calls to make now; none where they were made and answered, or are not allowed.

    `since` are the messages after the question. `uses` maps tools to arguments, by name or as a
    persona's file writes them (`my_tools.py:weather`, `ward/beds`). Where the client insists on a
    call, or the question wants one (`wanted_any`), and nothing written makes one, a tool is called
    with labelled arguments.
    """
    allowed = _allowed(request)
    called = _called(since)
    if called is None:
        return ()
    named = {offered_name(name): arguments for name, arguments in uses.items()}
    wanted = {name: arguments for name, arguments in named.items() if name in allowed - called}
    if not wanted and not called and (wanted_any or _must_call(request)):
        wanted = _labelled(request, allowed)
    if request.parallel_tool_calls is False:
        wanted = dict(tuple(wanted.items())[:1])
    place = len(request.messages)
    return tuple(_call(name, arguments, place) for name, arguments in wanted.items())


def _call(name: str, arguments: object, place: int) -> ToolCall:
    text = json.dumps(arguments, ensure_ascii=False, separators=(",", ":"))
    key = "\x1f".join((name, text, str(place)))
    digest = hashlib.blake2b(key.encode(), digest_size=12).hexdigest()
    return ToolCall(id=f"call_{digest}", name=name, arguments=text)


def _called(since: Sequence[Message]) -> frozenset[str] | None:
    """Tools called since the question; None where results came of calls nobody can see."""
    calls = [call for message in since for call in message.tool_calls or ()]
    if not calls and any(message.role == "tool" for message in since):
        return None
    return frozenset(_function(call).get("name", "") for call in calls)


def _allowed(request: ChatRequest) -> frozenset[str]:
    """Names of the tools that are offered and that `tool_choice` lets be called."""
    offered = frozenset(_offered(request))
    choice = request.tool_choice
    if choice == "none":
        return frozenset()
    if not isinstance(choice, Mapping):
        return offered
    chosen = choice.get("allowed_tools", choice)
    listed = chosen.get("tools", [chosen])
    return offered & {_function(tool).get("name", "") for tool in listed}


def _must_call(request: ChatRequest) -> bool:
    choice = request.tool_choice
    if isinstance(choice, Mapping) and "allowed_tools" in choice:
        choice = choice["allowed_tools"].get("mode")
    return choice == "required" or isinstance(choice, Mapping)


def _labelled(request: ChatRequest, allowed: frozenset[str]) -> dict[str, Mapping[str, Any]]:
    for name, parameters in _offered(request).items():
        if name in allowed:
            arguments = fill(parameters)
            return {name: arguments if isinstance(arguments, dict) else {}}
    return {}


def _offered(request: ChatRequest) -> dict[str, Mapping[str, Any]]:
    functions = map(_function, request.tools or ())
    return {f["name"]: f.get("parameters") or _NO_PARAMETERS for f in functions if "name" in f}


def _function(tool: Mapping[str, Any]) -> Mapping[str, Any]:
    function = tool.get("function")
    return function if isinstance(function, Mapping) else {}
