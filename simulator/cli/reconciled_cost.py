"""What `simulator cost --reconcile` does: read the books of both sides, print, and judge."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from os import environ
from pathlib import Path

from simulator.definitions.project import Project
from simulator.display.json_lines import json_line
from simulator.display.reconciliation_table import print_reconciliation, reconciliation_object
from simulator.display.terminal import Terminal
from simulator.errors import NotFound, UsageError
from simulator.llm.credentials import Credentials, watched
from simulator.llm.keys import Environment
from simulator.llm.organization import read_books
from simulator.record.ledger_days import ledger_days, stand_in_requests
from simulator.record.store import Store
from simulator.runs.reconciliation import Tolerance, reconcile
from simulator.sync import run_sync

__all__ = ["ReconciledCost"]

_DAYS = 7
"""Days that are compared where nobody names any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciledCost:
    """What is to be compared."""

    endpoint: str
    first: date | None
    """None: a week up to the last day."""
    last: date | None
    """None: yesterday, as the books of today are not written yet."""
    tolerance: Tolerance
    projects: tuple[str, ...]

    def run(self, database: Path, *, as_json: bool) -> int:
        """Compare, print, and say the exit code: 0 where it fits, else 1."""
        today = datetime.now(UTC).date()
        days = self._days(today)
        project = Project.find(Path.cwd())
        endpoints = project.catalog().endpoints
        if self.endpoint not in endpoints:
            raise NotFound("endpoint", self.endpoint, known=tuple(endpoints))
        with Store.open(database, create=False) as store:
            ledger = ledger_days(store, self.endpoint, first=days[0], last=days[1])
            played = stand_in_requests(store, self.endpoint, first=days[0], last=days[1])
        books = run_sync(
            read_books(
                endpoints[self.endpoint],
                days=days,
                environ=Environment.of_project(project),
                credentials=watched.get() or Credentials(),
                projects=self.projects,
            )
        )
        found = reconcile(ledger, books, days=days, tolerance=self.tolerance, today=today)
        found = replace(found, stand_in_requests=played)
        out = Terminal(sys.stdout, environ=environ)
        if as_json:
            out.raw(json_line(reconciliation_object(found)))
        else:
            print_reconciliation(out, found)
        return 0 if found.fits else 1

    def _days(self, today: date) -> tuple[date, date]:
        last = self.last or max(self.first or date.min, today - timedelta(days=1))
        first = self.first or last - timedelta(days=_DAYS - 1)
        if first > last:
            raise UsageError(f"--from {first} is later than --to {last}.")
        return first, last
