"""Answers that a server processes, and bills, at priority: later requests are reserved for so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest

from simulator.definitions.limits import Budget
from simulator.errors import BudgetExhausted
from simulator.llm.ask import Listener, Occasion, ask
from simulator.llm.call_context import Deadline
from simulator.llm.transports.live import Live
from simulator.testing import completion
from tests.llm_samples import ONCE, Desk, catalog, desk, question
from tests.lookalike import Lookalike, whole

USAGE = {"prompt_tokens": 90, "completion_tokens": 12, "total_tokens": 102}
FASTER = {**completion("Well, why not?", usage=USAGE), "service_tier": "priority"}
FACTOR, MILLION = Decimal("2.5"), 10**6


@asynccontextmanager
async def at_priority(
    *, factor: Decimal | None = FACTOR, budget: Decimal = Decimal(1)
) -> AsyncIterator[Desk]:
    """A desk before a server on loopback that answers all at priority."""
    async with Lookalike(lambda _: whole(FASTER)).running() as url:
        known = catalog(base_url=url)
        small = known.models["test/small"].model_copy(update={"priority": factor})
        models = known.model_copy(update={"models": {**known.models, "test/small": small}})
        limit = Budget(dollars=budget)
        async with desk(network=Live(seconds=5), models=models, retry=ONCE, budget=limit) as here:
            yield here


async def asked(here: Desk, turn: int) -> None:
    """One question in a turn."""
    await ask(
        question(), here.access, Occasion(turn=turn, deadline=Deadline(5), listener=Listener())
    )


def at_most(here: Desk, n: int) -> tuple[Decimal | None, Decimal]:
    """What was reserved for a request, and what that comes to at the standard price."""
    attempt = list(here.record.attempts.values())[n]
    standard = Decimal((attempt.reserved_tokens - 100) * 1 + 100 * 2) / MILLION
    return attempt.reserved, standard


async def test_after_one_answer_at_priority_the_next_is_reserved_for_at_that_price() -> None:
    """The factor stands in models.yaml; nobody can know it before the first answer."""
    async with at_priority() as here:
        await asked(here, 1)
        await asked(here, 2)

    (first, usual), (second, standard) = at_most(here, 0), at_most(here, 1)
    assert (first, second) == (usual, standard * FACTOR)
    assert here.account.spent == 2 * Decimal(90 * 1 + 12 * 2) * FACTOR / MILLION


async def test_what_could_pay_for_no_more_than_the_standard_price_is_refused() -> None:
    """However short the answer may be: the room for it is reckoned alike."""
    budget = Decimal("0.0008")
    async with at_priority(budget=budget) as here:
        await asked(here, 1)
        with pytest.raises(BudgetExhausted):
            await asked(here, 2)

    _, standard = at_most(here, 0)
    assert here.account.spent + standard < budget
    assert len(here.record.attempts) == 1


async def test_without_a_factor_the_standard_price_is_reserved() -> None:
    """What such an answer costs is unknown then, and counts as all that was held for it."""
    async with at_priority(factor=None) as here:
        await asked(here, 1)
        await asked(here, 2)

    (first, _), (second, standard) = at_most(here, 0), at_most(here, 1)
    assert second == standard
    assert (here.account.spent, here.meter.at_least) == ((first or 0) + standard, True)
