"""Errors of one question to a model that failed for good, by what went wrong."""

from __future__ import annotations

from typing import ClassVar

from simulator.errors.mistakes import SimulatorError
from simulator.money import in_seconds

__all__ = [
    "BadAnswer",
    "ConnectionFailed",
    "ContextOverflow",
    "DeadlineExceeded",
    "InvalidReply",
    "KeyMissing",
    "KeyRefused",
    "ModelError",
    "NotTrusted",
    "NothingListens",
    "ProxyUnusable",
    "QuotaExhausted",
    "RateLimited",
    "RequestBlocked",
    "RequestRefused",
    "ServerFailed",
    "StreamTorn",
]


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


class ProxyUnusable(ConnectionFailed):
    """A variable names a proxy that cannot be asked.

    Its address may hold a password, so only the variable is told.
    """

    kind = "proxy_unusable"
    transient = False

    def __init__(self, variable: str, why: str) -> None:
        self.variable = variable
        message = f"The proxy that {variable} names cannot be used: {why}."
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
