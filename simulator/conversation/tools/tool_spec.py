"""Tools as models see them: name, description and parameters, strict where they can be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool

from simulator.errors import UserCodeFailed
from simulator.llm.prompt import ToolSpec
from simulator.llm.strict_schema import is_open, strict_flaw

__all__ = ["LONGEST_DESCRIPTION", "optional_parameters", "spec_of", "union_of"]

_NAME = re.compile("[a-zA-Z0-9_-]{1,64}")
LONGEST_DESCRIPTION = 1_024
"""Characters; OpenAI refuses more, and with it the questions of the whole cast."""


def union_of(casts_tools: Iterable[Iterable[BaseTool]]) -> tuple[ToolSpec, ...]:
    """What every speaker is shown: the tools of all members, each once, sorted by name.

    Raises:
        UserCodeFailed: two tools have one name, or endpoints would refuse one.
    """
    specs: dict[str, ToolSpec] = {}
    for tools in casts_tools:
        mine: dict[str, BaseTool] = {}
        for tool in tools:
            spec = spec_of(tool)
            same = mine.setdefault(tool.name, tool) is tool
            if specs.setdefault(spec.name, spec) != spec or not same:
                raise UserCodeFailed(
                    f"Two different tools are called {tool.name!r}: give one of them another name."
                )
    return tuple(specs[name] for name in sorted(specs))


def spec_of(tool: BaseTool) -> ToolSpec:
    """The tool as models see it; strict where its parameters can be told strictly.

    Raises:
        UserCodeFailed: endpoints would refuse its name or its docstring.
    """
    if not _NAME.fullmatch(tool.name):
        raise UserCodeFailed(
            f"The tool {tool.name!r} needs another name: endpoints take up to 64 of a-z, A-Z, "
            "0-9, _ and -."
        )
    loose = convert_to_openai_tool(tool)["function"]
    name, description = loose["name"], loose["description"]
    if len(description) > LONGEST_DESCRIPTION:
        raise UserCodeFailed(
            f"The docstring of the tool {name!r} has {len(description)} characters; endpoints "
            f"take up to {LONGEST_DESCRIPTION}."
        )
    function = convert_to_openai_tool(tool, strict=True)["function"]
    properties, optional = function["parameters"].get("properties", {}), optional_parameters(tool)
    parameters = {
        **function["parameters"],
        "properties": {
            name: _strict(one, optional=name in optional) for name, one in properties.items()
        },
        "required": list(properties),
    }
    if is_open(loose["parameters"]) or strict_flaw(parameters):
        return ToolSpec(name, description, loose["parameters"], strict=False)
    return ToolSpec(name=name, description=description, parameters=parameters)


def optional_parameters(tool: BaseTool) -> frozenset[str]:
    """Names of the parameters that may be left out."""
    parameters = convert_to_openai_tool(tool)["function"]["parameters"]
    return frozenset(parameters.get("properties", {})) - frozenset(parameters.get("required", ()))


def _strict(parameter: dict[str, Any], *, optional: bool) -> dict[str, Any]:
    """A parameter as strict schemas allow it: instead of being left out it may be null."""
    bare: dict[str, Any] = _without_defaults(parameter)
    if not optional or _may_be_null(bare):
        return bare
    about = {"description": bare.pop("description")} if "description" in bare else {}
    return {"anyOf": [bare, {"type": "null"}], **about}


def _may_be_null(schema: dict[str, Any]) -> bool:
    kinds = schema.get("type")
    return {"type": "null"} in schema.get("anyOf", ()) or (
        isinstance(kinds, list) and "null" in kinds
    )


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
