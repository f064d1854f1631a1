"""Tools that are not run, or not to the end: what a model is told of it, in one sentence."""

from __future__ import annotations

import asyncio
import json

import pytest
from langchain_core.tools import StructuredTool

from simulator.conversation.tools import Toolbox
from simulator.conversation.tools.offer import Offer
from simulator.definitions.tool_use import ToolUse
from simulator.llm.ask import ToolRequest


def measured(days: int, share: float = 1.0) -> str:
    """How long it lasts."""
    return f"{days * share}"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({}, "days is missing"),
        ({"days": 1, "share": [1]}, "share should be a valid number"),
        (
            {"days": [], "share": []},
            "days should be a valid integer; share should be a valid number",
        ),
    ],
)
async def test_wrong_arguments_are_told_in_one_sentence(
    arguments: dict[str, object], sentence: str
) -> None:
    """Without the library's own words and address."""
    offer = Offer.of(StructuredTool.from_function(measured), ToolUse(use="a.py:measured"))
    box = Toolbox(specs=(), by_member={"dev": {"measured": offer}})
    asked = ToolRequest(id="1", name="measured", arguments=json.dumps(arguments))

    called = await box.call("dev", asked)

    assert called.error == f"the arguments of measured do not fit: {sentence}"


async def test_a_second_is_one() -> None:
    """Not one seconds."""

    async def hang() -> str:
        """Wait for ever."""
        await asyncio.sleep(60)
        return ""

    use = ToolUse(use="a.py:hang", seconds=1)
    offer = Offer.of(StructuredTool.from_function(coroutine=hang), use)
    box = Toolbox(specs=(), by_member={"dev": {"hang": offer}})

    called = await box.call("dev", ToolRequest(id="1", name="hang", arguments="{}"))

    assert called.error == "hang did not answer within 1 second"
