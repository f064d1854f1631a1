"""People who go: the end of their input pauses the run, and the turn is still theirs."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from simulator import HumanReply, HumanTurn
from simulator.conversation.human import HumanGone
from simulator.conversation.state import State
from simulator.record.events import PersonaLeft, RunPaused, TurnPassed, TurnTaken
from simulator.testing import MemoryRecord
from tests.small_project import loader, small_project
from tests.stage import Improvising, all_at_once, always, reply, stage
from tests.talks import cast_of

TRIO = cast_of("rosa", "dev", "ilse", limits={"turns": 3}).with_humans(["rosa"])


async def leaving(_: HumanTurn) -> str:
    """A person whose input comes to its end after a while."""
    await asyncio.sleep(0.1)
    raise EOFError


async def test_the_end_of_a_persons_input_pauses_the_run(tmp_path: Path) -> None:
    """Whoever raises EOFError, as `input` does, is asked again when the run goes on."""
    simulation = loader(small_project(tmp_path))()

    run = simulation.run(seed=1, humans={"dev": leaving})

    assert run.events[-1] == RunPaused(turn=2, at=run.events[-1].at, reason="human_left")
    assert (run.stop_reason, run.status, run.exit_code) == ("paused", "paused", 130)
    assert State.from_events(run.events).pending_of("dev") is not None


async def test_the_node_of_a_person_raises_at_the_end_of_the_input_only() -> None:
    """A graph of one's own is told that the person has gone."""
    there = stage(TRIO, always(reply("Well.")), humans={"rosa": leaving})

    with pytest.raises(HumanGone, match="whoever plays Rosa Lindqvist is at its end"):
        await there.play()


async def test_whoever_goes_while_others_are_asked_leaves_no_booking_open() -> None:
    """In a round in which all speak at once, what was under way is given up and booked."""
    there = stage(
        TRIO,
        always(reply("Well.")),
        policy=all_at_once,
        humans={"rosa": leaving},
    )
    slow = Improvising(always(reply("Well.")), pause=lambda _: 5.0)
    record = MemoryRecord()

    with pytest.raises(HumanGone):
        await replace(there, network=slow).play(record)

    assert len(slow.bodies) == len(record.attempts) == len(record.outcomes) == 2
    assert State.from_events(record.events).pending_of("rosa") is not None


async def test_a_person_may_leave_without_a_word() -> None:
    """It is a turn in which nothing is said, and the others go on."""

    def going(_: HumanTurn) -> HumanReply:
        return HumanReply(" ", act="leave")

    events = (
        await stage(
            cast_of("rosa", "dev", "ilse").with_humans(["rosa"]),
            always(reply()),
            humans={"rosa": going},
        ).play()
    ).events

    passed = next(n for n, one in enumerate(events) if isinstance(one, TurnPassed))
    assert events[passed : passed + 2] == [
        TurnPassed(turn=1, at=events[passed].at, speaker="rosa", reason="left without a word"),
        PersonaLeft(turn=1, at=events[passed + 1].at, persona="rosa", reason="left on their own"),
    ]
    assert {one.speaker for one in events if isinstance(one, TurnTaken)} == {"dev", "ilse"}
