"""The variables that are set for a project: the process's own, and those of its `.env`."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Self

from simulator.definitions.folder import shown
from simulator.definitions.project import Project
from simulator.errors import InvalidFiles, Problem, UsageError

__all__ = ["Environment", "dotenv_of"]


class Environment(Mapping[str, str]):
    """Variables by name, which show no value when they are printed.

    Where a pickled one is loaded, the variables are read anew: no value is in the pickle.
    """

    def __init__(self, values: Mapping[str, str], *, folder: Path | None = None) -> None:
        """`folder` is whose `.env` is in it; None: nobody's."""
        self._values = values
        self._folder = folder

    @classmethod
    def of(cls, folder: Path | None) -> Self:
        """What the process was given, and what the folder's `.env` adds.

        What is set is never overridden; a variable that is set to nothing counts as not set.

        Raises:
            UsageError: there is a `.env` that cannot be read.
            InvalidFiles: a line of it is no `NAME=value`.
        """
        written = dotenv_of(folder) if folder is not None else {}
        given = {
            name: value
            for name, value in os.environ.items()
            if value.strip() or name not in written
        }
        return cls({**written, **given}, folder=folder)

    @classmethod
    def of_project(cls, project: Project) -> Self:
        """The same for a project; the starter has its `.env` in the current folder."""
        return cls.of(Path.cwd() if project.is_starter else project.root)

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Environment({len(self)} variables)"

    def __reduce__(self) -> tuple[type[Self] | object, tuple[Path | None]]:
        return (type(self).of, (self._folder,))


def dotenv_of(folder: Path) -> dict[str, str]:
    """What the folder's `.env` says; nothing without one.

    `NAME=value` a line, quoted where need be; `$NAME` in a value is no reference.

    Raises:
        UsageError: it cannot be read.
        InvalidFiles: a line of it is no `NAME=value`; what it holds is not repeated.
    """
    path = folder / ".env"
    if not os.path.lexists(path):
        return {}
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            kind = "it is a folder" if stat.S_ISDIR(mode) else "it is no file"
            raise UsageError(f"{shown(path)} cannot be read: {kind}.")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no UTF-8 text"
        raise UsageError(f"{shown(path)} cannot be read: {why}.") from None
    if not text.strip():
        return {}
    # Only who has such a file waits for its parser.
    from dotenv.parser import parse_stream  # noqa: PLC0415 - see above

    read = tuple(parse_stream(StringIO(text)))
    wrong = [_wrong_line(path, one.original.line, one.original.string) for one in read if one.error]
    if wrong:
        raise InvalidFiles(wrong)
    return {one.key: one.value for one in read if one.key is not None and one.value is not None}


def _wrong_line(path: Path, number: int, statement: str) -> Problem:
    # What the parser gives begins with the empty lines before it.
    before = statement[: len(statement) - len(statement.lstrip())]
    number += before.count("\n")
    message = "this is no NAME=value, or a quotation mark is not closed."
    return Problem(shown(path), number, 1, message, hint="Mend the line, or begin it with #.")
