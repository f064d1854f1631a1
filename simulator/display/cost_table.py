"""What runs cost, in rows: where figures are missing it says so, and where no model spoke."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from simulator.display.label import STAND_IN
from simulator.display.money import count, difference, dollars, exact
from simulator.display.tables import Column, print_table
from simulator.display.terminal import Terminal
from simulator.money import plural
from simulator.record.rows import CostRow, Saved
from simulator.record.store import Store

__all__ = [
    "CostReport",
    "cost_objects",
    "cost_report",
    "print_costs",
    "print_savings",
]

_TOOLS = "tools"
"""No purpose: what was asked in order to speak, and was answered by calling tools."""
_BESIDE_SPEAKING: Mapping[str, str] = MappingProxyType(
    {
        "select": "choosing speakers",
        _TOOLS: "tools",
        "repair": "repairs",
        "summarise": "summaries",
        "probe": "probes",
        "judge": "judges",
        "extract": "extraction",
    }
)
"""What nobody hears, in the words of the line that tells what it cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostReport:
    """Costs grouped by some names, and all of them together."""

    by: tuple[str, ...]
    rows: tuple[CostRow, ...]
    total: CostRow
    purposes: tuple[CostRow, ...] = ()
    """The same by purpose and tool."""


def cost_report(
    store: Store, *, by: Sequence[str], run: str | None = None, study: str | None = None
) -> CostReport:
    """Read what was spent, in a run, in a study, or in all runs.

    Raises:
        UsageError: costs cannot be grouped like this.
        NotFound: no run has this id, or was played for this study.
    """
    names = tuple(dict.fromkeys(by))
    rows = tuple(store.cost(names, run=run, study=study))
    return CostReport(
        by=names,
        rows=rows,
        total=store.cost((), run=run, study=study)[0],
        purposes=tuple(store.cost(("purpose", "tool"), run=run, study=study)),
    )


def print_costs(out: Terminal, report: CostReport) -> None:
    """A line a group and one for the sum; the first line says where a stand-in spoke.

    Below stand what the calls cost that nobody hears, and what was saved.
    """
    _print_label(out, report.total)
    unsure = report.total.unknown + report.total.open > 0
    columns = (
        *(Column(name, cut=name != "run") for name in report.by),
        Column("calls", right=True),
        Column("tokens in", right=True),
        Column("cached", right=True),
        Column("tokens out", right=True),
        Column("list price", right=True, spare=1),
        Column("dollars", right=True),
        *((Column("unknown", right=True),) if unsure else ()),
        Column("spoken by"),
    )
    sums = ("in all", *("" for _ in report.by[1:]))[: len(report.by)]
    rows = [_row(row.group, row, unsure=unsure) for row in report.rows]
    if report.by:
        rows.append(_row(sums, report.total, unsure=unsure))
    print_table(out, columns, rows, total=bool(report.by))
    for line in (_moved_on(report), _beside_speaking(report.purposes), _saving(report.total)):
        if line:
            out.say(line)


def print_savings(out: Terminal, report: CostReport) -> None:
    """What everything would have cost on the highest tier, uncached, and where it went from there.

    A request of which a price or what it used is unknown is in none of the amounts.
    """
    _print_label(out, report.total)
    left_out = report.total.uncompared > 0
    columns = (
        *(Column(name, cut=name != "run") for name in report.by),
        Column("top tier, uncached", right=True),
        Column("saved by routing", right=True),
        Column("by the cache", right=True),
        Column("by batch and flex", right=True),
        Column("dollars", right=True),
        Column("saved", right=True),
        *((Column("left out", right=True),) if left_out else ()),
    )
    sums = ("in all", *("" for _ in report.by[1:]))[: len(report.by)]
    rows = [_savings_row(row.group, row, left_out=left_out) for row in report.rows]
    if report.by:
        rows.append(_savings_row(sums, report.total, left_out=left_out))
    print_table(out, columns, rows, total=bool(report.by))


def _savings_row(names: tuple[str, ...], row: CostRow, *, left_out: bool) -> tuple[str, ...]:
    saved = row.saved
    amounts = (saved.routing, saved.cache, saved.processing) if saved else (None, None, None)
    return (
        *(name or "-" for name in names),
        dollars(saved.top if saved else None),
        *map(difference, amounts),
        dollars(saved.charged if saved else None),
        _share(saved),
        *((count(row.uncompared) if row.uncompared else "-",) if left_out else ()),
    )


def _share(saved: Saved | None) -> str:
    return f"{1 - saved.charged / saved.top:.1%}" if saved and saved.top else "-"


def _print_label(out: Terminal, total: CostRow) -> None:
    speaker = total.spoken_by
    if speaker in {"stand-in", "both"}:
        partly = "partly " if speaker == "both" else ""
        out.say(f"{partly}{STAND_IN}", style="bold")


def _moved_on(report: CostReport) -> str:
    """Why the calls of the rows are more than those in all; empty where they are not."""
    twice = sum(row.calls for row in report.rows) - report.total.calls
    if twice <= 0:
        return ""
    said = (
        "1 call went on to another model and stands"
        if twice == 1
        else (f"Calls went on to other models {count(twice)} times and stand")
    )
    return f"{said} in the rows of all that were asked."


def _beside_speaking(purposes: Iterable[CostRow]) -> str:
    """What the turn-taking, the repairs and the like cost; empty where there were none."""
    found: dict[str, list[CostRow]] = {}
    for row in purposes:
        purpose, tool = row.group
        found.setdefault(_TOOLS if purpose == "speak" and tool else purpose, []).append(row)
    told = [
        f"{words} {_amount(found[name])} ({plural(sum(row.calls for row in found[name]), 'call')})"
        for name, words in _BESIDE_SPEAKING.items()
        if name in found
    ]
    return f"Of this, {', '.join(told)}." if told else ""


def _amount(rows: Sequence[CostRow]) -> str:
    """What rows cost together, as far as it is known."""
    known = [row.dollars for row in rows if row.dollars is not None]
    return dollars(
        sum(known, Decimal(0)) if known else None, at_least=any(row.at_least for row in rows)
    )


def _saving(total: CostRow) -> str:
    saved = total.saved
    if saved is None or not (saved.routing or saved.cache or saved.processing):
        return ""
    parts = (
        ("routing", saved.routing),
        ("the cache", saved.cache),
        ("batch and flex", saved.processing),
    )
    told = ", ".join(f"{words} {difference(amount)}" for words, amount in parts if amount)
    whole = f"On the top tier, uncached, it would have cost {dollars(saved.top)}; saved by {told}"
    if not total.uncompared:
        return f"{whole}."
    are = "is" if total.uncompared == 1 else "are"
    left_out = f"{plural(total.uncompared, 'request')} of unknown price or usage {are} left out"
    return f"{whole}; {left_out}."


def _row(names: tuple[str, ...], row: CostRow, *, unsure: bool) -> tuple[str, ...]:
    usage = row.usage
    return (
        *(name or "-" for name in names),
        *map(count, (row.calls, usage.input, usage.cached, usage.output)),
        dollars(row.list_dollars, at_least=row.list_at_least),
        dollars(row.dollars, at_least=row.at_least),
        *((_unknown(row),) if unsure else ()),
        row.spoken_by,
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
            "spoken_by": row.spoken_by,
            "calls": row.calls,
            "attempts": row.attempts,
            **{f"{name}_tokens": value for name, value in asdict(row.usage).items()},
            "dollars": exact(row.dollars),
            "dollars_at_least": row.at_least,
            "unknown_attempts": row.unknown,
            "open_attempts": row.open,
            "reserved_dollars": exact(row.reserved),
            "list_dollars": exact(row.list_dollars),
            "list_dollars_at_least": row.list_at_least,
            **_saved_object(row.saved),
            "uncompared_attempts": row.uncompared,
        }


def _saved_object(saved: Saved | None) -> dict[str, str | None]:
    return {
        "top_tier_dollars": exact(saved.top if saved else None),
        "saved_by_routing": exact(saved.routing if saved else None),
        "saved_by_cache": exact(saved.cache if saved else None),
        "saved_by_processing": exact(saved.processing if saved else None),
        "compared_dollars": exact(saved.charged if saved else None),
    }
