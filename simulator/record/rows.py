"""What the store answers when it is asked: one frozen value per kind of report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from simulator.record.calls import Attempt, Call, CallState, Outcome, PrefixBreak
from simulator.record.usage import Usage

__all__ = [
    "AttemptRow",
    "CallRow",
    "CostRow",
    "ErrorGroup",
    "ErrorOutcome",
    "ErrorRow",
    "FailedThing",
    "MemoryForm",
    "MemoryRow",
    "Recollection",
    "RunRow",
    "RunStatus",
    "Saved",
    "SearchHit",
    "SpokenBy",
]

_MISSED = 2
"""Less than this part of what should be cached, a half, is a miss."""

RunStatus = Literal["created", "running", "paused", "done", "failed", "broken_off"]
"""How a run stands as its last events say; broken_off: created or running, but the process that
had it in hand is gone. Where that cannot be seen, as from another machine, it stays running."""

FailedThing = Literal["attempt", "reply", "tool", "turn", "run"]
"""What went wrong: a request; an answer that came whole but did not fit and was asked for again;
a tool that raised, was refused or took too long; a turn that was given up; a run that could not
go on. One cause may stand in several of them."""

ErrorOutcome = Literal["recovered", "failed", "open"]
"""recovered: the turn was finished all the same; failed: it was not; open: it was interrupted, or
is still under way. Without a turn that ended it is the question that was answered or not."""

SpokenBy = Literal["models", "stand-in", "both", "nobody"]
"""Who answered."""

MemoryForm = Literal["episode", "fact", "reflection"]
"""What somebody lived through, learned, or noted for itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recollection:
    """Something that comes to a persona's mind from an earlier run."""

    text: str
    source: str
    """The scenario's title and the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryRow:
    """One memory, as lists of memories show it."""

    id: int
    """Its number in this database."""
    persona: str
    """Whose it is; `rosa/second-rosa` for who played under another name."""
    form: MemoryForm
    text: str
    turn: int
    """The turn it comes from; 0: the whole conversation."""
    run: str
    scenario: str
    stand_in: bool
    """Whether a stand-in answered in the run."""
    at: datetime
    """When the run was over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run, as lists of runs show it."""

    id: str
    scenario: str
    title: str
    seed: int | None
    """None before the run has started."""
    model: str
    """What was asked for: stand-in, tiers, an endpoint, or endpoint/model."""
    stand_in: bool
    status: RunStatus
    stop_reason: str
    """As `Run.stop_reason` says: `paused` where it was stopped; empty while it goes on."""
    created: datetime
    started: datetime | None
    ended: datetime | None
    turns: int
    """Turns taken, passed or failed."""
    calls: int
    tokens: int
    """Prompt and completion tokens of all attempts that reported them."""
    dollars: Decimal | None
    """What is settled; None where something was paid and no figure is known."""
    dollars_at_least: bool
    """Whether attempts whose cost is unknown, or still open, are missing from `dollars`."""
    parent_run: str | None
    """The run this one was forked from."""
    parent_turn: int | None
    """The last turn it has in common with its parent."""
    study: str = ""
    """The study it was played for; empty: none."""
    spoken_by: SpokenBy = "models"
    """Who answered in it; before anybody has, who is to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRow:
    """One call with its attempts summed."""

    call: Call
    state: CallState
    attempts: int
    usage: Usage
    dollars: Decimal | None
    """What is settled; None where something was paid and no figure is known."""
    at_least: bool
    """Whether attempts whose cost is unknown, or still open, are missing from `dollars`."""
    latency_ms: int
    """All attempts together, without the waits between them."""
    response_model: str
    """This and what follows: of the last attempt, empty without one."""
    finish_reason: str
    error: str
    message: str
    answered: bool
    """Whether an answer is kept."""

    @property
    def cache_share(self) -> float | None:
        """The part of the prompt that was read from the cache; None: nothing is known of it."""
        return self.usage.cached / self.usage.input if self.usage.input else None

    @property
    def predicted_cache_share(self) -> float | None:
        """The part that should have been; None: nobody reckoned, or the prompt is unknown."""
        warm, read = self.call.warm_tokens, self.usage.input
        return min(1.0, warm / read) if warm is not None and read else None

    @property
    def prefix_break(self) -> PrefixBreak:
        """Why the cache helped less than it could; empty: it did not."""
        warm, told = self.call.warm_tokens or 0, self.usage.input > 0
        missed = told and warm > _MISSED * self.usage.cached
        return "missed" if missed and not self.call.prefix_break else self.call.prefix_break


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRow:
    """One HTTP request: for whom, what it could cost and how it ended."""

    call: Call
    attempt: Attempt
    outcome: Outcome
    """In the state `reserved` while nobody has closed it; without the answer, which is the
    call's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What requests would have cost and did, and to what the difference is due."""

    routing: Decimal = Decimal(0)
    """Dollars saved by not asking the first model of the highest tier every time."""
    cache: Decimal = Decimal(0)
    """Dollars saved by the provider's cache; below 0 where writing to it cost more."""
    processing: Decimal = Decimal(0)
    """Dollars saved by batch and flex; below 0 where priority cost more."""
    charged: Decimal = Decimal(0)
    """What the requests compared did cost."""

    @property
    def top(self) -> Decimal:
        """Everything on the first model of the highest tier, uncached, at standard processing."""
        return self.charged + self.routing + self.cache + self.processing


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRow:
    """What a group of calls used and cost.

    An attempt is counted for the model it asked for, so a call that fell back to another model
    stands in both models' rows.
    """

    group: tuple[str, ...] = ()
    """The values of what was grouped by, in that order; empty text where there is none."""
    calls: int = 0
    answered_calls: int = 0
    """How many of the calls were answered."""
    stand_in_calls: int = 0
    """How many of the answered calls a stand-in answered."""
    stand_in_dollars: Decimal = Decimal(0)
    """What of `dollars` is booked for a stand-in's answers at the prices of the models it plays:
    nobody is paid that."""
    attempts: int = 0
    usage: Usage = Usage()
    dollars: Decimal | None = Decimal(0)
    """What is settled; None where something was paid and no figure is known."""
    at_least: bool = False
    """Whether attempts whose cost is unknown, or still open, are missing from `dollars`."""
    unknown: int = 0
    """Attempts that were perhaps paid."""
    open: int = 0
    """Attempts nobody has closed: in flight, or left by a process that was killed."""
    reserved: Decimal = Decimal(0)
    """The most that the unknown and open attempts, and answers at an unknown price, can have cost,
    where a price was known before."""
    reserved_tokens: int = 0
    """The most tokens that the unknown and open attempts can have used."""
    list_dollars: Decimal | None = Decimal(0)
    """The same at list price, uncached, at standard processing; None where no figure is known."""
    list_at_least: bool = False
    """Whether something is missing from `list_dollars`."""
    saved: Saved | None = Saved()
    """None where of no attempt enough is known."""
    uncompared: int = 0
    """Attempts that are not in `saved`, because a price or what they used is unknown."""

    @property
    def spoken_by(self) -> SpokenBy:
        """Who answered the calls; `nobody` where all of them failed."""
        if not self.answered_calls:
            return "nobody"
        if not self.stand_in_calls:
            return "models"
        return "stand-in" if self.stand_in_calls == self.answered_calls else "both"

    @property
    def counted(self) -> Decimal:
        """Dollars to hold against a budget: what is settled, and the most the rest can cost."""
        return (self.dollars or Decimal(0)) + self.reserved

    @property
    def counted_tokens(self) -> int:
        """Tokens to hold against a budget."""
        return self.usage.total + self.reserved_tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRow:
    """One thing that went wrong; texts are empty where there is nothing to say."""

    what: FailedThing
    kind: str
    """A stable word: rate_limited, invalid_reply, ... (`simulator.errors`); of a run its
    stop_reason."""
    run: str
    """Empty for a model that was asked outside of any run."""
    stand_in: bool
    """Whether a stand-in answered in this run."""
    turn: int
    persona: str
    purpose: str
    """Why the model was asked."""
    model: str
    """endpoint/model asked for."""
    call: str
    attempt: int | None
    """The number of the attempt within the call; None for turns and runs."""
    at: datetime
    """When the attempt was sent; when the turn or run was given up."""
    status: int | None
    """HTTP status, None if none came."""
    request_id: str
    retry_after: float | None
    """Seconds the server asked to wait."""
    outcome: ErrorOutcome
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorGroup:
    """How often one kind of thing went wrong, and what became of it."""

    what: FailedThing
    kind: str
    times: int
    runs: int
    """In how many runs."""
    recovered: int
    failed: int
    open: int
    stand_in: int
    """How many of them in runs in which a stand-in answered."""
    last: datetime
    """When the newest of them happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """One turn that contains what was searched."""

    run: str
    turn: int
    speaker: str
    snippet: str
    """The words around, those that were found between `**`."""
    stand_in: bool = False
    """Whether a stand-in answered in the run."""
    edited_since: bool = False
    """Whether only an earlier version has the words: the turn was edited and reads otherwise."""
