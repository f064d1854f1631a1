"""Events, calls and attempts that tests of the record put into a store."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from simulator.record.calls import Attempt, Call, Ledger, Outcome, Purpose, call_id
from simulator.record.events import (
    Journal,
    RunEnded,
    RunStarted,
    SpeakerChosen,
    TurnTaken,
)
from simulator.record.priced import Priced
from simulator.record.usage import Usage

AT = datetime(2026, 11, 20, 9, 30, 15, 250_001, tzinfo=UTC)
"""When everything in the samples happens, unless a test says otherwise."""
NANO_MODEL = "openai/gpt-4.1-nano"
MINI_MODEL = "openai/gpt-4.1-mini"


def vocabulary(size: int) -> tuple[str, ...]:
    """Words without a meaning, the frequent ones short, as in speech but harder to compress."""
    source = random.Random(1)  # noqa: S311 - samples, no secrets
    letters = "eeeeettttaaaooiinnsshhrrddlluucmmwwfggyypbvkjxqz"
    return tuple("".join(source.choices(letters, k=2 + rank * 9 // size)) for rank in range(size))


WORDS = vocabulary(3_000)


def started(*, title: str = "Three-step onboarding", at: datetime = AT) -> RunStarted:
    """The first event of a run."""
    return RunStarted(
        at=at,
        scenario="focus-group",
        title=title,
        seed=7,
        graph="round_table",
        model="tiers",
        stand_in=False,
        inputs={"idea": "Three steps, one password."},
        members={"rosa": "Rosa Lindqvist", "dev": "Dev"},
        definitions={"scenario": {"title": title}, "personas": {"rosa": {"role": "nurse"}}},
    )


def chosen(turn: int, speaker: str = "rosa") -> SpeakerChosen:
    """One speaker gets the floor."""
    reason = "next in the round"
    return SpeakerChosen(
        turn=turn, at=AT, names=(speaker,), reason=reason, turns=(turn,), heard=turn - 1
    )


def said(turn: int, text: str, *, speaker: str = "rosa", calls: tuple[str, ...] = ()) -> TurnTaken:
    """One turn of a model."""
    return TurnTaken(
        turn=turn,
        at=AT,
        speaker=speaker,
        act="answer",
        text=text,
        provenance="model",
        calls=calls,
    )


def ended(turn: int, stop_reason: str = "turns", *, at: datetime = AT) -> RunEnded:
    """The last event of a run."""
    return RunEnded(turn=turn, at=at, stop_reason=stop_reason)


def question(
    run: str,
    turn: int,
    *,
    persona: str = "rosa",
    purpose: Purpose = "speak",
    model: str = MINI_MODEL,
    tier: str = "simple",
) -> Call:
    """A call as it is opened."""
    return Call(
        id=call_id(run, turn, persona, purpose, 1),
        run=run,
        turn=turn,
        persona=persona,
        purpose=purpose,
        model=model,
        tier=tier,
        score=0.31,
        reasons=("a short turn", "no tools"),
        prompt_hash="8f14e45fceea167a",
        at=AT,
    )


def try_number(
    number: int,
    call: Call,
    *,
    model: str | None = None,
    reserved: Decimal | None = Decimal("0.01"),
    at: datetime = AT,
) -> Attempt:
    """An attempt that may cost a cent and 3,000 tokens."""
    return Attempt(
        call=call.id,
        number=number,
        model=model or call.model,
        reserved=reserved,
        reserved_tokens=3_000,
        at=at,
    )


def at_one_price(cost: Decimal | None) -> Priced:
    """What an answer costs where there is one tier, one price for all input and no hurry."""
    return Priced(top=cost, list=cost, standard=cost, charged=cost)


def paid(cost: str | None = "0.000345678", *, answer: bytes = b"") -> Outcome:
    """An answer that was paid as reported; None: at an unknown price."""
    return Outcome(
        state="settled",
        usage=Usage(input=2_000, cached=1_900, cache_write=10, output=120, reasoning=20),
        cost=None if cost is None else Decimal(cost),
        instead=at_one_price(None if cost is None else Decimal(cost)),
        status=200,
        request_id="req_4e1f",
        response_model="gpt-4.1-mini-2025-04-14",
        finish_reason="stop",
        latency_ms=900,
        answer=answer,
    )


UNKNOWN = Outcome(state="unknown", error="stream_torn", message="the stream broke", latency_ms=50)
RELEASED = Outcome(
    state="released",
    cost=Decimal(0),
    status=429,
    error="rate_limited",
    message="slow down",
    retry_after=1.5,
)


def book(ledger: Ledger, call: Call, *outcomes: Outcome) -> None:
    """Open a call and make one attempt per outcome; the last one decides how it ended."""
    ledger.open_call(call)
    for number, outcome in enumerate(outcomes, start=1):
        ledger.reserve(try_number(number, call))
        ledger.close_attempt(call.id, number, outcome)
    ledger.close_call(call.id, "answered" if outcomes[-1].state == "settled" else "failed")


def prose(source: random.Random, words: int) -> str:
    """So many words that say nothing, some far more often than others."""
    ranks = (int(len(WORDS) * source.random() ** 4) for _ in range(words))
    return " ".join(WORDS[rank] for rank in ranks).capitalize() + "."


def reply(source: random.Random, text: str) -> bytes:
    """The JSON of an answer around a spoken text, as the ledger gets it."""
    content = {
        "reasoning": prose(source, 28),
        "message": text,
        "confidence": round(source.random(), 2),
        "emotions": [source.choice(("curious", "wary", "amused"))],
        "relevant_expertise": ["triage"],
        "act": "answer",
    }
    answer = {
        "message": {"role": "assistant", "content": json.dumps(content)},
        "finish_reason": "stop",
        "system_fingerprint": f"fp_{source.getrandbits(40):010x}",
    }
    return json.dumps(answer, separators=(",", ":")).encode()


def play_turn(
    ledger: Ledger,
    journal: Journal,
    *,
    run: str,
    turn: int,
    source: random.Random,
    after: Callable[[str], None] = lambda _: None,
) -> int:
    """Everything one turn writes; `after` is told each step. The bytes of the reply's JSON."""
    text = prose(source, 50)
    answer = reply(source, text)
    speaker = ("rosa", "dev", "ilse", "tomi")[turn % 4]
    call = question(run, turn, persona=speaker)
    journal.commit(chosen(turn, speaker))
    after("chosen")
    ledger.open_call(call)
    after("opened")
    at = AT + timedelta(seconds=turn)
    ledger.reserve(try_number(1, call, at=at))
    after("reserved")
    ledger.close_attempt(call.id, 1, paid(f"0.{source.randrange(10**9):09d}", answer=answer))
    after("settled")
    journal.commit(said(turn, text, speaker=speaker, calls=(call.id,)))
    after("said")
    return len(answer)
