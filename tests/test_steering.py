"""Steering a run from outside: pause, say, edit and stop, and a record that tells it all."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from simulator import Observer, RunContext, Steering
from simulator.conversation.state import State
from simulator.conversation.steering import Idle
from simulator.errors import NotFound, UsageError
from simulator.record.events import (
    STEERED,
    Event,
    Intervened,
    RunEnded,
    TurnEdited,
    TurnTaken,
)
from simulator.record.store import Store
from tests.small_project import loader, small_project
from tests.stage import Stage, asked, reply, stage, told
from tests.steered import Order, Watched, echo, steered, trio
from tests.talks import AT, chosen, said, started


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    while not holds():  # noqa: ASYNC110 - nobody tells when it does
        await asyncio.sleep(0.01)


def prompts_of(there: Stage) -> list[str]:
    """What was asked, in order."""
    return [str(body["messages"]) for body in there.network.bodies]


async def test_words_from_outside_come_before_the_next_turn() -> None:
    """Everybody reads them; what is meant for some is read by those alone."""
    there = stage(trio(), echo)

    def orders(steering: Steering) -> None:
        steering.say("Keep it short.")
        steering.say("canary", speaker="clerk", to=["ilse"])

    film = await steered(there, {1: [orders]})

    happened = [replace(one, at=AT) for one in film.events if isinstance(one, Intervened)]
    assert happened == [
        Intervened(turn=2, at=AT, speaker="moderator", text="Keep it short.", index=STEERED),
        Intervened(
            turn=2,
            at=AT,
            speaker="clerk",
            text="canary",
            to=("ilse",),
            effect="tell",
            index=STEERED,
        ),
    ]
    prompts = prompts_of(there)
    assert ["Keep it short." in prompt for prompt in prompts] == [False] + [True] * 5
    assert ["canary" in prompt for prompt in prompts] == [False, False, True, False, False, True]


async def test_an_edit_changes_what_everybody_reads_from_then_on() -> None:
    """Later prompts hold the new words and not the old ones; the record holds both."""
    there = stage(trio(), lambda body: reply(f"original-{asked(body)[1]}"))

    film = await steered(there, {3: [lambda steering: steering.edit(1, "  edited words ")]})

    prompts = prompts_of(there)
    assert ["original-1" in prompt for prompt in prompts] == [False, True, True, *[False] * 3]
    assert ["edited words" in prompt for prompt in prompts] == [*[False] * 3, *[True] * 3]
    edit = next(one for one in film.events if isinstance(one, TurnEdited))
    assert (edit.turn, edit.speaker, edit.text) == (1, "rosa", "edited words")
    assert "original-1" in [one.text for one in film.events if isinstance(one, TurnTaken)]


def test_an_edited_whisper_stays_a_whisper() -> None:
    """Whoever did not hear the turn does not read its new words either."""
    events: list[Event] = [
        started(trio()),
        chosen(1, "rosa"),
        said(1, "rosa", "Old.", to=("dev",)),
        TurnEdited(turn=1, speaker="rosa", text="New."),
    ]

    state = State.from_events(events)

    words = state.utterances[0]
    assert (words.text, words.edited) == ("New.", True)
    assert [words.heard_by(one) for one in ("rosa", "dev", "ilse")] == [True, True, False]


async def test_an_edit_can_end_a_talk() -> None:
    """Stop rules read what reads so from now on."""
    there = stage(trio(stop={"phrase": "that is all"}), echo)

    film = await steered(there, {2: [lambda steering: steering.edit(2, "That is all.")]})

    assert film.events[-1].turn == 2
    assert isinstance(film.events[-1], RunEnded)
    assert film.events[-1].stop_reason == "phrase"


async def test_a_run_is_stopped_after_the_turn_under_way() -> None:
    """Whatever the stop rule says, and without a turn more."""
    film = await steered(stage(trio(), echo), {2: [lambda steering: steering.stop("enough")]})

    end = film.events[-1]
    assert end == RunEnded(turn=2, at=end.at, stop_reason="external", detail="enough")
    assert sum(isinstance(one, TurnTaken) for one in film.events) == 2


REFUSED: Mapping[str, tuple[Order, str]] = {
    "no words": (lambda s: s.say(" \n"), "There are no words"),
    "no voice": (lambda s: s.say("x", speaker=""), "There are no words"),
    "a member's id": (lambda s: s.say("x", speaker="Rosa"), "'Rosa' is a member of the cast"),
    "a member's name": (lambda s: s.say("x", speaker="dev moreau"), "is a member of the cast"),
    "nobody": (lambda s: s.say("x", to=[]), "`to` names nobody: leave it out"),
    "a stranger": (lambda s: s.say("x", to=["tomi"]), "No member is called 'tomi'"),
    "an empty edit": (lambda s: s.edit(1, "\t"), "There are no words"),
    "a turn to come": (lambda s: s.edit(2, "x"), "Nothing was said in turn 2 that could be"),
    "no turn": (lambda s: s.edit(0, "x"), "the last one is 1"),
    "no reason": (lambda s: s.stop(""), "There are no words"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_what_cannot_be_done_is_refused_at_once(case: str) -> None:
    """The order raises a sentence, and nothing of it happens."""
    order, message = REFUSED[case]
    refused: list[str] = []

    def attempt(steering: Steering) -> None:
        try:
            order(steering)
        except UsageError as error:
            refused.append(str(error))

    film = await steered(stage(trio(limits={"turns": 2}), echo), {1: [attempt]})

    assert len(refused) == 1
    assert message in refused[0]
    assert not [one for one in film.events if isinstance(one, Intervened | TurnEdited)]


def test_an_order_that_does_not_fit_the_cast_stops_the_run_before_it_begins(
    tmp_path: Path,
) -> None:
    """Orders may be given before there is a run; what is wrong is told before anything is kept."""
    simulation, steering = loader(small_project(tmp_path))(), Steering()
    steering.say("Hello.", to="tomi")

    with pytest.raises(NotFound, match="'tomi'"):
        simulation.run(steering=steering)

    with Store.open(simulation.database) as store:
        assert store.runs() == []


async def test_a_paused_run_waits_and_takes_orders_meanwhile() -> None:
    """Nothing is asked while it waits; what is ordered happens at once; then it goes on."""
    waits: list[bool] = []
    steering = Steering(waits=waits.append)
    film = Watched(steering=steering, orders={2: [lambda one: one.pause()]})
    there = replace(stage(trio(), echo), steering=steering)

    run = asyncio.create_task(there.play(film))
    await until(lambda: waits == [True])
    asked_before = len(there.network.bodies)
    steering.say("While you wait.")
    await until(lambda: waits == [True, False, True])
    said_meanwhile = [one.text for one in film.events if isinstance(one, Intervened)]
    steering.go_on()
    await run

    assert asked_before == 2
    assert said_meanwhile == ["While you wait."]
    assert waits == [True, False, True, False]
    assert sum(isinstance(one, TurnTaken) for one in film.events) == 6


async def test_a_paused_run_takes_one_step_at_a_time() -> None:
    """The next turn, and then it waits again; a step that nobody waits for is none."""
    steering = Steering()
    film = Watched(steering=steering)
    there = replace(stage(trio(), echo), steering=steering)

    def taken() -> int:
        return sum(isinstance(one, TurnTaken) for one in film.events)

    def has_taken(number: int) -> bool:
        return taken() == number

    steering.step()
    steering.pause()
    playing = asyncio.create_task(there.play(film))
    await asyncio.sleep(0.2)
    waiting = [taken()]
    for number in (1, 2):
        steering.step()
        await until(partial(has_taken, number))
        await asyncio.sleep(0.2)
        waiting.append(taken())
    steering.go_on()
    await playing

    assert (waiting, taken()) == ([0, 1, 2], 6)


async def test_a_paused_run_can_be_cancelled() -> None:
    """The wait holds up nobody who ends the program."""
    steering = Steering()
    steering.pause()
    there = replace(stage(trio(), echo), steering=steering)

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(there.play(), 0.2)


async def test_a_pause_counts_in_no_limit() -> None:
    """Neither the run's seconds nor a turn's deadline go on while the run waits."""
    loop = asyncio.get_running_loop()
    began, steering = loop.time(), Steering()
    steering.pause()
    loop.call_later(0.4, steering.go_on)
    cast = trio(limits={"turns": 2, "seconds": 0.3, "turn_seconds": 0.3})
    there = stage(cast, echo, steering=steering, elapsed=lambda: loop.time() - began)

    record = await there.play()

    assert told(record.events)[-1][2] == '{"stop_reason":"turns","detail":"2 turns were taken"}'


def test_time_in_which_several_wait_counts_once() -> None:
    """Two people at once are waited for as long as the slower one takes."""
    now = [0.0]
    idle = Idle(clock=lambda: now[0])

    with idle:
        now[0] = 2.0
        with idle:
            now[0] = 5.0
        within = idle.seconds
        now[0] = 6.0
    now[0] = 9.0

    assert (within, idle.seconds) == (5.0, 6.0)


def test_a_run_is_steered_from_another_thread(tmp_path: Path) -> None:
    """A script's main thread plays, another one steers."""
    simulation, steering = loader(small_project(tmp_path))(turns=4), Steering()
    steering.pause()

    def outside() -> None:
        time.sleep(0.1)
        steering.say("From the other side.")
        steering.go_on()

    thread = threading.Thread(target=outside)
    thread.start()
    run = simulation.run(seed=1, steering=steering)
    thread.join()

    assert "Moderator: From the other side." in run.transcript


def test_an_observer_edits_the_turn_it_is_told_of(tmp_path: Path) -> None:
    """Turns, transcript, participation and `v_turns` read the new words and say so."""
    simulation, steering = loader(small_project(tmp_path))(turns=3), Steering()

    def watch(event: Event) -> None:
        if isinstance(event, TurnTaken) and event.turn == 1:
            steering.edit(1, "One word more.")
            steering.edit(1, "Two words.")

    run = simulation.run(seed=1, steering=steering, observer=Observer(event=watch))

    assert run.turns[0].text == "Two words."
    assert run.edits[1].text == "Two words."
    assert run.transcript.startswith("Rosa Lindqvist (edited): Two words.\n\n")
    assert run.participation.shares[0].words == 2 + len(run.turns[2].text.split())
    with Store.open(run.database) as store:
        rows = store.query("SELECT turn, text, edited, said_first FROM v_turns ORDER BY turn")
    assert [(row["turn"], row["edited"]) for row in rows] == [(1, 1), (2, 0), (3, 0)]
    assert rows[0]["text"] == "Two words."
    assert rows[0]["said_first"] == "The kettle is on for the vicar."
    assert rows[1]["said_first"] is None


def test_a_switch_is_a_part_of_the_steering(tmp_path: Path) -> None:
    """Whoever steers can also throw what the stop rule `external` waits for."""
    folder = small_project(tmp_path)
    file = folder / "scenarios" / "tea.yaml"
    file.write_text(file.read_text().replace("stop: {phrase: more tea}", "stop: {external: true}"))
    simulation, steering = loader(folder)(), Steering()
    steering.switch.throw("the house burns")

    run = simulation.run(seed=1, steering=steering)

    assert (run.stop_reason, run.detail, len(run.turns)) == ("external", "the house burns", 1)


def test_a_context_needs_no_steering() -> None:
    """Whoever makes a context of their own gets a steering nobody uses."""
    fields = {one: spec.default_factory for one, spec in RunContext.__dataclass_fields__.items()}

    assert fields["steering"] is Steering
