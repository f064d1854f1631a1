"""What `simulator models check` does: say what it may cost, ask, and print what was found."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from os import environ
from pathlib import Path
from typing import Self

from simulator.authoring.models_file import ModelsFile
from simulator.definitions.project import Project
from simulator.display.json_lines import json_line
from simulator.display.model_check import check_objects, print_checks
from simulator.display.money import count, dollars
from simulator.display.terminal import Terminal
from simulator.errors import BudgetExhausted
from simulator.llm.keys import Environment
from simulator.llm.session import Session
from simulator.llm.transports.retrying import three_attempts
from simulator.record.store import Store
from simulator.runs.daily_budget import day_of
from simulator.runs.model_check.advice import advice
from simulator.runs.model_check.check import CheckPlan, check_models, models_to_check
from simulator.runs.model_check.finding import ModelCheck
from simulator.sync import run_sync

__all__ = ["Check"]


@dataclass(frozen=True, kw_only=True)
class Check:
    """A check that is about to be made."""

    file: ModelsFile
    plan: CheckPlan
    environ: Environment

    @classmethod
    def of(
        cls,
        project: Project,
        names: Sequence[str],
        *,
        endpoint: str | None,
        budget: Decimal | None,
    ) -> Self:
        """The check of these models.

        Raises:
            NotFound: there is no such model or endpoint.
            UsageError: no model is meant.
            InvalidFiles: models.yaml has mistakes.
        """
        file = ModelsFile.of(project)
        specs = models_to_check(file.catalog, names, endpoint=endpoint)
        plan = CheckPlan(catalog=file.catalog, specs=specs, budget=budget)
        return cls(file=file, plan=plan, environ=Environment.of_project(project))

    def run(self, database: Path, *, as_json: bool) -> int:
        """Ask, print, and say the exit code."""
        out, err = (Terminal(stream, environ=environ) for stream in (sys.stdout, sys.stderr))
        for sentence in self._costs():
            err.say(sentence)
        checks = run_sync(self._asked(database, err=err))
        lines = advice(checks, self.file)
        if as_json:
            out.raw(json_line(check_objects(checks, lines)))
        else:
            print_checks(out, checks, lines)
        if any(check.stand_in for check in checks):
            err.say("The stand-in answered: these are its values, no findings about a model.")
        for sentence in _verdict(checks):
            err.say(sentence)
        return _exit_code(checks)

    def _costs(self) -> list[str]:
        models = len(self.plan.specs)
        whose = f"{count(models)} model{'s' if models > 1 else ''}, about ten tiny questions each"
        most, unpriced = self.plan.most, self.plan.unpriced
        if most is None:
            names = ", ".join(unpriced)
            return [f"{whose}. What it costs is unknown: there is no price for {names}."]
        if not most:
            return [f"{whose}. It costs nothing."]
        return [f"{whose}: {dollars(most)} at most, and no more than that is spent."]

    async def _asked(self, database: Path, *, err: Terminal) -> list[ModelCheck]:
        checks = []
        with Store.open(database) as store:
            async with Session(environ=self.environ, retry=three_attempts()) as session:
                day = day_of(self.plan.catalog, session, store)
                async for check in check_models(self.plan, session=session, ledger=store, day=day):
                    checks.append(check)
                    if err.is_screen:
                        err.say(f"{check.model}: {check.standing}", style="dim")
        return checks


def _verdict(checks: Sequence[ModelCheck]) -> Iterator[str]:
    """How many models are as they are listed, and what the others are compared with."""
    listed = [check for check in checks if check.listed]
    for check in checks:
        if not check.listed:
            does = ": it is what is taken for granted there" if check.fine else ""
            yield f"models.yaml does not list {check.model}{does}."
    if listed:
        fine = sum(check.fine for check in listed)
        counts = Counter(check.standing for check in listed if check.standing != "asked")
        rest = ", ".join(f"{standing}: {number}" for standing, number in counts.items())
        yield f"{fine} of {len(listed)} as models.yaml says{f' ({rest})' if rest else ''}."


def _exit_code(checks: Sequence[ModelCheck]) -> int:
    """0 where all is fine, 5 where nothing but money is missing for that, else 1."""
    wrong = [check for check in checks if not check.fine]
    if any(check.standing != "not tried" for check in wrong):
        return 1
    return BudgetExhausted.exit_code if wrong else 0
