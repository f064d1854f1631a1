"""The form an answer has to take: plain words, a reply, a choice, or whatever schema is asked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from simulator.llm.stand_in.cue import Cue
from simulator.llm.stand_in.filler import fill, resolve
from simulator.llm.stand_in.floor_choice import choose_next
from simulator.llm.stand_in.request import ChatRequest
from simulator.llm.stand_in.script import Script
from simulator.llm.stand_in.speech import Speech

__all__ = ["compose", "demanded_schema", "takes_speech"]

_CONFIDENCE = 0.5
_THOUGHT: Mapping[str, str] = {
    "line": "(stand-in: a written line, no thinking)",
    "sample": "(stand-in: a written sample, no thinking)",
    "stage-direction": "(stand-in: a stage direction, no thinking)",
}
_OBJECT = re.compile(r'\{\s*"')
_MOST_OBJECTS = 50
_ANY_OBJECT: Mapping[str, Any] = {"type": "object"}


def demanded_schema(request: ChatRequest, question: str, *, cued: bool) -> Mapping[str, Any] | None:
    """The JSON schema the answer has to fit; None: plain words.

    An endpoint without schemas is told the schema in words, in the question's text; without a
    cue words alone demand nothing, unless JSON is asked for.
    """
    if request.schema_definition is not None:
        return request.schema_definition
    if request.wants_json:
        return _schema_in(question) or _ANY_OBJECT
    return _schema_in(question) if cued and request.response_format is None else None


def takes_speech(schema: Mapping[str, Any] | None) -> bool:
    """Whether words spoken have a place in the form."""
    return schema is None or "message" in _properties(schema)


def compose(
    speech: Speech, schema: Mapping[str, Any] | None, *, cue: Cue | None, script: Script | None
) -> str:
    """The answer's text.

    Raises:
        AttributeError, KeyError, TypeError, ValueError: the schema is none.
    """
    if schema is None:
        return speech.words
    spoken = takes_speech(schema)
    known = _of_speech(speech, schema) if spoken else _of_choice(schema, cue, script)
    return json.dumps(fill(schema, known=known), ensure_ascii=False, separators=(",", ":"))


def _of_speech(speech: Speech, schema: Mapping[str, Any]) -> dict[str, object]:
    """What a line says of the form's fields; any other is left empty where it may be."""
    return {
        **dict.fromkeys(_properties(schema)),
        **speech.reply,
        **({"to": list(speech.to)} if speech.to else {}),
        "reasoning": _THOUGHT[speech.provenance],
        "message": speech.words,
        "act": speech.act,
        "confidence": _CONFIDENCE,
    }


def _of_choice(
    schema: Mapping[str, Any], cue: Cue | None, script: Script | None
) -> dict[str, object]:
    names = resolve(_properties(schema).get("next"), schema).get("enum")
    if cue is None or not names or not all(isinstance(name, str) for name in names):
        return {}
    choice = choose_next(script, cue, names)
    return {"next": choice.name, "reasoning": choice.reason}


def _properties(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = resolve(schema, schema).get("properties", {})
    return properties if isinstance(properties, Mapping) else {}


def _schema_in(text: str) -> Mapping[str, Any] | None:
    """The last JSON schema of an object that stands in a text."""
    found, end = None, 0
    for place in list(_OBJECT.finditer(text))[-_MOST_OBJECTS:]:
        if place.start() < end:
            continue
        try:
            value, end = _DECODER.raw_decode(text, place.start())
        except ValueError:
            continue
        if isinstance(value.get("properties"), dict) or "$ref" in value:
            found = value
    return found


_DECODER = json.JSONDecoder()
