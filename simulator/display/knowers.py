"""Who knows something, since when and from whom, as a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from simulator.conversation.knowing import Knower, Learnt
from simulator.display.label import label
from simulator.display.money import count
from simulator.display.short_name import short_name
from simulator.display.table_html import html_of_table
from simulator.display.tables import Column, print_table
from simulator.display.terminal import Terminal
from simulator.display.visible import flat
from simulator.record.events import RunStarted

__all__ = ["html_of_knowers", "knower_object", "print_knowers"]

_COLUMNS = (Column("who"), Column("since"), Column("from", cut=True), Column("words", cut=True))
_WAYS = {
    "setting": "the setting",
    "people": "the public card of {}",
    "own card": "the own card",
    "secret": "an own secret",
    "said": "{}",
    "whispered": "{}, in private",
    "own words": "own words",
    "tool": "{}",
    "memory": "memory of {}",
}


def print_knowers(out: Terminal, knowers: Iterable[Knower], started: RunStarted) -> None:
    """A row each, with the first occasion; whoever does not know stands there as well."""
    out.say(flat(label(started)), style="bold")
    print_table(out, _COLUMNS, [_row(one, started) for one in knowers])


def html_of_knowers(knowers: Iterable[Knower], started: RunStarted) -> str:
    """The same table for a notebook."""
    return html_of_table(label(started), _COLUMNS, [_row(one, started) for one in knowers])


def _row(knower: Knower, started: RunStarted) -> tuple[str, ...]:
    name = started.members[knower.member]
    if not knower.learnt:
        return (name, "does not know", "", "")
    first = knower.learnt[0]
    since = f"turn {count(first.turn)}" if first.turn else "the start"
    return (name, since, _source(first, started), first.text)


def _source(learnt: Learnt, started: RunStarted) -> str:
    known = learnt.by in started.members
    by = short_name(learnt.by, started.members) if known else flat(learnt.by)
    return _WAYS[learnt.way].format(by)


def knower_object(knower: Knower) -> dict[str, Any]:
    """A member and all occasions, as plain data; `since` is null for who does not know."""
    return {
        "member": knower.member,
        "since": knower.since,
        "learnt": [asdict(one) for one in knower.learnt],
    }
