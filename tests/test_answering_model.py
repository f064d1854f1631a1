"""A server that answers as another model is paid at that model's price, and told of once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest

from simulator.definitions.answering_model import answering
from simulator.definitions.limits import Budget
from simulator.definitions.model_catalog import ModelCatalog
from simulator.llm.ask import Listener, Occasion, ask
from simulator.llm.call_context import Deadline
from simulator.record.events import AnsweredByOther
from simulator.testing import ScriptedTransport, completion
from tests.llm_samples import ONCE, Desk, desk, question

USAGE = {"prompt_tokens": 90, "completion_tokens": 12, "total_tokens": 102}
CATALOG = ModelCatalog.model_validate(
    {
        "default": "cloud/small",
        "endpoints": {
            "cloud": {"base_url": "http://127.0.0.1:9/v1"},
            "mirror": {"base_url": "http://127.0.0.1:9/v1", "plays": "cloud"},
        },
        "models": {
            "cloud/small": {"price": {"in": 1, "out": 2}},
            "cloud/big": {"price": {"in": 10, "out": 20}},
            "cloud/big-2026-01-01": {"price": {"in": 15, "out": 20}},
            "cloud/cheap": {"price": {"in": "0.1", "out": "0.2"}},
            "cloud/unpriced": {},
        },
    }
)


@pytest.mark.parametrize(
    ("asked", "name", "paid"),
    [
        ("cloud/small", "small", "cloud/small"),
        ("cloud/small", "small-2026-09-01", "cloud/small"),
        ("cloud/small", "small-20260901", "cloud/small"),
        ("cloud/small", "small-latest", "cloud/small"),
        ("cloud/small", "cloud/small", "cloud/small"),
        ("cloud/small", "big", "cloud/big"),
        ("cloud/small", "big-2026-09-01", "cloud/big"),
        ("cloud/small", "cloud/big-0901", "cloud/big"),
        ("cloud/small", "big-2026-01-01", "cloud/big-2026-01-01"),
        ("cloud/big", "big-2026-01-01", "cloud/big-2026-01-01"),
        ("cloud/big-2026-01-01", "big", "cloud/big"),
        ("cloud/small", "unpriced", "cloud/small"),
        ("cloud/small", "nobody-knows", "cloud/small"),
        ("cloud/small", "", "cloud/small"),
        ("mirror/small", "small-2026-09-01", "mirror/small"),
        ("mirror/small", "big-2026-09-01", "mirror/big"),
    ],
)
def test_the_model_that_answered_is_found_by_its_name(asked: str, name: str, paid: str) -> None:
    """A snapshot is its model, unless it is listed; what has no price is the one asked."""
    assert answering(CATALOG, CATALOG.spec(asked), name).name == paid


@asynccontextmanager
async def answered_as(*names: str, budget: str = "1") -> AsyncIterator[Desk]:
    """A desk before a server that says so who answered."""
    bodies = [completion("Well, why not?", usage=USAGE, model=name) for name in names]
    async with desk(
        model="cloud/small",
        network=ScriptedTransport(bodies),
        models=CATALOG,
        retry=ONCE,
        budget=Budget(dollars=Decimal(budget)),
    ) as here:
        for turn in range(1, len(names) + 1):
            occasion = Occasion(turn=turn, deadline=Deadline(5), listener=Listener())
            await ask(question(), here.access, occasion)
        yield here


async def test_a_dearer_model_is_booked_at_its_own_price_and_told_once() -> None:
    """From then on the dearer price is what a request is reserved at."""
    async with answered_as("big-2026-09-01", "big-2026-09-01", "small") as here:
        told = here.access.meter.news()

    at_big = Decimal(90 * 10 + 12 * 20) / 10**6
    attempts = [one.reserved or Decimal(0) for one in here.record.attempts.values()]
    assert [one.cost for one in here.outcomes] == [at_big, at_big, at_big / 10]
    assert here.account.spent == at_big * 2 + at_big / 10
    assert told == (AnsweredByOther(model="cloud/small", answered_as="cloud/big", at=told[0].at),)
    assert attempts[1] > 5 * attempts[0]
    assert attempts[1] >= at_big


async def test_a_cheaper_model_is_cheaper_but_reserved_for_as_before() -> None:
    """Nobody knows whether it answers the next time, too."""
    async with answered_as("cheap", "small") as here:
        pass

    cheap = Decimal(90 + 24) / 10**7
    assert [one.cost for one in here.outcomes] == [cheap, cheap * 10]
    assert here.outcomes[0].instead.list == cheap


async def test_a_snapshot_is_not_told_of() -> None:
    """Providers answer with the dated name of what was asked."""
    async with answered_as("small-2026-09-01") as here:
        told = here.access.meter.news()

    assert told == ()
    assert here.outcomes[0].response_model == "small-2026-09-01"
