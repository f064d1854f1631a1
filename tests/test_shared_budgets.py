"""Budgets that several programs spend of at the same time, each a process of its own."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from simulator import Session, Study
from simulator.definitions.limits import Budget
from simulator.definitions.project import Project
from simulator.errors import BudgetExhausted
from simulator.llm.budget import Account
from simulator.llm.call_context import CallContext, Deadline
from simulator.llm.meter import RunMeter
from simulator.record.calls import Outcome
from simulator.record.store import Store
from simulator.record.tally import Counted, Shared, Tally
from simulator.record.usage import Spent, Usage, from_nano
from simulator.testing import LoopbackServer, Scripts
from tests.another_program import Played, budgeted, environment, programs
from tests.llm_samples import call_context
from tests.record_samples import (
    AT,
    RELEASED,
    UNKNOWN,
    book,
    paid,
    question,
    started,
    try_number,
)
from tests.small_project import small_project


@contextmanager
def serving(project: Path, *, latency: float) -> Iterator[LoopbackServer]:
    """A server that bills, and takes its time."""
    found = Project.find(project)
    with LoopbackServer(Scripts.of(found), found.catalog(), latency=latency) as server:
        yield server


def billed(server: LoopbackServer) -> tuple[Decimal, int]:
    """Dollars and tokens of all requests."""
    totals = server.stats()["totals"]
    tokens = sum(
        one["prompt_tokens"] + one["completion_tokens"]
        for one in server.stats()["requests"]
        if one["status"] == 200
    )
    return from_nano(totals["billed_nano"]), tokens


def counted(store: Store, of: Shared) -> Counted:
    """What a store's record says, read from the beginning."""
    with store.booking([Tally(of=of)]) as (known,):
        assert known is not None
    return known


@pytest.mark.slow
@pytest.mark.parametrize(
    ("budget", "limit"),
    [
        ({"study": "0.003"}, Decimal("0.003")),
        pytest.param({"day": "0.003"}, Decimal("0.003"), marks=pytest.mark.proof),
        pytest.param({"tokens": 12_000}, 12_000, marks=pytest.mark.proof),
    ],
    ids=["study", "day", "tokens of a study"],
)
def test_programs_side_by_side_share_a_budget(
    tmp_path: Path, budget: dict[str, Any], limit: Decimal | int
) -> None:
    """Four spend no more than it, by the server's bill, and four fifths of it at least."""
    project = small_project(tmp_path)
    with serving(project, latency=0.02) as server:
        play = Played(project=str(project), url=server.url, seeds=[], **budget)
        wanted = [replace(play, seeds=[10 * n, 10 * n + 1]) for n in range(4)]
        with programs(wanted) as started_ones:
            for one in started_ones:
                one.begin()
            ends = [end for one in started_ones for end in one.ends()]
        dollars, tokens = billed(server)

    with Store.open(project / "runs.db") as store:
        still_open = store.query("SELECT * FROM attempts WHERE state = 'reserved'")
    total = tokens if "tokens" in budget else dollars
    assert limit * Decimal("0.8") <= total <= limit
    assert set(ends) <= {"turns", "dollars", "tokens", "refused"}
    assert {"dollars", "tokens"} & set(ends)
    assert still_open == []


@pytest.mark.slow
@pytest.mark.proof
def test_many_runs_of_many_programs_share_a_budget(tmp_path: Path) -> None:
    """Six programs with twenty-five runs each, all at once."""
    project, limit = small_project(tmp_path), Decimal("0.1")
    with serving(project, latency=0.01) as server:
        play = Played(project=str(project), url=server.url, seeds=[], study="0.1", together=True)
        wanted = [replace(play, seeds=list(range(100 * n, 100 * n + 25))) for n in range(6)]
        with programs(wanted) as started_ones:
            for one in started_ones:
                one.begin()
            ends = [end for one in started_ones for end in one.ends()]
        dollars, _ = billed(server)

    assert limit * Decimal("0.8") <= dollars <= limit
    assert "dollars" in set(ends)


@pytest.mark.slow
async def test_what_a_killed_program_had_in_flight_is_spent(tmp_path: Path) -> None:
    """While it lives its reservation is in flight, then it counts as unknown: at its most."""
    project, limit = small_project(tmp_path), Decimal("0.003")
    of, study = Shared(study="pilot"), Study("pilot", dollars=limit)
    with (
        serving(project, latency=60) as slow,
        serving(project, latency=0) as server,
        Store.open(project / "runs.db") as store,
        programs([Played(project=str(project), url=slow.url, seeds=[1], study=f"{limit}")]) as (
            one,
        ),
    ):
        one.begin()
        alive = counted(store, of)
        for _ in range(3_000):
            if (alive := counted(store, of)).in_flight != Spent():
                break
            await asyncio.sleep(0.02)
        os.kill(one.process.pid, signal.SIGKILL)
        one.process.wait()
        dead = counted(store, of)
        async with Session(environ=environment(server.url)) as session:
            run = await budgeted(project).arun(seed=2, session=session, study=study, store=store)
        dollars, _ = billed(server)

    assert alive.spent == Spent()
    assert dead == Counted(alive.in_flight, Spent())
    assert run.stop_reason == "dollars"
    assert limit * Decimal("0.8") <= dollars + dead.spent.dollars <= limit


class Programs:
    """Two meters as in two programs: with accounts and stores of their own, for one study."""

    def __init__(self, folder: Path, budget: Budget) -> None:
        self.stores = [Store.open(folder / "runs.db") for _ in range(2)]
        self.run = self.stores[0].create_run("tea")
        self.stores[0].journal(self.run).commit(replace(started(), study="pilot"))
        shared = Shared(study="pilot")
        self.accounts = [
            Account(scope="study", budget=budget, tally=Tally(of=shared)) for _ in range(2)
        ]
        self.meters = [
            RunMeter(store, accounts=(account,))
            for store, account in zip(self.stores, self.accounts, strict=True)
        ]

    def call(self, which: int, number: int, *, seconds: float = 5.0) -> CallContext:
        """The first attempt of a new call, of one of them."""
        booking = replace(question(self.run, number), id=f"c{number}")
        self.stores[which].open_call(booking)
        call = call_context(meter=self.meters[which], call=booking.id, deadline=Deadline(seconds))
        call.attempt = 1
        return call


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Programs]:
    """Two programs that may use 500 tokens."""
    found = Programs(tmp_path, Budget(tokens=500))
    yield found
    for store in found.stores:
        store.close()


def answered(tokens: int) -> Outcome:
    """An answer that took so many tokens."""
    usage = Usage(input=tokens - 1, output=1)
    return Outcome(state="settled", usage=usage, cost=Decimal(0), answer=b"{}")


async def test_what_another_program_has_in_flight_is_waited_for(two: Programs) -> None:
    """It fits once that is settled; the clock of the turn stands meanwhile."""
    first, second = two.call(0, 1), two.call(1, 2)
    await first.meter.reserve(first, bulk=400)
    waiting = asyncio.create_task(second.meter.reserve(second, bulk=400))
    await asyncio.sleep(0.1)
    waited = not waiting.done()
    first.meter.close(first, answered(150))
    await asyncio.wait_for(waiting, 5)

    assert waited
    assert (two.accounts[1].spent_tokens, two.accounts[1].reserved_tokens) == (150, 300)
    assert two.accounts[1].elsewhere == Spent()
    assert second.deadline.spent == 0


async def test_it_is_not_waited_for_longer_than_a_turn(two: Programs) -> None:
    """Nobody tells when another program has lost it."""
    first, second = two.call(0, 1), two.call(1, 2, seconds=0.1)
    await first.meter.reserve(first, bulk=400)

    with pytest.raises(BudgetExhausted) as caught:
        await asyncio.wait_for(second.meter.reserve(second, bulk=400), 5)

    assert (caught.value.scope, caught.value.left, caught.value.needed) == ("study", "200", "300")
    assert two.stores[1].last_attempt("c2") == 0


async def test_what_cannot_fit_is_refused_at_once(two: Programs) -> None:
    """Whatever another program gives back."""
    first = two.call(0, 1)
    await first.meter.reserve(first, bulk=400)
    first.meter.close(first, answered(250))
    again, other = two.call(0, 2), two.call(1, 3)

    with pytest.raises(BudgetExhausted) as caught:
        await asyncio.wait_for(other.meter.reserve(other, bulk=400), 1)
    await again.meter.reserve(again, bulk=100)

    assert (caught.value.left, caught.value.used) == ("250", "250")
    assert two.accounts[0].spent_tokens == 250


async def test_a_program_that_is_alone_reads_nothing_again(two: Programs) -> None:
    """Its account knows of its own bookings; those of others are read when there are some."""
    tally = two.accounts[0].tally
    assert tally is not None
    for number in range(1, 4):
        call = two.call(0, number)
        await call.meter.reserve(call, bulk=100)
        call.meter.close(call, answered(20))

    with two.stores[0].booking([tally]) as (alone,):
        pass
    two.stores[1].create_run("tea")
    with two.stores[0].booking([tally]) as (after,):
        pass
    assert alone is None
    assert after == Counted(Spent(60, Decimal(0)), Spent())


async def test_a_store_that_two_accounts_share_tells_them_of_each_other(two: Programs) -> None:
    """As where two sessions, or two budgets of one study, are used in one program."""
    other = RunMeter(two.stores[0], accounts=(two.accounts[1],))
    first = two.call(0, 1)
    await first.meter.reserve(first, bulk=400)
    first.meter.close(first, answered(250))

    second = two.call(0, 2)
    with pytest.raises(BudgetExhausted):
        await other.reserve(second, bulk=400)

    assert two.accounts[1].spent_tokens == 250


def test_a_tally_that_reads_on_says_what_one_says_that_reads_all(
    tmp_path: Path, counts: Callable[[int, int], int]
) -> None:
    """However calls are opened, retried, answered, lost and reopened in between."""
    scopes = (Shared(study="pilot"), Shared(day=AT.date(), price=lambda _: Decimal("0.001")))
    with Store.open(tmp_path / "runs.db") as store, Store.open(tmp_path / "runs.db") as other:
        tallies = [Tally(of=of) for of in scopes]
        runs = [store.create_run("tea") for _ in range(2)]
        for run, name in zip(runs, ("pilot", "other"), strict=True):
            store.journal(run).commit(replace(started(), study=name))
        for turn in range(1, counts(60, 400)):
            run = runs[turn % 5 == 0]
            _something_happens(store, run, turn)
            with other.booking(tallies) as known:
                pass
            assert list(known) == [counted(store, of) for of in scopes]


def _something_happens(store: Store, run: str, turn: int) -> None:
    """A call is answered, lost, refused or left open; or an old one is asked again."""
    call = question(run, turn)
    if turn % 7 < 2:
        book(store, call, paid("0.25" if turn % 3 else None))
    elif turn % 7 == 2:
        book(store, call, UNKNOWN)
    elif turn % 7 == 3:
        book(store, call, RELEASED)
    elif turn % 7 == 4:
        store.open_call(call)
        store.reserve(try_number(1, call, reserved=None if turn % 2 else Decimal("0.03")))
    else:
        old = question(run, turn - 3)
        store.open_call(old)
        number = store.last_attempt(old.id) + 1
        store.reserve(try_number(number, old))
        store.close_attempt(old.id, number, paid("0.5", answer=b"{}"))
