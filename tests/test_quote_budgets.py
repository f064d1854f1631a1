"""Quotes of runs that have budgets: what is done for lack of money is done on paper, too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from simulator.definitions.cast import Cast
from simulator.definitions.limits import Budget, ProjectBudget
from simulator.definitions.project import Project
from simulator.definitions.study import Study
from simulator.display.quote_table import quote_object, quote_sentences
from simulator.errors import BudgetExhausted
from simulator.record.events import TurnPassed
from simulator.runs.quote import Quote
from simulator.runs.simulation import Simulation
from tests.quoted_runs import (
    KEYS,
    Bout,
    Pair,
    bouts,
    compared,
    figures,
    fought_within,
    played,
    simulation_of,
)
from tests.stage import limited
from tests.talks import cast_of, member

PROJECT = Project.find(Path(__file__).parent)
CATALOG = PROJECT.catalog()
MINI = "openai/gpt-4.1-mini"


def judged(*people: str, turns: int = 16) -> Cast:
    """A cast of these people at a round table whose goal a model judges after every turn."""
    file = PROJECT.graph_file("round_table")
    stop = {"goal": "Everybody has agreed on a day."}
    members = (member(name) for name in people)
    cast = cast_of(*members, limits={"turns": turns, "output_tokens": 200}, stop=stop)
    return replace(cast, graph=f"{file.name}:conversation", graph_folder=file.parent)


def with_budget(cast: Cast, name: str, **budget: object) -> Cast:
    """The same with a budget for one member."""
    own = Budget.model_validate(budget)
    members = (replace(one, budget=own) if one.id == name else one for one in cast.members)
    return replace(cast, members=tuple(members))


def on(model: str, cast: Cast, folder: Path) -> Simulation:
    """The cast on a model, with a key that is none."""
    return Simulation(
        cast=cast,
        catalog=CATALOG,
        choice=CATALOG.choose(model),
        database=folder / "runs.db",
        environ=KEYS,
    )


def said(simulation: Simulation) -> str:
    """All that is said beside the tables."""
    return "\n".join(quote_sentences(simulation.quote()))


@pytest.mark.slow
async def test_a_quote_within_a_budget_is_close_to_the_ledger(
    tmp_path: Path, counts: Callable[[int, int], int]
) -> None:
    """Of budgets of a fifth to seven tenths of what runs would cost, on one model and on tiers."""
    pairs: list[Pair] = []
    for bout in bouts(counts(1, 18), seed=5):
        for model in dict.fromkeys((bout.model, "tiers")[: counts(1, 2)]):
            one, folder = replace(bout, model=model), tmp_path / f"{bout.number} {model}"
            folder.mkdir(parents=True)
            pairs += await fought_within(one, folder, shares=("0.4", "0.2", "0.7")[: counts(1, 3)])

    found = figures(pairs)
    print(found)  # noqa: T201 - the figures are what the proof is for
    assert found.pairs >= counts(1, 60)
    assert found.off <= 0.15


@pytest.mark.slow
async def test_budgets_of_members_and_purposes_count(
    tmp_path: Path, counts: Callable[[int, int], int]
) -> None:
    """A member who falls silent, and a judge who is asked no more, change what runs take."""
    pairs: list[Pair] = []
    for number in range(counts(1, 6)):
        for model in (MINI, "tiers")[: counts(1, 2)]:
            regime = ("by-persona", "long", "moody")[number % 3]
            bout = Bout(
                number=number, cast=judged("rosa", "dev", "ilse"), model=model, regime=regime
            )
            folder = tmp_path / f"{number} {model}"
            folder.mkdir(parents=True)
            free = simulation_of(bout, folder)
            for seed in range(4):
                await played(free, bout, seed)
            half = (await free.aquote()).dollars
            assert half is not None
            each = str((half.p50 / 10).quantize(Decimal("1e-7")))
            silent = replace(free, cast=with_budget(free.cast, "rosa", dollars=each))
            unjudged = limited(free.cast, purposes={"judge": {"dollars": each}})
            pairs += await compared(bout, silent, folder)
            pairs += await compared(bout, replace(free, cast=unjudged), folder)

    found = figures(pairs)
    print(found)  # noqa: T201 - the figures are what the proof is for
    assert found.pairs == counts(2, 24)
    assert found.off <= 0.15


async def test_runs_whose_money_was_short_tell_lengths_alone(tmp_path: Path) -> None:
    """Turns, tiers and the spread of runs without limits are not theirs to tell."""
    cast = judged("rosa", "dev", "ilse")
    bout = Bout(number=0, cast=cast, model=MINI, regime="brief")
    free, other = simulation_of(bout, tmp_path), simulation_of(replace(bout, number=1), tmp_path)
    half = (await free.aquote()).dollars
    assert half is not None
    short = replace(free, cast=limited(cast, dollars=str((half.p50 / 4).quantize(Decimal("1e-7")))))
    for seed in range(4):
        await played(short, bout, seed)
        await played(other, bout, seed)

    after, right = await free.aquote(), await other.aquote()

    assert (after.past_runs, right.past_runs) == (0, 4)
    assert after.known[0].turns > 0
    assert after.figures.turns.p90 == right.figures.turns.p90 == 16
    assert after.dollars is not None
    assert right.dollars is not None
    assert after.dollars.p50 == pytest.approx(right.dollars.p50, rel=Decimal("0.2"))


def test_no_figure_is_above_a_limit(tmp_path: Path) -> None:
    """Neither of one run nor of many, nor the most that one can cost."""
    cast = limited(judged("rosa", "dev"), dollars="0.002", tokens=9_000)
    for runs in (1, 7):
        quote = on("tiers", cast, tmp_path).quote(runs=runs, models=[MINI])

        spreads = [
            quote.dollars,
            *(one.figures.dollars for one in (*quote.models, *quote.policies)),
        ]
        assert all(one is not None and one.p90 <= Decimal("0.002") * runs for one in spreads)
        assert quote.tokens.p90 <= 9_000 * runs
        assert quote.at_most == Decimal("0.002")


def test_budgets_of_members_and_purposes_are_told(tmp_path: Path) -> None:
    """Who falls silent, what is asked no more, after about how many turns; or that it reaches."""
    cast = with_budget(judged("rosa", "dev", "ilse"), "rosa", tokens=3_000)
    tight = limited(cast, purposes={"judge": {"dollars": "0.0012"}})
    wide = with_budget(limited(cast, purposes={"judge": {"dollars": 1}}), "rosa", tokens=10**6)

    told = said(on(MINI, tight, tmp_path))
    budgets = quote_object(on(MINI, tight, tmp_path).quote())["budgets"]

    name = cast.member("rosa").name
    assert f"{name}'s budget of 3,000 tokens would be used up after about" in told
    assert f"then {name} falls silent." in told
    assert "The budget of $0.0012 for judge questions would be used up after about" in told
    assert "then it goes on without them." in told
    assert [(one["scope"], one["reached"]) for one in budgets] == [
        ("rosa", 1),
        ("purpose:judge", 1),
    ]
    assert f"{name}'s budget of 1,000,000 tokens reaches." in said(on(MINI, wide, tmp_path))


async def test_who_cannot_pay_a_first_question_is_told_so(tmp_path: Path) -> None:
    """A member who never speaks, a judge who is never asked: as in the run, so in the quote."""
    cast = with_budget(judged("rosa", "dev", "ilse"), "rosa", tokens=1_000)
    asked = on(MINI, limited(cast, purposes={"judge": {"dollars": "0.0004"}}), tmp_path)
    bout = Bout(number=0, cast=asked.cast, model=MINI, regime="brief")

    told, run = said(asked), await played(asked, bout, 1)
    name = cast.member("rosa").name

    assert (
        f"{name}'s budget of 1,000 tokens does not reach for a first question; {name} never speaks."
    ) in told
    assert "judge questions does not reach for a first question; none is asked." in told
    assert "rosa" not in {turn.speaker for turn in run.turns}
    assert {row.dollars for row in run.calls if row.call.purpose == "judge"} == {Decimal(0)}


async def test_a_member_whom_the_rest_does_not_reach_for_is_told(tmp_path: Path) -> None:
    """Whose lowest tier is dearer than the others': they go on, in the quote as in the run."""
    cast = limited(PROJECT.cast("focus-group"), dollars="0.004")
    asked = on("tiers", cast, tmp_path)
    bout = Bout(number=0, cast=cast, model="tiers", regime="brief")

    quote, run = await asked.aquote(), await played(asked, bout, 1)
    passed = {event.speaker for event in run.events if isinstance(event, TurnPassed)}

    assert set(quote.silent) == {"dev"}
    assert "dev" in passed
    assert f"{cast.member('dev').name} would fall silent after about " in said(asked)


@pytest.mark.parametrize("scope", ["study", "day"])
def test_no_figure_is_above_what_others_have_left(tmp_path: Path, scope: str) -> None:
    """Of a study or of the day: less than a run takes ends it early, of more runs some fit."""
    asked = on(MINI, judged("rosa", "dev", "ilse"), tmp_path)
    whole = asked.quote().dollars
    assert whole is not None
    for share, runs in (("0.4", 1), ("0.4", 7), ("3.5", 7)):
        left = (whole.p50 * Decimal(share)).quantize(Decimal("1e-7"))
        quote = left_with(asked, left, scope=scope, runs=runs)
        figures = (quote.figures, *(one.figures for one in quote.models))

        assert all(one.dollars is not None and one.dollars.p90 <= left for one in figures)
        assert quote.at_most is not None
        assert quote.at_most <= left
        assert quote.figures.fitting == {"0.4": None if runs == 1 else 1, "3.5": 3}[share]
        told = "\n".join(quote_sentences(quote))
        if share == "3.5":
            assert "reaches for about 3 of the 7 runs: others would close early, or" in told
            assert quote.figures.turns.p50 < 4 * quote.usual_turns.p90
        elif runs == 1:
            assert ", which would end a run after about " in told
            assert quote.usual_turns.p50 < 16


def left_with(asked: Simulation, left: Decimal, *, scope: str, runs: int) -> Quote:
    """A quote for runs whose study, or whose day, has so much to spend."""
    models = ["openai/gpt-6-luna"]
    if scope == "study":
        return asked.quote(runs=runs, models=models, study=Study("pilot", dollars=left))
    budget = ProjectBudget(day=Budget(dollars=left))
    catalog = asked.catalog.model_copy(update={"budget": budget})
    return replace(asked, catalog=catalog).quote(runs=runs, models=models)


@pytest.mark.slow
async def test_at_most_is_never_below_nine_of_ten(
    tmp_path: Path, counts: Callable[[int, int], int]
) -> None:
    """However long replies on record are, how often they look up, and whatever model is asked."""
    for number, (name, model) in enumerate(
        [("support-escalation", MINI), ("focus-group", "tiers"), ("classroom", "tiers")]
    ):
        cast = limited(PROJECT.cast(name), dollars=None)
        bout = Bout(number=number, cast=cast, model=model, regime="thinking")
        asked = simulation_of(bout, tmp_path)
        for seed in range(counts(1, 4)):
            quote = await asked.aquote(seed=seed)

            assert quote.dollars is not None
            assert quote.at_most is not None
            assert quote.dollars.p90 <= quote.at_most
            run = await played(asked, bout, seed)
            assert (run.total.dollars or 0) <= quote.at_most


async def test_a_quote_and_a_run_refuse_the_same_first_question(tmp_path: Path) -> None:
    """The figure of the refusal is the least that lets both begin."""
    cast = limited(judged("rosa", "dev"), dollars="0.00001")
    poor = on(MINI, cast, tmp_path)
    with pytest.raises(BudgetExhausted) as quoted:
        await poor.aquote()
    with pytest.raises(BudgetExhausted) as refused:
        await poor.arun()
    needed = Decimal(quoted.value.needed)
    enough = replace(poor, cast=limited(cast, dollars=str(needed)))
    bout = Bout(number=0, cast=enough.cast, model=MINI, regime="brief")

    run = await played(enough, bout, 1)

    assert str(quoted.value) == str(refused.value)
    assert len(run.turns) >= 1
    assert 0 < (run.total.dollars or 0) <= needed


async def test_what_is_left_of_the_day_is_told(tmp_path: Path) -> None:
    """And a quote is refused where the run would be."""
    cast = judged("rosa", "dev", turns=4)
    catalog = CATALOG.model_copy(
        update={"budget": ProjectBudget(day=Budget(dollars=Decimal("0.03")))}
    )
    asked = replace(on(MINI, cast, tmp_path), catalog=catalog)
    bout = Bout(number=0, cast=cast, model=MINI, regime="brief")
    before = "\n".join(quote_sentences(await asked.aquote()))
    spent = (await played(asked, bout, 1)).total.dollars or Decimal(0)
    left = (await asked.aquote()).day
    little = Budget(dollars=spent + Decimal("0.00001"))
    poor = replace(asked, catalog=catalog.model_copy(update={"budget": ProjectBudget(day=little)}))

    assert "The day has $0.03 left of $0.03, which reaches for this." in before
    assert left is not None
    assert left.dollars_left == Decimal("0.03") - spent
    with pytest.raises(BudgetExhausted, match="day"):
        await poor.aquote()
