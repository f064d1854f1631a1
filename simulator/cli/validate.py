"""`simulator validate`: every mistake in what a user wrote, before anything is run."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from simulator.cli import options
from simulator.cli.failures import problem_text
from simulator.errors import InvalidFiles
from simulator.llm.credentials import Credentials

__all__ = ["command"]


@click.command("validate")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@options.as_json
@click.pass_context
def command(ctx: click.Context, paths: tuple[Path, ...], as_json: bool) -> None:
    """Find every mistake in personas, scenarios, models and tool servers: in PATHS, or the project.

    Mistakes go to stdout, each with its place and the lines around it. Nothing of yours is run.
    Exit code 3 if there is any.
    """
    from simulator.definitions.project import Project, checked_files, validate
    from simulator.display.json_lines import json_line

    project = Project.find(Path.cwd())
    problems = validate(paths, project=project)
    if as_json:
        found = json_line([asdict(problem) for problem in problems])
        click.echo(Credentials().blotted(found), nl=False)
    for problem in () if as_json else problems:
        click.echo(f"{problem_text(problem)}\n")
    files = len(checked_files(paths, project=project))
    told = f"{files} file{'' if files == 1 else 's'}"
    where = ", the starter project: there is none here" if project.is_starter and not paths else ""
    mistakes = f"{len(problems)} mistake{'' if len(problems) == 1 else 's'}"
    click.echo(f"{told}, {mistakes if problems else 'no mistakes'}{where}.", err=True)
    if problems:
        ctx.exit(InvalidFiles.exit_code)
