"""What a question to a model carries through LangChain and HTTP: who asks, why, how long.

`ask` sets `current_call` before it calls a model; the transports below and the tracker read it.
The object stays the same through callbacks, threads of tasks and the HTTP client.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol

from simulator.definitions.model_catalog import ModelSpec
from simulator.definitions.purpose import Purpose
from simulator.errors import ModelError, StreamTorn
from simulator.llm.purse import Purse, Turns
from simulator.llm.screen import Screen
from simulator.record.calls import Call, Outcome
from simulator.record.events import AnsweredByOther, LimitNeared, UsageMissing
from simulator.record.usage import Spent

__all__ = ["CallContext", "Deadline", "Meter", "Room", "current_call"]


@dataclass(slots=True)
class Deadline:
    """Seconds a turn may spend on the wire and on back-off; waiting in queues stops the clock."""

    seconds: float
    clock: Callable[[], float] = time.monotonic
    _spent: float = 0.0
    _running_since: float | None = None
    _stops: int = 0
    _was_running: bool = False

    def start(self) -> None:
        """Let the clock run; starting a running clock changes nothing."""
        if self._running_since is None:
            self._running_since = self.clock()

    def stop(self) -> None:
        """Stop the clock until it is started again."""
        self._spent, self._running_since = self.spent, None

    @property
    def spent(self) -> float:
        """Seconds counted so far."""
        running = 0.0 if self._running_since is None else self.clock() - self._running_since
        return self._spent + running

    @property
    def left(self) -> float:
        """Seconds left, never below 0."""
        return max(0.0, self.seconds - self.spent)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Do not count what happens inside; may be nested."""
        if self._stops == 0:
            self._was_running = self._running_since is not None
            self.stop()
        self._stops += 1
        try:
            yield
        finally:
            self._stops -= 1
            if self._stops == 0 and self._was_running:
                self._running_since = self.clock()


@dataclass(frozen=True, slots=True)
class Room:
    """What of an answer there is room for, in completion tokens."""

    most: int
    """As many as what is left can pay for; below 0: not even the prompt."""
    longest: int
    """As many as the longest whole answer to such a question had; 0: there was none yet."""


class Meter(Protocol):
    """What a transport tells of each attempt, before and after. Money lives behind it."""

    async def reserve(self, call: CallContext, *, bulk: int) -> None:
        """Book the attempt `call.attempt` at the most it can cost, before it is sent.

        `bulk` is that of the request, as of `simulator.llm.bulk`.

        Raises:
            BudgetExhausted: it could cost more than what is left; nothing is booked.
        """

    def close(self, call: CallContext, outcome: Outcome) -> None:
        """Settle, release or mark unknown the attempt `call.attempt`."""

    def news(self) -> tuple[AnsweredByOther | LimitNeared | UsageMissing, ...]:
        """What whoever pays should hear, each thing once."""

    def room(self, call: CallContext, *, bulk: int) -> Room:
        """How long the answer to such a request may be, and how long answers have been."""

    def purses(self, persona: str, purpose: Purpose, turns: Turns) -> tuple[Purse, ...]:
        """What is left of each budget in dollars that such a question is charged to."""

    @property
    def spent(self) -> Spent:
        """What all closed attempts have used and cost."""


@dataclass(slots=True, kw_only=True)
class CallContext:
    """One question to a model on its way; the transports advance `attempt`."""

    booking: Call
    """The call as it stands in the ledger: id, run, turn, persona, purpose."""
    spec: ModelSpec
    """The model asked for, with its price."""
    meter: Meter
    deadline: Deadline
    max_output: int
    """Completion tokens the request allows."""
    stand_in: bool = False
    """Whether the stand-in is asked, by the address of the request; the transport tells."""
    top: ModelSpec | None = None
    """The first model of the highest tier that could have been chosen; None: `spec` itself."""
    answering: Callable[[str], ModelSpec] | None = None
    """The model that answered, by what the server calls it, with its price; None: the one asked."""
    billed: ModelSpec | None = None
    """The model as which the last attempt was settled."""
    known_lines: int | None = None
    """After how many lines of the transcript an earlier request was marked or ended, if any."""
    known_bulk: int = 0
    """Bulk of tools, schema, system and transcript: the prefix later calls repeat."""
    private_words: int = 0
    """Words of what only this speaker reads; no tokenizer makes one token of two words."""
    opening: tuple[str, ...] = ()
    """Hash of tools, schema, system and people, then each line of the transcript."""
    closing: bool = False
    """Whether it is for the last word, for which some of the budget is kept."""
    seed: int = 0
    """The run's seed, for jitter."""
    answered: bytes | None = None
    """What was answered to this very call before, to be spoken again instead of asking."""
    attempt: int = 0
    """The number of the attempt under way, from 1; before the first, of the last one on record."""
    failed: int = 0
    """How many attempts have failed since the question was asked."""
    let_go: Callable[[], None] | None = None
    """Books that nobody reads on in the stream of the last attempt; None: it has none."""
    torn: StreamTorn | None = None
    """What broke off the stream that is asked for again."""
    screen: Screen = field(default_factory=Screen)
    """What of an answer may be written down."""
    elsewhere: Callable[[ModelError], bool] | None = None
    """Whether another model can be asked instead, so that few attempts are made; None: none can."""
    on_wait: Callable[[str], None] | None = None
    """Told what the call waits for: "rate limited, again in 1.5 s"."""
    outcomes: list[Outcome] = field(default_factory=list)
    """How the attempts ended, oldest first."""

    @property
    def answer(self) -> bytes:
        """The answer as it was committed, before or by the last attempt; empty without one."""
        return self.answered or (self.outcomes[-1].answer if self.outcomes else b"")


current_call: ContextVar[CallContext | None] = ContextVar("current_call", default=None)
"""The question under way in this task, if any."""
