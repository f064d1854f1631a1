"""A YAML file as plain data that remembers where every key and value stands.

Strict YAML 1.2, core schema, one document, text keys. What is read as what:

- `true` and `false` (also `True`, `TRUE`) are booleans; `yes`, `no`, `on`, `off` are text.
- `null`, `~` and nothing at all are no value.
- `17` and `017` are the integer 17, `0o17` is octal, `0x1F` is hexadecimal; `1_000`, `12:30` and
  dates are text.
- A figure with a point or an exponent is a float where `Decimal(str(x))` equals what was written,
  which holds up to 15 digits, and a Decimal where it does not: pydantic makes an exact Decimal, or
  a float, of both.
- A key is the text as written (`no: x` has the key "no", `1: x` the key "1").
- Anchors and aliases work; merge keys (`<<`) and tags beyond the core ones are mistakes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from math import isinf
from typing import TypeAlias

from simulator.definitions.yaml.source_text import SourceText

__all__ = [
    "Document",
    "Loc",
    "Node",
    "NumberOutOfRange",
    "Plain",
    "Scalar",
    "resolve",
]

Scalar: TypeAlias = bool | int | float | Decimal | str | None
Plain: TypeAlias = "Scalar | list[Plain] | dict[str, Plain]"
"""What a file holds: scalars, lists, and mappings with text keys."""
Loc: TypeAlias = tuple[str | int, ...]
"""Where a value stands: keys and list positions (from 0) from the top, as pydantic's `loc`."""

KEY_ITSELF = "[key]"
"""How pydantic's `loc` says that a mapping's key is wrong, not its value."""
DIGITS = 100
"""A number longer than this is refused: turning it into an integer takes ever longer."""
NULL = re.compile(r"null|Null|NULL|~|")
BOOLEAN = re.compile(r"(true|True|TRUE)|false|False|FALSE")
INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
NUMBER_START = frozenset("+-.0123456789")


class NumberOutOfRange(ValueError):
    """A plain scalar that is a number, but one that no program can use."""


def resolve(text: str) -> Scalar:
    """What a scalar without quotes is in the core schema of YAML 1.2.

    Raises NumberOutOfRange for figures too long, too large or too small.
    """
    if text[:1] not in NUMBER_START:
        return _resolve_word(text)
    if not (INTEGER.fullmatch(text) or FLOAT.fullmatch(text)):
        return float(text.replace(".", "", 1)) if NOT_FINITE.fullmatch(text) else text
    if len(text) > DIGITS:
        raise NumberOutOfRange(text)
    if INTEGER.fullmatch(text):
        return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
    number = float(text)
    if isinf(number) or (number == 0 and re.match(r"[-+.0]*[1-9]", text)):
        raise NumberOutOfRange(text)
    exact = Decimal(text)
    return number if Decimal(str(number)) == exact else exact


def _resolve_word(text: str) -> Scalar:
    if NULL.fullmatch(text):
        return None
    boolean = BOOLEAN.fullmatch(text)
    return text if boolean is None else boolean[1] is not None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Node:
    """One value of a file: a scalar, or a list with `items`, or a mapping with `fields`."""

    start: int
    """Offset of its first character; of nothing at all, of the key that has no value."""
    end: int = 0
    """Offset behind its last character; what follows it, comments too, does not count."""
    value: Scalar = None
    source: str = ""
    """A scalar's text as it was written, without quotes."""
    plain: bool = False
    """A scalar without quotes."""
    items: tuple[Node, ...] | None = None
    fields: dict[str, Node] | None = None
    keys: dict[str, int] = field(default_factory=dict)
    """Offset of each key's first character."""
    flawed: bool = False
    """Fields are missing from `fields` because what was written there is a mistake already."""
    size: int = 1
    """Values in it, itself included, aliases written out."""
    height: int = 0
    """Lists and mappings below it, one in the other."""

    @property
    def scalar(self) -> bool:
        """Whether it is neither a list nor a mapping."""
        return self.items is None and self.fields is None

    @property
    def first(self) -> int:
        """Offset of the first key of a mapping, of anything else its own."""
        return min(self.keys.values(), default=self.start)

    def child(self, step: str | int) -> Node | None:
        """The value of a key or of a list position."""
        if self.fields is not None:
            return self.fields.get(str(step))
        if self.items is not None and isinstance(step, int) and 0 <= step < len(self.items):
            return self.items[step]
        return None

    def data(self, as_text: frozenset[int] = frozenset()) -> Plain:
        """The value; scalars whose `id` is in `as_text` as the text that was written."""
        if self.fields is not None:
            return {key: node.data(as_text) for key, node in self.fields.items()}
        if self.items is not None:
            return [node.data(as_text) for node in self.items]
        return self.source if id(self) in as_text else self.value


@dataclass(frozen=True)
class Document:
    """One file, read: its data, and where each part of it stands."""

    source: SourceText
    root: Node

    @cached_property
    def data(self) -> Plain:
        """The file's values, as lists, dicts and scalars."""
        return self.root.data()

    def node(self, loc: Loc) -> Node | None:
        """The value at exactly that place."""
        node: Node | None = self.root
        for step in loc:
            node = node.child(step) if node else None
        return node

    def mark(self, loc: Loc, *, key: bool = False) -> tuple[int, int]:
        """The line and column of a value's first character, or of its key's.

        Walks a `loc` as pydantic gives it: what names no key or position there (the tag of a
        union, a type's name) is passed over, and where the walk ends early the last value found
        counts. A list item has no key: its own place is given.
        """
        return self.source.position(self.offset(loc, key=key))

    def offset(self, loc: Loc, *, key: bool = False) -> int:
        """The same place as an offset into the text."""
        names_key = loc[-1:] == (KEY_ITSELF,) and self.node(loc) is None
        on_key = key or names_key
        node = self.root
        start = node.start
        for step in _Walk(loc[:-1] if names_key else loc).best(node, 0)[1]:
            child = node.child(step) or node
            start = node.keys.get(str(step), child.start) if on_key else child.start
            node = child
        return start


class _Walk:
    """The way a loc takes through nodes when some of its steps are labels and no keys."""

    def __init__(self, steps: Loc) -> None:
        self.steps = steps
        self.known: dict[tuple[int, int], tuple[tuple[bool, int], Loc]] = {}

    def best(self, node: Node, at: int) -> tuple[tuple[bool, int], Loc]:
        """Whether the last step is met, how many are, and the steps that are."""
        if at == len(self.steps):
            return (False, 0), ()
        place = (id(node), at)
        if place not in self.known:
            self.known[place] = max(self._ways(node, at), key=lambda way: way[0])
        return self.known[place]

    def _ways(self, node: Node, at: int) -> Iterator[tuple[tuple[bool, int], Loc]]:
        step = self.steps[at]
        child = node.child(step)
        if child is not None:
            (met, count), path = self.best(child, at + 1)
            yield (met or at + 1 == len(self.steps), count + 1), (step, *path)
        yield self.best(node, at + 1)
