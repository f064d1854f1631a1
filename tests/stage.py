"""A stage for conversations: a graph, models that improvise, and a record that keeps every shot."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import httpx2

from simulator.conversation.graph import Conversation
from simulator.conversation.human import Human
from simulator.conversation.memory import Memories
from simulator.conversation.run_context import Models, RunContext, access_for
from simulator.conversation.state import State
from simulator.conversation.steering import Steering, StopSwitch
from simulator.conversation.tools import Toolbox
from simulator.conversation.tools.user_code import load_user_code
from simulator.conversation.turn_taking import NextSpeakers, Policy
from simulator.definitions.act import Act
from simulator.definitions.cast import Cast
from simulator.definitions.model_catalog import ModelCatalog
from simulator.llm.session import Session
from simulator.record.calls import Attempt, Call, CallState, Outcome
from simulator.record.event_rows import event_payload
from simulator.record.events import (
    Event,
    PhaseEntered,
    RunEnded,
    SpeakerChosen,
)
from simulator.runs.play import play
from simulator.testing import MemoryRecord, completion
from tests.llm_samples import ONCE, catalog
from tests.talks import AT, cast_of, member, started

RUN = "onboarding-7f3a"
FLOOR = re.compile(r"It is turn (\d+) of at most \d+, and (.+?) has the floor")
CHOICE = re.compile(
    r"(?:You are (.+?) and lead this conversation|; you decide who).*This is turn (\d+) of",
    re.DOTALL,
)

Body = Mapping[str, Any]
Improvised = Callable[[Body], Body | tuple[int, Body]]
"""From a request's body to a completion, or to a status with an error's body."""


@dataclass(slots=True)
class Film(MemoryRecord):
    """A record that remembers everything that ever stood in it, step by step."""

    shots: list[MemoryRecord] = field(default_factory=lambda: [MemoryRecord()])

    def commit(self, event: Event) -> None:
        """Append the event and take a picture."""
        super(Film, self).commit(event)
        self.shots.append(copy_of(self))

    def open_call(self, call: Call) -> bool:
        """Book a call and take a picture."""
        new = super(Film, self).open_call(call)
        self.shots.append(copy_of(self))
        return new

    def reserve(self, attempt: Attempt) -> None:
        """Book an attempt and take a picture."""
        super(Film, self).reserve(attempt)
        self.shots.append(copy_of(self))

    def close_attempt(self, call: str, number: int, outcome: Outcome) -> None:
        """Close an attempt and take a picture."""
        super(Film, self).close_attempt(call, number, outcome)
        self.shots.append(copy_of(self))

    def close_call(self, call: str, state: CallState) -> None:
        """Close a call and take a picture."""
        super(Film, self).close_call(call, state)
        self.shots.append(copy_of(self))


def copy_of(record: MemoryRecord) -> MemoryRecord:
    """A record with the same in it."""
    return MemoryRecord(
        events=list(record.events),
        calls=dict(record.calls),
        states=dict(record.states),
        attempts=dict(record.attempts),
        outcomes=dict(record.outcomes),
    )


class Improvising(httpx2.AsyncBaseTransport):
    """A network whose models answer every request by a function of its body."""

    def __init__(
        self, answer: Improvised, *, pause: Callable[[Body], float] = lambda _: 0.0
    ) -> None:
        """`pause` is how many seconds the answer to a body takes."""
        self._answer, self._pause = answer, pause
        self.bodies: list[dict[str, Any]] = []
        """What was asked, in order of arrival."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer to one request."""
        body = json.loads(request.content)
        self.bodies.append(body)
        await asyncio.sleep(self._pause(body))
        answer = self._answer(body)
        status, content = answer if isinstance(answer, tuple) else (200, answer)
        return httpx2.Response(status, content=json.dumps(content).encode())


def reply(message: str = "Well.", *, act: Act = "answer", **more: object) -> dict[str, Any]:
    """A completion that is a valid reply."""
    written = {
        "reasoning": "Hm.",
        "message": message,
        "act": act,
        "confidence": 0.5,
        "emotions": [],
        "expertise": [],
        **more,
    }
    return completion(json.dumps(written))


def choice(name: str) -> dict[str, Any]:
    """A completion that gives somebody the floor."""
    return completion(json.dumps({"reasoning": "It is time.", "next": name}))


def asked(body: Body) -> tuple[str, int]:
    """Who is asked to speak and in which turn; nobody where it is no such question."""
    text = next(str(one["content"]) for one in body["messages"][::-1] if one["role"] == "user")
    found = FLOOR.search(text)
    return (found[2], int(found[1])) if found else ("", 0)


def asked_to_choose(body: Body) -> tuple[str, int]:
    """Who is asked who speaks next, and for which turn; nobody where it is not asked.

    That is a moderator, or one of no name who takes no part.
    """
    found = CHOICE.search(str(body["messages"][-1]["content"]))
    return (found[1] or "an outsider", int(found[2])) if found else ("", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where a cast plays: the shape of the talk, and what lies under its models."""

    cast: Cast
    conversation: Conversation
    network: Improvising
    model: str = "test/small"
    models: ModelCatalog = field(default_factory=catalog)
    seed: int = 7
    elapsed: Callable[[], float] = lambda: 0.0
    """Seconds since the run began."""
    stop: StopSwitch = field(default_factory=StopSwitch)
    memories: Memories | None = None
    """What comes to mind from earlier runs."""
    humans: Mapping[str, Human] = field(default_factory=dict)
    """Who plays the members that people play."""
    steering: Steering = field(default_factory=Steering)
    """What somebody outside wants of the run."""

    async def play(self, record: MemoryRecord | None = None) -> MemoryRecord:
        """Play from what is in the record to the end of the run, as a resumed run does."""
        record = record if record is not None else MemoryRecord()
        async with Session(environ={}, retry=ONCE, network=self.network) as session:
            graph = self.conversation.compiled(self.cast)
            state = State.from_events(record.events)
            await play(graph, self.context(record, session), state)
        return record

    def context(self, record: MemoryRecord, session: Session) -> RunContext:
        """What the graph's nodes share."""
        known = Models(catalog=self.models, choice=self.models.choose(self.model), session=session)
        return RunContext(
            cast=self.cast,
            journal=record,
            access=access_for(self.cast, known, record, run=RUN, seed=self.seed),
            toolbox=Toolbox.of(self.cast, now=lambda: AT),
            elapsed=self.elapsed,
            stop=self.stop,
            memories=self.memories,
            humans=self.humans,
            steering=self.steering,
            opening=started(self.cast, seed=self.seed),
        )


def stage(
    cast: Cast, answer: Improvised, *, policy: str | Policy = "round_robin", **more: Any
) -> Stage:
    """A stage for a cast whose models answer by a function, with a policy of turn-taking."""
    conversation = Conversation(turn_taking=policy)
    return Stage(cast=cast, conversation=conversation, network=Improvising(answer), **more)


def always(answer: Body | tuple[int, Body]) -> Improvised:
    """The same answer to everything."""
    return lambda _: answer


def conversation_of(cast: Cast) -> Conversation:
    """The conversation that a scenario's graph file binds."""
    found = load_user_code(cast.graph, folder=cast.graph_folder)
    assert isinstance(found, Conversation)
    return found


def all_at_once(state: State, *_: object) -> NextSpeakers:
    """Everybody present speaks without hearing the others."""
    return NextSpeakers(state.present, "a round")


def told(events: Iterable[Event]) -> list[tuple[str, int, str]]:
    """What events say, without their times, turn by turn: kind, turn and payload.

    Simultaneous turns may come in any order, and stand in the order of turns here.
    """
    by_turn = sorted(events, key=lambda one: one.turn)
    return [(one.kind, one.turn, event_payload(one)) for one in by_turn]


def kinds(events: Iterable[Event]) -> list[str]:
    """The kinds of events, in order."""
    return [one.kind for one in events]


def limited(cast: Cast, **limits: object) -> Cast:
    """The cast with other limits."""
    written = {**cast.scenario.limits.model_dump(), **limits}
    changed = type(cast.scenario.limits).model_validate(written)
    return replace(cast, scenario=cast.scenario.model_copy(update={"limits": changed}))


async def assert_goes_on(there: Stage, film: Film, shots: Sequence[MemoryRecord]) -> None:
    """From every shot the same story comes of it, and no answer of the shot is asked for again."""
    whole = told(film.events)
    for shot in shots:
        record = copy_of(shot)
        answered = {key for key, outcome in shot.outcomes.items() if outcome.answer}

        await there.play(record)

        assert told(record.events) == whole
        again = {call for call, number in record.attempts if (call, number) not in shot.attempts}
        assert not again & {call for call, _ in answered}


def debate(*phases: dict[str, Any], turns: int = 20, **more: Any) -> Cast:
    """Three people, one of them a moderator, and these phases."""
    host = member("ilse", role="moderator")
    return cast_of("rosa", "dev", host, phases=phases, limits={"turns": turns}, **more)


async def course(there: Stage) -> list[str]:
    """Who had the floor in a run, the phases and the end among them."""
    record = await there.play()
    parts: list[str] = []
    for one in record.events:
        if isinstance(one, PhaseEntered):
            parts.append(f"<{one.phase}>")
        elif isinstance(one, SpeakerChosen):
            parts.extend(one.names)
        elif isinstance(one, RunEnded):
            parts.append(one.stop_reason)
    return parts
