"""Spans of time in a turn: one unit in another, those to come, and years of something else."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from simulator.conversation.fidelity.figures import Figure
from simulator.conversation.fidelity.phrases import words_of
from simulator.conversation.fidelity.reading import Sentence
from simulator.conversation.fidelity.vocabulary import LENGTHS, STOP

__all__ = ["factor", "is_coming", "is_seasoned", "of_another"]

_PER = {"century": 1200.0, "decade": 120.0, "year": 12.0, "month": 1.0}
_SPANS = {"week": 1.0, "month": 4.345}
_CLOCK = {"hour": 60.0, "minute": 1.0}
_LONG = frozenset({"decade", "century"})
_SOON = re.compile(r"\b(?:in|within|after|before|until|over the|nach|dentro de|dans|apres)$")
_SEASONED = re.compile(
    r"^(?:well,? |and |but )?after (?:\w+ ){2,8}(?:you|one|i)(?:'ve| have)?(?: \w+ly| still| just|"
    r" soon)? (?:know|learn|hear|see|notice|tell|recogni[sz]e|stop|get used|feel|smell|seen|heard|"
    r"learned|learnt)\b"
)
_POINTING = words_of("that this the a an his her their your its no such those these bad")
_NOUN_OF_WORK = words_of("job work trade business line game profession service place life")


def factor(unit: str, wanted: str) -> float | None:
    """By what a number of one unit is multiplied to count the other; None where they differ."""
    for table in (_PER, _SPANS, _CLOCK):
        if unit in table and wanted in table:
            return table[unit] / table[wanted]
    return None


def is_coming(before: str, near: tuple[str, ...]) -> bool:
    """Whether a span is one after which something is, was or will be: in two years."""
    return bool(_SOON.search(before)) and bool(near[:1]) and near[0] in LENGTHS | _LONG


def is_seasoned(folded: str) -> bool:
    """Whether it tells what one knows after so long: the span is behind the speaker."""
    return bool(_SEASONED.search(folded))


def of_another(sentence: Sentence, figure: Figure, matter: AbstractSet[str]) -> bool:
    """Whether the years are those of another thing: twelve years of that ward clock."""
    words = sentence.words[figure.after :]
    if len(words) < 4 or words[1].low != "of" or words[2].low not in _POINTING:
        return False
    head = ""
    for word in words[3:]:
        if word.kind != "word" or (word.low in STOP and word.low not in _NOUN_OF_WORK):
            break
        head = word.idea if not word.low.endswith("ing") else head
        if word.low.endswith("ing"):
            break
    return bool(head) and head not in matter and head not in _NOUN_OF_WORK
