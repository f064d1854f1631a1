"""`simulator cost`: what runs cost, grouped as one likes."""

from __future__ import annotations

import sys
from os import environ
from pathlib import Path

import click

from simulator.cli import options

__all__ = ["command"]


@click.command("cost")
@click.option("--run", type=options.RunName(), help="Only this run: an id, its beginning, @last.")
@click.option(
    "--by",
    default="model",
    show_default=True,
    metavar="NAMES",
    help="Group by any of day, model, persona, purpose, run, scenario, tier, with commas between.",
)
@options.database
@options.as_json
def command(run: str | None, by: str, database: Path, as_json: bool) -> None:
    """Tell what runs cost, in tokens and dollars.

    Days are UTC. Dollars with a sign for "at least" leave out requests whose cost is not known;
    those are counted apart, with the most they can have cost.
    """
    from simulator.display.cost_table import cost_objects, cost_report, print_costs
    from simulator.display.json_lines import json_line
    from simulator.display.terminal import Terminal
    from simulator.record.store import Store

    names = [name.strip() for name in by.split(",") if name.strip()]
    out = Terminal(sys.stdout, environ=environ)
    with Store.open(database, create=False) as store:
        found = None if run is None else store.find_run(run)
        report = cost_report(store, by=names, run=found)
    if as_json:
        out.raw(json_line(list(cost_objects(report))))
    elif report.total.calls:
        print_costs(out, report)
        if found is None:
            click.echo("All runs on record together; --run ID or --run @last takes one.", err=True)
    else:
        click.echo("Nothing was asked yet, so nothing was paid.", err=True)
