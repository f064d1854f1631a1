"""A text taken apart once for all rules: sentences, words, what the words stand for, figures."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice

from simulator.conversation.fidelity.fields import singular
from simulator.conversation.fidelity.figures import Figure, figures_in, tells_number
from simulator.conversation.fidelity.vocabulary import IDEAS, STOP

__all__ = [
    "LONGEST",
    "Reading",
    "Sentence",
    "Word",
    "content",
    "fold",
    "idea",
    "quotes",
    "reading_of",
]

_PART = re.compile(
    r"(?P<word>[^\W\d_]+)|(?P<number>\d{1,3}(?:[.,\u202f\u00a0 ]\d{3}(?!\d))+"
    r"(?![.,:]\d{1,3}[.,:]?\d)(?:,\d+|\.\d\d?)?(?![.:]\d)|\d+(?:[.,:]\d+)*)"
    r"|(?P<end>[.!?…]+[\"'»“”)]*|\n+|;)|(?P<mark>[^\w\s])"
)
_LETTERS = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "\u2019": "'", "æ": "ae", "œ": "oe"}
)
_PLURAL = re.compile(r"(?:ies|ied)$")
_ENDING = re.compile(r"(?:ations?|ments?|ings?|edly|ed|ly|es|en|er|ers|[es])$")
LONGEST = 10_000
"""Characters of a turn that are read: ten times an ordinary long one."""
_SENTENCES = 200
"""Sentences of a turn that are read."""
_WORDS = 150
"""Words after which a sentence is taken to end, so that no rule works on more."""


def fold(text: str) -> str:
    """Small letters without accents, so that spellings of one word are the same."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS).casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))


def quotes(text: str) -> bool:
    """Whether quotation marks open in a text."""
    return '"' in text or "“" in text or "„" in text or "«" in text


def idea(word: str) -> str:
    """What a folded word stands for: an idea of the vocabulary, or its own stem."""
    found = IDEAS.get(word)
    if found is not None or len(word) < 4:
        return found or word
    stem = _PLURAL.sub("y", word)
    stem = _ENDING.sub("", stem) if stem == word else stem
    stem = word if len(stem) < 3 else stem
    if stem not in IDEAS and len(stem) > 3 and stem[-1] == stem[-2]:
        stem = stem[:-1]
    return IDEAS.get(stem, stem)


def content(text: str) -> frozenset[str]:
    """The ideas a text is about, without the words that carry none."""
    words = re.findall(r"[^\W\d_]+", fold(text))
    return frozenset(idea(word) for word in words if word not in STOP)


@dataclass(frozen=True, slots=True)
class Word:
    """One word, number or mark of a sentence."""

    raw: str
    low: str
    """Folded."""
    idea: str
    """What it stands for; empty for a mark."""
    kind: str
    """word, number or mark."""
    matter: str
    """What it stands for, empty for a word that carries no matter too."""
    counts: bool
    """Whether it is part of a number, or what "a" can be one of."""
    term: str
    """Folded and in the singular."""

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.kind == "word" and self.raw[0].isupper()


@dataclass(frozen=True, eq=False)
class Sentence:
    """A sentence of a turn; it equals itself only."""

    words: tuple[Word, ...]
    end: str
    """The mark it ends with."""
    text: str
    folded: str
    """Its text, folded."""
    ideas: frozenset[str]
    """What its words stand for, those without matter left out."""
    figures: tuple[Figure, ...]
    """The numbers in it."""

    @cached_property
    def spoken(self) -> tuple[Word, ...]:
        """Its words and numbers, without marks."""
        return tuple(word for word in self.words if word.kind != "mark")

    @property
    def question(self) -> bool:
        """Whether it asks."""
        return "?" in self.end


@dataclass(frozen=True)
class Reading:
    """One text, read."""

    text: str

    @cached_property
    def folded(self) -> str:
        """The whole text, folded."""
        return fold(self.text)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Its sentences."""
        return tuple(islice(_sentences(self.text), _SENTENCES))

    @cached_property
    def ideas(self) -> frozenset[str]:
        """What all its sentences are about."""
        return frozenset().union(*(sentence.ideas for sentence in self.sentences))

    @cached_property
    def figures(self) -> frozenset[float]:
        """The values of all numbers in it."""
        return frozenset(one.value for sentence in self.sentences for one in sentence.figures)

    @cached_property
    def terms(self) -> frozenset[str]:
        """All words and marks in it, in the singular."""
        return frozenset(word.term for sentence in self.sentences for word in sentence.words)

    @property
    def asks(self) -> bool:
        """Whether a question is in it."""
        return "?" in self.text


@lru_cache(maxsize=1_024)
def reading_of(text: str) -> Reading:
    """A text, read once though several people heard it."""
    return Reading(text)


def _sentences(text: str) -> Iterator[Sentence]:
    words: list[Word] = []
    start = 0
    for part in _PART.finditer(text):
        raw, kind = part[0], part.lastgroup or "mark"
        if kind == "word" and len(words) < _WORDS:
            words.append(_word(raw, kind))
        elif (kind == "end" and not _abbreviates(words, raw)) or len(words) >= _WORDS:
            if words:
                yield _sentence(words, raw, text[start : part.end()])
            words, start = [], part.end()
        elif raw != "-":
            words.append(_word(raw, kind))
    if words:
        yield _sentence(words, "", text[start:])


def _sentence(words: list[Word], end: str, text: str) -> Sentence:
    ideas = {word.matter for word in words}
    ideas.discard("")
    if "May" in text and any(word.raw == "May" for word in words[1:]):
        ideas.add("may")
    counted = [True for word in words if word.counts]
    return Sentence(
        words=tuple(words),
        end=end,
        text=text,
        folded=fold(text).strip(),
        ideas=frozenset(ideas),
        figures=figures_in(tuple(word.low for word in words)) if counted else (),
    )


@lru_cache(maxsize=8_192)
def _word(raw: str, kind: str) -> Word:
    low = fold(raw)
    what = idea(low) if kind == "word" else ""
    matter = "" if low in STOP else what
    return Word(raw, low, what, kind, matter, tells_number(low), singular(low))


def _abbreviates(words: list[Word], end: str) -> bool:
    """Whether a full stop ends an abbreviation and no sentence."""
    return end == "." and bool(words) and words[-1].raw in {"Dr", "Mr", "Mrs", "Ms", "St", "Prof"}
