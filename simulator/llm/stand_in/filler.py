"""A valid value for any JSON schema, plainly labelled: what a judge or summary gets offline."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

__all__ = ["LABEL", "fill", "resolve"]

LABEL = "[stand-in]"
"""What stands where a model would have written something."""

_NOTHING = object()
"""No value fits: the schema forbids all, or asks for itself before it comes to an end."""
_MOST_ITEMS = 1_000
_MOST_HOPS = 100
_FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "date": "2000-01-01",
        "date-time": "2000-01-01T00:00:00Z",
        "time": "00:00:00Z",
        "duration": "PT0S",
        "email": "stand-in@example.invalid",
        "hostname": "stand-in.invalid",
        "ipv4": "192.0.2.1",
        "ipv6": "2001:db8::1",
        "uri": "https://stand-in.invalid/",
        "uuid": "00000000-0000-4000-8000-000000000000",
    }
)
_TRIED = ("", "stand-in", "stand", "Stand", "a", "A", "aa", "0", "1", "00", "0000", "0.0")
"""Texts for patterns that the label does not fit."""
_TYPICAL = (
    ("object", ("properties", "required")),
    ("array", ("items", "prefixItems", "minItems")),
    ("number", ("minimum", "maximum", "multipleOf")),
)
"""What a schema without a type must mean by its keywords; any other means a string."""
_TYPES: Mapping[str, tuple[type, ...]] = MappingProxyType(
    {
        "string": (str,),
        "number": (int, float),
        "integer": (int,),
        "boolean": (bool,),
        "array": (list,),
        "object": (dict,),
        "null": (type(None),),
    }
)


def fill(schema: Mapping[str, Any], *, known: Mapping[str, object] | None = None) -> object:
    """A value that fits: first choices, zeros, empty lists, required properties only.

    `known` has values for properties of the outermost object; one that does not fit its
    property is left out. Where nothing fits, and where a pattern asks for more than a simple
    text, the value does not fit either.

    Raises:
        AttributeError, KeyError, TypeError, ValueError: it is no JSON schema.
    """
    value = _Filler(schema).value(schema, frozenset())
    if value is _NOTHING:
        return None
    if isinstance(value, dict) and known:
        properties = resolve(schema, schema).get("properties", {})
        for name in value.keys() & known.keys() & properties.keys():
            if _fits(known[name], properties[name], schema):
                value[name] = known[name]
    return value


def resolve(schema: object, root: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema itself, or what its `$ref` within the same document points to."""
    found: Any = schema
    for _ in range(_MOST_HOPS):
        if not isinstance(found, Mapping) or not isinstance(found.get("$ref"), str):
            break
        siblings = {key: value for key, value in found.items() if key != "$ref"}
        found = _overlaid(_at(found["$ref"], root), siblings)
    return found if isinstance(found, Mapping) else {}


def _at(reference: str, root: Mapping[str, Any]) -> Mapping[str, Any]:
    place: Any = root
    for step in unquote(reference).removeprefix("#").split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        place = place[int(key)] if isinstance(place, list) else place[key]
    return place if isinstance(place, Mapping) else {}


def _overlaid(schema: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Both schemas at once, as far as one can be laid over the other."""
    both = {**schema, **more}
    if "properties" in schema and "properties" in more:
        both["properties"] = {**schema["properties"], **more["properties"]}
    if "required" in schema and "required" in more:
        both["required"] = [*schema["required"], *more["required"]]
    return both


def _fits(value: object, part: object, root: Mapping[str, Any]) -> bool:
    schema = resolve(part, root)
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return any(_fits(value, branch, root) for branch in schema[choice])
    if "enum" in schema:
        return value in schema["enum"]
    return any(type(value) in _TYPES.get(kind, ()) for kind in _kinds(schema))


def _kinds(schema: Mapping[str, Any]) -> tuple[str, ...]:
    if "type" in schema:
        kinds = schema["type"]
        return (kinds,) if isinstance(kinds, str) else tuple(kinds)
    return tuple(kind for kind, words in _TYPICAL if any(word in schema for word in words))


class _Filler:
    """Walks one schema. `inside` names the references a value is inside of."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root

    def value(self, schema: object, inside: frozenset[str]) -> Any:
        if schema is False:
            return _NOTHING
        if not isinstance(schema, Mapping):
            return LABEL
        reference = schema.get("$ref")
        if reference in inside:
            return _NOTHING
        if reference is not None:
            inside |= {reference}
        return self._of_whole(self._with_all_of(resolve(schema, self._root)), inside)

    def _of_whole(self, whole: Mapping[str, Any], inside: frozenset[str]) -> Any:
        if "const" in whole:
            return whole["const"]
        if whole.get("enum"):
            return whole["enum"][0]
        for choice in ("anyOf", "oneOf"):
            if choice in whole:
                return self._of_branches(whole, choice, inside)
        return self._of_type(whole, inside)

    def _with_all_of(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        whole = {key: value for key, value in schema.items() if key != "allOf"}
        for part in schema.get("allOf", ()):
            whole = _overlaid(whole, self._with_all_of(resolve(part, self._root)))
        return whole

    def _of_branches(self, schema: Mapping[str, Any], choice: str, inside: frozenset[str]) -> Any:
        """By the first branch that anything fits."""
        rest = {key: value for key, value in schema.items() if key != choice}
        for branch in schema[choice]:
            whole = _overlaid(rest, branch) if isinstance(branch, Mapping) else branch
            value = self.value(whole, inside)
            if value is not _NOTHING:
                return value
        return _NOTHING

    def _of_type(self, schema: Mapping[str, Any], inside: frozenset[str]) -> Any:
        kind = next((kind for kind in _kinds(schema) if kind != "null"), None)
        if kind is None and schema.get("type"):
            return None
        if kind == "object":
            return self._object(schema, inside)
        if kind == "array":
            return self._array(schema, inside)
        if kind in {"integer", "number"}:
            return _number(schema, whole=kind == "integer")
        return False if kind == "boolean" else _string(schema)

    def _object(self, schema: Mapping[str, Any], inside: frozenset[str]) -> Any:
        properties, required = schema.get("properties", {}), schema.get("required", ())
        in_order = (*(name for name in properties if name in required), *required)
        other = schema.get("additionalProperties", True)
        filled = {
            name: self.value(properties.get(name, other), inside)
            for name in dict.fromkeys(in_order)
        }
        return _all_or_nothing(filled, filled.values())

    def _array(self, schema: Mapping[str, Any], inside: frozenset[str]) -> Any:
        least = min(schema.get("minItems", 0), _MOST_ITEMS)
        filled = [self.value(part, inside) for part in schema.get("prefixItems", ())[:least]]
        while len(filled) < least:
            filled.append(self.value(schema.get("items", True), inside))
        return _all_or_nothing(filled, filled)


def _all_or_nothing(filled: object, parts: Iterable[object]) -> object:
    return _NOTHING if any(part is _NOTHING for part in parts) else filled


_Bound = tuple[Fraction, bool]
"""A number that a value must not go below, and whether it must not even reach it."""
_ZERO: _Bound = (Fraction(0), False)


def _number(schema: Mapping[str, Any], *, whole: bool) -> int | float:
    """The allowed number that is nearest to zero."""
    step = Fraction(str(schema["multipleOf"])) if "multipleOf" in schema else None
    if whole:
        step = Fraction(step.numerator if step else 1)
    low = _bound(schema, "minimum", "exclusiveMinimum", sign=1)
    high = _bound(schema, "maximum", "exclusiveMaximum", sign=-1)
    value = Fraction(0)
    if low is not None and low > _ZERO:
        value = _beyond(low, high, step)
    elif high is not None and high > _ZERO:
        value = -_beyond(high, low, step)
    return int(value) if value.denominator == 1 else float(value)


def _bound(schema: Mapping[str, Any], reached: str, excluded: str, *, sign: int) -> _Bound | None:
    """The tightest lower bound; with a negative sign, that of the negated value."""
    named = ((reached, False), (excluded, True))
    return max(
        ((sign * Fraction(str(schema[key])), strict) for key, strict in named if key in schema),
        default=None,
    )


def _beyond(low: _Bound, negated_high: _Bound | None, step: Fraction | None) -> Fraction:
    """The least multiple of the step above a bound; without a step, any number above it."""
    least, strict = low
    if step:
        multiple = -(-least // step) * step
        return multiple + step if strict and multiple == least else multiple
    if not strict:
        return least
    return least + 1 if negated_high is None else (least - negated_high[0]) / 2


def _string(schema: Mapping[str, Any]) -> str:
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    least, most = schema.get("minLength", 0), schema.get("maxLength", math.inf)
    text = LABEL if len(LABEL) <= most else LABEL[: int(most)]
    text = text.ljust(least, ".")
    pattern = schema.get("pattern")
    if pattern is None:
        return text
    tried = (text, *(other for other in _TRIED if least <= len(other) <= most))
    try:
        return next((one for one in tried if re.search(pattern, one)), text)
    except re.error:
        return text
