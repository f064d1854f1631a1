"""Who took part how much, as a table."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from simulator.conversation.measures import Participation, Share
from simulator.display.label import NOT_FINDINGS, label
from simulator.display.money import count
from simulator.display.table_html import html_of_table
from simulator.display.tables import Column, print_table
from simulator.display.terminal import Terminal
from simulator.display.visible import flat
from simulator.record.events import RunStarted

__all__ = ["html_of_participation", "participation_object", "print_participation"]

_COLUMNS = (
    Column("who", cut=True),
    Column("turns", right=True),
    Column("share", right=True),
    Column("words", right=True),
    Column("share", right=True),
    Column("called", right=True, spare=2),
    Column("answered", right=True, spare=2),
    Column("after", right=True, spare=3),
    Column("interrupts", right=True, spare=1),
)


def print_participation(out: Terminal, taken: Participation, started: RunStarted) -> None:
    """A row each, and how evenly it is spread: 0 is all alike, near 1 is one alone."""
    out.say(flat(label(started)), style="bold")
    print_table(out, _COLUMNS, [_row(one, started) for one in taken.shares])
    out.say(_spread(taken, started))


def html_of_participation(taken: Participation, started: RunStarted) -> str:
    """The same table for a notebook."""
    rows = [_row(one, started) for one in taken.shares]
    return html_of_table(label(started), _COLUMNS, rows, note=_spread(taken, started))


def _spread(taken: Participation, started: RunStarted) -> str:
    spread = f"Gini of turns {taken.gini_turns:.2f}, of words {taken.gini_words:.2f}"
    return f"{spread} (0: all alike){f'; {NOT_FINDINGS}' if started.stand_in else ''}"


def _row(one: Share, started: RunStarted) -> tuple[str, ...]:
    return (
        started.members[one.member],
        count(one.turns),
        f"{one.of_turns:.0%}",
        count(one.words),
        f"{one.of_words:.0%}",
        count(one.addressed),
        count(one.answered),
        "" if one.latency is None else f"{one.latency:.1f} turns",
        count(one.interruptions),
    )


def participation_object(taken: Participation) -> dict[str, Any]:
    """The same as plain data; shares from 0 to 1."""
    return asdict(taken)
