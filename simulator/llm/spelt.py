"""A value as others spell it who repeat it: JSON, Python, addresses, pages, base64, one in another.

What is escaped is escaped a character at a time, and most characters of a key never are. So a text
in which the longest run of these does not stand cannot hold the key, and is not looked through.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from functools import lru_cache
from html import escape
from urllib.parse import quote

__all__ = ["Spelt", "spellings", "spelt"]

_SHORTEST = 8
_RUN = re.compile(r"[A-Za-z0-9_.-]+|\\+|.", re.DOTALL)
"""What nobody escapes; backslashes, which may be any number then; one odd character."""
_PLAIN = re.compile(r"[A-Za-z0-9_.-]")
_NAMED = {'"': "quot", "&": "amp", "'": "apos", "<": "lt", ">": "gt"}
_URL_SAFE = {"+": "-", "/": "_"}
_LONGEST_ESCAPE = 40
_BEGUN = re.compile(r"(?:\\(?:[ux][0-9a-f]{0,4})?|%[0-9a-f]{0,8}|&[#\w;]{0,24})+\Z", re.IGNORECASE)
"""At the end of a text: what may become one odd character or several."""

Unit = str | re.Pattern[str]


class Spelt:
    """One value, found in texts in whatever way each of its characters is spelt."""

    __slots__ = ("_longest", "_plain", "_units", "_whole", "head", "mark")

    def __init__(self, value: str, *, in_base64: bool = False) -> None:
        """`in_base64` says that it is a piece of base64, of which there are two alphabets."""
        also = _URL_SAFE if in_base64 else {}
        runs = _RUN.findall(value)
        self._units: tuple[Unit, ...] = tuple(_unit(run, also.get(run, "")) for run in runs)
        self._plain = len(runs) == 1 and isinstance(self._units[0], str)
        self.mark = max((one for one in self._units if isinstance(one, str)), key=len, default="")
        """What stands in every text in which the value stands; empty: nothing need."""
        self.head = self._units[0][0] if isinstance(self._units[0], str) else ""
        """What it begins with; empty: that may be spelt in several ways."""
        self._whole = re.compile("".join(map(_pattern, self._units)))
        self._longest = sum(
            len(run) if isinstance(unit, str) else _LONGEST_ESCAPE * len(run)
            for run, unit in zip(runs, self._units, strict=True)
        )

    def __repr__(self) -> str:
        return f"Spelt({len(self._units)} pieces)"

    def is_in(self, text: str) -> bool:
        """Whether the value stands in a text."""
        return self.mark in text and (self._plain or self._whole.search(text) is not None)

    def without(self, text: str, blot: str) -> str:
        """The text with something in its place."""
        if self.mark not in text:
            return text
        return text.replace(self.mark, blot) if self._plain else self._whole.sub(blot, text)

    def open_end(self, text: str) -> int:
        """How many characters at a text's end may be the beginning of the value."""
        first = max(0, len(text) - self._longest)
        begun = None if self._plain else _BEGUN.search(text, first)
        ends = len(text) if begun is None else begun.start()
        starts = self._starts(text, first, ends)
        return next((len(text) - one for one in starts if self._begins(text, one, ends)), 0)

    def _starts(self, text: str, first: int, ends: int) -> Iterator[int]:
        """Where the value may begin."""
        head = self._units[0]
        if isinstance(head, str):
            place = text.find(self.head, first)
            while place >= 0:
                yield place
                place = text.find(self.head, place + 1)
        else:
            yield from (found.start() for found in head.finditer(text, first))
            yield from (ends,) * (ends < len(text))

    def _begins(self, text: str, place: int, ends: int) -> bool:
        """Whether what stands at a place begins the value, and the text ends before that does."""
        for unit in self._units:
            if place in (ends, len(text)):
                return True
            if isinstance(unit, str):
                if not text.startswith(unit, place):
                    return unit.startswith(text[place:])
                place += len(unit)
            else:
                found = unit.match(text, place)
                if found is None:
                    return False
                place = found.end()
        return False


@lru_cache(maxsize=64)
def spelt(value: str) -> tuple[Spelt, ...]:
    """A key in every way in which servers and files repeat it.

    None where it is too short to guard anything, and would be found in the middle of words.
    """
    if len(value) < _SHORTEST:
        return ()
    return (Spelt(value), *(Spelt(one, in_base64=True) for one in _in_base64(value)))


def spellings(value: str) -> tuple[str, ...]:
    """A key as it is written most, for those who look for parts of it; none of a short one."""
    if len(value) < _SHORTEST:
        return ()
    written = (value, json.dumps(value)[1:-1], repr(value)[1:-1], quote(value, safe=""))
    return tuple(dict.fromkeys((*written, escape(value), *_in_base64(value))))


def _in_base64(value: str) -> tuple[str, ...]:
    """What of a value is the same in base64 whatever stands around it.

    Three bytes are four characters, so there are three ways; a character that holds bits of a
    neighbour is left out, which at either end leaves six bits of the value at most.
    """
    content = value.encode(errors="surrogatepass")
    found = []
    for before in range(3):
        bits = 8 * before, 8 * (before + len(content))
        encoded = b64encode(bytes(before) + content).decode()
        found.append(encoded[-(-bits[0] // 6) : bits[1] // 6])
    return tuple(found)


def _unit(run: str, also: str) -> Unit:
    """What stands for one piece of a value; `also` is another character for an odd one."""
    if _PLAIN.match(run):
        return run
    others = f"|{re.escape(also)}" if also else ""
    if run[0] == "\\":
        count = len(run)
        return re.compile(
            rf"(?:\\{{{count},{8 * count}}}|(?i:{_escaped(run[0])}){{{count}}}{others})"
        )
    return re.compile(rf"(?:\\{{0,8}}{re.escape(run)}{others}|(?i:{_escaped(run)}))")


def _escaped(character: str) -> str:
    """Every escape of one character, escaped again where that is done."""
    wide = character.encode("utf-16-be", "surrogatepass").hex()
    pairs = (wide[at : at + 4] for at in range(0, len(wide), 4))
    octets = character.encode(errors="surrogatepass")
    named = f"|{_NAMED[character]}" if character in _NAMED else ""
    code = ord(character)
    return "|".join(
        (
            "".join(rf"\\{{1,8}}u{one}" for one in pairs),
            rf"\\{{1,8}}x{code:02x}",
            "".join(f"%(?:25){{0,3}}{one:02x}" for one in octets),
            f"&(?:amp;){{0,3}}(?:#0{{0,6}}{code}|#x0{{0,6}}{code:x}{named});",
        )
    )


def _pattern(unit: Unit) -> str:
    return re.escape(unit) if isinstance(unit, str) else unit.pattern
