"""The rule about secrets: what the persona keeps is told to nobody its rule does not allow.

A secret is known again by its words of matter, in whatever form and in synonyms of the
vocabulary; its numbers and names weigh more. Hints that use none of them are not seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from types import MappingProxyType

from simulator.conversation.fidelity.phrases import words_of
from simulator.conversation.fidelity.reading import Reading, Sentence, Word, fold, idea
from simulator.conversation.fidelity.turn import Check, Subject, Turn, clip
from simulator.conversation.fidelity.vocabulary import CURRENCIES, UNITS
from simulator.definitions.facts import Secret

__all__ = ["secrets"]

_PRECISE, _NAMED, _PLAIN = 0.5, 0.55, 0.66
"""Share of a secret's weight that gives it away: where what is met is precise, where a name or
number is among it, and where it is nothing but common words."""
_MATTER, _NAME, _TIME = 1.0, 1.5, 0.75
"""What a word of matter, a name of one or more words, and a month or season weigh."""
_NUMBER, _SUM, _LARGE = 1.5, 3.5, 100
"""What a number weighs, and what one that is large enough to stand for itself."""
_TIMES = words_of(
    "january february march april may june july august september october november december spring "
    "summer autumn winter monday tuesday wednesday thursday friday saturday sunday"
)
_DENIED = re.compile(
    r"\b(?:never|no|not|nobody|nothing|didn|haven|hasn|isn|wasn|don|won|wouldn|t|nie|kein\w*|"
    r"nicht|jamais|pas|nunca)\b"
)
_OTHERS = re.compile(
    r"\b(?:a (?:client|friend|neighbour|colleague|man|woman|lady) of mine|everybody|everyone|"
    r"some people|he|they|client|you|your)\b"
)
_OWN = re.compile(
    r"\b(?:i|me|my|mine|we|us|our|ich|mich|mir|mein\w*|wir|yo|mi|me|je|j|moi|mon|ma|mes|nous|nos)\b"
)
_TAG = re.compile(
    r"\b(?:ok|okay|right|no|yeah|you know|see|all right|eh|hm|alright|verdad|vale|oder|ja|hein|"
    r"non)\s*\?"
)
_ASKED = 0.6
"""What a word weighs that stands in the question the turn answers."""
_MONEY = CURRENCIES | {"price", "discount", "offer", "salary", "low"}
_PROBES = re.compile(
    r"\b(?:ever|honest|honestly|truth|truthfully|hiding|hide|not telling|really happened|"
    r"anything i should know|what is it|what's wrong|why (?:did|were|was) you)\b"
)
"""Questions that ask for just what is being kept."""
_SUPPOSES = re.compile(r"(?:and |but )?(?:when|whenever|if|imagine|suppose|wenn|si|quand|cuando)\b")
_FRESH = 0.75
"""Weight that must be new: what others have just said is no secret any more."""
_SHORT = 6
"""Words a telling without "I" has at most: "Rebuilt once"."""
_HEARD = 0.34
"""What a word still weighs that somebody else has just said."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A secret, taken apart."""

    weights: Mapping[str, float]
    figures: frozenset[float]
    total: float
    rule: Secret
    denies: bool
    """It is itself a denial: she will not stand again."""
    suffered: frozenset[str]
    """What was done to the persona: he was dismissed."""
    deed: str
    """What was done: the first word of matter."""
    names: frozenset[str]
    """The words of names."""
    own: bool
    """It is about the persona's own doing."""


def secrets(subject: Subject) -> Check | None:
    """The rule for one persona; None where it keeps nothing."""
    kept = tuple(_taken_apart(secret, subject) for secret in subject.member.kept)
    ids = {other.id: frozenset({other.id, other.persona_id}) for other in subject.others}
    return partial(_check, kept, MappingProxyType(ids)) if kept else None


def _taken_apart(secret: Secret, subject: Subject) -> _Kept:
    reading = Reading(secret.text)
    weights: dict[str, float] = {}
    figures: set[float] = set()
    names: set[str] = set()
    for sentence in reading.sentences:
        spans = {at for one in sentence.figures for at in range(one.first, one.after)}
        figures |= {one.value for one in sentence.figures}
        for at, word in enumerate(sentence.words):
            if at in spans or word.idea not in sentence.ideas or word.low in subject.own_names:
                continue
            weights[word.idea] = _weight(sentence, at)
            if word.capital and at and word.idea not in _TIMES:
                names.add(word.idea)
    total = sum(weights.values()) + sum(map(_number, figures))
    folded = fold(secret.text)
    return _Kept(
        weights=MappingProxyType(weights),
        figures=frozenset(figures),
        total=total,
        rule=secret,
        suffered=frozenset(
            idea(word) for word in re.findall(r"\b(?:was|were|been|got) (\w+)", folded)
        ),
        denies=bool(_DENIED.search(folded)),
        deed=next(iter(weights), ""),
        names=frozenset(names),
        own=bool(re.match(r"(?:she|he|they|i)\b", folded)),
    )


def _weight(sentence: Sentence, at: int) -> float:
    """What a word of a secret weighs; the words of one name share the weight of a name."""
    words = sentence.words
    if words[at].idea in _TIMES:
        return _TIME
    if not words[at].capital or at == 0:
        return _MATTER
    beside = (words[at - 1 : at], words[at + 1 : at + 2])
    return _NAME / (1 + sum(near[0].capital for near in beside if near))


def _number(value: float) -> float:
    return _SUM if _stands_alone(value) else _NUMBER


def _stands_alone(value: float) -> bool:
    """Whether a number is telling by itself: large, and no year."""
    return value >= _LARGE and not 1900 <= value <= 2100


def _check(kept: tuple[_Kept, ...], ids: Mapping[str, frozenset[str]], turn: Turn) -> Iterable[str]:
    for secret in kept:
        told = _told(secret, turn)
        if told is not None and not _allowed(secret, ids, turn):
            yield clip(f"{told.text.strip()} ({secret.rule.text})")


def _told(secret: _Kept, turn: Turn) -> Sentence | None:
    """The sentence in which the secret is out, if it is."""
    sentences = turn.said.sentences
    if secret.weights.keys() & turn.said.ideas or secret.figures & turn.said.figures:
        for one in sentences:
            if _gives_away(secret, turn, (one,)):
                return one
        for first, second in pairwise(sentences):
            if _gives_away(secret, turn, (first, second)):
                return first
    return None


def _gives_away(secret: _Kept, turn: Turn, sentences: tuple[Sentence, ...]) -> bool:
    """Whether sentences say enough of a secret that somebody who hears them knows it."""
    if all(one.question and not _TAG.search(one.folded) for one in sentences):
        return False
    if _SUPPOSES.match(sentences[0].folded):
        return False
    ideas = frozenset[str]().union(*(one.ideas for one in sentences))
    figures = {
        one.value
        for sentence in sentences
        for one in sentence.figures
        if not {word.idea for word in sentence.words[one.after : one.after + 2]}
        & (UNITS - secret.weights.keys())
    } & secret.figures
    new = figures - turn.heard_figures
    met = secret.weights.keys() & ideas
    words = [word for one in sentences for word in one.spoken]
    if not secret.denies and not figures and _denied(words, met):
        return False
    if _done_to_others(words, secret.suffered):
        return False
    alone = any(_stands_alone(one) for one in new)
    if secret.own and not alone and not _is_own(secret, sentences, met=met, new=new):
        return False
    opens = turn.question is not None and sentences[0] is turn.said.sentences[0]
    asked = secret.weights.keys() & turn.question.ideas - met if opens and turn.question else set()
    fresh = sum(secret.weights[one] * (_HEARD if one in turn.heard_ideas else 1) for one in met)
    score = sum(secret.weights[one] for one in met) + sum(map(_number, figures))
    score += _ASKED * sum(secret.weights[one] for one in asked)
    enough = _enough(secret, met, figures)
    parts = min(2, len(secret.weights) + len(secret.figures))
    several = len(met) + len(figures) + bool(asked) >= parts or alone
    return several and score >= enough * secret.total and fresh + sum(map(_number, new)) >= _FRESH


def _enough(secret: _Kept, met: AbstractSet[str], figures: AbstractSet[float]) -> float:
    named, timed = bool(met & secret.names), bool(met & _TIMES)
    if not (figures or named or timed):
        return _PLAIN
    precise = secret.deed in met or (named and timed) or any(map(_stands_alone, figures))
    return _PRECISE if precise else _NAMED


def _is_own(
    secret: _Kept,
    sentences: tuple[Sentence, ...],
    *,
    met: AbstractSet[str],
    new: AbstractSet[float],
) -> bool:
    """Whether the persona speaks of itself and of its deed, not only of what it did that to."""
    folded = " ".join(one.folded for one in sentences)
    first_person = bool(_OWN.search(folded))
    if not first_person and (_OTHERS.search(folded) or len(sentences[0].spoken) > _SHORT):
        return False
    return (
        secret.deed in met
        or bool(new)
        or any(secret.weights[one] > _MATTER / 2 for one in met & secret.names)
    )


def _denied(words: list[Word], met: AbstractSet[str]) -> bool:
    """Whether what is met of a secret is denied: shortly before it, a word says no."""
    for at, word in enumerate(words):
        if word.idea in met:
            lead = " ".join(one.low for one in words[max(0, at - 4) : at])
            if _DENIED.search(lead):
                return True
    return False


def _done_to_others(words: list[Word], suffered: frozenset[str]) -> bool:
    """Whether the persona says it did what was done to it: "I dismissed the class"."""
    return any(
        word.idea in suffered and before.low in {"i", "we", "ich", "yo", "je"}
        for before, word in pairwise(words)
    )


def _allowed(secret: _Kept, ids: Mapping[str, frozenset[str]], turn: Turn) -> bool:
    """Whether everybody who hears it may, or somebody has just asked for it."""
    tell = secret.rule.tell
    if tell == "never":
        return False
    if tell == "asked":
        asked = turn.prompted
        if asked is None or not asked.asks:
            return False
        money = secret.weights.keys() & CURRENCIES and asked.ideas & _MONEY
        probing = _PROBES.search(asked.folded)
        return bool(asked.ideas & secret.weights.keys() or money or probing)
    return bool(turn.listeners) and all(
        set(tell) & ids.get(one, frozenset({one})) for one in turn.listeners
    )
