"""Replies: a strict form on the wire, and every mistake told so that a model can mend it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from simulator.conversation.reply import (
    Choice,
    Reply,
    choice_schema,
    parse_choice,
    parse_reply,
    reply_schema,
)
from simulator.definitions.act import acts_of

WRITTEN: Mapping[str, Any] = {
    "reasoning": "She stopped at eight.",
    "message": "I stopped at eight.",
    "act": "answer",
    "confidence": 0.9,
    "emotions": ["wary"],
    "expertise": [],
}
REPLY = Reply.model_validate(WRITTEN)


def written(**changes: object) -> str:
    """A reply as a model writes it."""
    return json.dumps({**WRITTEN, **changes})


def schemas_in(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A schema and all that are in it."""
    yield schema
    for inner in schema.get("properties", {}).values():
        yield from schemas_in(inner)
    if "items" in schema:
        yield from schemas_in(schema["items"])


@pytest.mark.parametrize("schema", [reply_schema().schema, choice_schema(["rosa"]).schema])
def test_schemas_are_strict(schema: Mapping[str, Any]) -> None:
    """Every field is required, nothing else is allowed, there are no defaults and no ranges."""
    allowed = {"type", "properties", "required", "additionalProperties"}
    allowed |= {"description", "enum", "items"}

    for one in schemas_in(schema):
        assert set(one) <= allowed
        if one["type"] == "object":
            assert one["required"] == list(one["properties"])
            assert one["additionalProperties"] is False


def test_a_reply_is_written_thought_first() -> None:
    """The order of the schema is the order of writing; its acts are those there are.

    What a scenario adds stands last: who hears it, and fields of its own.
    """
    properties = reply_schema().schema["properties"]

    assert [*properties, "to", "own"] == list(Reply.model_fields)
    assert list(properties)[:2] == ["reasoning", "message"]
    assert properties["act"]["enum"] == list(acts_of(actions=False))


def test_the_schema_has_the_same_bytes_every_time() -> None:
    """It stands in the part of a prompt that providers cache."""
    assert json.dumps(reply_schema().schema) == json.dumps(reply_schema().schema)


@pytest.mark.parametrize(
    "text",
    [
        written(),
        f"  {written()}\n",
        f"```json\n{written()}\n```",
        f"\n```\n{json.dumps(WRITTEN, indent=2)}\n```\n",
        written(mood="fine"),
    ],
)
def test_a_reply_is_read_with_or_without_a_fence(text: str) -> None:
    """Fences and fields nobody asked for do no harm."""
    assert parse_reply(text) == REPLY


def test_control_characters_in_words_are_read() -> None:
    """Small models write line breaks into strings as they are."""
    text = written(message="One.@Two.").replace("@", "\n")

    assert parse_reply(text).message == "One.\nTwo."


def test_half_a_character_is_replaced() -> None:
    """A broken surrogate pair cannot be stored; the words around it can."""
    reply = parse_reply(written(message="a \ud83d b \U0001f600"))

    assert reply.message == "a \N{REPLACEMENT CHARACTER} b \U0001f600"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "not one JSON object: Expecting value at character 0"),
        ("Well, I stopped.", "not one JSON object: Expecting value at character 0"),
        (written() + written(), "not one JSON object: Extra data"),
        (written()[:-20], "not one JSON object"),
        ("[" * 100_000, "nested too deeply"),
        ("[1]", "valid dictionary"),
        ('{"confidence": ' + "9" * 5_000 + "}", "a number with too many digits"),
        ("null", "valid dictionary"),
        (written(act="shout"), "act: Input should be 'open'"),
        (written(confidence=1.01), "confidence: Input should be less than or equal to 1"),
        (written(confidence=-0.1), "confidence: Input should be greater than or equal to 0"),
        (written(confidence=float("nan")), "confidence: "),
        (written(confidence=None), "confidence: Input should be a valid number"),
        (written(emotions="wary"), "emotions: Input should be a valid tuple"),
        (written(message=None), "message: Input should be a valid string"),
        (json.dumps({"message": "Hm."}), "act: Field required"),
        (written(message=" \n"), 'message is empty: say something, or set act to "pass"'),
        (written(message="", act="leave"), 'message is empty: say something, or set act to "pass"'),
    ],
)
def test_an_unfit_reply_is_told_in_a_sentence(text: str, sentence: str) -> None:
    """What is wrong, and where: the model is shown it to mend its answer."""
    with pytest.raises(ValueError, match=re.escape(sentence)) as caught:
        parse_reply(text)

    assert "\n" not in str(caught.value)


def test_all_mistakes_are_told_at_once() -> None:
    """One repair is all there is."""
    with pytest.raises(ValueError, match=r"act: .*; confidence: "):
        parse_reply(written(act="shout", confidence=2))


def test_whoever_passes_says_nothing() -> None:
    """An empty message is valid for a pass alone."""
    assert parse_reply(written(message="", act="pass")).act == "pass"


def test_a_choice_is_one_of_the_candidates() -> None:
    """A name that is not among them is a mistake, with those that are."""
    text = json.dumps({"reasoning": "He has waited.", "next": "dev"})

    assert parse_choice(text, ["rosa", "dev"]) == Choice(reasoning="He has waited.", next="dev")
    with pytest.raises(ValueError, match="next must be one of rosa, ilse, not 'dev'"):
        parse_choice(text, ["rosa", "ilse"])
    assert choice_schema(["rosa", "dev"]).schema["properties"]["next"]["enum"] == ["rosa", "dev"]
