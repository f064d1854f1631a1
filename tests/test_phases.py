"""Phases: one after another, each with its speakers and its order, until it is over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.conversation.graph import Conversation
from simulator.conversation.phases import Plan, next_phase, phases_of
from simulator.conversation.state import State, fold
from simulator.conversation.stop_conditions import StopReason
from simulator.definitions.cast import Cast
from simulator.definitions.phase import Phase
from simulator.errors import UserCodeFailed
from simulator.llm.ask import Question
from simulator.record.events import (
    Event,
    LimitReached,
    PersonaLeft,
    PhaseEntered,
    RunEnded,
)
from tests.stage import always, course, debate, reply, stage
from tests.talks import AT, chosen, passed, said, standing_of, started, talk

ACTS: list[dict[str, Any]] = [
    {"name": "opening", "about": "Everybody says who they are", "rounds": 1},
    {"name": "questions", "speakers": ["moderator", "dev"], "turns": 3},
    {"name": "closing", "speakers": ["ilse"], "until": {"phrase": "good night"}},
]


def entered(phase: str, *, turn: int = 0, speakers: tuple[str, ...] = ()) -> PhaseEntered:
    """A phase begins after this turn."""
    return PhaseEntered(turn=turn, at=AT, phase=phase, speakers=speakers)


def coming(cast: Cast, *events: Event) -> PhaseEntered | StopReason | Question[Any] | None:
    """What comes after these events."""
    state = State.from_events([started(cast), *events])
    return next_phase(phases_of(cast, None), standing_of(state, cast))


def name_of(found: object) -> str:
    """The phase that begins, the end's word, or nothing."""
    if isinstance(found, PhaseEntered):
        return found.phase
    return found.word if isinstance(found, StopReason) else str(found or "")


def test_the_first_phase_begins_before_the_first_turn() -> None:
    """With what it is for; no speakers are told where everybody may speak."""
    found = coming(debate(*ACTS))

    assert isinstance(found, PhaseEntered)
    assert (found.turn, found.phase, found.speakers) == (0, "opening", ())
    assert found.about == "Everybody says who they are"


def test_ids_and_roles_name_the_speakers() -> None:
    """In the order of the cast."""
    rest = [chosen(n, who) for n, who in enumerate(("rosa", "dev", "ilse"), start=1)]
    ends = [said(n, who) for n, who in enumerate(("rosa", "dev", "ilse"), start=1)]
    turns: list[Event] = [one for pair in zip(rest, ends, strict=True) for one in pair]

    found = coming(debate(*ACTS), entered("opening"), *turns)

    assert isinstance(found, PhaseEntered)
    assert (found.phase, found.turn, found.speakers) == ("questions", 3, ("dev", "ilse"))


@pytest.mark.parametrize(
    ("phase", "moves", "over"),
    [
        ({"turns": 2}, ["rosa"], False),
        ({"turns": 2}, ["rosa", "rosa"], True),
        ({"rounds": 1}, ["rosa", "dev", "rosa"], False),
        ({"rounds": 1}, ["rosa", "dev", "ilse"], True),
        ({"rounds": 1, "speakers": ["rosa", "dev"]}, ["rosa", "dev"], True),
        ({"rounds": 2}, ["rosa", "dev", "ilse", "rosa", "dev"], False),
        ({"rounds": 2}, ["rosa", "dev", "ilse", "ilse", "dev", "rosa"], True),
        ({"until": {"phrase": "enough"}}, ["rosa"], False),
        ({"until": {"phrase": "rosa"}}, ["rosa"], True),
        ({"until": {"turns": 2}}, ["rosa"], False),
        ({"until": {"turns": 2}}, ["rosa", "dev"], True),
        ({"turns": 9, "rounds": 9, "until": {"speaker": "dev"}}, ["dev"], True),
        ({"until": {"not": {"phrase": "rosa"}}}, [], False),
        ({}, ["rosa"] * 9, False),
    ],
)
@pytest.mark.parametrize("before", [0, 4])
def test_a_phase_is_over(phase: dict[str, Any], moves: list[str], over: bool, before: int) -> None:
    """By turns, rounds or a rule, whichever comes first; only what happened in it counts."""
    cast, may = (
        debate({"name": "first", **phase}, {"name": "second"}),
        tuple(phase.get("speakers", ())),
    )
    earlier = [("rosa", "Enough, says rosa."), ("dev", "Hm."), ("ilse", "Hm."), ("rosa", "Rosa.")]
    state = fold(talk(cast, *earlier[:before]), [entered("first", turn=before, speakers=may)])
    for turn, who in enumerate(moves, start=before + 1):
        state = fold(state, [chosen(turn, who), said(turn, who, f"I am {who}.")])

    found = next_phase(phases_of(cast, None), standing_of(state, cast))

    assert name_of(found) == ("second" if over else "")


def test_passes_and_failures_are_turns_of_a_phase() -> None:
    """A round is full when everybody had the floor, whatever they made of it."""
    cast = debate({"name": "first", "rounds": 1}, {"name": "second"})
    floor: list[Event] = [chosen(1, "rosa", "dev", "ilse"), passed(1, "rosa"), passed(2, "dev")]

    found = coming(cast, entered("first"), *floor, said(3, "ilse"))

    assert name_of(found) == "second"


def test_a_phase_nobody_can_speak_in_is_left_out() -> None:
    """Before it begins and while it lasts; after the last one the talk is over."""
    cast = debate({"name": "a", "speakers": ["rosa"]}, {"name": "b", "speakers": ["dev"]})
    gone = [PersonaLeft(turn=0, at=AT, persona=one) for one in ("rosa", "dev")]

    assert name_of(coming(cast)) == "a"
    assert name_of(coming(cast, gone[0])) == "b"
    assert name_of(coming(cast, entered("a", speakers=("rosa",)), gone[0])) == "b"
    assert coming(cast, *gone) == StopReason(
        "phases", "none of those who may speak in a phase is here"
    )
    assert coming(cast, entered("b", speakers=("dev",)), gone[1]) == StopReason(
        "phases", "b, the last phase anybody can speak in, is over"
    )


def test_a_goal_ends_a_phase() -> None:
    """The judge reads what was said in the phase, and is asked after its first round."""
    cast = debate({"name": "a", "until": {"goal": "They agree."}}, {"name": "b"})
    state = fold(talk(cast, ("rosa", "Before.")), [entered("a", turn=1)])
    asked_at = []
    for turn in range(2, 8):
        state = fold(state, [chosen(turn, "dev"), said(turn, "dev", f"Turn {turn}.")])
        found = next_phase(phases_of(cast, None), standing_of(state, cast))
        if isinstance(found, Question):
            asked_at.append((turn, len(found.prompt.transcript)))

    assert asked_at == [(4, 3), (7, 6)]


def test_what_was_learnt_about_a_models_context_holds_in_a_phase() -> None:
    """A judge's prompt keeps to the narrowest window met, in whichever turn that was."""
    cast = debate({"name": "a", "turns": 9})
    narrow = LimitReached(
        turn=5, at=AT, scope="run", unit="context_tokens", limit="900", used="too long"
    )
    state = fold(talk(cast, *[("rosa", "Hm.")] * 5), [narrow, entered("a", turn=4)])

    assert state.in_phase().prompt_tokens(100_000) == 900


def plan(*phases: dict[str, Any]) -> Plan:
    """A graph's own phases."""
    return lambda _: tuple(map(Phase.model_validate, phases))


async def test_a_graph_has_phases_for_scenarios_without() -> None:
    """They depend on the cast; a scenario's own phases go before them."""

    def one_each(cast: Cast) -> tuple[Phase, ...]:
        return tuple(Phase(name=f"of-{one}", speakers=(one,), turns=1) for one in cast.ids)

    graph = Conversation(turn_taking="round_robin", phases=one_each)
    plain, own = (
        replace(stage(cast, always(reply())), conversation=graph)
        for cast in (debate(), debate({"name": "mine", "turns": 1}))
    )

    assert await course(plain) == [
        *("<of-rosa>", "rosa", "<of-dev>", "dev", "<of-ilse>", "ilse", "phases"),
    ]
    assert await course(own) == ["<mine>", "rosa", "phases"]


def broken(_: Cast) -> tuple[Phase, ...]:
    """A graph's phases with a mistake in them."""
    raise KeyError("moderator")


def _nonsense(_: Cast) -> Any:
    return ("opening",)


@pytest.mark.parametrize(
    ("own", "message"),
    [
        (broken, "the graph's phases raised KeyError: 'moderator'"),
        (_nonsense, "the graph's phases must be Phase values, each with its own name"),
        (lambda _: None, "the graph's phases raised TypeError"),
        (plan({"name": "a"}, {"name": "a"}), "the graph's phases must be Phase values, each"),
    ],
)
async def test_phases_of_a_graph_that_are_none_are_told(own: Plan, message: str) -> None:
    """The run fails with a sentence."""
    with pytest.raises(UserCodeFailed, match=message):
        phases_of(debate(), own)

    graph = Conversation(turn_taking="round_robin", phases=own)
    record = await replace(stage(debate(), always(reply())), conversation=graph).play()

    end = record.events[-1]
    assert isinstance(end, RunEnded)
    assert (end.stop_reason, message in end.detail) == ("failed", True)


@given(
    rounds=st.lists(st.integers(1, 3), min_size=1, max_size=3),
    leaving=st.sets(st.sampled_from(("rosa", "dev"))),
)
def test_phases_come_once_each_and_in_their_order(rounds: list[int], leaving: set[str]) -> None:
    """Whoever leaves, whenever: no phase comes twice or before an earlier one, and there is an end.

    Everybody who is there gets the floor in turn.
    """
    written = [{"name": f"p{n}", "rounds": count} for n, count in enumerate(rounds)]
    cast = debate(*written, turns=60)
    state, entries, found = talk(cast), [], None

    for turn in range(1, 61):
        found = next_phase(phases_of(cast, None), standing_of(state, cast))
        if isinstance(found, StopReason):
            break
        if isinstance(found, PhaseEntered):
            entries.append(found.phase)
            state = fold(state, [found])
        who = state.present[turn % len(state.present)]
        act: Any = "leave" if who in leaving and turn > 3 else "answer"
        state = fold(state, [chosen(turn, who), said(turn, who, act=act)])

    assert entries == [one["name"] for one in written]
    assert isinstance(found, StopReason)
