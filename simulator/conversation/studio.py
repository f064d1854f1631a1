"""Graphs for LangGraph's server and Studio: the nodes of our runs over a state of plain JSON.

The server keeps a thread's state by its own serializer and shows it to people. So it holds the
run's events as JSON, from which each step folds the state our nodes read, and the words as lines.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from operator import add
from typing import Annotated, Any, NotRequired, Protocol

from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from pydantic import BaseModel, ConfigDict
from typing_extensions import TypedDict

from simulator.conversation.demo import demo_context
from simulator.conversation.run_context import Node, RunContext
from simulator.conversation.state import State, Talk, Utterance, fold
from simulator.definitions.cast import Cast
from simulator.definitions.model_catalog import ModelCatalog
from simulator.record.event_rows import event_from_row, event_payload
from simulator.record.events import Event, Provenance, TurnTaken

__all__ = [
    "CompiledStudio",
    "Line",
    "Played",
    "Router",
    "Studio",
    "StudioInput",
    "StudioNode",
    "StudioSettings",
    "Thread",
]


class StudioSettings(BaseModel):
    """What somebody may choose in Studio: LangGraph's context of these graphs."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    seed: int = 0
    """The seed of a talk that begins; one that goes on keeps its own."""


class StudioInput(TypedDict):
    """What these graphs are asked with: nothing, the scenario says it all."""


class Line(TypedDict):
    """Something said aloud, for people to read."""

    turn: int
    speaker: str
    """The name others use, or that of a voice from outside."""
    text: str
    provenance: NotRequired[Provenance]
    """Where the words come from; not there for a voice from outside."""
    reply: NotRequired[dict[str, Any]]
    """What the speaker put in the scenario's own reply fields, if it has any."""


def _by_turn(left: list[Line], right: list[Line]) -> list[Line]:
    """All lines in the order of turns: simultaneous ones come in any."""
    return sorted((*left, *right), key=lambda line: line["turn"])


class Played(TypedDict):
    """What these graphs answer."""

    transcript: Annotated[list[Line], _by_turn]
    stop_reason: str
    """Why the talk ended; not there before it has."""


class Thread(Played):
    """Everything the server keeps of a talk; it can be taken up again from there."""

    events: Annotated[list[dict[str, Any]], add]
    """The run's events, oldest first, as `simulator run --json` prints them."""


CompiledStudio = CompiledStateGraph[Thread, StudioSettings, StudioInput, Played]
Router = Callable[[Talk], Awaitable[list[str] | str]]
"""Where a node leads."""


class StudioNode(Protocol):
    """What LangGraph calls."""

    async def __call__(self, state: Thread, runtime: Runtime[StudioSettings]) -> dict[str, Any]:
        """The update of the thread: what happened, and what was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Studio:
    """A cast that the stand-in plays, for one graph; nothing is recorded outside its threads."""

    cast: Cast
    catalog: ModelCatalog
    _runs: dict[int, RunContext] = field(default_factory=dict, init=False, repr=False)
    """The runs under way, by seed: talks of one seed are alike, word for word."""

    def node(self, node: Node) -> StudioNode:
        """A node of our runs as one over a thread."""

        async def over_thread(state: Thread, runtime: Runtime[StudioSettings]) -> dict[str, Any]:
            talk = _talk(state)
            run = await self._run(talk, runtime.context)
            update = await node({"state": talk}, Runtime(context=run))
            return self._update(talk, update["state"])

        return over_thread

    def router(self, router: Router) -> Callable[[Thread], Awaitable[list[str] | str]]:
        """An edge of our runs as one over a thread."""

        async def over_thread(state: Thread) -> list[str] | str:
            return await router({"state": _talk(state)})

        return over_thread

    async def _run(self, talk: State, chosen: StudioSettings | None) -> RunContext:
        seed = talk.seed if talk.members else (chosen or StudioSettings()).seed
        if not talk.members or seed not in self._runs:
            # LangGraph's server refuses whatever blocks its event loop: tools read their files.
            self._runs[seed] = await asyncio.to_thread(
                demo_context, self.cast, catalog=self.catalog, seed=seed
            )
        return self._runs[seed]

    def _update(self, talk: State, events: tuple[Event, ...]) -> dict[str, Any]:
        now = fold(talk, events)
        said = now.utterances[len(talk.utterances) :]
        origins = {one.turn: one.provenance for one in events if isinstance(one, TurnTaken)}
        update: dict[str, Any] = {
            "events": [_as_json(event) for event in events],
            "transcript": [self._line(one, origins) for one in said],
        }
        return update | ({"stop_reason": now.ended} if now.ended else {})

    def _line(self, said: Utterance, origins: Mapping[int, Provenance]) -> Line:
        who = said.speaker
        name = self.cast.member(who).name if who in self.cast.ids else who
        line = Line(turn=said.turn, speaker=name, text=said.text)
        if said.act is not None and said.turn in origins:
            line["provenance"] = origins[said.turn]
        if said.reply:
            line["reply"] = dict(said.reply)
        return line


def _talk(thread: Thread) -> State:
    """Where the talk of a thread stands."""
    return State.from_events(_event(data) for data in thread.get("events", ()))


def _as_json(event: Event) -> dict[str, Any]:
    head = {"kind": event.kind, "turn": event.turn, "at": event.at.isoformat()}
    return {**head, **json.loads(event_payload(event))}


def _event(data: Mapping[str, Any]) -> Event:
    own = {name: value for name, value in data.items() if name not in {"kind", "turn", "at"}}
    return event_from_row(
        data["kind"],
        turn=data["turn"],
        at=datetime.fromisoformat(data["at"]),
        payload=json.dumps(own),
    )
