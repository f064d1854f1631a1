"""Every error the simulator raises, in one tree.

    SimulatorError                 exit code 1
    ├── UsageError                 2   a wrong option, name or combination
    │   ├── KeyFileUnreadable      6   the encrypted file of keys cannot be opened
    │   ├── PatternTooSlow         2   a user's regular expression takes too long
    │   ├── NotFound               2   no such run, scenario, persona, graph, model
    │   └── UnknownPrice           2   a dollar limit on a model without a price
    ├── InvalidFiles               3   files with mistakes: all of them at once
    ├── UserCodeFailed             3   a user's graph, tool or policy cannot be loaded
    ├── StoreFailed                1   the database is locked, foreign or too new
    ├── BudgetExhausted            5   what may be spent is spent
    │   └── RunNotCarried              it does not reach for a whole run
    └── ModelError                 1   one question to a model failed for good
        ├── KeyMissing             6   no API key where one is needed
        ├── KeyRefused             6   401, 403
        ├── RequestBlocked         1   what was about to be sent may not be sent
        ├── RequestRefused         1   400, 404, 422 and the like
        │   └── ContextOverflow    1   the prompt is longer than the model reads
        ├── QuotaExhausted         1   429 that waiting does not cure
        ├── RateLimited            1   429 until the deadline
        ├── ServerFailed           1   5xx until the deadline
        ├── ConnectionFailed       1   nothing answered, or the line broke
        │   ├── NothingListens     1   no server at an address of this machine
        │   └── NotTrusted         1   a certificate that nobody known has signed
        ├── BadAnswer              1   200, but no completion
        ├── StreamTorn             1   the stream broke after its first bytes
        ├── DeadlineExceeded       1   the turn's time is up
        └── InvalidReply           1   the model's reply stayed invalid after repair

A message is one sentence for the person who reads it: what, where, what to do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from simulator.money import amount_of, in_seconds, told_apart
from simulator.spelling import closest

__all__ = [
    "BadAnswer",
    "BudgetExhausted",
    "ConnectionFailed",
    "ContextOverflow",
    "DeadlineExceeded",
    "InvalidFiles",
    "InvalidReply",
    "KeyFileUnreadable",
    "KeyMissing",
    "KeyRefused",
    "ModelError",
    "NotFound",
    "NotTrusted",
    "NothingListens",
    "PatternTooSlow",
    "Problem",
    "QuotaExhausted",
    "RateLimited",
    "RequestBlocked",
    "RequestRefused",
    "RunNotCarried",
    "ServerFailed",
    "SimulatorError",
    "StoreFailed",
    "StreamTorn",
    "UnknownPrice",
    "UsageError",
    "UserCodeFailed",
    "did_you_mean",
]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A sentence that names the known name most like it, or an empty string."""
    meant = closest(name, known)
    return f"Did you mean {meant!r}?" if meant else ""


class SimulatorError(Exception):
    """The root: catching it catches everything the simulator says went wrong."""

    exit_code: ClassVar[int] = 1


class UsageError(SimulatorError):
    """The caller asked for something that does not exist or does not fit together."""

    exit_code = 2


class NotFound(UsageError):
    """A name that nothing here bears; `known` are the names there are."""

    def __init__(self, what: str, name: str, *, known: Iterable[str] = (), hint: str = "") -> None:
        self.what, self.name, self.known = what, name, tuple(sorted(known))
        there = f"There are: {', '.join(self.known)}." if 0 < len(self.known) <= 12 else ""
        parts = (f"No {what} is called {name!r}.", did_you_mean(name, self.known) or there, hint)
        super().__init__(" ".join(part for part in parts if part))


class PatternTooSlow(UsageError):
    """A regular expression of the user's could not be searched for in time."""

    def __init__(self, pattern: str, *, where: str = "a text") -> None:
        self.pattern, self.where = pattern, where
        super().__init__(
            f"The pattern {pattern!r} takes too long on {where}: simplify it. What repeats, and "
            "has a repetition or alternatives in it that fit the same words, is tried in every way."
        )


class KeyFileUnreadable(UsageError):
    """The encrypted file of keys cannot be opened: no key to it, a wrong one, or no such file."""

    exit_code = 6


class UnknownPrice(UsageError):
    """A dollar limit cannot be kept because the model's price is unknown."""

    def __init__(self, model: str, *, scope: str = "", limit: Decimal | None = None) -> None:
        """`scope` and `limit` tell which limit it is, as `BudgetExhausted` does."""
        self.model = model
        whose = "a dollar limit"
        if limit is not None:
            whole = _whose_limit(scope)
            whose = f"{whole[0].lower()}{whole[1:]} of {amount_of(str(limit), 'dollars')}"
            whose += " (--budget, or `limits` in the scenario)" if scope == "run" else ""
        super().__init__(
            f"The price of {model!r} is unknown, so {whose} cannot be kept. "
            "Give it a price in models.yaml, or limit tokens instead of dollars."
        )


class UnknownSpending(UnknownPrice):
    """A shared dollar limit cannot be kept because some of what was spent has no known price.

    `scope` is study or day, `models` those that have none.
    """

    def __init__(self, scope: str, models: Collection[str]) -> None:
        super().__init__(min(models))
        self.scope, self.models = scope, tuple(sorted(models))
        names = " and ".join(repr(one) for one in self.models)
        message = f"What was spent of the {scope}'s dollars is unknown: {names} has no price"
        told = "Give it a price in models.yaml, or limit tokens instead of dollars."
        self.args = (f"{message}, so their limit cannot be kept. {told}",)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in one file, with the place where it stands (1-based; 0 is the whole file)."""

    file: str
    line: int
    column: int
    message: str
    hint: str = ""
    frame: str = ""
    """The lines around the mistake with a caret under it, ready to print."""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return " ".join(part for part in (f"{place}:", self.message, self.hint) if part)


class InvalidFiles(SimulatorError):
    """Files a person wrote do not say what they must; `problems` lists every mistake found."""

    exit_code = 3

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UserCodeFailed(SimulatorError):
    """A user's Python (a graph, a tool, a policy) cannot be loaded or does not fit."""

    exit_code = 3


class StoreFailed(SimulatorError):
    """The database cannot be used: locked, not ours, or written by a newer version."""


class BudgetExhausted(SimulatorError):
    """A question was not asked because it could cost more than what is left.

    `limit`, `left`, `needed` and `used` are amounts of `unit` (dollars or tokens), as exact text.
    """

    exit_code = 5

    def __init__(
        self, scope: str, unit: str, *, limit: str, left: str, needed: str, used: str = ""
    ) -> None:
        self.scope, self.unit = scope, unit
        self.limit, self.left, self.needed = limit, left, needed
        self.used = used or f"{max(Decimal(limit) - Decimal(left), Decimal(0)):f}"
        figures = amount_of(left, ""), amount_of(needed, "")
        if unit == "dollars":
            figures = told_apart(Decimal(left), Decimal(needed))
        takes = "cost" if unit == "dollars" else "take"
        super().__init__(
            f"{_whose_limit(scope)} of {amount_of(limit, unit)} leaves {figures[0]}, and the next "
            f"question could {takes} {figures[1]}."
        )


class RunNotCarried(BudgetExhausted):
    """A run was not begun because what is left of its study would not carry it to its end.

    `left` is what the runs under way leave; amounts are of `unit` (dollars or tokens), exact text.
    """

    def __init__(self, unit: str, *, limit: str, left: str, needed: str) -> None:
        super().__init__("study", unit, limit=limit, left=left, needed=needed)
        figures = amount_of(left, ""), amount_of(needed, "")
        if unit == "dollars":
            figures = told_apart(Decimal(left), Decimal(needed))
        whose = f"The study's limit of {amount_of(limit, unit)} leaves {figures[0]}"
        self.args = (f"{whose}, and a whole run takes about {figures[1]}: it was not begun.",)


def _whose_limit(scope: str) -> str:
    kind, _, purpose = scope.partition(":")
    if kind == "purpose" and purpose:
        return f"The run's limit for the purpose {purpose!r}"
    return f"The {scope}'s limit" if scope in {"study", "day", "run"} else f"{scope}'s own limit"


class ModelError(SimulatorError):
    """A question to a model that failed for good.

    `kind` is a stable word for statistics; `status`, `request_id` and `retry_after` (seconds)
    are what the server said, where it said anything.
    """

    kind: ClassVar[str] = "model_error"
    transient: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        self.status, self.request_id, self.retry_after = status, request_id, retry_after
        super().__init__(message)


class KeyMissing(ModelError):
    """No API key for an endpoint that needs one."""

    exit_code = 6
    kind = "key_missing"

    def __init__(
        self,
        endpoint: str,
        *variables: str,
        otherwise: str = "use the stand-in, which needs no key: --model stand-in",
    ) -> None:
        self.endpoint, self.variables = endpoint, variables
        super().__init__(
            f"No API key for {endpoint!r}: set {' or '.join(variables)} in the environment, in "
            f".env or with `simulator keys set`, or {otherwise}."
        )


class KeyRefused(ModelError):
    """The endpoint does not accept the key (401, 403).

    `of_key` is False where a 403 says nothing against the key: another one would not help.
    """

    exit_code = 6
    kind = "key_refused"
    of_key = True


class RequestBlocked(ModelError):
    """Something in the prompt may not be sent, by `outgoing:` in models.yaml; nothing was sent."""

    kind = "request_blocked"


class RequestRefused(ModelError):
    """The endpoint does not accept the request (400, 404, 422); asking again changes nothing."""

    kind = "request_refused"


class ContextOverflow(RequestRefused):
    """The prompt is longer than the model reads."""

    kind = "context_overflow"


class QuotaExhausted(ModelError):
    """The account has no quota left: a 429 that waiting does not cure."""

    kind = "quota_exhausted"


class RateLimited(ModelError):
    """The endpoint asks to wait (429)."""

    kind = "rate_limited"
    transient = True


class ServerFailed(ModelError):
    """The endpoint failed (5xx)."""

    kind = "server_failed"
    transient = True


class ConnectionFailed(ModelError):
    """Nothing answered, or the connection broke before the answer was whole.

    `sent` is False where the request surely never reached the endpoint.
    """

    kind = "connection_failed"
    transient = True

    def __init__(self, message: str, *, sent: bool = True) -> None:
        self.sent = sent
        super().__init__(message)


class NothingListens(ConnectionFailed):
    """No server runs at an address of this machine; waiting does not start one."""

    kind = "nothing_listens"
    transient = False

    def __init__(self, place: str) -> None:
        self.place = place
        message = f"Nothing listens at {place}: start the server, or choose another endpoint."
        super().__init__(message, sent=False)


class NotTrusted(ConnectionFailed):
    """The endpoint's certificate cannot be verified; asking again does not change that."""

    kind = "not_trusted"
    transient = False

    def __init__(self, place: str, why: str) -> None:
        self.place = place
        message = (
            f"{place} cannot be trusted: {why}; name the certificates to trust in SSL_CERT_FILE."
        )
        super().__init__(message, sent=False)


class BadAnswer(ModelError):
    """A 200 whose body is no completion: cut, empty, or not JSON."""

    kind = "bad_answer"
    transient = True


class StreamTorn(ModelError):
    """A stream broke after its first bytes were handed on; the speech starts again."""

    kind = "stream_torn"
    transient = True


class DeadlineExceeded(ModelError):
    """The turn's time is up; `last` is the error of the last attempt, if any."""

    kind = "deadline_exceeded"

    def __init__(self, seconds: float, *, last: ModelError | None = None) -> None:
        self.seconds, self.last = seconds, last
        why = f" The last attempt failed: {last}" if last else ""
        super().__init__(f"No answer within the turn's {in_seconds(seconds)}.{why}")


class InvalidReply(ModelError):
    """A model's reply did not fit the schema, was shown its mistake, and still does not."""

    kind = "invalid_reply"
