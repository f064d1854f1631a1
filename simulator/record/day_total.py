"""What was spent on one day, for the project's daily budget."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta

from simulator.record.database import to_micros
from simulator.record.store import Store
from simulator.record.usage import Spent, from_nano

__all__ = ["spent_on"]

_SPENT_ON = """
    SELECT
        coalesce(sum(CASE a.state
            WHEN 'released' THEN 0
            WHEN 'settled' THEN coalesce(a.cost_nano, a.reserved_nano, 0)
            ELSE coalesce(a.reserved_nano, 0) END), 0) AS nano,
        coalesce(sum(CASE a.state
            WHEN 'released' THEN 0
            WHEN 'settled' THEN coalesce(a.input_tokens, 0) + coalesce(a.output_tokens, 0)
            ELSE a.reserved_tokens END), 0) AS tokens
    FROM attempts a
    JOIN calls c ON c.key = a.call
    WHERE a.at >= :first AND a.at < :next AND NOT EXISTS (
        SELECT 1 FROM json_each(:besides)
        WHERE coalesce(a.model, c.model) LIKE replace(value, '_', '^_') || '/%' ESCAPE '^'
    )"""


def spent_on(store: Store, day: date, *, besides: Collection[str] = ()) -> Spent:
    """What attempts of a UTC day used and cost, but for those at the endpoints `besides`.

    What is open or unknown counts at its most, as budgets count it.
    """
    first = datetime.combine(day, time(), tzinfo=UTC)
    params = {
        "first": to_micros(first),
        "next": to_micros(first + timedelta(days=1)),
        "besides": json.dumps(sorted(besides)),
    }
    (row,) = store.query(_SPENT_ON, params)
    return Spent(row["tokens"], from_nano(row["nano"]))
