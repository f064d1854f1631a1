"""Budget pressure: a run whose money would end before its turns do keeps dear models for later."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import Run, Simulation
from simulator.definitions.limits import Budget
from simulator.definitions.model_catalog import TIERS, ModelCatalog
from simulator.definitions.persona import TierRange
from simulator.definitions.project import Project
from simulator.llm.budget import Account
from simulator.llm.meter import RunMeter
from simulator.llm.purse import Purse, Turns
from simulator.llm.router import Route, TurnFeatures
from simulator.llm.routing import Models, Sending, policy_named, routed
from simulator.llm.session import Session
from simulator.llm.warmth import Sent, SentBefore
from simulator.record.rows import CostRow
from simulator.testing import LoopbackServer, MemoryRecord, Scripts
from tests.cli_samples import simulate
from tests.llm_samples import prompt
from tests.small_project import loader, small_project

HARD, HARDER = TurnFeatures(creative=1, conflict=1, question=1), TurnFeatures(requires_reasoning=1)
"""Scores of 0.75 and 1; `complex` begins at 0.7."""
LINE = "the quiet ward and the kettle, again and again. " * 4
CENT = Decimal("0.01")


def catalog(*, unpriced: bool = False, **routing: object) -> ModelCatalog:
    """A model for each tier, each four times as dear as the one below it."""
    prices = {"small": 1, "middle": 4, "big": 16}
    models: dict[str, dict[str, object]] = {
        f"test/{name}": {"cache": "none", "price": {"in": price, "out": price}}
        for name, price in prices.items()
    }
    if unpriced:
        del models["test/small"]["price"]
    return ModelCatalog.model_validate(
        {
            "default": "tiers",
            "endpoints": {"test": {"base_url": "http://127.0.0.1:1/v1"}},
            "models": models,
            "tiers": {
                "simple": ["test/small"],
                "standard": ["test/middle"],
                "complex": ["test/big"],
            },
            "routing": routing,
        }
    )


def way(
    features: TurnFeatures = HARD,
    *,
    left: str | None = None,
    done: int = 10,
    to_come: int = 10,
    spent: str = "0",
    tiers: TierRange | None = None,
    models: ModelCatalog | None = None,
) -> Route:
    """The way of a turn after ten lines, a thousand tokens of prompt and fifty of answer each."""
    known = models or catalog()
    asked = prompt(*(f"[{n}] Rosa: {LINE}" for n in range(1, done + 1)))
    sent = SentBefore(clock=lambda: 0.0)
    sent.add(Sent(model="test/small", prompt=asked, at=0.0, tokens=1_000, output=50))
    purse = Purse(
        scope="run", left=Decimal(left or 0), turns=to_come, spent=Decimal(spent), done=done
    )
    sending = Sending(
        asked,
        sent=sent,
        most=100,
        turns=Turns(done=done, left=to_come),
        purses=() if left is None else (purse,),
    )
    chosen = Models(
        catalog=known,
        choice=known.choose(),
        today=date(2026, 11, 20),
        policy=policy_named(known.routing.policy),
    )
    return routed(features, tiers or TierRange(), models=chosen, sending=sending)


@pytest.mark.parametrize(
    ("left", "features", "model"),
    [
        ("0.033", HARD, "test/big"),
        ("0.032", HARD, "test/big"),
        ("0.031", HARD, "test/middle"),
        ("0.026", HARDER, "test/big"),
        ("0.025", HARDER, "test/middle"),
        ("0.010", HARDER, "test/small"),
        ("0", HARDER, "test/small"),
        ("-1", HARDER, "test/small"),
    ],
)
def test_the_less_is_left_the_harder_a_dear_turn_has_to_be(
    left: str, features: TurnFeatures, model: str
) -> None:
    """This turn on the big model takes $0.0168, the nine after it on the small one $0.0161.

    What is missing of these, as a share of what is left, is added to the threshold: at $0.032 a
    thirtieth, which a score of 0.75 still reaches, at $0.026 a quarter, which only 1 does.
    """
    assert way(features, left=left).spec.name == model


@given(
    left=st.integers(0, 60_000),
    more=st.integers(0, 60_000),
    spent=st.integers(0, 60_000),
    features=st.builds(TurnFeatures, creative=st.floats(0, 1), requires_reasoning=st.floats(0, 1)),
    to_come=st.integers(1, 60),
)
def test_more_money_never_takes_a_lower_tier(
    left: int, more: int, spent: int, features: TurnFeatures, to_come: int
) -> None:
    """Nor does any money take a higher one than the score asks for."""

    def rank(dollars: int | None) -> int:
        given = None if dollars is None else f"{Decimal(dollars) / 1_000_000}"
        paid = f"{Decimal(spent) / 1_000_000}"
        return TIERS.index(way(features, left=given, spent=paid, to_come=to_come).tier)

    assert rank(left) <= rank(left + more) <= rank(None)


def test_the_reason_stands_with_its_figures() -> None:
    """For each tier that was refused."""
    taken = way(HARDER, left="0.01")

    assert taken.reasons == (
        "requires reasoning +1.00",
        "budget pressure: $0.010000 left for 10 turns (run), complex would take about $0.032886",
        "budget pressure: $0.010000 left for 10 turns (run), standard would take about $0.020286",
    )
    assert taken.score == 1


def test_turns_to_come_cost_what_turns_have_cost_and_more() -> None:
    """Half a cent each so far, and the transcript grows; where that is known, it counts."""
    free, dear = way(left="0.06"), way(left="0.06", spent="0.05")

    assert (free.spec.name, dear.spec.name) == ("test/big", "test/small")
    assert dear.reasons[-2] == (
        "budget pressure: $0.060000 left for 10 turns (run), complex would take about $0.139607"
    )


def test_without_a_budget_nothing_changes() -> None:
    """Nor with plenty of it: the same route, reasons and figures."""
    assert way(left="100", spent="0.1") == way() == way(left="0.5")


def test_a_floor_is_kept() -> None:
    """Whatever is left: of the range no model is cheaper."""
    kept = TierRange(floor="complex")

    assert way(left="0", tiers=kept) == way(tiers=kept)
    assert way(left="0", tiers=TierRange(floor="standard")).spec.name == "test/middle"


@pytest.mark.parametrize("policy", ["always:complex", "always:standard", "sticky", "cheapest"])
def test_other_policies_feel_no_pressure(policy: str) -> None:
    """Who names a tier gets it."""
    models = catalog(policy=policy)

    assert way(left="0", models=models) == way(models=models)


def test_an_unknown_price_puts_nobody_under_pressure() -> None:
    """What the turns to come would cost is not known then."""
    models = catalog(unpriced=True)

    assert way(left="0", models=models) == way(models=models)


def test_a_warm_dear_model_is_left_for_the_turns_to_come() -> None:
    """To stay on it is cheaper this once, and dearer over ten turns."""
    prices = {"small": (4, 1), "big": (16, 3)}
    models = ModelCatalog.model_validate(
        {
            "default": "tiers",
            "endpoints": {"test": {"base_url": "http://127.0.0.1:1/v1"}},
            "models": {
                f"test/{name}": {"price": {"in": read, "cached": known, "out": 4}}
                for name, (read, known) in prices.items()
            },
            "tiers": {"simple": ["test/small"], "complex": ["test/big"]},
        }
    )
    asked = prompt(*(f"[{n}] Rosa: {LINE}" for n in range(1, 101)))
    sent = SentBefore(clock=lambda: 0.0)
    sent.add(Sent(model="test/big", prompt=asked, at=0.0, tokens=8_000, output=50))

    def taken(left: str) -> str:
        purse = Purse(scope="run", left=Decimal(left), turns=10, spent=Decimal(0), done=100)
        turns = Turns(done=100, left=10)
        chosen = Models(
            catalog=models,
            choice=models.choose(),
            today=date(2026, 11, 20),
            policy=policy_named("complexity"),
        )
        sending = Sending(asked, sent=sent, most=100, turns=turns, purses=(purse,))
        return routed(TurnFeatures(), TierRange(), models=chosen, sending=sending).spec.name

    assert (taken("10"), taken("0.05")) == ("test/big", "test/small")


def test_every_budget_in_dollars_is_a_purse() -> None:
    """The run's for the turns that models take, a member's own for its turns, tokens are none."""
    meter = RunMeter(
        MemoryRecord(),
        accounts=(
            Account(scope="study", budget=Budget(tokens=9)),
            Account(scope="run", budget=Budget(dollars=CENT)),
        ),
        members={"rosa": Budget(dollars=CENT)},
        purposes={"speak": Budget(dollars=3 * CENT), "judge": Budget(dollars=CENT)},
    )
    meter.count_in(
        [
            CostRow(group=("rosa", "speak"), dollars=CENT / 4),
            CostRow(group=("dev", "judge"), dollars=CENT / 2),
        ]
    )

    purses = meter.purses("rosa", "speak", Turns(done=6, left=9, members=3, people=1))

    told = [(one.scope, one.left, one.turns, one.spent, one.done) for one in purses]
    assert told == [
        ("run", CENT / 4, 6, 3 * CENT / 4, 4),
        ("rosa", 3 * CENT / 4, 3, CENT / 4, 2),
        ("purpose:speak", 11 * CENT / 4, 6, CENT / 4, 4),
    ]
    assert meter.purses("dev", "speak", Turns(done=0, left=1))[0] == replace(
        purses[0], turns=1, done=1
    )


TURNS, TIGHT = 40, "0.025"
BY_TIER = (
    "def by_tier(turn):\n    return next(one for one in turn.candidates if one.tier == turn.tier)\n"
)


def hard_talk(project: Path, *, dollars: str, policy: str = "complexity") -> Simulation:
    """Two people whose every turn wants the top tier, for forty turns."""
    for path in (project / "personas").iterdir():
        path.write_text(path.read_text() + "requires_reasoning: true\n")
    (project / "mine.py").write_text(BY_TIER)
    simulation = loader(project)(model="tiers")
    routing = simulation.catalog.routing.model_copy(update={"policy": policy})
    catalog = simulation.catalog.model_copy(update={"routing": routing})
    limits = simulation.scenario.limits.model_copy(
        update={"turns": TURNS, "dollars": Decimal(dollars), "output_tokens": 150}
    )
    scenario = simulation.scenario.model_copy(update={"stop": None, "limits": limits})
    return replace(simulation, cast=replace(simulation.cast, scenario=scenario), catalog=catalog)


async def played(simulation: Simulation, project: Path) -> Run:
    """The run over the wire, at a server that bills."""
    found = Project.find(project)
    with LoopbackServer(Scripts.of(found), found.catalog()) as server:
        environ = {"OPENAI_API_KEY": "sk-any-key", "OPENAI_BASE_URL": server.url}
        async with Session(environ=environ) as session:
            return await simulation.arun(session=session, seed=3)


@pytest.mark.parametrize(
    ("policy", "reason"), [("complexity", "turns"), ("mine.py:by_tier", "dollars")]
)
async def test_under_pressure_a_run_ends_by_its_turns(
    policy: str, reason: str, tmp_path: Path
) -> None:
    """The same talk at the same budget; tiers alone, asked cheaper only when refused, end early."""
    simulation = hard_talk(small_project(tmp_path), dollars=TIGHT, policy=policy)

    run = await played(simulation, tmp_path)

    ended_by_turns = len(run.turns) == TURNS
    assert (run.stop_reason, ended_by_turns) == (reason, reason == "turns")
    pressed = [row for row in run.calls if any("budget pressure" in r for r in row.call.reasons)]
    assert bool(pressed) == (reason == "turns")
    (paid,) = run.cost()
    assert paid.dollars is not None
    assert paid.dollars <= Decimal(TIGHT)


async def test_why_tells_of_the_pressure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what was left, for how many turns, and what the tier would have taken."""
    monkeypatch.chdir(small_project(tmp_path))
    run = await played(hard_talk(tmp_path, dollars=TIGHT), tmp_path)
    turn = next(row.call.turn for row in run.calls if row.call.tier == "standard")

    told = simulate("why", f"{run.id}:{turn}").stdout.splitlines()

    (pressure,) = (line for line in told if "budget pressure" in line)
    told_like = (
        r"- budget pressure: \$0\.0\d{5} left for (\d+) turns \(run\), complex would .* \$0\.\d{6}"
    )
    match = re.fullmatch(told_like, pressure)
    assert match is not None
    assert int(match[1]) == TURNS - turn + 1
    assert told[1] == "standard tier, score 1.00"


async def test_taken_up_again_a_run_is_under_the_same_pressure(tmp_path: Path) -> None:
    """What was spent is counted in from the record, to the nano-dollar."""
    run = await played(hard_talk(small_project(tmp_path), dollars=TIGHT), tmp_path)
    account = Account(scope="run", budget=Budget(dollars=Decimal(TIGHT)))
    meter = RunMeter(MemoryRecord(), accounts=(account,))

    meter.count_in(run.cost("persona", "purpose"))

    (paid,) = run.cost()
    (purse,) = meter.purses("rosa", "speak", Turns(done=TURNS, left=2))
    assert purse == Purse(
        scope="run",
        left=Decimal(TIGHT) - paid.counted,
        turns=2,
        spent=paid.counted,
        done=TURNS,
    )
