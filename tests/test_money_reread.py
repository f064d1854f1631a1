"""Where two things about money meet: a fallback and a budget, a redaction and a reservation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import httpx2
import openai
import pytest

from simulator.definitions.limits import Budget
from simulator.definitions.model_catalog import ModelCatalog
from simulator.definitions.outgoing import Outgoing
from simulator.definitions.persona import TierRange
from simulator.definitions.project import Project
from simulator.errors import BudgetExhausted, RequestBlocked, ServerFailed, StreamTorn
from simulator.llm.ask import Listener
from simulator.llm.event_stream import event_chunks
from simulator.llm.organization import BilledDollars, BilledTokens, Books
from simulator.llm.prompt import Prompt, ReplySchema
from simulator.llm.router import Route, TurnFeatures, tier_above
from simulator.llm.transports.retrying import RetryPolicy
from simulator.record.ledger_days import LedgerDay
from simulator.record.store import Store
from simulator.record.usage import Usage, cost_of
from simulator.record.usage_report import usage_from_langchain
from simulator.runs.quote import Quote
from simulator.runs.reconciliation import Tolerance, reconcile
from simulator.runs.simulation import Simulation
from simulator.testing import Scripted, ScriptedStream, completion
from tests.llm_samples import ONCE, TODAY, WELL, catalog, desk, model_spec, prompt, question
from tests.record_samples import question as booked
from tests.test_screen import KEYS, PEM
from tests.test_tracker import plain

HARD = TurnFeatures(requires_reasoning=1)
THRICE = RetryPolicy(attempts=3, pause=lambda *_: 0.0)
DOWN: Scripted = (503, {}, {"error": {"message": "overloaded", "type": "server_error"}})


def with_form(about: str) -> Prompt:
    """A question whose form of the reply says this of a field."""
    offer = {"type": ["number", "null"], "description": about}
    act = {"type": "string", "enum": ["offer", "pass"]}
    fields = {"description": act, "offer": offer}
    form = {"type": "object", "properties": fields, "required": ["offer", "description"]}
    return prompt(schema=ReplySchema("reply", form))


async def test_a_key_in_the_form_of_a_reply_is_not_sent() -> None:
    """What a scenario says of a field goes out in the form; all else of it stays."""
    key = KEYS["an OpenAI key"][0]

    async with desk(WELL) as here:
        await here.ask(question(prompt=with_form(f"The price; log in with {key}")))

    told = here.network.bodies[0]["response_format"]
    clean = with_form("The price; log in with ***").schema
    assert clean is not None
    assert told["json_schema"] == {"name": "reply", "strict": True, "schema": clean.schema}


async def test_a_key_in_the_form_of_a_reply_blocks_the_prompt() -> None:
    """Where keys block what they stand in, they do so everywhere."""
    models = catalog().model_copy(update={"outgoing": Outgoing(credentials="block")})

    async with desk(models=models) as here:
        with pytest.raises(RequestBlocked):
            await here.ask(question(prompt=with_form(KEYS["an AWS key"][0])))

    assert here.network.bodies == []


async def test_own_patterns_change_no_choice_of_a_form() -> None:
    """A pattern that fits a choice or a field's name would make another form of it."""
    models = catalog().model_copy(update={"outgoing": Outgoing(patterns={"a word": "offer"})})

    async with desk(WELL, models=models) as here:
        await here.ask(question(prompt=with_form("What you offer now")))

    clean = with_form("What you *** now").schema
    assert clean is not None
    assert here.network.bodies[0]["response_format"]["json_schema"]["schema"] == clean.schema


def retired(*names: str) -> ModelCatalog:
    """The catalog, in which these models are shut down."""
    known = catalog()
    gone = {n: known.models[n].model_copy(update={"retires_on": date(2026, 1, 1)}) for n in names}
    return known.model_copy(update={"models": {**known.models, **gone}})


async def test_a_tier_that_is_shut_down_is_no_cheaper_way() -> None:
    """Where money runs short it is passed over, and the next one is asked."""
    budget = Budget(dollars=Decimal("0.002"))
    models = retired("test/small")

    async with desk(WELL, model="tiers", budget=budget, models=models) as here:
        answer = await here.ask(question(features=HARD))

    assert answer.route.spec.name == "test/middle"


async def test_money_that_ends_is_told_where_lower_tiers_are_shut_down() -> None:
    """It is the budget that ends the question, and not what models.yaml says."""
    budget = Budget(dollars=Decimal("0.0001"))
    models = retired("test/small")

    async with desk(WELL, model="tiers", budget=budget, models=models) as here:
        with pytest.raises(BudgetExhausted):
            await here.ask(question(features=HARD))

    assert here.left_open == 0


@pytest.mark.parametrize("status", [408, 504, 524])
async def test_a_plain_call_that_somebody_gave_up_waiting_for_is_unknown(status: int) -> None:
    """The model may have answered all the same, so it is not surely unpaid."""
    async with plain((status, {}, {"error": {"message": "timeout"}})) as here:
        with pytest.raises(openai.APIStatusError):
            await here.model.ainvoke("Well?")

    assert here.outcome.state == "unknown"


def test_what_langchain_counts_beside_the_prompt_is_not_taken_off_it() -> None:
    """Cached tokens that are no part of the prompt's make no request cheaper than nothing."""
    told = {
        "input_tokens": 100,
        "output_tokens": 10,
        "total_tokens": 110,
        "input_token_details": {"cache_read": 900},
    }
    price = model_spec(price={"in": 2, "cached": Decimal("0.5"), "out": 8}).price

    usage = usage_from_langchain(told)

    assert usage == Usage(input=1_000, cached=900, output=10)
    assert cost_of(usage, price) == Decimal(100 * 2 + 900 * Decimal("0.5") + 10 * 8) / 10**6


@pytest.mark.parametrize(
    ("shared", "own"),
    [((f"Dev: {PEM * 20}",), "You are Rosa."), ((), PEM * 20)],
    ids=["said by somebody", "on a card"],
)
async def test_what_is_not_sent_makes_no_reservation_smaller(
    shared: Sequence[str], own: str
) -> None:
    """A private key that goes out as three stars is no part of what is known already."""
    lines = (*shared, *(f"Dev: line {number}, as long as lines are." for number in range(20)))
    unread = " ".join(f"word-{number}" for number in range(400))

    async with desk(WELL, WELL) as here:
        await here.ask(question(n=0, prompt=prompt(*lines, private=own)))
        await here.ask(question(n=1, prompt=prompt(*lines, private=unread)))

    _, second = here.record.attempts.values()
    assert second.reserved_tokens - 100 >= len(unread) // 2


async def test_a_stream_that_says_it_was_broken_off_is_booked_as_it_says_it_cost() -> None:
    """Also where the connection breaks before its last word."""
    broken = completion("Well, why", finish_reason="error")
    *chunks, _ = event_chunks(broken)
    async with desk(ScriptedStream([*chunks, httpx2.ReadError("reset")]), retry=ONCE) as here:
        with pytest.raises(StreamTorn):
            await here.ask(listener=Listener(streams=True))

    assert [(one.state, one.error) for one in here.outcomes] == [("settled", "stream_torn")]
    assert here.left_open == 0


def in_one_tier(*names: str) -> ModelCatalog:
    """The catalog with these models in its lowest tier."""
    known = catalog()
    return known.model_copy(update={"tiers": known.tiers.model_copy(update={"simple": names})})


async def test_a_short_answer_stays_short_on_another_model() -> None:
    """What is asked for in short for lack of money is asked for like that where one is down."""
    models, budget = in_one_tier("test/small", "test/middle"), Budget(tokens=160)

    async with desk(DOWN, DOWN, DOWN, WELL, model="tiers", models=models, budget=budget) as here:
        answer = await here.ask(question())

    sent = [(body["model"], body["max_completion_tokens"]) for body in here.network.bodies]
    assert answer.value == "WELL, WHY NOT?"
    assert len({limit for _, limit in sent}) == 1
    assert [model for model, _ in sent] == ["small", "small", "small", "middle"]


async def test_money_that_ends_on_another_model_is_saved_there() -> None:
    """One that is down is not asked again, each time for less, because its stand-in is dear."""
    models, budget = in_one_tier("test/small", "test/big"), Budget(dollars=Decimal("0.0023"))

    async with desk(DOWN, DOWN, DOWN, WELL, model="tiers", models=models, budget=budget) as here:
        answer = await here.ask(question())

    sent = [(body["model"], body["max_completion_tokens"]) for body in here.network.bodies]
    assert answer.route.spec.name == "test/big"
    assert sent[:3] == [("small", 100)] * 3
    assert sent[3][1] < 100


def test_nobody_is_asked_above_the_range_for_want_of_a_model_in_it() -> None:
    """Where the next tier is empty, the one after it is beyond the persona's ceiling."""
    known = catalog()
    models = known.model_copy(update={"tiers": known.tiers.model_copy(update={"standard": ()})})
    taken = Route(tier="simple", spec=models.spec("test/small"), score=0.1, reasons=())

    def above(ceiling: str) -> str:
        tiers = TierRange.model_validate({"ceiling": ceiling})
        choice = models.choose("tiers")
        route = tier_above(taken, tiers=tiers, choice=choice, catalog=models, today=TODAY)
        return route.spec.name if route else ""

    assert (above("standard"), above("complex")) == ("", "test/big")


def test_a_tier_without_models_is_none_to_go_up_to() -> None:
    """The first model of the tier itself is no step up from its second one."""
    known = catalog()
    tiers = {"standard": ("test/middle", "test/big"), "complex": ()}
    models = known.model_copy(update={"tiers": known.tiers.model_copy(update=tiers)})
    taken = Route(tier="standard", spec=models.spec("test/big"), score=0.5, reasons=())

    above = tier_above(
        taken, tiers=TierRange(), choice=models.choose("tiers"), catalog=models, today=TODAY
    )

    assert above is None


def test_a_call_that_is_asked_elsewhere_is_reckoned_anew(tmp_path: Path) -> None:
    """What of the prompt should be cached is told of the model that answered."""
    with Store.open(tmp_path / "runs.db") as store:
        run = store.create_run("focus-group")
        call = replace(booked(run, 1), warm_tokens=28_000, prompt_bytes=112_000)
        store.open_call(call)
        store.close_call(call.id, "failed")
        other = replace(call, model="openai/gpt-4.1", warm_tokens=0, prompt_bytes=40_000)
        store.open_call(replace(other, prefix_break="model"))

        assert [row.call for row in store.calls(run)] == [replace(other, prefix_break="model")]


def test_another_model_is_quoted_with_the_tools_that_it_gets(tmp_path: Path) -> None:
    """Where the model that was chosen knows none, its prompts are no measure for one that does."""
    project, name = Project.find(Path(__file__).parent), "openai/gpt-4.1-mini"
    known, cast = project.catalog(), project.cast("support-escalation")
    knows = known.models[name]
    without = knows.model_copy(
        update={"supports": tuple(one for one in knows.supports if one != "tools")}
    )
    models = known.model_copy(update={"models": {**known.models, "openai/plain": without}})

    def quoted(model: str, *others: str) -> Quote:
        simulation = Simulation(
            cast=cast, catalog=models, choice=models.choose(model), database=tmp_path / "runs.db"
        )
        return simulation.quote(models=others)

    own = quoted(name)
    (beside,) = (one for one in quoted("openai/plain", name).models if one.name == name)
    assert beside.figures.tokens.p50 == pytest.approx(own.tokens.p50, rel=0.05)


def test_lost_answers_are_those_of_the_model_that_answers_to_the_name() -> None:
    """They bear the name that was asked for, the books the one that it stands for."""
    day, dated = date(2026, 11, 16), "gpt-3.5-turbo-0125"
    lost = LedgerDay(
        day=day,
        model="openai/gpt-3.5-turbo",
        answered_as="",
        requests=0,
        usage=Usage(),
        dollars=None,
        unpriced=0,
        unknown=1,
        unknown_dollars=Decimal("0.002"),
        unknown_tokens=900,
    )
    answered = replace(lost, answered_as=dated, requests=1, usage=Usage(input=400, output=50))
    known = replace(answered, dollars=Decimal("0.001"), unknown=0, unknown_tokens=0)
    usage, dollars = Usage(input=800, output=100), Decimal("0.002")
    asked = BilledTokens(day=day, model=dated, project="", requests=2, usage=usage)
    bill = BilledDollars(day=day, line=dated, project="", dollars=dollars, rounding=Decimal(0))

    found = reconcile(
        [lost, replace(known, unknown_dollars=Decimal(0))],
        Books(tokens=(asked,), dollars=(bill,)),
        days=(day, day),
        tolerance=Tolerance(share=Decimal("0.02")),
        today=TODAY,
    )

    assert [(row.model, row.reason) for row in found.days] == [(dated, "covered_by_unknown")]


@pytest.mark.parametrize(
    "refusal",
    [
        (401, {}, {"error": {"message": "Incorrect API key", "code": "invalid_api_key"}}),
        (429, {}, {"error": {"message": "no money", "code": "insufficient_quota"}}),
    ],
    ids=["key", "account"],
)
async def test_another_model_that_cannot_be_asked_is_passed_over(refusal: Scripted) -> None:
    """Neither its key nor its account is what keeps the first one from answering."""
    models = in_one_tier("test/small", "test/middle", "test/big")

    async with desk(DOWN, DOWN, DOWN, refusal, WELL, model="tiers", models=models) as here:
        answer = await here.ask(question())

    assert answer.route.spec.name == "test/big"


async def test_what_is_told_in_the_end_is_what_is_wrong_with_the_first_model() -> None:
    """A key that another model's endpoint refuses is nothing that ends a run."""
    models = in_one_tier("test/small", "test/middle")
    refusal: Scripted = (401, {}, {"error": {"message": "Incorrect API key"}})

    async with desk(DOWN, DOWN, DOWN, refusal, model="tiers", models=models) as here:
        with pytest.raises(ServerFailed):
            await here.ask(question(tiers=TierRange(ceiling="simple")))

    assert here.left_open == 0


async def test_what_is_down_is_not_replaced_from_beyond_the_range() -> None:
    """Where a tier of the range has no model, the one above the ceiling is none of it either."""
    known = catalog()
    tiers = known.tiers.model_copy(update={"standard": ()})
    models = known.model_copy(update={"tiers": tiers})
    asked = question(tiers=TierRange(ceiling="standard"))

    async with desk(DOWN, DOWN, DOWN, WELL, retry=THRICE, model="tiers", models=models) as here:
        with pytest.raises(ServerFailed):
            await here.ask(asked)

    assert {body["model"] for body in here.network.bodies} == {"small"}


@pytest.mark.parametrize("place", [40, 50, 60, 70])
async def test_a_key_that_is_cut_off_with_what_a_server_said_is_none_the_less_taken_out(
    place: int,
) -> None:
    """A server repeats what it was sent where a message is cut: not half of the key is left."""
    key = "made-up-Key-of-nobody-0123456789"
    junk = b'data: {"choices": "' + b"x" * (place - 13) + key.encode() + b'"}\n\n'
    models = catalog(key_variable="TEST_KEY")

    async with desk(ScriptedStream([junk]), retry=ONCE, models=models, TEST_KEY=key) as here:
        with pytest.raises(StreamTorn) as caught:
            await here.ask(listener=Listener(streams=True))

    (outcome,) = here.outcomes
    assert (key[:6] in str(caught.value), key[:6] in outcome.message) == (False, False)
