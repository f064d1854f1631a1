"""What is wrong with a tool's arguments, in one sentence that a model can mend them by."""

from __future__ import annotations

from langchain_core.tools import BaseTool
from pydantic import ValidationError
from pydantic_core import ErrorDetails

__all__ = ["unfit_arguments"]

_MOST = 5
"""Arguments that are told of at most."""


def unfit_arguments(error: BaseException, tool: BaseTool) -> str | None:
    """The sentence, where a tool was not run since its arguments do not fit; None where it was.

    A model of the user's own that does not fit inside the tool is the tool's error.
    """
    name = getattr(tool.args_schema, "__name__", None)
    if not isinstance(error, ValidationError) or error.title != name:
        return None
    flaws = list(dict.fromkeys(map(_flaw, error.errors(include_url=False))))
    more = f"; and {len(flaws) - _MOST} more" if len(flaws) > _MOST else ""
    return f"the arguments of {tool.name} do not fit: {'; '.join(flaws[:_MOST])}{more}"


def _flaw(error: ErrorDetails) -> str:
    place = ".".join(map(str, error["loc"])) or "they"
    if error["type"] == "missing":
        return f"{place} is missing"
    if error["type"] in {"extra_forbidden", "unexpected_keyword_argument"}:
        return f"there is no {place}"
    message = error["msg"].removeprefix("Value error, ")
    if message.startswith("Input "):
        return f"{place} {message.removeprefix('Input ')}"
    return f"{place}: {message}"
