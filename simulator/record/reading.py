"""Reading runs, events, calls and attempts back as values, and searching what was said."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, Final

from simulator.errors import NotFound, StoreFailed, UsageError, did_you_mean
from simulator.record.calls import Attempt, Call, Outcome
from simulator.record.database import from_micros
from simulator.record.event_rows import event_from_row
from simulator.record.events import Event
from simulator.record.full_text import any_of, phrases_in, telling
from simulator.record.priced import Priced
from simulator.record.process import is_gone
from simulator.record.rows import AttemptRow, CallRow, RunRow, RunStatus, SearchHit
from simulator.record.spending import dollars_in, spending, usage_in
from simulator.record.usage import Usage
from simulator.record.views import PROCESSING, RUN_STAND_IN, SPOKEN_BY, SUMS, TURN_KINDS

__all__ = [
    "LAST",
    "read_attempts",
    "read_calls",
    "read_events",
    "read_runs",
    "resolve_run",
    "run_key",
    "search_turns",
]

LAST: Final = "@last"
"""The reference to the newest run."""
SHOWN: Final = 12
"""Ids that a message lists at most."""
SUGGESTED: Final = 200
"""The newest runs among which a mistyped id is looked for."""

GOING_ON: Final = frozenset({"created", "running"})
STATUS: Final = "SELECT status FROM runs WHERE key = ?"

CALL: Final = """
    c.id, r.id, c.turn, c.persona, c.purpose, c.model, c.tier, c.score, c.reasons, c.prompt_hash,
    c.at, c.warm_tokens, c.prefix_break, c.prompt_bytes"""
CALL_WIDTH: Final = 14


def run_key(connection: sqlite3.Connection, run: str) -> int:
    """The internal key of a run.

    Raises:
        NotFound: no run has this id.
    """
    found = connection.execute("SELECT key FROM runs WHERE id = ?", (run,)).fetchone()
    if found is None:
        newest = "SELECT id FROM runs ORDER BY key DESC LIMIT ?"
        known = [row[0] for row in connection.execute(newest, (SUGGESTED,))]
        hint = "" if known else "There are no runs yet: start with `simulator demo`."
        if len(known) > SHOWN and not did_you_mean(run, known):
            hint = "`simulator runs` lists the newest."
        raise NotFound("run", run, known=known, hint=hint)
    return int(found[0])


def resolve_run(connection: sqlite3.Connection, reference: str) -> str:
    """The id of the run that a full id, the beginning of one, or @last names.

    Raises:
        UsageError: several ids begin like this.
        NotFound: none does.
    """
    if reference == LAST:
        found = connection.execute("SELECT id FROM runs ORDER BY key DESC LIMIT 1").fetchall()
    else:
        found = connection.execute(
            "SELECT id FROM runs WHERE substr(id, 1, length(:start)) = :start AND :start <> ''"
            " ORDER BY id <> :start, key DESC",
            {"start": reference},
        ).fetchall()
    ids = [row[0] for row in found]
    if len(ids) > 1 and ids[0] != reference:
        more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
        raise UsageError(
            f"{len(ids)} runs begin with {reference!r}: {', '.join(ids[:SHOWN])}{more}. "
            "Write more of the id."
        )
    if not ids:
        run_key(connection, reference)
    return str(ids[0])


def read_runs(
    connection: sqlite3.Connection, *, limit: int | None = None, key: int | None = None
) -> list[RunRow]:
    """The newest `limit` runs, the newest first; all of them without a limit, or one by key."""
    found = connection.execute(
        f"""
        SELECT r.key, r.id, r.scenario, r.title, r.seed, r.model, {RUN_STAND_IN}, r.status,
            r.stop_reason, r.created, r.started, r.ended, p.id, r.parent_turn,
            r.process, r.study, {SPOKEN_BY},
            (SELECT count(*) FROM events e WHERE e.run = r.key AND e.kind IN {TURN_KINDS})
        FROM runs r LEFT JOIN runs p ON p.key = r.parent_run
        {"WHERE r.key = :key" if key is not None else ""}
        ORDER BY r.key DESC LIMIT :limit
        """,  # noqa: S608 - constants of ours
        {"limit": -1 if limit is None else limit, "key": key},
    ).fetchall()
    return [_run_row(connection, row) for row in found]


def _run_row(connection: sqlite3.Connection, row: tuple[Any, ...]) -> RunRow:
    key, run, scenario, title, seed, model, stand_in, status, stop_reason, *rest = row
    created, started, ended, parent, parent_turn, process, study, spoken_by, turns = rest
    (cost,) = spending(connection, by=(), run=key)
    return RunRow(
        id=run,
        scenario=scenario,
        title=title,
        seed=seed,
        model=model,
        stand_in=bool(stand_in),
        status=_status(connection, key, written=status, process=process),
        stop_reason=stop_reason,
        created=from_micros(created),
        started=None if started is None else from_micros(started),
        ended=None if ended is None else from_micros(ended),
        turns=turns,
        calls=cost.calls,
        tokens=cost.usage.total,
        dollars=cost.dollars,
        dollars_at_least=cost.at_least,
        parent_run=parent,
        parent_turn=parent_turn,
        study=study,
        spoken_by=spoken_by,
    )


def _status(
    connection: sqlite3.Connection, key: int, *, written: RunStatus, process: str
) -> RunStatus:
    if written not in GOING_ON or not is_gone(process):
        return written
    # It may have ended the run and then itself since the row was read.
    now: RunStatus = connection.execute(STATUS, (key,)).fetchone()[0]
    return "broken_off" if now in GOING_ON else now


def read_events(
    connection: sqlite3.Connection, key: int, *, turns_only: bool = False
) -> list[Event]:
    """A run's events in their order.

    Raises:
        StoreFailed: one of them is no event of this version.
    """
    rows = connection.execute(
        f"""
        SELECT seq, kind, turn, at, payload FROM events
        WHERE run = ? {f"AND kind IN {TURN_KINDS}" if turns_only else ""} ORDER BY seq
        """,  # noqa: S608 - constants of ours
        (key,),
    )
    return [_event(row) for row in rows.fetchall()]


def _event(row: tuple[Any, ...]) -> Event:
    seq, kind, turn, at, payload = row
    try:
        return event_from_row(kind, turn=turn, at=from_micros(at), payload=payload)
    except ValueError as error:
        raise StoreFailed(
            f"Event {seq} of the run, a {kind!r}, cannot be read: it is damaged, or a newer "
            "simulator wrote it."
        ) from error


def read_calls(connection: sqlite3.Connection, key: int) -> list[CallRow]:
    """A run's calls in the order they were opened."""
    rows = connection.execute(
        f"""
        SELECT {CALL}, {SUMS}, c.state, coalesce(sum(a.latency_ms), 0),
            coalesce(a.response_model, ''), coalesce(a.finish_reason, ''),
            coalesce(a.error, ''), coalesce(a.message, ''),
            EXISTS (SELECT 1 FROM answers WHERE answers.call = c.key),
            max(a.number)
        FROM calls c
        LEFT JOIN runs r ON r.key = c.run
        LEFT JOIN attempts a ON a.call = c.key
        WHERE c.run = ? GROUP BY c.key ORDER BY c.key
        """,  # noqa: S608 - constants of ours
        (key,),
    )
    return [_call_row(row) for row in rows.fetchall()]


def _call_row(row: tuple[Any, ...]) -> CallRow:
    attempts, *rest = row[CALL_WIDTH:]
    nano, _, at_least, *_ = rest[5:]
    state, latency_ms, response_model, finish_reason, error, message, answered, _ = rest[-8:]
    return CallRow(
        call=_call(row),
        state=state,
        attempts=attempts,
        usage=usage_in(rest[:5]),
        dollars=dollars_in(nano),
        at_least=bool(at_least),
        latency_ms=latency_ms,
        response_model=response_model,
        finish_reason=finish_reason,
        error=error,
        message=message,
        answered=bool(answered),
    )


def _call(row: tuple[Any, ...]) -> Call:
    call, run, turn, persona, purpose, model, tier, *rest = row[:CALL_WIDTH]
    score, reasons, prompt_hash, at, warm_tokens, prefix_break, prompt_bytes = rest
    return Call(
        id=call,
        run=run or "",
        turn=turn,
        persona=persona,
        purpose=purpose,
        model=model,
        tier=tier,
        score=score,
        reasons=tuple(json.loads(reasons)),
        prompt_hash=prompt_hash,
        at=from_micros(at),
        warm_tokens=warm_tokens,
        prefix_break=prefix_break,
        prompt_bytes=prompt_bytes,
    )


def read_attempts(connection: sqlite3.Connection, key: int | None) -> list[AttemptRow]:
    """The attempts of a run, or of all runs, in the order of their calls."""
    rows = connection.execute(
        f"""
        SELECT {CALL}, a.number, coalesce(a.model, c.model), a.at, a.reserved_nano,
            a.reserved_tokens, a.input_tokens, a.cached_tokens, a.cache_write_tokens,
            a.output_tokens, a.reasoning_tokens, a.state, a.cost_nano, a.status, a.request_id,
            a.response_model, a.finish_reason, a.latency_ms, a.error, a.message, a.retry_after,
            {PROCESSING}, a.top_nano, a.list_nano, a.standard_nano,
            a.audio_input_tokens, a.audio_output_tokens, a.stand_in
        FROM attempts a
        JOIN calls c ON c.key = a.call
        LEFT JOIN runs r ON r.key = c.run
        {"WHERE c.run = :run" if key is not None else ""}
        ORDER BY a.call, a.number
        """,  # noqa: S608 - constants of ours
        {"run": key},
    )
    return [_attempt_row(row) for row in rows.fetchall()]


def _attempt_row(row: tuple[Any, ...]) -> AttemptRow:
    number, model, at, reserved, reserved_tokens, *rest, stand_in = row[CALL_WIDTH:]
    attempt = Attempt(
        call=row[0],
        number=number,
        model=model,
        reserved=dollars_in(reserved),
        reserved_tokens=reserved_tokens,
        stand_in=None if stand_in is None else bool(stand_in),
        at=from_micros(at),
    )
    return AttemptRow(call=_call(row), attempt=attempt, outcome=_outcome(rest))


def _outcome(columns: Iterable[Any]) -> Outcome:
    read, cached, written, output, reasoning, state, cost, status, *rest = columns
    request_id, response_model, finish_reason, latency_ms, error, message, *rest = rest
    retry_after, processing, top, list_price, standard, audio_in, audio_out = rest
    usage = None
    if read is not None:
        usage = Usage(
            input=read,
            cached=cached,
            cache_write=written,
            output=output,
            reasoning=reasoning,
            audio_input=audio_in or 0,
            audio_output=audio_out or 0,
        )
    amounts = {"top": top, "list": list_price, "standard": standard, "charged": cost}
    return Outcome(
        state=state,
        usage=usage,
        cost=dollars_in(cost),
        processing=processing,
        instead=Priced(**{name: dollars_in(nano) for name, nano in amounts.items()}),
        status=status,
        request_id=request_id,
        response_model=response_model,
        finish_reason=finish_reason,
        latency_ms=latency_ms,
        error=error,
        message=message,
        retry_after=retry_after,
    )


def search_turns(connection: sqlite3.Connection, query: str, *, limit: int) -> list[SearchHit]:
    """Turns with one of the words or phrases, best first; any text is a valid query."""
    words = phrases_in(query)
    if not words:
        return []
    rows = connection.execute(
        f"""
        SELECT r.id, e.turn, json_extract(e.payload, '$.speaker'),
            snippet(turn_search, 0, '**', '**', '…', 24), {RUN_STAND_IN}, EXISTS (
                SELECT 1 FROM events later
                WHERE later.run = e.run AND later.turn = e.turn AND later.kind = 'turn_edited'
                    AND later.id > e.id
            )
        FROM turn_search
        JOIN events e ON e.id = turn_search.rowid
        JOIN runs r ON r.key = e.run
        WHERE turn_search MATCH ?
        ORDER BY turn_search.rank, e.id LIMIT ?
        """,  # noqa: S608 - constants of ours
        (any_of(telling(words) or words), limit),
    )
    hits = [
        SearchHit(
            run=run,
            turn=turn,
            speaker=speaker,
            snippet=snippet,
            stand_in=bool(stand_in),
            edited_since=bool(edited),
        )
        for run, turn, speaker, snippet, stand_in, edited in rows.fetchall()
    ]
    return _once(hits)


def _once(hits: Sequence[SearchHit]) -> list[SearchHit]:
    """Each turn once: as it reads now, if that was found, else in the version that fits best."""
    now = {(hit.run, hit.turn) for hit in hits if not hit.edited_since}
    told: dict[tuple[str, int], SearchHit] = {}
    for hit in hits:
        if not hit.edited_since or (hit.run, hit.turn) not in now:
            told.setdefault((hit.run, hit.turn), hit)
    return list(told.values())
