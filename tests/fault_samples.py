"""How tests ask a server for faults, and what it tells of them."""

from __future__ import annotations

import asyncio
from typing import Any

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
