"""A model that is down: the next one of the range answers, and the record says why."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest

from simulator.definitions.model_catalog import ModelCatalog, ModelEntry
from simulator.definitions.persona import TierRange
from simulator.errors import ConnectionFailed, KeyRefused, ModelError, RequestRefused, ServerFailed
from simulator.llm.ask import ask, ask_higher
from simulator.llm.call_context import Deadline
from simulator.llm.fallback import Outages, helps_elsewhere, is_down
from simulator.llm.listener import Listener
from simulator.llm.question import Occasion
from simulator.llm.router import TurnFeatures
from tests.llm_samples import WELL, Desk, desk, question

INVENTIVE = TurnFeatures(creative=1)


def catalog() -> ModelCatalog:
    """Two models of the middle tier at two endpoints, and one of the top tier."""
    price = {"in": 1, "out": 2}
    return ModelCatalog.model_validate(
        {
            "default": "tiers",
            "endpoints": {
                "one": {"base_url": "http://127.0.0.1:1/v1"},
                "two": {"base_url": "http://127.0.0.1:2/v1"},
            },
            "models": {
                "one/small": {"price": price},
                "one/middle": {"price": price},
                "two/middle": {"price": price},
                "two/big": {"price": {"in": 10, "out": 20}},
            },
            "tiers": {
                "simple": ["one/small"],
                "standard": ["one/middle", "two/middle"],
                "complex": ["two/big"],
            },
        }
    )


class Partly(httpx2.AsyncBaseTransport):
    """A network in which some models answer and others fail."""

    def __init__(self, **down: int | None) -> None:
        """`down`: port and model, as `p1_middle`, to a status; None: nothing is reached."""
        self._down, self.asked = down, list[str]()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer, an error of the server, or no connection."""
        model = json.loads(request.content)["model"]
        name = f"p{request.url.port}_{model}"
        self.asked.append(name)
        if name not in self._down:
            return httpx2.Response(200, content=json.dumps(WELL).encode())
        status = self._down[name]
        if status is None:
            raise httpx2.ConnectError("nobody there")
        error = {"error": {"message": "no", "code": "model_not_found"}}
        return httpx2.Response(status, content=json.dumps(error).encode())


async def asked(here: Desk, turn: int = 1, **more: Any) -> str:
    """Ask in a turn; the model that answered."""
    occasion = Occasion(turn=turn, deadline=Deadline(5), listener=Listener())
    answer = await ask(question(features=INVENTIVE, **more), here.access, occasion)
    return answer.route.spec.name


@pytest.mark.parametrize(
    ("status", "tries", "told"),
    [(404, 1, "request refused"), (503, 3, "server failed"), (None, 3, "connection failed")],
)
async def test_the_next_model_of_the_tier_answers(
    status: int | None, tries: int, told: str
) -> None:
    """After three attempts, or one where there is no such model; the reason is on record."""
    network = Partly(p1_middle=status)
    async with desk(model="tiers", models=catalog(), network=network) as here:
        found = await asked(here)

    (call,) = here.record.calls.values()
    assert (found, network.asked) == ("two/middle", ["p1_middle"] * tries + ["p2_middle"])
    assert f"two/middle instead of one/middle: {told}" in call.reasons
    assert here.left_open == 0


async def test_then_the_next_tier_answers_and_then_a_lower_one() -> None:
    """Within the persona's range."""
    network = Partly(p1_middle=404, p2_middle=404, p2_big=404)
    async with desk(model="tiers", models=catalog(), network=network) as here:
        found = await asked(here)

    assert (found, network.asked) == ("one/small", ["p1_middle", "p2_middle", "p2_big", "p1_small"])


async def test_nobody_is_asked_out_of_the_range() -> None:
    """The first error is told where no model of the range answers."""
    network = Partly(p1_middle=404, p2_middle=404)
    only = TierRange(floor="standard", ceiling="standard")
    async with desk(model="tiers", models=catalog(), network=network) as here:
        with pytest.raises(RequestRefused):
            await asked(here, tiers=only)

    assert network.asked == ["p1_middle", "p2_middle"]


async def test_a_model_without_a_price_is_named_where_it_cannot_be_asked() -> None:
    """A dollar limit needs prices: both what failed and why nobody stands in are told."""
    models = catalog()
    unpriced = models.model_copy(
        update={"models": {**models.models, "two/middle": ModelEntry(price=None)}}
    )
    network = Partly(p1_middle=404)
    only = TierRange(floor="standard", ceiling="standard")
    async with desk(model="tiers", models=unpriced, network=network) as here:
        with pytest.raises(RequestRefused) as raised:
            await asked(here, tiers=only)

    said = str(raised.value)
    assert said.startswith("one/middle: ")
    assert "instead: The price of 'two/middle' is unknown" in said
    assert network.asked == ["p1_middle"]


async def test_a_model_that_was_down_is_left_alone_for_a_while() -> None:
    """The next turn does not wait for it again."""
    network = Partly(p1_middle=404)
    async with desk(model="tiers", models=catalog(), network=network) as here:
        await asked(here)
        found = await asked(here, turn=2)

    assert (found, network.asked) == ("two/middle", ["p1_middle", "p2_middle", "p2_middle"])


async def test_a_way_up_that_is_down_does_not_lead_back_to_the_unfit_model() -> None:
    """What was not good enough is not asked again because nobody better answers."""
    network = Partly(p1_middle=404, p2_middle=404, p2_big=404)
    here_and_now = Occasion(turn=1, deadline=Deadline(5), listener=Listener())
    async with desk(model="tiers", models=catalog(), network=network) as here:
        first = await ask(question(), here.access, here_and_now)
        with pytest.raises(RequestRefused):
            await ask_higher(question(), first, "unsure", access=here.access, occasion=here_and_now)

    assert network.asked == ["p1_small", "p1_middle", "p2_middle", "p2_big"]


async def test_a_chosen_model_is_never_replaced() -> None:
    """Whoever names one model gets that one or an error."""
    network = Partly(p1_middle=404)
    async with desk(model="one/middle", models=catalog(), network=network) as here:
        with pytest.raises(RequestRefused):
            await asked(here)

    assert network.asked == ["p1_middle"]


def test_outages_end() -> None:
    """After five minutes a model is tried again."""
    seconds = iter((0.0, 299.0, 301.0))
    outages = Outages(clock=lambda: next(seconds))

    outages.note(catalog().spec("one/middle"))

    assert [outages.names, outages.names] == [frozenset({"one/middle"}), frozenset()]


@pytest.mark.parametrize(
    ("error", "down", "same_endpoint"),
    [
        (ConnectionFailed("no"), True, False),
        (ServerFailed("no", status=500), True, True),
        (RequestRefused("no", status=404), True, True),
        (RequestRefused("no", status=400), False, False),
        (KeyRefused("no", status=401), False, False),
    ],
)
def test_what_counts_as_down(error: ModelError, down: bool, same_endpoint: bool) -> None:
    """Where nothing connects, another model of the same endpoint would not help."""
    one, small, two = (catalog().spec(n) for n in ("one/middle", "one/small", "two/middle"))

    assert is_down(error) is down
    assert helps_elsewhere(error, failed=one, other=small) is same_endpoint
    assert helps_elsewhere(error, failed=one, other=two) is down
