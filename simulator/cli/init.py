"""`simulator init`: a project to start from."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import click

from simulator.errors import UsageError

__all__ = ["command"]

_SHOWN = 5
_NEXT = (
    "simulator validate",
    "simulator demo",
    "simulator run focus-group --model tiers --dry-run",
)
_IGNORED = """# What was said and paid; SQLite keeps files beside it while it is open.
runs.db*
# Keys.
.env
"""


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
def command(folder: Path) -> None:
    """Copy the starter project into DIR: personas, scenarios, graphs and models.yaml.

    The folder may exist, but none of the files: nothing is ever overwritten. Where there is no
    .gitignore, one is written that keeps the record, runs.db, out of version control.
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
    written = len(names) + _ignore_record(folder)
    click.echo(f"{written} files in {folder}. Now:", err=True)
    if folder.resolve() != Path.cwd():
        click.echo(f"  cd {folder}", err=True)
    for line in _NEXT:
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


def _ignore_record(folder: Path) -> int:
    """Keep the record out of version control; how many files that took."""
    ignore = folder / ".gitignore"
    if ignore.exists():
        return 0
    ignore.write_text(_IGNORED, encoding="utf-8")
    return 1


def _copy(starter: Path, names: list[Path], folder: Path) -> None:
    try:
        for name in names:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(starter / name, target)
    except OSError as error:
        why = error.strerror or error
        raise UsageError(f"The project cannot be written to {str(folder)!r}: {why}.") from error
