"""A tool that changes something outside, which can be counted: for tests of what runs only once."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from simulator.definitions.cast import Cast
from simulator.testing import completion
from tests.small_project import small_project
from tests.stage import Body, reply
from tests.talks import cast_of, member

BOOK = '''
"""Tools of a user."""

import asyncio
import time
from pathlib import Path

from langchain_core.tools import tool

HERE = Path(__file__).parent


def _write(bed: int) -> None:
    with (HERE / "booked.txt").open("a") as booked:
        booked.write(f"{bed}\\n")


def book(bed: int) -> str:
    """Book a bed."""
    _write(bed)
    return f"bed {bed} is booked"


@tool
def order(bed: int) -> str:
    """Order a bed."""
    _write(bed)
    return f"bed {bed} is ordered"

order.metadata = {"effects": True}


async def ponder(bed: int) -> str:
    """Book a bed and take a minute to say so."""
    _write(bed)
    await asyncio.sleep(60)
    return "booked"


def linger(bed: int) -> str:
    """Book a bed and take a minute to say so, in a thread."""
    _write(bed)
    time.sleep(60)
    return "booked"


async def hang(bed: int) -> str:
    """Take a minute, and then book a bed."""
    await asyncio.sleep(60)
    _write(bed)
    return "booked"


def look(bed: int) -> str:
    """Look at a bed."""
    _write(bed)
    return f"bed {bed} is free"
'''
TALK = """
title: A bed
setting: A ward.
graph: round_table
cast: [{persona: rosa}, {persona: dev}]
limits: {turns: 2}
lines:
  - {id: booking, speaker: rosa, act: open, say: "I book bed 4.", uses: {TOOL: {bed: 4}}}
  - {id: fine, speaker: dev, act: answer, say: "Fine.", after: [booking]}
"""


def wait_for(file: Path) -> None:
    """Until there is something in the file."""
    latest = time.monotonic() + 30
    while not file.exists() or not file.read_text():
        assert time.monotonic() < latest, f"{file} never came"
        time.sleep(0.01)


def booked(folder: Path) -> list[str]:
    """What was booked, in order."""
    file = folder / "booked.txt"
    return file.read_text().split() if file.exists() else []


def booking_project(folder: Path, tool: str) -> Path:
    """A project in which Rosa books a bed with that tool of `my_tools.py`, in her first turn."""
    project = small_project(folder)
    (folder / "my_tools.py").write_text(BOOK)
    rosa = f"name: Rosa Lindqvist\ntools: [{{use: 'my_tools.py:{tool}', effects: true}}]\n"
    (folder / "personas" / "rosa.yaml").write_text(rosa)
    written = TALK.replace("TOOL", f"'my_tools.py:{tool}'")
    (folder / "scenarios" / "bed.yaml").write_text(written)
    return project


def booking_cast(folder: Path, *tools: str | dict[str, Any], **limits: Any) -> Cast:
    """A cast of Rosa, who has those tools of `my_tools.py`, and nobody else."""
    (folder / "my_tools.py").write_text(BOOK)
    cast = cast_of(member("rosa", tools=tools), limits={"turns": 1, **limits})
    return replace(cast, folder=folder)


def calls(*beds: int, tool: str = "book") -> Body:
    """An answer that wants these beds booked."""
    wanted = [(f"t{bed}", tool, f'{{"bed": {bed}}}') for bed in beds]
    return completion(tools=wanted)


def books_once(body: Body) -> Body:
    """Bed 4 is booked, and then something is said."""
    return reply() if body["messages"][-1]["role"] == "tool" else calls(4)


def results(body: Body) -> list[str]:
    """The results of tools that a model was told."""
    return [str(one["content"]) for one in body["messages"] if one["role"] == "tool"]
