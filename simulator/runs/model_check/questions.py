"""The few small questions that a model is asked, and what a right answer to each looks like."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import ROUND_UP, Decimal

from simulator.definitions.model_catalog import ModelSpec
from simulator.llm.bulk import most_tokens
from simulator.llm.prompt import Prompt, ReplySchema, Section, ToolSpec
from simulator.llm.wiring import wire
from simulator.record.usage import MILLION, NANO

__all__ = [
    "FORM",
    "LONG",
    "LONG_TOKENS",
    "PLAIN",
    "TOOL",
    "at_most",
    "fits_form",
    "fits_tool",
    "output_tokens",
]

_SYSTEM = (Section("rules", "You are asked what you can do. Answer as briefly as you can."),)
_HEARD = ("Somebody: Is anybody there?",)
_FILLING = (
    "Line {number} only fills the page: the ward keeps its kettle behind the third door, and "
    "whoever comes off the night shift puts it on before saying a word to anybody."
)
_LINES = 36
"""So that prompts are longer than the 1,024 tokens from which providers cache."""
_SPOKEN, _REASONED = 120, 500
"""Tokens for an answer, and for one that may be thought over first."""
_TOKENS_AROUND = 300
"""For what a request has beside the fields that are wired here."""

_FORM_SCHEMA = ReplySchema(
    "sighting",
    {
        "type": "object",
        "properties": {
            "bird": {"type": "string", "enum": ["kestrel", "heron"]},
            "wings": {"type": "integer"},
        },
        "required": ["bird", "wings"],
        "additionalProperties": False,
    },
)
_TOOL_SPEC = ToolSpec(
    "note_number",
    "Write a number down.",
    {
        "type": "object",
        "properties": {"number": {"type": "integer", "description": "The number."}},
        "required": ["number"],
        "additionalProperties": False,
    },
)


def _question(name: str, text: str, *, transcript: tuple[str, ...] = _HEARD) -> Prompt:
    return Prompt(system=_SYSTEM, transcript=transcript, private=(Section(name, text),))


PLAIN = _question("answer", "Answer with the one word: ready")
FORM = Prompt(
    system=_SYSTEM,
    transcript=_HEARD,
    private=(Section("form", "Name one of the birds you may name, and count its wings."),),
    schema=_FORM_SCHEMA,
)
TOOL = Prompt(
    system=_SYSTEM,
    transcript=_HEARD,
    private=(Section("tool", "Call the tool note_number with the number 7. Say nothing else."),),
    tools=(_TOOL_SPEC,),
    allowed_tools=(_TOOL_SPEC.name,),
)
LONG = _question(
    "answer",
    "Answer with the one word: ready",
    transcript=tuple(_FILLING.format(number=number) for number in range(1, _LINES + 1)),
)
LONG_TOKENS = LONG.estimated_tokens()
_MOST: tuple[tuple[Prompt, int], ...] = ((PLAIN, 2), (FORM, 3), (TOOL, 2), (LONG, 4))
"""Each prompt with how often it can be answered at most."""


def fits_form(text: str) -> bool:
    """Whether an answer is the JSON object that `FORM` asks for, and nothing around it."""
    value = _object_in(text)
    return (
        value.keys() == {"bird", "wings"}
        and value["bird"] in {"kestrel", "heron"}
        and type(value["wings"]) is int
    )


def fits_tool(name: str, arguments: str) -> bool:
    """Whether a call is one of the tool of `TOOL`, with arguments that fit."""
    return name == _TOOL_SPEC.name and type(_object_in(arguments).get("number")) is int


def _object_in(text: str) -> dict[str, object]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def output_tokens(spec: ModelSpec) -> int:
    """Tokens that an answer may have: few, but room for thinking where it may be done."""
    thinks = "reasoning" in spec.supports or spec.price is None or spec.endpoint.free
    most = _REASONED if thinks else _SPOKEN
    return min(most, spec.max_output or most)


def at_most(spec: ModelSpec) -> Decimal | None:
    """Dollars that checking the model can cost, were every answer as long as it may be.

    None where the price is unknown.
    """
    price = spec.price
    if price is None:
        return None
    dearest = max(price.input, price.cached or Decimal(0), price.cache_write or Decimal(0))
    answer = output_tokens(spec) * price.output
    total = sum((count * (tokens * dearest + answer) for tokens, count in _sizes(spec)), Decimal(0))
    return (total / MILLION).quantize(1 / NANO, rounding=ROUND_UP)


def _sizes(spec: ModelSpec) -> Iterator[tuple[int, int]]:
    """For each prompt the most tokens it can have, and how often it can be answered."""
    for prompt, count in _MOST:
        body = wire(prompt, spec, max_output=output_tokens(spec), cache_key=prompt.prefix_hash)
        described = "".join(tool.text for tool in prompt.tools)
        described += prompt.schema.text if prompt.schema else ""
        known = most_tokens(json.dumps(body).encode()) + 2 * most_tokens(described.encode())
        yield known + _TOKENS_AROUND, count
