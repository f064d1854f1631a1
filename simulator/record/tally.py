"""What the record says of a budget that several programs share, read again when it has changed.

Runs of one process keep their accounts in memory. What others have booked stands in the database
alone, so whoever books for a shared budget looks there first, in the transaction in which it
books. SQLite tells by `PRAGMA data_version` whether another connection has written since
(https://www.sqlite.org/pragma.html#pragma_data_version); if none has, nothing is read.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from weakref import WeakKeyDictionary

from simulator.record.database import to_micros
from simulator.record.process import is_gone
from simulator.record.usage import Spent, from_nano

__all__ = ["Books", "Counted", "Shared", "Tally", "Unpriced"]

_FOR_EVER: Final = 2**62
_FORGOTTEN: Final = timedelta(hours=1)
"""After this time an attempt outside of any run, whose process nobody knows, is in flight no more.
"""

_ANSWERED: Final = """(c.state = 'answered' AND NOT EXISTS (
        SELECT 1 FROM attempts o WHERE o.call = c.key AND o.state IN ('reserved', 'unknown')))"""
"""Whether nothing of a call `c` can change any more: it is answered, and what it cost is known."""
_UNPRICED: Final = """(a.state <> 'released' AND a.cost_nano IS NULL
        AND a.reserved_nano IS NULL)"""
_ALL: Final = "SELECT key FROM calls"
_ALL_OF_STUDY: Final = """
    SELECT c.key FROM runs r CROSS JOIN calls c ON c.run = r.key
    WHERE r.study = :study AND r.study <> ''"""
_LATER: Final = """
    SELECT value FROM json_each(:pending) UNION ALL SELECT key FROM calls WHERE key > :after"""
_CHARGED: Final = """
    FROM wanted w
    CROSS JOIN calls c ON c.key = w.key
    LEFT JOIN runs r ON r.key = c.run
    LEFT JOIN attempts a ON a.call = c.key AND a.at >= :first AND a.at < :next
        AND substr(coalesce(a.model, c.model), 1, instr(coalesce(a.model, c.model), '/') - 1)
            NOT IN (SELECT value FROM json_each(:besides))
    WHERE (:study = '' OR r.study = :study)"""
_SETTLED: Final = f"""
    SELECT coalesce(sum(CASE WHEN a.state = 'settled'
            THEN coalesce(a.cost_nano, a.reserved_nano, 0) END), 0),
        coalesce(sum(CASE WHEN a.state = 'settled'
            THEN coalesce(a.input_tokens, 0) + coalesce(a.output_tokens, 0) END), 0)
    {_CHARGED} AND {_ANSWERED} AND NOT {_UNPRICED}"""
_LOOSE: Final = f"""
    SELECT c.key AS key, {_ANSWERED} AS answered, {_UNPRICED} AS unpriced, a.state AS state,
        a.at AS at, coalesce(a.model, c.model) AS model, a.input_tokens AS input,
        a.output_tokens AS output, coalesce(a.cost_nano, a.reserved_nano, 0) AS nano,
        coalesce(a.reserved_nano, 0) AS most_nano, a.reserved_tokens AS most,
        r.key AS run, coalesce(r.process, '') AS process
    {_CHARGED} AND (NOT {_ANSWERED} OR {_UNPRICED})"""


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


def _unknown(_unpriced: Unpriced) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """Which attempts are charged to a budget: those of a study, or of a day."""

    study: str = ""
    """Of its runs only; empty: of any."""
    day: date | None = None
    """Those sent on this UTC day only; None: on any."""
    besides: frozenset[str] = frozenset()
    """But for those at these endpoints."""
    price: Callable[[Unpriced], Decimal | None] = _unknown
    """The most that an attempt costs which was booked without a price, None if there is none: runs
    without a limit and trackers book so, and do not refuse what has none."""

    @property
    def parameters(self) -> Mapping[str, str | int]:
        """As SQL takes them."""
        first, after = 0, _FOR_EVER
        if self.day is not None:
            midnight = datetime.combine(self.day, time(), tzinfo=UTC)
            first, after = to_micros(midnight), to_micros(midnight + timedelta(days=1))
        besides = json.dumps(sorted(self.besides))
        return {"study": self.study, "first": first, "next": after, "besides": besides}


@dataclass(frozen=True, slots=True)
class Counted:
    """What is on record for a budget."""

    spent: Spent = Spent()
    """What was settled, and the most that attempts of unknown outcome can have cost, among them
    those that a process had in flight when it was killed."""
    in_flight: Spent = Spent()
    """The most that attempts under way can cost, in this program and in others."""
    unpriced: frozenset[str] = frozenset()
    """endpoint/model of attempts among them whose dollars nobody knows, and are left out."""


@dataclass(slots=True, kw_only=True, eq=False)
class Tally:
    """What was booked for one shared budget, as far as the record has been read.

    Calls are numbered as they are opened, and nothing of one that is answered and settled changes:
    these are summed once. Read again are only calls that were not yet answered, and newer ones.
    """

    of: Shared
    _settled: tuple[int, int] = (0, 0)
    """Nano-dollars and tokens of calls in which nothing changes any more."""
    _priced: Decimal = Decimal(0)
    """Dollars of those of them that were booked without a price."""
    _unpriced: set[str] = field(default_factory=set)
    """The models of those of them that still have none."""
    _pending: Sequence[int] = ()
    """Numbers of the calls in which something may."""
    _after: int = 0
    """The number of the newest call that was read."""
    _gone: set[str] = field(default_factory=set)
    """Processes that live no more."""
    _seen: WeakKeyDictionary[Books, tuple[int, int]] = field(default_factory=WeakKeyDictionary)
    """Up to which write of others, and of its own, each store's record was read."""

    def read(self, connection: sqlite3.Connection) -> Counted:
        """What is on record now, by a connection in a transaction."""
        keys = _LATER if self._after else _ALL_OF_STUDY if self.of.study else _ALL
        pending = json.dumps(self._pending)
        given = {**self.of.parameters, "pending": pending, "after": self._after}
        wanted = f"WITH wanted (key) AS ({keys})"
        nano, tokens = connection.execute(wanted + _SETTLED, given).fetchone()
        cursor = connection.execute(wanted + _LOOSE, given)
        names = [column[0] for column in cursor.description]
        loose = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        (self._after,) = connection.execute("SELECT coalesce(max(key), 0) FROM calls").fetchone()
        self._settled = (self._settled[0] + nano, self._settled[1] + tokens)
        for row in loose:
            if row["answered"]:
                self._priced += self._price(row, self._unpriced)
                tokens = (row["input"] or 0) + (row["output"] or 0)
                self._settled = (self._settled[0], self._settled[1] + tokens)
        return self._counted([row for row in loose if not row["answered"]])

    def _counted(self, loose: Sequence[Mapping[str, Any]]) -> Counted:
        """All of it, with what may change yet."""
        self._pending = sorted({row["key"] for row in loose})
        attempts = [row for row in loose if row["state"] is not None]
        processes = {row["process"] for row in attempts if row["state"] == "reserved"}
        self._gone |= {one for one in processes - self._gone if is_gone(one)}
        spent = Spent(self._settled[1], from_nano(self._settled[0]) + self._priced)
        in_flight, unpriced = Spent(), set(self._unpriced)
        for row in attempts:
            if self._is_under_way(row):
                in_flight = _sum(in_flight, self._most(row, unpriced))
            else:
                spent = _sum(spent, self._most(row, unpriced))
        return Counted(spent, in_flight, frozenset(unpriced))

    def _is_under_way(self, row: Mapping[str, Any]) -> bool:
        if row["state"] != "reserved":
            return False
        if row["run"] is None:
            return bool(row["at"] > to_micros(datetime.now(UTC) - _FORGOTTEN))
        return bool(row["process"]) and row["process"] not in self._gone

    def _price(self, row: Mapping[str, Any], unpriced: set[str]) -> Decimal:
        """Dollars of an attempt that was booked without a price; without one, it is put down."""
        dollars = self.of.price(_unpriced(row))
        if dollars is None:
            unpriced.add(row["model"])
        return dollars or Decimal(0)

    def _most(self, row: Mapping[str, Any], unpriced: set[str]) -> Spent:
        """What an attempt counts for."""
        if row["state"] == "released":
            return Spent()
        settled = row["state"] == "settled"
        tokens = (row["input"] or 0) + (row["output"] or 0) if settled else row["most"]
        if row["unpriced"]:
            return Spent(tokens, self._price(row, unpriced))
        return Spent(tokens, from_nano(row["nano"] if settled else row["most_nano"]))

    def look(
        self, connection: sqlite3.Connection, books: Books, at: tuple[int, int]
    ) -> Counted | None:
        """What stands in a store after so many writes; None: nothing but what is known."""
        if self._seen.get(books) == at:
            return None
        counted = self.read(connection)
        self._seen[books] = at
        return counted

    def heard(self, books: Books) -> None:
        """Take note that its own account has seen a store's last write."""
        version, writes = self._seen.get(books, (-1, 0))
        self._seen[books] = (version, writes + 1)


class Books:
    """Tells the tallies of one store whether there is something on record that they do not know."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection, self._writes = connection, 0
        self._within: tuple[Tally, ...] = ()
        self._open: dict[tuple[str, int], tuple[Tally, ...]] = {}

    def look(self, tallies: Sequence[Tally]) -> list[Counted | None]:
        """What each says; None: nothing was booked but what its own account has seen.

        They are taken to know of what is booked until `looked`.
        """
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        at = (version, self._writes)
        known = [tally.look(self._connection, self, at) for tally in tallies]
        self._within = tuple(tallies)
        return known

    def looked(self) -> None:
        """The tallies know of nothing more that is booked."""
        self._within = ()

    def reserved(self, call: str, number: int) -> None:
        """Take note of an attempt that was booked."""
        if self._within:
            self._open[call, number] = self._within
        self._wrote(self._within)

    def closed(self, call: str, number: int) -> None:
        """Take note of an attempt that was closed."""
        self._wrote(self._open.pop((call, number), ()))

    def _wrote(self, known: Sequence[Tally]) -> None:
        self._writes += 1
        for tally in known:
            tally.heard(self)


def _sum(one: Spent, other: Spent) -> Spent:
    return Spent(one.tokens + other.tokens, one.dollars + other.dollars)


def _unpriced(row: Mapping[str, Any]) -> Unpriced:
    names = ("model", "input", "output", "most")
    return Unpriced(**{name: row[name] for name in names})
