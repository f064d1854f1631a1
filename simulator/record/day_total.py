"""What was spent on one day, and what nobody knew the price of, for the project's daily budget."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from simulator.record.database import to_micros
from simulator.record.store import Store
from simulator.record.usage import Spent, from_nano

__all__ = ["Unpriced", "spent_on", "unpriced_on"]

_OF_THE_DAY = """
    FROM attempts a
    JOIN calls c ON c.key = a.call
    WHERE a.at >= :first AND a.at < :next AND NOT EXISTS (
        SELECT 1 FROM json_each(:besides)
        WHERE coalesce(a.model, c.model) LIKE replace(value, '_', '^_') || '/%' ESCAPE '^'
    )"""
_SPENT_ON = f"""
    SELECT
        coalesce(sum(CASE a.state
            WHEN 'released' THEN 0
            WHEN 'settled' THEN coalesce(a.cost_nano, a.reserved_nano, 0)
            ELSE coalesce(a.reserved_nano, 0) END), 0) AS nano,
        coalesce(sum(CASE a.state
            WHEN 'released' THEN 0
            WHEN 'settled' THEN coalesce(a.input_tokens, 0) + coalesce(a.output_tokens, 0)
            ELSE a.reserved_tokens END), 0) AS tokens
    {_OF_THE_DAY}"""
_UNPRICED_ON = f"""
    SELECT coalesce(a.model, c.model) AS model, a.input_tokens AS input,
        a.output_tokens AS output, a.reserved_tokens AS most
    {_OF_THE_DAY}
        AND a.state <> 'released' AND a.cost_nano IS NULL
        AND a.reserved_nano IS NULL"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpriced:
    """An attempt that was booked without any price."""

    model: str
    """endpoint/model asked for."""
    input: int | None
    """Prompt tokens; None: nobody counted them."""
    output: int | None
    """Completion tokens; None: nobody counted them."""
    most: int
    """The most tokens, of both kinds, that it can have used."""


def spent_on(store: Store, day: date, *, besides: Collection[str] = ()) -> Spent:
    """What attempts of a UTC day used and cost, but for those at the endpoints `besides`.

    What is open or unknown counts at its most, as budgets count it; dollars are without what
    `unpriced_on` tells.
    """
    (row,) = store.query(_SPENT_ON, _of(day, besides))
    return Spent(row["tokens"], from_nano(row["nano"]))


def unpriced_on(store: Store, day: date, *, besides: Collection[str] = ()) -> list[Unpriced]:
    """Attempts of a UTC day that were booked without a price, but for those at `besides`.

    A tracker that was told no prices books so, and it does not refuse what has none.
    """
    return [Unpriced(**row) for row in store.query(_UNPRICED_ON, _of(day, besides))]


def _of(day: date, besides: Collection[str]) -> dict[str, str | int]:
    first = datetime.combine(day, time(), tzinfo=UTC)
    return {
        "first": to_micros(first),
        "next": to_micros(first + timedelta(days=1)),
        "besides": json.dumps(sorted(besides)),
    }
