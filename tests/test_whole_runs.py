"""Studies whose money does not reach for all runs: whole talks, or all of them cut short."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from simulator import Run, Session, Simulation, Store, Study, load
from simulator.definitions.limits import Budget
from simulator.definitions.project import Project
from simulator.errors import BudgetExhausted, RunNotCarried
from simulator.llm.under_way import Need, UnderWay
from simulator.money import dollars as told
from simulator.record.usage import Spent, from_nano
from simulator.testing import LoopbackServer, Scripts
from tests.another_program import budgeted, environment
from tests.cli_samples import ROOT, simulate
from tests.small_project import MODEL, small_project


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A talk of thirty turns, a server that bills, and what runs share."""

    simulation: Simulation
    server: LoopbackServer
    session: Session
    store: Store

    async def play(self, runs: int, study: Study | None) -> list[Run | BaseException]:
        """So many at once, with what refused a run in its place."""
        playing = (
            self.simulation.arun(seed=n, session=self.session, store=self.store, study=study)
            for n in range(runs)
        )
        return await asyncio.gather(*playing, return_exceptions=True)

    @property
    def billed(self) -> Decimal:
        """Dollars of all requests."""
        return from_nano(self.server.stats()["totals"]["billed_nano"])


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    """A bench in a small project."""
    async with _bench(tmp_path) as found:
        yield found


@asynccontextmanager
async def _bench(folder: Path) -> AsyncIterator[Bench]:
    simulation = budgeted(small_project(folder))
    found = Project.find(folder)
    with (
        LoopbackServer(Scripts.of(found), found.catalog()) as server,
        Store.open(simulation.database) as store,
    ):
        async with Session(environ=environment(server.url)) as session:
            yield Bench(simulation=simulation, server=server, session=session, store=store)


def ends(runs: Sequence[Run | BaseException]) -> Counter[str]:
    """How many ended how."""
    names = (one.stop_reason if isinstance(one, Run) else type(one).__name__ for one in runs)
    return Counter(names)


async def test_a_study_that_cannot_carry_all_plays_some_of_them_whole(bench: Bench) -> None:
    """The others are not begun, nor recorded; four fifths of the money are used."""
    (one,) = await bench.play(1, None)
    assert isinstance(one, Run)
    limit = bench.billed * Decimal("3.4")
    bench.server.reset()
    cut = await bench.play(6, Study("cut", dollars=limit))
    bench.server.reset()
    whole = await bench.play(6, Study("whole", dollars=limit, whole=True))

    assert ends(cut)["turns"] < 2
    assert ends(whole) == {"turns": 3, "RunNotCarried": 3}
    assert [isinstance(one, Run) for one in whole] == sorted(
        (isinstance(one, Run) for one in whole), reverse=True
    )
    assert len(bench.store.runs()) == 1 + 6 + ends(whole)["turns"]
    assert limit * Decimal("0.8") <= bench.billed <= limit


async def shipped(
    folder: Path,
    dollars: str,
    *,
    scenario: str = "focus-group",
    model: str = "tiers",
    turns: int | None = 8,
    runs: int = 4,
) -> list[Run | BaseException]:
    """Four short talks at once, in which Dev is asked of dear models alone, or others."""
    found, database = Project.find(ROOT), folder / "a.db"
    simulation = load(scenario, model=model, turns=turns, project=ROOT, database=database)
    study = Study("w", dollars=dollars, whole=True)
    with LoopbackServer(Scripts.of(found), found.catalog()) as server:
        async with Session(environ=environment(server.url)) as session:
            with Store.open(simulation.database) as store:
                playing = (
                    simulation.arun(seed=n, session=session, store=store, study=study)
                    for n in range(runs)
                )
                return await asyncio.gather(*playing, return_exceptions=True)


@pytest.mark.parametrize("dollars", ["0.008", "0.01", "0.012"])
async def test_a_whole_run_has_all_its_members(tmp_path: Path, dollars: str) -> None:
    """Nobody passes a turn that cannot be paid; what could not be promised is not begun."""
    runs = await shipped(tmp_path, dollars)

    begun = [one for one in runs if isinstance(one, Run)]
    assert {*map(type, runs)} <= {Run, RunNotCarried}
    assert bool(begun) == (dollars != "0.008")
    assert [one for run in begun for one in run.limits_reached if one.unit == "dollars"] == []
    assert [one for run in begun for one in run.events if one.kind == "turn_passed"] == []


async def test_a_talk_that_ended_early_does_not_tell_what_others_need(tmp_path: Path) -> None:
    """All agree before their limit of 20 turns; the next one might not, and would take more."""
    runs = await shipped(
        tmp_path, "0.0191", scenario="negotiation", model=MODEL, turns=None, runs=4
    )

    begun = [one for one in runs if isinstance(one, Run)]
    refused = next(one for one in runs if isinstance(one, RunNotCarried))
    assert {run.stop_reason for run in begun} == {"agreement"}
    assert Decimal(refused.needed) > max(run.total.dollars or Decimal(0) for run in begun)


async def test_the_refusal_tells_a_limit_that_would_do(tmp_path: Path) -> None:
    """With what is left, what a whole run takes, what is kept beside it, and why."""
    (refused, *_), lower = await shipped(tmp_path, "0.008"), Decimal("0.0001")
    assert isinstance(refused, RunNotCarried)
    enough, kept = refused.enough, Decimal(refused.kept)

    (folder := tmp_path / "less").mkdir()
    less = await shipped(folder, str(enough - lower))
    (folder := tmp_path / "enough").mkdir()
    reached = await shipped(folder, str(enough))

    assert (refused.limit, Decimal(refused.left)) == ("0.008", Decimal("0.008"))
    assert str(refused) == (
        f"The study's limit of $0.008 leaves $0.008, and a whole run takes about "
        f"{told(Decimal(refused.needed))}, with {told(kept)} kept free for its dearest question, "
        f"booked at its most: it was not begun. A limit of {told(enough)} would do."
    )
    assert enough - lower < Decimal(refused.needed) + kept <= enough
    assert not any(isinstance(one, Run) for one in less)
    assert any(isinstance(one, Run) for one in reached)


async def test_a_run_that_is_not_carried_says_so(bench: Bench) -> None:
    """Like any budget that does not reach, with the exit code 5."""
    with pytest.raises(RunNotCarried) as caught:
        await bench.simulation.arun(
            session=bench.session,
            store=bench.store,
            study=Study("small", dollars="0.0015", whole=True),
        )

    error = caught.value
    assert isinstance(error, BudgetExhausted)
    assert (error.exit_code, error.scope, error.unit, error.limit) == (
        5,
        "study",
        "dollars",
        "0.0015",
    )
    assert str(error).startswith("The study's limit of $0.0015 leaves $0.00")
    assert ", and a whole run takes about $0.0" in str(error)
    assert bench.store.runs() == []


async def test_a_whole_run_waits_for_those_that_may_leave_enough() -> None:
    """Whoever came first is seated first; what one run really took is what the next one needs."""
    study, told = (
        UnderWay(needs={"tea": Need(quoted=Spent(100, Decimal(0)), dearest=Spent())}),
        list[str](),
    )
    spent = 0

    def left() -> tuple[Decimal | None, int | None]:
        return None, 250 - spent

    async def run(name: str) -> None:
        nonlocal spent
        budget = Budget(tokens=250)
        try:
            async with study.whole_seat("tea", turns=3, budget=budget, left=left):
                told.append(f"{name} begins")
                await asyncio.sleep(0.01)
                spent += 60
                study.ended_whole("tea", Spent(60, Decimal(0)))
        except RunNotCarried as error:
            told.append(f"{name} {error.left} {error.needed}")

    await asyncio.gather(*map(run, "abcde"))

    assert told == ["a begins", "b begins", "c begins", "d begins", "e 10 60"]
    assert study.seats == []


async def test_turns_of_all_runs_are_counted() -> None:
    """Money that is shared is for the turns of all who share it."""
    study = UnderWay()
    async with study.seat(turns=5) as one:
        async with study.seat(turns=7) as other:
            one.turns = 4
            both = (one.turns_of_all, other.turns_of_all)
        alone = one.turns_of_all

    assert (both, alone) == ((11, 11), 4)


def test_the_command_begins_only_runs_that_are_carried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two talks are whole, the third is not begun, sent or kept; without the option it is cut."""
    folder = small_project(tmp_path)
    scenario = folder / "scenarios" / "tea.yaml"
    scenario.write_text(scenario.read_text().replace("stop: {phrase: more tea}\n", ""))
    monkeypatch.chdir(folder)
    found = Project.find(folder)
    words = ("run", "tea", "--model", MODEL, "--study", "pilot", "--study-budget", "0.0055")

    def reasons() -> list[str]:
        kept = json.loads(simulate("runs", "list", "--json").stdout)
        return [run["stop_reason"] for run in reversed(kept)]

    with LoopbackServer(Scripts.of(found), found.catalog()) as server:
        env = environment(server.url)
        whole = [simulate(*words, "--whole-runs", "--seed", "1", env=env) for _ in range(3)]
        carried, sent = reasons(), len(server.stats()["requests"])
        quoted = simulate(*words, "--whole-runs", "--dry-run")
        cut = simulate(*words, "--seed", "1", env=env)

    assert [one.exit_code for one in (*whole, cut)] == [0, 0, 5, 5]
    assert "and a whole run takes about $0.00" in whole[2].stderr
    assert (quoted.exit_code, "and a whole run takes about $0.00" in quoted.stderr) == (5, True)
    assert " --study-budget 0.0055 --whole-runs --seed 1\n" in whole[0].stderr
    assert (carried, sent) == (["turns", "turns"], 2 * 6)
    assert reasons() == [*carried, "dollars"]


def test_whole_runs_need_a_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one there is nothing that could carry them."""
    monkeypatch.chdir(small_project(tmp_path))

    result = simulate("run", "tea", "--study", "pilot", "--whole-runs")

    assert result.exit_code == 2
    assert "--whole-runs belongs to --study-budget: say what may be spent." in result.stderr
    assert list(tmp_path.glob("*.db")) == []
