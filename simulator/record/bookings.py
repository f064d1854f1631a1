"""The SQL by which questions, attempts and answers are booked."""

from __future__ import annotations

import json
from decimal import Decimal

from simulator.record.calls import Attempt, Call, Outcome
from simulator.record.database import to_micros
from simulator.record.priced import Priced
from simulator.record.usage import to_nano

__all__ = [
    "ANSWER",
    "CLOSE_ATTEMPT",
    "CLOSE_CALL",
    "IS_CALL",
    "KEEP_ANSWER",
    "LAST_ATTEMPT",
    "LOWER_RESERVATION",
    "OPEN_CALL",
    "REOPEN_CALL",
    "RESERVE",
    "SPOKE",
    "attempt_columns",
    "call_columns",
    "outcome_columns",
]

OPEN_CALL = """
    INSERT INTO calls
        (id, run, turn, persona, purpose, model, tier, score, reasons, prompt_hash, at,
        warm_tokens, prefix_break, prompt_bytes)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO NOTHING"""
REOPEN_CALL = """
    UPDATE calls SET state = 'open', tier = ?2, score = ?3, reasons = ?4, prompt_hash = ?5,
        warm_tokens = ?7, prefix_break = ?8, prompt_bytes = ?9,
        model = CASE WHEN EXISTS (SELECT 1 FROM attempts WHERE call = key) THEN model ELSE ?1 END
    WHERE id = ?6 AND state IN ('failed', 'cancelled')"""
RESERVE = """
    INSERT INTO attempts (call, number, model, at, reserved_nano, reserved_tokens, stand_in)
    SELECT key, :number, nullif(:model, model), :at, :nano, :tokens, :stand_in
    FROM calls WHERE id = :call"""
CLOSE_ATTEMPT = """
    UPDATE attempts SET state = ?,
        input_tokens = ?, cached_tokens = ?, cache_write_tokens = ?, output_tokens = ?,
        reasoning_tokens = ?, audio_input_tokens = ?, audio_output_tokens = ?, top_nano = ?,
        list_nano = ?, standard_nano = ?, cost_nano = ?, processing = ?, status = ?,
        request_id = ?, response_model = ?, finish_reason = ?, latency_ms = ?, error = ?,
        message = ?, retry_after = ?
    WHERE call = (SELECT key FROM calls WHERE id = ?) AND number = ? AND state = 'reserved'"""
KEEP_ANSWER = """
    INSERT OR REPLACE INTO answers (call, body) SELECT key, ? FROM calls WHERE id = ?"""
SPOKE = """
    UPDATE runs SET spoken = spoken | told.who
    FROM (
        SELECT r.key, 1 + coalesce(a.stand_in, r.stand_in) AS who
        FROM calls c JOIN runs r ON r.key = c.run JOIN attempts a ON a.call = c.key
        WHERE c.id = ? AND a.number = ?
    ) told
    WHERE runs.key = told.key AND NOT spoken & told.who"""
"""Notes in the run who has answered in it: 1 a model, 2 the stand-in, 3 both."""
CLOSE_CALL = "UPDATE calls SET state = ? WHERE id = ? AND state = 'open'"
IS_CALL = "SELECT 1 FROM calls WHERE id = ?"
ANSWER = "SELECT body FROM answers WHERE call = (SELECT key FROM calls WHERE id = ?)"
LAST_ATTEMPT = """
    SELECT coalesce(max(number), 0) FROM attempts
    WHERE call = (SELECT key FROM calls WHERE id = ?)"""
LOWER_RESERVATION = """
    UPDATE attempts SET reserved_nano = :nano, reserved_tokens = :tokens
    WHERE call = (SELECT key FROM calls WHERE id = :call) AND number = :number
        AND state = 'unknown' AND reserved_tokens >= :tokens"""


def call_columns(call: Call, *, run: int | None) -> tuple[object, ...]:
    """The parameters of `OPEN_CALL`; `run` is the run's key, None outside of any."""
    return (
        call.id,
        run,
        call.turn,
        call.persona,
        call.purpose,
        call.model,
        call.tier,
        call.score,
        json.dumps(call.reasons, ensure_ascii=False, separators=(",", ":")),
        call.prompt_hash,
        to_micros(call.at),
        call.warm_tokens,
        call.prefix_break,
        call.prompt_bytes,
    )


def attempt_columns(attempt: Attempt) -> dict[str, object]:
    """The parameters of `RESERVE` and `LOWER_RESERVATION`."""
    return {
        "call": attempt.call,
        "number": attempt.number,
        "model": attempt.model,
        "at": to_micros(attempt.at),
        "nano": _nano(attempt.reserved),
        "tokens": attempt.reserved_tokens,
        "stand_in": attempt.stand_in,
    }


def outcome_columns(outcome: Outcome) -> tuple[object, ...]:
    """The first parameters of `CLOSE_ATTEMPT`."""
    usage, settled = outcome.usage, outcome.state == "settled"
    cost, instead = (outcome.cost, outcome.instead) if settled else (None, Priced())
    return (
        outcome.state,
        *(
            (usage.input, usage.cached, usage.cache_write, usage.output, usage.reasoning)
            if usage
            else (None,) * 5
        ),
        *((usage.audio_input, usage.audio_output) if usage else (None, None)),
        *(_nano(amount) for amount in (instead.top, instead.list, instead.standard, cost)),
        "" if outcome.processing == "standard" else outcome.processing,
        outcome.status,
        outcome.request_id,
        outcome.response_model,
        outcome.finish_reason,
        outcome.latency_ms,
        outcome.error,
        outcome.message,
        outcome.retry_after,
    )


def _nano(amount: Decimal | None) -> int | None:
    return None if amount is None else to_nano(amount)
