"""What past runs asked and were answered: what quotes of runs to come are calibrated on."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, Final

from simulator.record.store import Store
from simulator.record.views import RUN_STAND_IN, TURN_KINDS

__all__ = ["Past", "PastCall", "PastRun", "past_of"]

NEWEST: Final = 200
"""Runs that are looked at; older ones are forgotten, so that a quote stays quick."""

_RUNS: Final = f"""
    SELECT key, scenario, model, status, stop_reason FROM runs r
    WHERE ({RUN_STAND_IN}) = :stand_in AND started IS NOT NULL ORDER BY key DESC LIMIT :newest"""  # noqa: S608 - constants of ours

_SHORT: Final = f"""
    SELECT r.key FROM ({_RUNS}) r
    WHERE EXISTS (
        SELECT 1 FROM events e WHERE e.run = r.key AND e.kind = 'limit_reached'
            AND json_extract(e.payload, '$.unit') IN ('dollars', 'tokens')
    ) OR EXISTS (
        SELECT 1 FROM calls c WHERE c.run = r.key
            AND (instr(c.reasons, 'budget pressure:') OR instr(c.reasons, ' do not reach'))
    )"""  # noqa: S608 - constants of ours
"""Runs whose money was short: a budget was used up, or a question asked in a cheaper way."""

_TURNS: Final = f"""
    SELECT e.run, e.turn, json_extract(e.payload, '$.speaker') AS speaker,
        length(CAST(coalesce(json_extract(e.payload, '$.text'), '') AS BLOB)) AS bytes
    FROM ({_RUNS}) r JOIN events e ON e.run = r.key
    WHERE e.kind IN {TURN_KINDS}"""  # noqa: S608 - constants of ours

_CALLS: Final = f"""
    SELECT c.key, c.run, c.turn, c.persona, c.purpose, coalesce(a.model, c.model) AS model,
        c.score, c.prompt_bytes, a.input_tokens, a.cached_tokens, a.cache_write_tokens,
        a.output_tokens, a.latency_ms
    FROM ({_RUNS}) r
    JOIN calls c ON c.run = r.key
    JOIN attempts a ON a.call = c.key
    WHERE a.state = 'settled' AND a.input_tokens > 0
        AND coalesce(a.model, c.model) IN (SELECT value FROM json_each(:models))
    ORDER BY c.key, a.number"""  # noqa: S608 - constants of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCall:
    """One request that was answered and paid."""

    run: int
    turn: int
    persona: str
    purpose: str
    model: str
    score: float | None = None
    """The router's complexity score; None: a fixed model was asked."""
    prompt_bytes: int | None
    """utf-8 bytes of the prompt; None: an older version did not count them."""
    input: int
    cached: int
    cache_write: int
    output: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """One run, as far as it tells how long others will be."""

    run: int
    scenario: str
    choice: str
    """What `--model` was."""
    turns: int
    """Turns taken, passed or failed."""
    finished: bool
    """Whether the talk came to its end, and not the money, the time or somebody's patience."""
    stop_reason: str
    short: bool = False
    """Whether a budget changed it: its replies are like others, its course and models are not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is on record of some models, from the newest runs; empty where there is nothing."""

    runs: tuple[PastRun, ...] = ()
    calls: tuple[PastCall, ...] = ()
    """In the order in which they were asked."""
    said: dict[tuple[int, int, str], int]
    """Run, turn and speaker -> utf-8 bytes of what was said; 0 for a turn that was passed."""

    @classmethod
    def nothing(cls) -> Past:
        """No run was made before."""
        return cls(said={})

    def of(self, models: Collection[str]) -> Past:
        """The same with the calls of these models only."""
        calls = tuple(call for call in self.calls if call.model in models)
        return replace(self, calls=calls)


def past_of(store: Store, models: Collection[str], *, stand_in: bool = False) -> Past:
    """What the newest runs asked these models; runs of the stand-in only where it is wanted."""
    wanted = {"stand_in": int(stand_in), "newest": NEWEST}
    turns = store.query(_TURNS, wanted)
    calls = store.query(_CALLS, {**wanted, "models": json.dumps(sorted(models))})
    taken: dict[int, int] = {}
    for row in turns:
        taken[row["run"]] = taken.get(row["run"], 0) + 1
    short = {row["key"] for row in store.query(_SHORT, wanted)}
    return Past(
        runs=tuple(_run(row, taken, short) for row in store.query(_RUNS, wanted)),
        calls=tuple(map(_call, calls)),
        said={(row["run"], row["turn"], row["speaker"] or ""): row["bytes"] for row in turns},
    )


_UNFINISHED: Final = frozenset({"dollars", "tokens", "seconds", "budgets", "paused", "failed"})


def _run(row: dict[str, Any], taken: dict[int, int], short: Collection[int]) -> PastRun:
    return PastRun(
        run=row["key"],
        scenario=row["scenario"],
        choice=row["model"],
        turns=taken.get(row["key"], 0),
        finished=row["status"] == "done" and row["stop_reason"] not in _UNFINISHED,
        stop_reason=row["stop_reason"],
        short=row["key"] in short,
    )


def _call(row: dict[str, Any]) -> PastCall:
    return PastCall(
        run=row["run"],
        turn=row["turn"],
        persona=row["persona"],
        purpose=row["purpose"],
        model=row["model"],
        score=row["score"],
        prompt_bytes=row["prompt_bytes"],
        input=row["input_tokens"],
        cached=row["cached_tokens"] or 0,
        cache_write=row["cache_write_tokens"] or 0,
        output=row["output_tokens"] or 0,
        seconds=row["latency_ms"] / 1_000,
    )
