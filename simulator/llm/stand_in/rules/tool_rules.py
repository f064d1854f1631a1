"""What tools and the choice among them may be, and the schemas of tools and of answers.

Fields: https://platform.openai.com/docs/api-reference/chat/create (tools, tool_choice,
response_format). The words of refusals: https://community.openai.com/t/932422 (schemas),
https://github.com/vllm-project/vllm/issues/9426 (a choice without tools).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.llm.stand_in.request import ChatRequest, Refusal, ResponseFormat, Tool
from simulator.llm.strict_schema import object_flaw, strict_flaw

__all__ = ["choice_flaws", "format_flaws", "tool_flaws"]

_CHOICES = ("none", "auto", "required")


def tool_flaws(tools: tuple[Tool, ...]) -> Iterator[Refusal]:
    """What is wrong with the tools offered."""
    for number, tool in enumerate(tools):
        kind, at = tool["type"], f"tools[{number}]"
        if kind not in tool:
            text = f"Missing required parameter: '{at}.{kind}'."
            code = "missing_required_parameter"
            yield Refusal(status=400, message=text, code=code, param=f"{at}.{kind}")
        elif kind == "function":
            function = tool["function"]
            schema = function.get("parameters") or {}
            flaw = object_flaw(schema)
            if function.get("strict") and not flaw:
                flaw = strict_flaw(schema) if schema else ""
            if flaw:
                text = f"Invalid schema for function '{function['name']}': {flaw}"
                param, code = f"{at}.function.parameters", "invalid_function_parameters"
                yield Refusal(status=400, message=text, code=code, param=param)


def format_flaws(demanded: ResponseFormat) -> Iterator[Refusal]:
    """What is wrong with the form the answer is to have."""
    if demanded.type != "json_schema":
        return
    asked = demanded.json_schema
    if asked is None:
        param = "response_format.json_schema"
        text = f"Missing required parameter: '{param}'."
        yield Refusal(status=400, message=text, code="missing_required_parameter", param=param)
    elif asked.strict and asked.definition is not None:
        flaw = strict_flaw(asked.definition)
        if flaw:
            text = f"Invalid schema for response_format '{asked.name}': {flaw}"
            yield Refusal(status=400, message=text, param="response_format")


def choice_flaws(request: ChatRequest) -> Iterator[Refusal]:
    """What is wrong with the choice among the tools."""
    choice = request.tool_choice
    for name in ("tool_choice", "parallel_tool_calls"):
        if getattr(request, name) is not None and not request.tools:
            text = f"'{name}' is only allowed when 'tools' are specified."
            yield Refusal(status=400, message=text, param=name)
    if isinstance(choice, str):
        if choice not in _CHOICES:
            listed = ", ".join(f"'{one}'" for one in _CHOICES)
            yield _invalid("tool_choice", f"Invalid value: '{choice}'", f" Use one of {listed}.")
    elif choice is not None:
        yield from _named_flaws(choice, request.tools or ())


def _named_flaws(choice: Mapping[str, Any], tools: tuple[Tool, ...]) -> Iterator[Refusal]:
    offered = {_name(tool) for tool in tools}
    if choice.get("type") != "allowed_tools":
        yield from _one_flaws(choice, offered, "tool_choice")
        return
    allowed = choice.get("allowed_tools")
    listed = allowed.get("tools") if isinstance(allowed, Mapping) else None
    if not isinstance(allowed, Mapping) or not isinstance(listed, list):
        param = "tool_choice.allowed_tools.tools"
        text = f"Missing required parameter: '{param}'."
        yield Refusal(status=400, message=text, code="missing_required_parameter", param=param)
        return
    if allowed.get("mode") not in {"auto", "required"}:
        param = "tool_choice.allowed_tools.mode"
        yield _invalid(param, f"Invalid value: '{allowed.get('mode')}'", " Use 'auto', 'required'.")
    if not listed:
        param = "tool_choice.allowed_tools.tools"
        text = (
            f"Invalid '{param}': empty array. Expected an array with minimum length 1, but got an "
            "empty array instead."
        )
        yield Refusal(status=400, message=text, code="empty_array", param=param)
    for number, tool in enumerate(listed):
        yield from _one_flaws(tool, offered, f"tool_choice.allowed_tools.tools[{number}]")


def _one_flaws(tool: object, offered: set[tuple[str, str]], param: str) -> Iterator[Refusal]:
    named = _name(tool) if isinstance(tool, Mapping) else ("", "")
    if named not in offered:
        kind, name = named
        text = f"Tool choice '{kind} {name}' not found in 'tools' parameter."
        yield Refusal(status=400, message=text, param=param)


def _name(tool: Mapping[str, Any]) -> tuple[str, str]:
    kind = str(tool.get("type"))
    told = tool.get(kind)
    return kind, str(told.get("name")) if isinstance(told, Mapping) else ""


def _invalid(param: str, what: str, instead: str) -> Refusal:
    return Refusal(status=400, message=f"{what}.{instead}", code="invalid_value", param=param)
