"""A reply: what a model answers for a turn, as structured output.

The schema on the wire has the same bytes for every persona, no defaults and no ranges; ranges
are checked here, so that a value out of range can be shown to the model and mended.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from simulator.definitions.act import Act, acts_of
from simulator.llm.prompt import ReplySchema

__all__ = [
    "Choice",
    "Reply",
    "Verdict",
    "choice_schema",
    "object_in",
    "parse_as",
    "parse_choice",
    "parse_reply",
    "parse_verdict",
    "reply_of",
    "reply_schema",
    "storable",
    "strict_object",
    "verdict_schema",
]

_T = TypeVar("_T", bound=BaseModel)
_THOUGHT = re.compile(r"^\s*<think>.*?</think>", re.DOTALL)
"""What models that think aloud put before their answer, where the server does not take it out."""
_FENCE = re.compile(r"```(?:json)?\s*(.*?)\s*```", re.DOTALL)
_SILENT = "pass: say nothing. leave: last words, then go."
_DO = " do: say nothing aloud; the message tells what you do, in the third person."
_HALF_CHARACTERS = re.compile("[\ud800-\udfff]")
"""Halves of surrogate pairs, as broken escapes leave them: UTF-8 has no bytes for them."""


def storable(text: str) -> str:
    """The text with a replacement character for every half of a character."""
    return _HALF_CHARACTERS.sub("\N{REPLACEMENT CHARACTER}", text)


class Reply(BaseModel):
    """One turn as a persona wants it; others hear `message` only."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    reasoning: str
    """What the speaker thinks before speaking; nobody else ever sees it."""
    message: Annotated[str, AfterValidator(storable)]
    """The words spoken, empty only for a pass."""
    act: Act
    """What the words do; `pass` to say nothing, `leave` to go."""
    confidence: float = Field(ge=0, le=1)
    """How sure the speaker is, 0 to 1."""
    emotions: tuple[str, ...]
    """What the speaker feels, in single words."""
    expertise: tuple[str, ...]
    """Which of the speaker's fields the message draws on."""
    to: tuple[str, ...] = ()
    """Members who alone hear it; empty: everybody."""
    own: dict[str, Any] = Field(default_factory=dict, exclude=True)
    """What it puts in the scenario's own fields; only `ReplyForm` fills it in."""

    @model_validator(mode="after")
    def _says_something(self) -> Reply:
        if self.act != "pass" and not self.message.strip():
            message = 'message is empty: say something, or set act to "pass"'
            raise ValueError(message)
        return self


class Choice(BaseModel):
    """Whom a moderator gives the floor, and why."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    reasoning: Annotated[str, AfterValidator(storable)]
    """Why this one now; one short sentence."""
    next: str
    """The id of the member who speaks next."""


def reply_schema(more: Mapping[str, Any] | None = None, *, actions: bool = False) -> ReplySchema:
    """The strict JSON schema of a reply; the order of fields is the order of writing.

    `more` are properties of the scenario's own; with `actions` a turn may be a stage action.
    """
    properties: dict[str, Any] = {
        "reasoning": {
            "type": "string",
            "description": "Your private thought before you speak, one or two sentences.",
        },
        "message": {
            "type": "string",
            "description": "What you say aloud, in your own voice. Empty if act is pass.",
        },
        "act": {
            "type": "string",
            "enum": list(acts_of(actions=actions)),
            "description": f"What your message does.{_DO if actions else ''} {_SILENT}",
        },
        "confidence": {"type": "number", "description": "How sure you are, from 0 to 1."},
        "emotions": {
            "type": "array",
            "items": {"type": "string"},
            "description": "What you feel, single words; may be empty.",
        },
        "expertise": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Which of your fields you draw on; may be empty.",
        },
        **(more or {}),
    }
    return ReplySchema("reply", strict_object(properties))


def choice_schema(names: Sequence[str]) -> ReplySchema:
    """The strict JSON schema of a choice among these member ids."""
    properties: dict[str, Any] = {
        "reasoning": {"type": "string", "description": "Why this one now, one short sentence."},
        "next": {"type": "string", "enum": list(names), "description": "Who speaks next."},
    }
    return ReplySchema("choice", strict_object(properties))


class Verdict(BaseModel):
    """Whether a statement about the talk is true."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    reasoning: Annotated[str, AfterValidator(storable)]
    """What speaks for it; one short sentence."""
    holds: bool
    """Whether it is true of what was said so far."""


def verdict_schema() -> ReplySchema:
    """The strict JSON schema of a verdict."""
    properties: dict[str, Any] = {
        "reasoning": {"type": "string", "description": "What decides it, one short sentence."},
        "holds": {"type": "boolean", "description": "Whether the statement is true by now."},
    }
    return ReplySchema("verdict", strict_object(properties))


def parse_verdict(text: str) -> Verdict:
    """The verdict in a model's answer.

    Raises:
        ValueError: a sentence the model can mend its answer by.
    """
    return parse_as(text, Verdict)


def parse_reply(text: str) -> Reply:
    """The reply in a model's answer.

    Raises:
        ValueError: a sentence the model can mend its answer by.
    """
    return reply_of(object_in(text))


def reply_of(data: object, *, apart: Collection[str] = ()) -> Reply:
    """The reply in the JSON of a model's answer, without the fields that are `apart`.

    Raises:
        ValueError: a sentence the model can mend its answer by.
    """
    if isinstance(data, dict):
        data = {name: value for name, value in data.items() if name not in {"own", *apart}}
    return _valid(data, Reply)


def parse_choice(text: str, names: Sequence[str]) -> Choice:
    """The choice in a model's answer.

    Raises:
        ValueError: a sentence the model can mend its answer by.
    """
    choice = parse_as(text, Choice)
    if choice.next not in names:
        message = f"next must be one of {', '.join(names)}, not {choice.next!r}"
        raise ValueError(message)
    return choice


def strict_object(properties: dict[str, Any]) -> dict[str, Any]:
    """The strict JSON schema of an object with just these properties."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def object_in(text: str) -> object:
    """The JSON in a model's answer.

    Raises:
        ValueError: a sentence the model can mend its answer by.
    """
    try:
        data: object = json.loads(_bare(text), strict=False)
    except json.JSONDecodeError as error:
        message = f"the answer is not one JSON object: {error.msg} at character {error.pos}"
        raise ValueError(message) from None
    except RecursionError:
        message = "the answer is not one JSON object: it is nested too deeply"
        raise ValueError(message) from None
    except ValueError:
        message = "the answer holds a number with too many digits"
        raise ValueError(message) from None
    return data


def parse_as(text: str, model: type[_T]) -> _T:
    """The value of this model in an answer.

    Raises:
        ValueError: a sentence the model can mend its answer by.
    """
    return _valid(object_in(text), model)


def _valid(data: object, model: type[_T]) -> _T:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise ValueError("; ".join(map(_sentence, error.errors()))) from None


def _bare(text: str) -> str:
    """The answer without thoughts before it, and without a fence and words around it."""
    bare = _THOUGHT.sub("", text, count=1).strip()
    fenced = None if bare.startswith("{") else _FENCE.search(bare)
    return fenced[1] if fenced else bare


def _sentence(error: Any) -> str:
    place = ".".join(map(str, error["loc"]))
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{place}: {message}" if place else message
