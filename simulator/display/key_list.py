"""Where keys are found, as a table and as plain data; never a value, nor a part of one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from simulator.display.tables import Column, print_table
from simulator.display.terminal import Terminal
from simulator.llm.keys import KeyPlace

__all__ = ["key_objects", "print_keys"]

_COLUMNS = (Column("variable"), Column("found in"), Column("used by", cut=True))


def print_keys(out: Terminal, places: Iterable[KeyPlace]) -> None:
    """A line per variable."""
    rows = ((one.variable, one.found_in or "-", ", ".join(one.used_by) or "-") for one in places)
    print_table(out, _COLUMNS, rows)


def key_objects(places: Iterable[KeyPlace]) -> list[dict[str, Any]]:
    """The same as plain data."""
    return [
        {"variable": one.variable, "found_in": one.found_in, "used_by": list(one.used_by)}
        for one in places
    ]
