"""What pydantic found wrong with a file, one finding for each mistake a person made.

Pydantic reports every branch of a union that did not fit. Here the branch is chosen that its
author most likely meant; where none stands out, what the branches want becomes one finding.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sized
from dataclasses import dataclass, field, replace

from pydantic import BaseModel, ValidationError

from simulator.definitions.yaml.document import Document, Loc, Node
from simulator.definitions.yaml.model_place import Choice, Place, fields, inside, open_union, trace
from simulator.spelling import likeness

__all__ = ["MISFITS", "MISSING", "UNKNOWN", "Finding", "findings"]

MISSING = "missing"
UNKNOWN = "extra_forbidden"
UNTAGGED = "union_tag_"
MISFITS: Mapping[str, str] = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a whole number of less than 19 digits",
    "float_type": "a number",
    "float_parsing": "a number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "finite_number": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "iterable_type": "a list",
    "dict_type": "fields (`name: value`)",
    "mapping_type": "fields (`name: value`)",
    "model_type": "fields (`name: value`)",
    "model_attributes_type": "fields (`name: value`)",
    "date_type": "a date such as 2026-10-23",
    "date_parsing": "a date such as 2026-10-23",
    "date_from_datetime_parsing": "a date such as 2026-10-23",
    "date_from_datetime_inexact": "a date such as 2026-10-23",
    "datetime_type": "a date and time such as 2026-10-23T18:30:00Z",
    "datetime_parsing": "a date and time such as 2026-10-23T18:30:00Z",
    "datetime_from_date_parsing": "a date and time such as 2026-10-23T18:30:00Z",
    "time_type": "a time such as 18:30",
    "time_parsing": "a time such as 18:30",
    "time_delta_type": "a number of seconds",
    "time_delta_parsing": "a number of seconds",
    "url_type": "an address such as https://example.org",
    "url_parsing": "an address such as https://example.org",
    "path_type": "the name of a file",
    "none_required": "left empty",
    "literal_error": "",
    "enum": "",
}
"""Errors that say the value is of the wrong kind, and the kind that is wanted; of fixed values,
the place knows which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One mistake: pydantic's type of error, and the place in the file's own words."""

    type: str
    place: Place
    """Of a missing or unknown field, the fields it is missing from or unknown among."""
    name: str = ""
    """The missing or unknown field."""
    message: str = ""
    """Pydantic's own words."""
    context: Mapping[str, object] = field(default_factory=dict)
    given: object = None
    """The value pydantic saw."""
    branches: tuple[Finding, ...] = ()
    """Of a union that nothing fits, what each branch wants."""

    @property
    def path(self) -> Loc:
        """Where it stands."""
        return self.place.path


def findings(model: type[BaseModel], document: Document, error: ValidationError) -> list[Finding]:
    """What is wrong with a file, in pydantic's order, unions settled."""
    return _settled(document, list(_found(model, document, error)), 0)


def _found(model: type[BaseModel], document: Document, error: ValidationError) -> Iterator[Finding]:
    for one in error.errors(include_url=False):
        loc, kind = one["loc"], one["type"]
        named = kind in {MISSING, UNKNOWN} and isinstance(loc[-1], str)
        finding = Finding(
            type=kind,
            place=trace(model, document, loc[:-1] if named else loc),
            name=str(loc[-1]) if named else "",
            message=one["msg"],
            context=one.get("ctx", {}),
            given=one["input"],
        )
        if kind.startswith(UNTAGGED):
            yield from _untagged(document, finding)
        elif kind != "too_short" or _is_short(finding):
            yield finding


def _is_short(finding: Finding) -> bool:
    """Whether a list really is too short: pydantic counts only the items that are valid."""
    least, given = finding.context.get("min_length"), finding.given
    return not isinstance(given, Sized) or not isinstance(least, int) or len(given) < least


def _untagged(document: Document, finding: Finding) -> Iterator[Finding]:
    """A union that is told apart by a field: what is wrong with that field."""
    name = str(finding.context.get("discriminator", "")).strip("'")
    node = document.node(finding.path)
    tags = fields(finding.place.kind)
    if name in tags and node is not None and node.fields is not None:
        if name not in node.fields:
            yield replace(finding, type=MISSING, name=name)
        else:
            kinds = tuple(inside(one, name) for one in open_union(finding.place.kind))
            place = Place((*finding.path, name), kinds, finding.place.choices)
            yield replace(finding, type="literal_error", place=place)
    elif node is not None and node.fields:
        yield from _unknown(node, finding.place) or [finding]
    else:
        yield finding


def _unknown(node: Node, place: Place) -> list[Finding]:
    """The keys of a mapping that no branch of the union there knows."""
    known = fields(place.kind)
    return [
        Finding(type=UNKNOWN, place=place, name=key)
        for key in node.fields or ()
        if key not in known
    ]


def _settled(document: Document, found: list[Finding], level: int) -> list[Finding]:
    """One branch for each union that is the `level`-th on the way to a finding."""
    unions: dict[Loc, list[Finding]] = defaultdict(list)
    settled = []
    for finding in found:
        if len(finding.place.choices) > level:
            unions[finding.path[: finding.place.choices[level].depth]].append(finding)
        else:
            settled.append(finding)
    for path, group in unions.items():
        settled += _settled(document, _meant(document.node(path), group, level), level + 1)
    return settled


def _meant(node: Node | None, group: list[Finding], level: int) -> list[Finding]:
    """The findings of the branch that was meant, or one that speaks for all branches."""
    branches: dict[str, list[Finding]] = defaultdict(list)
    for finding in group:
        branches[finding.place.choices[level].label].append(finding)
    choice = group[0].place.choices[level]
    fitting = [branch for branch in branches.values() if not _misfit(branch, choice.depth)]
    if len(branches) == 1:
        return group
    above = Place(group[0].path[: choice.depth], choice.union, group[0].place.choices[:level])
    if not fitting:
        wants = tuple(branch[0] for branch in branches.values())
        return [Finding(type="union", place=above, given=group[0].given, branches=wants)]
    scored = [(_likely(node, branch[0].place.choices[level]), branch) for branch in fitting]
    best = max(score for score, _ in scored)
    if best == 0 and len(fitting) > 1 and node is not None and node.fields:
        return _unknown(node, above) or fitting[0]
    return min((branch for score, branch in scored if score == best), key=len)


def _misfit(branch: list[Finding], depth: int) -> bool:
    """Whether a branch wanted another kind of value altogether."""
    first = branch[0]
    return first.type in {*MISFITS, "union"} and len(first.path) == depth and not first.name


def _likely(node: Node | None, choice: Choice) -> float:
    """How many of the keys that were written a branch knows, or nearly knows."""
    if node is None or not node.fields:
        return 0.0
    known = fields(choice.kind)
    return sum(max((likeness(key, name) for name in known), default=0.0) for key in node.fields)
