"""Everything said or happening in a run: one discriminated union, append-only.

A run's events are its whole story: transcripts, reports, resume, fork and replay are functions
of them. What models were asked and what it cost stands in `simulator.record.calls`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Final, Literal, Protocol, get_args

from simulator.definitions.act import Act
from simulator.record.happening import Happening
from simulator.record.limit_events import AnsweredByOther, LimitNeared, LimitReached, UsageMissing

__all__ = [
    "EVENT_KINDS",
    "STEERED",
    "AnsweredByOther",
    "CredentialFound",
    "Effect",
    "Event",
    "FidelityFlagged",
    "Intervened",
    "Journal",
    "LimitNeared",
    "LimitReached",
    "MemoryKept",
    "MemoryRecalled",
    "PersonaJoined",
    "PersonaLeft",
    "PhaseEntered",
    "Provenance",
    "RunClosing",
    "RunEnded",
    "RunPaused",
    "RunStarted",
    "SeenIn",
    "SpeakerChosen",
    "SpeechRestarted",
    "SummaryMade",
    "ToolBegun",
    "ToolCalled",
    "TurnEdited",
    "TurnFailed",
    "TurnPassed",
    "TurnTaken",
    "UsageMissing",
    "event_types",
]

Provenance = Literal["line", "sample", "stage-direction", "replay", "model", "human"]
"""Where a turn's words come from; only `model` means that a language model spoke."""
Effect = Literal["say", "tell", "goal", "join", "leave", "next", "end"]
"""What an event from outside does."""
SeenIn = Literal["said", "prompt", "files"]
"""Where something with the form of a key was seen: in words, in a prompt, in a scenario's files."""
STEERED: Final = -1
"""The `index` of words that a person or a program outside put in while the run was on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted(Happening):
    """A conversation begins: everything needed to play it again."""

    kind: Literal["run_started"] = "run_started"
    scenario: str
    title: str
    seed: int
    graph: str
    model: str
    stand_in: bool
    """Whether the stand-in is to answer: written lines, no model."""
    mixed: bool = False
    """Whether models answer as well; without `stand_in`, whether it answers where none of them
    does."""
    inputs: dict[str, str]
    members: dict[str, str]
    """Member id -> the name others use, in cast order."""
    definitions: dict[str, Any]
    """Scenario and personas as they were read, so that later edits do not change this run."""
    absent: tuple[str, ...] = ()
    """Members who come in later."""
    resumable: bool = True
    """Whether it can go on where it breaks off; not so where the graph has no floor."""
    context_tokens: int | None = None
    """Tokens a prompt may have, where the models read less than the scenario's limit."""
    humans: tuple[str, ...] = ()
    """Members whom people play."""
    study: str = ""
    """The study it is played for; empty: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseEntered(Happening):
    """A phased conversation reaches its next phase."""

    kind: Literal["phase_entered"] = "phase_entered"
    phase: str
    speakers: tuple[str, ...] = ()
    """Who may speak in it; empty: everybody."""
    absent: tuple[str, ...] = ()
    """Those of them who are not there when it begins."""
    about: str = ""
    """What it is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerChosen(Happening):
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
class TurnTaken(Happening):
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
class TurnPassed(Happening):
    """Somebody had the floor and said nothing."""

    kind: Literal["turn_passed"] = "turn_passed"
    speaker: str
    reason: str = ""
    source: str = ""
    """The id of the written line, where one says to pass."""
    calls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnFailed(Happening):
    """A turn for which no valid reply could be had; the conversation goes on without it."""

    kind: Literal["turn_failed"] = "turn_failed"
    speaker: str
    error: str
    """The kind of the error: rate_limited, invalid_reply, ..."""
    message: str
    calls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechRestarted(Happening):
    """A stream broke after words were shown; the same speech starts again."""

    kind: Literal["speech_restarted"] = "speech_restarted"
    speaker: str
    call: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolBegun(Happening):
    """A tool that changes something outside is about to run; it never runs again for this."""

    kind: Literal["tool_begun"] = "tool_begun"
    speaker: str
    tool: str
    call: str
    """The id of the model call that asked for the tool."""
    request: str
    """The model's id of this tool request, unique within the call."""
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCalled(Happening):
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
class MemoryRecalled(Happening):
    """Something from earlier runs entered a speaker's prompt; it stays there until others come."""

    kind: Literal["memory_recalled"] = "memory_recalled"
    speaker: str
    text: str
    source: str
    """The scenario and the day it was kept in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryKept(Happening):
    """A member takes something along into later runs."""

    kind: Literal["memory_kept"] = "memory_kept"
    speaker: str
    form: Literal["episode", "fact"]
    """An episode tells what it lived through, a fact what it learned."""
    text: str
    said_in: int = 0
    """The turn it comes from; 0: the whole conversation."""
    calls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryMade(Happening):
    """Turns were put in fewer words: for all who heard them, or by a speaker for itself alone."""

    kind: Literal["summary_made"] = "summary_made"
    first: int
    last: int
    text: str
    """Empty: no summary could be had, and the turns are left out."""
    calls: tuple[str, ...] = ()
    member: str = ""
    """Who noted it down before its turn and alone reads it; empty: whoever heard those turns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervened(Happening):
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
    """Which of the scenario's `events:` it was, from 0; -1: somebody steered the run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnEdited(Happening):
    """From now on what was said in this turn reads otherwise, for everybody who heard it."""

    kind: Literal["turn_edited"] = "turn_edited"
    speaker: str
    """Whose turn it is."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaJoined(Happening):
    """Somebody came in."""

    kind: Literal["persona_joined"] = "persona_joined"
    persona: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaLeft(Happening):
    """Somebody left; they neither speak nor hear from here on."""

    kind: Literal["persona_left"] = "persona_left"
    persona: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FidelityFlagged(Happening):
    """What the speaker says next in this turn is out of character and could not be mended."""

    kind: Literal["fidelity_flagged"] = "fidelity_flagged"
    speaker: str
    rule: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialFound(Happening):
    """Something with the form of a key was about to be sent or written down; told once a form."""

    kind: Literal["credential_found"] = "credential_found"
    names: tuple[str, ...]
    """What was found: an OpenAI key, a private key, or your own pattern's name."""
    handling: Literal["warn", "redact", "block"]
    """What `outgoing:` in models.yaml does with it. A key that the run itself uses is never sent
    or kept, whatever stands here."""
    place: SeenIn = "said"
    """Where it was seen first: said (by anybody, or by a tool), in a prompt, or in files only."""
    member: str = ""
    """Whose prompt it was; empty: nobody's, or no prompt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunClosing(Happening):
    """The conversation is about to end, and somebody has the last word."""

    kind: Literal["run_closing"] = "run_closing"
    speaker: str
    stop_reason: str
    """Why it ends, as `run_ended` is going to say."""
    detail: str = ""
    limit: str = ""
    """The limit that is reached, if it ends by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPaused(Happening):
    """The conversation was stopped in the middle; its record is whole."""

    kind: Literal["run_paused"] = "run_paused"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded(Happening):
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
    | ToolBegun
    | ToolCalled
    | MemoryRecalled
    | MemoryKept
    | SummaryMade
    | Intervened
    | TurnEdited
    | PersonaJoined
    | PersonaLeft
    | FidelityFlagged
    | CredentialFound
    | LimitNeared
    | LimitReached
    | UsageMissing
    | AnsweredByOther
    | RunClosing
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
