"""How tests ask a server for faults, what it tells of them, and how books are compared."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import httpx2

from simulator.llm.call_context import CallContext, current_call
from simulator.llm.transports.live import Live
from simulator.record.rows import AttemptRow
from simulator.record.usage import to_nano
from simulator.testing import LoopbackServer

HEADER = "x-stand-in-fault"


async def entries(server: LoopbackServer, count: int) -> list[dict[str, Any]]:
    """The log, once so many questions are done with."""
    async with asyncio.timeout(10):
        while True:
            log: list[dict[str, Any]] = server.stats()["log"]
            if len(log) == count and all(entry["ended"] is not None for entry in log):
                return log
            await asyncio.sleep(0.005)


class Wishing(Live):
    """The network, over which every question asks for the fault it is to meet."""

    def __init__(self, wish: Callable[[CallContext], str], *, seconds: float = 45.0) -> None:
        """`wish` is asked before each attempt; `seconds` of silence are borne."""
        super().__init__(seconds=seconds)
        self._wish = wish

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request with its wish."""
        call = current_call.get()
        assert call is not None
        request.headers[HEADER] = self._wish(call)
        return await super().handle_async_request(request)


def too_early(log: Sequence[Mapping[str, Any]]) -> list[int]:
    """Numbers of attempts that came before the time that the one before them was told."""
    allowed: dict[str, float] = {}
    found = []
    for entry in log:
        if entry["at"] < allowed.get(entry["question"], 0.0):
            found.append(entry["number"])
        allowed[entry["question"]] = entry["at"] + (entry["retry_after"] or 0.0)
    return found


_TELLS_ITS_TOKENS = frozenset(
    {"", "delay", "drip", "duplicate", "stream-no-done", "stream-no-finish", "cut-content"}
)


def state_after(fault: str) -> str:
    """How an attempt that met a fault must be booked."""
    if fault in _TELLS_ITS_TOKENS:
        return "settled"
    refused = (fault[:1].isdigit() and fault != "502-html") or fault == "burst"
    return "released" if refused else "unknown"


def differing(rows: Sequence[AttemptRow], stats: Mapping[str, Any]) -> list[str]:
    """Where the ledger's attempts and the server's bills do not agree; empty if they do.

    Every settled attempt is one bill, to the token and the nano-dollar; what was billed besides
    is an attempt whose outcome is unknown, counted at the most it can have cost.
    """
    bills = {bill["request_id"]: bill for bill in stats["requests"]}
    settled = [row for row in rows if row.outcome.state == "settled"]
    unknown = [row for row in rows if row.outcome.state == "unknown"]
    found = [f"left {row.outcome.state}" for row in rows if row.outcome.state == "reserved"]
    for row in settled:
        bill = bills.pop(row.outcome.request_id, None)
        if bill is None or _booked(row) != _billed(bill):
            found.append(f"{row.outcome.request_id}: booked {_booked(row)}, billed {bill}")
    paid = sum(_booked(row)[-1] for row in settled)
    most = sum(to_nano(row.attempt.reserved or Decimal(0)) for row in unknown)
    if not paid <= stats["totals"]["billed_nano"] <= paid + most:
        found.append(f"billed {stats['totals']['billed_nano']}, booked {paid} to {paid + most}")
    besides = sum(1 for bill in bills.values() if bill["billed_nano"])
    if besides > len(unknown):
        found.append(f"{besides} bills besides, {len(unknown)} attempts unknown")
    if len(rows) != len(stats["log"]):
        found.append(f"{len(rows)} attempts booked, {len(stats['log'])} came")
    return found


def _booked(row: AttemptRow) -> tuple[int, ...]:
    usage = row.outcome.usage
    assert usage is not None
    tokens = (usage.input, usage.cached, usage.cache_write, usage.output)
    return (*tokens, to_nano(row.outcome.cost or Decimal(0)))


def _billed(bill: Mapping[str, Any]) -> tuple[int, ...]:
    kinds = ("prompt", "cached", "cache_write", "completion")
    return (*(bill[f"{kind}_tokens"] for kind in kinds), bill["billed_nano"])
