"""`simulator models`: which models there are, what they cost and can do, which ones runs take."""

from __future__ import annotations

import sys
from decimal import Decimal
from os import environ
from pathlib import Path
from typing import Any

import click

from simulator.cli import options
from simulator.cli.listing_group import ListingGroup

__all__ = ["command"]


@click.group("models", cls=ListingGroup, subcommand_metavar="[COMMAND] [ARGS]...")
def command() -> None:
    """List, check and choose models, and bring prices up to date; without a command, list."""


@command.command("list")
@options.as_json
def list_models(as_json: bool) -> None:
    """List models by tier with their prices.

    Prices are dollars per million tokens: read (`in`), read from the provider's cache (`cached`),
    written to it (`write`) and answered (`out`). A tier's models are tried from the top; those
    with `-` are taken only by name. Models of the tiers and the default that are shut down, or
    will be within 90 days, are told on stderr with what replaces them.
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
    prices = "" if as_json else "Prices are dollars per million tokens. "
    err.say(f"{prices}Without --model a run takes: {catalog.default}")


@command.command("check")
@click.argument("names", nargs=-1, type=options.ModelName(), metavar="[NAME]...")
@click.option("--endpoint", metavar="ID", help="Only models of this endpoint.")
@click.option(
    "--budget",
    type=options.Dollars(),
    help="Spend no more than this. [default: what the check can cost at most]",
)
@options.database
@options.as_json
@click.pass_context
def check_models(
    ctx: click.Context,
    names: tuple[str, ...],
    endpoint: str | None,
    budget: Decimal | None,
    database: Path,
    as_json: bool,
) -> None:
    """Ask models what they can do; compare with models.yaml.

    NAME is anything that --model takes; without one it is the models of the tiers, as far as the
    project's default allows. Each is asked a few tiny questions: for a short answer, whole and
    streamed; for an answer by schema; for a call of a tool; and, where models.yaml says how the
    model's cache works, with a long prompt twice. What it can cost at most is said before, and
    every question is in the record, with the purpose "probe".

    Exit codes: 0 all is as models.yaml says; 1 something differs, or a model does not answer;
    2 wrong usage; 3 mistakes in models.yaml; 5 the money does not reach for a model's first
    question, and nothing else is wrong.
    """
    from simulator.cli.model_check import Check
    from simulator.definitions.project import Project

    project = Project.find(Path.cwd())
    check = Check.of(project, names, endpoint=endpoint, budget=budget)
    ctx.exit(check.run(database, as_json=as_json))


@command.command("update")
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Take the prices of this data file of genai-prices.",
)
@click.option("--online", is_flag=True, help="Fetch the newest prices of genai-prices.")
@click.option("--write", "writes", is_flag=True, help="Change models.yaml; else only show how.")
@click.option(
    "--overwrite-newer",
    "overwrites_newer",
    is_flag=True,
    help="Change also prices that models.yaml has from a later day than the list.",
)
@options.as_json
def update_prices(
    source: Path | None, online: bool, writes: bool, overwrites_newer: bool, as_json: bool
) -> None:
    """Compare prices with public list prices, as a diff.

    The prices are a third party's: those that come with the library genai-prices (the extra
    `prices`), so no network is needed. Nothing is written without --write, and no price is ever
    taken away. Free endpoints are left alone, and so are models that the list does not know.
    Where `checked_on` is later than the day of the list, what models.yaml says is kept and the
    list's price only told.

    The diff goes to stdout, what it means to stderr. Exit codes: 0 also where something differs;
    2 wrong usage; 3 mistakes in models.yaml.
    """
    from simulator.authoring.models_file import ModelsFile
    from simulator.authoring.price_update import price_update
    from simulator.definitions.project import Project
    from simulator.display.json_lines import json_line
    from simulator.display.price_update import print_update, update_object
    from simulator.display.terminal import Terminal

    file = ModelsFile.of(Project.find(Path.cwd()))
    if writes:
        file.require_own()
    listed = _list_prices(source, online=online)
    update = price_update(file, listed, overwrites_newer=overwrites_newer)
    writes = writes and update.differs
    if writes:
        file.write(update.text)
    out, err = (Terminal(stream, environ=environ) for stream in (sys.stdout, sys.stderr))
    if as_json:
        out.raw(json_line(update_object(update, listed, written=writes)))
    else:
        out.raw(file.diff(update.text))
        print_update(err, update, listed, file=file.name, written=writes)


def _list_prices(source: Path | None, *, online: bool) -> Any:
    """A third party's prices: of a file, of today, or as installed."""
    from simulator.authoring.list_prices import ListPrices
    from simulator.errors import UsageError

    if source is not None and online:
        raise UsageError("--from names a file and --online the network: give one of them.")
    if source is not None:
        return ListPrices.from_file(source)
    return ListPrices.fetched() if online else ListPrices.installed()


@command.command("use")
@click.argument("choice", type=options.ModelName())
def use_model(choice: str) -> None:
    """Make CHOICE what runs take without --model.

    CHOICE is anything that --model takes: stand-in, tiers, an endpoint, or endpoint/model. It
    becomes `default` in the project's models.yaml, where nothing else changes; no model is asked.
    Exit codes: 0 done, also where it was the default already; 2 no such model, or this models.yaml
    came with the simulator; 3 mistakes in models.yaml.
    """
    from simulator.authoring.default_model import default_change
    from simulator.authoring.models_file import ModelsFile
    from simulator.cli.chosen_model import consequences
    from simulator.definitions.project import Project
    from simulator.llm.keys import Environment

    project = Project.find(Path.cwd())
    file = ModelsFile.of(project)
    change = default_change(file, choice)
    if change.text == file.document.source.text:
        click.echo(f"{change.place}: default is {change.new} already.", err=True)
    else:
        file.write(change.text)
        click.echo(f"{change.place}: default: {change.old} -> {change.new}", err=True)
        click.echo(f"To go back: simulator models use {change.old}", err=True)
    variables = Environment.of_project(project)
    for sentence in consequences(file.catalog, change.new, environ=variables):
        click.echo(sentence, err=True)
