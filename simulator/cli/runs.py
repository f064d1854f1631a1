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
    from simulator.cli.shown_run import found_run, show

    show(found_run(run, database), display=display, as_json=as_json)


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


@command.command("knows")
@click.argument("run", type=options.RunName(), metavar="RUN")
@click.argument("words", nargs=-1, required=True)
@options.database
@options.as_json
def who_knows(run: str, words: tuple[str, ...], database: Path, as_json: bool) -> None:
    """Tell who knows WORDS in RUN, since which turn and from whom.

    All words must stand in one thing that reached a member: what was said where the member heard
    it, its own card and secrets, what a tool brought up. The beginning of a word is enough; words
    in quotation marks stand in a row.
    """
    from simulator.cli.shown_run import found_run
    from simulator.display.json_lines import json_line
    from simulator.display.knowers import knower_object, print_knowers
    from simulator.display.terminal import Terminal

    found = found_run(run, database)
    knowers = found.knows(" ".join(map(_quoted, words)))
    out = Terminal(sys.stdout, environ=environ)
    if as_json:
        out.raw(json_line([knower_object(one) for one in knowers]))
    else:
        print_knowers(out, knowers, found.started)


@command.command("participation")
@click.argument("run", type=options.RunName(), metavar="RUN")
@options.database
@options.as_json
def participation(run: str, database: Path, as_json: bool) -> None:
    """Tell who took part how much in RUN: turns, words, answers, interruptions."""
    from simulator.cli.shown_run import found_run
    from simulator.display.json_lines import json_line
    from simulator.display.shares import participation_object, print_participation
    from simulator.display.terminal import Terminal

    found = found_run(run, database)
    out = Terminal(sys.stdout, environ=environ)
    if as_json:
        out.raw(json_line(participation_object(found.participation)))
    else:
        print_participation(out, found.participation, found.started)


def _quoted(word: str) -> str:
    """Words that the shell was given as one are a phrase."""
    return f'"{word}"' if " " in word and '"' not in word else word
