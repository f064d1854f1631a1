"""`simulator errors`: what went wrong, counted and one by one."""

from __future__ import annotations

import sys
from os import environ
from pathlib import Path

import click

from simulator.cli import options

__all__ = ["command"]


@click.command("errors")
@click.option("--run", type=options.RunName(), help="Only this run: an id, its beginning, @last.")
@click.option("--kind", metavar="KIND", help="Only errors of this kind, such as rate_limited.")
@click.option("--model", type=options.ModelName(), help="Only this endpoint/model, or endpoint.")
@options.limit("errors")
@options.database
@options.as_json
def command(
    run: str | None,
    kind: str | None,
    model: str | None,
    limit: int,
    database: Path,
    as_json: bool,
) -> None:
    """Tell what went wrong, and whether it was mended.

    Counts all errors by kind, then shows the newest. `reply:` is an answer that came whole but
    did not fit, `tool:` a tool that raised, was refused or took too long, `turn:` a turn that was
    given up, `run:` a run that could not go on; the rest are single requests. Recovered: the turn
    was finished all the same.
    """
    from simulator.display.error_table import error_objects, error_report, print_errors
    from simulator.display.json_lines import json_line
    from simulator.display.terminal import Terminal
    from simulator.record.store import Store

    out = Terminal(sys.stdout, environ=environ)
    with Store.open(database, create=False) as store:
        found = None if run is None else store.find_run(run)
        report = error_report(store, run=found, kind=kind, model=model, limit=limit)
        broke_off = found is not None and store.run(found).status == "broken_off"
    if as_json:
        out.raw("".join(map(json_line, error_objects(report))))
    elif report.groups:
        print_errors(out, report)
        if report.left_out:
            older = f"Older ones that are not shown: {report.left_out:,} (see --limit)."
            click.echo(older, err=True)
    elif not broke_off:
        click.echo(_nothing(run=found, kind=kind, model=model), err=True)
    if broke_off:
        click.echo(f"The run {found} broke off: the program that played it is gone.", err=True)


def _nothing(**wanted: str | None) -> str:
    asked = ", ".join(f"{name} {value}" for name, value in wanted.items() if value is not None)
    return f"Nothing went wrong{f' ({asked})' if asked else ''}."
