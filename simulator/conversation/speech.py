"""Speech while it is made: the words spoken, taken out of a reply's JSON as it streams in."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["SpeechDelta", "SpokenWords"]

_OPENING = re.compile(r'"message"\s*:\s*"')
_HIGH, _LOW = r"\\u[dD][89abAB][0-9a-fA-F]{2}", r"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_NO_LOW = r"(?=[^\\]|\\[^u]|\\u(?:[^dD]|[dD][^c-fC-F]))"
_STEP = re.compile(
    rf'(?P<plain>[^"\\\ud800-\udfff]+)|(?P<pair>{_HIGH}{_LOW})'
    rf"|(?P<half>{_LOW}|{_HIGH}{_NO_LOW}|[\ud800-\udfff])"
    r"|(?P<code>\\u(?![dD][89abAB])[0-9a-fA-F]{4})|(?P<letter>\\[^u])"
)
"""One step inside a JSON string; what may still become something else is no step yet."""
_LETTERS = MappingProxyType({"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"})


@dataclass(frozen=True, slots=True)
class SpeechDelta:
    """More words of a turn that is on its way; shown, never recorded."""

    turn: int
    speaker: str
    text: str


class SpokenWords:
    """Collects a reply's raw text and gives out the words of its `message` as they come.

    A quote inside a JSON string is escaped, so the key is found without parsing what is before.
    Nothing is raised: where the text is no JSON, the words end or look odd.
    """

    def __init__(self) -> None:
        self._rest = ""
        self._inside = self._over = False

    def feed(self, delta: str) -> str:
        """The words that the new piece adds; empty before, after and between them."""
        if self._over:
            return ""
        self._rest += delta
        if not self._inside:
            opening = _OPENING.search(self._rest)
            if opening is None:
                return ""
            self._rest, self._inside = self._rest[opening.end() :], True
        words, place = [], 0
        while step := _STEP.match(self._rest, place):
            words.append(_decoded(step))
            place = step.end()
        self._rest = self._rest[place:]
        self._over = self._rest.startswith('"')
        return "".join(words)


def _decoded(step: re.Match[str]) -> str:
    raw = step[0]
    if step.lastgroup == "plain":
        return raw
    if step.lastgroup == "letter":
        return _LETTERS.get(raw[1], raw[1])
    if step.lastgroup in {"code", "pair"}:
        return str(json.loads(f'"{raw}"'))
    return "\N{REPLACEMENT CHARACTER}"
