"""Everything said or happening in a run: one discriminated union, append-only.

A run's events are its whole story: transcripts, reports, resume, fork and replay are functions
of them. What models were asked and what it cost stands in `simulator.record.calls`.
"""

from __future__ import annotations

import json
from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any, Literal, Protocol, get_args

from pydantic import Discriminator, TypeAdapter

from simulator.definitions.act import Act

__all__ = [
    "EVENT_KINDS",
    "Effect",
    "Event",
    "FidelityFlagged",
    "Intervened",
    "Journal",
    "LimitReached",
    "MemoryRecalled",
    "PersonaJoined",
    "PersonaLeft",
    "PhaseEntered",
    "Provenance",
    "RunEnded",
    "RunPaused",
    "RunStarted",
    "SpeakerChosen",
    "SpeechRestarted",
    "SummaryMade",
    "ToolCalled",
    "TurnFailed",
    "TurnPassed",
    "TurnTaken",
    "event_from_row",
    "event_payload",
    "event_types",
]

Provenance = Literal["line", "sample", "stage-direction", "replay", "model", "human"]
"""Where a turn's words come from; only `model` means that a language model spoke."""
Effect = Literal["say", "tell", "goal", "join", "leave", "next", "end"]
"""What an event from outside does."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Happening:
    turn: int = 0
    """The turn it belongs to; 0 is before the first."""
    at: datetime = field(default_factory=_now)
    """When it happened, aware UTC; no part of a run's canonical export."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted(_Happening):
    """A conversation begins: everything needed to play it again."""

    kind: Literal["run_started"] = "run_started"
    scenario: str
    title: str
    seed: int
    graph: str
    model: str
    stand_in: bool
    inputs: dict[str, str]
    members: dict[str, str]
    """Member id -> the name others use, in cast order."""
    definitions: dict[str, Any]
    """Scenario and personas as they were read, so that later edits do not change this run."""
    absent: tuple[str, ...] = ()
    """Members who come in later."""
    context_tokens: int | None = None
    """Tokens a prompt may have, where the models read less than the scenario's limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseEntered(_Happening):
    """A phased conversation reaches its next phase."""

    kind: Literal["phase_entered"] = "phase_entered"
    phase: str
    speakers: tuple[str, ...] = ()
    """Who may speak in it; empty: everybody."""
    about: str = ""
    """What it is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerChosen(_Happening):
    """Who speaks next and why; recorded before anybody is asked."""

    kind: Literal["speaker_chosen"] = "speaker_chosen"
    names: tuple[str, ...]
    reason: str
    turns: tuple[int, ...]
    """The turn number of each name."""
    heard: int
    """The last turn these speakers have heard."""
    calls: tuple[str, ...] = ()
    """Ids of the calls that made the choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnTaken(_Happening):
    """Somebody said something."""

    kind: Literal["turn_taken"] = "turn_taken"
    speaker: str
    act: Act
    text: str
    to: tuple[str, ...] = ()
    """Who heard it; empty: everybody."""
    provenance: Provenance
    source: str = ""
    """The id of the written line, where one was spoken."""
    reply: dict[str, Any] = field(default_factory=dict)
    """What the speaker put in the scenario's own reply fields."""
    calls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnPassed(_Happening):
    """Somebody had the floor and said nothing."""

    kind: Literal["turn_passed"] = "turn_passed"
    speaker: str
    reason: str = ""
    source: str = ""
    """The id of the written line, where one says to pass."""
    calls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnFailed(_Happening):
    """A turn for which no valid reply could be had; the conversation goes on without it."""

    kind: Literal["turn_failed"] = "turn_failed"
    speaker: str
    error: str
    """The kind of the error: rate_limited, invalid_reply, ..."""
    message: str
    calls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechRestarted(_Happening):
    """A stream broke after words were shown; the same speech starts again."""

    kind: Literal["speech_restarted"] = "speech_restarted"
    speaker: str
    call: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCalled(_Happening):
    """A speaker used a tool within a turn."""

    kind: Literal["tool_called"] = "tool_called"
    speaker: str
    tool: str
    call: str
    """The id of the model call that asked for the tool."""
    request: str
    """The model's id of this tool request, unique within the call."""
    arguments: dict[str, Any]
    result: str | None = None
    error: str | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryRecalled(_Happening):
    """Something from earlier runs entered a speaker's prompt."""

    kind: Literal["memory_recalled"] = "memory_recalled"
    speaker: str
    text: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryMade(_Happening):
    """Old turns were put in fewer words."""

    kind: Literal["summary_made"] = "summary_made"
    first: int
    last: int
    text: str
    calls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervened(_Happening):
    """Something from outside happened to the conversation."""

    kind: Literal["intervened"] = "intervened"
    speaker: str
    text: str
    to: tuple[str, ...] = ()
    """Whom it is for; empty: everybody."""
    effect: Effect = "say"
    """say and tell: `text` is heard. goal: `text` is wanted from now on. next: `to` has the floor.
    join and leave: `to` comes or goes. end: it is over, and `text` says why."""
    index: int = 0
    """Which of the scenario's `events:` it was, from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaJoined(_Happening):
    """Somebody came in."""

    kind: Literal["persona_joined"] = "persona_joined"
    persona: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaLeft(_Happening):
    """Somebody left; they neither speak nor hear from here on."""

    kind: Literal["persona_left"] = "persona_left"
    persona: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FidelityFlagged(_Happening):
    """What the speaker says next in this turn is out of character and could not be mended."""

    kind: Literal["fidelity_flagged"] = "fidelity_flagged"
    speaker: str
    rule: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitReached(_Happening):
    """A limit or budget was reached; `scope` is study, run or the member's id."""

    kind: Literal["limit_reached"] = "limit_reached"
    scope: str
    unit: str
    """turns, dollars, tokens or seconds; or context_tokens: a model refused a prompt as too long,
    the run goes on, and from the next turn on prompts have `limit` tokens."""
    limit: str
    used: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPaused(_Happening):
    """The conversation was stopped in the middle; its record is whole."""

    kind: Literal["run_paused"] = "run_paused"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded(_Happening):
    """The conversation is over. `stop_reason` is a stable word, `detail` says more.

    A run that could not go on says `failed`, `key_missing` or `key_refused`; any other word
    is an end as planned.
    """

    kind: Literal["run_ended"] = "run_ended"
    stop_reason: str
    detail: str = ""


Event = (
    RunStarted
    | PhaseEntered
    | SpeakerChosen
    | TurnTaken
    | TurnPassed
    | TurnFailed
    | SpeechRestarted
    | ToolCalled
    | MemoryRecalled
    | SummaryMade
    | Intervened
    | PersonaJoined
    | PersonaLeft
    | FidelityFlagged
    | LimitReached
    | RunPaused
    | RunEnded
)


def event_types() -> dict[str, type[Event]]:
    """Every kind of event, by its `kind`."""
    return {_kind_of(cls): cls for cls in get_args(Event)}


def _kind_of(cls: type) -> str:
    default = next(f.default for f in fields(cls) if f.name == "kind")
    return str(default)


EVENT_KINDS: tuple[str, ...] = tuple(event_types())


class Journal(Protocol):
    """Where a run's events are committed; whoever makes an event commits it before returning."""

    def commit(self, event: Event) -> None:
        """Make the event durable, or raise; there is no event that only some have seen."""


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Event]:
    return TypeAdapter(Annotated[Event, Discriminator("kind")])


@lru_cache(maxsize=64)
def _payload_fields(cls: type[Any]) -> tuple[tuple[str, Any], ...]:
    apart = {"kind", "turn", "at"}
    return tuple((f.name, _default_of(f)) for f in fields(cls) if f.name not in apart)


def _default_of(one: Field[Any]) -> Any:
    return one.default if one.default_factory is MISSING else one.default_factory()


def event_payload(event: Event) -> str:
    """The event's own fields as compact JSON, without kind, turn and time; defaults left out."""
    cls: Any = type(event)
    own = ((name, getattr(event, name), default) for name, default in _payload_fields(cls))
    data = {name: value for name, value, default in own if value != default}
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def event_from_row(kind: str, *, turn: int, at: datetime, payload: str) -> Event:
    """The event that was stored.

    Raises:
        ValueError: the row holds no event of this version.
    """
    data = {"kind": kind, "turn": turn, "at": at, **json.loads(payload)}
    return _adapter().validate_python(data)
