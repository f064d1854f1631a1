"""A program of its own that plays for a shared budget: `python -m tests.another_program WHAT`.

It says that it is ready, waits for a line, plays runs until it is refused, or one of them forever,
and then tells how each of them ended.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

from simulator import Session, Simulation, Study
from simulator.errors import BudgetExhausted
from simulator.record.store import Store
from tests.small_project import MODEL, loader

__all__ = ["Played", "Program", "budgeted", "programs"]


@dataclass(frozen=True, kw_only=True)
class Played:
    """What a program is to play, as JSON on its command line."""

    project: str
    url: str
    seeds: list[int]
    """One run after the other, each until the money ends."""
    study: str = ""
    """Dollars for the study; empty: played for none."""
    day: str = ""
    """Dollars for the day; empty: no limit."""
    tokens: int | None = None
    """The limit on the study is in tokens instead."""
    together: bool = False
    """All runs at once."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program that waits to begin."""

    process: Popen[str]

    def begin(self) -> None:
        """Let it play."""
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def ends(self) -> list[str]:
        """How its runs ended: stop reasons, and `refused`."""
        told, _ = self.process.communicate(timeout=120)
        assert self.process.returncode == 0
        return [str(end) for end in json.loads(told)]


@contextmanager
def programs(wanted: Sequence[Played]) -> Iterator[list[Program]]:
    """Programs that are ready; they are ended when the block is left."""
    with ExitStack() as running:
        found = []
        for one in wanted:
            words = [sys.executable, "-m", "tests.another_program", json.dumps(vars(one))]
            process = Popen(
                words, stdin=PIPE, stdout=PIPE, text=True, cwd=Path(__file__).parents[1]
            )
            running.enter_context(process)
            running.callback(process.kill)
            found.append(Program(process=process))
        for program in found:
            assert program.process.stdout is not None
            assert program.process.stdout.readline() == "ready\n"
        yield found


def budgeted(project: Path, **day: object) -> Simulation:
    """Two people who talk for thirty turns, whatever is said; with a budget for the day."""
    simulation = loader(project)(model=MODEL)
    catalog = simulation.catalog
    budget = catalog.budget.model_validate({"day": day})
    limits = simulation.scenario.limits.model_copy(update={"turns": 30})
    endless = simulation.scenario.model_copy(update={"stop": None, "limits": limits})
    cast = replace(simulation.cast, scenario=endless)
    return replace(simulation, cast=cast, catalog=catalog.model_copy(update={"budget": budget}))


def environment(url: str) -> Mapping[str, str]:
    """Where the server is."""
    return {"OPENAI_API_KEY": "sk-any-key", "OPENAI_BASE_URL": url}


async def _play(wanted: Played) -> list[str]:
    day = {"dollars": wanted.day} if wanted.day else {}
    simulation = budgeted(Path(wanted.project), **day)
    bound = wanted.study or wanted.tokens
    study = Study("pilot", dollars=wanted.study or None, tokens=wanted.tokens) if bound else None
    with Store.open(simulation.database) as store:
        async with Session(environ=environment(wanted.url)) as session:

            async def one(seed: int) -> str:
                try:
                    run = await simulation.arun(
                        seed=seed, session=session, store=store, study=study
                    )
                except BudgetExhausted:
                    return "refused"
                return run.stop_reason

            if wanted.together:
                return await asyncio.gather(*map(one, wanted.seeds))
            return [await one(seed) for seed in wanted.seeds]


def main() -> None:
    """Say that all is loaded, wait, play, tell."""
    given: dict[str, Any] = json.loads(sys.argv[1])
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    ends = asyncio.run(_play(Played(**given)))
    sys.stdout.write(json.dumps(ends) + "\n")


if __name__ == "__main__":
    main()
