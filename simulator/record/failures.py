"""What went wrong, one by one and counted: attempts, replies, turns and runs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from simulator.errors import ModelError, NotFound, did_you_mean
from simulator.record.journal import FAILED
from simulator.record.reading import run_key
from simulator.record.rows import ErrorGroup, ErrorRow

__all__ = ["Wanted", "error_kinds", "group_errors", "read_errors"]

Wanted = Mapping[str, str | None]
"""Which errors: of one `run`, `kind` or `model` (endpoint/model, or an endpoint); None: of all."""

OTHERS: Final = frozenset({"cancelled", "tool_failed", "unreachable", "usage_error"})
"""Kinds that are no error's own: an interruption; a tool; a turn in vain at a dead place; a wrong
setting."""
CONDITIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "run": "run = :run",
        "kind": "error_type = :kind",
        "model": "(request_model = :model"
        " OR substr(request_model, 1, length(:model) + 1) = :model || '/')",
    }
)
MODELS: Final = "SELECT model FROM calls UNION SELECT model FROM attempts WHERE model IS NOT NULL"


def error_kinds() -> frozenset[str]:
    """The words by which errors of ours are counted; other people's bear their class's name."""
    return frozenset(kind.kind for kind in _family(ModelError)) | FAILED | OTHERS


def _family(parent: type[ModelError]) -> Iterable[type[ModelError]]:
    yield parent
    for child in parent.__subclasses__():
        yield from _family(child)


def read_errors(
    connection: sqlite3.Connection, wanted: Wanted, *, limit: int | None = None
) -> list[ErrorRow]:
    """The newest errors, the newest first; all of them without a limit.

    Raises:
        NotFound: there is no such run, kind of error, or model on record.
    """
    found = connection.execute(
        f"""
        SELECT what, error_type, run, stand_in, turn, persona, purpose, request_model, call,
            attempt, at, http_response_status_code, request_id, retry_after, outcome,
            error_message
        FROM v_errors {_where(connection, wanted)}
        ORDER BY at DESC, turn DESC, attempt DESC LIMIT :limit
        """,  # noqa: S608 - constants of ours
        {**wanted, "limit": -1 if limit is None else limit},
    )
    return [_error_row(row) for row in found.fetchall()]


def group_errors(connection: sqlite3.Connection, wanted: Wanted) -> list[ErrorGroup]:
    """The errors counted by what failed and kind; the group with the newest error first.

    Raises:
        NotFound: there is no such run, kind of error, or model on record.
    """
    found = connection.execute(
        f"""
        SELECT what, error_type, count(*), count(DISTINCT run), total(outcome = 'recovered'),
            total(outcome = 'failed'), total(outcome = 'open'), total(stand_in), max(at)
        FROM v_errors {_where(connection, wanted)}
        GROUP BY what, error_type ORDER BY max(at) DESC, what, error_type
        """,  # noqa: S608 - constants of ours
        wanted,
    )
    return [_group(row) for row in found.fetchall()]


def _where(connection: sqlite3.Connection, wanted: Wanted) -> str:
    """The condition, after every name in it was found."""
    run, kind, model = wanted["run"], wanted["kind"], wanted["model"]
    if run is not None:
        run_key(connection, run)
    if kind is not None and kind not in error_kinds():
        _check_kind(connection, kind)
    if model is not None:
        _check_model(connection, model)
    conditions = [sql for name, sql in CONDITIONS.items() if wanted[name] is not None]
    return f"WHERE {' AND '.join(conditions)}" if conditions else ""


def _check_kind(connection: sqlite3.Connection, kind: str) -> None:
    found = connection.execute("SELECT DISTINCT error_type FROM v_errors ORDER BY error_type")
    here = [row[0] for row in found]
    if kind not in here:
        known = {*error_kinds(), *here}
        there = f"On record: {', '.join(here)}." if here else "None is on record."
        hint = "" if did_you_mean(kind, known) else there
        raise NotFound("kind of error", kind, known=known, hint=hint)


def _check_model(connection: sqlite3.Connection, model: str) -> None:
    asked = [str(row[0]) for row in connection.execute(MODELS)]
    known = {*asked, *(name.partition("/")[0] for name in asked)}
    if model not in known:
        raise NotFound("model on record", model, known=known)


def _error_row(row: tuple[Any, ...]) -> ErrorRow:
    what, kind, run, stand_in, turn, persona, purpose, model, call, attempt, at, *rest = row
    status, request_id, retry_after, outcome, message = rest
    return ErrorRow(
        what=what,
        kind=kind,
        run=run or "",
        stand_in=bool(stand_in),
        turn=turn,
        persona=persona or "",
        purpose=purpose or "",
        model=model or "",
        call=call or "",
        attempt=attempt,
        at=datetime.fromisoformat(at),
        status=status,
        request_id=request_id,
        retry_after=retry_after,
        outcome=outcome,
        message=message,
    )


def _group(row: tuple[Any, ...]) -> ErrorGroup:
    what, kind, times, runs, *counts, last = row
    recovered, failed, still_open, stand_in = map(int, counts)
    return ErrorGroup(
        what=what,
        kind=kind,
        times=times,
        runs=runs,
        recovered=recovered,
        failed=failed,
        open=still_open,
        stand_in=stand_in,
        last=datetime.fromisoformat(last),
    )
