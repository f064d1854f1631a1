"""A number fact taken apart: what it counts, in which unit, and the words it is known again by."""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulator.conversation.fidelity.phrases import words_of
from simulator.conversation.fidelity.reading import fold, idea
from simulator.conversation.fidelity.vocabulary import CURRENCIES, STOP, UNITS
from simulator.definitions.facts import NumberFact

__all__ = ["Fact", "taken_apart"]

_TURN_OF = re.compile(r" (?:a|an|per|each|every) ")
_CLAUSE = re.compile(r",| (?:she|he|they|it|that|which|who) ")
_LINK = re.compile(r",? (?:as|in|on|at|for|of|to|with|from|under|during|about) ")
_TENURES = re.compile(r"^(?:years|months) (?:as|of|in|at|with|on) ")
_NIGHTS = frozenset({"night", "nights"})
_RATES = words_of("year month week day hour minute shift night person head piece")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A number fact, taken apart."""

    value: float
    nouns: frozenset[str]
    """What is counted; empty where only a unit is."""
    unit: str
    """A unit of the vocabulary; empty for plain things."""
    rate: str
    """A month, a shift: what it is counted for."""
    rest: frozenset[str]
    """The other words of matter."""
    year: bool
    """The value is a year."""
    tenure: bool
    """Years as, of or in something that goes on."""
    trade: frozenset[str] = frozenset()
    """What the persona does, where the fact says for how long."""
    shared: bool = False
    """Another fact is counted in the same unit."""


def taken_apart(fact: NumberFact) -> Fact:
    """A fact as `numbers` compares it with what is said."""
    text, value = fold(fact.what), float(fact.value)
    turn = _TURN_OF.search(text)
    counted, rated = (text[: turn.start()], text[turn.end() :]) if turn else (text, "")
    rate = idea(rated.split()[0].strip(",")) if rated else ""
    if rate not in _RATES:
        counted, rate = text, ""
    words = [idea(word) for word in _content(text)]
    head = _CLAUSE.split(_LINK.split(f" {counted}", maxsplit=1)[0], maxsplit=1)[0]
    things = _content(head)
    unit = next((word for word in words if word in UNITS and word != rate), "")
    year = unit == "year" and 1000 <= value <= 2200 and "years" not in things
    nouns: frozenset[str] = frozenset()
    if unit not in CURRENCIES and unit not in map(idea, things):
        many = [word for word in things if word.endswith("s")] or things
        nouns = frozenset(map(idea, many[-1:])) | {idea(word) for word in things if word in _NIGHTS}
    return Fact(
        value=value,
        nouns=nouns,
        unit=unit,
        rate=rate,
        rest=frozenset(words) - nouns - {unit, rate} - UNITS,
        year=year,
        tenure=unit in {"year", "month"} and not year and bool(_TENURES.search(text)),
    )


def _content(text: str) -> list[str]:
    return [word for word in re.findall(r"[^\W\d_]+", text) if word not in STOP]
