"""Where money runs short: a cheaper model, a shorter answer, fewer lines, and only then nothing."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest

from simulator.definitions.limits import Budget
from simulator.definitions.model_catalog import ModelCatalog
from simulator.definitions.persona import TierRange
from simulator.errors import BudgetExhausted, InvalidReply
from simulator.llm.call_context import Room
from simulator.llm.economy import Plan, cheaper_plans, cheaper_ways, with_last_lines
from simulator.llm.router import Route, TurnFeatures
from simulator.testing import completion
from tests.llm_samples import NO, TODAY, WELL, Desk, catalog, desk, prompt, question

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


def in_tiers(prices: dict[str, tuple[str, str] | None], **tiers: list[str]) -> ModelCatalog:
    """The sample's models and others with these prices, `in` and `out`, in other tiers."""
    given = catalog().model_dump(by_alias=True, exclude_none=True)
    for name, price in prices.items():
        entry = {} if price is None else {"price": {"in": price[0], "out": price[1]}}
        given["models"][f"test/{name}"] = {"supports": ["json_schema", "tools"], **entry}
    named = {tier: [f"test/{one}" for one in names] for tier, names in tiers.items()}
    return ModelCatalog.model_validate({**given, "tiers": {**given["tiers"], **named}})


def ways_of(models: ModelCatalog, model: str, tiers: TierRange) -> list[tuple[str, str]]:
    """Tier and model of each way that is tried where this standard model is refused."""
    way = Route(tier="standard", spec=models.spec(f"test/{model}"), score=0.5, reasons=())
    refused = Plan(way=way, prompt=prompt(), max_output=100)
    living = partial(models.living, models.choose("tiers"), today=TODAY)
    ways = cheaper_ways(refused, tiers=tiers, models=living, bulk=2_000)
    return [(way.tier, way.spec.model) for way in ways]


@pytest.mark.parametrize(
    ("price", "saves"),
    [
        (("1.9", "8"), True),
        (("2", "8"), False),
        (("1.9", "8.5"), True),
        (("1", "30"), False),
        (("3", "0.1"), False),
        (None, False),
    ],
    ids=repr,
)
def test_a_way_is_cheaper_by_the_most_that_this_request_can_cost(
    price: tuple[str, str] | None, *, saves: bool
) -> None:
    """Beside $2 in and $8 out: 1,000 tokens are read at most, and 100 answered."""
    models = in_tiers({"one": ("2", "8"), "other": price}, standard=["one", "other"], simple=[])

    found = ways_of(models, "one", TierRange())

    assert found == ([("standard", "other")] if saves else [])


@pytest.mark.parametrize(
    ("tiers", "found"),
    [
        (
            TierRange(),
            [
                ("standard", "plain"),
                ("standard", "spare"),
                ("simple", "small"),
                ("simple", "other"),
            ],
        ),
        (TierRange(floor="standard"), [("standard", "plain"), ("standard", "spare")]),
    ],
    ids=["whole", "floor"],
)
def test_all_models_of_a_tier_are_tried_before_those_of_the_next(
    tiers: TierRange, found: list[tuple[str, str]]
) -> None:
    """In the order of their tier, down to where the member's range ends; dearer ones never are."""
    prices = {"plain": ("1", "5"), "dear": ("20", "90"), "spare": ("0.9", "4"), "other": ("1", "2")}
    models = in_tiers(
        {**prices, "first": ("2", "8")},
        standard=["first", "plain", "dear", "spare"],
        simple=["small", "other"],
    )

    assert ways_of(models, "first", tiers) == found


@pytest.mark.parametrize("scope", ["study", "day", "run", "rosa", "purpose:speak"])
async def test_another_model_of_the_tier_is_asked_before_anything_else(scope: str) -> None:
    """Whichever budget is short; the reason on the record names both models."""
    models = in_tiers({"plain": ("0.5", "1")}, standard=["middle", "plain"])
    budget, hard = Budget(dollars=Decimal("0.0008")), question(features=TurnFeatures(creative=1))
    async with desk(WELL, model="tiers", models=models) as here:
        here.account.scope, here.account.budget = scope, budget
        await here.ask(hard)

    (call,) = here.record.calls.values()
    whose = {"rosa": "rosa's dollars", "purpose:speak": "the dollars for speaking"}
    told = whose.get(scope, f"the {scope}'s dollars")
    assert (call.model, call.tier) == ("test/plain", "standard")
    assert f"test/plain instead of test/middle: {told} do not reach" in call.reasons
    assert output_limits(here) == [100]


async def test_a_way_up_may_lead_to_another_model_up_there() -> None:
    """Of the tier that a better answer was asked of; never to a model whose answer was unfit."""
    models = in_tiers({"plain": ("0.5", "1")}, standard=["middle", "plain", "small"])
    models = out_of_reach("test/middle", known=models)

    async with desk(NO, NO, WELL, model="tiers", models=models) as here:
        answer = await here.ask()

    assert answer.route.spec.name == "test/plain"
    assert [body["model"] for body in here.network.bodies] == ["small", "small", "plain"]


def out_of_reach(*names: str, known: ModelCatalog | None = None) -> ModelCatalog:
    """Models so dear that no answer of them can be paid for."""
    known = known or catalog()
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
