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
    Exit code 3 if there is any. What looks like an API key is a mistake where models.yaml says
    `outgoing: {credentials: block}`, else a warning, which changes no exit code.
    """
    from simulator.definitions.project import Project, checked_files, examined
    from simulator.display.json_lines import json_line

    project = Project.find(Path.cwd())
    verdict = examined(paths, project=project)
    problems, warnings = verdict.problems, verdict.warnings
    if as_json:
        found = [{**asdict(one), "severity": "error"} for one in problems]
        found += [{**asdict(one), "severity": "warning"} for one in warnings]
        click.echo(Credentials().blotted(json_line(found)), nl=False)
    for problem in () if as_json else problems:
        click.echo(f"{problem_text(problem)}\n")
    for warning in () if as_json else warnings:
        click.echo(f"Warning: {problem_text(warning)}\n")
    files = len(checked_files(paths, project=project))
    told = f"{files} file{'' if files == 1 else 's'}"
    where = ", the starter project: there is none here" if project.is_starter and not paths else ""
    mistakes = f"{len(problems)} mistake{'' if len(problems) == 1 else 's'}"
    more = f", {len(warnings)} warning{'' if len(warnings) == 1 else 's'}" if warnings else ""
    click.echo(f"{told}, {mistakes if problems else 'no mistakes'}{more}{where}.", err=True)
    if problems:
        ctx.exit(InvalidFiles.exit_code)
