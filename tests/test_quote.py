"""Quotes: what runs will cost, told before they are made, and how well they were kept to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from simulator import load
from simulator.definitions.cast import Cast
from simulator.definitions.project import Project
from simulator.display.quote_table import quote_sentences
from simulator.errors import BudgetExhausted, NotFound, UnknownPrice, UsageError
from simulator.record.store import Store
from simulator.runs.quote import Known, Quote, Spread
from simulator.runs.simulation import Simulation
from tests.quoted_runs import Bout, bouts, figures, fought, played, simulation_of
from tests.stage import limited
from tests.talks import cast_of, member

PROJECT = Project.find(Path(__file__).parent)
CATALOG = PROJECT.catalog()
MINI, LUNA = "openai/gpt-4.1-mini", "openai/gpt-6-luna"


def simulation(cast: Cast | str, folder: Path, *, model: str = MINI) -> Simulation:
    """A shipped scenario, or a cast, on a model."""
    found = PROJECT.cast(cast) if isinstance(cast, str) else cast
    return Simulation(
        cast=found,
        catalog=CATALOG,
        choice=CATALOG.choose(model),
        database=folder / "runs.db",
    )


def at_a_round_table(*people: str, **scenario: object) -> Cast:
    """A cast of these people, with the shipped graph."""
    file = PROJECT.graph_file("round_table")
    cast = cast_of(*(member(name) for name in people), **scenario)
    return replace(cast, graph=f"{file.name}:conversation", graph_folder=file.parent)


def half(spread: Spread[Decimal] | None) -> Decimal:
    """The amount that half of all runs stay below."""
    assert spread is not None
    return spread.p50


@pytest.mark.slow
async def test_a_quote_is_close_to_the_ledger(
    tmp_path: Path, counts: Callable[[int, int], int]
) -> None:
    """With four runs on record the p50 is within a tenth, and nine of ten runs stay below the p90.

    The servers talk at lengths that nothing here knows.
    """
    pairs = []
    for bout in bouts(counts(5, 60), seed=2):
        pairs += await fought(bout, tmp_path, runs=counts(4, 5))

    found = figures(pairs)
    print(found)  # noqa: T201 - the figures are what the proof is for
    assert found.pairs >= counts(20, 300)
    assert found.off <= 0.10
    assert counts(70, 85) / 100 <= found.covered <= counts(100, 95) / 100


def test_a_quote_tells_what_a_run_takes(tmp_path: Path) -> None:
    """Dollars, tokens, calls, turns and minutes, each as a half and as nine of ten."""
    quote = simulation("focus-group", tmp_path).quote()
    (model,) = quote.figures.models

    assert quote.dollars is not None
    assert 0 < quote.dollars.p50 <= quote.dollars.p90
    assert 0 < quote.tokens.p50 <= quote.tokens.p90
    assert 0 < quote.calls.p50 <= quote.calls.p90
    assert 0 < quote.minutes.p50 <= quote.minutes.p90
    assert 8 <= quote.figures.turns.p50 <= quote.figures.turns.p90 == 16
    assert (model.model, model.dollars) == (MINI, quote.dollars.p50)
    assert model.input > model.cached > 0
    assert quote.known == (Known(MINI, 0, 0),)


def test_the_same_quote_twice_is_the_same(tmp_path: Path) -> None:
    """Chance comes from the seed alone; another seed draws others."""
    asked = simulation("negotiation", tmp_path, model="tiers")

    assert asked.quote(seed=3) == asked.quote(seed=3)
    assert asked.quote(seed=3) != asked.quote(seed=4)


def test_nothing_is_asked_and_nothing_is_recorded(tmp_path: Path) -> None:
    """No key is needed, and no file appears."""
    simulation("design-review", tmp_path, model="tiers").quote(runs=3)

    assert list(tmp_path.iterdir()) == []


def test_slower_processing_costs_its_share(tmp_path: Path) -> None:
    """Flex and batch at the model's factors; a model without flex has none."""
    luna = simulation("interview-practice", tmp_path, model=LUNA).quote().figures
    mini = simulation("interview-practice", tmp_path).quote().figures

    assert half(luna.flex) == pytest.approx(half(luna.dollars) / 2)
    assert half(luna.batch) == pytest.approx(half(luna.dollars) / 2)
    assert mini.flex is None
    assert half(mini.dollars) / 2 < half(mini.batch) < half(mini.dollars)


@pytest.mark.parametrize("runs", [1, 20])
def test_the_same_tokens_cost_exactly_their_share(tmp_path: Path, runs: int) -> None:
    """However many runs there are: what one finds in the cache, it finds at half the price, too."""
    figures = simulation("interview-practice", tmp_path, model=LUNA).quote(runs=runs).figures

    assert figures.dollars is not None
    assert figures.flex is not None
    assert float(figures.flex.p50) == pytest.approx(float(figures.dollars.p50) / 2, rel=1e-6)
    assert float(figures.flex.p90) == pytest.approx(float(figures.dollars.p90) / 2, rel=1e-6)
    assert figures.batch == figures.flex


def test_turns_of_one_run_are_told_for_many(tmp_path: Path) -> None:
    """What half of them do not exceed, and the mean where it is another number."""
    one, many = (simulation("focus-group", tmp_path).quote(runs=runs) for runs in (1, 20))
    told = f"of about {one.usual_turns.p50} turns ({round(one.mean_turns)} on average): nothing"

    assert told in next(quote_sentences(one))
    assert told in next(quote_sentences(many))
    assert many.figures.turns.p50 == pytest.approx(20 * one.mean_turns, rel=0.05)


def test_an_unknown_price_is_unknown(tmp_path: Path) -> None:
    """Never zero; tokens are quoted all the same."""
    cast = limited(PROJECT.cast("focus-group"), dollars=None)
    quote = simulation(cast, tmp_path, model="openai/gpt-of-tomorrow").quote()

    assert (quote.dollars, quote.figures.flex, quote.figures.batch) == (None, None, None)
    assert quote.figures.models[0].dollars is None
    assert quote.tokens.p50 > 0
    assert "price unknown" in repr(quote)


def test_a_limit_of_dollars_and_an_unknown_price_are_refused(tmp_path: Path) -> None:
    """As the run itself is, which could not keep it; it says which limit it is."""
    told = r"so the run's limit of \$0.05 \(--budget, or `limits` in the scenario\) cannot be kept"

    with pytest.raises(UnknownPrice, match=told):
        simulation("focus-group", tmp_path, model="openai/gpt-of-tomorrow").quote()


def test_the_stand_in_costs_nothing(tmp_path: Path) -> None:
    """Its price is known: zero."""
    quote = simulation("focus-group", tmp_path, model="stand-in").quote()

    assert quote.dollars == Spread(Decimal("0E-9"), Decimal("0E-9"))


def test_many_runs_are_quoted_together(tmp_path: Path) -> None:
    """About as many times the price, but no wider than they have to be; at once is quicker."""
    asked = simulation("courtroom", tmp_path)
    one, ten = asked.quote(), asked.quote(runs=10)

    assert half(ten.dollars) == pytest.approx(10 * half(one.dollars), rel=Decimal("0.1"))
    assert half(ten.dollars) < 10 * half(one.dollars) * Decimal("1.02")
    assert ten.figures.at_once.p50 < ten.minutes.p50 / 5
    assert ten.runs == 10


def test_other_models_are_quoted_from_the_same_read_through(tmp_path: Path) -> None:
    """Each by its own prices, layout and cache."""
    compared = ["tiers", LUNA, "openai/gpt-6-sol"]
    quote = simulation("focus-group", tmp_path).quote(models=compared)
    amounts = {one.name: half(one.figures.dollars) for one in quote.models}

    assert list(amounts) == compared
    assert amounts[LUNA] < amounts["tiers"] < amounts["openai/gpt-6-sol"]


def test_policies_of_the_router_are_quoted(tmp_path: Path) -> None:
    """Where it decides; the cheapest costs least, and one model leaves nothing to decide."""
    tiers = simulation("focus-group", tmp_path, model="tiers").quote()
    amounts = {one.name: half(one.figures.dollars) for one in tiers.policies}

    assert list(amounts) == ["tiers, sticky", "tiers, cheapest"]
    assert amounts["tiers, cheapest"] < half(tiers.dollars)
    assert simulation("focus-group", tmp_path).quote().policies == ()


def test_windows_are_quoted(tmp_path: Path) -> None:
    """A long talk with the last lines only, a windowed one with all of them."""
    long = simulation("classroom", tmp_path).quote()
    cast = limited(PROJECT.cast("classroom"), context_lines=8)
    windowed = simulation(cast, tmp_path).quote()

    assert [one.name for one in long.windows] == ["the last 20 lines"]
    assert long.windows[0].figures.tokens.p50 < long.tokens.p50
    assert [one.name for one in windowed.windows] == ["all lines in every prompt"]
    assert windowed.windows[0].figures.tokens.p50 > windowed.tokens.p50


def test_a_budget_that_cannot_pay_the_first_question_is_refused(tmp_path: Path) -> None:
    """Before anything is asked, in a quote and in a run, which is not recorded either."""
    poor = simulation(limited(PROJECT.cast("focus-group"), dollars="0.00001"), tmp_path)

    with pytest.raises(BudgetExhausted, match=r"The run's limit of \$0\.00001 "):
        poor.quote()
    with pytest.raises(BudgetExhausted, match=r"The run's limit of \$0\.00001 "):
        replace(poor, environ={"OPENAI_API_KEY": "sk-not-a-key"}).run()
    with Store.open(tmp_path / "runs.db") as store:
        assert store.runs() == []


def test_a_budget_that_ends_a_run_early_is_told(tmp_path: Path) -> None:
    """After about how many turns; a wide one ends none."""
    cast = PROJECT.cast("courtroom")
    wide = simulation(limited(cast, dollars="1"), tmp_path).quote()
    tight = simulation(limited(cast, dollars="0.006"), tmp_path).quote()

    assert wide.ends_after is None
    assert tight.ends_after is not None
    assert 3 < tight.ends_after < 18
    assert half(tight.dollars) <= Decimal("0.006")


async def test_a_quote_learns_from_the_database(tmp_path: Path) -> None:
    """Replies of a brief server make it cheap, those of a talkative one dear."""
    cast, quotes = at_a_round_table("rosa", "dev", limits={"turns": 6}), []
    for number, regime in enumerate(("brief", "long")):
        bout = Bout(number=number, cast=cast, model=MINI, regime=regime)
        asked = simulation_of(bout, tmp_path)
        await played(asked, bout, 1)
        quotes.append(await asked.aquote())
    brief, long = quotes

    assert half(brief.dollars) * Decimal("1.3") < half(long.dollars)
    assert brief.known == (Known(MINI, 6, 6),)
    assert brief.past_runs == 1


async def test_only_runs_of_the_same_models_tell_how_long_replies_are(tmp_path: Path) -> None:
    """What one model said on record changes nothing for another; the record stays as it is."""
    cast = at_a_round_table("rosa", "dev", limits={"turns": 6})
    bout = Bout(number=0, cast=cast, model=MINI, regime="long")
    asked = simulation_of(bout, tmp_path)
    other = replace(asked, choice=CATALOG.choose(LUNA))
    before = await other.aquote()
    await played(asked, bout, 1)
    with Store.open(asked.database) as store:
        rows = store.attempts()

    quote = await other.aquote(models=[MINI])

    assert before.known == quote.known == (Known(LUNA, 0, 0),)
    assert half(quote.dollars) == pytest.approx(half(before.dollars), rel=Decimal("0.1"))
    with Store.open(asked.database) as store:
        assert store.attempts() == rows


async def test_seconds_on_record_make_the_minutes(tmp_path: Path) -> None:
    """A server that answers at once makes a quick quote; nothing on record, an assumed one."""
    cast = at_a_round_table("rosa", "dev", limits={"turns": 6})
    bout = Bout(number=0, cast=cast, model=MINI, regime="brief")
    asked = simulation_of(bout, tmp_path)
    before = await asked.aquote()
    for seed in range(3):
        await played(asked, bout, seed)

    after = await asked.aquote()

    assert before.minutes.p50 > 6 / 60
    assert after.minutes.p50 < before.minutes.p50 / 2


def test_runs_and_models_are_checked(tmp_path: Path) -> None:
    """No runs, and models that there are not."""
    asked = simulation("focus-group", tmp_path)

    with pytest.raises(UsageError, match="0 runs cannot be quoted"):
        asked.quote(runs=0)
    with pytest.raises(NotFound):
        asked.quote(models=["nowhere/model"])


def test_a_quote_is_plain_text_in_a_notebook(tmp_path: Path) -> None:
    """One line: scenario, choice, dollars, tokens, calls, minutes."""
    quote: Quote = load("focus-group", model=MINI, database=tmp_path / "none.db").quote(runs=2)

    assert repr(quote).startswith("Quote('focus-group' on openai/gpt-4.1-mini: 2 runs, about $0.01")
    assert "calls" in repr(quote)
