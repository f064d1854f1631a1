"""A record that lives in memory: for graphs that run outside a run of ours, and for tests."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace

from simulator.record.calls import Attempt, Call, CallState, Outcome
from simulator.record.events import Event, Journal
from simulator.record.rows import Recollection
from simulator.record.tally import Counted, Tally

__all__ = ["MemoryRecord", "NoMemories"]


class NoMemories:
    """The memories of people whose first conversation this is."""

    def recall(self, owner: str, query: str, *, limit: int) -> list[Recollection]:
        """Nothing comes to mind."""
        return []


@dataclass(slots=True)
class MemoryRecord:
    """One run's `Journal` and `Ledger`, with everything in plain lists and dicts."""

    events: list[Event] = field(default_factory=list)
    calls: dict[str, Call] = field(default_factory=dict)
    states: dict[str, CallState] = field(default_factory=dict)
    attempts: dict[tuple[str, int], Attempt] = field(default_factory=dict)
    outcomes: dict[tuple[str, int], Outcome] = field(default_factory=dict)

    def create_run(self, scenario: str) -> str:
        """The id of the run this record is for."""
        return f"{scenario}-in-memory"

    def recall(self, run: str) -> NoMemories:
        """What comes to mind from earlier runs: there were none."""
        return NoMemories()

    def journal(self, run: str) -> Journal:
        """This record itself."""
        return self

    def commit(self, event: Event) -> None:
        """Append the event."""
        self.events.append(event)

    def open_call(self, call: Call) -> bool:
        """Book a call and say whether it is new; what failed or was cancelled reopens."""
        new = call.id not in self.calls
        known = self.calls.setdefault(call.id, call)
        if self.states.get(call.id) in {"failed", "cancelled"}:
            model = known.model if self.last_attempt(call.id) else call.model
            self.calls[call.id] = replace(call, model=model)
        if self.states.get(call.id) != "answered":
            self.states[call.id] = "open"
        return new

    def booking(self, tallies: Sequence[Tally]) -> AbstractContextManager[Sequence[Counted | None]]:
        """Nobody else books here; whose budget is shared with others, this record cannot tell."""
        return nullcontext([None for _ in tallies])

    def reserve(self, attempt: Attempt) -> None:
        """Book an attempt as reserved."""
        self.attempts[attempt.call, attempt.number] = attempt

    def close_attempt(self, call: str, number: int, outcome: Outcome) -> None:
        """Say how an attempt ended; an answer closes its call."""
        self.outcomes[call, number] = outcome
        if outcome.answer:
            self.close_call(call, "answered")

    def lower_reservation(self, attempt: Attempt) -> None:
        """Say that an unknown attempt can have cost no more than is reserved here."""
        self.attempts[attempt.call, attempt.number] = attempt

    def close_call(self, call: str, state: CallState) -> None:
        """Say how the call ended; a no-op where it is closed or unknown."""
        if self.states.get(call) == "open":
            self.states[call] = state

    def last_attempt(self, call: str) -> int:
        """The number of the last attempt booked for a call; 0 where there is none."""
        return max((number for c, number in self.attempts if c == call), default=0)

    def answer(self, call: str) -> bytes | None:
        """What was answered to a call before, or None."""
        answers = [o.answer for (c, _), o in self.outcomes.items() if c == call and o.answer]
        return answers[-1] if answers else None
