"""Where money runs short: a cheaper tier, a shorter answer, fewer lines, and only then nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from simulator.definitions.limits import Budget
from simulator.definitions.model_catalog import ModelCatalog
from simulator.definitions.persona import TierRange
from simulator.errors import BudgetExhausted, InvalidReply
from simulator.llm.call_context import Room
from simulator.llm.economy import Plan, cheaper_plans, with_last_lines
from simulator.llm.router import Route, TurnFeatures
from simulator.testing import completion
from tests.llm_samples import NO, WELL, Desk, catalog, desk, prompt, question

HARD = TurnFeatures(requires_reasoning=1)
SHORT_OF = BudgetExhausted("run", "dollars", limit="1", left="0", needed="1")
WAYS = [
    Route(tier="complex", spec=catalog().spec("test/big"), score=0.9, reasons=("hard",)),
    Route(tier="standard", spec=catalog().spec("test/middle"), score=0.9, reasons=("hard",)),
    Route(tier="simple", spec=catalog().spec("test/small"), score=0.9, reasons=("hard",)),
]


def asked_of(here: Desk) -> list[tuple[str, str]]:
    """Model and tier of every call."""
    return [(call.model, call.tier) for call in here.record.calls.values()]


def output_limits(here: Desk) -> list[int]:
    """The output that each request allowed."""
    return [body["max_completion_tokens"] for body in here.network.bodies]


@pytest.mark.parametrize(
    ("dollars", "model"),
    [("0.01", "test/big"), ("0.002", "test/middle"), ("0.0007", "test/small")],
)
async def test_a_question_goes_to_the_best_tier_there_is_money_for(
    dollars: str, model: str
) -> None:
    """What a hard question costs at most decides, and the record says why not the top tier."""
    async with desk(WELL, model="tiers", budget=Budget(dollars=Decimal(dollars))) as here:
        answer = await here.ask(question(features=HARD))

    (call,) = here.record.calls.values()
    assert (answer.value, call.model) == ("WELL, WHY NOT?", model)
    assert output_limits(here) == [100]
    saved = [reason for reason in call.reasons if "instead of" in reason]
    told = f"{call.tier} instead of complex: the run's dollars do not reach"
    assert saved == ([] if model == "test/big" else [told])
    assert here.left_open == 0


async def test_a_persona_keeps_its_least_tier() -> None:
    """Below the tier that its YAML names nobody is asked for it."""
    asked = question(features=HARD, tiers=TierRange(floor="standard"))
    async with desk(WELL, model="tiers", budget=Budget(dollars=Decimal("0.0007"))) as here:
        with pytest.raises(BudgetExhausted):
            await here.ask(asked)

    assert here.network.bodies == []


async def test_an_answer_gets_fewer_tokens_where_there_are_no_more() -> None:
    """All that is left, but never less than answers of the run have needed."""
    longer = completion("Why not, and what would the ward say?")
    longer["usage"] = {"prompt_tokens": 60, "completion_tokens": 70, "total_tokens": 130}

    async with desk(longer, WELL, budget=Budget(tokens=300)) as here:
        await here.ask(question(n=0))
        await here.ask(question(n=1))
        with pytest.raises(BudgetExhausted):
            await here.ask(question(n=2))

    first, second, _ = here.record.calls.values()
    limits = output_limits(here)
    assert limits[0] == 100
    assert 77 <= limits[1] < 100
    assert not any("output tokens" in reason for reason in first.reasons)
    told = f"{limits[1]} output tokens instead of 100: the run's tokens do not reach"
    assert second.reasons[-1] == told
    assert list(here.record.states.values()) == ["answered", "answered", "failed"]


LINES = [f"Dev: line {number} of a long talk about a skip." for number in range(40)]


@pytest.mark.parametrize(("tokens", "lines"), [(2_500, 40), (1_400, 21), (640, 6)])
async def test_a_speaker_reads_fewer_lines_where_there_is_money_for_no_more(
    tokens: int, lines: int
) -> None:
    """Half of them, then the last five, and a word that there were others."""
    async with desk(WELL, budget=Budget(tokens=tokens)) as here:
        answer = await here.ask(question(prompt=prompt(*LINES)))

    ((_, heard, _),) = (body["messages"] for body in here.network.bodies)
    assert answer.value == "WELL, WHY NOT?"
    assert len(heard["content"]) - 1 == lines
    assert heard["content"][-1]["text"] == LINES[-1]


async def test_a_judge_reads_all_or_nothing() -> None:
    """What is judged by half of a talk would be another question."""
    async with desk(WELL, budget=Budget(tokens=900)) as here:
        with pytest.raises(BudgetExhausted):
            await here.ask(question(prompt=prompt(*LINES), purpose="judge"))

    assert here.network.bodies == []


def test_plans_come_from_the_best_to_the_least() -> None:
    """Shorter answers tier by tier, the same with fewer and fewer lines, and the least there is."""
    lines = tuple(f"line {number}" for number in range(20))
    refused = Plan(way=WAYS[0], prompt=prompt(*lines), max_output=300)

    def room(plan: Plan) -> Room:
        return Room(most=200 if len(plan.prompt.transcript) > 10 else 300, longest=100)

    plans = list(cheaper_plans(refused, SHORT_OF, lower=WAYS[1:], room=room, narrow=True))

    told = [(p.way.tier, p.max_output, len(p.prompt.transcript)) for p in plans]
    tiers = ("complex", "standard", "simple")
    assert told == [
        *((tier, 200, 20) for tier in tiers),
        *((tier, 200, 11) for tier in tiers),
        *((tier, 300, 6) for tier in tiers),
        ("simple", 110, 6),
    ]
    assert plans[0].prompt == refused.prompt
    assert plans[-1].prompt == with_last_lines(refused.prompt, 5)


@pytest.mark.parametrize(
    ("longest", "most", "planned"),
    [
        (0, 149, [150]),
        (0, 150, [150, 150]),
        (100, 109, [110]),
        (100, 111, [111, 110]),
        (20, 63, [64]),
        (20, 70, [70, 64]),
        (400, 299, [300]),
    ],
)
def test_an_answer_is_not_cut_off_to_save_money(
    longest: int, most: int, planned: list[int]
) -> None:
    """A tenth more than the longest answer, 64 at least, and half where none was seen yet.

    With less the plan is one that is going to be refused.
    """
    refused = Plan(way=WAYS[2], prompt=prompt(), max_output=300)

    plans = cheaper_plans(
        refused, SHORT_OF, lower=(), room=lambda _: Room(most, longest), narrow=True
    )

    assert [plan.max_output for plan in plans] == planned


@pytest.mark.parametrize(
    ("longest", "lines", "told"),
    [
        (100, 0, "110 output tokens instead of 300"),
        (400, 0, "nothing cheaper is left to try"),
        (400, 20, "the last 5 lines only"),
    ],
)
def test_the_last_plan_names_its_step(longest: int, lines: int, told: str) -> None:
    """No call on record bears the bare reason: what was done about it stands before."""
    asked = prompt(*(f"line {number}" for number in range(lines)))
    refused = Plan(way=WAYS[2], prompt=asked, max_output=300)

    *_, last = cheaper_plans(
        refused, SHORT_OF, lower=(), room=lambda _: Room(1, longest), narrow=True
    )

    assert last.reasons == (f"{told}: the run's dollars do not reach",)


def out_of_reach(*names: str) -> ModelCatalog:
    """Models so dear that no answer of them can be paid for."""
    known = catalog()
    price = known.models["test/big"].price
    assert price is not None
    dear = known.models["test/big"].model_copy(
        update={"price": price.times(Decimal(10_000), Decimal(10_000))}
    )
    return known.model_copy(update={"models": {**known.models, **dict.fromkeys(names, dear)}})


@pytest.mark.parametrize("budget", ["1", "0.1"])
async def test_a_way_up_that_cannot_be_paid_does_not_lead_down_again(budget: str) -> None:
    """The model whose answers were unfit is not asked a third time: the turn fails as it would."""
    models = out_of_reach("test/middle", "test/big")
    limit = Budget(dollars=Decimal(budget))

    async with desk(NO, NO, WELL, model="tiers", models=models, budget=limit) as here:
        with pytest.raises(InvalidReply) as raised:
            await here.ask()

    assert str(raised.value) == "test/small gave no valid speak answer: it asks nothing"
    assert [body["model"] for body in here.network.bodies] == ["small", "small"]
    assert here.left_open == 0


async def test_who_was_asked_for_less_is_not_followed_by_who_failed_before() -> None:
    """A repair that went a tier down for lack of money does not go up to the unfit model."""
    limit = Budget(dollars=Decimal("0.0018"))
    hard = question(features=TurnFeatures(creative=1))

    async with desk(NO, NO, NO, model="tiers", budget=limit) as here:
        with pytest.raises(InvalidReply):
            await here.ask(hard)

    models = [body["model"] for body in here.network.bodies]
    assert models == ["middle", "small"]


async def test_a_way_up_may_be_shorter() -> None:
    """A tier up is asked in short before it is given up."""
    limit = Budget(dollars=Decimal("0.0014"))

    async with desk(NO, NO, WELL, model="tiers", budget=limit) as here:
        answer = await here.ask()

    assert answer.route.spec.name == "test/middle"
    assert [body["model"] for body in here.network.bodies] == ["small", "small", "middle"]
    assert output_limits(here)[2] < 100
