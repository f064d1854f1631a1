"""The views of the database: what notebooks, dashboards and your own SQL may rely on.

Columns are added, never renamed. Where the OpenTelemetry conventions for generative AI know a
thing, the column bears their name with underscores (`gen_ai.usage.input_tokens` is
`usage_input_tokens`): https://github.com/open-telemetry/semantic-conventions-genai. A model's
name is `endpoint/model`. Times are ISO 8601 in UTC. Money is exact in `cost_nano`, in
nano-dollars; `dollars` is the same as a floating-point number, for reading and plotting.
An amount that nobody knows is NULL, and `at_least` is 1 where something paid is missing from it.

`list_nano` is the list price of the model that answered, without a cache, at standard processing;
`saved_by_routing_nano` is how much dearer the first model of the highest tier would have been. What
the cache and the processing saved leads from the list price to `cost_nano`; a surcharge counts
against it. Requests of which one of these figures is unknown are in none of the savings but in
`uncompared_attempts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = [
    "AT_LEAST",
    "COST_NANO",
    "DAY",
    "MODEL",
    "PROCESSING",
    "RUN_STAND_IN",
    "SPOKEN_BY",
    "STAND_IN",
    "SUMS",
    "TOOL",
    "TURN_KINDS",
    "VIEWS",
]


def _iso(column: str) -> str:
    seconds = f"strftime('%Y-%m-%dT%H:%M:%S', {column} / 1000000, 'unixepoch')"
    return f"{seconds} || printf('.%06dZ', {column} % 1000000)"


TURN_KINDS: Final = "('turn_taken', 'turn_passed', 'turn_failed')"
"""The kinds of events that end a turn, as a SQL list."""

MODEL: Final = "coalesce(a.model, c.model)"
"""The model an attempt `a` of a call `c` asked for."""

DAY: Final = "strftime('%Y-%m-%d', coalesce(a.at, c.at) / 1000000, 'unixepoch')"
"""The UTC day of an attempt `a` of a call `c`."""

PROCESSING: Final = "coalesce(nullif(a.processing, ''), 'standard')"
"""How an attempt `a` was processed."""

TOOL: Final = """coalesce((
        SELECT group_concat(name, ', ') FROM (
            SELECT DISTINCT json_extract(e.payload, '$.tool') AS name FROM events e
            WHERE e.kind = 'tool_called' AND e.run = c.run AND e.turn = c.turn
                AND json_extract(e.payload, '$.call') = c.id
            ORDER BY name
        )
    ), '')"""
"""The tools that were called because the answer to a call `c` asked for them; empty: none."""

RUN_STAND_IN: Final = "CASE r.spoken WHEN 0 THEN r.stand_in ELSE r.spoken >= 2 END"
"""Whether the stand-in answered in a run `r`; before anybody has, whether it is to."""

STAND_IN: Final = """coalesce(a.stand_in, r.stand_in,
        c.run IS NULL AND instr(c.reasons, 'stand-in') > 0)"""
"""Whether the stand-in was asked by an attempt `a` of a call `c`, which in older rows only the run
`r` says, or, outside of any run, the call."""

SPOKEN_BY: Final = """
    CASE r.spoken WHEN 1 THEN 'models' WHEN 2 THEN 'stand-in' WHEN 3 THEN 'both'
        ELSE iif(r.stand_in, 'stand-in', 'models') END"""
"""Who answered in a run `r`; before anybody has, who is to."""

_OPEN: Final = "a.state IN ('unknown', 'reserved')"
_UNPRICED: Final = "(a.state = 'settled' AND a.cost_nano IS NULL)"
_COMPARED: Final = (
    "(a.state = 'settled' AND a.top_nano IS NOT NULL AND a.list_nano IS NOT NULL "
    "AND a.standard_nano IS NOT NULL AND a.cost_nano IS NOT NULL)"
)
_UNCOMPARED: Final = (
    f"count(CASE WHEN {_OPEN} OR (a.state = 'settled' AND NOT {_COMPARED}) THEN 1 END)"
)
_LIST_AT_LEAST: Final = f"total({_OPEN} OR (a.state = 'settled' AND a.list_nano IS NULL)) > 0"


def _of_compared(amount: str) -> str:
    """The sum of an amount over the attempts `a` of which all figures are known, else NULL."""
    return (
        f"CASE WHEN {_UNCOMPARED} > 0 AND count(CASE WHEN {_COMPARED} THEN 1 END) = 0 THEN NULL "
        f"ELSE coalesce(sum(CASE WHEN {_COMPARED} THEN {amount} END), 0) END"
    )


AT_LEAST: Final = (
    "total(a.state IN ('unknown', 'reserved') OR (a.state = 'settled' AND a.cost_nano IS NULL)) > 0"
)
"""Whether some of the attempts `a` may have cost something that no settled figure tells."""

COST_NANO: Final = (
    f"CASE WHEN {AT_LEAST} AND count(a.cost_nano) = 0 THEN NULL "
    "ELSE coalesce(sum(a.cost_nano), 0) END"
)
"""What the attempts `a` cost as far as it is settled, or NULL where nothing is known."""

SUMS: Final = f"""
    count(a.number) AS attempts,
    coalesce(sum(a.input_tokens), 0) AS usage_input_tokens,
    coalesce(sum(a.cached_tokens), 0) AS usage_cache_read_input_tokens,
    coalesce(sum(a.cache_write_tokens), 0) AS usage_cache_creation_input_tokens,
    coalesce(sum(a.output_tokens), 0) AS usage_output_tokens,
    coalesce(sum(a.reasoning_tokens), 0) AS usage_reasoning_output_tokens,
    {COST_NANO} AS cost_nano,
    {COST_NANO} / 1e9 AS dollars,
    {AT_LEAST} AS at_least,
    count(CASE WHEN a.state = 'unknown' THEN 1 END) AS unknown_attempts,
    count(CASE WHEN a.state = 'reserved' THEN 1 END) AS open_attempts,
    coalesce(sum(CASE WHEN {_OPEN} OR {_UNPRICED} THEN a.reserved_nano END), 0) AS reserved_nano,
    coalesce(sum(CASE WHEN a.state IN ('unknown', 'reserved') THEN a.reserved_tokens END), 0)
        AS reserved_tokens,
    coalesce(sum(a.audio_input_tokens), 0) AS usage_audio_input_tokens,
    coalesce(sum(a.audio_output_tokens), 0) AS usage_audio_output_tokens,
    CASE WHEN {_LIST_AT_LEAST} AND count(a.list_nano) = 0 THEN NULL
        ELSE coalesce(sum(a.list_nano), 0) END AS list_nano,
    {_LIST_AT_LEAST} AS list_at_least,
    {_of_compared("a.top_nano - a.list_nano")} AS saved_by_routing_nano,
    {_of_compared("a.list_nano - a.standard_nano")} AS saved_by_cache_nano,
    {_of_compared("a.standard_nano - a.cost_nano")} AS saved_by_processing_nano,
    {_of_compared("a.cost_nano")} AS compared_nano,
    {_UNCOMPARED} AS uncompared_attempts"""
"""The sums over attempts `a` that every report shows."""

# The ids are as unique as the keys; named here, a condition on them is tried before the sums.
_BY_RUN: Final = "GROUP BY r.key, r.id"
_BY_CALL: Final = "GROUP BY c.key, c.id, r.id"

_READ: Final = "nullif(sum(a.input_tokens), 0)"
_BREAK: Final = f"""
    CASE WHEN c.prefix_break = '' AND {_READ} IS NOT NULL
        AND c.warm_tokens > 2 * coalesce(sum(a.cached_tokens), 0) THEN 'missed'
    ELSE c.prefix_break END"""

_FINISHED: Final = "CASE WHEN a.finish_reason <> '' THEN json_array(a.finish_reason) ELSE '[]' END"

V_RUNS: Final = f"""
SELECT r.id AS run, r.scenario, r.title, r.status, r.stop_reason,
    {_iso("r.created")} AS created, {_iso("r.started")} AS started, {_iso("r.ended")} AS ended,
    r.seed, r.model, {RUN_STAND_IN} AS stand_in,
    (SELECT count(*) FROM events e WHERE e.run = r.key AND e.kind IN {TURN_KINDS}) AS turns,
    count(DISTINCT a.call) AS calls, {SUMS},
    p.id AS parent_run, r.parent_turn, r.study, {SPOKEN_BY} AS spoken_by
FROM runs r
LEFT JOIN runs p ON p.key = r.parent_run
LEFT JOIN calls c ON c.run = r.key
LEFT JOIN attempts a ON a.call = c.key
{_BY_RUN}"""  # noqa: S608 - constants of ours

V_TURNS: Final = f"""
SELECT r.id AS run, e.turn, e.kind,
    json_extract(e.payload, '$.speaker') AS speaker,
    json_extract(e.payload, '$.act') AS act,
    coalesce(json_extract(x.payload, '$.text'), json_extract(e.payload, '$.text')) AS text,
    coalesce(json_extract(e.payload, '$.to'), '[]') AS heard_by,
    json_extract(e.payload, '$.provenance') AS provenance,
    json_extract(e.payload, '$.source') AS source,
    json_extract(e.payload, '$.error') AS error_type,
    coalesce(json_extract(e.payload, '$.message'), json_extract(e.payload, '$.reason')) AS detail,
    coalesce(json_extract(e.payload, '$.calls'), '[]') AS calls,
    e.seq, {_iso("e.at")} AS at,
    x.id IS NOT NULL AS edited,
    CASE WHEN x.id IS NOT NULL THEN json_extract(e.payload, '$.text') END AS said_first
FROM events e
JOIN runs r ON r.key = e.run
LEFT JOIN events x ON x.id = (
    SELECT max(later.id) FROM events later
    WHERE later.run = e.run AND later.turn = e.turn AND later.kind = 'turn_edited'
)
WHERE e.kind IN {TURN_KINDS}"""  # noqa: S608 - constants of ours

V_CALLS: Final = f"""
SELECT c.id AS call, r.id AS run, c.turn, c.persona, c.purpose, c.tier,
    c.model AS request_model, a.response_model,
    c.state, c.score, c.reasons, c.prompt_hash, {_iso("c.at")} AS at, {SUMS},
    coalesce(sum(a.latency_ms), 0) AS latency_ms,
    {_FINISHED} AS response_finish_reasons, a.error AS error_type, a.message AS error_message,
    max(a.number) AS last_attempt, {PROCESSING} AS processing,
    EXISTS (SELECT 1 FROM answers WHERE answers.call = c.key) AS answered,
    c.warm_tokens AS predicted_cache_read_input_tokens,
    round(1.0 * coalesce(sum(a.cached_tokens), 0) / {_READ}, 4) AS cache_share,
    round(min(1.0, 1.0 * c.warm_tokens / {_READ}), 4) AS predicted_cache_share,
    {_BREAK} AS prefix_break, {TOOL} AS tool, {STAND_IN} AS stand_in
FROM calls c
LEFT JOIN runs r ON r.key = c.run
LEFT JOIN attempts a ON a.call = c.key
{_BY_CALL}"""  # noqa: S608 - constants of ours

V_ATTEMPTS: Final = f"""
SELECT c.id AS call, a.number AS attempt, r.id AS run, c.turn, c.persona, c.purpose,
    {MODEL} AS request_model, a.response_model, a.state, {_iso("a.at")} AS at,
    a.reserved_nano, a.reserved_tokens,
    a.input_tokens AS usage_input_tokens, a.cached_tokens AS usage_cache_read_input_tokens,
    a.cache_write_tokens AS usage_cache_creation_input_tokens,
    a.output_tokens AS usage_output_tokens, a.reasoning_tokens AS usage_reasoning_output_tokens,
    a.cost_nano, a.cost_nano / 1e9 AS dollars,
    a.status AS http_response_status_code, a.request_id, a.latency_ms,
    {_FINISHED} AS response_finish_reasons,
    a.error AS error_type, a.message AS error_message, a.retry_after,
    {PROCESSING} AS processing,
    a.audio_input_tokens AS usage_audio_input_tokens,
    a.audio_output_tokens AS usage_audio_output_tokens,
    a.list_nano, a.standard_nano, a.top_nano, {STAND_IN} AS stand_in
FROM attempts a
JOIN calls c ON c.key = a.call
LEFT JOIN runs r ON r.key = c.run"""  # noqa: S608 - constants of ours

V_COST: Final = f"""
SELECT r.id AS run, r.scenario, c.persona, c.purpose, c.tier,
    {MODEL} AS request_model, {DAY} AS day, count(DISTINCT a.call) AS calls, {SUMS},
    r.study
FROM calls c
LEFT JOIN runs r ON r.key = c.run
LEFT JOIN attempts a ON a.call = c.key
GROUP BY c.run, c.persona, c.purpose, c.tier, {MODEL}, {DAY}"""  # noqa: S608 - constants of ours

V_BRANCHES: Final = f"""
SELECT r.id AS run, r.scenario, p.id AS parent_run, r.parent_turn, r.status,
    {_iso("r.created")} AS created
FROM runs r
JOIN runs p ON p.key = r.parent_run"""  # noqa: S608 - constants of ours

_OUTCOME: Final = f"""
    CASE coalesce((
        SELECT CASE
            WHEN t.kind = 'turn_failed' THEN 'failed'
            WHEN coalesce(json_extract(t.payload, '$.reason'), '') = '' THEN 'answered'
        END
        FROM events t
        WHERE t.run = c.run AND t.turn = c.turn AND t.kind IN {TURN_KINDS}
            AND json_extract(t.payload, '$.speaker') = c.persona
    ), c.state) WHEN 'answered' THEN 'recovered' WHEN 'failed' THEN 'failed' ELSE 'open' END"""  # noqa: S608 - constants of ours
"""What became of it that something went wrong with a call `c`: how its persona's turn ended, or,
before that and where a budget ended it, how the question did; open: not at all yet."""

_UNFIT: Final = """
    CASE a.finish_reason
        WHEN 'length' THEN 'The answer was cut off at its limit of tokens and asked for again.'
        WHEN 'content_filter' THEN 'A content filter cut the answer off; it was asked for again.'
        ELSE 'The answer did not have the form it must have and was asked for again.'
    END"""
"""Why an answer `a` was repaired, as far as the record tells."""

_TOLD: Final = 500
"""Characters of a tool's error that are told."""

V_ERRORS: Final = f"""
SELECT 'attempt' AS what, a.error AS error_type, r.id AS run, {STAND_IN} AS stand_in,
    c.turn, c.persona, c.purpose, {MODEL} AS request_model, c.id AS call, a.number AS attempt,
    {_iso("a.at")} AS at, a.status AS http_response_status_code, a.request_id, a.retry_after,
    {_OUTCOME} AS outcome, a.message AS error_message
FROM attempts a
JOIN calls c ON c.key = a.call
LEFT JOIN runs r ON r.key = c.run
WHERE a.error <> ''
UNION ALL
SELECT 'reply', 'invalid_reply', r.id, {STAND_IN},
    c.turn, c.persona, p.purpose, coalesce(a.model, p.model), p.id, a.number,
    {_iso("a.at")}, a.status, a.request_id, NULL, {_OUTCOME}, {_UNFIT}
FROM calls c
JOIN runs r ON r.key = c.run
JOIN calls p ON p.key = (
    SELECT max(q.key) FROM calls q
    WHERE q.run = c.run AND q.turn = c.turn AND q.persona = c.persona AND q.key < c.key
        AND q.state = 'answered'
)
JOIN attempts a ON a.call = p.key
    AND a.number = (SELECT max(number) FROM attempts WHERE call = p.key)
WHERE c.purpose = 'repair'
UNION ALL
SELECT 'tool', 'tool_failed', r.id, {RUN_STAND_IN},
    e.turn, c.persona, c.purpose, c.model, c.id, NULL,
    {_iso("e.at")}, NULL, '', NULL, {_OUTCOME},
    json_extract(e.payload, '$.tool') || ': '
        || substr(json_extract(e.payload, '$.error'), 1, {_TOLD})
FROM runs r
JOIN events e ON e.run = r.key AND e.kind = 'tool_called'
JOIN calls c ON c.id = json_extract(e.payload, '$.call')
WHERE json_extract(e.payload, '$.error') IS NOT NULL
UNION ALL
SELECT 'turn', json_extract(e.payload, '$.error'), r.id, {RUN_STAND_IN},
    e.turn, json_extract(e.payload, '$.speaker'), c.purpose, c.model, c.id, NULL,
    {_iso("e.at")}, NULL, '', NULL, 'failed', json_extract(e.payload, '$.message')
FROM runs r
JOIN events e ON e.run = r.key
LEFT JOIN calls c ON c.key = (
    SELECT max(q.key) FROM calls q
    WHERE q.run = e.run AND q.turn = e.turn
        AND q.persona = json_extract(e.payload, '$.speaker')
)
WHERE e.kind IN {TURN_KINDS} AND e.kind = 'turn_failed'
UNION ALL
SELECT 'run', r.stop_reason, r.id, {RUN_STAND_IN},
    e.turn, NULL, NULL, NULL, NULL, NULL,
    {_iso("e.at")}, NULL, '', NULL, 'failed', coalesce(json_extract(e.payload, '$.detail'), '')
FROM runs r
JOIN events e ON e.run = r.key AND e.seq = (SELECT max(seq) FROM events WHERE run = r.key)
WHERE r.status = 'failed'"""  # noqa: S608 - constants of ours

V_MEMORIES: Final = f"""
SELECT m.id AS memory, m.owner AS persona,
    CASE e.kind WHEN 'summary_made' THEN 'reflection' ELSE json_extract(e.payload, '$.form') END
        AS form,
    json_extract(e.payload, '$.text') AS text,
    coalesce(json_extract(e.payload, '$.said_in'), json_extract(e.payload, '$.last'), 0) AS turn,
    r.id AS run, r.scenario, r.title, {RUN_STAND_IN} AS stand_in, {_iso("m.since")} AS at
FROM memories m
JOIN events e ON e.id = m.id
JOIN runs r ON r.key = m.run"""  # noqa: S608 - constants of ours

VIEWS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "v_attempts": V_ATTEMPTS.strip(),
        "v_branches": V_BRANCHES.strip(),
        "v_calls": V_CALLS.strip(),
        "v_cost": V_COST.strip(),
        "v_errors": V_ERRORS.strip(),
        "v_memories": V_MEMORIES.strip(),
        "v_runs": V_RUNS.strip(),
        "v_turns": V_TURNS.strip(),
    }
)
"""Name -> the SELECT it stands for."""
