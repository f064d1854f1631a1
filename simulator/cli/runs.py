"""`simulator runs`: what was said, from the record."""

from __future__ import annotations

import sys
from os import environ
from pathlib import Path

import click

from simulator.cli import options
from simulator.cli.listing_group import ListingGroup

__all__ = ["command"]

_COMPARED = 2_000
"""Turns at most among which lines that were said in several runs are told once."""


@click.group("runs", cls=ListingGroup, subcommand_metavar="[COMMAND] [ARGS]...")
def command() -> None:
    """List, show and search what was said; without a command, list."""


@command.command("list")
@options.limit("runs")
@options.database
@options.as_json
def list_runs(limit: int, database: Path, as_json: bool) -> None:
    """List the newest runs, the newest first."""
    from simulator.display.json_lines import json_line
    from simulator.display.run_list import print_runs, run_object
    from simulator.display.terminal import Terminal
    from simulator.record.store import Store

    out = Terminal(sys.stdout, environ=environ)
    with Store.open(database, create=False) as store:
        rows = store.runs(limit=limit)
    if as_json:
        out.raw(json_line([run_object(row) for row in rows]))
    elif rows:
        print_runs(out, rows)
    else:
        click.echo("There are no runs yet: start with `simulator demo`.", err=True)


@command.command("show")
@click.argument("run", type=options.RunName(), metavar="RUN")
@options.display
@options.database
@options.as_json
def show_run(run: str, display: str, database: Path, as_json: bool) -> None:
    """Show the talk of RUN as it was: an id, the beginning of one, or @last."""
    from simulator.cli.shown_run import show
    from simulator.record.store import Store
    from simulator.runs.run import Run

    with Store.open(database, create=False) as store:
        found = store.find_run(run)
    show(Run(found, database), display=display, as_json=as_json)


@command.command("search")
@click.argument("words", nargs=-1, required=True)
@options.limit("turns")
@options.database
@options.as_json
def search_runs(words: tuple[str, ...], limit: int, database: Path, as_json: bool) -> None:
    """Find turns in which one of WORDS was said, best first.

    Words in quotation marks are looked for in a row: "password screen". A line that was said in
    several runs is shown once.
    """
    from simulator.display.hit_list import found_lines, hit_object, print_hits
    from simulator.display.json_lines import json_line
    from simulator.display.terminal import Terminal
    from simulator.record.store import Store

    out = Terminal(sys.stdout, environ=environ)
    with Store.open(database, create=False) as store:
        query = " ".join(map(_quoted, words))
        hits = store.search(query, limit=limit if as_json else max(limit, _COMPARED))
    if as_json:
        out.raw(json_line([hit_object(hit) for hit in hits]))
    elif hits:
        print_hits(out, found_lines(hits)[:limit])
    else:
        click.echo("Nobody said that.", err=True)


def _quoted(word: str) -> str:
    """Words that the shell was given as one are a phrase."""
    return f'"{word}"' if " " in word and '"' not in word else word
