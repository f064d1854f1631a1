"""Regular expressions that users write, on words that others say: none of them takes for ever.

A pattern such as `(a|a)*$` takes twice as long with every character it is shown, and nothing can
interrupt Python's own search. So the search is done by a library that gives up when its time is up.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any

from simulator.errors import PatternTooSlow, UsageError

__all__ = ["BoundedPattern"]

_SECONDS = 0.5
"""What a search may take; a line of a talk takes a simple pattern less than a millisecond."""
_CHARACTERS_A_SECOND = 1_000_000
"""What is added for long texts: simple patterns read a hundred times as much."""


@dataclass(frozen=True, slots=True)
class BoundedPattern:
    """A regular expression as Python's `re` writes them, and a bound on what it may take."""

    written: str
    ignores_case: bool = False

    def is_in(self, text: str) -> bool:
        """Whether it fits somewhere in the text.

        Raises:
            PatternTooSlow: it cannot be told in time.
            UsageError: it is no regular expression.
        """
        try:
            found = self._compiled().search(text, timeout=_bound(text))
        except TimeoutError as error:
            raise PatternTooSlow(self.written) from error
        return found is not None

    def spans(self, text: str) -> tuple[tuple[int, int], ...]:
        """Where it fits: the first character of each place, and the one behind it.

        Raises:
            PatternTooSlow: it cannot be told in time.
            UsageError: it is no regular expression.
        """
        try:
            found = self._compiled().finditer(text, timeout=_bound(text))
            return tuple(match.span() for match in found)
        except TimeoutError as error:
            raise PatternTooSlow(self.written) from error

    def replaced(self, by: str, text: str) -> str:
        """The text with other words wherever the pattern fits.

        Raises:
            PatternTooSlow: it cannot be told in time.
            UsageError: it is no regular expression.
        """
        try:
            return str(self._compiled().sub(lambda _: by, text, timeout=_bound(text)))
        except TimeoutError as error:
            raise PatternTooSlow(self.written) from error

    def _compiled(self) -> Any:
        return _compiled(self.written, ignores_case=self.ignores_case)


def _bound(text: str) -> float:
    return _SECONDS + len(text) / _CHARACTERS_A_SECOND


@lru_cache(maxsize=256)
def _compiled(written: str, *, ignores_case: bool) -> Any:
    # Only who has patterns waits for it: it takes as long to import as a small command.
    regex = import_module("regex")
    try:
        with warnings.catch_warnings(action="ignore"):
            return regex.compile(written, regex.IGNORECASE if ignores_case else 0)
    except (regex.error, OverflowError, RecursionError, ValueError) as error:
        raise UsageError(f"The pattern {written!r} is no regular expression: {error}.") from error
