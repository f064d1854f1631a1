"""`simulator prompt`: what a model would read, before anything is asked or paid."""

from __future__ import annotations

import sys
from os import environ
from pathlib import Path
from re import fullmatch

import click

from simulator.cli import options
from simulator.definitions.model_catalog import (
    ANY_TIER,
    OFFLINE,
    TIERS,
    ModelCatalog,
    ModelChoice,
)

__all__ = ["command"]

_TURN_OF_RUN = r"(?P<run>\S+):(?P<turn>[0-9]+)"


@click.command("prompt")
@click.argument("persona", type=options.PersonaName(), metavar="PERSONA|RUN:TURN", required=False)
@click.option("--run", type=options.RunName(), help="A run: an id, its beginning, @last.")
@click.option(
    "--turn", type=click.IntRange(1, options.MOST_ROWS), metavar="N", help="A turn of that run."
)
@click.option(
    "--scenario",
    type=options.ScenarioName(),
    help="A scenario's id or file. [default: the first with the persona that needs no input]",
)
@options.model
@options.inputs
@options.database
@options.as_json
def command(
    persona: str | None,
    run: str | None,
    turn: int | None,
    scenario: str | None,
    model: str | None,
    settings: tuple[tuple[str, str], ...],
    database: Path,
    as_json: bool,
) -> None:
    """Show what a model would be sent if PERSONA opened the scenario, or what one was sent.

    Messages, tools, reply schema, tokens of each section (estimated), and the model with the
    reasons for it. PERSONA is a persona's id, or the id of a member of the cast. Nothing is
    asked. Without --model the router takes a model of the tiers; with --model stand-in the cue
    is shown that the stand-in reads. With --json the request's body.

    RUN:TURN (or --run RUN --turn N) shows what was read in a turn that is over, rendered again from
    the record: what its speaker remembered, heard in private and looked up, and every correction.
    The hash tells whether it is word for word the same. What the floor asked is not shown.
    """
    read = _turn_read(persona, run=run, turn=turn)
    if read is not None:
        _show_read(*read, database=database, as_json=as_json)
        return
    _show_first(persona or "", scenario=scenario, model=model, settings=settings, as_json=as_json)


def _turn_read(persona: str | None, *, run: str | None, turn: int | None) -> tuple[str, int] | None:
    """The run and the turn that are asked for; None where it is a persona."""
    named = fullmatch(_TURN_OF_RUN, persona or "")
    if named and run is None and turn is None:
        return named["run"], int(named["turn"])
    if persona is None and run is not None and turn is not None:
        return run, turn
    if persona is None or run is not None or turn is not None:
        message = "Name a persona (rosa), or a turn of a run (@last:5, or --run @last --turn 5)."
        raise click.UsageError(message)
    return None


def _show_read(run: str, turn: int, *, database: Path, as_json: bool) -> None:
    """What was read in a turn of a run."""
    from simulator.cli.shown_run import found_run
    from simulator.definitions.project import Project
    from simulator.display.json_lines import json_line
    from simulator.display.prompt_text import print_reread, reread_object
    from simulator.display.terminal import Terminal
    from simulator.llm.keys import Environment
    from simulator.runs.reread import reread

    project, found = Project.find(Path.cwd()), found_run(run, database)
    asked = reread(found, turn, project=project, environ=Environment.of_project(project))
    out = Terminal(sys.stdout, environ=environ)
    if as_json:
        out.raw("".join(json_line(reread_object(one)) for one in asked))
    else:
        print_reread(out, asked, found.started)


def _show_first(
    persona: str,
    *,
    scenario: str | None,
    model: str | None,
    settings: tuple[tuple[str, str], ...],
    as_json: bool,
) -> None:
    """What a model would be sent for the first turn."""
    from datetime import UTC, datetime

    from simulator.cli.cast_member import find_member
    from simulator.definitions.project import Project
    from simulator.display.json_lines import json_line
    from simulator.display.prompt_text import print_prompt
    from simulator.display.terminal import Terminal
    from simulator.llm.keys import Environment
    from simulator.runs.preview import preview

    project = Project.find(Path.cwd())
    cast, member = find_member(project, persona, scenario=scenario, inputs=dict(settings))
    catalog = project.catalog()
    shown = preview(
        cast,
        member,
        catalog=catalog,
        choice=_choice(catalog, model),
        today=datetime.now(UTC).date(),
        environ=Environment.of_project(project),
    )
    out = Terminal(sys.stdout, environ=environ)
    if as_json:
        out.raw(json_line(shown.body))
    else:
        print_prompt(out, shown, title=cast.scenario.title)


def _choice(catalog: ModelCatalog, model: str | None) -> ModelChoice:
    """What is asked for; without a word the tiers rather than the stand-in, which is no model."""
    choice = catalog.choose(model)
    tiers = any(catalog.tiers.of(tier) for tier in TIERS)
    if model is None and choice.name == OFFLINE and tiers:
        return catalog.choose(ANY_TIER)
    return choice
