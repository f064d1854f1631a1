"""`simulator prompt`: what a model would read, before anything is asked or paid."""

from __future__ import annotations

import sys
from os import environ
from pathlib import Path

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


@click.command("prompt")
@click.argument("persona", type=options.PersonaName(), metavar="PERSONA")
@click.option(
    "--scenario",
    type=options.ScenarioName(),
    help="A scenario's id or file. [default: the first with the persona that needs no input]",
)
@options.model
@options.inputs
@options.as_json
def command(
    persona: str,
    scenario: str | None,
    model: str | None,
    settings: tuple[tuple[str, str], ...],
    as_json: bool,
) -> None:
    """Show what a model would be sent if PERSONA opened the scenario.

    Messages, tools, reply schema, tokens of each section (estimated), and the model with the
    reasons for it. PERSONA is a persona's id, or the id of a member of the cast. Nothing is
    asked. Without --model the router takes a model of the tiers; with --model stand-in the cue
    is shown that the stand-in reads. With --json the request's body.
    """
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
