"""Speech while it is made: the words spoken, taken out of a reply's JSON as it streams in."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

__all__ = ["SpeechDelta", "SpokenWords"]

_OPENING = re.compile(r'"message"\s*:\s*"')
_END = re.compile(r'(?:[^"\\]|\\.)*', re.DOTALL)
_HALF_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{0,3})?$|\\u[dD][89abAB][0-9a-fA-F]{2}$")


@dataclass(frozen=True, slots=True)
class SpeechDelta:
    """More words of a turn that is on its way; shown, never recorded."""

    turn: int
    speaker: str
    text: str


class SpokenWords:
    """Collects a reply's raw text and gives out the words of its `message` as they come.

    A quote inside a JSON string is escaped, so the key is found without parsing what is before.
    """

    def __init__(self) -> None:
        self._raw = ""
        self._start: int | None = None
        self._given = ""

    def feed(self, delta: str) -> str:
        """The words that the new piece adds; empty before, after and between them."""
        self._raw += delta
        if self._start is None:
            opening = _OPENING.search(self._raw)
            if opening is None:
                return ""
            self._start = opening.end()
        inside = _END.match(self._raw, self._start)
        spoken = _decoded(inside[0] if inside else "")
        new, self._given = spoken[len(self._given) :], spoken
        return new


def _decoded(raw: str) -> str:
    whole = _HALF_ESCAPE.sub("", raw)
    return str(json.loads(f'"{whole}"', strict=False))
