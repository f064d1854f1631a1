"""A run as JSON lines: one object per event, for programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from simulator.conversation.speech import SpeechDelta
from simulator.display.terminal import Terminal
from simulator.record.event_rows import event_payload
from simulator.record.events import Event, RunStarted

__all__ = ["JsonView", "event_object", "json_line"]


def event_object(event: Event, run: str) -> dict[str, Any]:
    """The event as plain data: kind, turn, at and its own fields, defaults left out.

    The first event of a run also says which run it is, and before all else whether a stand-in
    speaks.
    """
    own = json.loads(event_payload(event))
    head = {"run": run, "stand_in": own.pop("stand_in")} if isinstance(event, RunStarted) else {}
    return {"kind": event.kind, **head, "turn": event.turn, "at": event.at.isoformat(), **own}


def json_line(data: object) -> str:
    """Plain data on one line.

    Raises:
        TypeError: something in it is no plain data; what it is as text is for the caller to say.
    """
    return json.dumps(data, ensure_ascii=False) + "\n"


class JsonView:
    """Writes each event on a line of its own as soon as it is durable."""

    def __init__(self, out: Terminal, *, run: Callable[[], str]) -> None:
        """`run` tells the run's id, which is known when the first event comes."""
        self._out, self._run = out, run

    def event(self, event: Event) -> None:
        """Write what happened."""
        self._out.raw(json_line(event_object(event, self._run())))

    def words(self, delta: SpeechDelta) -> None:
        """Whole turns are written, not words."""
