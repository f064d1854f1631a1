"""The rule about secrets: what the persona keeps is told to nobody its rule does not allow.

A secret is known again by its words of matter, in whatever form, in synonyms of the vocabulary and
in other ways of telling the same deed; its numbers and names weigh more. A yes to a question that
has the secret in it tells it too. Hints that use nothing of all this are not seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache, partial
from itertools import pairwise
from types import MappingProxyType

from simulator.conversation.fidelity.codes import has_figures, is_spelled
from simulator.conversation.fidelity.kept import (
    DENIED,
    MATTER,
    TIMES,
    Kept,
    number,
    stands_alone,
    taken_apart,
)
from simulator.conversation.fidelity.plainly import is_short, is_told_plainly
from simulator.conversation.fidelity.reading import Sentence, Word
from simulator.conversation.fidelity.turn import Check, Subject, Turn, clip
from simulator.conversation.fidelity.vocabulary import CURRENCIES, UNITS

__all__ = ["secrets"]

_PRECISE, _NAMED, _PLAIN, _TRUSTED, _PIECED = 0.5, 0.55, 0.62, 0.34, 0.4
"""Share of a secret's weight that gives it away: where what is met is precise, where a name or
number is among it, where it is nothing but common words, where the persona itself says that it is
telling something it should not, and where it tells several pieces of itself."""
_LEAST = min(_PRECISE, _NAMED, _PLAIN, _TRUSTED, _PIECED)
_ASKED, _OTHERWISE, _LOOSE, _HEARD = 0.6, 0.9, 0.5, 0.34
"""What a word weighs that stands in the question the turn answers, one that is told in another
way, one that is so by a word in everybody's mouth, and one that somebody else has just said."""
_FRESH = 0.75
"""Weight that must be new: what others have just said is no secret any more."""
_SHORT = 6
"""Words a telling without "I" has at most: "Rebuilt once"."""
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
_MONEY = CURRENCIES | {"price", "discount", "offer", "salary", "low"}
_LIMIT = re.compile(
    r"\b(?:lowest|highest|least|most|limit|rates?|how (?:low|high|far|much)|best (?:price|offer|"
    r"rate)|"
    r"interest|final)\b"
)
_PROBES = re.compile(
    r"\b(?:ever|honest|honestly|truth|truthfully|hiding|hide|not telling|really happened|"
    r"anything i should know|what is it|what's wrong|why (?:did|were|was) you)\b"
)
"""Questions that ask for just what is being kept."""
_SUBJECT = re.compile(
    r"\b(?:i|we|ich|wir|yo|je|j|he|she|they|somebody|someone|(?:my|our|his|her|their|the|a) (?:\w+ "
    r"){1,2}(?=(?:is|"
    r"was|has|had|are|were|will|'s|got|took|\w+ed)\b)|(?:my|our) (?:\w+ )?(?:cousin|friend|"
    r"neighbour|"
    r"colleague|brother|sister|mother|father|uncle|aunt|client|mate|husband|wife|son|daughter|"
    r"boss)s?)\b"
)
_TELLS = re.compile(r"^(?:\W*\w+ ){0,4}?\W*(?:i|i'm|i've|i'd|i'll|we|we're|ich|yo|je|my)\b|\bich\b")
_SEVERAL = 2
"""Words of matter that show a secret where the persona speaks of itself."""
_KIN = re.compile(
    r"my (?:\w+ )?(?:father|mother|brother|sister|cousin|uncle|aunt|friend|neighbour|client|"
    r"colleague)\b"
)
_SELF = frozenset({"i", "we", "ich", "wir", "yo", "je", "j"})
_SUPPOSES = re.compile(r"(?:and |but )?(?:when|whenever|if|imagine|suppose|wenn|si|quand|cuando)\b")
_CONFIDES = re.compile(
    r"\b(?:between (?:us|you and me|ourselves|these walls)|(?:don't|do not|never) (?:you )?(?:tell|"
    r"repeat|breathe|pass (?:it|that) on)|(?:didn't|did not|never|haven't) hear\w* (?:that|it|"
    r"this) "
    r"from me|not a word to|keep (?:it|that|this) (?:to yourself|quiet|between|under)|"
    r"(?:nobody|no one|hardly anybody|not even \w+|noone) (?:else )?knows?|can you keep|"
    r"(?:shouldn't|should not|not supposed to|mustn't|ought not to|not meant to|wasn't going to) "
    r"(?:really )?(?:say|tell|be telling|be saying|mention)|i'll (?:admit|confess)|i (?:admit|"
    r"confess)|confess|secretly?|off the record|to be honest|honestly|truth (?:is|be told)|if you "
    r"must know|"
    r"let me leave it at that|i'm honest|(?:may|might) as well (?:hear|know|tell|say)|"
    r"if you want the truth|forget i (?:said|told)|(?:swear|promise) (?:me )?(?:you|not)|you'll "
    r"keep|"
    r"unter uns|ehrlich gesagt|entre nous|entre nosotros|la verdad)\b"
)
"""What somebody says who tells more than it should."""
_ADMITS = re.compile(
    r"^[\"“«¡¿ ]*(?:oh,? |well,? |all right,? |okay,? |fine[.,]? |yes[.,] )?(?:yes|yeah|yep|si|oui|"
    r"ja|"
    r"doch|(?:that's|that is|it's|it is|is) (?:true|right|so|correct)|true\b|guilty|i (?:did|do|"
    r"have|am|"
    r"was|will|would|have to admit)\b(?! (?:not|what|my|n't))|i'm afraid (?:so|i|it)|correct|"
    r"exactly|"
    r"who told you|how (?:do|did) you (?:know|find)|you've (?:heard|found)|you (?:know|heard|"
    r"guessed)"
    r"(?: it)?[.,!?]|stimmt|es verdad|c'est vrai|it (?:has|did|was|is)\b(?! not))"
)
_TAKEN_BACK = re.compile(r"\b(?:no|not|never|nothing|nein|nicht|nunca|jamais)\b|n't\b")
_MORE = re.compile(r"\b(?:more|another|extra|on top|plus|add|less|off|minus|mehr|mas|de plus)\b")


def secrets(subject: Subject) -> Check | None:
    """The rule for one persona; None where it keeps nothing."""
    kept = tuple(taken_apart(secret, subject) for secret in subject.member.kept)
    ids = {other.id: frozenset({other.id, other.persona_id}) for other in subject.others}
    return partial(_check, kept, MappingProxyType(ids)) if kept else None


def _check(kept: tuple[Kept, ...], ids: Mapping[str, frozenset[str]], turn: Turn) -> Iterable[str]:
    for secret in kept:
        told = _told(secret, turn)
        if told is not None and not _allowed(secret, ids, turn):
            yield clip(f"{told.text.strip()} ({secret.rule.text})")


def _told(secret: Kept, turn: Turn) -> Sentence | None:
    """The sentence in which the secret is out, if it is."""
    sentences = turn.said.sentences
    reach = {one: _reach(secret, one) for one in secret.touched(turn.said)}
    if not reach:
        return sentences[0] if _admitted(secret, turn) else None
    least = _LEAST * secret.total - _ASKED * secret.weight(_asked(secret, turn))
    for one in sentences:
        if reach.get(one, -1.0) >= least and _gives_away(secret, turn, (one,)):
            return one
    for first, second in pairwise(sentences):
        most = reach.get(first, 0.0) + reach.get(second, 0.0)
        if most >= least and _gives_away(secret, turn, (first, second)):
            return first
    return sentences[0] if _admitted(secret, turn) else None


def _reach(secret: Kept, sentence: Sentence) -> float:
    """What a sentence can tell of a secret at most; two together tell no more than both.

    A number that opens something tells all of it.
    """
    met, otherwise = secret.told_in((sentence,))
    counts = secret.figures and has_figures(sentence)
    figures = sum(map(number, secret.figures)) if counts else 0.0
    return secret.total if counts and secret.opens else secret.weight(met | otherwise) + figures


def _admitted(secret: Kept, turn: Turn) -> bool:
    """Whether the turn says yes to a question that has the secret in it."""
    asked, sentences = turn.question, turn.said.sentences
    if asked is None or not sentences or sentences[0].question or secret.denies:
        return False
    lead = sentences[0].folded
    if not _ADMITS.search(lead) or _TAKEN_BACK.search(lead):
        return False
    asking = tuple(one for one in asked.sentences if one.question)
    met, told = secret.told_in(asking)
    figures = secret.figures & asked.figures
    score = secret.weight(met | told) + sum(map(number, figures))
    return len(met | told) + len(figures) > 1 and score >= _NAMED * secret.total


def _gives_away(secret: Kept, turn: Turn, sentences: tuple[Sentence, ...]) -> bool:
    """Whether sentences say enough of a secret that somebody who hears them knows it."""
    met, otherwise = secret.told_in(sentences)
    figures = _figures(secret, sentences)
    told = met | otherwise
    asked = _asked(secret, turn) - told
    if not (told or figures) or _is_no_telling(secret, sentences):
        return False
    words = [word for one in sentences for word in one.words]
    denied = not secret.denies and not figures and _denied(words, met)
    if denied or _done_to_others(words, secret.suffered) or _is_vague(secret, turn, sentences):
        return False
    new = figures - turn.heard_figures
    alone = any(_is_out(secret, one, sentences) for one in new)
    if secret.own and not (
        alone or _is_own(secret, sentences, met=met, otherwise=otherwise, new=new)
    ):
        return False
    fresh = sum(secret.weights[one] * (_HEARD if one in turn.heard_ideas else 1) for one in told)
    loose = secret.loosely(sentences) & otherwise if otherwise else frozenset[str]()
    score = secret.weight(met) + _OTHERWISE * secret.weight(otherwise - loose)
    score += _LOOSE * secret.weight(loose) + sum(map(number, figures))
    score += _ASKED * secret.weight(asked)
    enough = _enough(secret, told, figures)
    if secret.own and _shows(secret, sentences, told=told, figures=figures):
        enough = min(enough, _PIECED)
    if _confides(turn.said.folded):
        enough = _TRUSTED
    if secret.opens and alone:
        enough = 0.0
    parts = min(2, len(secret.weights) + len(secret.figures))
    several = len(told) + len(figures) + bool(asked) >= parts or alone
    return several and score >= enough * secret.total and fresh + sum(map(number, new)) >= _FRESH


def _is_vague(secret: Kept, turn: Turn, sentences: tuple[Sentence, ...]) -> bool:
    """Whether the one word of a short secret stands where it can mean anything."""
    if not is_short(secret):
        return False
    return not (_confides(turn.said.folded) or is_told_plainly(secret, sentences))


@lru_cache(maxsize=64)
def _confides(folded: str) -> bool:
    """Whether somebody tells more than it should, as it says itself."""
    return bool(_CONFIDES.search(folded))


def _is_no_telling(secret: Kept, sentences: tuple[Sentence, ...]) -> bool:
    """Whether it only asks, supposes, or begins with somebody else of the family."""
    asks = all(one.question and not _TAG.search(one.folded) for one in sentences)
    first = sentences[0].folded
    return asks or bool(_SUPPOSES.match(first) or (not secret.own and _KIN.match(first)))


def _shows(
    secret: Kept,
    sentences: tuple[Sentence, ...],
    *,
    told: AbstractSet[str],
    figures: AbstractSet[float],
) -> bool:
    """Whether the persona tells what it did and to what, or several pieces of it, as its own."""
    if len(secret.core) > 1 and secret.core <= told:
        return True
    rare = {one for one in told - TIMES if secret.weights[one] >= MATTER}
    return len(rare) + len(figures) >= _SEVERAL and _is_first_person(sentences)


def _is_first_person(sentences: tuple[Sentence, ...]) -> bool:
    """Whether somebody tells of itself: "I" before anything else that could be the subject."""
    return any(_TELLS.search(one.folded) for one in sentences)


def _asked(secret: Kept, turn: Turn) -> frozenset[str]:
    """The words of a secret that are in the question the turn answers."""
    return secret.plain_in(turn.question.ideas) if turn.question else frozenset()


def _figures(secret: Kept, sentences: tuple[Sentence, ...]) -> set[float]:
    """The secret's numbers that are said, in short or as a sum too, and of nothing else."""
    if not secret.figures:
        return set()
    found: list[float] = []
    for sentence in sentences:
        values = [
            one.value
            for one in sentence.figures
            if not {word.idea for word in sentence.words[one.after : one.after + 2]}
            & (UNITS - secret.weights.keys())
        ]
        found += values
        for first, second in pairwise(sentence.figures):
            if first.after == second.first and 0 < second.value < 10:
                found.append(first.value * 1000 + second.value * 100)
    found += [
        one for one in secret.figures if any(is_spelled(one, sentence) for sentence in sentences)
    ]
    if len(found) > 1 and any(_MORE.search(one.folded) for one in sentences):
        found += [sum(pair) for pair in pairwise(found)]
    return set(found) & secret.figures


def _is_out(secret: Kept, value: float, sentences: tuple[Sentence, ...]) -> bool:
    """Whether a number of the secret needs no other word of it to be known again."""
    spelled = secret.opens and any(is_spelled(value, one) for one in sentences)
    return spelled or stands_alone(value)


def _enough(secret: Kept, met: AbstractSet[str], figures: AbstractSet[float]) -> float:
    named, timed = bool(met & secret.names), bool(met & TIMES)
    if not (figures or named or timed):
        return _PLAIN
    if named and figures:
        return _PIECED
    precise = secret.deed in met or (named and timed) or any(map(stands_alone, figures))
    return _PRECISE if precise else _NAMED


def _is_own(
    secret: Kept,
    sentences: tuple[Sentence, ...],
    *,
    met: AbstractSet[str],
    otherwise: AbstractSet[str],
    new: AbstractSet[float],
) -> bool:
    """Whether the persona speaks of itself and of its deed, not only of what it did that to."""
    telling = [one for one in sentences if any(secret.told_in((one,)))] or list(sentences)
    folded = " ".join(one.folded for one in telling)
    first_person = bool(_OWN.search(folded))
    if not first_person and (
        _OTHERS.search(folded)
        or len(sentences[0].spoken) > _SHORT
        or any(word.capital and word.idea not in secret.weights for word in sentences[0].words[1:])
    ):
        return False
    if any(_is_anothers(secret, one) for one in telling):
        return False
    return (
        secret.deed in met
        or bool(new or otherwise)
        or (first_person and len(met - TIMES) >= _SEVERAL)
        or any(secret.weights[one] > MATTER / 2 for one in met & secret.names)
    )


def _is_anothers(secret: Kept, sentence: Sentence) -> bool:
    """Whether somebody else is said to have done it: "My cousin is pregnant"."""
    folded = sentence.folded
    places = [folded.find(word.low) for word in sentence.words if word.idea in secret.weights]
    places += [found.start() for way, _ in secret.ways if (found := way.search(folded))]
    lead = re.split(r"[,;:(]", folded[: max(0, min(places, default=0))])[-1]
    subjects = [found[0] for found in _SUBJECT.finditer(lead)]
    if not subjects or subjects[-1] in _SELF or secret.suffered:
        return False
    return not _OWN.search(folded.replace(subjects[-1], " ", 1))


def _denied(words: list[Word], met: AbstractSet[str]) -> bool:
    """Whether what is met of a secret is denied: shortly before it, a word says no."""
    for at, word in enumerate(words):
        if word.idea in met:
            lead = " ".join(one.low for one in words[max(0, at - 4) : at])
            lead = re.split(r"[,;:]", lead)[-1]
            if DENIED.search(lead):
                return True
    return False


def _done_to_others(words: list[Word], suffered: frozenset[str]) -> bool:
    """Whether the persona says it did what was done to it: "I dismissed the class"."""
    return any(
        word.idea in suffered and before.low in {"i", "we", "ich", "yo", "je"}
        for before, word in pairwise(words)
    )


def _allowed(secret: Kept, ids: Mapping[str, frozenset[str]], turn: Turn) -> bool:
    """Whether everybody who hears it may, or somebody has just asked for it."""
    tell = secret.rule.tell
    if tell == "never":
        return False
    if tell == "asked":
        asked = turn.prompted
        if asked is None or not asked.asks:
            return False
        sums = secret.weights.keys() & (CURRENCIES | {"percent"})
        money = sums and (asked.ideas & _MONEY or _LIMIT.search(asked.folded))
        probing = _PROBES.search(asked.folded)
        return bool(asked.ideas & secret.weights.keys() or money or probing)
    return bool(turn.listeners) and all(
        set(tell) & ids.get(one, frozenset({one})) for one in turn.listeners
    )
