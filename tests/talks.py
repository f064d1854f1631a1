"""Casts, events and states of made-up conversations, for tests of what a conversation does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from simulator.conversation.standing import Standing
from simulator.conversation.state import State
from simulator.definitions.act import Act
from simulator.definitions.cast import Cast, Member, member_from
from simulator.definitions.persona import Persona
from simulator.definitions.scenario import CastEntry, Scenario
from simulator.record.events import (
    Event,
    Intervened,
    PersonaLeft,
    RunStarted,
    SpeakerChosen,
    ToolCalled,
    TurnFailed,
    TurnPassed,
    TurnTaken,
)

AT = datetime(2026, 11, 20, 3, 50, tzinfo=UTC)
"""When everything happens."""
NAMES: Mapping[str, str] = {
    "rosa": "Rosa Lindqvist",
    "dev": "Dev Moreau",
    "ilse": "Ilse Maes",
    "tomi": "Tomi Horvat",
    "amara": "Dr. Amara Okafor",
    "kim": "Kim",
}


def member(member_id: str, *, role: str = "", **persona: Any) -> Member:
    """A member of a cast; `goals_here`, `secrets_here` and the like are the scenario's."""
    here = {
        key: persona.pop(f"{key}_here")
        for key in ("goals", "secrets", "budget", "enters")
        if f"{key}_here" in persona
    }
    name = NAMES.get(member_id, member_id.title())
    written = Persona.model_validate({"name": name, **persona})
    entry = CastEntry.model_validate({"persona": member_id, "role": role, **here})
    return member_from(entry, written, home=Path())


def cast_of(*members: Member | str, **scenario: Any) -> Cast:
    """A cast of these members, or of people with these ids."""
    people = tuple(member(one) if isinstance(one, str) else one for one in members)
    written = {
        "title": "Three-step onboarding",
        "setting": "The canteen of a hospital, ten to four in the morning.",
        "cast": [{"persona": one.id, "role": one.role} for one in people],
        **scenario,
    }
    return Cast(scenario_id="onboarding", scenario=Scenario.model_validate(written), members=people)


def started(cast: Cast, *, seed: int = 7) -> RunStarted:
    """The first event of a run."""
    return RunStarted(
        at=AT,
        scenario=cast.scenario_id,
        title=cast.scenario.title,
        seed=seed,
        graph=cast.scenario.graph,
        model="stand-in",
        stand_in=True,
        inputs=dict(cast.inputs),
        members={one.id: one.name for one in cast.members},
        absent=tuple(sorted(cast.late)),
        definitions={},
    )


def chosen(first: int, *names: str) -> SpeakerChosen:
    """These members get the floor at once, from turn `first` on."""
    turns = tuple(range(first, first + len(names)))
    return SpeakerChosen(
        turn=first, at=AT, names=names, reason="test", turns=turns, heard=first - 1
    )


def said(
    turn: int,
    speaker: str,
    text: str = "Well.",
    *,
    act: Act = "answer",
    to: tuple[str, ...] = (),
    source: str = "",
    **reply: Any,
) -> TurnTaken:
    """Somebody speaks; `reply` is what they put in the scenario's own fields."""
    return TurnTaken(
        turn=turn,
        at=AT,
        speaker=speaker,
        act=act,
        text=text,
        to=to,
        provenance="model",
        source=source,
        reply=reply,
    )


def passed(turn: int, speaker: str) -> TurnPassed:
    """Somebody says nothing."""
    return TurnPassed(turn=turn, at=AT, speaker=speaker)


def failed(turn: int, speaker: str, error: str = "invalid_reply") -> TurnFailed:
    """Somebody's turn fails."""
    return TurnFailed(turn=turn, at=AT, speaker=speaker, error=error, message=f"{error}!")


def told(turn: int, text: str = "The lights go out.", *, index: int = 0) -> Intervened:
    """The narrator speaks right before a turn."""
    return Intervened(turn=turn, at=AT, speaker="narrator", text=text, index=index)


def looked_up(turn: int, speaker: str, *, call: str = "c1", request: str = "t1") -> ToolCalled:
    """Somebody has used a tool."""
    return ToolCalled(
        turn=turn,
        at=AT,
        speaker=speaker,
        tool="clock",
        call=call,
        request=request,
        arguments={},
        result="ten to four",
    )


def talk(cast: Cast, *moves: tuple[str, str | None], seed: int = 7) -> State:
    """The state after turns one by one: (speaker, words), or (speaker, None) for a pass."""
    events: list[Event] = [started(cast, seed=seed)]
    for turn, (speaker, words) in enumerate(moves, start=1):
        ended = passed(turn, speaker) if words is None else said(turn, speaker, words)
        events += [chosen(turn, speaker), ended]
    return State.from_events(events)


def standing_of(state: State, cast: Cast, **more: Any) -> Standing:
    """Where a talk stands, with what it took and what was answered."""
    return Standing(state=state, cast=cast, **more)


@dataclass(frozen=True, slots=True)
class Story:
    """A cast and what happened to it."""

    cast: Cast
    events: tuple[Event, ...]
    rounds: tuple[tuple[Event, ...], ...] = field(default=())
    """The events by which turns ended, round by round."""

    @property
    def state(self) -> State:
        """What has happened so far."""
        return State.from_events(self.events)

    @property
    def standing(self) -> Standing:
        """Where it stands."""
        return standing_of(self.state, self.cast)


@st.composite
def stories(draw: st.DrawFn, *, members: int = 5, rounds: int = 6) -> Story:
    """Any history of whole rounds, simultaneous ones among them, that leaves somebody there."""
    size = draw(st.integers(1, members))
    cast = cast_of(*draw(st.permutations(tuple(NAMES)))[:size])
    events: list[Event] = [started(cast, seed=draw(st.integers(0, 2**31)))]
    ends: list[tuple[Event, ...]] = []
    for _ in range(draw(st.integers(0, rounds))):
        state = State.from_events(events)
        first = state.turn + 1
        if draw(st.integers(0, 4)) == 0:
            events.append(told(first, index=len(events)))
        names = draw(st.permutations(state.present))[: draw(st.integers(1, len(state.present)))]
        over = [_end(draw, first + place, name) for place, name in enumerate(names)]
        events += [chosen(first, *names), *draw(st.permutations(over))]
        ends.append(tuple(over))
        present = State.from_events(events).present
        if len(present) > 1 and draw(st.integers(0, 5)) == 0:
            events.append(PersonaLeft(turn=first, at=AT, persona=draw(st.sampled_from(present))))
    return Story(cast, tuple(events), tuple(ends))


def _end(draw: st.DrawFn, turn: int, speaker: str) -> Event:
    outcome = draw(st.sampled_from(("said", "said", "said", "passed", "failed")))
    if outcome == "passed":
        return passed(turn, speaker)
    if outcome == "failed":
        return failed(turn, speaker)
    words = draw(st.sampled_from(_WORDS))
    act: Act = draw(st.sampled_from(("ask", "answer", "object")))
    return said(turn, speaker, words, act=act, source=f"line-{turn}")


_WORDS: Sequence[str] = (
    "Well.",
    "Rosa, how far did you get?",
    "I stopped at eight, Ilse.",
    "Dev? Kim?",
    "We are done.",
    "Ask Dr. Okafor, she knows.",
)
