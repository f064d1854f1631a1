"""The meter: reserves the most an attempt can cost, settles what it did cost, learns from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.definitions.limits import Budget
from simulator.definitions.model_catalog import ModelSpec
from simulator.errors import BudgetExhausted, StoreFailed, UnknownPrice
from simulator.llm.budget import Account
from simulator.llm.call_context import CallContext, Deadline
from simulator.llm.meter import RunMeter
from simulator.llm.stand_in.tokens import count_tokens
from simulator.record.calls import Attempt, Outcome
from simulator.record.usage import Usage, cost_of
from simulator.testing import MemoryRecord
from tests.llm_samples import call_context, catalog, model_spec, prompt

MILLION, FREE = 10**6, Decimal(0)
PROSE = (
    "You have eleven minutes, and then the ward wants me back.",
    "Das lässt sich überspringen; wer würde denn um vier Uhr früh ein Passwort erfinden?",
    "Если это дольше, чем мой кофе, я закрываю приложение.",
    "このアプリは三つの手順で始められますか。それとも、もっと必要ですか。",
    "ثلاث خطوات وكلمة مرور واحدة، وهذا كل شيء.",
)


def settled(spec: ModelSpec, **tokens: int) -> Outcome:
    """An answer that used so many tokens."""
    usage = Usage(**tokens)
    return Outcome(state="settled", usage=usage, cost=cost_of(usage, spec.price))


@dataclass(slots=True)
class Bench:
    """A meter with its ledger and one account per member."""

    budget: Budget = field(default_factory=Budget)
    members: dict[str, Budget] = field(default_factory=dict)
    record: MemoryRecord = field(default_factory=MemoryRecord)
    run: Account = field(init=False)
    meter: RunMeter = field(init=False)
    made: int = 0

    def __post_init__(self) -> None:
        self.run = Account(scope="run", budget=self.budget)
        self.meter = RunMeter(self.record, accounts=(self.run,), members=self.members)

    def call(self, **more: Any) -> CallContext:
        """The first attempt of a new call."""
        self.made += 1
        return call_context(meter=self.meter, call=f"c{self.made}", attempt=1, **more)

    async def reserve(self, call: CallContext, *, bulk: int) -> tuple[Decimal | None, int]:
        """What was booked for an attempt: dollars and tokens."""
        await self.meter.reserve(call, bulk=bulk)
        booked = self.record.attempts[call.booking.id, call.attempt]
        return booked.reserved, booked.reserved_tokens

    async def asked(self, call: CallContext, outcome: Outcome, *, bulk: int = 400) -> None:
        """One attempt from its reservation to its end."""
        await self.reserve(call, bulk=bulk)
        self.meter.close(call, outcome)


async def test_a_first_reservation_is_half_a_token_per_byte_and_all_the_output() -> None:
    """Nothing is known yet: the whole request is bounded, at the model's price."""
    bench = Bench()
    call = bench.call(max_output=100)

    booked = await bench.reserve(call, bulk=2_001)

    assert booked == (Decimal(1_001 * 1 + 100 * 2) / MILLION, 1_101)
    assert bench.record.attempts["c1", 1] == Attempt(
        call="c1",
        number=1,
        model="test/small",
        reserved=booked[0],
        reserved_tokens=1_101,
        stand_in=False,
        at=bench.record.attempts["c1", 1].at,
    )


async def test_the_dearest_way_to_read_the_prompt_is_assumed() -> None:
    """Where writing to the cache costs more than reading, the whole prompt may be written."""
    price = {"in": 1, "cached": "0.1", "cache_write": "1.25", "out": 2}
    bench = Bench()
    call = bench.call(spec=model_spec(price=price), max_output=100)

    booked = await bench.reserve(call, bulk=2_000)

    assert booked[0] == Decimal("0.001450")


async def test_a_very_long_prompt_is_reserved_at_its_own_price() -> None:
    """A prompt that could pass the limit is counted with the factors beyond it."""
    price, factors = {"in": 1, "out": 2}, {"above": 999, "in": 2, "out": 3}
    bench = Bench()
    call = bench.call(spec=model_spec(price=price, long_prompt=factors), max_output=100)

    booked = await bench.reserve(call, bulk=2_000)

    assert booked[0] == Decimal(1_000 * 2 + 100 * 6) / MILLION


@given(
    st.integers(1, 5_000),
    st.integers(1, 500),
    st.tuples(*[st.decimals(0, 50, places=3)] * 4),
    st.data(),
)
async def test_a_reservation_is_never_less_than_what_is_paid(
    bulk: int, output: int, prices: tuple[Decimal, ...], data: st.DataObject
) -> None:
    """Whatever the prices and however the prompt is cached, what is settled was reserved."""
    price = dict(zip(("in", "cached", "cache_write", "out"), prices, strict=True))
    bench, spec = Bench(), model_spec(price=price)
    call = bench.call(spec=spec, max_output=output)
    read = data.draw(st.integers(0, bulk // 2))
    cached = data.draw(st.integers(0, read))
    written = data.draw(st.integers(0, read - cached))
    said = data.draw(st.integers(0, output))

    booked = await bench.reserve(call, bulk=bulk)

    paid = Usage(input=read, cached=cached, cache_write=written, output=said)
    assert (booked[0] or 0) >= (cost_of(paid, spec.price) or 0)
    assert booked[1] >= paid.total


@pytest.mark.parametrize("line", PROSE)
async def test_prose_of_any_script_fits_its_reservation(line: str) -> None:
    """The tokens of a whole request are fewer than what its bytes are taken for."""
    asked = prompt(*[line] * 20, private=line)
    texts = [asked.system_text, *asked.transcript, asked.private_text]
    bench = Bench()
    call = bench.call(max_output=0, known_bulk=asked.known_bulk)

    booked = await bench.reserve(call, bulk=sum(len(text.encode()) for text in texts))

    assert booked[1] >= sum(map(count_tokens, texts))


async def test_a_known_prefix_is_counted_as_it_was_read() -> None:
    """Of a longer transcript only what is new since the last answer is bounded by its bytes."""
    bench = Bench()
    first = bench.call(opening=("p", "one"), known_bulk=3_000)
    await bench.asked(first, settled(first.spec, input=900, output=20), bulk=4_000)

    booked = await bench.reserve(
        bench.call(opening=("p", "one", "two"), known_bulk=3_200, max_output=50), bulk=4_100
    )

    assert booked[1] == 900 + (4_100 - 3_000) // 2 + 50


@pytest.mark.parametrize(
    "other",
    [
        {"opening": ("q", "one"), "known_bulk": 3_200},
        {"opening": ("p", "two", "one"), "known_bulk": 3_200},
        {"opening": ("p", "one"), "known_bulk": 2_000},
        {"opening": ("p", "one"), "known_bulk": 3_200, "spec": catalog().spec("test/big")},
    ],
    ids=["another prefix", "other lines", "a shorter transcript", "another model"],
)
async def test_what_is_known_of_one_prefix_says_nothing_of_another(other: dict[str, Any]) -> None:
    """Another system, other lines heard, lines dropped, another model: bounded as a whole."""
    bench = Bench()
    first = bench.call(opening=("p", "one"), known_bulk=3_000)
    await bench.asked(first, settled(first.spec, input=200, output=20), bulk=4_000)

    booked = await bench.reserve(bench.call(**other, max_output=50), bulk=4_100)

    assert booked[1] == 2_050 + 50


async def test_real_usage_raises_the_bound() -> None:
    """An answer that read more tokens than its bytes promised makes the next bound wider."""
    bench = Bench()
    dense = bench.call()
    await bench.asked(dense, settled(dense.spec, input=800, output=1), bulk=1_000)

    booked = await bench.reserve(bench.call(opening=("q", "one"), max_output=0), bulk=1_000)

    assert booked[1] == ceil(800 * 1.1)


async def test_a_calibrated_bound_is_never_lowered() -> None:
    """One request of few tokens does not make the next one less careful."""
    bench = Bench()
    sparse = bench.call()
    await bench.asked(sparse, settled(sparse.spec, input=1, output=1), bulk=1_000)

    booked = await bench.reserve(bench.call(opening=("q", "one"), max_output=0), bulk=1_000)

    assert booked[1] == 500


async def test_what_was_settled_is_spent_and_the_rest_given_back() -> None:
    """The account holds the real costs, the meter the sums."""
    bench = Bench(Budget(dollars=Decimal(1)))
    call = bench.call()

    await bench.asked(call, settled(call.spec, input=150, output=30))

    run, meter = bench.run, bench.meter
    assert (run.spent, run.spent_tokens) == (Decimal("0.00021"), 180)
    assert (run.reserved, run.reserved_tokens) == (FREE, 0)
    assert (meter.usage, meter.dollars, meter.at_least) == (
        Usage(input=150, output=30),
        Decimal("0.00021"),
        False,
    )


async def test_what_was_released_costs_nothing() -> None:
    """An attempt that was surely not paid leaves the accounts as they were."""
    bench = Bench(Budget(dollars=Decimal(1)))

    await bench.asked(bench.call(), Outcome(state="released", status=429))

    assert (bench.run.spent, bench.run.spent_tokens, bench.run.reserved) == (FREE, 0, FREE)
    assert (bench.meter.dollars, bench.meter.at_least) == (FREE, False)


async def test_what_is_unknown_is_counted_at_its_reservation() -> None:
    """An answer that got lost may have been paid: its most is spent, and the sum says at least."""
    bench = Bench(Budget(dollars=Decimal(1)))

    await bench.asked(bench.call(max_output=100), Outcome(state="unknown"), bulk=400)

    assert (bench.run.spent, bench.run.spent_tokens) == (Decimal("0.0004"), 300)
    assert (bench.run.reserved, bench.run.reserved_tokens) == (FREE, 0)
    assert (bench.meter.usage, bench.meter.dollars) == (Usage(), FREE)
    assert bench.meter.at_least


async def test_an_unknown_price_stays_unknown() -> None:
    """Tokens are counted and limited; dollars are told as a least sum, never as zero."""
    bench, unpriced = Bench(Budget(tokens=1_000)), catalog().spec("test/unpriced")
    call = bench.call(spec=unpriced, max_output=100)

    booked = await bench.reserve(call, bulk=400)
    bench.meter.close(call, settled(unpriced, input=150, output=30))

    assert booked == (None, 300)
    assert (bench.run.spent_tokens, bench.run.reserved_tokens) == (180, 0)
    assert (bench.meter.dollars, bench.meter.at_least) == (FREE, True)


async def test_a_dollar_limit_refuses_a_model_without_a_price() -> None:
    """A limit that cannot be kept is no limit: nothing is booked and nothing sent."""
    bench = Bench(Budget(dollars=Decimal(1)))

    with pytest.raises(UnknownPrice):
        await bench.reserve(bench.call(spec=catalog().spec("test/unpriced")), bulk=400)

    assert (bench.record.attempts, bench.run.reserved_tokens) == ({}, 0)


async def test_a_member_has_a_budget_of_its_own() -> None:
    """One speaker's tokens are spent, the others go on."""
    bench = Bench(Budget(tokens=10_000), {"rosa": Budget(tokens=250)})
    rosa, dev = bench.call(max_output=100), bench.call(max_output=100, persona="dev")

    with pytest.raises(BudgetExhausted, match=r"^rosa's own limit of 250 tokens leaves 250"):
        await bench.reserve(rosa, bulk=400)
    booked = await bench.reserve(dev, bulk=400)

    assert (booked[1], bench.run.reserved_tokens) == (300, 300)


async def test_waiting_for_room_does_not_use_up_the_turn() -> None:
    """The deadline's clock stands while a reservation waits for another to be settled."""
    now = 100.0
    bench = Bench(Budget(tokens=500))
    first, second = bench.call(max_output=100), bench.call(max_output=100)
    second.deadline = Deadline(5, clock=lambda: now)
    second.deadline.start()
    await bench.reserve(first, bulk=400)

    waiting = bench.reserve(second, bulk=400)
    waiting.send(None)
    now += 60
    bench.meter.close(first, Outcome(state="released"))
    with pytest.raises(StopIteration):
        waiting.send(None)

    assert second.deadline.left == 5


class FullDisk(MemoryRecord):
    """A ledger that cannot close an attempt, and books one only where there is `room`."""

    room = False

    def reserve(self, attempt: Attempt) -> None:
        """Book it if there is room."""
        if not self.room:
            raise StoreFailed("the disk is full")
        super().reserve(attempt)

    def close_attempt(self, call: str, number: int, outcome: Outcome) -> None:
        """Fail."""
        raise StoreFailed("the disk is full")


async def test_a_reservation_that_cannot_be_booked_is_given_back() -> None:
    """A ledger that fails does not keep other runs of a study waiting for ever."""
    bench = Bench(Budget(tokens=500), record=FullDisk())

    with pytest.raises(StoreFailed):
        await bench.reserve(bench.call(), bulk=400)

    assert (bench.run.reserved_tokens, bench.run.spent_tokens) == (0, 0)


async def test_a_settlement_that_cannot_be_booked_is_counted_all_the_same() -> None:
    """What was paid is spent, whatever becomes of the ledger."""
    disk = FullDisk()
    disk.room = True
    bench = Bench(Budget(tokens=500), record=disk)
    call = bench.call()
    await bench.reserve(call, bulk=400)
    outcome = settled(call.spec, input=150, output=30)

    with pytest.raises(StoreFailed):
        bench.meter.close(call, outcome)

    assert (bench.run.reserved_tokens, bench.run.spent_tokens) == (0, 180)
