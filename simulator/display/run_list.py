"""Lists of runs and of turns that were found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from simulator.display.money import count, dollars
from simulator.display.tables import Column, print_table
from simulator.display.terminal import Terminal
from simulator.record.rows import RunRow, SearchHit

__all__ = ["hit_object", "print_hits", "print_runs", "run_object"]

_RUNS = (
    Column("run"),
    Column("scenario", cut=True),
    Column("when (UTC)"),
    Column("turns", right=True),
    Column("ended by", cut=True),
    Column("model", cut=True),
    Column("dollars", right=True),
    Column("tokens", right=True),
)
_HITS = (Column("run"), Column("turn", right=True), Column("speaker", cut=True), Column("words"))


def print_runs(out: Terminal, rows: Iterable[RunRow]) -> None:
    """A line a run; where a stand-in spoke, the model says so."""
    print_table(out, _RUNS, map(_run, rows))


def _run(row: RunRow) -> tuple[str, ...]:
    model = row.model or "-"
    if row.stand_in and "stand-in" not in model:
        model = f"stand-in as {model}"
    when = row.started or row.created
    return (
        row.id,
        row.scenario,
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
    }


def print_hits(out: Terminal, hits: Iterable[SearchHit], *, stand_in: Mapping[str, bool]) -> None:
    """A line a turn, with the words around what was found; `stand_in` by run."""
    rows = ((h.run, count(h.turn), h.speaker, _snippet(h, stand_in=stand_in[h.run])) for h in hits)
    print_table(out, _HITS, rows)


def _snippet(hit: SearchHit, *, stand_in: bool) -> str:
    return f"{hit.snippet} (stand-in)" if stand_in else hit.snippet


def hit_object(hit: SearchHit, *, stand_in: bool) -> dict[str, Any]:
    """A turn that was found, as plain data."""
    return {
        "run": hit.run,
        "stand_in": stand_in,
        "turn": hit.turn,
        "speaker": hit.speaker,
        "snippet": hit.snippet,
    }
