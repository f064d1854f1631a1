"""Tools of users are offered so that no endpoint refuses them, whatever their parameters are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from simulator.conversation.tools import Toolbox
from simulator.errors import UserCodeFailed
from simulator.llm.ask import ToolRequest
from tests.request_samples import USER, refused
from tests.talks import cast_of, member

HEAD = """
from datetime import date
from enum import Enum
from typing import Annotated, Any, Literal, Optional
from pydantic import BaseModel, Field

class Colour(Enum):
    RED = "red"
    BLUE = "blue"

class Place(BaseModel):
    street: str
    number: int = 1
    note: Optional[str] = None

class Guest(BaseModel):
    name: str
    home: Place
"""
STRICT = {
    "nothing": "",
    "plain": "a: str, n: int = 1, f: float = 0.5, b: bool = False",
    "a choice": "a: Literal['x', 'y'], c: Colour = Colour.RED",
    "a list": "a: list[str]",
    "models": "p: Place, guests: list[Guest]",
    "what may be missing": "p: Optional[Place] = None, x: int | str = 3",
    "ranges": "n: Annotated[int, Field(ge=0, le=5)], when: date",
}
LOOSE = {
    "a map": "a: dict[str, int]",
    "any map": "a: dict",
    "a map in a list": "a: list[dict[str, str]]",
    "a tuple": "a: tuple[int, int]",
    "a set": "a: set[int]",
    "a list of anything": "a: list",
    "anything": "a: Any",
    "no types": "a, b=2",
    "more by name": "a: str, **more: int",
}


def box_of(folder: Path, parameters: str, name: str = "ask", about: str = "Ask.") -> Toolbox:
    """The tools of Rosa, who has one."""
    code = f'{HEAD}\ndef {name}({parameters}):\n    """{about}"""\n    return locals()\n'
    (folder / "my_tools.py").write_text(code)
    rosa = member("rosa", tools=(f"my_tools.py:{name}",))
    return Toolbox.of(replace(cast_of(rosa), folder=folder))


@pytest.mark.parametrize(
    ("parameters", "strict"),
    [(one, True) for one in STRICT.values()] + [(one, False) for one in LOOSE.values()],
    ids=[*STRICT, *LOOSE],
)
def test_parameters_are_strict_where_they_can_be(
    parameters: str, strict: bool, tmp_path: Path
) -> None:
    """What no strict schema can say is offered loosely; neither is refused."""
    box = box_of(tmp_path, parameters)

    (offered,) = [spec.as_openai() for spec in box.specs]
    assert offered["function"]["strict"] is strict
    assert refused({"model": "gpt-4.1-mini", "messages": [USER], "tools": [offered]}) is None


async def test_a_map_reaches_its_tool(tmp_path: Path) -> None:
    """Keys that the schema could not name come through."""
    box = box_of(tmp_path, "amounts: dict[str, int], unit: str = 'kg'")

    request = ToolRequest(id="t1", name="ask", arguments='{"amounts": {"rice": 2}}')
    done = await box.call("rosa", request)

    assert (done.error, done.result) == (None, '{"amounts": {"rice": 2}, "unit": "kg"}')


@pytest.mark.parametrize(
    ("name", "about", "says"),
    [
        ("größe", "Ask.", "The tool 'größe' needs another name: endpoints take up to 64 of "),
        ("a" * 65, "Ask.", "needs another name"),
        ("ask", "x" * 1_025, "The docstring of the tool 'ask' has 1025 characters"),
    ],
)
def test_what_endpoints_refuse_is_told_before_they_are_asked(
    name: str, about: str, says: str, tmp_path: Path
) -> None:
    """A name or a description that would cost the whole cast its answers."""
    with pytest.raises(UserCodeFailed, match=says):
        box_of(tmp_path, "a: str", name, about)
