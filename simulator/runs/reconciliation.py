"""The ledger beside the organisation's books: what differs, and what that probably comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from simulator.llm.organization import BilledDollars, Books
from simulator.record.ledger_days import LedgerDay
from simulator.record.usage import Usage

__all__ = [
    "BilledDay",
    "BookedDay",
    "Reason",
    "ReconciledDay",
    "Reconciliation",
    "Tolerance",
    "reconcile",
]

Reason = Literal[
    "covered_by_unknown",
    "around_midnight",
    "not_billed_yet",
    "no_price",
    "price",
    "others",
    "elsewhere",
]
"""covered_by_unknown: requests of unknown outcome explain it; around_midnight: the day before or
after has the opposite difference; not_billed_yet: the books lag; no_price: models.yaml has none;
price: the tokens agree; others: somebody else asked; elsewhere: the books are not those of the key
that was used."""

_LAG = timedelta(days=2)
"""Days until a bill can be held to be complete."""
_EXPLAINED = frozenset({"covered_by_unknown", "around_midnight"})
_DATED = re.compile(r"-\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """How far figures may differ: by a share of the greater one, or dollars by an amount."""

    share: Decimal | None = None
    """0.02: every figure may differ by two in a hundred. None: dollars alone are judged."""
    dollars: Decimal | None = None
    """For each day and model."""

    def dollars_fit(self, ours: Decimal, theirs: Decimal, *, rounding: Decimal) -> bool:
        """Whether two amounts agree, but for the digits that one of them was rounded to."""
        allowed = self.dollars if self.dollars is not None else self._part(ours, theirs)
        return abs(ours - theirs) <= allowed + rounding

    def counts_fit(self, ours: int, theirs: int) -> bool:
        """Whether two counts agree."""
        return self.share is None or abs(ours - theirs) <= self._part(Decimal(ours), theirs)

    def _part(self, ours: Decimal, theirs: Decimal | int) -> Decimal:
        return (self.share or Decimal(0)) * max(abs(ours), abs(Decimal(theirs)))


_ALIKE = Tolerance(share=Decimal("0.02"))
"""Counts that are the same requests', whatever is tolerated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedDay:
    """What the ledger has of a day and model."""

    requests: int = 0
    usage: Usage = Usage()
    dollars: Decimal | None = Decimal(0)
    """None where no price is known."""
    unpriced: bool = False
    """Whether settled requests without a price are missing from `dollars`."""
    unknown: int = 0
    """Requests that were perhaps answered and paid, the most these can have cost and used."""
    unknown_dollars: Decimal = Decimal(0)
    unknown_tokens: int = 0

    @property
    def at_least(self) -> bool:
        """Whether something that was perhaps paid is missing from `dollars`."""
        return self.unpriced or self.unknown > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledDay:
    """What the organisation's books have of a day and model."""

    requests: int = 0
    usage: Usage = Usage()
    dollars: Decimal | None = None
    """None where no line of the bill names the model."""
    rounding: Decimal = Decimal(0)
    """How far `dollars` can be from the exact amount."""
    projects: tuple[str, ...] = ()
    """The projects in which the model was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciledDay:
    """One day and model on both sides."""

    day: date
    model: str
    """Without its date: `gpt-4.1-mini`."""
    booked: BookedDay
    billed: BilledDay
    agrees: bool
    """Whether the figures agree as they stand."""
    reason: Reason | None = None
    """Why they probably do not; None where they do."""

    @property
    def fits(self) -> bool:
        """Whether they agree, or what we do not know explains the difference wholly."""
        return self.agrees or self.reason in _EXPLAINED


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """All days, and what else was billed."""

    first: date
    last: date
    days: tuple[ReconciledDay, ...]
    others: tuple[BilledDollars, ...]
    """Lines of the bill that name no model of either side."""
    stand_in_requests: int = 0
    """Requests of ours that a stand-in answered in the endpoint's place: no side has them."""

    @property
    def fits(self) -> bool:
        """Whether every day and model does."""
        return all(day.fits for day in self.days)

    @property
    def booked(self) -> Decimal:
        """What the ledger has settled, as far as it is known."""
        return sum((day.booked.dollars or Decimal(0) for day in self.days), start=Decimal(0))

    @property
    def booked_at_least(self) -> bool:
        """Whether something that was perhaps paid is missing from `booked`."""
        return any(day.booked.at_least for day in self.days)

    @property
    def billed(self) -> Decimal:
        """What the books have for the models of either side."""
        return sum((day.billed.dollars or Decimal(0) for day in self.days), start=Decimal(0))


def reconcile(
    ledger: Iterable[LedgerDay],
    books: Books,
    *,
    days: tuple[date, date],
    tolerance: Tolerance,
    today: date,
) -> Reconciliation:
    """Compare the ledger of some days with the books of the same days.

    Models are compared by their names without dates, requests by the UTC day they were sent on.
    """
    booked = _booked(tuple(ledger))
    billed, others = _billed(books, known={model for _, model in booked})
    rows = [
        _judged(
            ReconciledDay(
                day=day,
                model=model,
                booked=booked.get((day, model), BookedDay()),
                billed=billed.get((day, model), BilledDay()),
                agrees=False,
            ),
            tolerance,
            today=today,
        )
        for day, model in sorted({*booked, *billed})
    ]
    first, last = days
    shifted = _around_midnight(rows, tolerance)
    return Reconciliation(first=first, last=last, days=tuple(shifted), others=others)


def _undated(model: str) -> str:
    return _DATED.sub("", model)


def _booked(ledger: Sequence[LedgerDay]) -> dict[tuple[date, str], BookedDay]:
    found: dict[tuple[date, str], BookedDay] = {}
    # Who has not answered is who answers to the name at other times.
    names = {row.model: row.answered_as for row in ledger if row.answered_as}
    for row in ledger:
        asked = row.model.partition("/")[2]
        key = row.day, _undated(row.answered_as or names.get(row.model, asked))
        one = found.get(key, BookedDay(dollars=None))
        known = row.dollars if one.dollars is None else one.dollars + (row.dollars or Decimal(0))
        found[key] = BookedDay(
            requests=one.requests + row.requests,
            usage=one.usage + row.usage,
            dollars=known if row.requests or one.requests else known or Decimal(0),
            unpriced=one.unpriced or row.unpriced > 0,
            unknown=one.unknown + row.unknown,
            unknown_dollars=one.unknown_dollars + row.unknown_dollars,
            unknown_tokens=one.unknown_tokens + row.unknown_tokens,
        )
    return found


def _billed(
    books: Books, *, known: set[str]
) -> tuple[dict[tuple[date, str], BilledDay], tuple[BilledDollars, ...]]:
    found: dict[tuple[date, str], BilledDay] = {}
    for asked in books.tokens:
        key = asked.day, _undated(asked.model)
        one = found.get(key, BilledDay())
        found[key] = replace(
            one,
            requests=one.requests + asked.requests,
            usage=one.usage + asked.usage,
            projects=tuple(sorted({*one.projects, asked.project} - {""})),
        )
    models = known | {model for _, model in found}
    others = []
    for line in books.dollars:
        key = line.day, _undated(line.item)
        if key[1] not in models:
            others.append(line)
            continue
        one = found.get(key, BilledDay())
        found[key] = replace(
            one,
            dollars=(one.dollars or Decimal(0)) + line.dollars,
            rounding=one.rounding + line.rounding,
            projects=tuple(sorted({*one.projects, line.project} - {""})),
        )
    return found, tuple(others)


def _judged(row: ReconciledDay, tolerance: Tolerance, *, today: date) -> ReconciledDay:
    counted = all(tolerance.counts_fit(*pair) for pair in _counts(row))
    if counted and _dollars_agree(row, tolerance):
        return replace(row, agrees=True)
    return replace(row, reason=_reason(row, tolerance, today=today))


def _counts(row: ReconciledDay) -> Iterator[tuple[int, int]]:
    ours, theirs = row.booked, row.billed
    yield ours.requests, theirs.requests
    for name in ("input", "cached", "output"):
        yield getattr(ours.usage, name), getattr(theirs.usage, name)


def _dollars_agree(row: ReconciledDay, tolerance: Tolerance) -> bool:
    ours, theirs = row.booked.dollars, row.billed.dollars
    if ours is None or row.booked.unpriced:
        return False
    return tolerance.dollars_fit(ours, theirs or Decimal(0), rounding=row.billed.rounding)


def _reason(row: ReconciledDay, tolerance: Tolerance, *, today: date) -> Reason:
    ours, theirs = row.booked, row.billed
    alike = all(_ALIKE.counts_fit(*pair) for pair in _counts(row))
    if ours.dollars is None or ours.unpriced:
        return "no_price"
    if _covered(row, tolerance):
        return "covered_by_unknown"
    if row.day > today - _LAG and _is_less(row):
        return "not_billed_yet"
    if theirs.dollars is None and alike:
        return "not_billed_yet"
    if alike and ours.requests == theirs.requests:
        return "price"
    return "elsewhere" if _is_less(row) else "others"


def _is_less(row: ReconciledDay) -> bool:
    """Whether the books have less than the ledger."""
    ours, theirs = row.booked, row.billed
    if theirs.requests != ours.requests:
        return theirs.requests < ours.requests
    return (theirs.dollars or Decimal(0)) < (ours.dollars or Decimal(0))


def _covered(row: ReconciledDay, tolerance: Tolerance) -> bool:
    """Whether the books lie between what is settled and that with all that is unknown."""
    ours, theirs = row.booked, row.billed
    if not ours.unknown or ours.dollars is None:
        return False
    more = theirs.usage.total - ours.usage.total
    least, told = ours.dollars, theirs.dollars or Decimal(0)
    nearest = min(max(told, least), least + ours.unknown_dollars)
    return (
        ours.requests <= theirs.requests <= ours.requests + ours.unknown
        and 0 <= more <= ours.unknown_tokens
        and tolerance.dollars_fit(nearest, told, rounding=theirs.rounding)
    )


def _around_midnight(rows: list[ReconciledDay], tolerance: Tolerance) -> list[ReconciledDay]:
    """The rows, with those explained that agree together with the next day's."""
    places: Mapping[tuple[date, str], int] = {(r.day, r.model): i for i, r in enumerate(rows)}
    found = list(rows)
    for place, row in enumerate(rows):
        next_day = row.day + timedelta(days=1) if row.day < date.max else row.day
        after = places.get((next_day, row.model)) if next_day > row.day else None
        if after is None or found[place].fits or found[after].fits:
            continue
        together = _together(row, rows[after])
        if all(a == b for a, b in _counts(together)) and _dollars_agree(together, tolerance):
            for one in (place, after):
                found[one] = replace(found[one], reason="around_midnight")
    return found


def _together(row: ReconciledDay, other: ReconciledDay) -> ReconciledDay:
    """Two days as if they were one."""
    ours, theirs, more, bill = row.booked, row.billed, other.booked, other.billed
    unpriced = ours.unpriced or more.unpriced or None in {ours.dollars, more.dollars}
    booked = BookedDay(
        requests=ours.requests + more.requests,
        usage=ours.usage + more.usage,
        dollars=(ours.dollars or Decimal(0)) + (more.dollars or Decimal(0)),
        unpriced=unpriced,
    )
    billed = BilledDay(
        requests=theirs.requests + bill.requests,
        usage=theirs.usage + bill.usage,
        dollars=(theirs.dollars or Decimal(0)) + (bill.dollars or Decimal(0)),
        rounding=theirs.rounding + bill.rounding,
    )
    return replace(row, booked=booked, billed=billed)
