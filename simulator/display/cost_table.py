"""What runs cost, in rows: where figures are missing it says so, and where no model spoke."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from simulator.display.label import STAND_IN
from simulator.display.money import count, dollars
from simulator.display.tables import Column, print_table
from simulator.display.terminal import Terminal
from simulator.record.rows import CostRow
from simulator.record.store import Store

__all__ = ["CostReport", "SpokenBy", "cost_objects", "cost_report", "print_costs"]

SpokenBy = Literal["models", "stand-in", "both"]
"""Who answered the calls of a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostReport:
    """Costs grouped by some names, and all of them together."""

    by: tuple[str, ...]
    rows: tuple[CostRow, ...]
    total: CostRow
    spoken_by: Mapping[tuple[str, ...], SpokenBy]
    """Per group; the empty group is everything."""


def cost_report(store: Store, *, by: Sequence[str], run: str | None = None) -> CostReport:
    """Read what was spent, in a run or in all of them.

    Raises:
        UsageError: costs cannot be grouped like this.
        NotFound: no run has this id.
    """
    names = tuple(dict.fromkeys(by))
    rows = tuple(store.cost(names, run=run))
    written = {row.id: row.stand_in for row in store.runs()}
    found: dict[tuple[str, ...], set[bool]] = {}
    for row in store.cost((*names, "run"), run=run):
        *group, run_id = row.group
        for key in (tuple(group), ()):
            found.setdefault(key, set()).add(written.get(run_id, False))
    return CostReport(
        by=names,
        rows=rows,
        total=store.cost((), run=run)[0],
        spoken_by={key: _speaker(stand_ins) for key, stand_ins in found.items()},
    )


def _speaker(stand_ins: set[bool]) -> SpokenBy:
    if len(stand_ins) > 1:
        return "both"
    return "stand-in" if True in stand_ins else "models"


def print_costs(out: Terminal, report: CostReport) -> None:
    """A line a group and one for the sum; the first line says where a stand-in spoke."""
    speaker = report.spoken_by.get((), "models")
    if speaker != "models":
        partly = "partly " if speaker == "both" else ""
        out.say(f"{partly}{STAND_IN}", style="bold")
    unsure = report.total.unknown + report.total.open > 0
    columns = (
        *(Column(name, cut=True) for name in report.by),
        Column("calls", right=True),
        Column("tokens in", right=True),
        Column("cached", right=True),
        Column("tokens out", right=True),
        Column("dollars", right=True),
        *((Column("unknown", right=True),) if unsure else ()),
        Column("spoken by"),
    )
    sums = ("in all", *("" for _ in report.by[1:]))[: len(report.by)]
    rows = [_row(row.group, row, report, unsure=unsure) for row in report.rows]
    if report.by:
        rows.append(_row(sums, report.total, report, unsure=unsure))
    print_table(out, columns, rows, total=bool(report.by))


def _row(
    names: tuple[str, ...], row: CostRow, report: CostReport, *, unsure: bool
) -> tuple[str, ...]:
    usage = row.usage
    return (
        *(name or "-" for name in names),
        *map(count, (row.calls, usage.input, usage.cached, usage.output)),
        dollars(row.dollars, at_least=row.at_least),
        *((_unknown(row),) if unsure else ()),
        report.spoken_by.get(row.group, ""),
    )


def _unknown(row: CostRow) -> str:
    """Requests that were perhaps paid, and the most they can have cost."""
    number = row.unknown + row.open
    return f"{number} of at most {dollars(row.reserved)}" if number else "-"


def cost_objects(report: CostReport) -> Iterable[dict[str, Any]]:
    """The groups as plain data; money as exact decimal text, unknown as null."""
    for row in report.rows:
        yield {
            **dict(zip(report.by, row.group, strict=True)),
            "spoken_by": report.spoken_by.get(row.group, "models"),
            "calls": row.calls,
            "attempts": row.attempts,
            **{f"{name}_tokens": value for name, value in asdict(row.usage).items()},
            "dollars": None if row.dollars is None else format(row.dollars, "f"),
            "dollars_at_least": row.at_least,
            "unknown_attempts": row.unknown,
            "open_attempts": row.open,
            "reserved_dollars": format(row.reserved, "f"),
        }
