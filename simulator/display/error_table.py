"""What went wrong: kinds counted on top, then one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.display.label import STAND_IN
from simulator.display.money import count
from simulator.display.tables import Column, print_table
from simulator.display.terminal import Terminal
from simulator.record.rows import ErrorGroup, ErrorRow
from simulator.record.store import Store

__all__ = ["ErrorReport", "error_objects", "error_report", "print_errors"]

_ROWS = (
    Column("when (UTC)", spare=1),
    Column("run"),
    Column("turn", right=True),
    Column("persona", cut=True),
    Column("error"),
    Column("outcome"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorReport:
    """Kinds of errors, and the newest ones one by one."""

    groups: tuple[ErrorGroup, ...]
    rows: tuple[ErrorRow, ...]

    @property
    def total(self) -> int:
        """How many there are, shown one by one or not."""
        return sum(group.times for group in self.groups)

    @property
    def left_out(self) -> int:
        """How many are counted but not shown one by one."""
        return self.total - len(self.rows)


def error_report(
    store: Store, *, run: str | None, kind: str | None, model: str | None, limit: int
) -> ErrorReport:
    """Read what went wrong.

    Raises:
        NotFound: there is no such run, kind of error, or model on record.
    """
    return ErrorReport(
        groups=tuple(store.error_groups(run=run, kind=kind, model=model)),
        rows=tuple(store.errors(run=run, kind=kind, model=model, limit=limit)),
    )


def print_errors(out: Terminal, report: ErrorReport) -> None:
    """A line a kind, then each error with what was said; first of all, where a stand-in spoke."""
    staged = sum(group.stand_in for group in report.groups)
    if staged:
        partly = "partly " if staged < report.total else ""
        out.say(f"{partly}{STAND_IN}", style="bold")
    _print_groups(out, report.groups)
    out.say()
    notes = [_note(row) for row in report.rows]
    print_table(out, _ROWS, map(_row, report.rows), notes=notes)


def _print_groups(out: Terminal, groups: Sequence[ErrorGroup]) -> None:
    unsure = any(group.open for group in groups)
    columns = (
        Column("error"),
        Column("times", right=True),
        Column("runs", right=True, spare=1),
        Column("recovered", right=True),
        Column("failed", right=True),
        *((Column("open", right=True),) if unsure else ()),
        Column("last seen (UTC)", spare=2),
    )
    rows = (
        (
            _named(group),
            *map(count, (group.times, group.runs, group.recovered, group.failed)),
            *((count(group.open),) if unsure else ()),
            f"{group.last:%Y-%m-%d %H:%M}",
        )
        for group in groups
    )
    print_table(out, columns, rows)


def _named(error: ErrorGroup | ErrorRow) -> str:
    """`rate_limited` is an attempt's; of other things it is said what failed."""
    return error.kind if error.what == "attempt" else f"{error.what}: {error.kind}"


def _row(row: ErrorRow) -> tuple[str, ...]:
    return (
        f"{row.at:%m-%d %H:%M:%S}",
        row.run or "-",
        count(row.turn),
        row.persona or "-",
        _named(row),
        row.outcome,
    )


def _note(row: ErrorRow) -> str:
    """What was said; model and status too where that does not name them."""
    status = "" if row.status is None else str(row.status)
    facts = (
        row.model if row.model not in row.message else "",
        status if status not in row.message else "",
        row.message,
        row.request_id,
        "" if row.retry_after is None else f"again in {row.retry_after:g} s",
    )
    return " · ".join(fact for fact in facts if fact) or "nothing more is known"


def error_objects(report: ErrorReport) -> Iterable[dict[str, Any]]:
    """The groups, then the errors, as plain data; what nobody knows is null."""
    for group in report.groups:
        yield {
            "kind": "error_group",
            "what": group.what,
            "error": group.kind,
            "times": group.times,
            "runs": group.runs,
            "recovered": group.recovered,
            "failed": group.failed,
            "open": group.open,
            "stand_in": group.stand_in,
            "last": group.last.isoformat(),
        }
    for row in report.rows:
        yield {
            "kind": "error",
            "what": row.what,
            "error": row.kind,
            "run": row.run or None,
            "stand_in": row.stand_in,
            "turn": row.turn,
            "persona": row.persona or None,
            "purpose": row.purpose or None,
            "model": row.model or None,
            "call": row.call or None,
            "attempt": row.attempt,
            "at": row.at.isoformat(),
            "status": row.status,
            "request_id": row.request_id or None,
            "retry_after": row.retry_after,
            "outcome": row.outcome,
            "message": row.message,
        }
