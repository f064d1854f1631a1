"""What is in a folder, asked so that no name, however odd, and no missing right raises."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["absolute", "files_in", "is_file", "is_folder", "shown"]


def is_file(path: Path) -> bool:
    """Whether there is a file; False also for names that no file can bear."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """Whether there is a folder; False also for names that no folder can bear."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def files_in(folder: Path, *suffixes: str) -> tuple[Path, ...]:
    """The files directly in a folder by name, hidden ones left out; none if it cannot be read."""
    try:
        entries = sorted(folder.iterdir())
    except (OSError, ValueError):
        return ()
    return tuple(
        entry
        for entry in entries
        if entry.suffix.lower() in suffixes and not entry.name.startswith(".") and is_file(entry)
    )


def absolute(path: Path) -> Path:
    """The whole path without `..`; links stay, since the name of a file's folder counts."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - resolve() follows links


def shown(path: Path) -> str:
    """A path as people read it: relative to the current folder if it is below, else absolute."""
    whole, here = absolute(path), Path.cwd()
    below = here in whole.parents
    return whole.relative_to(here).as_posix() if below else str(whole)
