"""What is shown while a run is played: its talk as it happens, and how far it has come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from simulator.conversation.speech import SpeechDelta
from simulator.display.label import label
from simulator.display.money import count, dollars
from simulator.display.paragraph import paragraph_of
from simulator.display.status_line import StatusLine
from simulator.display.terminal import Terminal
from simulator.display.view import View
from simulator.display.visible import flat
from simulator.record.events import (
    AnsweredByOther,
    CredentialFound,
    Event,
    LimitNeared,
    LimitReached,
    RunEnded,
    RunPaused,
    RunStarted,
    SpeakerChosen,
    TurnFailed,
    TurnPassed,
    TurnTaken,
    UsageMissing,
)
from simulator.record.store import Store
from simulator.runs.observer import Observer

__all__ = ["Screen"]

_Warned = AnsweredByOther | CredentialFound | LimitNeared | LimitReached | UsageMissing
"""What concerns whoever pays."""


class Screen:
    """Watches a run on behalf of whoever sits in front of it."""

    def __init__(self, view: View | None, err: Terminal, *, database: Path) -> None:
        """`view` shows the talk, None shows none of it; `err` bears the status line."""
        self.run = ""
        """The run's id, once it has one."""
        self.started: RunStarted | None = None
        self.status = StatusLine(err)
        self._view, self._err, self._database = view, err, database
        self._labelled = False
        self._budget: Decimal | None = None
        self._speaking, self._model, self._why = "", "", ""
        self._spent: tuple[str, ...] = ()
        self._typing = 0

    def observer(self, *, streams: bool, budget: Decimal | None, labelled: bool) -> Observer:
        """Who is told what happens in the run.

        `streams`: words are shown as they come; `budget`: the run's limit of dollars;
        `labelled`: the view's label is seen by whoever reads `err`.
        """
        self._labelled, self._budget = labelled, budget
        return Observer(
            run=self._run,
            event=self._event,
            words=self._words,
            asking=self._asking,
            waiting=self._waiting,
            streams=streams,
        )

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Nothing moves on the screen while somebody types."""
        self._typing += 1
        self.status.hold()
        try:
            yield
        finally:
            self._typing -= 1
            if not self._typing:
                self.status.release()

    def _run(self, run: str) -> None:
        self.run = run

    def _event(self, event: Event) -> None:
        self.status.hold()
        if isinstance(event, RunStarted):
            self.started = event
            if not self._labelled:
                self._err.say(flat(label(event)), style="bold")
        if self._view is not None:
            self._view.event(event)
        if isinstance(event, SpeakerChosen):
            self._speaking, self._model, self._why = event.names[0], "", ""
        elif isinstance(event, TurnTaken | TurnPassed | TurnFailed | RunEnded | RunPaused):
            self._speaking, self._model, self._why = "", "", ""
            self._count()
        elif isinstance(event, _Warned):
            self._warn(event)
        self._tell()
        if not self._typing:
            self.status.release()

    def _warn(self, event: _Warned) -> None:
        """What concerns whoever pays is told where the talk may not be seen.

        A remark that every talk shows is not told beside it; a run's own limit is told at its end.
        """
        started = self.started
        members, humans = (started.members, started.humans) if started is not None else ({}, ())
        shown = self._labelled
        if isinstance(event, CredentialFound) and humans:
            # Who plays is not to learn who has a secret, and sees no such remark in the talk.
            event, shown = replace(event, member=""), False
        paragraph = paragraph_of(event, members)
        if paragraph is not None and not (shown and paragraph.kind == "note"):
            self._err.say(f"{paragraph.text[:1].upper()}{paragraph.text[1:]}.", style="yellow")

    def _words(self, delta: SpeechDelta) -> None:
        self.status.hold()
        if self._view is not None:
            self._view.words(delta)

    def _asking(self, speaker: str, turn: int, model: str) -> None:
        self._speaking, self._model, self._why = speaker, model, ""
        self._tell()

    def _waiting(self, speaker: str, turn: int, why: str) -> None:
        self._speaking, self._why = speaker, why
        if not self._err.styled:
            # Nobody sees a status line in a pipe, and a silent minute looks like a hanging one.
            self._err.say(flat(f"{self._model}: {why}"))
        self._tell()

    def _count(self) -> None:
        """What the run has cost so far, from its record; only where somebody sees it."""
        if not self._err.styled:
            return
        with Store.open(self._database, create=False) as store:
            total = store.totals(self.run)
        spent = dollars(total.dollars, at_least=total.at_least)
        limit = f" of {dollars(self._budget)}" if self._budget is not None else ""
        self._spent = (f"{spent}{limit}", f"{count(total.usage.total)} tokens")

    def _tell(self) -> None:
        names = self.started.members if self.started else {}
        who = flat(names.get(self._speaking, self._speaking)) or "choosing who speaks"
        parts = (who, self._model, flat(self._why), *self._spent)
        self.status.say(*(part for part in parts if part))
