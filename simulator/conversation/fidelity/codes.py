"""Numbers told in parts: four four one seven, double four one seven, forty-four seventeen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from simulator.conversation.fidelity.phrases import numbered, words_of
from simulator.conversation.fidelity.reading import Sentence

__all__ = ["has_figures", "is_code", "is_spelled"]

_FIGURES: Mapping[str, int] = MappingProxyType(
    {
        **numbered(
            "zero=0 oh=0 o=0 nought=0 naught=0 null=0 nil=0 one=1 two=2 three=3 four=4 five=5 "
            "six=6 seven=7 eight=8 nine=9 eins=1 zwei=2 zwo=2 drei=3 vier=4 funf=5 sechs=6 "
            "sieben=7 acht=8 neun=9 cero=0 uno=1 dos=2 tres=3 cuatro=4 cinco=5 seis=6 siete=7 "
            "ocho=8 nueve=9 un=1 deux=2 trois=3 quatre=4 cinq=5 sept=7 huit=8 neuf=9"
        ),
    }
)
_REPEATED: Mapping[str, int] = numbered("double=2 doppel=2 doble=2 triple=3")
_BETWEEN = words_of(", - \u2013 — . / and then und dann y luego et puis")
_CODE = re.compile(
    r"\b(?:codes?|pins?|passwords?|passcode|combination|safe|lock|key ?pad|account number|"
    r"geheimzahl|passwort|clave|contrasena|mot de passe)\b"
)
_LEAST = 3
"""Figures that a number has at least to be told one by one."""


def is_code(folded: str) -> bool:
    """Whether a text is about a number that opens something."""
    return bool(_CODE.search(folded))


def has_figures(sentence: Sentence) -> bool:
    """Whether a number, or a part of one, is in a sentence."""
    return bool(sentence.figures) or any(word.low in _FIGURES for word in sentence.words)


def is_spelled(value: float, sentence: Sentence) -> bool:
    """Whether a whole number is told in parts, each of one or two figures, in a row."""
    told = f"{value:.0f}"
    if value != int(value) or len(told) < _LEAST or not has_figures(sentence):
        return False
    return any(_holds(run, told) for run in _runs(sentence))


def _runs(sentence: Sentence) -> list[list[str]]:
    """The parts of numbers that follow one another, as digits."""
    figures = {one.first: one for one in sentence.figures}
    runs: list[list[str]] = [[]]
    at, times = 0, 1
    words = sentence.words
    while at < len(words):
        low, figure = words[at].low, figures.get(at)
        if low in _REPEATED:
            times, at = _REPEATED[low], at + 1
            continue
        if figure is not None and figure.value == int(figure.value) and figure.value < 10_000:
            runs[-1].append(f"{figure.value:.0f}" * times)
            at = figure.after
        elif low in _FIGURES:
            runs[-1].append(str(_FIGURES[low]) * times)
            at += 1
        else:
            if low not in _BETWEEN:
                runs.append([])
            at += 1
        times = 1
    return runs


def _holds(run: list[str], told: str) -> bool:
    """Whether neighbouring parts, two at least, make up the number."""
    for first in range(len(run)):
        parts = ""
        for part in run[first:]:
            parts += part
            if parts == told:
                return part != told
            if not told.startswith(parts):
                break
    return False
