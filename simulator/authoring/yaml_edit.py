"""Changing single values of a YAML file: the rest of its text stays, byte for byte.

A file is never written anew from its data, which would lose its comments. What comes out is read
again and compared with what was meant, so a place that cannot be changed alone is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from simulator.definitions.yaml.document import Document, Loc, Node, resolve
from simulator.definitions.yaml_file import parse, problem_at
from simulator.errors import InvalidFiles

__all__ = ["Change", "edited", "written"]

_BARE = re.compile(r"[A-Za-z0-9](?:[\w./@+:-]*[\w/@+-])?", re.ASCII)
"""Texts that mean themselves without quotes, in a line or in brackets."""
_LINE_END = re.compile(r"[^\r\n]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One value that a file is to have."""

    loc: Loc
    """Where; the mapping it stands in has to be there, the last key may be new."""
    text: str
    """The value in YAML, in one line."""
    order: Sequence[str] = ()
    """The usual order of the keys there: a new one goes behind those that come before it."""


@dataclass(frozen=True, slots=True)
class _Splice:
    start: int
    end: int
    text: str


def edited(document: Document, changes: Sequence[Change]) -> str:
    """The file's text with these values.

    Raises:
        InvalidFiles: a value cannot be changed by itself, as where an alias repeats it.
    """
    now = document
    for change in changes:
        new = _changed(now, change)
        if new is None:
            message = f"`{change.loc[-1]}` cannot be changed here without changing something else."
            hint = f"Write it yourself: {change.loc[-1]}: {change.text}"
            raise InvalidFiles([problem_at(document, change.loc, message, hint, at_key=True)])
        now = new
    return now.source.text


def written(value: str | Decimal | int | Mapping[str, Any] | Sequence[str]) -> str:
    """A value as YAML in one line: names without quotes where that is safe, prices as prices."""
    if isinstance(value, str):
        bare = _BARE.fullmatch(value) and isinstance(resolve(value), str)
        return value if bare else json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{written(k)}: {written(v)}' for k, v in value.items())}}}"
    if isinstance(value, Decimal | int):
        return _figure(Decimal(value))
    return f"[{', '.join(map(written, value))}]"


def _figure(amount: Decimal) -> str:
    """`2`, `0.10`, `0.125`: as many digits as it has, cents at least unless it is whole."""
    whole, _, fraction = format(amount, "f").partition(".")
    fraction = fraction.rstrip("0")
    return f"{whole}.{fraction:0<2}" if fraction else whole


def _splice(document: Document, change: Change) -> _Splice | None:
    node = document.node(change.loc)
    if node is None:
        return _insertion(document, change)
    empty = node.plain and not node.source
    if empty:
        return _Splice(node.end, node.end, f" {change.text}")
    return _Splice(node.start, node.end, change.text)


def _insertion(document: Document, change: Change) -> _Splice | None:
    mapping = document.node(change.loc[:-1])
    if mapping is None or mapping.fields is None:
        return None
    text, key = document.source.text, str(change.loc[-1])
    entry = f"{written(key)}: {change.text}"
    flow = text[mapping.start] == "{"
    if not mapping.fields:
        return _Splice(mapping.start, mapping.end, f"{{{entry}}}")
    before = _neighbour(mapping, key, change.order)
    indent = " " * (document.source.position(mapping.first)[1] - 1)
    if before is None:
        ending = ", " if flow else f"{_newline(text)}{indent}"
        return _Splice(mapping.first, mapping.first, f"{entry}{ending}")
    behind = mapping.fields[before].end
    if flow:
        return _Splice(behind, behind, f", {entry}")
    line_end = _LINE_END.match(text, behind)
    behind = line_end.end() if line_end else behind
    return _Splice(behind, behind, f"{_newline(text)}{indent}{entry}")


def _neighbour(mapping: Node, key: str, order: Sequence[str]) -> str | None:
    """The key there that a new one goes behind; None: it becomes the first."""
    there = list(mapping.fields or ())
    if key not in order:
        return there[-1]
    earlier = set(order[: order.index(key)])
    return next((name for name in reversed(there) if name in earlier), None)


def _newline(text: str) -> str:
    found = re.search(r"\r\n|\n|\r", text)
    return found[0] if found else "\n"


def _changed(document: Document, change: Change) -> Document | None:
    """The file with one change, read again; None where it would say anything else, too."""
    splice, text = _splice(document, change), document.source.text
    if splice is None:
        return None
    meant: Any = deepcopy(document.data)
    place = meant
    for step in change.loc[:-1]:
        place = place[step]
    place[change.loc[-1]] = _meaning(change.text)
    try:
        new = parse(text[: splice.start] + splice.text + text[splice.end :], document.source.file)
    except InvalidFiles:
        return None
    return new if new.data == meant else None


def _meaning(text: str) -> object:
    data = parse(f"value: {text}", "value").data
    return data["value"] if isinstance(data, dict) else None
