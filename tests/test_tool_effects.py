"""Tools that change something outside: whatever happens, one request never runs twice."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from simulator import load
from simulator.conversation.state import State
from simulator.conversation.tools import Toolbox
from simulator.llm.ask import ToolRequest
from simulator.record.events import Event, ToolBegun, ToolCalled, TurnFailed
from simulator.runs.rehearsal import rehearse
from simulator.testing import completion
from tests.booking import (
    booked,
    booking_cast,
    booking_project,
    books_once,
    calls,
    results,
    wait_for,
)
from tests.stage import Body, Film, all_at_once, always, copy_of, kinds, reply, stage
from tests.stopped_runs import SEED, goes_on, read_stopped
from tests.talks import cast_of, chosen, looked_up, member, said, started

ROOT = Path(__file__).parent.parent
BOOK: dict[str, Any] = {"use": "my_tools.py:book", "effects": True}
NOBODY_KNOWS = (
    "it had begun when the conversation was interrupted, and nobody knows whether it was done; "
    "it was not begun again"
)
PLAY = """
import sys
from simulator import load

load("bed", project=sys.argv[1], database=sys.argv[1] + "/runs.db").run(seed=7)
"""


def tools_in(events: list[Event]) -> list[ToolBegun | ToolCalled]:
    """What the record says of tools."""
    return [one for one in events if isinstance(one, ToolBegun | ToolCalled)]


@pytest.mark.parametrize(
    ("tool", "effects"),
    [
        (BOOK, True),
        ("my_tools.py:order", True),
        ({"use": "my_tools.py:order"}, True),
        ({"use": "my_tools.py:book"}, False),
        ("my_tools.py:book", False),
    ],
)
def test_a_tool_or_its_persona_says_that_it_has_effects(
    tool: str | dict[str, Any], effects: bool, tmp_path: Path
) -> None:
    """Either marks it."""
    toolbox = Toolbox.of(booking_cast(tmp_path, tool))
    (name,) = toolbox.allowed("rosa")

    changing = toolbox.changing("rosa", ToolRequest(id="a", name=name, arguments='{"bed": 4}'))

    assert changing == ({"bed": 4} if effects else None)


async def test_that_it_begins_is_on_record_before_it_runs(tmp_path: Path) -> None:
    """First the beginning, then the result, each with the request it belongs to."""
    record = await stage(booking_cast(tmp_path, BOOK), books_once).play()

    begun, called = tools_in(record.events)
    (asked,) = [call for call in record.calls if call == called.call]
    assert begun == ToolBegun(
        turn=1,
        at=begun.at,
        speaker="rosa",
        tool="book",
        call=asked,
        request="t4",
        arguments={"bed": 4},
    )
    assert isinstance(called, ToolCalled)
    assert (called.request, called.result) == ("t4", "bed 4 is booked")
    assert booked(tmp_path) == ["4"]


async def test_a_tool_without_effects_says_nothing_before(tmp_path: Path) -> None:
    """It may run again, so one event is enough."""
    there = stage(booking_cast(tmp_path, "my_tools.py:book"), books_once)

    record = await there.play()

    assert [one.kind for one in tools_in(record.events)] == ["tool_called"]


async def test_from_every_moment_of_a_turn_it_runs_at_most_once(tmp_path: Path) -> None:
    """What had begun is never begun again; the model is told that nobody knows, and goes on."""
    there, film = stage(booking_cast(tmp_path, BOOK), books_once), Film()
    await there.play(film)
    (tmp_path / "booked.txt").unlink()

    for shot in film.shots:
        before = [one.kind for one in tools_in(shot.events)]
        record = await there.play(copy_of(shot))

        after = booked(tmp_path)
        (tmp_path / "booked.txt").unlink(missing_ok=True)
        assert after == ([] if before else ["4"])
        assert [one.kind for one in tools_in(record.events)] == ["tool_begun", "tool_called"]
        called = tools_in(record.events)[1]
        assert isinstance(called, ToolCalled)
        assert called.error == (NOBODY_KNOWS if before == ["tool_begun"] else None)
        if before == ["tool_begun"]:
            assert results(there.network.bodies[-1]) == [f"Error: {NOBODY_KNOWS}"]
        assert record.events[-1].kind == "run_ended"


def play_and_kill(project: Path) -> None:
    """Play in another process, and kill that once it has booked."""
    process = subprocess.Popen([sys.executable, "-c", PLAY, project], cwd=ROOT)
    wait_for(project / "booked.txt")
    process.kill()
    process.wait()


@pytest.mark.slow
async def test_a_killed_program_has_booked_once(tmp_path: Path) -> None:
    """`kill -9` while the tool runs; the run is taken up again by another process."""
    project = booking_project(tmp_path, "linger")
    await asyncio.to_thread(play_and_kill, project)
    stopped = read_stopped(project / "runs.db")
    assert stopped is not None
    assert kinds(stopped.events)[-1] == "tool_begun"

    simulation = load("bed", project=project, database=project / "runs.db")
    events = await goes_on(simulation, stopped)

    begun, called = tools_in(events)
    assert isinstance(called, ToolCalled)
    assert (begun.kind, called.error) == ("tool_begun", NOBODY_KNOWS)
    assert booked(tmp_path) == ["4"]
    assert kinds(events).count("turn_taken") == 2


async def test_a_cancelled_run_has_booked_once(tmp_path: Path) -> None:
    """Cancelled while the tool runs, and taken up again."""
    project = booking_project(tmp_path, "ponder")
    simulation = load("bed", project=project, database=project / "runs.db")
    task = asyncio.create_task(simulation.arun(seed=SEED))
    await asyncio.to_thread(wait_for, tmp_path / "booked.txt")
    task.cancel()
    await asyncio.wait([task])
    stopped = read_stopped(project / "runs.db")
    assert stopped is not None
    assert kinds(stopped.events)[-2:] == ["tool_begun", "run_paused"]

    events = await goes_on(simulation, stopped)

    called = tools_in(events)[-1]
    assert isinstance(called, ToolCalled)
    assert called.error == NOBODY_KNOWS
    assert booked(tmp_path) == ["4"]


async def test_a_tool_that_takes_too_long_may_have_been_done(tmp_path: Path) -> None:
    """The model is told that nobody knows; a time of its own goes before the scenario's."""
    slow = {"use": "my_tools.py:hang", "effects": True, "seconds": 0.05}
    cast = booking_cast(tmp_path, slow, "my_tools.py:ponder", tool_seconds=0.1)

    def answer(body: Body) -> Body:
        if body["messages"][-1]["role"] == "tool":
            return reply()
        asked = [("a", "hang", '{"bed": 4}'), ("b", "ponder", '{"bed": 5}')]
        return completion(tools=asked)

    there = stage(cast, answer)
    await there.play()

    assert results(there.network.bodies[-1]) == [
        "Error: hang did not answer within 0.05 seconds; nobody knows whether it was done",
        "Error: ponder did not answer within 0.1 seconds",
    ]


async def test_a_correction_runs_no_tools(tmp_path: Path) -> None:
    """Who speaks out of character is asked once more, and what that asks for is not done."""
    cast = booking_cast(tmp_path, BOOK)

    def answer(body: Body) -> Body:
        if "That answer cannot be used" in str(body["messages"][-1]["content"]):
            return calls(4)
        if body["messages"][-1]["role"] == "tool":
            return reply("As an AI language model, I have booked it.")
        return calls(4)

    record = await stage(cast, answer).play()

    assert "fidelity_flagged" in kinds(record.events)
    assert booked(tmp_path) == ["4"]


async def test_a_turn_that_fails_is_not_taken_again(tmp_path: Path) -> None:
    """What it has done is done; the model that says nothing in the end is not asked anew."""

    def answer(body: Body) -> Body:
        return completion("no reply") if results(body) else calls(4)

    record = await stage(booking_cast(tmp_path, BOOK), answer).play()

    assert any(isinstance(one, TurnFailed) for one in record.events)
    assert booked(tmp_path) == ["4"]


async def test_a_rehearsal_changes_nothing(tmp_path: Path) -> None:
    """A dry run plays the same turns, and the tool only says that nothing was done."""
    project = booking_project(tmp_path, "book")
    simulation = load("bed", project=project)

    rehearsal = await rehearse(simulation.cast, simulation.catalog, simulation.choice)

    assert (rehearsal.turns, booked(tmp_path)) == (2, [])


def closed(body: Body) -> bool:
    """Whether a question lets no tool be called."""
    return body.get("tool_choice") == "none"


LIMITED = [
    ({"tool_calls": 2}, ["1", "2"], "you have used all 2 tool calls of this turn"),
    ({"tool_calls_per_run": 1}, ["1"], "all 1 tool calls of this conversation are used"),
    ({}, ["1", "2", "3"], ""),
]


@pytest.mark.parametrize(("limits", "done", "refusal"), LIMITED)
async def test_what_is_over_a_limit_is_told(
    limits: dict[str, int], done: list[str], refusal: str, tmp_path: Path
) -> None:
    """The model learns which limit, and nothing is done."""
    there = stage(
        booking_cast(tmp_path, BOOK, **limits),
        lambda body: reply() if results(body) else calls(1, 2, 3),
    )

    record = await there.play()

    told = results(there.network.bodies[-1])
    assert booked(tmp_path) == done
    assert told[len(done) :] == [f"Error: {refusal}"] * (3 - len(done))
    assert kinds(record.events).count("tool_begun") == len(done)
    assert kinds(record.events).count("tool_called") == 3


async def test_a_tool_has_a_limit_of_its_own(tmp_path: Path) -> None:
    """`calls` counts one tool of one turn; others go on."""
    once = {**BOOK, "calls": 1}
    asked = [("a", "book", '{"bed": 1}'), ("b", "book", '{"bed": 2}'), ("c", "look", '{"bed": 3}')]
    there = stage(
        booking_cast(tmp_path, once, "my_tools.py:look", turns=2),
        lambda body: reply() if results(body) else completion(tools=asked),
    )

    await there.play()

    refused = "Error: you have used all 1 calls of book in this turn"
    assert booked(tmp_path) == ["1", "3", "1", "3"]
    assert results(there.network.bodies[1]) == ["bed 1 is booked", refused, "bed 3 is free"]


async def test_who_has_no_call_left_is_offered_no_tool(tmp_path: Path) -> None:
    """The last question costs no round in vain."""
    there = stage(
        booking_cast(tmp_path, BOOK, turns=2, tool_calls_per_run=1),
        lambda body: reply() if results(body) or closed(body) else calls(4),
    )

    await there.play()

    assert [closed(body) for body in there.network.bodies] == [False, False, True]
    assert "You may look things up" not in str(there.network.bodies[-1]["messages"][-1])


async def test_a_run_that_goes_on_counts_the_same(tmp_path: Path) -> None:
    """From every moment, never more calls than the run may have, and the same words in the end."""
    limits = {"turns": 3, "tool_calls_per_run": 4, "tool_calls": 2}
    there = stage(
        booking_cast(tmp_path, "my_tools.py:look", **limits),
        lambda body: reply() if results(body) else calls(1, 2, tool="look"),
    )
    film = Film()
    await there.play(film)
    whole = [(one.turn, one.result, one.error) for one in calls_in(film.events)]

    for shot in film.shots:
        record = await there.play(copy_of(shot))

        assert [(one.turn, one.result, one.error) for one in calls_in(record.events)] == whole


def calls_in(events: list[Event]) -> list[ToolCalled]:
    """The calls of tools on record."""
    return [one for one in events if isinstance(one, ToolCalled)]


async def test_simultaneous_turns_share_one_count(tmp_path: Path) -> None:
    """The limit of the run holds for all of them together."""
    cast = booking_cast(tmp_path, BOOK)
    both = cast_of(
        *(member(one, tools=[BOOK]) for one in ("rosa", "dev")),
        limits={"turns": 2, "tool_calls_per_run": 3},
    )
    there = stage(
        replace(both, folder=cast.folder),
        lambda body: reply() if results(body) else calls(1, 2),
        policy=all_at_once,
    )

    await there.play()

    assert len(booked(tmp_path)) == 3


async def test_no_tool_is_called_where_none_may_be(tmp_path: Path) -> None:
    """`tool_calls: 0` is a conversation without tools."""
    there = stage(booking_cast(tmp_path, BOOK, tool_calls=0), always(reply()))

    await there.play()

    assert closed(there.network.bodies[0])


def test_the_state_knows_what_has_begun() -> None:
    """Until its turn is over; the count of the run stays."""
    cast = cast_of("rosa", "dev")
    begun = ToolBegun(turn=1, speaker="rosa", tool="book", call="c1", request="t1", arguments={})
    first: list[Event] = [started(cast), chosen(1, "rosa"), looked_up(1, "rosa"), begun]

    pending = State.from_events(first)
    over = State.from_events([*first, looked_up(1, "rosa", request="t2"), said(1, "rosa")])

    assert (pending.begun, pending.tool_calls) == ((begun,), 1)
    assert (over.begun, over.tools, over.tool_calls) == ((), (), 2)
