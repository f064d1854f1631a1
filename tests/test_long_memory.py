"""Long-term memory: what a persona takes along from a run, and what comes back in later ones."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from simulator import Run, Session, Simulation, Store
from simulator.conversation.memory import episode_of, what_to_recall
from simulator.conversation.perception import perceive
from simulator.conversation.state import State
from simulator.record.events import MemoryKept, MemoryRecalled, RunEnded
from simulator.record.rows import MemoryRow
from tests.notes_samples import (
    ACROSS,
    LONG,
    WHOLE,
    asked_for,
    noting,
    recalled,
    text_of,
    took_along,
)
from tests.scripted_server import answers, at_server
from tests.small_project import MODEL, loader, small_project
from tests.stage import Improvising, kinds, reply, stage
from tests.talks import cast_of, chosen, member, said, started, talk

EPISODE = (
    "In Tea with the vicar I talked with Dev Moreau. I began: "
    '"The kettle is on for the vicar." At the end I said: "More tea, anybody?"'
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project whose people remember."""
    made = small_project(tmp_path)
    scenario = made / "scenarios" / "tea.yaml"
    scenario.write_text(f"{scenario.read_text()}memory: {{across_runs: true}}\n")
    return made


@pytest.fixture
def tea(project: Path) -> Callable[..., Simulation]:
    """Loads the project's scenario."""
    return loader(project)


def remembered(path: Path) -> list[MemoryRow]:
    """All memories of a database, the oldest first."""
    with Store.open(path) as store:
        return store.memories.newest()[::-1]


def test_a_persona_remembers_an_earlier_run(tea: Callable[..., Simulation]) -> None:
    """Without a model: an episode made of what was heard and said, recalled by its words.

    The stand-in's run has no facts, and what is in mind is not recalled again.
    """
    first = tea().run(seed=3)
    second = tea().run(seed=3)

    memories = remembered(first.database)[:2]
    assert [(one.persona, one.form, one.text) for one in memories] == [
        ("rosa", "episode", EPISODE),
        ("dev", "episode", memories[1].text),
    ]
    assert {one.run for one in memories} == {first.id}
    assert recalled(first.events) == []
    assert recalled(second.events) == [(1, "rosa", EPISODE), (2, "dev", memories[1].text)]
    assert [one.source for one in second.events if isinstance(one, MemoryRecalled)] == [
        f"Tea with the vicar, {first.started.at:%Y-%m-%d}"
    ] * 2


def test_nothing_is_remembered_unless_the_scenario_says_so(tmp_path: Path) -> None:
    """Every run is the first by default."""
    plain = loader(small_project(tmp_path))

    plain().run(seed=3)
    second = plain().run(seed=3)

    assert remembered(second.database) == []
    assert {"memory_kept", "memory_recalled"}.isdisjoint(kinds(second.events))


async def modelled(simulation: Simulation, network: Improvising) -> Run:
    """A run whose models answer by a function."""
    environ = {"OPENAI_API_KEY": "sk-nothing-is-sent"}
    async with Session(environ=environ, network=network) as session:
        return await replace(simulation, environ=environ).arun(seed=3, session=session)


async def test_facts_are_asked_for_once_a_member_and_come_back(
    tea: Callable[..., Simulation],
) -> None:
    """One booked call for each when it is over; facts stand in the next run's last message only.

    A fact from a turn that there was not is no fact.
    """
    facts = [(2, "Dev keeps the ward's only kettle."), (99, "The moon is made of tea.")]
    network = Improvising(noting(facts=facts))
    simulation = tea(model=MODEL, turns=4)

    first = await modelled(simulation, network)
    asked_first = [body for body in network.bodies if asked_for(body) == "facts"]
    second = await modelled(simulation, network)

    found = remembered(first.database)
    assert [(one.persona, one.form, one.turn) for one in found if one.run == first.id] == [
        *(("rosa", "episode", 0), ("dev", "episode", 0)),
        *(("rosa", "fact", 2), ("dev", "fact", 2)),
    ]
    assert [call.call.purpose for call in first.calls].count("extract") == len(asked_first) == 2
    assert "Dev keeps the ward's only kettle." in {text for _, _, text in recalled(second.events)}
    told_in = [body for body in network.bodies if "only kettle" in text_of(body)]
    assert told_in
    assert all("only kettle" in str(body["messages"][-1]["content"]) for body in told_in)
    assert not any("only kettle" in text_of({"messages": b["messages"][:-1]}) for b in told_in)


async def test_memories_come_over_the_wire(tea: Callable[..., Simulation]) -> None:
    """Over real sockets: two lines, a fact for each member, and the fact in the next request."""
    said_, knows = reply("The kettle is mine."), took_along((1, "Rosa owns the kettle."))
    once = [answers(said_), answers(said_), answers(knows), answers(knows)]
    async with at_server(*once, *once) as (_, server):
        url = f"http://127.0.0.1:{server.port}/v1"
        environ = {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": url}
        simulation = replace(tea(model=MODEL, turns=2), environ=environ)
        first, second = await simulation.arun(seed=1), await simulation.arun(seed=1)

    assert (first.stop_reason, second.stop_reason) == ("turns", "turns")
    assert [call.call.purpose for call in first.calls] == ["speak", "speak", "extract", "extract"]
    assert {text for _, who, text in recalled(second.events) if who == "dev"} >= {
        "Rosa owns the kettle."
    }


def test_what_a_stand_in_left_is_not_recalled_among_models(
    tea: Callable[..., Simulation],
) -> None:
    """A rehearsal with written lines is nothing that a model's persona lived through."""
    tea().run(seed=3)

    second = asyncio.run(modelled(tea(model=MODEL, turns=2), Improvising(noting())))

    assert recalled(second.events) == []


async def test_a_failed_run_leaves_episodes_and_asks_nobody() -> None:
    """Models that cannot be reached are not asked what is worth remembering."""
    there = stage(cast_of("rosa", "dev", memory=ACROSS), lambda _: (401, {"error": {}}))

    record = await there.play()

    last = record.events[-1]
    assert isinstance(last, RunEnded)
    assert last.stop_reason == "key_refused"
    assert "extract" not in {call.purpose for call in record.calls.values()}


async def test_facts_that_cannot_be_had_change_no_end() -> None:
    """The run ends as it would have; episodes are kept all the same."""
    cast = cast_of("rosa", "dev", limits={"turns": 2}, memory=ACROSS)
    there = stage(cast, noting(fails=frozenset({"facts"})))

    record = await there.play()

    assert kinds(record.events)[-4:] == [
        "limit_reached",
        "memory_kept",
        "memory_kept",
        "run_ended",
    ]
    assert [one.form for one in record.events if isinstance(one, MemoryKept)] == ["episode"] * 2


def test_an_episode_tells_what_the_member_lived_through() -> None:
    """Those it heard, what came up more than once, its first and its last words."""
    cast = cast_of("rosa", "dev", member("ilse", enters_here="later"))
    state = State.from_events(
        [
            started(cast),
            *(chosen(1, "rosa"), said(1, "rosa", "The password screen, again.")),
            *(chosen(2, "dev"), said(2, "dev", "Which password?", to=("rosa",))),
            *(chosen(3, "rosa"), said(3, "rosa", "That  password\nscreen.")),
        ]
    )

    episodes = {
        one.id: episode_of(perceive(state, one.id), cast, member=one) for one in cast.members
    }

    assert episodes == {
        "rosa": "In Three-step onboarding I talked with Dev Moreau about password, screen. "
        'I began: "The password screen, again." At the end I said: "That password screen."',
        "dev": "In Three-step onboarding I talked with Rosa Lindqvist about password, screen. "
        'I began: "Which password?"',
        "ilse": "",
    }


def test_stage_directions_are_no_memories() -> None:
    """What the stand-in puts in brackets was neither said nor thought by anybody."""
    cast = cast_of("rosa", "dev")
    state = talk(cast, ("rosa", "[Rosa would object here.]"), ("dev", "Well."))

    rosa = episode_of(perceive(state, "rosa"), cast, member=cast.members[0])

    assert rosa == "In Three-step onboarding I talked with Dev Moreau. I said nothing."


def test_people_who_say_nothing_before_it_is_over_think_of_the_matter() -> None:
    """The last words heard, the newest first, and whose; at the start, what it is about."""
    cast = cast_of("rosa", "dev")
    lines = [("rosa", f"Line {n}.") for n in range(1, 7)]

    at_first = what_to_recall(perceive(talk(cast), "dev"), cast, cast.members[1])
    later = what_to_recall(perceive(talk(cast, *lines), "dev"), cast, cast.members[1])

    assert at_first == f"Rosa Lindqvist\n{cast.scenario.title}\n{cast.scenario.setting}"
    assert later == "Line 6.\nLine 5.\nLine 4.\nLine 3.\nRosa Lindqvist"


@pytest.mark.slow
async def test_a_run_that_remembers_keeps_the_size_law(project: Path) -> None:
    """With summaries, reflections and memories: 2 bytes for one answered, 1 kB a turn, 200 kB."""
    scenario = project / "scenarios" / "tea.yaml"
    text = scenario.read_text().replace("{across_runs: true}", json.dumps({**WHOLE, "recall": 3}))
    limits = "limits: {turns: 150, context_tokens: 3000}"
    text = text.replace("limits: {turns: 6}", limits).replace("stop: {phrase: more tea}\n", "")
    scenario.write_text(text)
    network = Improvising(noting(facts=[(n, f"Dev keeps kettle {n}.") for n in range(1, 6)]))
    runs, sizes = [], []

    for _ in range(5):
        runs.append(await modelled(loader(project)(model=MODEL), network))
        sizes.append(runs[-1].database.stat().st_size)
    first, _, third, _, fifth = sizes

    body = json.dumps(reply(f"Rosa Lindqvist in turn 99: {LONG}.")["choices"][0])
    answered = 150 * len(body)
    assert kinds(runs[-1].events).count("turn_taken") == 150
    assert first <= 2 * answered + 1_000 * 150 + 200_000
    assert fifth - third <= 1.1 * (third - first)
