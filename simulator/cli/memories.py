"""`simulator memories`: what personas took along from earlier runs."""

from __future__ import annotations

import sys
from os import environ
from pathlib import Path

import click

from simulator.cli import options
from simulator.cli.listing_group import ListingGroup

__all__ = ["command"]

_persona = click.option(
    "--persona",
    type=options.PersonaName(),
    help="Only this persona's; `rosa/second-rosa` for who played under another name.",
)


@click.group("memories", cls=ListingGroup, subcommand_metavar="[COMMAND] [ARGS]...")
def command() -> None:
    """List, search and forget what personas remember; without a command, list."""


@command.command("list")
@_persona
@options.limit("memories")
@options.database
@options.as_json
def list_memories(persona: str | None, limit: int, database: Path, as_json: bool) -> None:
    """List the newest memories, the newest first."""
    from simulator.display.json_lines import json_line
    from simulator.display.memory_list import memory_object, print_memories
    from simulator.display.terminal import Terminal
    from simulator.record.store import Store

    out = Terminal(sys.stdout, environ=environ)
    with Store.open(database, create=False) as store:
        rows = store.memories.newest(persona, limit=limit)
        forgotten = not rows and store.memories.has_forgotten(persona)
    if as_json:
        out.raw(json_line([memory_object(row) for row in rows]))
    elif rows:
        print_memories(out, rows)
    else:
        who = "Nobody remembers" if persona is None else f"{persona!r} does not remember"
        hint = "scenarios with `memory: {across_runs: true}` make memories."
        since = "anything any more: it was forgotten" if forgotten else "anything yet"
        click.echo(f"{who} {since}{'.' if forgotten else f': {hint}'}", err=True)


@command.command("search")
@click.argument("words", nargs=-1, required=True)
@_persona
@options.limit("memories")
@options.database
@options.as_json
def search_memories(
    words: tuple[str, ...], persona: str | None, limit: int, database: Path, as_json: bool
) -> None:
    """Find memories with one of WORDS, best first."""
    from simulator.display.json_lines import json_line
    from simulator.display.memory_list import memory_object, print_memories
    from simulator.display.terminal import Terminal
    from simulator.record.store import Store

    out = Terminal(sys.stdout, environ=environ)
    with Store.open(database, create=False) as store:
        rows = store.memories.search(" ".join(words), persona=persona, limit=limit)
    if as_json:
        out.raw(json_line([memory_object(row) for row in rows]))
    elif rows:
        print_memories(out, rows)
    else:
        click.echo("Nobody remembers that.", err=True)


@command.command("forget")
@click.argument("what", metavar="PERSONA|NUMBER")
@options.database
@options.as_json
def forget(what: str, database: Path, as_json: bool) -> None:
    """Forget all memories of a persona, or one by its number.

    They are never recalled again. What was said in the runs they come from stays on record.
    """
    from simulator.display.json_lines import json_line
    from simulator.display.terminal import Terminal
    from simulator.record.store import Store

    with Store.open(database, create=False) as store:
        forgotten = store.memories.forget(int(what) if what.isdecimal() else what)
    if as_json:
        Terminal(sys.stdout, environ=environ).raw(json_line({"forgotten": forgotten}))
    else:
        click.echo(f"Forgot {forgotten} {'memory' if forgotten == 1 else 'memories'}.", err=True)
