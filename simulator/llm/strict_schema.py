"""The subset of JSON Schema that strict answers and strict tools may use.

What is supported and how much of it: https://platform.openai.com/docs/guides/structured-outputs
(supported schemas). The words are those of the API's refusals, as people report them:
https://github.com/vercel/ai/issues/6484 (required),
https://community.openai.com/t/932422 (keywords), https://github.com/tidyverse/ellmer/issues/671
(nesting). Where the guide leaves a keyword open, as `minLength`, it passes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

__all__ = ["is_open", "object_flaw", "strict_flaw"]

_TYPES = frozenset({"string", "number", "integer", "boolean", "object", "array", "null"})
_FORMATS = frozenset(
    {"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"}
)
_ANYWHERE = frozenset({"$schema", "$id", "title", "description", "type", "enum", "const", "anyOf"})
_KEYWORDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "string": frozenset({"pattern", "format", "minLength", "maxLength"}),
        "number": frozenset(
            {"multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
        ),
        "array": frozenset({"items", "minItems", "maxItems"}),
        "object": frozenset({"properties", "required", "additionalProperties"}),
    }
)
_KNOWN = _ANYWHERE.union(*_KEYWORDS.values(), {"$ref", "$defs", "definitions"})
_NO_SCHEMAS = frozenset({"properties", "enum", "const", "default", "examples", "required"})
_DEFINITIONS = ("$defs", "definitions")
_MOST_LEVELS = 10
_MOST_PROPERTIES = 5_000
_MOST_VALUES = 1_000
_MOST_CHARACTERS = 120_000
_LARGE_ENUM, _LARGE_ENUM_CHARACTERS = 250, 15_000

_Path = tuple[str, ...]


def is_open(schema: object) -> bool:
    """Whether an object somewhere in a schema may hold keys that the schema does not name.

    No strict schema can say so; made strict, such an object could only be empty.
    """
    if isinstance(schema, list):
        return any(map(is_open, schema))
    if not isinstance(schema, Mapping):
        return False
    named = schema.get("properties")
    if schema.get("additionalProperties") or (schema.get("type") == "object" and named is None):
        return True
    inner = (value for key, value in schema.items() if key not in _NO_SCHEMAS)
    properties = named.values() if isinstance(named, Mapping) else ()
    return any(map(is_open, (*inner, *properties)))


def object_flaw(schema: Mapping[str, Any]) -> str:
    """Why a schema cannot be the parameters of any tool; empty where it can."""
    if not schema:
        return ""
    kind = schema.get("type")
    if kind != "object":
        told = "None" if kind is None else kind
        return f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{told}\"'."
    if not isinstance(schema.get("properties"), Mapping):
        return "In context=(), object schema missing properties."
    return ""


def strict_flaw(schema: Mapping[str, Any]) -> str:
    """Why a schema cannot be kept to strictly; empty where it can."""
    return next(_flaws(schema), "")


def _flaws(schema: Mapping[str, Any]) -> Iterator[str]:
    if "anyOf" in schema:
        yield "In context=(), 'anyOf' is not permitted at the root: it must be one object."
    if schema.get("type") != "object" and "$ref" not in schema:
        told = schema.get("type", "None")
        yield f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{told}\"'."
    reader = _Reader(schema)
    yield from reader.of(schema, (), level=0)
    for group in _DEFINITIONS:
        named = schema.get(group)
        for name, definition in (named if isinstance(named, Mapping) else {}).items():
            reader.characters += len(name)
            yield from reader.of(definition, (group, name), level=0)
    yield from reader.too_much()


@dataclass(slots=True)
class _Reader:
    """Reads a schema once, and counts what is limited over all of it."""

    root: Mapping[str, Any]
    properties: int = 0
    values: int = 0
    characters: int = field(default=0)

    def of(self, schema: object, path: _Path, *, level: int) -> Iterator[str]:
        """The flaws of a schema at this place, and of those in it."""
        at = f"In context={path},"
        if not isinstance(schema, Mapping):
            yield f"{at} schema must be an object."
            return
        for keyword in schema.keys() - _KNOWN:
            yield f"{at} '{keyword}' is not permitted."
        if "$ref" in schema:
            yield from self._reference(schema, at)
            return
        kinds = _kinds(schema)
        if not kinds and not schema.keys() & {"enum", "const", "anyOf"}:
            yield f"{at} schema must have a 'type' key."
        for kind in kinds:
            if kind not in _TYPES:
                yield f"{at} '{kind}' is not a valid type."
        yield from self._values(schema, at)
        yield from self._inner(schema, kinds, path, level=level)

    def _reference(self, schema: Mapping[str, Any], at: str) -> Iterator[str]:
        others = schema.keys() - {"$ref", *_DEFINITIONS}
        if others:
            yield f"{at} $ref cannot have keywords {set(others)}."
        steps = str(schema["$ref"]).split("/")
        known: object = self.root
        for step in steps[1:]:
            known = known.get(step) if isinstance(known, Mapping) else None
        if steps[0] != "#" or not isinstance(known, Mapping):
            yield f"{at} reference can only point to definitions defined at the top level."

    def _values(self, schema: Mapping[str, Any], at: str) -> Iterator[str]:
        if "format" in schema and schema["format"] not in _FORMATS:
            yield f"{at} '{schema['format']}' is not a valid format."
        listed = schema.get("enum", [])
        if not isinstance(listed, list) or ("enum" in schema and not listed):
            yield f"{at} 'enum' must be an array of at least one value."
            return
        constant = [schema["const"]] if "const" in schema else []
        size = sum(len(value) for value in (*listed, *constant) if isinstance(value, str))
        self.values += len(listed)
        self.characters += size
        if len(listed) > _LARGE_ENUM and size > _LARGE_ENUM_CHARACTERS:
            yield f"{at} 'enum' has {len(listed)} values of more than 15000 characters in all."

    def _inner(
        self, schema: Mapping[str, Any], kinds: _Path, path: _Path, *, level: int
    ) -> Iterator[str]:
        if "object" in kinds:
            yield from self._object(schema, path, level=level + 1)
        if "array" in kinds:
            if "items" not in schema:
                yield f"In context={path}, array schema missing items."
            yield from self.of(schema.get("items", {"type": "null"}), (*path, "items"), level=level)
        options = schema.get("anyOf", [])
        for number, option in enumerate(options if isinstance(options, list) else [None]):
            yield from self.of(option, (*path, "anyOf", str(number)), level=level)

    def _object(self, schema: Mapping[str, Any], path: _Path, *, level: int) -> Iterator[str]:
        at = f"In context={path},"
        if level > _MOST_LEVELS:
            yield f"{level} levels of nesting exceeds limit of {_MOST_LEVELS}."
        if schema.get("additionalProperties") is not False:
            yield f"{at} 'additionalProperties' is required to be supplied and to be false."
        named, required = schema.get("properties", {}), schema.get("required", [])
        if not isinstance(named, Mapping) or not isinstance(required, list):
            yield f"{at} 'properties' must be an object and 'required' an array."
            return
        for name in named:
            if name not in required:
                yield (
                    f"{at} 'required' is required to be supplied and to be an array including "
                    f"every key in properties. Missing '{name}'."
                )
        for name in required:
            if name not in named:
                yield f"{at} Extra required key '{name}' supplied."
        self.properties += len(named)
        for name, inner in named.items():
            self.characters += len(name)
            yield from self.of(inner, (*path, "properties", name), level=level)

    def too_much(self) -> Iterator[str]:
        """What is more than the whole schema may have."""
        limits = (
            ("object properties", self.properties, _MOST_PROPERTIES),
            ("enum values", self.values, _MOST_VALUES),
            ("characters of names and values", self.characters, _MOST_CHARACTERS),
        )
        for what, count, most in limits:
            if count > most:
                yield f"{count} {what} exceeds limit of {most}."


def _kinds(schema: Mapping[str, Any]) -> _Path:
    kind = schema.get("type", ())
    return tuple(map(str, kind)) if isinstance(kind, list | tuple) else (str(kind),)
