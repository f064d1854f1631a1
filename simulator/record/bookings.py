"""The SQL by which questions, attempts and answers are booked."""

from __future__ import annotations

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
    INSERT INTO attempts (call, number, model, at, reserved_nano, reserved_tokens)
    SELECT key, :number, nullif(:model, model), :at, :nano, :tokens FROM calls WHERE id = :call"""
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
