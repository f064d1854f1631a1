"""Forms of answers and requests: whatever schema is asked for is met, what is none is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import (  # type: ignore[import-untyped]  # it brings no types
    Draft202012Validator,
)

from simulator.llm.stand_in.filler import fill
from simulator.llm.stand_in.responder import Responder
from tests.stand_in_samples import CATALOG, request_body, scripts, words

NAMES = ("alpha", "beta", "gamma")
DEFINITIONS = {
    "colour": {"type": "string", "enum": ["red", "green"]},
    "chain": {
        "type": "object",
        "properties": {
            "next": {"anyOf": [{"$ref": "#/$defs/chain"}, {"type": "null"}]},
            "colour": {"$ref": "#/$defs/colour"},
        },
        "required": ["next", "colour"],
        "additionalProperties": False,
    },
    "tree": {
        "type": "object",
        "properties": {"leaves": {"type": "array", "items": {"$ref": "#/$defs/tree"}}},
        "required": ["leaves"],
    },
}


def numbers() -> st.SearchStrategy[dict[str, Any]]:
    """Numbers and integers between bounds that leave room."""

    def bounded(low: int, *, whole: bool, keys: tuple[str, str], step: int | None) -> Any:
        schema = {"type": "integer" if whole else "number", keys[0]: low, keys[1]: low + 20}
        return schema if step is None else {**schema, "multipleOf": step}

    return st.builds(
        bounded,
        st.integers(-40, 40),
        whole=st.booleans(),
        keys=st.tuples(
            st.sampled_from(["minimum", "exclusiveMinimum"]),
            st.sampled_from(["maximum", "exclusiveMaximum"]),
        ),
        step=st.sampled_from([None, 1, 3, 7]),
    )


def leaves() -> st.SearchStrategy[Any]:
    """Schemas of plain values, references included."""
    return st.one_of(
        numbers(),
        st.sampled_from([True, {}, *({"$ref": f"#/$defs/{name}"} for name in DEFINITIONS)]),
        st.sampled_from(["string", "number", "integer", "boolean", "null"]).map(
            lambda kind: {"type": kind}
        ),
        st.just({"type": ["null", "string"]}),
        st.lists(st.sampled_from([1, "x", None, False]), min_size=1).map(lambda e: {"enum": e}),
        st.sampled_from([0, "y", None]).map(lambda value: {"const": value}),
        st.integers(0, 30).map(lambda n: {"type": "string", "minLength": n, "maxLength": n + 2}),
        st.sampled_from(["date", "date-time", "email", "uuid", "uri", "nobody-knows"]).map(
            lambda kind: {"type": "string", "format": kind}
        ),
    )


def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Schemas of lists, objects and alternatives."""

    def an_object(properties: dict[str, Any], required: list[str], *, strict: bool) -> Any:
        schema = {
            "type": "object",
            "properties": properties,
            "required": required if not strict else list(properties),
        }
        return {**schema, "additionalProperties": False} if strict else schema

    some = st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)
    return st.one_of(
        st.builds(an_object, some, st.lists(st.sampled_from(NAMES)), strict=st.booleans()),
        st.builds(
            lambda item, least: {"type": "array", "items": item, "minItems": least},
            inner,
            st.integers(0, 3),
        ),
        st.lists(inner, min_size=1, max_size=3).map(lambda branches: {"anyOf": branches}),
        st.builds(
            lambda one, other: {
                "type": "object",
                "allOf": [
                    {"properties": {"alpha": one}, "required": ["alpha"]},
                    {"properties": {"beta": other}, "required": ["beta"]},
                ],
            },
            inner,
            inner,
        ),
    )


@given(schema=st.recursive(leaves(), nested, max_leaves=12))
def test_the_filler_fits_every_schema(schema: dict[str, Any] | bool) -> None:
    """Whatever the schema, nested, referring to itself or bounded, the value is valid."""
    whole = {**schema, "$defs": DEFINITIONS} if isinstance(schema, dict) else {}

    assert list(Draft202012Validator(whole).iter_errors(fill(whole))) == []


def test_the_filler_takes_first_choices() -> None:
    """First choices, zeros, empty lists, required properties, a label where words would be."""
    schema = {
        "type": "object",
        "properties": {
            "verdict": {"enum": ["good", "bad"]},
            "why": {"type": "string"},
            "score": {"type": "integer", "minimum": 1, "maximum": 5},
            "quotes": {"type": "array", "items": {"type": "string"}},
            "code": {"type": "string", "pattern": "^[a-z-]+$"},
            "aside": {"type": "string"},
            "self": {"$ref": "#"},
        },
        "required": ["verdict", "why", "score", "quotes", "code"],
    }

    assert fill(schema) == {
        "verdict": "good",
        "why": "[stand-in]",
        "score": 1,
        "quotes": [],
        "code": "stand-in",
    }


def test_known_values_must_fit() -> None:
    """A value for a property is taken where its type and choices allow it."""
    schema = {
        "type": "object",
        "properties": {
            "act": {"enum": ["ask", "answer"]},
            "message": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "confidence": {"type": "integer"},
        },
        "required": ["act", "message", "confidence"],
    }

    filled = fill(schema, known={"act": "open", "message": "Hello.", "confidence": 0.5, "x": 1})

    assert filled == {"act": "ask", "message": "Hello.", "confidence": 0}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"anyOf": [False, {"type": "string"}]}, "[stand-in]"),
        (
            {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]},
            None,
        ),
    ],
)
def test_what_nothing_fits_ends(schema: dict[str, Any], value: object) -> None:
    """A schema that asks for itself without end is given up, not followed."""
    assert fill(schema) == value


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#/$defs/missing"},
        {"type": "object", "required": 5},
        {
            "type": "object",
            "properties": {"a": {"minimum": "x", "type": "number"}},
            "required": ["a"],
        },
        {"anyOf": 5},
    ],
)
def test_what_is_no_schema_is_refused(schema: dict[str, Any]) -> None:
    """A broken schema is a refusal, not a failure of the server."""
    demanded = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}

    response = Responder(scripts()).respond(request_body("Hi.", response_format=demanded))

    assert response.status == 400
    assert json.loads(response.chunks()[0])["error"]["code"] == "invalid_json_schema"


@pytest.mark.parametrize(
    ("content", "param", "code"),
    [
        (b"{", None, None),
        (b"[]", None, None),
        (b'{"model": "plain"}', "messages", "missing_required_parameter"),
        (b'{"messages": [{"role": "user"}]}', "model", "missing_required_parameter"),
        (request_body(), "messages", "empty_array"),
        (request_body({"role": "boss"}), "messages[0].role", "invalid_value"),
        (request_body({"role": "user", "content": 5}), "messages[0].content", "invalid_type"),
        (request_body("Hi.", n=2), "n", "invalid_value"),
        (request_body("Hi.", max_tokens="many"), "max_tokens", "invalid_type"),
        (request_body("Hi.", stop=[5]), "stop[0]", "invalid_type"),
        (
            request_body("Hi.", response_format={"type": "json_schema"}),
            "response_format.json_schema.schema",
            "missing_required_parameter",
        ),
        (request_body(words(20_001)), "messages", "context_length_exceeded"),
    ],
)
def test_bad_requests_are_refused(content: bytes, param: str | None, code: str | None) -> None:
    """What is no request gets 400 with the envelope that OpenAI's clients read, and no bill."""
    response = Responder(scripts(), catalog=CATALOG).respond(content)

    error = response.body["error"]
    assert response.status == 400
    assert (error["type"], error["param"], error["code"]) == ("invalid_request_error", param, code)
    assert error["message"].endswith(".")
    assert response.bill.nano == 0
