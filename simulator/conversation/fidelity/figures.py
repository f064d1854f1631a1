"""Numbers in running text: digits, and words in English, German, Spanish and French."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

from simulator.conversation.fidelity.phrases import numbered, words_of

__all__ = ["Figure", "figures_in", "tells_number"]

_GROUPED = re.compile(r"\d{1,3}(?:[.,\u202f\u00a0 ]\d{3})+(?:[.,]\d{1,2})?")
_PLAIN = re.compile(r"\d+(?:[.,]\d{1,2})?")
_DIGITS = 15
"""Figures a number may have to be read; longer ones are codes."""
_MOST = 1e12


_ENGLISH = numbered(
    "zero=0 one=1 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11"
    " twelve=12 thirteen=13 fourteen=14 fifteen=15 sixteen=16 seventeen=17 eighteen=18 nineteen=19"
    " twenty=20 thirty=30 forty=40 fifty=50 sixty=60 seventy=70 eighty=80 ninety=90"
)
_GERMAN = numbered(
    "zwei=2 drei=3 vier=4 funf=5 sechs=6 sieben=7 acht=8 neun=9 zehn=10 elf=11 zwolf=12"
    " dreizehn=13 vierzehn=14 funfzehn=15 sechzehn=16 siebzehn=17 achtzehn=18 neunzehn=19"
    " zwanzig=20 dreissig=30 vierzig=40 funfzig=50 sechzig=60 siebzig=70 achtzig=80 neunzig=90"
)
_SPANISH = numbered(
    "dos=2 tres=3 cuatro=4 cinco=5 seis=6 siete=7 ocho=8 nueve=9 diez=10 once=11 doce=12 trece=13"
    " catorce=14 quince=15 dieciseis=16 diecisiete=17 dieciocho=18 diecinueve=19 veinte=20"
    " veintiuno=21 veintiun=21 veintidos=22 veintitres=23 veinticuatro=24 veinticinco=25"
    " veintiseis=26 veintisiete=27 veintiocho=28 veintinueve=29 treinta=30 cuarenta=40"
    " cincuenta=50 sesenta=60 setenta=70 ochenta=80 noventa=90 cien=100 ciento=100 doscientos=200"
    " trescientos=300 cuatrocientos=400 quinientos=500 seiscientos=600 setecientos=700"
    " ochocientos=800 novecientos=900"
)
_FRENCH = numbered(
    "deux=2 trois=3 quatre=4 cinq=5 six=6 sept=7 huit=8 neuf=9 dix=10 onze=11 douze=12 treize=13"
    " quatorze=14 quinze=15 seize=16 vingt=20 vingts=20 trente=30 quarante=40 cinquante=50"
    " soixante=60 septante=70 huitante=80 nonante=90"
)
_WORDS: Mapping[str, int] = MappingProxyType({**_FRENCH, **_SPANISH, **_GERMAN, **_ENGLISH})
_SCALES = numbered(
    "hundred=100 hundreds=100 hundert=100 cent=100 cents=100 thousand=1000 grand=1000"
    " tausend=1000 mil=1000 mille=1000 million=1000000 millions=1000000 millionen=1000000"
    " millones=1000000 dozen=12 dutzend=12 docena=12 douzaine=12 score=20 k=1000"
)
_JOINTS = frozenset({"and", "y", "et"})
_ALONE = frozenset(
    {"hundred", "thousand", "hundert", "tausend", "mille", "mil", "dozen", "dutzend"}
)
"""Scales that count as one of themselves; others need a number in front."""
_AND_A_HALF = frozenset(
    (unit, "and", "a", "half") for unit in ("hour", "year", "month", "week", "day", "metre", "kilo")
)
"""What follows "an" where one and a half is meant."""
_ARTICLES = frozenset({"a", "an", "eine", "ein", "einem", "einer", "una", "une", "un"})
_SPANS = words_of("decade decades century jahrzehnt jahrhundert decada siglo decennie siecle")
"""Spans of which "a" is a number: a decade."""
_AFTER_ARTICLES = _SPANS | {"quarter"} | {words[0] for words in _AND_A_HALF}
_AMBIGUOUS = frozenset({"elf", "once", "seize"})
"""Numbers in one language and plain words in another: never a number by themselves."""
_GERMAN_PARTS = re.compile(
    r"(?:(?P<thousands>\w*?)tausend(?:und)?)?(?:(?P<hundreds>\w*?)hundert(?:und)?)?(?P<rest>\w*)"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a sentence: its value and the words it takes up."""

    value: float
    first: int
    """Position of its first word."""
    after: int
    """Position behind its last word."""


@lru_cache(maxsize=4_096)
def tells_number(word: str) -> bool:
    """Whether a folded word is in every text with a number: part of one, or what "a" is one of."""
    known = word in _ALONE or word in _AFTER_ARTICLES
    return known or _simple(word) is not None or word[:1].isdecimal()


def figures_in(words: Sequence[str]) -> tuple[Figure, ...]:
    """The numbers in folded words; a lone "one" is a pronoun and no number."""
    found = []
    at = 0
    while at < len(words):
        if not (words[at] in _ARTICLES or tells_number(words[at])):
            at += 1
            continue
        figure = _digits(words, at) or _spelled(words, at)
        if figure is not None and figure.value < _MOST:
            half = "half" in words[max(0, at - 2) : at]
            found.append(replace(figure, value=figure.value / 2) if half else figure)
            at = figure.after
        else:
            at += 1
    return tuple(found)


def _digits(words: Sequence[str], at: int) -> Figure | None:
    word = words[at]
    if not word[:1].isdecimal() or len(word) > _DIGITS or not word.isascii():
        return None
    if _GROUPED.fullmatch(word):
        whole, _, part = re.sub(r"[.,\u202f\u00a0 ](?=\d{3}(?!\d))", "", word).partition(".")
        value = float(f"{whole.replace(',', '.')}{'.' + part if part else ''}")
    elif _PLAIN.fullmatch(word):
        value = float(word.replace(",", "."))
    else:
        return None
    after = at + 1
    scale = _SCALES.get(words[after]) if after < len(words) else None
    if scale:
        return Figure(value * scale, at, after + 1)
    return Figure(value, at, after)


def _simple(word: str) -> float | None:
    """The value of a single word, German compounds among them."""
    known = _WORDS.get(word)
    if known is not None or len(word) < 8:
        return known
    return _german(word)


def _german(word: str) -> float | None:
    parts = _GERMAN_PARTS.fullmatch(word)
    if parts is None:
        return None
    total = 0.0
    for name, scale in (("thousands", 1000.0), ("hundreds", 100.0)):
        if parts[name] is not None:
            many = 1.0 if parts[name] in {"", "ein"} else _below_hundred(parts[name])
            if many is None:
                return None
            total += many * scale
    rest = _below_hundred(parts["rest"]) if parts["rest"] else 0.0
    return None if rest is None or total + rest == 0 else total + rest


def _below_hundred(word: str) -> float | None:
    if word in _GERMAN:
        return _GERMAN[word]
    unit, joint, tens = word.partition("und")
    one = 1.0 if unit == "ein" else _GERMAN.get(unit)
    return one + _GERMAN[tens] if joint and one and tens in _GERMAN else None


def _spelled(words: Sequence[str], at: int) -> Figure | None:
    first = words[at]
    if first in _ARTICLES:
        return _one_of(words, at)
    value = _simple(first)
    if value is None and first not in _ALONE:
        return None
    total, current, place = 0.0, 1.0 if value is None else value, at + (value is not None)
    last = 1000.0 if value is None else value
    while place < len(words):
        word = words[place]
        ahead = words[place + 1] if place + 1 < len(words) else ""
        scale = _SCALES.get(word)
        if scale is not None and (scale != 100 or current < 100):
            current, total, last = _scaled(current, total, scale)
        elif word in _JOINTS and words[place + 1 : place + 3] == ("a", "half"):
            current, place = current + 0.5, place + 2
        elif word in _JOINTS and _joins(last, _simple(ahead)):
            pass
        elif _joins(last, _simple(word)):
            last = _simple(word) or 0.0
            current = current * 20 if current == 4 and last == 20 else current + last
        else:
            break
        place += 1
    if words[place : place + 1] == ["point"] and place + 1 < len(words):
        part = _simple(words[place + 1])
        if part is not None and part < 10:
            return Figure(total + current + part / 10, at, place + 2)
    return (
        None
        if place == at + 1 and first in _AMBIGUOUS | {"one"}
        else Figure(total + current, at, place)
    )


def _one_of(words: Sequence[str], at: int) -> Figure | None:
    """An hour and a half; a decade; a quarter of a century."""
    following = tuple(words[at + 1 : at + 5])
    if words[at] in {"a", "an"} and following in _AND_A_HALF:
        return Figure(1.5, at, at + 1)
    if following[:3] == ("quarter", "of", "a") and following[3:] == ("century",):
        return Figure(0.25, at, at + 4)
    return Figure(1.0, at, at + 1) if following[:1] and following[0] in _SPANS else None


def _scaled(current: float, total: float, scale: float) -> tuple[float, float, float]:
    """A number so far, multiplied: hundreds stay with it, thousands close it."""
    if scale < 1000:
        return current * scale, total, scale
    return 0.0, (total + current) * scale, scale


def _joins(last: float, value: float | None) -> bool:
    """Whether a number goes on with a word: twenty-one, hundred and five, quatre-vingt-dix."""
    if value is None:
        return False
    if last in {100.0, 1000.0, 1e6} or (last >= 100 and last % 100 == 0):
        return value < last
    if last == 4 and value == 20:
        return True
    if last == 10:
        return 7 <= value < 10
    return (last >= 20 and last % 10 == 0 and value < 10) or (
        last in {20.0, 60.0} and 10 <= value < 20
    )
