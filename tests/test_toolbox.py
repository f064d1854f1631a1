"""Tools of a cast: one list for all, each called only by whoever has it, whatever comes of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from simulator.conversation.tools import Toolbox, ToolResult
from simulator.definitions.cast import Cast
from simulator.errors import UserCodeFailed
from simulator.llm.ask import ToolRequest
from tests.talks import cast_of, member

WARD = """---
category: technical
---
# Handover

Three wrong passwords lock the computer upstairs.
"""
COFFEE = "# Coffee\n\nThe machine on the ward takes the small coins only.\n"
MY_TOOLS = '''
"""Tools of a user."""

import asyncio
import time

from langchain_core.tools import tool

from my_figures import DEGREES

CALLS = []

def weather(city: str, days: int = 3, unit: str = "C") -> str:
    """Tell the weather.

    Args: city is where, days how many.
    """
    CALLS.append(city)
    return f"{city}: {DEGREES} {unit}, {days} days, call {len(CALLS)}"

async def bus(line: int) -> dict[str, int]:
    """Tell when the bus comes."""
    await asyncio.sleep(0)
    return {"line": line, "minutes": 4}

@tool
def dice(sides: int) -> int:
    """Throw the dice."""
    return sides

def broken(why: str) -> str:
    """Fail."""
    raise OSError(why)

async def slow() -> str:
    """Take a while."""
    await asyncio.sleep(9)

def slow_too() -> str:
    """Take a while in a thread."""
    time.sleep(0.2)

def long() -> str:
    """Talk a lot."""
    return "x" * 30_000

def odd() -> str:
    """Say half a character."""
    return "a \\ud83d b"

def silent(x: int) -> int:
    return x

NUMBER = 4
'''
MY_FIGURES = "DEGREES = 11\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project's folder with a user's own code in it."""
    (tmp_path / "my_tools.py").write_text(MY_TOOLS)
    (tmp_path / "my_figures.py").write_text(MY_FIGURES)
    (tmp_path / "my_package").mkdir()
    (tmp_path / "my_package" / "things.py").write_text(
        'def ask() -> str:\n    "Ask."\n    return ""'
    )
    return tmp_path


@pytest.fixture
def box(folder: Path) -> Callable[..., Toolbox]:
    """Makes the tools of a cast in which `rosa` has those named, and `dev` has none."""

    def make(*tools: str, dev: tuple[str, ...] = ()) -> Toolbox:
        return Toolbox.of(with_tools(folder, *tools, dev=dev))

    return make


def with_tools(folder: Path, *tools: str, dev: tuple[str, ...] = ()) -> Cast:
    """A cast whose code is in that folder."""
    cast = cast_of(member("rosa", tools=tools), member("dev", tools=dev), "ilse")
    return replace(cast, folder=folder)


def request(name: str, arguments: Mapping[str, Any] | str | None = None) -> ToolRequest:
    """What a model asks for."""
    text = arguments if isinstance(arguments, str) else json.dumps(arguments or {})
    return ToolRequest(id="call_1", name=name, arguments=text)


def test_everybody_is_offered_the_same_tools(box: Callable[..., Toolbox]) -> None:
    """The list is the union, sorted by name; who may call which is another matter."""
    toolbox = box("my_tools.py:weather", "clock", dev=("my_tools.py:bus", "clock"))

    assert [spec.name for spec in toolbox.specs] == ["bus", "clock", "weather"]
    assert [toolbox.allowed(one) for one in ("rosa", "dev", "ilse")] == [
        ("clock", "weather"),
        ("bus", "clock"),
        (),
    ]


def test_a_cast_without_tools_offers_none() -> None:
    """No tool is in the request."""
    assert Toolbox.of(cast_of("rosa")).specs == ()


def test_what_may_be_left_out_may_be_null(box: Callable[..., Toolbox]) -> None:
    """Strict schemas require everything and know no defaults, so a default is told as null."""
    (spec,) = box("my_tools.py:weather").specs

    assert spec.description.startswith("Tell the weather.")
    assert spec.parameters == {
        "type": "object",
        "properties": {
            "city": {"type": "string"},
            "days": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
            "unit": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        },
        "required": ["city", "days", "unit"],
        "additionalProperties": False,
    }


@pytest.mark.parametrize("tool", ["clock", "search_knowledge_base", "my_tools.py:dice"])
def test_schemas_are_strict(tool: str, box: Callable[..., Toolbox]) -> None:
    """All is required, nothing else is allowed, nothing has a default."""
    (spec,) = box(tool).specs

    assert spec.parameters["required"] == list(spec.parameters["properties"])
    assert spec.parameters["additionalProperties"] is False
    assert '"default"' not in json.dumps(spec.parameters)


@pytest.mark.parametrize(
    ("tool", "arguments", "result"),
    [
        ("weather", {"city": "Leith", "days": 1, "unit": "K"}, "Leith: 11 K, 1 days, call 1"),
        ("weather", {"city": "Leith", "days": None, "unit": None}, "Leith: 11 C, 3 days, call 1"),
        ("weather", {"city": "Leith"}, "Leith: 11 C, 3 days, call 1"),
        ("bus", {"line": 7}, '{"line": 7, "minutes": 4}'),
        ("dice", {"sides": 6}, "6"),
        ("odd", {}, "a \N{REPLACEMENT CHARACTER} b"),
        (
            "long",
            {},
            "x" * 19_940 + "\n(The rest is left out: 10060 characters.)",
        ),
    ],
)
async def test_a_users_tools_are_called(
    tool: str, arguments: dict[str, Any], result: str, box: Callable[..., Toolbox]
) -> None:
    """Plain functions, async ones and LangChain's tools; whatever they return is told as text."""
    toolbox = box(f"my_tools.py:{tool}")

    called = await toolbox.call("rosa", request(tool, arguments))

    assert called == ToolResult(arguments=arguments, result=result)


async def test_members_share_what_a_file_holds(box: Callable[..., Toolbox]) -> None:
    """A file is loaded once for the whole cast."""
    toolbox = box("my_tools.py:weather", dev=("my_tools.py:weather",))

    await toolbox.call("rosa", request("weather", {"city": "Leith"}))
    called = await toolbox.call("dev", request("weather", {"city": "Hull"}))

    assert called.result == "Hull: 11 C, 3 days, call 2"


async def test_the_clock_tells_the_time_it_is_given() -> None:
    """A clock that is passed in makes a run repeatable."""
    night = datetime(2026, 11, 20, 3, 50, tzinfo=UTC)
    toolbox = Toolbox.of(cast_of(member("rosa", tools=["clock"])), now=lambda: night)

    assert await toolbox.call("rosa", request("clock")) == ToolResult(
        arguments={}, result="Friday, 20 November 2026, 03:50 UTC"
    )


@pytest.fixture
def library(tmp_path: Path) -> Toolbox:
    """Rosa knows the ward, Dev knows nothing."""
    files = (tmp_path / "ward.md", tmp_path / "coffee.md")
    for file, text in zip(files, (WARD, COFFEE), strict=True):
        file.write_text(text)
    rosa = member("rosa", tools=["search_knowledge_base"])
    dev = member("dev", tools=["search_knowledge_base"])
    known = tuple((file, None) for file in files)
    return Toolbox.of(cast_of(replace(rosa, knowledge=known), dev))


@pytest.mark.parametrize(
    ("arguments", "sources"),
    [
        ({"query": "wrong passwords", "category": "technical"}, ("ward.md#Handover",)),
        ({"query": "wrong passwords", "category": None}, ("ward.md#Handover",)),
        ({"query": "wrong passwords"}, ("ward.md#Handover",)),
        ({"query": "wrong passwords", "category": "business"}, ()),
        ({"query": "coffee ward", "category": "business"}, ("coffee.md#Coffee",)),
        ({"query": "bicycles", "category": None}, ()),
    ],
)
async def test_knowledge_is_searched_with_its_sources(
    arguments: dict[str, Any], sources: tuple[str, ...], library: Toolbox
) -> None:
    """Passages come with file and heading, in the text and apart from it."""
    called = await library.call("rosa", request("search_knowledge_base", arguments))

    assert called.sources == sources
    assert called.error is None
    assert called.result is not None
    assert all(f"[{source}]" in called.result for source in sources)
    assert sources or called.result == "Nothing found."


async def test_everybody_searches_their_own_knowledge(library: Toolbox) -> None:
    """What one member knows, the other does not find."""
    called = await library.call("dev", request("search_knowledge_base", {"query": "passwords"}))

    assert (called.result, called.sources) == ("Nothing found.", ())


@pytest.mark.parametrize(
    ("who", "asked", "error"),
    [
        ("dev", request("weather", {"city": "Hull"}), "you have no tool 'weather'; yours: clock"),
        ("ilse", request("weather", {"city": "Hull"}), "you have no tool 'weather'; yours: none"),
        ("rosa", request("wether"), "you have no tool 'wether'; yours: broken, weather"),
        ("rosa", request("weather", "{"), "the arguments are no JSON object: {"),
        ("rosa", request("weather", "[1]"), "the arguments are no JSON object: [1]"),
        (
            "rosa",
            request("weather", "[" * 100_000),
            f"the arguments are no JSON object: {'[' * 200}",
        ),
        ("rosa", request("broken", {"why": "no line"}), "OSError: no line (my_tools.py:33)"),
        (
            "rosa",
            request("broken", {"why": "half \ud83d"}),
            "OSError: half \N{REPLACEMENT CHARACTER} (my_tools.py:33)",
        ),
    ],
)
async def test_what_goes_wrong_is_told_to_the_model(
    who: str, asked: ToolRequest, error: str, box: Callable[..., Toolbox]
) -> None:
    """A tool of somebody else's, arguments that cannot be read, a tool that raises."""
    toolbox = box("my_tools.py:weather", "my_tools.py:broken", dev=("clock",))

    called = await toolbox.call(who, asked)

    assert (called.result, called.error) == (None, error)


async def test_arguments_that_do_not_fit_are_told(box: Callable[..., Toolbox]) -> None:
    """The model learns which argument is wrong; the tool is not called."""
    called = await box("my_tools.py:weather").call("rosa", request("weather", {"days": "many"}))

    assert called.arguments == {"days": "many"}
    assert called.result is None
    assert called.error is not None
    assert "city" in called.error
    assert "days" in called.error


@pytest.mark.parametrize("tool", ["slow", "slow_too"])
async def test_a_slow_tool_has_failed(tool: str, box: Callable[..., Toolbox]) -> None:
    """A turn does not wait for ever."""
    toolbox = replace(box(f"my_tools.py:{tool}"), seconds=0.02)

    called = await toolbox.call("rosa", request(tool))

    assert called == ToolResult(arguments={}, error=f"{tool} did not answer within 0.02 seconds")


def test_a_package_of_the_project_is_found(box: Callable[..., Toolbox]) -> None:
    """Modules are looked for in the project's folder, and the search path stays as it was."""
    before = list(sys.path)

    toolbox = box("my_package.things:ask")

    assert toolbox.allowed("rosa") == ("ask",)
    assert sys.path == before


@pytest.mark.parametrize(
    ("tool", "message"),
    [
        ("their_tools.py:weather", "'their_tools.py:weather' cannot be loaded: .*there is no file"),
        ("no_such_package.x:y", "'no_such_package.x:y' cannot be loaded: ModuleNotFoundError"),
        ("my_tools.py:wether", "'my_tools.py' defines no 'wether'. Did you mean 'weather'?"),
        ("my_tools.py:silent", "'my_tools.py:silent' needs a docstring"),
        ("my_tools.py:NUMBER", "'my_tools.py:NUMBER' is neither a LangChain tool nor a function"),
        ("raises.py:x", "'raises.py:x' cannot be loaded: raises.py:1: ZeroDivisionError"),
        ("leaves.py:x", "'leaves.py:x' cannot be loaded: leaves.py:2: SystemExit: 3"),
        ("broken.py:x", "'broken.py:x' cannot be loaded: broken.py:1:7: SyntaxError"),
    ],
)
def test_what_cannot_be_loaded_is_told_before_anything_is_asked(
    tool: str, message: str, folder: Path
) -> None:
    """One sentence: which tool, and why."""
    (folder / "raises.py").write_text("x = 1 / 0")
    (folder / "leaves.py").write_text("import sys\nsys.exit(3)")
    (folder / "broken.py").write_text("def x(:")

    with pytest.raises(UserCodeFailed, match=message):
        Toolbox.of(with_tools(folder, tool))


@pytest.mark.parametrize("dev", [False, True])
def test_two_tools_of_one_name_are_refused(dev: bool, folder: Path) -> None:
    """A model could not tell them apart, whether one member has both or two have one each."""
    (folder / "my_weather.py").write_text('def weather(zone: str) -> str:\n    "W."\n    return ""')
    tools = ("my_tools.py:weather", "my_weather.py:weather")
    cast = with_tools(folder, tools[0], dev=tools[1:]) if dev else with_tools(folder, *tools)

    with pytest.raises(UserCodeFailed, match="Two different tools are called 'weather'"):
        Toolbox.of(cast)
