"""Options of commands that play runs for a study."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar

import click

from simulator.cli import options
from simulator.definitions.amount import MOST
from simulator.definitions.study import Study
from simulator.errors import UsageError

__all__ = ["study_options"]

T = TypeVar("T")


def study_options(command: Callable[..., T]) -> Callable[..., T]:
    """`--study`, its limits and `--whole-runs`: what a run is played for, as `study`."""

    @click.option(
        "--study",
        "study_name",
        type=options.StudyName(),
        help="Play it for this study: `cost --study` tells what all runs of the name cost.",
    )
    @click.option(
        "--study-budget",
        type=options.Dollars(),
        help="What all runs of the study may cost together, those before this one included.",
    )
    @click.option(
        "--study-tokens",
        type=click.IntRange(1, MOST),
        metavar="N",
        help="What they may use together, prompts and answers.",
    )
    @click.option(
        "--whole-runs",
        is_flag=True,
        help="Begin only if what is left of the study's budget carries the run to its end.",
    )
    @wraps(command)
    def with_study(*, study_name: str | None, **given: Any) -> T:
        limits = {name: given.pop(f"study_{name}") for name in ("budget", "tokens")}
        whole = given.pop("whole_runs")
        _require_sense(study_name, limits, whole=whole)
        study = None
        if study_name is not None:
            study = Study(
                study_name, dollars=limits["budget"], tokens=limits["tokens"], whole=whole
            )
        return command(study=study, **given)

    return with_study


def _require_sense(name: str | None, limits: Mapping[str, object], *, whole: bool) -> None:
    given = [option for option, limit in limits.items() if limit is not None]
    if name is None and given:
        raise UsageError(f"--study-{given[0]} belongs to --study: name the study it is for.")
    if not given and whole:
        raise UsageError("--whole-runs belongs to --study-budget: say what may be spent.")
