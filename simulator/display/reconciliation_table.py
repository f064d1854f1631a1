"""The ledger beside the organisation's books: a line a difference, with what it probably is."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from simulator.display.money import count, dollars, exact
from simulator.display.tables import Column, print_table
from simulator.display.terminal import Terminal
from simulator.money import plural
from simulator.runs.reconciliation import (
    BilledDay,
    BookedDay,
    Reason,
    ReconciledDay,
    Reconciliation,
)

__all__ = ["print_reconciliation", "reconciliation_object"]

_REASONS: Mapping[Reason, str] = MappingProxyType(
    {
        "covered_by_unknown": "Explained by our requests of unknown outcome",
        "around_midnight": "Explained by the day before or after: sent before midnight UTC, "
        "billed after it",
        "not_billed_yet": "The books are probably not complete yet: ask again later",
        "no_price": "We have no price for it: add one to models.yaml, see simulator models update",
        "price": "The tokens agree, the price does not: see simulator models update",
        "others": "Probably asked by others, or by runs in another database",
        "elsewhere": "Probably billed to another organisation or project, or not billed",
    }
)


def print_reconciliation(out: Terminal, found: Reconciliation) -> None:
    """The days and models that differ, ours above theirs, and what both come to."""
    rows = [row for row in found.days if not row.agrees]
    if rows:
        _print_differences(out, rows)
    agreed = len(found.days) - len(rows)
    if agreed:
        whole = "all" if not rows else f"{count(agreed)} of {count(len(found.days))}"
        out.say(f"Agree: {whole} (days and models).")
    if found.others:
        others = sum((line.dollars for line in found.others), start=Decimal(0))
        names = ", ".join(sorted({line.item or "-" for line in found.others}))
        out.say(f"Billed for other things, not compared: {dollars(others)} ({names}).")
    if found.stand_in_requests:
        asked = plural(found.stand_in_requests, "request")
        them = "it" if found.stand_in_requests == 1 else "them"
        told = f"{asked} that a stand-in answered in its place; nobody bills {them}"
        out.say(f"Not compared: {told}.")
    booked = dollars(found.booked, at_least=found.booked_at_least)
    told = f"{booked} on our books, {dollars(found.billed)} on theirs"
    out.say(f"{found.first} to {found.last} (UTC): {told}.", style="bold")


def _print_differences(out: Terminal, rows: list[ReconciledDay]) -> None:
    columns = (
        Column("day (UTC)"),
        Column("model", cut=True),
        Column("whose"),
        *(Column(name, right=True) for name in ("requests", "tokens in", "cached", "tokens out")),
        Column("dollars", right=True),
    )
    lines: list[tuple[str, ...]] = []
    notes: list[str] = []
    for row in rows:
        lines += [
            (str(row.day), row.model, "ours", *_ours(row.booked)),
            ("", "", "theirs", *_theirs(row.billed)),
        ]
        notes += ["", _note(row)]
    print_table(out, columns, lines, notes=notes)


def _ours(day: BookedDay) -> tuple[str, ...]:
    return (*_counts(day), dollars(day.dollars, at_least=day.at_least))


def _theirs(day: BilledDay) -> tuple[str, ...]:
    return (*_counts(day), "-" if day.dollars is None else dollars(day.dollars))


def _counts(day: BookedDay | BilledDay) -> tuple[str, ...]:
    usage = day.usage
    return tuple(map(count, (day.requests, usage.input, usage.cached, usage.output)))


def _note(row: ReconciledDay) -> str:
    told = _REASONS[row.reason] if row.reason else ""
    if row.booked.unknown:
        most = f"at most {dollars(row.booked.unknown_dollars)}"
        told += f" (of unknown outcome: {count(row.booked.unknown)}, {most})"
    if len(row.billed.projects) > 1:
        told += f". Projects: {', '.join(row.billed.projects)}; --project takes one"
    return f"{told}."


def reconciliation_object(found: Reconciliation) -> dict[str, Any]:
    """The comparison as plain data; money as exact decimal text, unknown as null."""
    return {
        "from": str(found.first),
        "to": str(found.last),
        "fits": found.fits,
        "booked_dollars": exact(found.booked),
        "booked_dollars_at_least": found.booked_at_least,
        "billed_dollars": exact(found.billed),
        "stand_in_requests": found.stand_in_requests,
        "days": [_day_object(row) for row in found.days],
        "other_costs": [
            {
                "day": str(line.day),
                "line_item": line.line,
                "project": line.project or None,
                "dollars": exact(line.dollars),
            }
            for line in found.others
        ],
    }


def _day_object(row: ReconciledDay) -> dict[str, Any]:
    return {
        "day": str(row.day),
        "model": row.model,
        "fits": row.fits,
        "reason": row.reason,
        "booked": {
            **_figures(row.booked),
            "dollars_at_least": row.booked.at_least,
            "unknown_requests": row.booked.unknown,
            "unknown_dollars": exact(row.booked.unknown_dollars),
            "unknown_tokens": row.booked.unknown_tokens,
        },
        "billed": {**_figures(row.billed), "projects": list(row.billed.projects)},
    }


def _figures(day: BookedDay | BilledDay) -> dict[str, Any]:
    return {
        "requests": day.requests,
        "input_tokens": day.usage.input,
        "cached_tokens": day.usage.cached,
        "output_tokens": day.usage.output,
        "dollars": exact(day.dollars),
    }
