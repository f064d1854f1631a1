"""Questions to models, the attempts made for them, and what was answered and paid."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal, Protocol

from simulator.definitions.model_entry import Processing
from simulator.definitions.purpose import Purpose
from simulator.record.priced import Priced
from simulator.record.tally import Counted, Tally
from simulator.record.usage import Usage

__all__ = [
    "Attempt",
    "AttemptState",
    "Call",
    "CallState",
    "Ledger",
    "Outcome",
    "PrefixBreak",
    "Purpose",
    "call_id",
]

AttemptState = Literal["reserved", "settled", "released", "unknown"]
"""reserved: sent or about to be; settled: paid as reported; released: surely not paid;
unknown: perhaps paid, counted at its reservation."""

CallState = Literal["open", "answered", "failed", "cancelled"]

PrefixBreak = Literal[
    "",
    "model",
    "window",
    "sliding",
    "heard",
    "edited",
    "system",
    "tools",
    "schema",
    "aged",
    "missed",
]
"""Why a prompt does not begin with the whole of the one before it, so that a provider's cache
cannot help: the model is asked for the first time, after others; lines were left out, by the block
or again in every turn; the speaker has heard other lines; a line was edited; the system message,
the tools or the reply's form changed; the one before is too long ago. Empty: it does begin so.
`missed` is told of an answer only: it did begin so, and the provider read little from its cache."""


def _now() -> datetime:
    return datetime.now(UTC)


def call_id(  # noqa: PLR0917 - the five names of an id stand in the order of its key
    run: str, turn: int, persona: str, purpose: Purpose, n: int
) -> str:
    """The id of the n-th question of this purpose in this turn: opening it twice is one call."""
    key = "\x1f".join((run, str(turn), persona, purpose, str(n)))
    return hashlib.blake2b(key.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One question to a model, as it is opened."""

    id: str
    run: str
    turn: int
    persona: str
    purpose: Purpose
    model: str
    """endpoint/model."""
    tier: str = ""
    """The tier the router took; empty where a fixed model was asked for."""
    score: float | None = None
    """The router's complexity score, 0 to 1."""
    reasons: tuple[str, ...] = ()
    """Why this tier and model."""
    prompt_hash: str = ""
    """blake2b-64 of the request's messages, tools and schema; the text is rendered from events."""
    warm_tokens: int | None = None
    """Prompt tokens that should be read from the provider's cache; None: nobody reckoned."""
    prefix_break: PrefixBreak = ""
    prompt_bytes: int | None = None
    """utf-8 bytes of the prompt, to compare what was counted with; None: nobody counted them."""
    at: datetime = field(default_factory=_now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One HTTP request made for a call, as it is reserved, before it is sent."""

    call: str
    number: int
    """From 1 within the call."""
    model: str
    """endpoint/model asked for."""
    reserved: Decimal | None
    """The most it can cost in dollars; None where the price is unknown."""
    reserved_tokens: int
    """The most tokens it can use, prompt and completion."""
    stand_in: bool | None = None
    """Whether the stand-in is asked, so that nobody bills anything; None: the one who was to answer
    in the run is."""
    at: datetime = field(default_factory=_now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an attempt ended."""

    state: AttemptState
    usage: Usage | None = None
    cost: Decimal | None = None
    """Dollars charged; None where the price is unknown or (state unknown) the usage is."""
    processing: Processing = "standard"
    """How it was processed, as far as the answer says."""
    instead: Priced = Priced()
    """What the same tokens would have cost in other ways; all unknown where nothing is settled."""
    status: int | None = None
    """HTTP status, None if none came."""
    request_id: str = ""
    response_model: str = ""
    """The dated name the endpoint answered with."""
    finish_reason: str = ""
    latency_ms: int = 0
    error: str = ""
    """The kind of the error, empty if there was none."""
    message: str = ""
    retry_after: float | None = None
    answer: bytes = b""
    """The JSON of what was answered ({message, finish_reason, system_fingerprint}), if any."""


class Ledger(Protocol):
    """Where calls and attempts are booked; every method is durable when it returns."""

    def open_call(self, call: Call) -> bool:
        """Book a call and say whether it is new.

        What failed or was cancelled reopens, asked as this one is: for the same reasons, and
        until an attempt was booked for it, of the same model.
        """

    def booking(self, tallies: Sequence[Tally]) -> AbstractContextManager[Sequence[Counted | None]]:
        """Nobody else books while the block runs; says what is on record for shared budgets.

        None: nothing but what the budget's own account has seen. What is booked in the block is
        durable when it ends, or not booked where it raises.
        """

    def reserve(self, attempt: Attempt) -> None:
        """Book an attempt as reserved, before it is sent."""

    def close_attempt(self, call: str, number: int, outcome: Outcome) -> None:
        """Settle, release or mark unknown; an answer is stored and closes its call with it."""

    def lower_reservation(self, attempt: Attempt) -> None:
        """Say that an unknown attempt can have cost no more than is reserved here."""

    def close_call(self, call: str, state: CallState) -> None:
        """Say how the call ended; a no-op where it is closed."""

    def last_attempt(self, call: str) -> int:
        """The number of the last attempt booked for a call; 0 where there is none."""

    def answer(self, call: str) -> bytes | None:
        """What was answered to a call before, or None."""
