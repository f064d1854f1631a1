"""What models answer when they note something down: a summary, a thought, facts."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from simulator.conversation.reply import parse_as, storable, strict_object
from simulator.llm.prompt import ReplySchema

__all__ = [
    "MOST_FACTS",
    "Fact",
    "facts_schema",
    "parse_facts",
    "parse_summary",
    "parse_thought",
    "summary_schema",
    "thought_schema",
]

MOST_FACTS = 5
"""Facts that somebody takes along from one talk."""

_Words = Annotated[str, AfterValidator(storable), Field(min_length=1)]


class _Noted(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=True)


class Fact(_Noted):
    """One thing worth knowing the next time."""

    turn: int
    """The turn in which it was said."""
    fact: _Words
    """One short sentence."""


class _Summary(_Noted):
    summary: _Words


class _Thought(_Noted):
    thought: _Words


class _Facts(_Noted):
    facts: tuple[Fact, ...]


def summary_schema() -> ReplySchema:
    """The strict JSON schema of a summary."""
    return _text_schema("summary", "What was said, in short; plain text.")


def thought_schema() -> ReplySchema:
    """The strict JSON schema of a speaker's note to itself."""
    return _text_schema("thought", "Your note to yourself; plain text.")


def facts_schema() -> ReplySchema:
    """The strict JSON schema of facts."""
    one: dict[str, Any] = {
        "turn": {"type": "integer", "description": "The number of the turn it was said in."},
        "fact": {"type": "string", "description": "One short sentence."},
    }
    facts = {"type": "array", "items": strict_object(one), "description": "May be empty."}
    return ReplySchema("facts", strict_object({"facts": facts}))


def parse_summary(text: str) -> str:
    """The summary in a model's answer. Raises ValueError."""
    return parse_as(text, _Summary).summary


def parse_thought(text: str) -> str:
    """The note in a model's answer. Raises ValueError."""
    return parse_as(text, _Thought).thought


def parse_facts(text: str) -> tuple[Fact, ...]:
    """The facts in a model's answer, the first few of them. Raises ValueError."""
    return parse_as(text, _Facts).facts[:MOST_FACTS]


def _text_schema(name: str, about: str) -> ReplySchema:
    return ReplySchema(name, strict_object({name: {"type": "string", "description": about}}))
