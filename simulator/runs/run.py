"""One run as its record tells it: events, transcript, calls, cost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TypeGuard

from simulator.conversation.knowing import Knower, who_knows
from simulator.conversation.measures import Participation, participation
from simulator.record.edits import as_edited, edited_turns
from simulator.record.events import (
    Event,
    Intervened,
    LimitReached,
    RunEnded,
    RunPaused,
    RunStarted,
    TurnEdited,
    TurnFailed,
    TurnTaken,
)
from simulator.record.rows import CallRow, CostRow, ErrorRow, RunStatus, SpokenBy
from simulator.record.store import Store

__all__ = ["Run", "exit_code_of"]

_SPENT = frozenset({"dollars", "tokens", "seconds", "budgets"})
_KEY = frozenset({"key_missing", "key_refused"})


@dataclass(frozen=True)
class Run:
    """A run in a database; what it holds is read when it is asked for."""

    id: str
    database: Path

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Everything that happened, in order.

        Who was to answer, in the first event, is who did answer, as far as anybody has.
        """
        with self._store() as store:
            events, spoken = store.events(self.id), store.totals(self.id).spoken_by
        return tuple(
            replace(one, stand_in=spoken != "models", mixed=spoken == "both")
            if isinstance(one, RunStarted) and spoken != "nobody"
            else one
            for one in events
        )

    @cached_property
    def calls(self) -> tuple[CallRow, ...]:
        """Every question to a model with its attempts summed."""
        with self._store() as store:
            return tuple(store.calls(self.id))

    @cached_property
    def errors(self) -> tuple[ErrorRow, ...]:
        """What went wrong, mended or not, in the order it happened."""
        with self._store() as store:
            return tuple(reversed(store.errors(run=self.id)))

    @cached_property
    def started(self) -> RunStarted:
        """How the run began."""
        return next(event for event in self.events if isinstance(event, RunStarted))

    @property
    def seed(self) -> int:
        """The seed every random choice of the run came from."""
        return self.started.seed

    @property
    def study(self) -> str:
        """The study it was played for; empty: none."""
        return self.started.study

    @property
    def stand_in(self) -> bool:
        """Whether a stand-in answered in it: written lines, not a model's."""
        return self.started.stand_in

    @property
    def spoken_by(self) -> SpokenBy:
        """Who answered in it, by its requests; before anybody has, who is to."""
        with self._store() as store:
            return store.run(self.id).spoken_by

    @property
    def turns(self) -> tuple[TurnTaken, ...]:
        """What was said, in the order of turns; an edited turn with its new words."""
        said = (event for event in as_edited(self.events) if isinstance(event, TurnTaken))
        return tuple(sorted(said, key=lambda event: event.turn))

    @property
    def edits(self) -> dict[int, TurnEdited]:
        """The last edit of every turn that was edited, by the turn's number.

        What was said first is in `events`.
        """
        return edited_turns(self.events)

    @property
    def failed_turns(self) -> tuple[TurnFailed, ...]:
        """Turns for which no valid reply could be had."""
        return tuple(event for event in self.events if isinstance(event, TurnFailed))

    @property
    def stop_reason(self) -> str:
        """Why it ended, as a stable word; empty while it goes on."""
        last = self.events[-1] if self.events else None
        if isinstance(last, RunEnded):
            return last.stop_reason
        return "paused" if isinstance(last, RunPaused) else ""

    @property
    def status(self) -> RunStatus:
        """How it stands now; `broken_off` where the process that played it is gone."""
        with self._store() as store:
            return store.run(self.id).status

    @property
    def detail(self) -> str:
        """Why it ended, as a sentence."""
        ended = [event for event in self.events if isinstance(event, RunEnded)]
        return ended[-1].detail if ended else ""

    @property
    def limits_reached(self) -> tuple[LimitReached, ...]:
        """Limits and budgets that were reached."""
        return tuple(event for event in self.events if isinstance(event, LimitReached))

    @property
    def participation(self) -> Participation:
        """Who took part how much: turns, words, how soon they answered, interruptions."""
        return participation(self.events)

    def knows(self, words: str) -> tuple[Knower, ...]:
        """Who of the cast knows something, since which turn and from whom: see `who_knows`."""
        return who_knows(self.events, words)

    @property
    def transcript(self) -> str:
        """The talk as plain text, one paragraph a turn; who alone heard it is named."""
        names, edits = self.started.members, self.edits
        events = as_edited(self.events)
        said = [one for one in events if isinstance(one, TurnTaken) or _is_heard(one)]
        said.sort(key=lambda event: event.turn)

        def voice(one: TurnTaken | Intervened) -> str:
            speaker = names.get(one.speaker, one.speaker[:1].upper() + one.speaker[1:])
            if isinstance(one, TurnTaken) and one.turn in edits:
                speaker += " (edited)"
            heard = ", ".join(names.get(member, member) for member in one.to)
            return f"{speaker} to {heard}" if heard else speaker

        def words(one: TurnTaken | Intervened) -> str:
            done = isinstance(one, TurnTaken) and one.act == "do"
            return f"*{one.text}*" if done else one.text

        return "\n\n".join(f"{voice(one)}: {words(one)}" for one in said)

    def cost(self, *by: str) -> list[CostRow]:
        """What it used and cost, grouped by persona, purpose, tool, tier, model or day."""
        with self._store() as store:
            return store.cost(by, run=self.id)

    @cached_property
    def total(self) -> CostRow:
        """What the whole run used and cost."""
        with self._store() as store:
            return store.totals(self.id)

    @property
    def exit_code(self) -> int:
        """What a command that played it returns: see `exit_code_of`."""
        return exit_code_of(self.stop_reason, failed_turns=len(self.failed_turns))

    def _store(self) -> Store:
        return Store.open(self.database, create=False)

    def __repr__(self) -> str:
        return f"Run({self.id!r}, {len(self.turns)} turns, stop_reason={self.stop_reason!r})"


def _is_heard(event: Event) -> TypeGuard[Intervened]:
    """Whether an event from outside is words."""
    return isinstance(event, Intervened) and event.effect in {"say", "tell"}


def exit_code_of(stop_reason: str, *, failed_turns: int) -> int:
    """What a command returns for a run that stopped like this.

    0 done, also at the turn limit; 4 done, but turns failed; 5 stopped by money, tokens or time;
    6 key missing or refused; 130 interrupted; else 1.
    """
    if stop_reason in _SPENT:
        return 5
    if stop_reason in _KEY:
        return 6
    if stop_reason == "paused":
        return 130
    if stop_reason in {"", "failed"}:
        return 1
    return 4 if failed_turns else 0
