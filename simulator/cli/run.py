"""`simulator run`: play a scenario and keep its record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from simulator.cli import options
from simulator.cli.study_options import study_options
from simulator.definitions.cast import Cast
from simulator.definitions.model_catalog import ModelCatalog, ModelChoice
from simulator.definitions.study import Study

__all__ = ["command"]

AGAIN = (
    *("model", "turns", "budget", "study_name", "study_budget", "study_tokens", "whole_runs"),
    *("settings", "played", "database"),
)
"""Parameters that make a run what it is."""


@click.command("run")
@click.argument("scenario", type=options.ScenarioName(), metavar="SCENARIO")
@options.model
@options.seed
@click.option(
    "--max-turns",
    "turns",
    type=click.IntRange(1, 10_000),
    metavar="N",
    help="End after so many turns.",
)
@click.option("--budget", type=options.Dollars(), help="Spend no more than this.")
@study_options
@options.inputs
@options.play
@options.steer
@options.database
@options.display
@options.as_json
@click.option("--dry-run", is_flag=True, help="Tell what it would cost; ask and record nothing.")
@click.option(
    "--runs",
    type=click.IntRange(1, 1_000_000),
    metavar="N",
    help="With --dry-run: what so many runs would cost.",
)
@click.pass_context
def command(
    ctx: click.Context,
    scenario: str,
    model: str | None,
    seed: int | None,
    turns: int | None,
    budget: Decimal | None,
    study: Study | None,
    settings: tuple[tuple[str, str], ...],
    played: tuple[str, ...],
    steers: bool,
    database: Path,
    display: str,
    as_json: bool,
    dry_run: bool,
    runs: int | None,
) -> None:
    """Play SCENARIO, an id in scenarios/ or the path of a file, and keep its record.

    Exit codes: 0 done, also at the turn limit; 1 failed; 2 wrong usage; 3 mistakes in files;
    4 done, but turns failed; 5 stopped by money, tokens or time; 6 no key, or it was refused;
    130 interrupted, 143 terminated.
    """
    from simulator.cli.live_run import Showing, play
    from simulator.runs.simulation import load

    simulation = load(
        scenario, inputs=dict(settings), model=model, turns=turns, budget=budget, database=database
    ).with_humans(played)
    _warn(simulation.cast, simulation.catalog, simulation.choice)
    if dry_run or runs is not None:
        ctx.exit(_quote(simulation, ctx.params, study=study))
    showing = Showing(
        display=display,
        as_json=as_json,
        steers=steers,
        again=("simulator", "run", scenario, *options.repeated(ctx, *AGAIN)),
        database_named=options.given(ctx, "database"),
    )
    ctx.exit(play(simulation, seed=seed, study=study, showing=showing))


def _quote(simulation: Any, params: Mapping[str, Any], *, study: Study | None) -> int:
    """Print what runs would cost, instead of making one; the exit code."""
    from simulator.cli.dry_run import tell

    if not params["dry_run"]:
        raise click.UsageError("--runs belongs to --dry-run: a command plays one run.")
    seed, runs = params["seed"] or 0, params["runs"] or 1
    tell(simulation, seed=seed, runs=runs, study=study, as_json=params["as_json"])
    return 0


def _warn(cast: Cast, catalog: ModelCatalog, choice: ModelChoice) -> None:
    """Say, before anything is asked, which keys stand in files, and which models go away."""
    for warning in cast.warnings:
        click.echo(f"Warning: {warning}", err=True)
    for retirement in catalog.retirements(datetime.now(UTC).date()):
        by_name = choice.kind == "model"
        if choice.takes(retirement.model) and (by_name or retirement.in_tiers):
            click.echo(f"Warning: {retirement.sentence}", err=True)
