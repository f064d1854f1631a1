"""What is counted: attempts of unknown cost, budgets nearly spent, runs that are taken up again."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from simulator.conversation.run_context import Models, access_for
from simulator.definitions.limits import Budget
from simulator.errors import BudgetExhausted
from simulator.llm.budget import Account, Reservation, reserve
from simulator.llm.call_context import CallContext, Room
from simulator.llm.meter import RunMeter
from simulator.llm.purse import Turns
from simulator.llm.session import Session
from simulator.record.calls import Outcome
from simulator.record.events import LimitNeared, UsageMissing
from simulator.record.rows import CostRow
from simulator.record.store import Store
from simulator.record.usage import Spent, Usage, cost_of
from simulator.testing import MemoryRecord
from tests.llm_samples import call_context
from tests.record_samples import UNKNOWN, book, paid, question
from tests.small_project import loader, small_project

MILLION = 10**6


def settled(call: CallContext, **tokens: int) -> Outcome:
    """An answer that used so many tokens."""
    usage = Usage(**tokens)
    return Outcome(state="settled", usage=usage, cost=cost_of(usage, call.spec.price))


def of_run(**limits: Any) -> Account:
    """The run's account."""
    return Account(scope="run", budget=Budget.model_validate(limits))


def call(meter: RunMeter, name: str = "c1", *, attempt: int = 1, **more: Any) -> CallContext:
    """An attempt at test/small, a dollar per million tokens in and two out."""
    return call_context(meter=meter, call=name, attempt=attempt, **more)


async def test_a_lost_attempt_counts_for_what_the_same_request_turns_out_to_have() -> None:
    """The answer tells the prompt's tokens; all the output may have been paid all the same."""
    record, run = MemoryRecord(), of_run(dollars="1")
    meter = RunMeter(record, accounts=(run,))
    lost, again = call(meter, max_output=100), call(meter, attempt=2, max_output=100)

    await meter.reserve(lost, bulk=2_000)
    meter.close(lost, Outcome(state="unknown"))
    feared = run.spent
    await meter.reserve(again, bulk=2_000)
    meter.close(again, settled(again, input=450, output=30))

    once = Decimal(450 + 30 * 2) / MILLION
    most = Decimal(450 + 100 * 2) / MILLION
    assert feared == Decimal(1_000 + 100 * 2) / MILLION
    assert (run.spent, run.spent_tokens) == (once + most, 480 + 550)
    assert meter.spent == Spent(480 + 550, once + most)
    booked = record.attempts["c1", 1]
    assert (booked.reserved, booked.reserved_tokens) == (most, 550)


@pytest.mark.parametrize("same", ["another request", "another call"])
async def test_another_request_says_nothing_of_a_lost_one(same: str) -> None:
    """It may have had any number of tokens up to its bound."""
    run = of_run(dollars="1")
    meter = RunMeter(MemoryRecord(), accounts=(run,))
    lost = call(meter)
    other = call(meter, attempt=2) if same == "another request" else call(meter, "c2")

    await meter.reserve(lost, bulk=2_000)
    meter.close(lost, Outcome(state="unknown"))
    feared = run.spent
    await meter.reserve(other, bulk=1_900 if same == "another request" else 2_000)
    meter.close(other, settled(other, input=450, output=30))

    assert run.spent == feared + Decimal(450 + 30 * 2) / MILLION


def test_a_store_lowers_only_what_is_unknown() -> None:
    """A settled attempt stays what it is, and no reservation grows."""
    with Store.open(":memory:") as store:
        run = store.create_run("focus-group")
        book(store, question(run, 1), UNKNOWN, paid())
        rows = store.attempts(run)
        for row, tokens in ((rows[0], 7), (rows[1], 7), (rows[0], 5_000_000)):
            lower = type(row.attempt)(
                call=row.attempt.call,
                number=row.attempt.number,
                model=row.attempt.model,
                reserved=Decimal("0.000007"),
                reserved_tokens=tokens,
            )
            store.lower_reservation(lower)
        after = store.attempts(run)

    assert (after[0].attempt.reserved, after[0].attempt.reserved_tokens) == (Decimal("0.000007"), 7)
    assert after[1] == rows[1]


async def test_an_endpoint_without_usage_is_told_once_and_bounded() -> None:
    """Every answer counts at its most, so that the budget holds; the run is told once a model."""
    run = of_run(tokens=1_000)
    meter = RunMeter(MemoryRecord(), accounts=(run,))
    for number in range(3):
        asked = call(meter, f"c{number}", max_output=100)
        await meter.reserve(asked, bulk=400)
        meter.close(asked, Outcome(state="unknown", answer=b"{}"))

    late = call(meter, "c3", max_output=100)
    with pytest.raises(BudgetExhausted):
        await meter.reserve(late, bulk=400)

    near = LimitNeared(scope="run", unit="tokens", limit="1000", used="900")
    told = [type(one) for one in meter.news()]
    assert told == [UsageMissing, LimitNeared]
    assert run.nearly_spent() == (("tokens", near.limit, near.used),)
    assert meter.news() == ()


async def test_a_lost_answer_is_no_endpoint_without_usage() -> None:
    """Nothing came, so nobody knows what it would have said."""
    meter = RunMeter(MemoryRecord())
    asked = call(meter)

    await meter.reserve(asked, bulk=400)
    meter.close(asked, Outcome(state="unknown"))

    assert meter.news() == ()


async def test_what_only_the_speaker_read_is_no_part_of_the_next_prompt() -> None:
    """Of the last count at least one token for each of its words does not come again."""
    record = MemoryRecord()
    meter = RunMeter(record)
    first = call(meter, opening=("p", "one"), known_bulk=3_000, private_words=150)
    await meter.reserve(first, bulk=4_000)
    meter.close(first, settled(first, input=900, output=20))

    again = call(meter, "c2", opening=("p", "one"), known_bulk=3_200, max_output=50)
    await meter.reserve(again, bulk=4_100)

    assert record.attempts["c2", 1].reserved_tokens == 900 - 150 + 550 + 50


async def test_room_is_what_all_budgets_leave() -> None:
    """The least of them decides, and the longest answer to such a question is remembered."""
    run, members = of_run(dollars="0.001"), {"rosa": Budget(tokens=1_200)}
    meter = RunMeter(
        MemoryRecord(), accounts=(run,), members=members, purposes={"judge": Budget(tokens=260)}
    )
    first = call(meter, max_output=100)
    await meter.reserve(first, bulk=400)
    meter.close(first, settled(first, input=150, output=30))

    dev, rosa = call(meter, "c2", persona="dev"), call(meter, "c3")
    dearer = call(meter, "c4", persona="dev")

    left = Decimal("0.001") - Decimal(150 + 60) / MILLION
    assert meter.room(dev, bulk=400) == Room(int((left * MILLION - 200) / 2), 30)
    assert meter.room(rosa, bulk=1_200) == Room(int((left * MILLION - 600) / 2), 30)
    assert meter.room(dearer, bulk=4_000) == Room(-1, 30)


async def test_a_last_word_may_take_what_is_kept_for_it() -> None:
    """A twentieth of the budget, and never more than a turn costs."""
    run = of_run(tokens=1_000)
    run.closing_share = Decimal("0.05")
    all_but = Reservation(dollars=None, tokens=951)

    with pytest.raises(BudgetExhausted, match="leaves 950,"):
        await reserve((run,), all_but, model="m")
    await reserve((run,), all_but, model="m", closing=True)
    run.give_back(all_but, spent=Decimal(0), tokens=0)
    run.a_turn = Reservation(dollars=None, tokens=20)

    assert run.left(in_flight=True) == (None, 980)
    assert run.left(in_flight=True, closing=True) == (None, 1_000)


def test_a_run_that_is_taken_up_again_has_spent_before() -> None:
    """Its budget, its members' and its purposes' go on where they were; nothing is told again."""
    run, study = (
        of_run(dollars="1", tokens=1_000),
        Account(scope="study", budget=Budget(tokens=900)),
    )
    meter = RunMeter(
        MemoryRecord(),
        accounts=(study, run),
        members={"rosa": Budget(tokens=700)},
        purposes={"judge": Budget(dollars=Decimal(1))},
    )
    rows = [
        CostRow(
            group=("rosa", "speak"),
            usage=Usage(input=500, output=50),
            dollars=Decimal("0.25"),
            reserved=Decimal("0.125"),
            reserved_tokens=100,
        ),
        CostRow(group=("", "judge"), usage=Usage(input=200, output=1), dollars=Decimal("0.5")),
    ]

    meter.count_in(rows)

    assert meter.spent == Spent(851, Decimal("0.875"))
    assert (run.spent, run.spent_tokens) == (Decimal("0.875"), 851)
    assert (study.spent, study.spent_tokens) == (Decimal(0), 0)
    assert meter.room(call(meter), bulk=20).most == 700 - 650 - 10
    purses = meter.purses("rosa", "judge", Turns(done=2, left=3))
    assert {one.scope: (one.left, one.spent) for one in purses} == {
        "run": (Decimal("0.125"), Decimal("0.875")),
        "purpose:judge": (Decimal("0.5"), Decimal("0.5")),
    }
    assert meter.news() == ()


async def test_what_was_nearly_spent_before_is_not_told_again() -> None:
    """It is on record since then; a budget that comes near its limit only now is told."""
    run, members = of_run(tokens=10_000), {"rosa": Budget(tokens=700)}
    meter = RunMeter(MemoryRecord(), accounts=(run,), members=members)
    meter.count_in([CostRow(group=("dev", "speak"), usage=Usage(input=8_000, output=1))])
    told = []

    for name, read in (("c1", 59), ("c2", 501)):
        asked = call(meter, name, max_output=50)
        await meter.reserve(asked, bulk=1_000)
        meter.close(asked, settled(asked, input=read))
        news = [one for one in meter.news() if isinstance(one, LimitNeared)]
        told.append([(one.scope, one.unit, one.limit, one.used) for one in news])

    assert told == [[], [("rosa", "tokens", "700", "560")]]


async def test_a_resumed_run_counts_on_from_its_record(tmp_path: Path) -> None:
    """`access_for` takes what the store has of the run, and its budget is what is left of it."""
    simulation = loader(small_project(tmp_path))(model="stand-in", limits={"tokens": 200_000})
    played = await simulation.arun(seed=1)

    with Store.open(played.database) as store:
        async with Session(environ={}) as session:
            models = Models(catalog=simulation.catalog, choice=simulation.choice, session=session)
            before = store.cost(["persona", "purpose"], run=played.id)
            access = access_for(
                simulation.cast, models, store, run=played.id, seed=1, before=before
            )
        totals = store.totals(played.id)

    assert access.meter.spent == Spent(totals.counted_tokens, totals.counted)
    assert totals.counted_tokens > 500
