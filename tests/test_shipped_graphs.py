"""The graphs that are shipped: LangGraph is told of them, and each plays to a sensible end."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from simulator import Conversation, NextSpeakers
from simulator.conversation.phases import next_phase
from simulator.conversation.standing import Standing
from simulator.conversation.state import State
from simulator.definitions.act import Act
from simulator.definitions.cast import Cast
from simulator.definitions.project import Project
from simulator.errors import UsageError
from simulator.llm.session import Session
from simulator.record.events import (
    Event,
    PersonaLeft,
    PhaseEntered,
    RunEnded,
    SpeakerChosen,
    TurnTaken,
)
from tests.stage import Improvising, Stage, always, course, reply, stage
from tests.talks import AT, cast_of, chosen, member, said, started
from tests.test_demos import played

ROOT = Path(__file__).parent.parent
PROJECT = Project.find(ROOT)
GRAPHS: Mapping[str, str] = json.loads((ROOT / "langgraph.json").read_text())["graphs"]
DEMOS: Mapping[str, tuple[str, int]] = {
    "until-six": ("phrase", 9),
    "later-button": ("phrase", 8),
    "pager-weeks": ("agreement", 9),
}
"""Small scenarios of graphs: why each stops, and after how many turns."""


def conversation(name: str) -> Conversation:
    """What a graph's file binds."""
    found: Conversation = runpy.run_path(str(ROOT / "graphs" / f"{name}.py"))["conversation"]
    return found


def test_langgraph_is_told_of_every_graph() -> None:
    """Each file of graphs/ stands in langgraph.json."""
    files = sorted((ROOT / "graphs").glob("*.py"))

    assert {one.stem: f"./graphs/{one.name}:graph" for one in files} == GRAPHS


@pytest.mark.parametrize("name", DEMOS)
async def test_a_small_scenario_plays_to_its_end(
    name: str, counts: Callable[[int, int], int]
) -> None:
    """With every seed in written lines only, each after what it answers, and not always alike."""
    cast, talks = PROJECT.cast(name), set()
    after = {line.id: set(line.after) for line in cast.scenario.lines}

    async with Session(environ={}) as session:
        for seed in range(counts(5, 50)):
            events = await played(cast, seed=seed, session=session)
            turns = [one for one in events if isinstance(one, TurnTaken)]
            spoken = [one.source for one in sorted(turns, key=lambda one: one.turn)]
            end = events[-1]

            assert isinstance(end, RunEnded)
            assert (end.stop_reason, len(turns)) == DEMOS[name]
            assert all(after[line] <= set(spoken[:place]) for place, line in enumerate(spoken))
            talks.add(tuple(spoken))

    assert len(talks) > 1


async def test_an_open_floor_plays_to_its_end(counts: Callable[[int, int], int]) -> None:
    """With every seed to the last words or the last turn, and everybody is heard."""
    cast = PROJECT.cast("focus-group")
    there = Stage(
        cast=cast,
        conversation=conversation("open_floor"),
        network=Improvising(always({})),
        model="stand-in",
        models=PROJECT.catalog(),
    )

    for seed in range(counts(5, 50)):
        record = await replace(there, seed=seed).play()
        end = record.events[-1]

        assert isinstance(end, RunEnded)
        assert end.stop_reason in {"phrase", "turns"}
        assert {one.speaker for one in record.events if isinstance(one, TurnTaken)} == set(cast.ids)


async def parts(graph: str, cast: Cast) -> list[str]:
    """Who speaks in which phase of a graph, whatever is said."""
    there = stage(cast, always(reply()))
    return await course(Stage(cast=cast, conversation=conversation(graph), network=there.network))


async def test_a_debate_goes_back_and_forth() -> None:
    """The sides open, reply twice, close; the judge has the last word and no other."""
    cast = cast_of(
        member("rosa", role="pro"), member("dev", role="Con"), member("ilse", role="judge")
    )

    assert await parts("debate", cast) == [
        *("<opening>", "rosa", "dev"),
        *("<rebuttal>", "rosa", "dev", "rosa", "dev"),
        *("<closing>", "rosa", "dev"),
        *("<verdict>", "ilse", "phases"),
    ]


async def test_a_debate_without_a_judge_ends_undecided() -> None:
    """The phase of nobody is left out."""
    cast = cast_of(member("rosa", role="pro"), member("dev", role="con"))

    assert (await parts("debate", cast))[-3:] == ["rosa", "dev", "phases"]


@pytest.mark.parametrize(
    ("graph", "roles", "missing"),
    [
        ("debate", ("pro", "judge"), "con"),
        ("critics", ("author", "critic"), "moderator"),
        ("courtroom", ("prosecution", "defence"), "jury"),
    ],
)
async def test_a_role_that_is_missing_is_told(
    graph: str, roles: tuple[str, str], missing: str
) -> None:
    """Nothing is played, and a sentence says what to write."""
    cast = cast_of(*(member(f"m{n}", role=role) for n, role in enumerate(roles)))
    there = stage(cast, always(reply()))
    playing = Stage(cast=cast, conversation=conversation(graph), network=there.network)

    with pytest.raises(UsageError, match=f"needs a {missing}: give one member .*role: {missing}"):
        await playing.play()

    assert there.network.bodies == []


async def test_critics_do_not_hear_each_other() -> None:
    """They criticise at once; the replies come one by one, and the chair has the last word."""
    cast = cast_of(
        member("ilse", role="moderator"), member("dev", role="author"), "rosa", "tomi", "kim"
    )

    assert await parts("critics", cast) == [
        *("<proposal>", "dev"),
        *("<critique>", "rosa", "tomi", "kim"),
        *("<summary>", "ilse"),
        *("<replies>", "dev", "rosa", "tomi", "kim"),
        *("<decision>", "ilse", "phases"),
    ]


async def test_only_the_jury_votes_and_nobody_sees_how() -> None:
    """They speak at once, in the last phase, and fill in a field that is private."""
    cast = PROJECT.cast("courtroom")
    jury = {one.id for one in cast.with_role("jury")}

    async with Session(environ={}) as session:
        events = await played(cast, seed=3, session=session)

    before, vote = _last_phase(events)
    (round_,) = [one for one in vote if isinstance(one, SpeakerChosen)]
    votes = {one.speaker: dict(one.reply) for one in vote if isinstance(one, TurnTaken)}
    assert not any(one.reply for one in before if isinstance(one, TurnTaken))
    assert set(round_.names) == jury
    assert {name: list(own) for name, own in votes.items()} == {one: ["verdict"] for one in jury}
    assert cast.scenario.reply["verdict"].private


def _last_phase(events: list[Event]) -> tuple[list[Event], list[Event]]:
    place = max(n for n, one in enumerate(events) if isinstance(one, PhaseEntered))
    return events[:place], events[place:]


PARTIES = cast_of("rosa", "dev", member("ilse", role="mediator"))


def next_in_talks(*turns: tuple[str, Act], gone: str = "") -> str:
    """Who speaks in a negotiation after turns of these acts."""
    events: list[Event] = [started(PARTIES)]
    for turn, (speaker, act) in enumerate(turns, start=1):
        events += [chosen(turn, speaker), said(turn, speaker, act=act)]
    if gone:
        events.append(PersonaLeft(turn=len(turns), at=AT, persona=gone))
    decided = conversation("negotiation").policy(State.from_events(events), PARTIES, ())
    assert isinstance(decided, NextSpeakers)
    return decided.names[0]


STUCK: tuple[tuple[str, Act], ...] = (
    ("rosa", "object"),
    ("dev", "object"),
    ("rosa", "challenge"),
    ("dev", "ask"),
)


def test_a_mediator_steps_in_when_nobody_moves() -> None:
    """Once both have spoken twice in vain; whoever offers, gives way or agrees has moved."""
    moved: tuple[tuple[str, Act], ...] = (STUCK[0], ("dev", "concede"), *STUCK[2:])

    assert next_in_talks() == "rosa"
    assert next_in_talks(*STUCK[:3]) == "dev"
    assert next_in_talks(*STUCK) == "ilse"
    assert next_in_talks(*moved) == "rosa"
    assert next_in_talks(*STUCK, ("ilse", "ask")) == "rosa"
    assert next_in_talks(*STUCK, ("ilse", "ask"), *STUCK[:3]) == "dev"
    assert next_in_talks(*STUCK, ("ilse", "ask"), *STUCK) == "ilse"


def test_parties_go_on_without_a_mediator() -> None:
    """Where the mediator has left they speak in turn; where only he is left, he does."""
    assert next_in_talks(*STUCK, gone="ilse") == "rosa"
    assert next_in_talks(STUCK[0], gone="dev") == "ilse"


def test_only_the_judge_closes_the_evidence() -> None:
    """Whoever else says the words goes on hearing it."""
    cast = cast_of(
        member("eamon", role="judge"),
        member("rosa", role="prosecution"),
        member("dev", role="defence"),
        member("kim", role="jury"),
        limits={"turns": 30},
    )
    phases = conversation("courtroom").phases_for(cast)
    begun: list[Event] = [
        started(cast),
        PhaseEntered(turn=0, at=AT, phase="evidence", speakers=("eamon", "rosa", "dev")),
    ]

    def after(speaker: str) -> str:
        words = said(1, speaker, "The evidence is closed.")
        state = State.from_events([*begun, chosen(1, speaker), words])
        coming = next_phase(phases, Standing(state=state, cast=cast))
        return coming.phase if isinstance(coming, PhaseEntered) else "evidence"

    found = {one: after(one) for one in ("eamon", "rosa", "dev")}
    assert found == {"eamon": "closing", "rosa": "evidence", "dev": "evidence"}
