"""What runs cost, in rows: where figures are missing it says so, and where no model spoke."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from simulator.display.label import STAND_IN
from simulator.display.money import count, dollars, exact
from simulator.display.tables import Column, print_table
from simulator.display.terminal import Terminal
from simulator.record.rows import CostRow
from simulator.record.store import Store

__all__ = ["CostReport", "SpokenBy", "cost_objects", "cost_report", "print_costs", "spoken_by"]

SpokenBy = Literal["models", "stand-in", "both", "nobody"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CostReport:
    """Costs grouped by some names, and all of them together."""

    by: tuple[str, ...]
    rows: tuple[CostRow, ...]
    total: CostRow


def cost_report(store: Store, *, by: Sequence[str], run: str | None = None) -> CostReport:
    """Read what was spent, in a run or in all of them.

    Raises:
        UsageError: costs cannot be grouped like this.
        NotFound: no run has this id.
    """
    names = tuple(dict.fromkeys(by))
    rows = tuple(store.cost(names, run=run))
    return CostReport(by=names, rows=rows, total=store.cost((), run=run)[0])


def spoken_by(row: CostRow) -> SpokenBy:
    """Who answered the calls of a row; `nobody` where all of them failed."""
    if not row.answered_calls:
        return "nobody"
    if not row.stand_in_calls:
        return "models"
    return "stand-in" if row.stand_in_calls == row.answered_calls else "both"


def print_costs(out: Terminal, report: CostReport) -> None:
    """A line a group and one for the sum; the first line says where a stand-in spoke."""
    speaker = spoken_by(report.total)
    if speaker in {"stand-in", "both"}:
        partly = "partly " if speaker == "both" else ""
        out.say(f"{partly}{STAND_IN}", style="bold")
    unsure = report.total.unknown + report.total.open > 0
    columns = (
        *(Column(name, cut=name != "run") for name in report.by),
        Column("calls", right=True),
        Column("tokens in", right=True),
        Column("cached", right=True),
        Column("tokens out", right=True),
        Column("dollars", right=True),
        *((Column("unknown", right=True),) if unsure else ()),
        Column("spoken by"),
    )
    sums = ("in all", *("" for _ in report.by[1:]))[: len(report.by)]
    rows = [_row(row.group, row, unsure=unsure) for row in report.rows]
    if report.by:
        rows.append(_row(sums, report.total, unsure=unsure))
    print_table(out, columns, rows, total=bool(report.by))


def _row(names: tuple[str, ...], row: CostRow, *, unsure: bool) -> tuple[str, ...]:
    usage = row.usage
    return (
        *(name or "-" for name in names),
        *map(count, (row.calls, usage.input, usage.cached, usage.output)),
        dollars(row.dollars, at_least=row.at_least),
        *((_unknown(row),) if unsure else ()),
        spoken_by(row),
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
            "spoken_by": spoken_by(row),
            "calls": row.calls,
            "attempts": row.attempts,
            **{f"{name}_tokens": value for name, value in asdict(row.usage).items()},
            "dollars": exact(row.dollars),
            "dollars_at_least": row.at_least,
            "unknown_attempts": row.unknown,
            "open_attempts": row.open,
            "reserved_dollars": exact(row.reserved),
        }
