"""`simulator demo`: a talk at once, without a key, a model or a project."""

from __future__ import annotations

import sys
from os import environ
from pathlib import Path

import click

from simulator.cli import options
from simulator.definitions.project import Project
from simulator.errors import InvalidFiles

__all__ = ["command"]

DEFAULT = "focus-group"


@click.command("demo")
@click.argument("scenario", type=options.ScenarioName(), required=False, metavar="[NAME]")
@click.option("--list", "listing", is_flag=True, help="List the scenarios there are.")
@options.seed
@options.play
@options.steer
@options.display
@options.database
@options.as_json
@click.pass_context
def command(
    ctx: click.Context,
    scenario: str | None,
    listing: bool,
    seed: int | None,
    played: tuple[str, ...],
    steers: bool,
    display: str,
    database: Path,
    as_json: bool,
) -> None:
    """Play a scenario that comes with the simulator (by default focus-group).

    The stand-in speaks lines that people wrote: no key, no network, no costs. Prompts, routing,
    tools, tokens and the record are the real ones. In a project of your own it plays your
    scenarios.
    """
    if listing:
        _list(as_json=as_json)
        return
    from simulator.cli.live_run import Showing, play
    from simulator.runs.simulation import load

    name = scenario or _first_choice()
    showing = Showing(
        display=display,
        as_json=as_json,
        steers=steers,
        again=("simulator", "demo", name, *options.repeated(ctx, "played", "database")),
        database_named=options.given(ctx, "database"),
    )
    simulation = load(name, model="stand-in", database=database).with_humans(played)
    ctx.exit(play(simulation, seed=seed, showing=showing))


def _first_choice() -> str:
    known = Project.find(Path.cwd()).scenario_ids()
    return DEFAULT if DEFAULT in known or not known else known[0]


def _list(*, as_json: bool) -> None:
    from simulator.display.json_lines import json_line
    from simulator.display.terminal import Terminal
    from simulator.display.visible import flat

    project = Project.find(Path.cwd())
    known = {name: _about(project, name) for name in project.scenario_ids()}
    out = Terminal(sys.stdout, environ=environ)
    if as_json:
        out.raw(json_line([{"scenario": name, "about": told} for name, told in known.items()]))
        return
    width = max(map(len, known), default=0) + 2
    for name, about in known.items():
        first, *more = out.fitted(flat(about), indent=width) or [""]
        out.say(f"{name:<{width}}{first}")
        for line in more:
            out.say(" " * width + line)
    click.echo(f"\nPlay one: simulator demo {_first_choice()}", err=True)


def _about(project: Project, name: str) -> str:
    try:
        scenario = project.scenario(name)
    except InvalidFiles:
        return "(has mistakes: simulator validate shows them)"
    return f"{scenario.title}: {scenario.about}" if scenario.about else scenario.title
