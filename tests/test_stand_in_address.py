"""The stand-in's addresses: a wrong one is answered with the right one."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from simulator.llm.stand_in.server import LoopbackServer
from tests.stand_in_samples import CATALOG, scripts


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server's base URL."""
    with LoopbackServer(scripts(), CATALOG) as running:
        yield running.url


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/v1/models", "This is a stand-in, and its address says so."),
        ("/stand-in/v1/responses", "Unknown request URL: GET /stand-in/v1/responses."),
        ("/models", "Unknown request URL: GET /models."),
    ],
)
async def test_a_wrong_address_is_told_the_right_one(url: str, path: str, sentence: str) -> None:
    """Whoever forgot a part of the base URL can copy the whole of it."""
    root = url.removesuffix("/stand-in/v1")
    async with httpx2.AsyncClient(base_url=root) as client:
        answer = await client.get(path)

    assert answer.status_code == 404
    assert answer.json()["error"]["message"] == (
        f"{sentence} Set the base URL to {url}. Served there: POST /chat/completions, GET /models."
    )
