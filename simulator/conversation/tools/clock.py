"""A tool that tells the time; the record keeps what it told, so a replay hears the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from langchain_core.tools import StructuredTool
from pydantic import BaseModel, ConfigDict

__all__ = ["clock"]


class _Nothing(BaseModel):
    model_config = ConfigDict(extra="forbid")


def clock(now: Callable[[], datetime]) -> StructuredTool:
    """The tool over a clock that is passed in."""

    def tell() -> str:
        return now().strftime("%A, %d %B %Y, %H:%M %Z")

    return StructuredTool.from_function(
        func=tell, name="clock", description="Tell today's date and the time.", args_schema=_Nothing
    )
