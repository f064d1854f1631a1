"""The project's daily budget: over all runs of a UTC day, counted from the record and since."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import httpx2
import pytest
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from simulator import Simulation
from simulator.definitions.limits import Budget
from simulator.definitions.project import Project
from simulator.errors import BudgetExhausted
from simulator.llm.budget import Day, Reservation
from simulator.llm.session import Session
from simulator.llm.tracker import Tracker
from simulator.money import dollars
from simulator.record.calls import Attempt, Call, Outcome
from simulator.record.events import LimitNeared, LimitReached
from simulator.record.store import Store
from simulator.record.tally import Counted, Shared, Tally
from simulator.record.usage import Spent, Usage, from_nano
from simulator.runs.daily_budget import day_of
from simulator.testing import LoopbackServer, ScriptedTransport, Scripts, completion
from tests.small_project import MODEL, loader, small_project

DAY = date(2020, 11, 20)
NOON = datetime(2020, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Two people, six turns."""
    return small_project(tmp_path)


def budgeted(project: Path, *, model: str = MODEL, **day: object) -> Simulation:
    """The talk, thirty turns whatever is said, with a budget for the day."""
    simulation = loader(project)(model=model)
    budget = simulation.catalog.budget.model_validate({"day": day})
    catalog = simulation.catalog.model_copy(update={"budget": budget})
    limits = simulation.scenario.limits.model_copy(update={"turns": 30})
    endless = simulation.scenario.model_copy(update={"stop": None, "limits": limits})
    return replace(simulation, cast=replace(simulation.cast, scenario=endless), catalog=catalog)


def serving(project: Path) -> LoopbackServer:
    """A server that bills."""
    found = Project.find(project)
    return LoopbackServer(Scripts.of(found), found.catalog())


def session_at(server: LoopbackServer) -> Session:
    """What runs share."""
    return Session(environ={"OPENAI_API_KEY": "sk-any-key", "OPENAI_BASE_URL": server.url})


def billed(server: LoopbackServer) -> Decimal:
    """Dollars of all requests."""
    return from_nano(server.stats()["totals"]["billed_nano"])


def counted_today(store: Store) -> Spent:
    """What the record says was spent today."""
    with store.booking([Tally(of=Shared(day=datetime.now(UTC).date()))]) as (counted,):
        assert counted is not None
    return counted.spent


async def test_runs_side_by_side_share_the_day(project: Path) -> None:
    """Ten at once spend no more than the day allows, by the server's bill, and nearly all of it."""
    limit = Decimal("0.004")
    with serving(project) as server:
        async with session_at(server) as session:
            simulation = budgeted(project, dollars=limit)
            runs = await asyncio.gather(
                *(simulation.arun(seed=n, session=session) for n in range(10))
            )
        total = billed(server)

    scopes = {one.scope for run in runs for one in run.limits_reached if one.unit == "dollars"}
    assert limit * Decimal("0.8") <= total <= limit
    assert scopes == {"day"}
    assert {run.stop_reason for run in runs} <= {"dollars", "turns"}
    assert [run.stop_reason for run in runs].count("dollars") >= 5


async def test_a_day_that_is_spent_refuses_the_next_run(project: Path) -> None:
    """With one sentence, before anything is sent or recorded; the record knows, not the process."""
    refused: list[BudgetExhausted] = []
    with serving(project) as server:
        for _ in range(3):
            async with session_at(server) as session:
                try:
                    await budgeted(project, dollars="0.0012").arun(seed=1, session=session)
                except BudgetExhausted as error:
                    refused.append(error)
        total = billed(server)

    with Store.open(project / "runs.db") as store:
        recorded = store.runs()
    assert (len(recorded), len(refused)) == (1, 2)
    assert total <= Decimal("0.0012")
    assert refused[0].exit_code == 5
    assert str(refused[0]).startswith("The day's limit of $0.0012 leaves $0.000")
    needed = dollars(Decimal(refused[0].needed))
    assert str(refused[0]).endswith(f"and the next question could cost {needed}.")


async def test_what_answers_in_this_process_does_not_count(project: Path) -> None:
    """The stand-in plays for nothing, however little the day allows."""
    run = await budgeted(project, model="stand-in", dollars="0.000001", tokens=1).arun(seed=1)

    assert (run.stop_reason, run.limits_reached[-1].unit) == ("turns", "turns")


async def test_a_run_is_told_once_that_a_budget_is_nearly_spent(project: Path) -> None:
    """At four fifths, for each budget and unit; the events stand in the record."""
    with serving(project) as server:
        async with session_at(server) as session:
            simulation = budgeted(project, dollars="0.003", tokens=1_000_000)
            run = await simulation.arun(seed=1, session=session)

    near = [one for one in run.events if isinstance(one, LimitNeared)]
    (told,) = near
    assert (told.scope, told.unit, told.limit) == ("day", "dollars", "0.003")
    assert Decimal("0.0024") <= Decimal(told.used) <= Decimal("0.003")
    kinds = [type(one) for one in run.events]
    assert kinds.index(LimitNeared) < kinds.index(LimitReached)


def test_at_midnight_a_new_day_begins() -> None:
    """What was reserved before goes back to the day it was taken from."""
    now = [DAY]
    day = Day(Budget(tokens=100), today=lambda: now[0])
    before = day.account
    before.take(Reservation(dollars=None, tokens=80))

    now[0] = DAY + timedelta(days=1)
    after = day.account
    before.give_back(Reservation(dollars=None, tokens=80), spent=Decimal(0), tokens=60)

    assert (before.spent_tokens, before.reserved_tokens) == (60, 0)
    assert (after.spent_tokens, day.date, day.account is after) == (0, now[0], True)


def test_the_record_may_know_of_more_than_was_spent_here() -> None:
    """What is in flight here is on record as well, and not counted twice."""
    account = Day(Budget(tokens=1_000), today=lambda: DAY).account
    account.take(Reservation(dollars=Decimal("0.1"), tokens=100))

    account.on_record(Counted(Spent(350, Decimal("0.5")), Spent(130, Decimal("0.3"))))

    assert (account.spent, account.elsewhere) == (Decimal("0.5"), Spent(30, Decimal("0.2")))
    assert account.left(in_flight=True) == (None, 1_000 - 350 - 100 - 30)
    assert account.left(in_flight=False) == (None, 1_000 - 350)


def test_a_day_is_summed_from_its_attempts() -> None:
    """Settled at what it cost, open and unknown at the most, released as nothing."""
    usage = Usage(input=100, output=10)
    outcomes = {
        "settled": Outcome(state="settled", usage=usage, cost=Decimal("0.001")),
        "unknown": Outcome(state="unknown"),
        "released": Outcome(state="released"),
        "open": None,
        "here": Outcome(state="settled", usage=usage, cost=Decimal(5)),
        "yesterday": Outcome(state="settled", usage=usage, cost=Decimal(7)),
    }
    with Store.open(":memory:") as store:
        for name, outcome in outcomes.items():
            model = "off_line/stand-in" if name == "here" else "openai/gpt-4.1-mini"
            store.open_call(Call(id=name, run="", turn=1, persona="", purpose="speak", model=model))
            at = NOON - timedelta(days=name == "yesterday")
            most = Decimal("0.01")
            store.reserve(
                Attempt(call=name, number=1, model=model, reserved=most, reserved_tokens=500, at=at)
            )
            if outcome is not None:
                store.close_attempt(name, 1, outcome)

        tally = Tally(of=Shared(day=DAY, besides=frozenset({"off_line"})))
        with store.booking([tally]) as (today,):
            pass
        with store.booking([tally]) as (again,):
            pass

    assert today == Counted(Spent(110 + 500 + 500, Decimal("0.021")))
    assert again is None


def test_a_day_begins_at_midnight_and_ends_before_the_next() -> None:
    """Of attempts a microsecond apart, each counts for one day, and for one only."""
    midnight, tick = NOON - timedelta(hours=12), timedelta(microseconds=1)
    next_one = midnight + timedelta(days=1)
    sent = {"a": midnight - tick, "b": midnight, "c": next_one - tick, "d": next_one}
    with Store.open(":memory:") as store:
        for place, (name, at) in enumerate(sent.items()):
            store.open_call(Call(id=name, run="", turn=1, persona="", purpose="speak", model=MODEL))
            most = Decimal(10**place) / 1_000
            store.reserve(
                Attempt(call=name, number=1, model=MODEL, reserved=most, reserved_tokens=1, at=at)
            )
            store.close_attempt(name, 1, Outcome(state="unknown"))
        days = [Tally(of=Shared(day=DAY + timedelta(days=n))) for n in (-1, 0, 1)]
        with store.booking(days) as counted:
            spent = [one.spent.dollars for one in counted if one is not None]

    assert spent == [Decimal("0.001"), Decimal("0.11"), Decimal(1)]


def test_a_call_outside_of_runs_is_in_flight_for_an_hour() -> None:
    """Nobody knows its process: after that it counts as spent, and nobody waits for it."""
    now = datetime.now(UTC)
    with Store.open(":memory:") as store:
        for name, minutes, most in (("young", 59, "0.1"), ("old", 61, "0.02")):
            at = now - timedelta(minutes=minutes)
            store.open_call(Call(id=name, run="", turn=1, persona="", purpose="speak", model=MODEL))
            reserved = Decimal(most)
            store.reserve(
                Attempt(
                    call=name, number=1, model=MODEL, reserved=reserved, reserved_tokens=7, at=at
                )
            )
        with store.booking([Tally(of=Shared())]) as (counted,):
            pass

    assert counted == Counted(Spent(7, Decimal("0.02")), Spent(7, Decimal("0.1")))


async def test_a_plain_call_that_nobody_counted_is_no_free_one(project: Path) -> None:
    """What the tracker saw no usage of counts at its most, for the day and for the study."""
    catalog = Project.find(project).catalog()
    network = ScriptedTransport([completion("Well?", usage={})])
    price = catalog.spec(MODEL).price
    assert price is not None
    with Store.open(":memory:") as store:
        async with httpx2.AsyncClient(transport=network) as client:
            model = ChatOpenAI(
                model=MODEL.partition("/")[2],
                api_key=SecretStr("sk-test"),
                base_url="http://127.0.0.1:1/v1",
                http_async_client=client,
                callbacks=[Tracker(store, run="", spec_of=catalog.spec)],
            )
            await model.ainvoke("Well?", max_tokens=500)
        day = counted_today(store)
        (row,) = store.cost(())

    assert (row.counted_tokens, row.counted, row.unknown) == (day.tokens, day.dollars, 1)
    assert 500 < day.tokens < 1_000
    assert day.dollars > 500 * price.output / 10**6


@pytest.mark.parametrize("usage", [{}, {"prompt_tokens": 90, "completion_tokens": 12}])
async def test_a_tracker_without_prices_spends_of_the_day_all_the_same(
    project: Path, usage: dict[str, int]
) -> None:
    """What was booked at an unknown price counts at that of models.yaml."""
    catalog = budgeted(project, dollars=1).catalog
    network = ScriptedTransport([completion("Well?", usage=usage)])
    price = catalog.spec(MODEL).price
    assert price is not None
    with Store.open(":memory:") as store:
        async with httpx2.AsyncClient(transport=network) as client:
            model = ChatOpenAI(
                model=MODEL.partition("/")[2],
                api_key=SecretStr("sk-test"),
                base_url="http://127.0.0.1:1/v1",
                http_async_client=client,
                callbacks=[Tracker(store, run="")],
            )
            await model.ainvoke("Well?", max_tokens=500)
        day = day_of(catalog, Session(environ={}), store)
        most = counted_today(store).tokens

    assert day is not None
    counted = (90 * price.input + 12 * price.output) if usage else most * price.output
    assert (day.account.spent, day.account.spent_tokens) == (counted / 10**6, most)
