"""What a model read in a turn that is over: rendered once more, from what is on record.

The turn is taken again with the answers and tool results on record, as a resumed run would, so
corrections and rounds of tools come out as they were. Nothing is asked, no tool runs, and nothing
is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, fields, replace
from typing import Any, NoReturn

from langgraph.runtime import Runtime

from simulator.conversation.persona_node import persona_node
from simulator.conversation.run_context import Models, RunContext, access_for
from simulator.conversation.state import State
from simulator.conversation.tools import Toolbox, open_servers
from simulator.definitions.cast import Cast, Member, member_from
from simulator.definitions.model_catalog import ModelSpec
from simulator.definitions.persona import Persona
from simulator.definitions.project import Project
from simulator.definitions.scenario import Scenario
from simulator.errors import UsageError
from simulator.llm.credentials import Credentials
from simulator.llm.keys import KeyRing
from simulator.llm.prompt import Prompt
from simulator.llm.said import ToolRequest
from simulator.llm.session import Session
from simulator.llm.warmth import SentBefore, Warmth
from simulator.llm.wiring import cache_key, wire
from simulator.record.calls import Attempt, Call, CallState, Outcome
from simulator.record.events import (
    Event,
    RunStarted,
    SpeakerChosen,
    TurnFailed,
    TurnPassed,
    TurnTaken,
)
from simulator.record.store import Store
from simulator.record.tally import Counted, Tally
from simulator.runs.rehearsal import answered_here
from simulator.runs.run import Run
from simulator.sync import run_sync

__all__ = ["Reread", "reread"]

_OVER = (TurnTaken, TurnPassed, TurnFailed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """One question of a turn, as it was asked."""

    member: Member
    call: Call
    """As it was booked then."""
    prompt: Prompt
    body: Mapping[str, Any]
    """The request's fields, as the model that was asked gets them."""

    @property
    def matches(self) -> bool:
        """Whether it is, word for word, what was asked then."""
        return self.prompt.hash == self.call.prompt_hash


def reread(run: Run, turn: int, *, project: Project, environ: Mapping[str, str]) -> list[Reread]:
    """What was read in a turn of a run, one question after the other.

    Personas and scenario are those on record; tools, knowledge files and models the project's of
    today. What the floor asked, such as who speaks next, is not among it.

    Raises:
        UsageError: the run has no such turn, or no model was asked in it.
        UserCodeFailed, InvalidFiles: a tool or a knowledge file is not what it was.
    """
    given = next((e for e in run.events if isinstance(e, SpeakerChosen) and turn in e.turns), None)
    if given is None:
        known = [one for e in run.events if isinstance(e, SpeakerChosen) for one in e.turns]
        there = f"turns {min(known)} to {max(known)}" if known else "none"
        raise UsageError(f"Run {run.id} has no turn {turn}; it has {there}.")
    speaker = given.names[given.turns.index(turn)]
    cast = _cast_of(run.started, project)
    state = _until(run.events, turn)
    asked = run_sync(
        _taken_again(run, state, cast, project=project, environ=environ, speaker=speaker)
    )
    calls, catalog = {row.call.id: row.call for row in run.calls}, project.catalog()
    told = [
        _reread(cast, calls[call], prompt, spec=catalog.spec(calls[call].model))
        for call, prompt in asked.items()
        if call in calls
    ]
    if not told:
        raise UsageError(f"No model was asked in turn {turn} of run {run.id}.")
    return told


def _reread(cast: Cast, call: Call, prompt: Prompt, *, spec: ModelSpec) -> Reread:
    limit = cast.scenario.limits.output_tokens
    body = wire(
        prompt,
        spec,
        max_output=min(limit, spec.max_output or limit),
        cache_key=cache_key(call.run),
    )
    body = {"model": spec.model, **body}
    return Reread(member=cast.member(call.persona), call=call, prompt=prompt, body=body)


def _until(events: tuple[Event, ...], turn: int) -> State:
    """The state in which the turn is still to be taken, and all that it looked up is known."""
    ends = (
        place for place, one in enumerate(events) if isinstance(one, _OVER) and one.turn == turn
    )
    return State.from_events(events[: next(ends, None)])


def _cast_of(started: RunStarted, project: Project) -> Cast:
    """The cast as its files were when the run began."""
    written, files = started.definitions, project.files.personas
    scenario = Scenario.model_validate(written["scenario"])
    personas = {n: Persona.model_validate(one) for n, one in written["personas"].items()}
    members = tuple(
        member_from(
            entry,
            personas[entry.persona],
            home=files[entry.persona].parent if entry.persona in files else project.root,
        )
        for entry in scenario.cast
    )
    cast = Cast(
        scenario_id=started.scenario,
        scenario=scenario,
        members=members,
        inputs=started.inputs,
        folder=project.root,
    )
    if any(tool.server for member in members for tool in member.tools):
        cast = replace(cast, servers=project.cast(started.scenario, started.inputs).servers)
    return cast.with_humans(started.humans)


async def _taken_again(
    run: Run,
    state: State,
    cast: Cast,
    *,
    project: Project,
    environ: Mapping[str, str],
    speaker: str,
) -> dict[str, Prompt]:
    """The prompts of a turn by the ids of their calls, in the order in which they were asked."""
    catalog, sent = answered_here(project.catalog()), _Rendered()
    keys = KeyRing(environ, credentials=Credentials())
    async with open_servers(cast, keys.completing(environ)) as served, Session(environ={}) as own:
        models = Models(
            catalog=catalog, choice=catalog.choose(run.started.model), session=own, sent=sent
        )
        with Store.open(run.database, create=False) as store:
            record = _OnRecord(store, sent)
            access = access_for(cast, models, record, run=run.id, seed=run.seed)
            context = RunContext(
                cast=cast,
                journal=record,
                access=replace(access, today=run.started.at.date()),
                toolbox=_Silent.of_box(Toolbox.of(cast, served=served)),
                elapsed=lambda: 0.0,
            )
            await persona_node(speaker)({"state": state}, Runtime(context=context))
    return record.prompts


@dataclass
class _Rendered(SentBefore):
    """What would be sent; it keeps the last prompt that was rendered."""

    last: Prompt | None = None

    def warmth(self, spec: ModelSpec, prompt: Prompt) -> Warmth:
        """As of any prompt."""
        self.last = prompt
        return super().warmth(spec, prompt)


@dataclass
class _OnRecord:
    """A journal and a ledger to read from: what is on record is answered, nothing is written."""

    store: Store
    sent: _Rendered
    prompts: dict[str, Prompt] = field(default_factory=dict)

    def commit(self, event: Event) -> None:
        """Forget it: it is on record."""

    def open_call(self, call: Call) -> bool:
        """Note what is asked, and go on where it was answered."""
        if self.sent.last is not None:
            self.prompts[call.id] = self.sent.last
        if self.store.answer(call.id) is None:
            raise UsageError("No answer is on record.")
        return False

    def booking(self, tallies: Sequence[Tally]) -> AbstractContextManager[Sequence[Counted | None]]:
        """Nothing is booked."""
        return nullcontext([None for _ in tallies])

    def reserve(self, attempt: Attempt) -> None:
        """Nothing is sent."""

    def close_attempt(self, call: str, number: int, outcome: Outcome) -> None:
        """Nothing was sent."""

    def lower_reservation(self, attempt: Attempt) -> None:
        """Nothing is paid."""

    def close_call(self, call: str, state: CallState) -> None:
        """It is closed."""

    def last_attempt(self, call: str) -> int:
        """How often it was sent."""
        return self.store.last_attempt(call)

    def answer(self, call: str) -> bytes | None:
        """What was answered."""
        return self.store.answer(call)


class _Silent(Toolbox):
    """The tools as models saw them; none of them runs."""

    @classmethod
    def of_box(cls, toolbox: Toolbox) -> _Silent:
        """The same tools."""
        return cls(**{one.name: getattr(toolbox, one.name) for one in fields(toolbox)})

    async def call(self, member: str, request: ToolRequest) -> NoReturn:
        """Refuse: no result of it is on record."""
        raise UsageError(f"No result of {request.name} is on record.")
