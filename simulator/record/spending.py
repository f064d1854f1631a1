"""What runs cost, summed as one likes; open and unknown attempts are told apart, never as 0."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from simulator.errors import NotFound, UsageError, did_you_mean
from simulator.record.rows import CostRow, Saved
from simulator.record.usage import Usage, from_nano
from simulator.record.views import DAY, MODEL, PROCESSING, STAND_IN, SUMS, TOOL

__all__ = ["GROUPS", "dollars_in", "read_studies", "spending", "usage_in"]

GROUPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "day": DAY,
        "model": MODEL,
        "persona": "c.persona",
        "processing": PROCESSING,
        "purpose": "c.purpose",
        "run": "coalesce(r.id, '')",
        "scenario": "coalesce(r.scenario, '')",
        "study": "coalesce(r.study, '')",
        "tier": "c.tier",
        "tool": TOOL,
    }
)
"""What costs can be grouped by, as SQL over calls `c`, attempts `a` and runs `r`."""

ANSWERED: Final = "coalesce(a.error, '') = '' AND a.state IN ('settled', 'unknown')"
"""Whether an attempt `a` brought an answer, as SQL."""


def spending(
    connection: sqlite3.Connection,
    *,
    by: Sequence[str],
    run: int | None = None,
    study: str | None = None,
) -> list[CostRow]:
    """One row per group, of all calls, of a run or of a study; without groups exactly one.

    Raises:
        UsageError: costs cannot be grouped by one of the names.
        NotFound: no run was played for this study.
    """
    wanted = _wanted(connection, run=run, study=study)
    for name in by:
        if name not in GROUPS:
            hint = did_you_mean(name, GROUPS) or f"Choose from {', '.join(GROUPS)}."
            raise UsageError(f"Costs cannot be grouped by {name!r}. {hint}")
    columns = "".join(f"{GROUPS[name]}, " for name in by)
    places = ", ".join(str(place) for place in range(1, len(by) + 1))
    found = connection.execute(
        f"""
        SELECT {columns} count(DISTINCT a.call),
            count(DISTINCT CASE WHEN {ANSWERED} THEN c.key END),
            count(DISTINCT CASE WHEN {ANSWERED} AND {STAND_IN} THEN c.key END),
            coalesce(sum(CASE WHEN {STAND_IN} THEN a.cost_nano END), 0), {SUMS}
        FROM calls c
        LEFT JOIN runs r ON r.key = c.run
        LEFT JOIN attempts a ON a.call = c.key
        WHERE {wanted}
        {f"GROUP BY {places} HAVING count(a.call) > 0 ORDER BY {places}" if by else ""}
        """,  # noqa: S608 - the names were looked up above
        {"run": run, "study": study},
    )
    return [_cost_row(row, groups=len(by)) for row in found.fetchall()]


def _wanted(connection: sqlite3.Connection, *, run: int | None, study: str | None) -> str:
    """Which calls are asked for, as SQL. Raises NotFound."""
    wanted = [] if run is None else ["c.run = :run"]
    if study is not None:
        known = read_studies(connection)
        if study not in known:
            hint = "" if known else "`simulator run SCENARIO --study NAME` plays a run for one."
            raise NotFound("study", study, known=known, hint=hint)
        # That it is not empty lets SQLite take the index of the runs that have a study.
        wanted.append("r.study = :study AND r.study <> ''")
    return " AND ".join(wanted) or "1"


def read_studies(connection: sqlite3.Connection) -> list[str]:
    """The studies that runs were played for, by name."""
    found = connection.execute("SELECT DISTINCT study FROM runs WHERE study <> '' ORDER BY study")
    return [str(study) for (study,) in found.fetchall()]


def _cost_row(row: tuple[Any, ...], *, groups: int) -> CostRow:
    calls, answered_calls, stand_in_calls, not_paid, attempts, *rest = row[groups:]
    nano, _, at_least, unknown, still_open, reserved, reserved_tokens, *rest_of = rest[5:]
    audio_in, audio_out, list_nano, list_at_least, *saved, uncompared = rest_of
    audio = Usage(audio_input=audio_in, audio_output=audio_out)
    return CostRow(
        group=row[:groups],
        calls=calls,
        answered_calls=answered_calls,
        stand_in_calls=stand_in_calls,
        stand_in_dollars=from_nano(not_paid),
        attempts=attempts,
        usage=usage_in(rest[:5]) + audio,
        dollars=dollars_in(nano),
        at_least=bool(at_least),
        unknown=unknown,
        open=still_open,
        reserved=from_nano(reserved),
        reserved_tokens=reserved_tokens,
        list_dollars=dollars_in(list_nano),
        list_at_least=bool(list_at_least),
        saved=_saved(saved),
        uncompared=uncompared,
    )


def _saved(columns: Sequence[int | None]) -> Saved | None:
    known = [from_nano(nano) for nano in columns if nano is not None]
    if len(known) < len(columns):
        return None
    routing, cache, processing, charged = known
    return Saved(routing=routing, cache=cache, processing=processing, charged=charged)


def usage_in(columns: Sequence[int]) -> Usage:
    """Usage from columns in the order of `views.SUMS`."""
    read, cached, written, output, reasoning = columns
    return Usage(input=read, cached=cached, cache_write=written, output=output, reasoning=reasoning)


def dollars_in(nano: int | None) -> Decimal | None:
    """Dollars from a column; NULL stays unknown."""
    return None if nano is None else from_nano(nano)
