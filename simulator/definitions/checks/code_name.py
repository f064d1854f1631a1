"""Names of Python code in what users write: `my_tools.py:weather`, `package.module:name`.

Files and names are found by syntax alone: nothing of the user's is imported or run here.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from pathlib import Path

from simulator.definitions.checks.python_file import ANYTHING, names_bound, statements_in
from simulator.definitions.folder import files_in, is_file, shown
from simulator.errors import did_you_mean
from simulator.spelling import closest

__all__ = ["CodeName", "Fault", "fault_in_file"]

Fault = tuple[str, str]
"""What is wrong, and what to do about it (may be empty)."""

FORM = "Write my_file.py:name or package.module:name."


@dataclass(frozen=True, slots=True)
class CodeName:
    """Code by where it stands and what it is called there."""

    place: str
    """A file, relative to the project's folder, or a module with dots."""
    name: str

    @classmethod
    def parse(cls, text: str) -> CodeName | None:
        """The two parts of `place:name`; None for a bare name, which is one of ours."""
        place, colon, name = text.rpartition(":")
        return cls(place, name) if colon else None

    @property
    def is_file(self) -> bool:
        """Whether the place is a file, and not a module."""
        return self.place.endswith(".py")

    def file(self, folder: Path) -> Path | None:
        """The Python file that a project in that folder takes it from; None: none is found."""
        if self.is_file:
            return folder / self.place if is_file(folder / self.place) else None
        whole = all(part.isidentifier() for part in self.place.split("."))
        spec = _module(self.place, folder) if whole else None
        origin = spec.origin if spec is not None else None
        return Path(origin) if origin is not None and origin.endswith(".py") else None

    def fault(self, folder: Path) -> Fault | None:
        """Why a project in that folder cannot use this name; None if it can."""
        if not self.place or not self.name.isidentifier():
            return f"`{self.place}:{self.name}` names no Python code.", FORM
        if not self.is_file:
            return self._fault_of_module(folder)
        file = folder / self.place
        if is_file(file):
            return fault_in_file(file, self.place, self.name)
        meant = closest(file.name, (near.name for near in files_in(file.parent, ".py")))
        hint = f"It is looked for in {shown(folder)}."
        if meant:
            hint = f"Did you mean {Path(self.place).with_name(meant).as_posix()!r}?"
        return f"There is no file {self.place!r}.", hint

    def _fault_of_module(self, folder: Path) -> Fault | None:
        if not all(part.isidentifier() for part in self.place.split(".")):
            return f"{self.place!r} is neither a Python file nor a module.", FORM
        spec = _module(self.place, folder)
        if spec is None:
            hint = f"It is looked for in {shown(folder)} and among the installed packages."
            return f"There is no module {self.place!r}.", hint
        if spec.origin is None or not spec.origin.endswith(".py"):
            return None
        return fault_in_file(Path(spec.origin), self.place, self.name)


def fault_in_file(file: Path, label: str, name: str) -> Fault | None:
    """Why a name cannot be taken from a Python file; None if it can."""
    try:
        known = frozenset(names_bound(statements_in(file)))
    except OSError as error:
        return f"{label!r} cannot be read: {error.strerror}.", ""
    except SyntaxError as error:
        return f"{label!r} is no valid Python: line {error.lineno}: {error.msg}.", ""
    except (ValueError, RecursionError, MemoryError):
        return f"{label!r} is no valid Python.", ""
    if name in known or ANYTHING in known:
        return None
    hint = did_you_mean(name, sorted(one for one in known if not one.startswith("_")))
    return f"{label!r} defines no {name!r}.", hint


def _module(name: str, folder: Path) -> ModuleSpec | None:
    """Where a module stands: files are looked for, and no package is imported on the way."""
    parts = name.split(".")
    spec = PathFinder.find_spec(parts[0], [str(folder)]) or _installed(parts[0])
    for depth in range(2, len(parts) + 1):
        if spec is None:
            return None
        within = list(spec.submodule_search_locations or ())
        spec = PathFinder.find_spec(".".join(parts[:depth]), within)
    return spec


def _installed(package: str) -> ModuleSpec | None:
    try:
        return find_spec(package)
    except (ImportError, ValueError):
        return None
