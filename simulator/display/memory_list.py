"""The list of what personas remember."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from simulator.display.money import count
from simulator.display.tables import Column, print_table
from simulator.display.terminal import Terminal
from simulator.display.visible import flat
from simulator.record.rows import MemoryRow

__all__ = ["memory_object", "print_memories"]

_MEMORIES = (
    Column("number", right=True),
    Column("persona", cut=True),
    Column("kind", spare=2),
    Column("run", spare=1),
    Column("when (UTC)", spare=3),
    Column("memory"),
)


def print_memories(out: Terminal, rows: Iterable[MemoryRow]) -> None:
    """A line a memory in a pipe; on a screen its words stand below, folded."""
    if not out.is_screen:
        print_table(out, _MEMORIES, map(_row, rows))
        return
    for row in rows:
        number, persona, *about, text = map(flat, _row(row))
        out.say(" · ".join((f"{number} {persona}", *about)), style="dim")
        for line in out.fitted(text, indent=2):
            out.say(f"  {line}")


def _row(row: MemoryRow) -> tuple[str, ...]:
    kind = f"{row.form}, turn {count(row.turn)}" if row.turn else row.form
    run = f"{row.run} (stand-in)" if row.stand_in else row.run
    return (str(row.id), row.persona, kind, run, f"{row.at:%Y-%m-%d %H:%M}", row.text)


def memory_object(row: MemoryRow) -> dict[str, Any]:
    """A memory as plain data."""
    return {
        "memory": row.id,
        "persona": row.persona,
        "form": row.form,
        "text": row.text,
        "turn": row.turn,
        "run": row.run,
        "scenario": row.scenario,
        "stand_in": row.stand_in,
        "at": row.at.isoformat(),
    }
