"""What an endpoint was asked for, a day and model a row: the ledger's side of a reconciliation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from simulator.record.spending import dollars_in
from simulator.record.store import Store
from simulator.record.usage import Usage, from_nano
from simulator.record.views import COST_NANO, DAY, MODEL, STAND_IN

__all__ = ["LedgerDay", "ledger_days", "stand_in_requests"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerDay:
    """What one model was asked for on one UTC day; refused requests are not in it."""

    day: date
    model: str
    """endpoint/model asked for."""
    answered_as: str
    """The dated name the endpoint answered with; empty where no answer came."""
    requests: int
    """Requests that are settled."""
    usage: Usage
    dollars: Decimal | None
    """What is settled; None where no price is known."""
    unpriced: int
    """Settled requests of which no price is known, so that `dollars` is without them."""
    unknown: int
    """Requests that were perhaps answered and paid."""
    unknown_dollars: Decimal
    """The most these can have cost, where a price was known."""
    unknown_tokens: int
    """The most tokens these can have used."""


# The stand-in bills nobody, and what is no chat completion stands in other books.
_DAYS: Final = f"""
    SELECT {DAY} AS day, {MODEL} AS model, a.response_model AS answered_as,
        count(CASE WHEN a.state = 'settled' THEN 1 END) AS requests,
        coalesce(sum(a.input_tokens), 0) AS input, coalesce(sum(a.cached_tokens), 0) AS cached,
        coalesce(sum(a.cache_write_tokens), 0) AS cache_write,
        coalesce(sum(a.output_tokens), 0) AS output, {COST_NANO} AS nano,
        count(CASE WHEN a.state = 'settled' AND a.cost_nano IS NULL THEN 1 END) AS unpriced,
        count(CASE WHEN a.state <> 'settled' THEN 1 END) AS unknown,
        coalesce(sum(CASE WHEN a.state <> 'settled' THEN a.reserved_nano END), 0) AS reserved,
        coalesce(sum(CASE WHEN a.state <> 'settled' THEN a.reserved_tokens END), 0) AS tokens
    FROM attempts a
    JOIN calls c ON c.key = a.call
    LEFT JOIN runs r ON r.key = c.run
    WHERE a.state <> 'released' AND NOT coalesce({STAND_IN}, 0)
        AND c.purpose NOT IN ('speech', 'transcribe', 'embed', 'image')
        AND substr({MODEL}, 1, length(:endpoint) + 1) = :endpoint || '/'
        AND {DAY} BETWEEN :first AND :last
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""  # noqa: S608 - constants of ours


_STAND_IN_REQUESTS: Final = f"""
    SELECT count(*) AS requests
    FROM attempts a
    JOIN calls c ON c.key = a.call
    LEFT JOIN runs r ON r.key = c.run
    WHERE a.state <> 'released' AND coalesce({STAND_IN}, 0)
        AND substr({MODEL}, 1, length(:endpoint) + 1) = :endpoint || '/'
        AND {DAY} BETWEEN :first AND :last"""  # noqa: S608 - constants of ours


def ledger_days(store: Store, endpoint: str, *, first: date, last: date) -> list[LedgerDay]:
    """What was asked of an endpoint from the first day to the last one, both included."""
    days = {"first": first.isoformat(), "last": last.isoformat()}
    return [_ledger_day(row) for row in store.query(_DAYS, {"endpoint": endpoint, **days})]


def stand_in_requests(store: Store, endpoint: str, *, first: date, last: date) -> int:
    """How many requests to an endpoint a stand-in answered in its place; they are in no row."""
    days = {"first": first.isoformat(), "last": last.isoformat()}
    (row,) = store.query(_STAND_IN_REQUESTS, {"endpoint": endpoint, **days})
    return int(row["requests"])


def _ledger_day(row: dict[str, Any]) -> LedgerDay:
    return LedgerDay(
        day=date.fromisoformat(row["day"]),
        model=row["model"],
        answered_as=row["answered_as"],
        requests=row["requests"],
        usage=Usage(
            input=row["input"],
            cached=row["cached"],
            cache_write=row["cache_write"],
            output=row["output"],
        ),
        dollars=dollars_in(row["nano"]),
        unpriced=row["unpriced"],
        unknown=row["unknown"],
        unknown_dollars=from_nano(row["reserved"]),
        unknown_tokens=row["tokens"],
    )
