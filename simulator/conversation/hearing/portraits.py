"""What can be said of a member without a name: role, kind, field, age, woman or man."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from simulator.conversation.hearing.kin import KinWord, kin_of, kin_word
from simulator.conversation.hearing.names import titles_of
from simulator.conversation.hearing.persons import kinds_of
from simulator.conversation.hearing.words import FIGURE, Words, fold, word_set, words_of
from simulator.definitions.cast import Member

__all__ = ["Portrait", "Traits", "fit_of", "portrait_of", "traits_of"]

_FEMALE = word_set(
    """mrs ms miss madam madame mme mlle frau fraulein senora dona dame lady woman girl bride widow
    queen princess witch nun midwife landlady mujer hija femme fille"""
)
_MALE = word_set(
    """mr sir herr senor don monsieur lord man boy groom widower king prince monk waiter actor
    gentleman lad priest"""
)
_FEMALE_ENDING = re.compile(
    r"(?:tress|stess|wess|woman|girl|frau|lady|(?:er|or|ist|ent|eur|og)in)$"
)
_MALE_ENDING = re.compile(r"(?:(?<!wo)(?<!hu)(?<!ger)man|boy|mann)$")
_SPOKEN_TO = re.compile(
    r"(?:^|[,;:.!?]|\b(?:the|this|that|young|our|other|der|die|das|den|dem|junge[rs]?|el|la|le"
    r"|cette"
    r"|esta|notre))\s*(?:[a-z]+\s)?(?:(?P<f>lady|madam|ma'am|woman|dame|senora|girl|miss|frau"
    r"|madame)"
    r"|(?P<m>gentleman|sir|man|herr|senor|monsieur|boy|lad|fellow|guy"
    r"|mister))\b(?!')(?P<more> (?:in|with|at|on|who|behind|by|under|from|of|mit)\b)?"
)
_YOUNGEST = re.compile(r"\b(?:youngest|jungste\w*|mas (?:joven|pequen[oa])|plus jeune)\b")
_ELDEST = re.compile(r"\b(?:eldest|oldest|alteste\w*|mas (?:viej[oa]|anciano)|ain[e]e?)\b")
_AGE = re.compile(r"\b(\d{1,2})\b")
_AWAY = re.compile(r"\b(?:asleep|sleeping|dormid[oa]|schlaft|schlafend|endormie?|unconscious)\b")
_OWNER = re.compile(
    r"\b[a-z-]+'s\b|\b[a-z]+s' |\b(?:of (?:the|a|an|our)|des|del|de la|du|de l') ?[a-z]+"
)
_PART = re.compile(r"[,;:.!?]+|\s-+\s")
_DETERMINERS = word_set(
    """somebody someone anybody anyone whoever the a our my your his her their this that these
    those you as another one any each every der die das den dem des ein eine einen einem einer
    unser unsere unseren unserem mein meine meinen meiner dein deine euer eure ihr ihre sie
    dieser diese als du el la los las un una nuestro nuestra mi mis tu tus su sus este esta ese
    esa al del como usted le les l' une des notre nos mon ma mes ton ta tes votre vos son sa ses
    ce cet cette au aux vous"""
)
_BEFORE_CALLS = word_set("now and so then but next first the our dear jetzt und der die y et")
_RELATIVES = word_set(
    """who whose whom with from at on in of under behind by near that which der die mit aus vom an
    am auf im que con de del en bajo qui avec du dans sous sur"""
)
_MODIFIER = re.compile(
    r"[,;:(]| (?:with|from|at|on|in|of|for|under|behind|by|near|who|whose|reading|holding|waiting"
    r"|playing|presenting|listening|looking|sitting|de|del|von|vom|mit|im|aus|am|au|aux|du|des|a)\b"
)
_PLACED = re.compile(r" (?:with|from|at|on|in|under|behind|by|near|mit|im|am|con|en|avec)\b[^,;]*")
_SMALL = 3
"""Letters of the longest word that says nothing beside another."""
_LEADS = frozenset({"chair", "judge"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """What everybody may know of a member, as words that can be compared."""

    stems: frozenset[str]
    """Of role and title."""
    pairs: frozenset[tuple[str, str]]
    """Words that stand side by side in the role: "last word"."""
    core: frozenset[str]
    """Stems of what the role says first, before "in the front row" and the like."""
    head: str
    """Stem of the word that says what the role is: "resident" of "resident, first in line"."""
    kinds: frozenset[str]
    subjects: frozenset[str]
    """Stems of the member's expertise."""
    fields: frozenset[str]
    sex: str
    """`f`, `m`, or empty where nothing says it."""
    age: int | None
    kin: KinWord | None
    """The family word in the role."""
    leads: bool
    """Whether the role is to lead the talk: chair, moderator, judge."""
    away: bool
    """Asleep: there, but not to speak."""

    def is_kin(self, other: Portrait, *, word: KinWord) -> bool:
        """Whether, by the family words in their roles, this is such a relative of the other."""
        mine, theirs = self.kin, other.kin
        if mine is None or theirs is None or (word.sex and self.sex not in {word.sex, ""}):
            return False
        if word.married and self.sex and self.sex == other.sex:
            return False
        return mine.generation == theirs.generation + word.up


@dataclass(frozen=True, slots=True)
class Traits:
    """What a text says that a member may be meant by; kinds only where somebody is pointed at."""

    pointed: frozenset[str]
    """Stems of words that point at somebody: after "the", "our", "you", or alone as a call."""
    calls: tuple[frozenset[str], ...]
    """The stems of each short piece between commas, which may call somebody by a role."""
    stems: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    """Words that stand side by side."""
    kinds: frozenset[str]
    all_kinds: frozenset[str]
    """Kinds of any word."""
    fields: frozenset[str]
    sex: str
    merely: bool
    """Whether being a woman or a man is all that is said of somebody."""
    age: str
    """`youngest`, `eldest` or empty."""


def portrait_of(member: Member, *, told: Sequence[str] = ()) -> Portrait:
    """The portrait of a member of a cast; `told` is what the member is to others: "his wife"."""
    persona = member.persona
    role = f"{member.role}, {persona.role}" if member.role else persona.role
    known = (persona.about, *persona.expertise)
    return _portrait(role, persona.name, known=known, told=" . ".join(told))


@lru_cache(maxsize=256)
def _portrait(role: str, name: str, *, known: tuple[str, ...], told: str) -> Portrait:
    about, *expertise = known
    public = words_of(f"{role} . {titles_of(name)}")
    subjects = words_of(" . ".join(expertise))
    first = set(public.tokens)
    age = _AGE.search(role)
    kinds = _kinds(words_of(_OWNER.sub(" ", fold(f"{role} . {titles_of(name)}"))).tokens)
    return Portrait(
        stems=public.stems | words_of(about).stems,
        pairs=_pairs(words_of(role).tokens),
        core=words_of(_MODIFIER.split(fold(role))[0]).stems,
        head=_head(role),
        kinds=kinds,
        subjects=subjects.stems,
        fields=subjects.fields | words_of(_PLACED.sub("", fold(role))).fields,
        sex=_sex(words_of(_OWNER.sub(" ", fold(role))).tokens, first | set(words_of(told).tokens)),
        kin=kin_of(words_of(_OWNER.sub(" ", fold(role))).tokens),
        age=int(age[1]) if age else None,
        leads=bool(kinds & _LEADS),
        away=_AWAY.search(fold(role)) is not None,
    )


def _pairs(tokens: Sequence[str]) -> frozenset[tuple[str, str]]:
    return frozenset(
        pair
        for pair in pairwise(tokens)
        if len(pair[0]) > _SMALL and (len(pair[1]) > _SMALL or FIGURE.fullmatch(pair[1]))
    )


def _head(role: str) -> str:
    stems = [
        stem
        for word in words_of(_MODIFIER.split(fold(role))[0]).tokens
        for stem in words_of(word).stems
    ]
    return stems[-1] if stems else ""


def _sex(own: Iterable[str], said: Iterable[str]) -> str:
    """What a role, then a title and what others call somebody, say of being a woman or a man."""
    for tokens in (own, said):
        for token in tokens:
            word = kin_word(token)
            if word is not None and word.sex:
                return word.sex
            if token in _FEMALE or _FEMALE_ENDING.search(token):
                return "f"
            if token in _MALE or _MALE_ENDING.search(token):
                return "m"
    return ""


@lru_cache(maxsize=1_024)
def traits_of(text: str) -> Traits:
    """What the text says that somebody may be meant by."""
    words, small = words_of(text), fold(text)
    pieces = [words_of(part) for part in _PART.split(small)]
    pointing = " . ".join(" ".join(_pointing(piece.tokens)) for piece in pieces)
    pointed = words_of(pointing)
    spoken = list(_SPOKEN_TO.finditer(small))
    sexes = {"f" if one["f"] else "m" for one in spoken}
    return Traits(
        pointed=pointed.stems,
        calls=tuple(piece.stems for piece in pieces if _is_call(piece)) if len(pieces) > 2 else (),
        stems=words.stems,
        pairs=_pairs(words.tokens),
        kinds=_kinds(pointed.tokens),
        all_kinds=_kinds(words.tokens),
        fields=words.fields,
        sex=sexes.pop() if len(sexes) == 1 else "",
        merely=not any(one["more"] for one in spoken),
        age="youngest" if _YOUNGEST.search(small) else "eldest" if _ELDEST.search(small) else "",
    )


def _is_call(piece: Words) -> bool:
    """Whether a clause is nothing but what somebody is: "Now the trombone:"."""
    said = [token for token in piece.tokens if token not in _BEFORE_CALLS]
    return 0 < len(said) == len(piece.stems) <= 3


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
        0.9 * _share(traits.pointed & mine.core, [one.core for one in others]),
    )
    for stem in traits.stems & mine.stems:
        weight = 0.5 if stem in traits.pointed else 0.3
        fit += weight / (1 + sum(stem in one.stems for one in others)) ** 2
    if (traits.pairs & mine.pairs) - {pair for one in others for pair in one.pairs}:
        fit = max(fit, 0.9)
    if any(call <= mine.stems for call in traits.calls):
        fit = max(fit, 1.2)
    if traits.age and mine.age is not None:
        older = [one.age > mine.age for one in others if one.age is not None]
        fit += 2.0 if all(older if traits.age == "youngest" else [not o for o in older]) else 0.0
    if traits.sex and mine.sex:
        alone = traits.merely and all(one.sex != traits.sex for one in others)
        fit += (1.0 if alone else 0.3) if traits.sex == mine.sex else -1.0
    return fit


def _share(found: Iterable[str], others: Sequence[frozenset[str]]) -> float:
    """1 if something found is in none of the others, a half if it is in one, and so on."""
    return max((1 / (1 + sum(word in one for one in others)) for word in found), default=0.0)
