"""`simulator graphs`: the shapes of conversations, in words and as a drawing."""

from __future__ import annotations

import sys
from os import environ
from pathlib import Path

import click

from simulator.cli import options
from simulator.cli.listing_group import ListingGroup

__all__ = ["command"]


@click.group("graphs", cls=ListingGroup, subcommand_metavar="[COMMAND] [ARGS]...")
def command() -> None:
    """List and draw graphs, which say who may speak when; without a command, list."""


@command.command("list")
@options.as_json
def list_graphs(as_json: bool) -> None:
    """List the graphs of the project with what each says of itself. Nothing of yours is run."""
    from simulator.definitions.project import Project
    from simulator.display.graph_list import graph_objects, print_graphs
    from simulator.display.json_lines import json_line
    from simulator.display.terminal import Terminal

    out = Terminal(sys.stdout, environ=environ)
    files = Project.find(Path.cwd()).files.graphs
    if as_json:
        out.raw(json_line(list(graph_objects(files))))
    elif files:
        print_graphs(out, files)
    else:
        click.echo("There are no graphs here: write one into graphs/.", err=True)


@command.command("show")
@click.argument("graph", type=options.GraphName(), metavar="[GRAPH]", required=False)
@click.option(
    "--scenario",
    type=options.ScenarioName(),
    help="Show it as this scenario plays it, with its cast and its phases.",
)
@click.option(
    "--svg",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a drawing to this file; `-` is stdout.",
)
@options.as_json
def show_graph(graph: str | None, scenario: str | None, svg: Path | None, as_json: bool) -> None:
    """Tell who may speak when in GRAPH: a name in graphs/, or `my_graph.py:conversation`.

    Without GRAPH it is the scenario's. The graph's file is run, as when it is played; the talk is
    not. With --svg the shape is drawn.
    """
    from simulator.definitions.project import Project
    from simulator.display.graph_list import print_shape, shape_object
    from simulator.display.graph_svg import graph_svg
    from simulator.display.json_lines import json_line
    from simulator.display.named_graph import named_shape
    from simulator.display.terminal import Terminal

    project = Project.find(Path.cwd())
    if graph is None and scenario is None:
        raise click.UsageError("Name a graph, or a scenario with --scenario.")
    name = graph or project.cast(scenario or "").scenario.graph
    shape = named_shape(project, name, scenario=scenario)
    out = Terminal(sys.stdout, environ=environ)
    if svg is not None and str(svg) != "-":
        _write(svg, graph_svg(shape))
        click.echo(f"Drawn: {svg}", err=True)
    if svg is not None and str(svg) == "-":
        out.raw(graph_svg(shape))
    elif as_json:
        out.raw(json_line(shape_object(shape)))
    else:
        print_shape(out, shape)


def _write(file: Path, text: str) -> None:
    from simulator.errors import UsageError

    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"The drawing cannot be written to {str(file)!r}: {error.strerror}."
        ) from error
