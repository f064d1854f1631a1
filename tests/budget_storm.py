"""Random runs with random budgets over servers that break, and what the servers billed for them."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

import httpx2

from simulator import Run, Simulation, Study, load
from simulator.definitions.limits import Budget, Limits, ProjectBudget
from simulator.definitions.stop_rule import StopRule
from simulator.errors import BudgetExhausted
from simulator.llm.session import Session
from simulator.llm.stand_in.application import app
from simulator.llm.stand_in.script import Script, Scripts
from simulator.llm.transports.retrying import RetryPolicy, until_deadline
from simulator.record.events import LimitNeared, LimitReached
from simulator.record.store import Store
from simulator.record.usage import NANO, from_nano
from simulator.runs.observer import Observer
from simulator.testing import Faults, LoopbackServer
from tests.fault_samples import differing

FAULTS = {
    "429:0.05": 0.05,
    "500": 0.03,
    "lost": 0.02,
    "no-usage": 0.02,
    "duplicate:0.01": 0.01,
    "cut-body": 0.005,
    "cut-content": 0.005,
    "html-200": 0.005,
    "reset-middle": 0.005,
    "stream-no-done": 0.005,
    "stream-error-event": 0.005,
}
WITHOUT_A_LINE = ("429:0.05", "500", "no-usage", "cut-body", "cut-content", "html-200")
"""The faults that need no connection to be broken."""
PEOPLE = ("ada", "ben", "cleo", "dot")
SHAPES = {
    "round": "round_robin",
    "together": "simultaneous",
    "chosen": "selected",
    "called": "addressed",
}
USUAL_CALL = {
    "openai/gpt-4.1-mini": Decimal("0.0005"),
    "openai/gpt-6-luna": Decimal("0.00015"),
    "tiers": Decimal("0.0008"),
}
"""Dollars of one call, roughly; only to draw budgets that some runs reach and some do not."""
_USUAL_TOKENS = 1_200
_LINES = 40
_WORDS = """
    kettle biscuit ward milk spoon shift nobody counted window drawer handle cup pens night
    question minutes patience corridor lamp raincoat schedule password coffee because although
"""


_GRAPH = '''"""A shape."""

from simulator import Conversation

conversation = Conversation(turn_taking="{}")
'''


def seeded(seed: int) -> random.Random:
    """Dice that fall the same way every time."""
    return random.Random(seed)  # noqa: S311 - nothing here is a secret


def project(folder: Path) -> Path:
    """Four people with lines of any length, and one scenario for each way of taking turns."""
    for name in ("personas", "scenarios", "graphs"):
        (folder / name).mkdir()
    for name in PEOPLE:
        reasons = "true" if name == "dot" else "false"
        written = f"name: {name.title()}\nrole: a guest\nrequires_reasoning: {reasons}\n"
        (folder / "personas" / f"{name}.yaml").write_text(written)
    dice = seeded(5)
    for shape, policy in SHAPES.items():
        (folder / "graphs" / f"{shape}.py").write_text(_GRAPH.format(policy))
        (folder / "scenarios" / f"{shape}.yaml").write_text(_scenario(shape, dice))
    return folder


def _scenario(shape: str, dice: random.Random) -> str:
    lines = "".join(
        f"  - {{id: {name}-{number}, speaker: {name}, say: {_said(dice)!r}}}\n"
        for name in PEOPLE
        for number in range(_LINES)
    )
    cast = ", ".join(f"{{persona: {name}}}" for name in PEOPLE)
    return (
        f"title: Tea\nsetting: A canteen at night.\ngraph: {shape}\ncast: [{cast}]\n"
        f"limits: {{turns: 150}}\nlines:\n{lines}"
    )


def _said(dice: random.Random) -> str:
    words = dice.choices(_WORDS.split(), k=min(90, max(4, round(dice.lognormvariate(3.0, 0.6)))))
    return " ".join(words).capitalize() + "."


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One run as it was drawn."""

    simulation: Simulation
    seed: int
    streams: bool
    study: Study | None

    @property
    def limits(self) -> Limits:
        """The run's limits."""
        return self.simulation.scenario.limits


class Draw:
    """Draws runs from a seed."""

    def __init__(self, folder: Path, database: Path, *, seed: int) -> None:
        """Every third seed has a budget for the day."""
        self._dice, self._seed, self._studies = seeded(seed), seed, 0
        self.day = Budget()
        if seed % 3 == 1:
            self.day = Budget(dollars=Decimal(self._dice.randrange(600, 3_000)) / 10_000)
        bases = {
            (shape, model): load(shape, project=folder, model=model, database=database)
            for shape in SHAPES
            for model in USUAL_CALL
        }
        daily = {"budget": ProjectBudget(day=self.day)}
        self._bases = {
            key: replace(base, catalog=base.catalog.model_copy(update=daily))
            for key, base in bases.items()
        }

    def study(self, runs: int) -> Study:
        """A budget for so many runs together, that may or may not reach."""
        dollars = self._dice.randrange(4, 30) * runs * Decimal("0.0005")
        self._studies += 1
        return Study(f"study-{self._seed}-{self._studies}", dollars=dollars)

    def run(self, number: int, *, study: Study | None) -> Drawn:
        """One run, under an id of its own, so that its bills can be told from others'."""
        dice = self._dice
        shape, model = dice.choice(list(SHAPES)), dice.choice(list(USUAL_CALL))
        base = self._bases[shape, model]
        scenario = base.scenario.model_copy(
            update={
                "limits": self._limits(model),
                "last_word": dice.choice([None, None, *PEOPLE]),
                "stop": _JUDGED if dice.random() < 0.3 else None,
            }
        )
        members = tuple(
            replace(one, budget=self._budget(model, least=2, most=12))
            if dice.random() < 0.1
            else one
            for one in base.cast.members
        )
        name = f"{shape}-{number}"
        cast = replace(base.cast, scenario_id=name, scenario=scenario, members=members)
        simulation = replace(base, cast=cast)
        seed, streams = dice.randrange(10**6), dice.random() < 0.4
        return Drawn(simulation=simulation, seed=seed, streams=streams, study=study)

    def plain(self, limits: Limits, *, streams: bool) -> Drawn:
        """A run in the round within these limits and no others."""
        base = self._bases["round", "openai/gpt-4.1-mini"]
        scenario = base.scenario.model_copy(update={"limits": limits})
        simulation = replace(base, cast=replace(base.cast, scenario=scenario))
        return Drawn(simulation=simulation, seed=1, streams=streams, study=None)

    def _limits(self, model: str) -> Limits:
        dice = self._dice
        budget = self._budget(model, least=2, most=70)
        purposes = {
            purpose: self._budget(model, least=1, most=8)
            for purpose in ("judge", "select", "speak", "repair")
            if dice.random() < 0.12
        }
        return Limits(
            turns=dice.choice([12, 150, 150]),
            output_tokens=dice.choice([150, 250, 400]),
            turn_seconds=30,
            dollars=budget.dollars,
            tokens=budget.tokens,
            purposes=purposes,
        )

    def _budget(self, model: str, *, least: int, most: int) -> Budget:
        calls = self._dice.uniform(least, most)
        dollars = round(Decimal(calls) * USUAL_CALL[model], 6)
        tokens = round(calls * _USUAL_TOKENS)
        kind = self._dice.choice(["dollars", "dollars", "tokens", "both"])
        return Budget(
            dollars=dollars if kind != "tokens" else None,
            tokens=tokens if kind != "dollars" else None,
        )


_JUDGED = StopRule(goal="They have agreed who washes up.")


@contextmanager
def loopback(scripts: Scripts, simulation: Simulation, faults: Faults) -> Iterator[Served]:
    """A server on a port, asked over the pool of connections."""
    with LoopbackServer(scripts, simulation.catalog, faults=faults) as server:
        yield Served(url=server.url, network=None, stats=server.stats, reset=server.reset)


@contextmanager
def in_process(scripts: Scripts, simulation: Simulation, faults: Faults) -> Iterator[Served]:
    """The same server without a wire."""
    chances = tuple(one for one in faults.chances if _name(one[0].name))
    served = app(scripts, simulation.catalog, faults=replace(faults, chances=chances))
    network = httpx2.ASGITransport(served)
    url = "http://localhost:1/stand-in/v1"
    yield Served(url=url, network=network, stats=served.stats, reset=served.reset)


def _name(fault: str) -> bool:
    return fault in {one.partition(":")[0] for one in WITHOUT_A_LINE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A server that plays the models, and bills."""

    url: str
    network: httpx2.AsyncBaseTransport | None
    stats: Callable[[], dict[str, Any]]
    reset: Callable[[], None]


def faults(seed: int) -> Faults:
    """What goes wrong."""
    return Faults.of(",".join(f"{name}={p}" for name, p in FAULTS.items()), seed=seed)


def hurried() -> RetryPolicy:
    """The default with a twentieth of its pauses."""
    usual = until_deadline()
    return RetryPolicy(attempts=None, pause=lambda failed, jitter: usual.pause(failed, jitter) / 20)


async def played(runs: Sequence[Drawn], served: Served, store: Store) -> list[Run | None]:
    """All of them, some at a time; None for a run that was refused before it began."""
    gate = asyncio.Semaphore(40)
    environ = {"OPENAI_API_KEY": "sk-any-key", "OPENAI_BASE_URL": served.url}
    async with Session(environ=environ, network=served.network, retry=hurried()) as session:

        async def one(drawn: Drawn) -> Run | None:
            async with gate:
                try:
                    return await drawn.simulation.arun(
                        seed=drawn.seed,
                        session=session,
                        study=drawn.study,
                        store=store,
                        observer=Observer(streams=drawn.streams),
                    )
                except BudgetExhausted:
                    return None

        return await asyncio.gather(*map(one, runs))


@dataclass(slots=True, kw_only=True)
class Findings:
    """What came of many runs."""

    wrong: list[str] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    calls: int = 0
    met: Counter[str] = field(default_factory=Counter)
    used: list[float] = field(default_factory=list)
    """Of runs that their own budget of 20 median calls or more has ended: the share of it that the
    server billed."""
    counted: list[float] = field(default_factory=list)
    """Of the same: the share that was counted, attempts of unknown cost at their most."""
    clean: list[float] = field(default_factory=list)
    """Of those of them in which the cost of every attempt is known: the share billed."""

    def look(self, runs: Sequence[tuple[Drawn, Run | None]], served: Served, store: Store) -> None:
        """Compare the books with the bills."""
        stats = served.stats()
        bills = _by_scenario(stats)
        self.wrong += differing(store.attempts(), stats)
        self.calls += len(stats["log"])
        self.met.update(entry["fault"] for entry in stats["log"])
        for drawn, run in runs:
            own = bills.get(drawn.simulation.cast.scenario_id, [])
            self.wrong += [
                f"{drawn.simulation.cast.scenario_id}: {one}" for one in over(drawn, own)
            ]
            if run is None:
                self.refused += 1
                self.wrong += ["a run that was refused has bills"] if own else []
            else:
                self.ends[run.stop_reason] += 1
                self._count(drawn, run, own, store)
        whole = [bill for own in bills.values() for bill in own]
        self.wrong += _over(runs[0][0].simulation.catalog.budget.day, whole, "day")
        for study in {drawn.study for drawn, _ in runs if drawn.study is not None}:
            names = [d.simulation.cast.scenario_id for d, _ in runs if d.study is study]
            together = [bill for name in names for bill in bills.get(name, [])]
            self.wrong += _over(study.budget, together, "study")

    def _count(
        self, drawn: Drawn, run: Run, bills: Sequence[Mapping[str, Any]], store: Store
    ) -> None:
        row = next(one for one in store.runs() if one.id == run.id)
        open_calls = [one for one in store.calls(run.id) if one.state == "open"]
        if row.status != "done" or open_calls:
            self.wrong.append(f"{run.id} is {row.status} with {len(open_calls)} calls open")
        ended = next(
            (e for e in run.events if isinstance(e, LimitReached) and e.scope == "run"), None
        )
        if ended is None or ended.unit not in {"dollars", "tokens"}:
            return
        limit, figure = _figure(drawn.limits, ended.unit)
        single = [figure(bill) for bill in bills if figure(bill)]
        if not single or limit < 20 * median(single):
            return
        totals = store.totals(run.id)
        counted = totals.counted * NANO if ended.unit == "dollars" else totals.counted_tokens
        share = sum(single) / limit
        told = [(e.scope, e.unit) for e in run.events if isinstance(e, LimitNeared)]
        if len(set(told)) < len(told) or ("run", ended.unit) not in told:
            self.wrong.append(f"{run.id} was told {told}")
        self.used.append(share)
        self.counted.append(float(counted) / limit)
        if not totals.unknown:
            self.clean.append(share)


def _figure(limits: Budget, unit: str) -> tuple[float, Callable[[Mapping[str, Any]], int]]:
    if unit == "dollars":
        return float((limits.dollars or Decimal(0)) * NANO), lambda bill: bill["billed_nano"] or 0
    return float(limits.tokens or 0), _tokens


def _tokens(bill: Mapping[str, Any]) -> int:
    return int(bill["prompt_tokens"] + bill["completion_tokens"])


def _by_scenario(stats: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for bill in stats["requests"]:
        if bill["status"] == 200:
            found.setdefault(bill["scenario"], []).append(bill)
    return found


def over(drawn: Drawn, bills: Sequence[Mapping[str, Any]]) -> list[str]:
    """Which of a run's budgets the server's bills exceed."""
    found = _over(drawn.limits, bills, "run")
    for member in drawn.simulation.cast.members:
        own = [bill for bill in bills if bill["persona"] == member.id]
        found += _over(member.budget, own, member.id)
    for purpose in ("judge", "select"):
        budget = drawn.limits.purposes.get(purpose, Budget())
        found += _over(budget, [b for b in bills if b["purpose"] == purpose], purpose)
    return found


def _over(budget: Budget, bills: Sequence[Mapping[str, Any]], whose: str) -> list[str]:
    dollars = from_nano(sum(bill["billed_nano"] or 0 for bill in bills))
    tokens = sum(map(_tokens, bills))
    found = []
    if budget.dollars is not None and dollars > budget.dollars:
        found.append(f"{whose}: billed ${dollars} of {budget.dollars}")
    if budget.tokens is not None and tokens > budget.tokens:
        found.append(f"{whose}: {tokens} tokens of {budget.tokens}")
    return found


def known_to(scripts: Scripts, runs: Sequence[Drawn]) -> None:
    """Give the server the lines of every run."""
    for drawn in runs:
        scripts.add(Script.of(drawn.simulation.cast))
