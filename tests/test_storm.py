"""Many conversations at once through everything that goes wrong: all finish, all books agree.

At full counts (`make proof`) 500 conversations meet the storm with the pauses a user gets, and
200 each kind of damage; otherwise fewer do, with a twentieth of the pauses.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import pytest

from simulator import Run, Simulation, load
from simulator.definitions.project import Project
from simulator.llm.call_context import CallContext
from simulator.llm.session import Session
from simulator.llm.transports.live import Live
from simulator.llm.transports.retrying import RetryPolicy, until_deadline
from simulator.record.events import Event, SpeakerChosen, TurnFailed, TurnTaken
from simulator.record.store import Store
from simulator.runs.observer import Observer
from simulator.testing import Faults, LoopbackServer, Scripts
from tests.conftest import PROOF
from tests.fault_samples import Wishing, differing, state_after, too_early

TOLD = logging.getLogger("storm")
"""The figures: `pytest tests/test_storm.py -o log_cli=true -o log_cli_level=WARNING`."""
MODEL = "openai/gpt-4.1-mini"
SAID = (
    "The kettle is on, and nobody has thought of the milk since the night shift left at four.",
    "I have two cups, one of them mine, and a biscuit that was somebody's idea of a present.",
    "Then we share the biscuit and you take the cup with the handle, which is only fair.",
    "Fair would be a third cup, but the third cup is where the pens have lived since spring.",
    "Pens can live in a drawer. It is what drawers are for, whatever the pens say about it.",
    "You tell them. I am back on the ward in four minutes, with or without any tea at all.",
)
"""What is said turn by turn; an answer that went astray, or was glued, is another text."""
SCENARIO = """
title: Tea
setting: A canteen at night.
cast: [{persona: rosa}, {persona: dev}]
limits: {turns: 6}
"""
LINE = "  - {{id: l{turn}, speaker: {speaker}, act: answer, say: {say!r}{uses}{after}}}\n"
STORM = {"429": 0.20, "500": 0.05, "lost": 0.02}
DAMAGES = [
    ("cut-body", "empty-body", "html-200", "no-usage", "cut-content"),
    ("stream-no-done", "stream-no-finish", "stream-error-event"),
    ("reset-before", "reset-middle", "close-middle", "lost", "drip:0.01"),
    ("502-html", "503:0.05", "burst:2", "429-ms:50", "429-bare"),
    ("duplicate", "hang", "hang-paid"),
    ("duplicate:0.02",),
]
"""What is tried together; at full counts also one by one."""
ONE_BY_ONE = [
    pytest.param((one,), id=one, marks=pytest.mark.proof) for some in DAMAGES for one in some
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two people with six lines, once with a look at the clock in the first turn (`clock`)."""
    folder = tmp_path_factory.mktemp("storm")
    for name in ("personas", "scenarios"):
        (folder / name).mkdir()
    for name in ("rosa", "dev"):
        written = f"name: {name.title()}\ntools: [clock]\n"
        (folder / "personas" / f"{name}.yaml").write_text(written)
    for name in ("tea", "stuck", "clock"):
        lines = "".join(line(turn, clock=name == "clock") for turn in range(1, 7))
        (folder / "scenarios" / f"{name}.yaml").write_text(f"{SCENARIO}lines:\n{lines}")
    return folder


def line(turn: int, *, clock: bool) -> str:
    """The line of a turn, which only the line before it leads to."""
    after = f", after: [l{turn - 1}]" if turn > 1 else ""
    uses = ", uses: {clock: {}}" if clock and turn == 1 else ""
    speaker = "rosa" if turn % 2 else "dev"
    return LINE.format(turn=turn, speaker=speaker, say=SAID[turn - 1], uses=uses, after=after)


def serving(project: Path, faults: str = "", *, latency: float = 0.0) -> LoopbackServer:
    """A server for the project's scenarios."""
    found = Project.find(project)
    chances = Faults.of(faults, seed=4)
    return LoopbackServer(Scripts.of(found), found.catalog(), faults=chances, latency=latency)


def loaded(project: Path, database: Path, *, scenario: str = "tea", **options: Any) -> Simulation:
    """A scenario of the project, to be asked of a model behind the network."""
    return load(scenario, project=project, model=MODEL, database=database, **options)


def session_at(
    server: LoopbackServer, *, network: Live | None = None, retry: RetryPolicy | None = None
) -> Session:
    """What the runs share."""
    environ = {"OPENAI_API_KEY": "sk-any-key", "OPENAI_BASE_URL": server.url}
    return Session(environ=environ, network=network, retry=retry)


def hurried() -> RetryPolicy | None:
    """The default at full counts, else the same with a twentieth of its pauses."""
    usual = until_deadline()
    hasty = RetryPolicy(
        attempts=None, pause=lambda failed, jitter: usual.pause(failed, jitter) / 20
    )
    return None if PROOF else hasty


async def played(
    simulation: Simulation, session: Session, *, runs: int, streamed: bool = False
) -> list[Run]:
    """That many conversations, a hundred at a time, every other one or each of them streamed."""
    gate = asyncio.Semaphore(100)

    async def one(number: int) -> Run:
        async with gate:
            watching = Observer(streams=streamed or bool(number % 2))
            return await simulation.arun(seed=number, session=session, observer=watching)

    return await asyncio.gather(*(one(number) for number in range(runs)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of many conversations, and what the server tells of it."""

    ends: Counter[tuple[str, int]]
    """How they ended: stop reason and exit code -> how many."""
    said: Counter[tuple[str, ...]]
    differing: list[str]
    states: Counter[str]
    calls: int
    stats: dict[str, Any]

    @property
    def attempts(self) -> int:
        """How often a question was sent."""
        return len(self.stats["log"])

    @property
    def met(self) -> Counter[str]:
        """Fault -> how many requests met it."""
        return Counter(entry["fault"] for entry in self.stats["log"])


def outcome_of(runs: list[Run], server: LoopbackServer) -> Outcome:
    """The books of all these runs, compared."""
    with Store.open(runs[0].database) as store:
        rows = store.attempts()
    stats = server.stats()
    return Outcome(
        ends=Counter((run.stop_reason, run.exit_code) for run in runs),
        said=Counter(tuple(turn.text for turn in run.turns) for run in runs),
        differing=differing(rows, stats),
        states=Counter(row.outcome.state for row in rows),
        calls=len({row.call.id for row in rows}),
        stats=stats,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "wait", ["429:0.2", pytest.param("429:2", marks=pytest.mark.proof)], ids=["short", "whole"]
)
async def test_the_storm(
    wait: str, project: Path, tmp_path: Path, counts: Callable[[int, int], int]
) -> None:
    """20 % 429, 5 % 500, 2 % answers lost once paid: no turn fails, none comes again too early."""
    runs = counts(40, 500)
    spec = ",".join(f"{wait if name == '429' else name}={p}" for name, p in STORM.items())
    with serving(project, spec) as server:
        async with session_at(server, retry=hurried()) as session:
            began = time.monotonic()
            done = await played(loaded(project, tmp_path / "runs.db"), session, runs=runs)
            seconds = time.monotonic() - began
        came = outcome_of(done, server)

    ideal = 6 * runs / (1 - sum(STORM.values()))
    share = came.attempts / ideal
    TOLD.warning(
        "%d runs in %.1f s, %d attempts (%.2f of the ideal)", runs, seconds, came.attempts, share
    )
    TOLD.warning("%s, billed %d nano", dict(came.states), came.stats["totals"]["billed_nano"])
    assert came.ends == {("turns", 0): runs}
    assert came.said == {SAID: runs}
    assert came.calls == 6 * runs
    assert came.differing == []
    assert too_early(came.stats["log"]) == []
    assert share <= 1.5
    assert came.met.keys() == {"", *STORM}


@pytest.mark.slow
@pytest.mark.parametrize("damages", [*DAMAGES, *ONE_BY_ONE], ids=str)
async def test_damage_is_mended(
    damages: tuple[str, ...], project: Path, tmp_path: Path, counts: Callable[[int, int], int]
) -> None:
    """5 % of the answers come damaged: every word is said, once, and every cent is booked."""
    runs, names = counts(8, 200), {one.partition(":")[0] for one in damages}
    streamed = any(name.startswith("stream") for name in names)
    silence = Live(seconds=0.5) if {"hang", "hang-paid"} & names else None
    with serving(project, ",".join(f"{one}=0.05" for one in damages)) as server:
        async with session_at(server, network=silence, retry=hurried()) as session:
            simulation = loaded(project, tmp_path / "runs.db")
            done = await played(simulation, session, runs=runs, streamed=streamed)
        came = outcome_of(done, server)

    assert came.ends == {("turns", 0): runs}
    assert came.said == {SAID: runs}
    assert came.differing == []
    assert too_early(came.stats["log"]) == []
    assert came.met.keys() == {"", *names}
    if "duplicate" not in names:
        assert came.states == booked_after(came.met)


def booked_after(met: Counter[str]) -> Counter[str]:
    """How attempts that met these faults must be booked."""
    states: Counter[str] = Counter()
    for fault, count in met.items():
        states[state_after(fault)] += count
    return states


@dataclass(slots=True)
class Stopwatch:
    """Notes when turns begin and end."""

    run: str = ""
    began: dict[int, float] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)

    def observer(self, *, streams: bool = False) -> Observer:
        """What tells it."""
        return Observer(event=self.note, run=self.name, streams=streams)

    def name(self, run: str) -> None:
        """Remember whose turns they are."""
        self.run = run

    def note(self, event: Event) -> None:
        """Take the time."""
        if isinstance(event, SpeakerChosen):
            self.began |= dict.fromkeys(event.turns, time.monotonic())
        if isinstance(event, TurnTaken | TurnFailed):
            self.took.append(time.monotonic() - self.began[event.turn])


async def p95_of_others(project: Path, database: Path, *, turns: int, stuck: bool) -> float:
    """Seconds of a turn of 49 conversations, with one more that meets silence or does not."""

    def wish(call: CallContext) -> str:
        return "hang" if stuck and call.booking.run.startswith("stuck") else ""

    others = loaded(project, database, turns=turns)
    with serving(project, latency=0.1) as server:
        async with session_at(server, network=Wishing(wish)) as session:
            hanging = loaded(project, database, scenario="stuck", turns=turns)
            one = asyncio.create_task(hanging.arun(seed=1, session=session))
            watches = [Stopwatch() for _ in range(49)]
            begun = [
                others.arun(seed=seed, session=session, observer=watch.observer())
                for seed, watch in enumerate(watches)
            ]
            await asyncio.gather(*begun)
            if stuck:
                one.cancel()
            await asyncio.wait([one])
    assert one.cancelled() == stuck
    return quantiles((took for watch in watches for took in watch.took), n=20)[-1]


@pytest.mark.slow
async def test_one_that_hangs_holds_up_nobody(
    project: Path, tmp_path: Path, counts: Callable[[int, int], int]
) -> None:
    """The turns of 49 others take as long as without it, within a fifth.

    The best of some rounds is compared: what else the machine does can only lengthen one.
    """
    least, most = counts(1, 5), counts(6, 12)
    without: list[float] = []
    with_it: list[float] = []
    for number in range(most):
        for stuck, found in ((False, without), (True, with_it)):
            database = tmp_path / f"{number}{stuck}.db"
            found.append(await p95_of_others(project, database, turns=counts(3, 6), stuck=stuck))
        if number + 1 >= least and min(with_it) < 1.2 * min(without):
            break

    TOLD.warning("p95 of a turn, median of %d: %.3f s", len(without), median(without))
    TOLD.warning("with one that hangs: %.3f s", median(with_it))
    assert min(with_it) < 1.2 * min(without)


def wishes(*names: str) -> Callable[[CallContext], str]:
    """One wish after the other; the last one stays."""
    left = list(names)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


LATE = [
    *(("drip:0.2",), ("hang",), ("hang-paid",), ("delay:9",), ("429:0.3",), ("429:30",), ("500",)),
    *(("reset-middle", "hang"), ("429:0.5", "drip:0.2"), ("cut-body", "hang-paid")),
]
"""What the attempts of one turn meet; the last one again and again."""
LATER = [("delay:0.8", "hang"), ("delay:0.8", "drip:0.2"), ("delay:0.8", "500"), ("429:1", "hang")]
"""The same in a turn that begins with a look at the clock."""


@pytest.mark.slow
async def test_a_turn_ends_in_time(project: Path, tmp_path: Path) -> None:
    """Whatever is late, the turn has failed within half a second of its deadline."""
    limits = {"turn_seconds": 1.5, "turns": 1}

    async def late(faults: tuple[str, ...], scenario: str, *, streams: bool) -> tuple[str, float]:
        watch, network = Stopwatch(), Wishing(wishes(*faults))
        simulation = loaded(project, tmp_path / "runs.db", scenario=scenario, limits=limits)
        async with session_at(server, network=network) as session:
            observer = watch.observer(streams=streams)
            run = await simulation.arun(seed=1, session=session, observer=observer)
        return ",".join(turn.error for turn in run.failed_turns), watch.took[0]

    with serving(project) as server:
        cases = [late(faults, "tea", streams=s) for faults in LATE for s in (False, True)]
        tools = [late(faults, "clock", streams=s) for faults in LATER for s in (False, True)]
        ends = await asyncio.gather(*cases, *tools)
        with Store.open(tmp_path / "runs.db") as store:
            rows, stats = store.attempts(), server.stats()

    TOLD.warning("%d late turns, the longest %.3f s", len(ends), max(took for _, took in ends))
    assert [error for error, _ in ends] == ["deadline_exceeded"] * len(ends)
    assert [took for _, took in ends if took > limits["turn_seconds"] + 0.5] == []
    assert differing(rows, stats) == []


@pytest.mark.parametrize("streams", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize(
    ("fault", "error", "end"),
    [
        ("quota", "quota_exhausted", ("failed", 1)),
        ("400", "request_refused", ("failed", 1)),
        ("401", "key_refused", ("key_refused", 6)),
        ("403", "key_refused", ("key_refused", 6)),
    ],
)
async def test_what_waiting_does_not_cure_ends_the_run(
    fault: str, error: str, end: tuple[str, int], *, streams: bool, project: Path, tmp_path: Path
) -> None:
    """One request, by the server's own count, and an end and an exit code that say why."""
    with serving(project, f"{fault}=1") as server:
        async with session_at(server) as session:
            simulation = loaded(project, tmp_path / "runs.db")
            run = await simulation.arun(session=session, observer=Observer(streams=streams))
        came = outcome_of([run], server)

    assert [turn.error for turn in run.failed_turns] == [error]
    assert came.ends == {end: 1}
    assert (came.attempts, came.states, came.differing) == (1, {"released": 1}, [])
