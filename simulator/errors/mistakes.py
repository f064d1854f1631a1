"""Errors of what users wrote, named or installed, and of the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from simulator.spelling import closest

__all__ = [
    "InvalidFiles",
    "KeyFileUnreadable",
    "NotFound",
    "PatternTooSlow",
    "Problem",
    "SimulatorError",
    "StoreFailed",
    "UsageError",
    "UserCodeFailed",
    "did_you_mean",
]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A sentence that names the known name most like it, or an empty string."""
    meant = closest(name, known)
    return f"Did you mean {meant!r}?" if meant else ""


class SimulatorError(Exception):
    """The root: catching it catches everything the simulator says went wrong."""

    exit_code: ClassVar[int] = 1


class UsageError(SimulatorError):
    """The caller asked for something that does not exist or does not fit together."""

    exit_code = 2


class NotFound(UsageError):
    """A name that nothing here bears; `known` are the names there are."""

    def __init__(self, what: str, name: str, *, known: Iterable[str] = (), hint: str = "") -> None:
        self.what, self.name, self.known = what, name, tuple(sorted(known))
        there = f"There are: {', '.join(self.known)}." if 0 < len(self.known) <= 12 else ""
        parts = (f"No {what} is called {name!r}.", did_you_mean(name, self.known) or there, hint)
        super().__init__(" ".join(part for part in parts if part))


class PatternTooSlow(UsageError):
    """A regular expression of the user's could not be searched for in time."""

    def __init__(self, pattern: str, *, where: str = "a text") -> None:
        self.pattern, self.where = pattern, where
        super().__init__(
            f"The pattern {pattern!r} takes too long on {where}: simplify it. What repeats, and "
            "has a repetition or alternatives in it that fit the same words, is tried in every way."
        )


class KeyFileUnreadable(UsageError):
    """The encrypted file of keys cannot be opened: no key to it, a wrong one, or no such file."""

    exit_code = 6


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in one file, with the place where it stands (1-based; 0 is the whole file)."""

    file: str
    line: int
    column: int
    message: str
    hint: str = ""
    frame: str = ""
    """The lines around the mistake with a caret under it, ready to print."""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return " ".join(part for part in (f"{place}:", self.message, self.hint) if part)


class InvalidFiles(SimulatorError):
    """Files a person wrote do not say what they must; `problems` lists every mistake found."""

    exit_code = 3

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UserCodeFailed(SimulatorError):
    """A user's Python (a graph, a tool, a policy) cannot be loaded or does not fit."""

    exit_code = 3


class StoreFailed(SimulatorError):
    """The database cannot be used: locked, not ours, or written by a newer version."""
