"""What must never show: the keys of this process, and whatever has the form of a real key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from typing import TypeVar

from simulator.definitions.key_forms import FORMS, Finder, Form
from simulator.llm.proxies import is_proxy_variable, secrets_in
from simulator.llm.spelt import Spelt, spellings, spelt

__all__ = [
    "BLOT",
    "KEY_OF_THIS_RUN",
    "Credentials",
    "Spoken",
    "bare",
    "watched",
]

E = TypeVar("E", bound=BaseException)
BLOT = "***"
"""What stands where a key stood."""
KEY_OF_THIS_RUN = "a key that this program uses"
"""What a known value is called, which may have any form."""
_SHORTEST_UNNAMED = 16
_PART = 12
"""So many characters of a key in a row are known to be its."""
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_NAMED_LIKE_A_KEY = re.compile(r"KEY|TOKEN|SECRET|PASSW|CREDENTIAL", re.IGNORECASE)


class Credentials:
    """Values that must not show, known as they are used, and the forms of keys."""

    def __init__(self, forms: Iterable[Form[Finder]] = FORMS) -> None:
        self.forms = tuple(forms)
        self._values: frozenset[str] = frozenset()
        self._known: tuple[Spelt, ...] = ()
        """The longest value first: a shorter one may be a part of it."""
        self._parts: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return f"Credentials({len(self._values)} known)"

    def __reduce__(self) -> str:
        raise TypeError("what must not show is not written anywhere")

    @property
    def count(self) -> int:
        """How much is known by now, for those who remember what they have looked through."""
        return len(self._known)

    def learn(self, *values: str) -> None:
        """Remember values, in the spellings in which servers and files repeat them."""
        self._remember(values)
        long = (
            one for value in values for one in spellings(value) if len(one) >= _SHORTEST_UNNAMED
        )
        self._parts |= {part for value in long for part in _parts_of(value)}

    def learn_from(self, environ: Mapping[str, str]) -> None:
        """Remember what variables hold whose names say that they are keys, or proxies."""
        for name, value in environ.items():
            if is_proxy_variable(name):
                self.learn_proxy(value)
        found = (value.strip() for name, value in environ.items() if _NAMED_LIKE_A_KEY.search(name))
        self._remember(filter(_may_be_a_key, found))

    def learn_proxy(self, address: str) -> None:
        """Remember who asks a proxy by an address of it, and the address where it tells that."""
        secrets = secrets_in(address)
        self.learn(*secrets)
        self._remember((address,) if secrets else ())

    def has_known(self, text: str) -> bool:
        """Whether one of the known values stands in a text."""
        return any(one.mark in text and one.is_in(text) for one in self._known)

    def forms_in(self, text: str) -> tuple[str, ...]:
        """What has the form of a key in a text, by the forms' names."""
        return tuple(form.name for form in self.forms if _is_in(form, text))

    def without_known(self, text: str) -> str:
        """The text with the known values blotted out."""
        for one in self._known:
            if one.mark in text:
                text = one.without(text, BLOT)
        return text

    def blotted(self, text: str) -> str:
        """The text with known values and everything that has the form of a key blotted out."""
        text = self.without_known(text)
        for form in self.forms:
            if form.may_be_in(text):
                text = form.pattern.sub(BLOT, text)
        return text

    def without_parts(self, text: str) -> str:
        """The text with long parts of the values blotted out, whatever colours stand in them.

        Who shows locals shortens and wraps them. It is for tracebacks: in other words a part may
        well be a word.
        """
        plain = text
        places: Sequence[int] = range(len(text))
        if _COLOUR.search(text):
            codes = {place for code in _COLOUR.finditer(text) for place in range(*code.span())}
            kept = [place for place in range(len(text)) if place not in codes]
            plain, places = "".join(text[place] for place in kept), kept
        shown, end = [], 0
        for first, last in _spans(plain, self._parts):
            start = places[first]
            if start >= end:
                shown += [text[end:start], BLOT]
            end = places[last] + 1
        return "".join((*shown, text[end:]))

    def _remember(self, values: Iterable[str]) -> None:
        known = self._values.union(values)
        if known != self._values:
            self._values = known
            longest_first = sorted(known, key=lambda one: (-len(one), one))
            self._known = tuple(one for value in longest_first for one in spelt(value))

    def open_end(self, text: str) -> int:
        """How many characters at a text's end may be the beginning of a known value."""
        return max((one.open_end(text) for one in self._known if one.head in text), default=0)


class Spoken:
    """Blots known values out of words as they stream in, whichever way they are cut."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._held = ""

    def feed(self, text: str) -> str:
        """What can be shown by now; the beginning of what may become a key is held back."""
        whole = self._credentials.without_known(self._held + text)
        shown = len(whole) - self._credentials.open_end(whole)
        self._held = whole[shown:]
        return whole[:shown]

    def rest(self) -> str:
        """What was held back, once it is over."""
        held, self._held = self._held, ""
        return held


def bare(error: E) -> E:
    """The error, and what it came from, without the frames it was raised through.

    Their locals hold headers and answers, and whoever shows locals with tracebacks shows them. An
    error that says what happened needs no frames.
    """
    chain: list[BaseException] = [error]
    for one in chain:
        one.__traceback__ = None
        came_from = (one.__cause__, one.__context__)
        chain += [more for more in came_from if more is not None and more not in chain]
    return error


def _parts_of(value: str) -> Iterator[str]:
    """Everything of the length of a part that stands in a value."""
    return (value[place : place + _PART] for place in range(len(value) - _PART + 1))


def _spans(text: str, parts: frozenset[str]) -> Iterator[tuple[int, int]]:
    """The first and last place of each stretch of a text that is made of parts."""
    start = end = -1
    for place, part in enumerate(_parts_of(text) if parts else ()):
        if part not in parts:
            continue
        if place > end:
            if end >= 0:
                yield start, end
            start = place
        end = place + _PART - 1
    if end >= 0:
        yield start, end


def _is_in(form: Form[Finder], text: str) -> bool:
    return form.may_be_in(text) and form.pattern.search(text) is not None


def _may_be_a_key(value: str) -> bool:
    """Whether a value is a key rather than a word, a path or an address of keys."""
    place = value.startswith(("/", "~", ".")) or "://" in value
    return len(value) >= _SHORTEST_UNNAMED and not place and value.isascii() and " " not in value


watched: ContextVar[Credentials | None] = ContextVar("watched_credentials", default=None)
"""What a program blots out of all that it writes; sessions that are opened in it add their keys."""
