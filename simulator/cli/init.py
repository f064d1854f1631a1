"""`simulator init`: a project to start from."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import click

from simulator.errors import UsageError

__all__ = ["command"]

_SHOWN = 5


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
def command(folder: Path) -> None:
    """Copy the starter project into DIR: personas, scenarios, graphs and models.yaml.

    The folder may exist, but none of the files: nothing is ever overwritten.
    """
    from simulator.definitions.project import STARTER_PARTS, Project

    starter = Project.starter().root
    files = [file for part in STARTER_PARTS for file in _files(starter / part)]
    names = [file.relative_to(starter) for file in files]
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{str(folder)!r} is a file: give the path of a folder.")
    there = [name.as_posix() for name in names if (folder / name).exists()]
    if there:
        more = f" and {len(there) - _SHOWN} more" if len(there) > _SHOWN else ""
        raise UsageError(
            f"{str(folder)!r} has {', '.join(there[:_SHOWN])}{more} already, and nothing is "
            "overwritten: choose an empty folder."
        )
    _copy(starter, names, folder)
    click.echo(f"{len(names)} files in {folder}. Now:", err=True)
    if folder.resolve() != Path.cwd():
        click.echo(f"  cd {folder}", err=True)
    for line in ("simulator validate", "simulator demo", "simulator run focus-group --dry-run"):
        click.echo(f"  {line}", err=True)


def _files(part: Path) -> Iterator[Path]:
    """The files of a part of the starter, hidden and compiled ones left out."""
    if part.is_file():
        yield part
    for file in sorted(part.rglob("*")):
        inside = file.relative_to(part).parts
        hidden = any(name.startswith(".") or name == "__pycache__" for name in inside)
        if file.is_file() and not hidden:
            yield file


def _copy(starter: Path, names: list[Path], folder: Path) -> None:
    try:
        for name in names:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(starter / name, target)
    except OSError as error:
        why = error.strerror or error
        raise UsageError(f"The project cannot be written to {str(folder)!r}: {why}.") from error
