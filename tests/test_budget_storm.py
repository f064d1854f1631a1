"""Random budgets in a storm: the server never bills more than a budget, and budgets are used."""

from __future__ import annotations

import logging
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from statistics import median

import pytest

from simulator.definitions.limits import Limits
from simulator.definitions.project import Project
from simulator.llm.stand_in.script import Scripts
from simulator.record.events import UsageMissing
from simulator.record.store import Store
from simulator.record.usage import from_nano
from simulator.testing import Faults
from tests.budget_storm import (
    FAULTS,
    Draw,
    Drawn,
    Findings,
    faults,
    in_process,
    known_to,
    loopback,
    played,
    project,
)
from tests.conftest import PROOF

TOLD = logging.getLogger("storm")
"""The figures: `pytest tests/test_budget_storm.py -o log_cli=true -o log_cli_level=WARNING`."""
PARTS, BATCH, STUDY = 4, 25, 5
"""In how many parts, runs that share a database, and runs that share a study's budget."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "part", [0, *(pytest.param(number, marks=pytest.mark.proof) for number in range(1, PARTS))]
)
async def test_no_server_bills_more_than_a_budget(
    part: int, tmp_path: Path, counts: Callable[[int, int], int]
) -> None:
    """Budgets of runs, studies, days, members, purposes, over the wire and in process, with faults.

    No record stays unfinished, what is settled is the bill row by row, and runs that end by a
    budget of their own have used it.
    """
    folder, runs, found = project(tmp_path), counts(30, 1_000 // PARTS), Findings()
    for first in range(0, runs, BATCH):
        number = part * 100 + first // BATCH
        serve = in_process if number % 4 == 1 else loopback
        draw = Draw(folder, tmp_path / f"runs-{number}.db", seed=number)
        batch = drawn(draw, range(first, min(first + BATCH, runs)))
        scripts = Scripts.of(Project.find(folder))
        known_to(scripts, batch)
        with (
            serve(scripts, batch[0].simulation, faults(number)) as served,
            Store.open(tmp_path / f"runs-{number}.db") as store,
        ):
            done = await played(batch, served, store)
            found.look(list(zip(batch, done, strict=True)), served, store)

    TOLD.warning("%d runs (%d refused), %d attempts", runs, found.refused, found.calls)
    TOLD.warning("ends %s, faults %s", dict(found.ends), dict(found.met))
    TOLD.warning(
        "%d ended by 20 median calls or more: billed %.3f, counted %.3f; %d without loss: %.3f",
        len(found.used),
        median(found.used),
        median(found.counted),
        len(found.clean),
        median(found.clean or [0.0]),
    )
    assert found.wrong == []
    assert median(found.used) >= (0.85 if PROOF else 0.8)
    assert found.met.keys() <= {"", *(one.partition(":")[0] for one in FAULTS)}


def drawn(draw: Draw, numbers: range) -> list[Drawn]:
    """Runs of these numbers, some of them in studies."""
    batch: list[Drawn] = []
    while len(batch) < len(numbers):
        size = min(STUDY, len(numbers) - len(batch))
        study = draw.study(size) if len(batch) % 3 == 0 else None
        batch += [draw.run(numbers[len(batch) + place], study=study) for place in range(size)]
    return batch


@pytest.mark.parametrize("streams", [False, True], ids=["whole", "streamed"])
async def test_a_provider_without_usage_keeps_to_the_budget(
    tmp_path: Path, *, streams: bool
) -> None:
    """Every answer counts at its most, so the bill is within the budget; the run says so once."""
    folder = project(tmp_path)
    draw = Draw(folder, tmp_path / "runs.db", seed=2)
    limits = Limits(turns=40, output_tokens=150, dollars=Decimal("0.01"))
    one = draw.plain(limits, streams=streams)
    scripts = Scripts.of(Project.find(folder))
    known_to(scripts, [one])
    with (
        loopback(scripts, one.simulation, Faults.of("no-usage=1")) as served,
        Store.open(tmp_path / "runs.db") as store,
    ):
        (run,) = await played([one], served, store)
        stats, states = served.stats(), [row.outcome.state for row in store.attempts()]

    assert run is not None
    missing = [event for event in run.events if isinstance(event, UsageMissing)]
    assert (run.stop_reason, len(missing), set(states)) == ("dollars", 1, {"unknown"})
    assert 0 < from_nano(stats["totals"]["billed_nano"]) <= Decimal("0.01")
    assert len(run.turns) >= 3
