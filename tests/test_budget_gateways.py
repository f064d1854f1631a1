"""A budget before a gateway that fails after the model behind it has answered and been paid."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import httpx2
import pytest

from simulator.definitions.project import Project
from simulator.llm.session import Session
from simulator.llm.transports.live import Live
from simulator.record.store import Store
from simulator.record.usage import from_nano
from simulator.testing import LoopbackServer, Scripts
from tests.budget_storm import hurried
from tests.small_project import MODEL, loader, small_project

LIMIT = Decimal("0.0012")


class Gateway(httpx2.AsyncBaseTransport):
    """Sends everything on, and loses every third answer in a page of its own."""

    def __init__(self, status: int) -> None:
        self._inner, self._status, self._number = Live(seconds=5), status, 0

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer, or a page instead of it."""
        response = await self._inner.handle_async_request(request)
        self._number += 1
        if self._number % 3:
            return response
        await response.aread()
        await response.aclose()
        page = {"content-type": "text/html", "retry-after": "0"}
        return httpx2.Response(self._status, headers=page, content=b"<html>gateway</html>")

    async def aclose(self) -> None:
        """Close what is under it."""
        await self._inner.aclose()


@pytest.mark.parametrize("status", [409, 500, 502, 503, 504, 520])
async def test_a_budget_holds_where_a_gateway_loses_paid_answers(
    tmp_path: Path, status: int
) -> None:
    """What was perhaps paid counts at its most, so the bill stays within the budget."""
    folder = small_project(tmp_path)
    scenario = folder / "scenarios" / "tea.yaml"
    text = scenario.read_text().replace("{turns: 6}", "{turns: 60}")
    scenario.write_text(text.replace("stop: {phrase: more tea}\n", ""))
    found = Project.find(folder)
    with LoopbackServer(Scripts.of(found), found.catalog()) as server:
        environ = {"OPENAI_API_KEY": "sk-any-key", "OPENAI_BASE_URL": server.url}
        simulation = loader(folder)(model=MODEL, budget=LIMIT)
        async with Session(environ=environ, network=Gateway(status), retry=hurried()) as session:
            run = await simulation.arun(seed=1, session=session)
        billed = from_nano(server.stats()["totals"]["billed_nano"])

    with Store.open(run.database) as store:
        states = {row.outcome.state for row in store.attempts()}
    assert run.stop_reason == "dollars"
    assert Decimal(0) < billed <= LIMIT
    assert states == {"settled", "unknown"}
