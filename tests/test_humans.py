"""People who play members: what they are asked, what they answer, and what becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from simulator import HumanReply, HumanTurn, Project, Steering, Talk, load
from simulator.conversation.human import Heard
from simulator.conversation.human_node import human_node
from simulator.conversation.persona_node import persona_node
from simulator.conversation.state import State
from simulator.definitions.cast import Cast
from simulator.errors import NotFound
from simulator.llm.session import Session
from simulator.record.events import (
    Event,
    Intervened,
    TurnFailed,
    TurnPassed,
    TurnTaken,
)
from simulator.runs.rehearsal import rehearse
from simulator.testing import MemoryRecord
from tests.floor_samples import NEXT
from tests.small_project import loader, small_project
from tests.stage import (
    Film,
    Stage,
    all_at_once,
    always,
    asked,
    copy_of,
    reply,
    stage,
    told,
)
from tests.talks import cast_of, chosen, member, passed, said, started

OFFER: dict[str, Any] = {
    "offer": {"about": "Your price", "type": "number", "least": 0, "most": 500},
    "vote": {"about": "Your vote", "choose": ["for", "against"], "private": True},
    "chair": {"about": "Who chairs", "type": "member", "speakers": ["ilse"]},
}


WRONG: Any = 7
"""What types do not let through, and users may answer all the same."""


def trio(**scenario: Any) -> Cast:
    """Three people, the first of them played by a person."""
    written = {"limits": {"turns": 3}, **scenario}
    return cast_of("rosa", "dev", "ilse", **written).with_humans(["rosa"])


def staged(human: object, cast: Cast | None = None, **more: Any) -> Stage:
    """A stage on which this person plays Rosa."""
    return stage(cast or trio(), always(reply("Well.")), humans={"rosa": human}, **more)


async def first_turn(human: object, cast: Cast | None = None) -> Event:
    """What became of the first turn, which is the person's."""
    record = await staged(human, cast).play()
    return next(one for one in record.events if one.turn == 1 and one.kind.startswith("turn_"))


@pytest.mark.parametrize(
    ("answer", "act", "text"),
    [
        ("Nine steps.", "answer", "Nine steps."),
        ("  How many?\n", "ask", "How many?"),
        (HumanReply("No.", act="object"), "object", "No."),
        (HumanReply("Goodbye.", act="leave"), "leave", "Goodbye."),
        ("half \ud83d of it", "answer", "half \N{REPLACEMENT CHARACTER} of it"),
    ],
)
async def test_a_person_speaks_in_a_members_place(answer: object, act: str, text: str) -> None:
    """A text, or a reply that says what it does, becomes the turn; no model is asked for it."""
    record = await staged(lambda _: answer).play()

    taken = next(one for one in record.events if isinstance(one, TurnTaken))
    assert (taken.speaker, taken.act, taken.text) == ("rosa", act, text)
    assert (taken.provenance, taken.calls, taken.source) == ("human", (), "")
    assert {call.persona for call in record.calls.values()} == {"dev", "ilse"}


async def test_an_async_person_is_awaited() -> None:
    """A coroutine function, a method and a function that returns something to await all do."""

    class Sitting:
        async def __call__(self, turn: HumanTurn) -> str:
            await asyncio.sleep(0)
            return f"Turn {turn.turn}."

    async def rosa(turn: HumanTurn) -> str:
        return f"Turn {turn.turn}."

    for human in (Sitting(), rosa, partial(rosa)):
        event = await first_turn(human)

        assert isinstance(event, TurnTaken)
        assert event.text == "Turn 1."


async def test_people_who_wait_hold_up_nobody() -> None:
    """Each plain function has a thread to itself, whatever else waits in the loop's own."""
    cast = cast_of("rosa", "dev", "ilse", limits={"turns": 3})
    everybody = Barrier(3, timeout=20)

    def waiting(_: HumanTurn) -> str:
        everybody.wait()
        return "Here."

    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(max_workers=1))
    there = stage(
        cast.with_humans(cast.ids),
        always(reply()),
        policy=all_at_once,
        humans=dict.fromkeys(cast.ids, waiting),
    )
    record = await there.play()

    assert [one.text for one in record.events if isinstance(one, TurnTaken)] == ["Here."] * 3


async def test_a_person_may_pass() -> None:
    """A pass is a turn in which nothing is said."""
    event = await first_turn(lambda _: HumanReply(act="pass"))

    assert event == TurnPassed(turn=1, at=event.at, speaker="rosa")


async def test_a_person_fills_in_reply_fields_and_whispers() -> None:
    """Values and listeners are checked as a model's are, and recorded as they were given."""
    given = HumanReply("Between us.", to=("dev",), reply={"offer": 120, "vote": "for"})

    event = await first_turn(lambda _: given, trio(whispers=True, reply=OFFER))

    assert isinstance(event, TurnTaken)
    assert (event.to, event.reply) == (("dev",), {"offer": 120, "vote": "for"})


def raising(error: BaseException) -> Callable[[HumanTurn], str]:
    """A person who raises this."""

    def human(_: HumanTurn) -> str:
        raise error

    return human


async def refusing(_: HumanTurn) -> str:
    """A person whose coroutine raises."""
    raise RuntimeError("no")


@pytest.mark.parametrize(
    ("human", "message"),
    [
        (raising(ValueError("out of coffee")), "raised ValueError: out of coffee"),
        (raising(StopIteration()), "raised StopIteration"),
        (raising(SystemExit("bye")), "raised SystemExit: bye"),
        (refusing, "raised RuntimeError: no"),
        (lambda _: None, "does not fit: it must be a text or a HumanReply, not NoneType"),
        (lambda _: HumanReply(WRONG), "it must be a text or a HumanReply, not int"),
        (lambda _: " ", 'message is empty: say something, or set act to "pass"'),
        (lambda _: HumanReply("x", act="do"), "act cannot be 'do': it is one of open, ask"),
        (lambda _: HumanReply("x", to=("dev",)), "to must stay empty: the scenario does not say"),
        (lambda _: HumanReply("x", reply={"price": 1}), "price is no field that Rosa Lindqvist"),
        (lambda _: HumanReply("x", reply={"chair": "dev"}), "chair is no field that Rosa"),
        (lambda _: HumanReply("x", reply={"offer": 900}), "offer must be at most 500"),
        (lambda _: HumanReply("x", reply={"offer": object()}), "reply must hold plain values"),
        (lambda _: HumanReply("x", to=WRONG), "to must be a tuple of ids"),
        (lambda _: HumanReply("x", reply=WRONG), "reply must be a mapping"),
    ],
)
async def test_what_goes_wrong_with_a_person_fails_the_turn(human: object, message: str) -> None:
    """An exception and a bad value are one sentence in the record, and the talk goes on."""
    record = await staged(human, trio(reply=OFFER)).play()

    failed = next(one for one in record.events if isinstance(one, TurnFailed))
    assert failed.error == "human_failed"
    assert message in failed.message
    assert "Rosa Lindqvist" in failed.message
    assert [one.speaker for one in record.events if isinstance(one, TurnTaken)] == ["dev", "ilse"]


async def test_strangers_hear_no_whisper_of_a_person() -> None:
    """Who is not in the cast cannot be whispered to."""
    event = await first_turn(lambda _: HumanReply("x", to=("kim",)), trio(whispers=True))

    assert isinstance(event, TurnFailed)
    assert "'kim' is nobody here" in event.message


def test_a_turn_holds_what_the_member_perceived_since_its_last() -> None:
    """Words of others, a whisper to it, words from outside; nothing older, and no other whisper."""
    cast = cast_of("rosa", "dev", "ilse", whispers=True, reply=OFFER).with_humans(["rosa"])
    events: list[Event] = [
        started(cast),
        chosen(1, "dev"),
        said(1, "dev", "Before."),
        chosen(2, "rosa"),
        said(2, "rosa", "Mine."),
        chosen(3, "dev"),
        said(3, "dev", "To you.", to=("rosa",)),
        chosen(4, "ilse"),
        said(4, "ilse", "canary", to=("dev",)),
        chosen(5, "dev"),
        said(5, "dev", "To all.", offer=120, vote="against"),
        chosen(6, "rosa"),
    ]

    turn = HumanTurn.of(State.from_events(events), cast, "rosa")

    assert turn.heard == (
        Heard(turn=3, speaker="dev", name="Dev Moreau", text="To you.", act="answer", to=("rosa",)),
        Heard(
            turn=5,
            speaker="dev",
            name="Dev Moreau",
            text="To all.",
            act="answer",
            reply={"offer": 120},
        ),
    )
    assert "canary" not in repr(turn)
    assert list(turn.fields) == ["offer", "vote"]
    assert turn.present == {"rosa": "Rosa Lindqvist", "dev": "Dev Moreau", "ilse": "Ilse Maes"}


def test_a_turn_holds_nothing_that_others_hide() -> None:
    """The own card is there; goals and secrets of others are not."""
    mine = member("rosa", goals=["own-goal"], secrets=["own-secret"])
    other = member("dev", goals=["canary-goal"], secrets=["canary-secret"])
    cast = cast_of(mine, other).with_humans(["rosa"])

    turn = HumanTurn.of(State.from_events([started(cast), chosen(1, "rosa")]), cast, "rosa")

    assert "own-goal" in turn.card
    assert "own-secret" in turn.card
    assert "canary" not in repr(turn)


async def test_at_once_a_person_hears_nobody_of_the_round() -> None:
    """Two speak at once with a person: of their round it hears in the next."""
    heard: list[list[str]] = []

    def rosa(turn: HumanTurn) -> str:
        heard.append([f"{one.turn} {one.speaker}" for one in turn.heard])
        return "Hm."

    cast = trio(limits={"turns": 6})
    await staged(rosa, cast, policy=all_at_once).play()

    assert heard == [[], ["2 dev", "3 ilse"]]


async def test_a_persons_time_counts_in_no_limit() -> None:
    """Neither the turn's deadline nor the run's seconds go on while a person thinks."""

    async def slow(_: HumanTurn) -> str:
        await asyncio.sleep(0.3)
        return "Now."

    loop = asyncio.get_running_loop()
    began = loop.time()
    cast = trio(limits={"turns": 3, "turn_seconds": 0.2, "seconds": 0.25})
    record = await staged(slow, cast, elapsed=lambda: loop.time() - began).play()

    assert told(record.events)[-1][2] == '{"stop_reason":"turns","detail":"3 turns were taken"}'


async def test_a_talk_with_a_person_goes_on_from_every_event() -> None:
    """What a person said is in the record; nobody is asked for it again."""
    asked_for: list[int] = []

    def rosa(turn: HumanTurn) -> str:
        asked_for.append(turn.turn)
        return f"Turn {turn.turn}, after {len(turn.heard)} lines."

    cast = trio(limits={"turns": 7})
    there = stage(
        cast, lambda body: reply(f"{asked(body)} {len(str(body))}"), humans={"rosa": rosa}
    )
    film = Film()
    await there.play(film)
    whole, before = told(film.events), list(asked_for)

    for shot in film.shots:
        asked_for.clear()
        record = copy_of(shot)
        await there.play(record)

        assert told(record.events) == whole
        taken = {one.turn for one in shot.events if isinstance(one, TurnTaken)}
        assert asked_for == [turn for turn in before if turn not in taken]


def test_a_person_can_only_play_somebody_of_the_cast(tmp_path: Path) -> None:
    """A name nobody bears is told with the names there are."""
    simulation = loader(small_project(tmp_path))()

    with pytest.raises(NotFound, match=r"No member is called 'tomi'\. There are: dev, rosa\."):
        simulation.run(humans={"tomi": lambda _: "Hello."})


def test_people_and_the_stand_in_talk_with_each_other(tmp_path: Path) -> None:
    """The record says whom people play; the others speak written lines."""
    run = loader(small_project(tmp_path))().run(seed=1, humans={"dev": lambda _: "Two cups."})

    assert run.started.humans == ("dev",)
    assert {(one.speaker, one.provenance) for one in run.turns} >= {
        ("rosa", "line"),
        ("dev", "human"),
    }


async def test_a_rehearsal_needs_nobody(tmp_path: Path) -> None:
    """It tells which turns are a person's, and asks no model for them."""
    simulation = loader(small_project(tmp_path))()
    cast = simulation.cast.with_humans(["rosa"])

    rehearsed = await rehearse(cast, simulation.catalog, simulation.choice, seed=1)

    turns = rehearsed.human_turns["rosa"]
    assert turns
    assert sum(model.calls for model in rehearsed.models) == rehearsed.turns - len(turns)


async def test_a_model_does_not_speak_for_a_person() -> None:
    """A graph of one's own that has the wrong node for a member says which one to take."""
    cast = trio()
    there = staged(lambda _: "Hello.", cast)
    async with Session(environ={}, network=there.network) as session:
        record = MemoryRecord(events=[started(cast), chosen(1, "rosa")])
        context = there.context(record, session)
        state: Talk = {"state": State.from_events(record.events)}

        class Runtime:
            pass

        runtime: Any = Runtime()
        runtime.context = context
        wrong = (await persona_node("rosa")(state, runtime))["state"][0]
        right = (await human_node("rosa")(state, runtime))["state"][0]

    assert (wrong.kind, right.text) == ("turn_failed", "Hello.")
    assert 'A human plays Rosa Lindqvist: put human_node("rosa") in the graph' in wrong.message


def test_whoever_a_handoff_names_may_be_a_person() -> None:
    """The next speaker's field is filled in by a person as by a model."""
    cast = cast_of("rosa", "dev", reply=NEXT).with_humans(["rosa"])
    events: list[Event] = [started(cast), chosen(1, "dev"), passed(1, "dev"), chosen(2, "rosa")]
    state = State.from_events(events)

    turn = HumanTurn.of(state, cast, "rosa")

    assert turn.checked(HumanReply("You.", reply={"next": "dev"})).own == {"next": "dev"}


def test_a_person_is_found_in_yaml(tmp_path: Path) -> None:
    """`player: human` makes the member a person's; anything else is a mistake."""
    folder = small_project(tmp_path)
    file = folder / "scenarios" / "tea.yaml"
    file.write_text(file.read_text().replace("- persona: dev", "- {persona: dev, player: human}"))

    assert Project.find(folder).cast("tea").humans == ("dev",)
    assert load("tea", project=folder).cast.member("rosa").player == "model"


async def test_events_come_one_by_one_with_people_too(tmp_path: Path) -> None:
    """Whoever reads a run's events as they come may play in it and steer it."""
    simulation, steering = loader(small_project(tmp_path))(turns=3), Steering()
    steering.say("Begin.")

    found = simulation.events(seed=1, humans={"dev": lambda _: "Two cups."}, steering=steering)
    events = [event async for event in found]

    assert [one.text for one in events if isinstance(one, Intervened | TurnTaken)][:3] == [
        "Begin.",
        "The kettle is on for the vicar.",
        "Two cups.",
    ]
