"""What can be said of a member without a name: role, kind, field, age, woman or man."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from simulator.conversation.hearing.names import titles_of
from simulator.conversation.hearing.persons import kinds_of
from simulator.conversation.hearing.words import fold, word_set, words_of
from simulator.definitions.cast import Member

__all__ = ["Portrait", "Traits", "fit_of", "portrait_of", "traits_of"]

_FEMALE = word_set(
    """mrs ms miss madam madame mme mlle frau fraulein senora dona dame lady sister mother mum mom
    mummy wife daughter granddaughter grandmother grandma granny aunt auntie woman girl
    girlfriend bride widow waitress actress hostess chairwoman queen princess abuela madre mujer
    hija hermana tia mere femme fille soeur oma tante mutter tochter schwester ehefrau nonna
    businesswoman housewife nun midwife stewardess landlady"""
)
_MALE = word_set(
    """mr sir herr senor don monsieur lord father dad daddy husband son grandson grandfather
    grandpa grandad uncle man boy boyfriend groom widower waiter actor host chairman king prince
    abuelo padre marido hijo hermano tio pere mari fils frere opa onkel vater sohn bruder
    ehemann nonno gentleman fireman policeman brother priest monk"""
)
_LADY = word_set("lady madam ma'am woman dame senora girl miss frau madame")
_GENTLEMAN = word_set("gentleman sir man herr senor monsieur boy lad fellow guy mister")
_YOUNGEST = re.compile(r"\b(?:youngest|jungste\w*|mas (?:joven|pequen[oa])|plus jeune)\b")
_ELDEST = re.compile(r"\b(?:eldest|oldest|alteste\w*|mas (?:viej[oa]|anciano)|ain[e]e?)\b")
_AGE = re.compile(r"\b(\d{1,2})\b")
_AWAY = re.compile(r"\b(?:asleep|sleeping|dormid[oa]|schlaft|schlafend|endormie?|unconscious)\b")
_OWNER = re.compile(
    r"\b[a-z-]+'s\b|\b[a-z]+s' |\b(?:of (?:the|a|an|our)|des|del|de la|du|de l') ?[a-z]+"
)
_PART = re.compile(r"[,;:.!?]+|\s-+\s")
_DETERMINERS = word_set(
    """the a our my your his her their this that these those you as another one any each every der
    die das den dem des ein eine einen einem einer unser unsere unseren unserem mein meine
    meinen meiner dein deine euer eure ihr ihre sie dieser diese als du el la los las un una
    nuestro nuestra mi mis tu tus su sus este esta ese esa al del como usted le les l' une des
    notre nos mon ma mes ton ta tes votre vos son sa ses ce cet cette au aux vous"""
)
_RELATIVES = word_set(
    """who whose whom with from at on in of under behind by near that which der die mit aus vom an
    am auf im que con de del en bajo qui avec du dans sous sur"""
)
_LEADS = frozenset({"chair", "judge"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """What everybody may know of a member, as words that can be compared."""

    stems: frozenset[str]
    """Of role and title."""
    kinds: frozenset[str]
    subjects: frozenset[str]
    """Stems of the member's expertise."""
    fields: frozenset[str]
    sex: str
    """`f`, `m`, or empty where nothing says it."""
    age: int | None
    leads: bool
    """Whether the role is to lead the talk: chair, moderator, judge."""
    away: bool
    """Asleep: there, but not to speak."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What a text says that a member may be meant by; kinds only where somebody is pointed at."""

    pointed: frozenset[str]
    """Stems of words that point at somebody: after "the", "our", "you", or alone as a call."""
    calls: tuple[frozenset[str], ...]
    """The stems of each short piece between commas, which may call somebody by a role."""
    stems: frozenset[str]
    kinds: frozenset[str]
    all_kinds: frozenset[str]
    """Kinds of any word."""
    fields: frozenset[str]
    sex: str
    age: str
    """`youngest`, `eldest` or empty."""


def portrait_of(member: Member) -> Portrait:
    """The portrait of a member of a cast."""
    persona = member.persona
    role = f"{member.role}, {persona.role}" if member.role else persona.role
    return _portrait(role, persona.name, known=(persona.about, *persona.expertise))


@lru_cache(maxsize=256)
def _portrait(role: str, name: str, *, known: tuple[str, ...]) -> Portrait:
    about, *expertise = known
    public = words_of(f"{role} . {titles_of(name)}")
    subjects = words_of(" . ".join(expertise))
    first = set(public.tokens)
    age = _AGE.search(role)
    kinds = _kinds(words_of(_OWNER.sub(" ", fold(f"{role} . {titles_of(name)}"))).tokens)
    return Portrait(
        stems=public.stems | words_of(about).stems,
        kinds=kinds,
        subjects=subjects.stems,
        fields=subjects.fields | words_of(role).fields,
        sex="f" if first & _FEMALE else "m" if first & _MALE else "",
        age=int(age[1]) if age else None,
        leads=bool(kinds & _LEADS),
        away=_AWAY.search(fold(role)) is not None,
    )


@lru_cache(maxsize=1_024)
def traits_of(text: str) -> Traits:
    """What the text says that somebody may be meant by."""
    words, small = words_of(text), fold(text)
    said = set(words.tokens)
    pieces = [words_of(part) for part in _PART.split(small)]
    pointing = " . ".join(" ".join(_pointing(piece.tokens)) for piece in pieces)
    pointed = words_of(pointing)
    lady, gentleman = said & _LADY, said & _GENTLEMAN
    return Traits(
        pointed=pointed.stems,
        calls=tuple(piece.stems for piece in pieces if 0 < len(piece.tokens) <= 3 and piece.stems)
        if len(pieces) > 2
        else (),
        stems=words.stems,
        kinds=_kinds(pointed.tokens),
        all_kinds=_kinds(words.tokens),
        fields=words.fields,
        sex="f" if lady and not gentleman else "m" if gentleman and not lady else "",
        age="youngest" if _YOUNGEST.search(small) else "eldest" if _ELDEST.search(small) else "",
    )


def _pointing(tokens: tuple[str, ...]) -> list[str]:
    """The words of a clause that point at somebody."""
    if len(tokens) <= 3:
        return list(tokens)
    found, until = [tokens[0]], -2
    for place, token in enumerate(tokens):
        if token in _DETERMINERS:
            until = place + 3
        elif token in _RELATIVES and place <= until + 1:
            until = place + 5
        elif place <= until:
            found.append(token)
    return found


def _kinds(tokens: Iterable[str]) -> frozenset[str]:
    return frozenset(kind for token in tokens for kind in kinds_of(token.removesuffix("'s")))


def fit_of(traits: Traits, mine: Portrait, *, others: Sequence[Portrait]) -> float:
    """How well a text's traits fit one rather than the others; 1: a kind that fits nobody else."""
    fit = max(
        _share(traits.kinds & mine.kinds, [one.kinds for one in others]),
        0.4 * _share(traits.all_kinds & mine.kinds, [one.kinds for one in others]),
    )
    for stem in traits.stems & mine.stems:
        weight = 0.5 if stem in traits.pointed else 0.3
        fit += weight / (1 + sum(stem in one.stems for one in others)) ** 2
    if any(call <= mine.stems for call in traits.calls):
        fit = max(fit, 1.2)
    if traits.age and mine.age is not None:
        older = [one.age > mine.age for one in others if one.age is not None]
        fit += 2.0 if all(older if traits.age == "youngest" else [not o for o in older]) else 0.0
    if traits.sex and mine.sex:
        fit += 0.3 if traits.sex == mine.sex else -1.0
    return fit


def _share(found: Iterable[str], others: Sequence[frozenset[str]]) -> float:
    """1 if something found is in none of the others, a half if it is in one, and so on."""
    return max((1 / (1 + sum(word in one for one in others)) for word in found), default=0.0)
