"""The list of runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulator.display.money import count, dollars
from simulator.display.tables import Column, print_table
from simulator.display.terminal import Terminal
from simulator.record.rows import RunRow

__all__ = ["print_runs", "run_object"]

_RUNS = (
    Column("run"),
    Column("scenario", cut=True, spare=1),
    Column("seed", right=True),
    Column("when (UTC)"),
    Column("turns", right=True),
    Column("ended by", cut=True),
    Column("model", cut=True),
    Column("dollars", right=True),
    Column("tokens", right=True),
)


def print_runs(out: Terminal, rows: Sequence[RunRow]) -> None:
    """A line a run; where a stand-in spoke, the model says so.

    Studies have a column where one of the runs belongs to one.
    """
    runs = list(map(_run, rows))
    if any(row.study for row in rows):
        studies = [(*cells, row.study or "-") for cells, row in zip(runs, rows, strict=True)]
        print_table(out, (*_RUNS, Column("study", cut=True)), studies)
    else:
        print_table(out, _RUNS, runs)


def _run(row: RunRow) -> tuple[str, ...]:
    model = row.model or "-"
    if row.stand_in and "stand-in" not in model:
        model = f"stand-in as {model}" if row.spoken_by == "stand-in" else f"{model} and stand-in"
    when = row.started or row.created
    return (
        row.id,
        row.scenario,
        "-" if row.seed is None else str(row.seed),
        f"{when:%Y-%m-%d %H:%M}",
        count(row.turns),
        row.stop_reason or row.status,
        model,
        dollars(row.dollars, at_least=row.dollars_at_least),
        count(row.tokens),
    )


def run_object(row: RunRow) -> dict[str, Any]:
    """A run as plain data; money as exact decimal text, unknown as null."""
    return {
        "run": row.id,
        "scenario": row.scenario,
        "title": row.title,
        "stand_in": row.stand_in,
        "spoken_by": row.spoken_by,
        "model": row.model,
        "seed": row.seed,
        "status": row.status,
        "stop_reason": row.stop_reason,
        "created": row.created.isoformat(),
        "started": row.started and row.started.isoformat(),
        "ended": row.ended and row.ended.isoformat(),
        "turns": row.turns,
        "calls": row.calls,
        "tokens": row.tokens,
        "dollars": None if row.dollars is None else format(row.dollars, "f"),
        "dollars_at_least": row.dollars_at_least,
        "parent_run": row.parent_run,
        "parent_turn": row.parent_turn,
        "study": row.study,
    }
