"""The graph: a talk goes on from any point of its record as it would have gone on anyway."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from simulator import Conversation, NextSpeakers, RunContext, Talk, persona_node
from simulator.conversation.graph import CompiledTalk, recursion_limit
from simulator.conversation.state import State
from simulator.conversation.turn_taking import Policy
from simulator.definitions.cast import Cast
from simulator.definitions.project import Project
from simulator.errors import NotFound, UsageError
from simulator.llm.session import Session
from simulator.record.events import Event, RunEnded, SpeakerChosen, TurnTaken
from simulator.testing import MemoryRecord, completion
from tests.floor_samples import NEXT
from tests.llm_samples import ONCE
from tests.stage import (
    Body,
    Film,
    Improvising,
    Stage,
    all_at_once,
    always,
    asked,
    asked_to_choose,
    assert_goes_on,
    choice,
    conversation_of,
    kinds,
    reply,
    stage,
)
from tests.talks import cast_of, chosen, member, said, started

ROOT = Path(__file__).parent.parent
PROJECT = Project.find(ROOT)
DEMOS = PROJECT.scenario_ids()


def demo(name: str, *, seed: int) -> Stage:
    """A shipped scenario with its own graph, played by the stand-in."""
    ours = PROJECT.cast(name)
    return Stage(
        cast=ours,
        conversation=conversation_of(ours),
        network=Improvising(always({})),
        model="stand-in",
        models=PROJECT.catalog(),
        seed=seed,
    )


def at_events(film: Film) -> list[MemoryRecord]:
    """The shots right after each event, and the empty one before the first."""
    return [
        shot
        for place, shot in enumerate(film.shots)
        if not place or len(shot.events) > len(film.shots[place - 1].events)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", DEMOS)
async def test_a_shipped_talk_goes_on_from_every_event(
    name: str, counts: Callable[[int, int], int]
) -> None:
    """Law 2 and 3: the same turns, speakers and words, and nothing answered is paid twice."""
    for seed in range(counts(1, 12)):
        there, film = demo(name, seed=seed), Film()
        await there.play(film)
        shots = at_events(film)

        assert [len(shot.events) for shot in shots] == list(range(len(film.events) + 1))
        await assert_goes_on(there, film, shots)


LIVELY = cast_of(
    member("rosa", tools=["clock"]),
    member("dev", tools=["clock"]),
    member("ilse", role="moderator", tools=["clock"]),
    limits={"turns": 9, "tool_rounds": 2},
    reply=NEXT,
    events=[{"at": {"turn": 4}, "say": "The lights go out."}, {"at": {"turn": 4}, "say": "Oh."}],
)


def lively(body: Body) -> Body | tuple[int, Body]:
    """Models that use tools, make mistakes, pass, fail and leave, all by turn and question."""
    moderator, turn = asked_to_choose(body)
    if moderator:
        return choice(("rosa", "dev")[turn % 2])
    speaker, turn = asked(body)
    answered = len(body["messages"])
    roles = [message["role"] for message in body["messages"]]
    if turn in {2, 7} and "tool" not in roles:
        return completion(tools=[("call_1", "clock", "{}"), ("call_2", "clok", "{")])
    if turn == 3 and roles[-2] != "assistant":
        return completion("I am no JSON.")
    words, heir = f"{speaker} in turn {turn} after {answered} messages.", ("rosa", "dev")[turn % 2]
    return LIVELY_TURNS.get(turn, reply(words, next=heir))


LIVELY_TURNS: Mapping[int, Body | tuple[int, Body]] = {
    5: (500, {"error": {"message": "out of order"}}),
    6: reply("", act="pass"),
    8: reply("I must go.", act="leave"),
}


POLICIES: tuple[str | Policy, ...] = (
    "addressed",
    "alternating",
    "handoff",
    "moderated",
    "random",
    "round_robin",
    "selected",
    "simultaneous",
    all_at_once,
)


@pytest.mark.parametrize("policy", POLICIES)
async def test_a_talk_goes_on_from_any_step_of_its_record(
    policy: str | Policy, counts: Callable[[int, int], int]
) -> None:
    """Between any two writes, in the midst of turns, tools, repairs and simultaneous rounds."""
    there, film = stage(LIVELY, lively, policy=policy), Film()
    first, step = POLICIES.index(policy) % counts(6, 1), counts(6, 1)

    await there.play(film)

    assert {"tool_called", "turn_failed", "turn_passed", "intervened"} <= set(kinds(film.events))
    assert isinstance(film.events[-1], RunEnded)
    assert film.events[-1].stop_reason == "turns"
    await assert_goes_on(there, film, film.shots[first::step])


async def states_of(there: Stage, record: MemoryRecord) -> list[tuple[int, State]]:
    """How many events there were and what the graph's state was, after each of its steps."""
    async with Session(environ={}, retry=ONCE, network=there.network) as session:
        graph, context = there.conversation.compiled(there.cast), there.context(record, session)
        steps = graph.astream({"state": State()}, context=context, stream_mode="values")
        return [(len(record.events), cast("Talk", step)["state"]) async for step in steps]


@pytest.mark.parametrize("policy", POLICIES)
async def test_the_graphs_state_is_that_of_its_events(policy: str | Policy) -> None:
    """After every step, also where simultaneous turns end in another order than they began."""
    there = stage(LIVELY, lively, policy=policy)
    slow = {"Rosa Lindqvist": 0.004, "Dev Moreau": 0.0, "Ilse Maes": 0.002}
    network = Improvising(lively, pause=lambda body: slow.get(asked(body)[0], 0.0))
    record = MemoryRecord()

    steps = await states_of(replace(there, network=network), record)

    assert len(steps) > 6
    for events, state in steps:
        assert state == State.from_events(record.events[:events])


def introduce(body: Body) -> Body:
    """Models that say who they are."""
    return reply(f"I am {asked(body)[0]}.")


@pytest.mark.parametrize("policy", [all_at_once, "simultaneous"])
async def test_simultaneous_speakers_hear_the_same(policy: str | Policy) -> None:
    """Nobody in a round hears the others; turns are numbered in the order of being chosen."""
    ours = cast_of("rosa", "dev", "ilse", limits={"turns": 6})
    slow = {"Rosa Lindqvist": 0.004, "Dev Moreau": 0.002}
    network = Improvising(introduce, pause=lambda body: slow.get(asked(body)[0], 0.0))
    there = stage(ours, introduce, policy=policy)

    record = await replace(there, network=network).play()

    transcripts = [transcript_of(body) for body in network.bodies]
    turns = [(one.turn, one.speaker) for one in record.events if isinstance(one, TurnTaken)]
    assert transcripts[:3] == [()] * 3
    assert [len(lines) for lines in transcripts[3:]] == [3] * 3
    assert len(set(transcripts[3:])) == 1
    assert sorted(turns) == list(zip(range(1, 7), ours.ids * 2, strict=True))
    assert [speaker for _, speaker in turns[:3]] == ["ilse", "dev", "rosa"]


def transcript_of(body: Body) -> tuple[str, ...]:
    """The lines a request shows."""
    parts = body["messages"][1]["content"]
    return tuple(part["text"] for part in parts[2:]) if isinstance(parts, list) else ()


async def test_a_broken_round_is_finished_as_it_was_begun() -> None:
    """Whoever has not spoken yet is asked the very question they would have been asked."""
    ours = cast_of("rosa", "dev", limits={"turns": 2})
    whole = stage(ours, always(reply()), policy=all_at_once)
    rest = stage(ours, always(reply()), policy=all_at_once)
    begun: list[Event] = [started(ours), chosen(1, "rosa", "dev"), said(1, "rosa", "Me first.")]

    await whole.play()
    record = await rest.play(MemoryRecord(events=begun))

    (asked_then,) = [body for body in whole.network.bodies if asked(body)[1] == 2]
    assert rest.network.bodies == [asked_then]
    assert kinds(record.events)[-3:] == ["turn_taken", "limit_reached", "run_ended"]


def chooser(cast_: Cast) -> Callable[..., Any]:
    """A user's own node that gives the floor to one after the other, twice."""

    async def node(state: Talk, runtime: Runtime[RunContext]) -> dict[str, Any]:
        talk = state["state"]
        opening = () if talk.members else runtime.context.commit(started(cast_))
        turn = talk.turn + 1
        if talk.pending or turn > 2 * len(cast_.ids):
            return {"state": opening}
        name = cast_.ids[(turn - 1) % len(cast_.ids)]
        return {"state": (*opening, *runtime.context.commit(chosen(turn, name)))}

    return node


def own_graph(cast_: Cast) -> CompiledTalk:
    """A graph that a user has drawn, with personas of ours for nodes."""
    graph: StateGraph[Talk, RunContext, Talk, Talk] = StateGraph(Talk, context_schema=RunContext)
    graph.add_node("mine", chooser(cast_))
    graph.add_edge(START, "mine")
    for one in cast_.ids:
        graph.add_node(one, persona_node(one))
        graph.add_edge(one, "mine")
    names = [*cast_.ids, END]

    def after(state: Talk) -> str:
        return next((one.speaker for one in state["state"].pending), END)

    graph.add_conditional_edges("mine", after, names)
    return graph.compile()


async def test_personas_are_nodes_of_a_users_own_graph() -> None:
    """A StateGraph over Talk whose own node chooses, and which ends where it likes."""
    ours = cast_of("rosa", "dev")
    there, record = stage(ours, introduce), MemoryRecord()

    async with Session(environ={}, retry=ONCE, network=there.network) as session:
        context = there.context(record, session)
        last = await own_graph(ours).ainvoke({"state": State()}, context=context)

    assert [(one.turn, one.text) for one in last["state"].utterances] == [
        (1, "I am Rosa Lindqvist."),
        (2, "I am Dev Moreau."),
        (3, "I am Rosa Lindqvist."),
        (4, "I am Dev Moreau."),
    ]
    assert last["state"] == State.from_events(record.events)


async def test_a_persona_without_a_turn_does_nothing() -> None:
    """A node whose member has not been chosen changes nothing and asks nobody."""
    ours = cast_of("rosa", "dev")
    there, record = stage(ours, always(reply())), MemoryRecord()
    graph: StateGraph[Talk, RunContext, Talk, Talk] = StateGraph(Talk, context_schema=RunContext)
    graph.add_node("dev", persona_node("dev"))
    graph.add_edge(START, "dev")
    before = State.from_events([started(ours), chosen(1, "rosa")])

    async with Session(environ={}, network=there.network) as session:
        context = there.context(record, session)
        last = await graph.compile().ainvoke({"state": before}, context=context)

    assert (last["state"], record.events, there.network.bodies) == (before, [], [])


async def test_a_node_can_be_added_to_our_graph() -> None:
    """`Conversation.graph` gives the graph before it is compiled."""
    ours = cast_of("rosa", "dev", limits={"turns": 2})
    there, seen = stage(ours, always(reply())), []

    async def watch(state: Talk) -> dict[str, Any]:
        seen.append(state["state"].turn)
        return {"state": ()}

    graph = there.conversation.graph(ours)
    graph.add_node("watch", watch)
    graph.add_edge("rosa", "watch")
    async with Session(environ={}, network=there.network) as session:
        context = there.context(MemoryRecord(), session)
        await graph.compile().ainvoke({"state": State()}, context=context)

    assert seen == [1]


@pytest.mark.parametrize("turns", [1, 2, 60])
async def test_the_recursion_limit_is_enough(turns: int) -> None:
    """A talk of the most turns there may be fits into LangGraph's limit of steps."""
    there = stage(cast_of("rosa", "dev", limits={"turns": turns}), always(reply()))

    record = await there.play()

    assert kinds(record.events).count("turn_taken") == turns
    assert recursion_limit(turns) == 2 * turns + 4


async def test_a_graph_needs_a_context() -> None:
    """The message says what makes one."""
    graph = Conversation().compiled(cast_of("rosa"))

    with pytest.raises(UsageError, match=r"context=RunContext\(\.\.\.\); simulator.load"):
        await graph.ainvoke({"state": State()})


def test_an_unknown_policy_is_told_when_the_graph_is_made() -> None:
    """Not in the middle of a run."""
    with pytest.raises(NotFound, match="No turn-taking policy is called 'adressed'"):
        Conversation(turn_taking="adressed").compiled(cast_of("rosa"))


async def test_the_stand_in_picks_who_speaks() -> None:
    """Asked as a model would be where nobody is called by name; its reason is recorded."""
    ours = replace(demo("focus-group", seed=1), conversation=Conversation(turn_taking="selected"))

    record = await ours.play()

    chosen_ = [one for one in record.events if isinstance(one, SpeakerChosen)]
    picked = [one for one in chosen_ if one.calls]
    asked_for = [call for call in record.calls.values() if call.purpose == "select"]
    assert all(one.calls or one.reason.startswith("called by name") for one in chosen_)
    assert {one.reason for one in picked} <= {
        "has a written line for this moment",
        "has said least",
    }
    assert [call for one in picked for call in one.calls] == [call.id for call in asked_for]
    assert {(call.persona, call.tier) for call in asked_for} == {("", "simple")}
    assert 0 < len(picked) < len(chosen_)


async def test_what_a_policy_of_ones_own_says_is_on_record() -> None:
    """A function is a policy; its reason stands in the record."""

    def back_and_forth(state: State, *_: object) -> NextSpeakers:
        name = ("rosa", "dev")[state.turn % 2]
        return NextSpeakers((name,), f"it is {name}'s turn")

    ours = cast_of("rosa", "dev", limits={"turns": 2})
    record = await stage(ours, always(reply()), policy=back_and_forth).play()

    reasons = [(one.names, one.reason) for one in record.events if isinstance(one, SpeakerChosen)]
    assert reasons == [(("rosa",), "it is rosa's turn"), (("dev",), "it is dev's turn")]
