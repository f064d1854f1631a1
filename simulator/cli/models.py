"""`simulator models`: which models there are, what they cost, which ones the router takes."""

from __future__ import annotations

import sys
from os import environ
from pathlib import Path

import click

from simulator.cli import options
from simulator.cli.listing_group import ListingGroup

__all__ = ["command"]


@click.group("models", cls=ListingGroup, subcommand_metavar="[COMMAND] [ARGS]...")
def command() -> None:
    """List models with their prices and tiers; without a command, list."""


@command.command("list")
@options.as_json
def list_models(as_json: bool) -> None:
    """List models by tier with their prices.

    Prices are dollars per million tokens. Models of the tiers and the default that are shut down,
    or will be within 90 days, are told on stderr with what replaces them.
    """
    from datetime import UTC, datetime

    from simulator.definitions.project import Project
    from simulator.display.json_lines import json_line
    from simulator.display.model_list import model_objects, print_models
    from simulator.display.terminal import Terminal

    out, err = (Terminal(stream, environ=environ) for stream in (sys.stdout, sys.stderr))
    catalog = Project.find(Path.cwd()).catalog()
    today = datetime.now(UTC).date()
    if as_json:
        out.raw(json_line(list(model_objects(catalog, today=today))))
    else:
        print_models(out, catalog)
    default = catalog.choose()
    for retirement in catalog.retirements(today):
        chosen = default.kind == "model" and default.takes(retirement.model)
        if not chosen and not retirement.in_tiers:
            continue
        err.say(f"Warning: {retirement.sentence}", style="yellow")
    err.say(f"Without --model a run takes: {catalog.default}")
