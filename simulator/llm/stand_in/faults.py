"""What goes wrong on purpose, for a request that asks for it or by a seeded chance.

    Faults.of("429:0.5=0.2,500=0.05,lost=0.02", seed=7)     20 % get a 429, 5 % a 500, ...
    x-stand-in-fault: delay:2                               this request waits for two seconds

A fault is a name and, for some, an amount after a colon. Of these the server bills nothing:

    429[:SECONDS]      too many requests, with Retry-After (usually 1)
    429-ms[:MS]        the same with retry-after-ms (100)
    429-date[:SECONDS] the same with an HTTP date in Retry-After, at the next whole second (1)
    429-bare           the same without a word on when to come again
    quota              a 429 that waiting does not cure
    400 401 403 500    refused or failed, in the API's envelope
    502-html           a gateway's page instead of the envelope
    503[:SECONDS]      overloaded, with Retry-After where seconds are given
    burst[:COUNT]      this request and those that follow fail with 503, so many in a row (3)
    reset-before       the connection is reset before the question is answered
    hang               silence until the client leaves

Of these it bills the whole answer, whatever of it arrives:

    lost               the connection is closed before a byte of the answer
    reset-middle       the connection is reset in the middle of the answer
    close-middle       the connection is closed there, though more was promised
    cut-body           the first half, sent as if it were all
    empty-body         a 200 with nothing in it
    html-200           a 200 with a page instead of JSON
    no-usage           the answer without its tokens
    cut-content        half the words and no finish_reason, in a body that is whole
    stream-no-done     a stream without its [DONE]
    stream-no-finish   a stream without a finish_reason
    stream-error-event a stream that turns into an error
    delay[:SECONDS]    the whole answer, so much later (1)
    drip[:SECONDS]     the whole answer in small pieces with so much between them (0.1)
    hang-paid          silence until the client leaves
    duplicate[:SECONDS]
                       the whole answer, and once more, unasked, so much later (0); of a stream
                       each event of its end (finish_reason, usage, [DONE]) comes twice as well
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from simulator.errors import NotFound, UsageError

__all__ = ["FAULTS", "Fault", "FaultChoice", "Faults"]

FAULTS: Mapping[str, float | None] = {
    **dict.fromkeys(("429-bare", "quota", "400", "401", "403", "500", "502-html")),
    **dict.fromkeys(("reset-before", "hang", "lost", "reset-middle", "close-middle", "cut-body")),
    **dict.fromkeys(("empty-body", "html-200", "no-usage", "cut-content", "stream-no-done")),
    **dict.fromkeys(("stream-no-finish", "stream-error-event", "hang-paid")),
    "429": 1.0,
    "429-ms": 100.0,
    "429-date": 1.0,
    "503": 0.0,
    "burst": 3.0,
    "delay": 1.0,
    "drip": 0.1,
    "duplicate": 0.0,
}
"""Every fault with its usual amount; None: it has none."""
_MOST = 86_400.0


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong with one request."""

    name: str
    amount: float = 0.0
    """Seconds, milliseconds or a count, as the name has it; 0 where it has none."""

    @classmethod
    def of(cls, text: str) -> Self:
        """The fault a text names: `NAME` or `NAME:AMOUNT`.

        Raises:
            NotFound: no fault is called so.
            UsageError: the amount is none that the fault can have.
        """
        name, colon, given = text.strip().partition(":")
        if name not in FAULTS:
            hint = f"There are: {', '.join(sorted(FAULTS))}."
            raise NotFound("fault", name, known=FAULTS, hint=hint)
        usual = FAULTS[name]
        if not colon:
            return cls(name, usual or 0.0)
        if usual is None:
            raise UsageError(f"The fault {name!r} has no amount: leave out {colon + given!r}.")
        least = 1 if name == "burst" else 0
        amount = _number(given)
        if amount is None or not least <= amount <= _MOST:
            raise UsageError(
                f"The amount of the fault {name!r} is a number from {least} to {_MOST:g}, "
                f"not {given!r}."
            )
        return cls(name, amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How often each fault happens; every draw depends on the seed and the request's number."""

    chances: tuple[tuple[Fault, float], ...] = ()
    """Faults and their probabilities, which add up to 1 at most; the rest goes well."""
    seed: int = 0

    @classmethod
    def of(cls, text: str, *, seed: int = 0) -> Self:
        """Faults as the command line takes them: `429=0.2,delay:0.5=0.1`.

        Raises:
            NotFound: no fault is called so.
            UsageError: a probability is missing or makes no sense.
        """
        chances = tuple(_chance(part) for part in text.split(",") if part.strip())
        total = sum(probability for _, probability in chances)
        if total > 1 + 1e-9:
            raise UsageError(f"The probabilities of {text!r} add up to {total:g}, more than 1.")
        return cls(chances=chances, seed=seed)

    def drawn(self, number: int) -> Fault | None:
        """What happens to the request of this number, from 1; None: nothing."""
        for fault, _ in self.chances:
            if fault.name == "burst":
                first = max(1, number - int(fault.amount) + 1)
                if any(self._draw(begun) == fault for begun in range(first, number + 1)):
                    return fault
        return self._draw(number)

    def _draw(self, number: int) -> Fault | None:
        key = f"{self.seed}\x1f{number}".encode()
        left = int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), "big") / 2**64
        for fault, probability in self.chances:
            left -= probability
            if left < 0:
                return fault
        return None


class FaultChoice:
    """Says of one request after the other which fault it meets, and remembers bursts asked for."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._burst: Fault | None = None
        self._left = 0
        self._rested = True

    def of(self, number: int, wish: str) -> Fault | None:
        """The fault for a request by its number; `wish` is what its header asks for, or empty.

        A burst asked for holds for the requests after it, whoever sends them. A client that asks
        for it every time is served once when it is over.

        Raises:
            UsageError: no such fault can be had.
        """
        asked = Fault.of(wish) if wish else None
        if asked is not None and asked.name == "burst":
            if not self._left and self._rested:
                self._burst, self._left = asked, int(asked.amount)
            asked = None
        elif asked is None:
            asked = self._faults.drawn(number)
        self._rested = not self._left or self._left > 1
        if not self._left:
            return asked
        self._left -= 1
        return self._burst


def _chance(text: str) -> tuple[Fault, float]:
    name, _, given = text.partition("=")
    fault, probability = Fault.of(name), _number(given)
    if probability is None or not 0 <= probability <= 1:
        example = f"{fault.name}=0.2"
        raise UsageError(f"{text.strip()!r} needs a probability from 0 to 1, as in {example!r}.")
    return fault, probability


def _number(text: str) -> float | None:
    """A number; what is none, or not finite, compares as None."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None
