"""What was said as it reads in the end: turns that somebody edited, with their new words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from simulator.record.events import Event, TurnEdited, TurnTaken

__all__ = ["as_edited", "edited_turns"]


def edited_turns(events: Iterable[Event]) -> dict[int, TurnEdited]:
    """The last edit of every turn that was edited, by the turn's number."""
    return {event.turn: event for event in events if isinstance(event, TurnEdited)}


def as_edited(events: Iterable[Event]) -> tuple[Event, ...]:
    """The events, every turn with the words it has in the end."""
    happened = tuple(events)
    edits = edited_turns(happened)
    return tuple(
        replace(event, text=edits[event.turn].text)
        if isinstance(event, TurnTaken) and event.turn in edits
        else event
        for event in happened
    )
