"""Runs on a server that talks as it likes, and what was quoted for them before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from random import Random
from statistics import median

from simulator.definitions.cast import Cast, Member
from simulator.definitions.project import Project
from simulator.errors import BudgetExhausted
from simulator.llm.session import Session
from simulator.runs.run import Run
from simulator.runs.simulation import Simulation
from tests.stage import limited
from tests.talkative import REGIMES, Talkative
from tests.talks import cast_of, member

__all__ = [
    "Bout",
    "Figures",
    "Pair",
    "bouts",
    "compared",
    "figures",
    "fought",
    "fought_within",
    "played",
    "simulation_of",
]

PROJECT = Project.find(Path(__file__).parent)
CATALOG = PROJECT.catalog()
KEYS = {"OPENAI_API_KEY": "sk-not-a-key"}
MODELS = (
    "openai/gpt-4.1-mini",
    "openai/gpt-6-luna",
    "openai/gpt-5.4-mini",
    "tiers",
    "openai/gpt-4o-mini",
)
SHIPPED = PROJECT.scenario_ids()
_PEOPLE = ("rosa", "dev", "ilse", "tomi", "amara", "kim")
Pair = tuple[Decimal, Decimal, Decimal, Decimal]
"""What was quoted at half and at nine of ten, what was paid, what was quoted with no record."""
_PAST = 4
"""Runs that are on record before a quote."""


@dataclass(frozen=True, slots=True)
class Bout:
    """One scenario on one model and one server: some runs on record, a quote, more runs."""

    number: int
    cast: Cast
    model: str
    regime: str


@dataclass(frozen=True, slots=True)
class Figures:
    """How good the quotes of some bouts were, as shares of what the ledger says."""

    pairs: int
    off: float
    """The median of how far the p50 was off."""
    covered: float
    """How many runs stayed below the p90."""
    off_without: float
    """The median of how far the p50 was off with nothing on record."""


def bouts(count: int, *, seed: int = 0) -> Iterator[Bout]:
    """Shipped and generated scenarios in turn, with every regime and every model."""
    regimes = tuple(REGIMES)
    for number in range(count):
        random = Random(f"{seed} {number}")  # noqa: S311 - nothing is secret
        shipped = number % 2 == 0
        scenario = SHIPPED[(number // 2) % len(SHIPPED)]
        yield Bout(
            number=number,
            cast=PROJECT.cast(scenario) if shipped else _generated(number, random),
            model=MODELS[(number + number // len(MODELS)) % len(MODELS)],
            regime=regimes[(number + number // len(regimes)) % len(regimes)],
        )


def _generated(number: int, random: Random) -> Cast:
    people = random.sample(_PEOPLE, random.randint(2, 5))
    limits: dict[str, object] = {
        "turns": random.randint(6, 30),
        "output_tokens": random.choice([200, 300, 500]),
    }
    if random.random() < 0.3:
        limits["context_lines"] = random.randint(6, 14)
    cast = cast_of(
        *(_person(name, random) for name in people),
        setting=" ".join(["A long day in a house with too many rooms."] * random.randint(1, 40)),
        limits=limits,
        **({"stop": {"phrase": "perhaps always"}} if random.random() < 0.4 else {}),
    )
    file = PROJECT.graph_file(random.choice(["round_table", "open_floor"]))
    scenario = cast.scenario.model_copy(update={"graph": f"{file.name}:conversation"})
    named = f"generated-{number}"
    return replace(
        cast,
        scenario_id=named,
        scenario=scenario,
        graph=f"{file.name}:conversation",
        graph_folder=file.parent,
    )


def _person(name: str, random: Random) -> Member:
    about = " ".join(["Says what there is to say."] * random.randint(1, 12))
    most = random.choice([None, 20, 45, 80])
    return member(name, about=about, style={"max_words": most})


def simulation_of(bout: Bout, folder: Path) -> Simulation:
    """The simulation, recorded in a database of its own."""
    return Simulation(
        cast=bout.cast,
        catalog=CATALOG,
        choice=CATALOG.choose(bout.model),
        database=folder / f"{bout.number}.db",
        environ=KEYS,
    )


async def played(simulation: Simulation, bout: Bout, seed: int) -> Run:
    """A run on the bout's server, whose cache is empty."""
    server = Talkative(REGIMES[bout.regime], CATALOG, seed=f"{bout.number} {seed}")
    async with Session(environ=KEYS, network=server) as session:
        return await simulation.arun(seed=seed, session=session)


async def fought(bout: Bout, folder: Path, *, runs: int) -> list[Pair]:
    """Of each run the p50 and p90 that were quoted, the ledger, and the p50 with no record."""
    simulation = simulation_of(bout, folder)
    without = (await simulation.aquote(seed=bout.number)).dollars
    for seed in range(_PAST):
        await played(simulation, bout, seed)
    quoted = (await simulation.aquote(seed=bout.number)).dollars
    assert quoted is not None
    assert without is not None
    later = [await played(simulation, bout, 1_000 + seed) for seed in range(runs)]
    ledgers = [run.total.dollars or Decimal(0) for run in later]
    return [(quoted.p50, quoted.p90, paid, without.p50) for paid in ledgers]


async def fought_within(bout: Bout, folder: Path, *, shares: Iterable[str]) -> list[Pair]:
    """The same of one run each with a budget of so much of what the runs would cost without.

    A quote that is refused stands for a run that is refused. None is above its budget.
    """
    simulation = simulation_of(bout, folder)
    for seed in range(_PAST):
        await played(simulation, bout, seed)
    free = (await simulation.aquote(seed=bout.number)).dollars
    assert free is not None
    pairs = []
    for share in shares:
        amount = (free.p50 * Decimal(share)).quantize(Decimal("1e-7"))
        pairs += await _within(bout, simulation, folder, limits={"dollars": str(amount)})
    return pairs


async def _within(
    bout: Bout, simulation: Simulation, folder: Path, *, limits: Mapping[str, object]
) -> list[Pair]:
    tight = replace(simulation, cast=limited(simulation.cast, **limits))
    return await compared(bout, tight, folder)


async def compared(bout: Bout, tight: Simulation, folder: Path) -> list[Pair]:
    """What is quoted for a run with budgets, and one run that nothing is learned from."""
    fresh = replace(tight, database=folder / "nothing.db")
    later = replace(tight, database=folder / "later.db")
    try:
        quoted, without = (
            (await tight.aquote(seed=bout.number)).dollars,
            (await fresh.aquote(seed=bout.number)).dollars,
        )
    except BudgetExhausted:
        # The run may still be begun by somebody cheaper; it does not get far.
        with suppress(BudgetExhausted):
            run = await played(later, bout, 1_000)
            assert len(run.turns) <= 2
        return []
    assert quoted is not None
    assert without is not None
    limit = tight.cast.scenario.limits.dollars
    assert limit is None or max(quoted.p90, without.p90) <= limit
    run = await played(later, bout, 1_000)
    return [(quoted.p50, quoted.p90, run.total.dollars or Decimal(0), without.p50)]


def figures(pairs: list[Pair]) -> Figures:
    """How good the quotes were."""
    return Figures(
        pairs=len(pairs),
        off=float(median(abs(half - paid) / paid for half, _, paid, _ in pairs)),
        covered=sum(paid <= most for _, most, paid, _ in pairs) / len(pairs),
        off_without=float(median(abs(guess - paid) / paid for *_, paid, guess in pairs)),
    )
