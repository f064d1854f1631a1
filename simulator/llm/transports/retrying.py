"""The one retry loop: what is transient is sent again until the turn's deadline."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import httpx2

from simulator.errors import DeadlineExceeded, ModelError, StreamTorn
from simulator.llm.call_context import CallContext, current_call

__all__ = ["RetryPolicy", "Retrying", "three_attempts", "until_deadline"]

_TRIES = 3
"""Attempts at a model that is down before another one is asked, where there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often and after how long a failed attempt is made again."""

    attempts: int | None
    """At most this many; None: as many as the deadline allows."""
    pause: Callable[[int, float], float]
    """(number of failed attempts, jitter 0..1) -> seconds, where the server names none."""


def _doubling(failed: int, jitter: float) -> float:
    steady = min(2.0 ** (failed - 1), 16.0)
    return steady + jitter * min(0.5 * (failed - 1), 4.0)


def until_deadline() -> RetryPolicy:
    """1 s, 2 s + 0-0.5 s, 4 s + 0-1 s, ... at most 20 s, until the turn's time is up."""
    return RetryPolicy(attempts=None, pause=_doubling)


def three_attempts() -> RetryPolicy:
    """At most three attempts with the same pauses."""
    return RetryPolicy(attempts=3, pause=_doubling)


class Retrying(httpx2.AsyncBaseTransport):
    """A transport over another that repeats what failed for the moment."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, *, policy: RetryPolicy) -> None:
        self._inner, self._policy = inner, policy

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send until an answer is whole.

        Raises:
            ModelError: permanent, or the last transient one when attempts run out.
            DeadlineExceeded: the turn's time is up.
            StreamTorn: `call.torn`, where no attempts are left after it, heard or not.
        """
        call = current_call.get()
        if call is None:
            return await self._inner.handle_async_request(request)
        call.deadline.start()
        if call.torn is not None:
            await self._pause(call, call.torn)
        while True:
            try:
                return await self._attempt(call, request)
            except ModelError as error:
                if not error.transient:
                    raise
                await self._pause(call, error)

    async def _attempt(self, call: CallContext, request: httpx2.Request) -> httpx2.Response:
        if not call.deadline.left:
            raise DeadlineExceeded(call.deadline.seconds)
        call.attempt += 1
        return await self._inner.handle_async_request(request)

    async def _pause(self, call: CallContext, error: ModelError) -> None:
        """Wait as told, or as the policy says; raise where there is no next attempt."""
        call.failed += 1
        seconds = error.retry_after or self._policy.pause(call.failed, _jitter(call))
        in_time = seconds < call.deadline.left
        if self._is_last(call, error, in_time=in_time):
            call.torn = error if isinstance(error, StreamTorn) else call.torn
            raise error
        if not in_time:
            raise DeadlineExceeded(call.deadline.seconds, last=error) from error
        if call.on_wait is not None:
            call.on_wait(f"{error.kind.replace('_', ' ')}, again in {seconds:.1f} s")
        await asyncio.sleep(seconds)

    def _is_last(self, call: CallContext, error: ModelError, *, in_time: bool) -> bool:
        """Whether no attempt is made after this error, or another model is asked instead.

        That is after some attempts, or where the next one would come too late for the turn.
        """
        if call.failed == self._policy.attempts:
            return True
        tried = call.failed >= _TRIES or not in_time
        return tried and call.elsewhere is not None and call.elsewhere(error)

    async def aclose(self) -> None:
        """Close what is under it."""
        await self._inner.aclose()


def _jitter(call: CallContext) -> float:
    key = f"{call.seed}\x1f{call.booking.id}\x1f{call.failed}".encode()
    return int.from_bytes(hashlib.blake2b(key, digest_size=4).digest(), "big") / 2**32
