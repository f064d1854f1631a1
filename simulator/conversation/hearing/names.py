"""Who a line calls by name, hands over to, sends away or merely mentions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from simulator.conversation.hearing.phrases import SENT_AWAY
from simulator.conversation.hearing.words import fold, plain, sentences, word_set, words_of
from simulator.definitions.cast import Cast

__all__ = ["Naming", "addressee", "namings", "namings_among", "titles_of"]

_CAPITALISED = re.compile(r"\b[A-Z][a-z]{2,}\b")
How = Literal["called", "handed", "dismissed", "mentioned"]

_TITLES = word_set(
    """dr mr mrs ms mx miss prof professor professeur profesor profesora sir dame madam madame
    monsieur mme mlle herr frau senor senora don dona lord lady judge justice captain coach chef
    mayor minister councillor sergeant sister father brother mother uncle aunt auntie oma opa
    abuelo abuela nonna nonno granny grandma grandpa candidate detective inspector constable
    officer skipper nurse doctor rabbi imam pastor president senator deputy meister commander
    colonel general lieutenant private reverend emeritus dj big little old young"""
)
_PARTICLES = word_set("de del la le el van von der den di da do dos of the und y zu")
_LEADING = re.compile(
    r"(?:^|[:;\"(\-¿¡«]|,|\b(?:and|but|so|well|now|then|yes|no|ok|okay|right|hey|oh|ah|hello|hi"
    r"|dear|good morning|good evening|or|und|also|ja|nein|aber|na|y|pero|mais|donc|pues|bueno"
    r"|oye|o|et|alors|bon"
    r"|eh bien|ou|liebe|lieber|querid[oa]|chere?|what about|how about|was ist mit|que tal"
    r"|over to you|back to you|after you|(?:the|der|die|das|el|la) (?:other|andere|otr[oa])"
    r"|l'autre))[\s\"']*$",
    re.IGNORECASE,
)
_FOLLOWED = re.compile(r"\s*(?:[,?!:;]|-\s)")
_CLOSING = re.compile(r"(?:\s+(?:then|please|now|bitte|dann|por favor|alors))?\W*\Z")
_HANDING = re.compile(
    r"(?:next (?:on|in|at|to) [a-z ]+ is|(?:to|and) (?:hear|know|learn) (?:whether|if|what|how"
    r"|why)|over to|back to|on to|turn to|question (?:is |goes )?(?:for|to)|hear (?:it )?from"
    r"|i'll ask"
    r"|let's ask|\bask|let's hear|we have|call on|i give (?:you|the floor to)|the floor (?:is|goes)"
    r" to|the word (?:is|goes) to|next is|next up:?|first is|turn of|up to|down to|(?:what|how)"
    r" (?:does|do|did|would|is|has)|das wort hat|ich frage|frag(?:en)?(?: sie| wir)?|was (?:sagt"
    r"|meint|denkt)|que (?:dice|opina|piensa)|preguntemos a|palabra a|turno de|la parole est a"
    r"|demandons a|qu'en (?:dit|pense)|que (?:dit|pense)) *$"
)
_HANDED = re.compile(
    r"\s*(?:has the floor|has the (?:last |next )?word|(?:goes |comes |is |was |speaks )"
    r"(?:first|next)\b|may (?:begin|start|speak|answer|ask)|wanted to|can tell|can answer"
    r"|will (?:tell|answer|explain|know)|knows (?:best|better|all about)|first\b|next\b"
    r"|(?:'s|s') (?:turn|hand|go\b|question|move)|ist (?:dran|an der reihe)|hat das wort|weiss das"
    r"|tiene la palabra|a la parole|take it away)"
)
_DISMISSING = re.compile(
    r"\b(?:thank you|thanks|danke|gracias|merci|not you|not now|not yet|hold (?:that|on|it)|wait"
    r"|hang on|in a (?:moment|minute)|one moment|just a moment|later|another (?:day|time)|leave it"
    r"|be quiet|be silent|shut up|hush|shh|patience|you listen|(?<!you )(?:don't|do not)|stop it"
    r"|stop that|that's enough"
    r"|enough|you(?:'ve| have)? had (?:your|enough|two|three)|your time is up|you're out"
    r"|well done|bravo|good (?:point|answer|lad|girl|boy)|nicht du|jetzt nicht|moment|spater|warte"
    r"|i'll (?:come|get) (?:back )?to you|you'll (?:all |both )?(?:get|have) (?:your|a"
    r"|another) (?:turn"
    r"|chance|say|minute)|before you (?:answer|speak|start|reply|say)|heard (?:from )?you already"
    r"|(?:i|we)(?:'ve| have) heard (?:from )?you|(?:you )?(?:weren't|wasn't|were not) (?:asked"
    r"|asking"
    r"|speaking|talking)|nobody (?:has )?asked you|ruhe|sei still|du hattest|tu as (?:deja|eu)"
    r"|attends|pas toi|plus tard|tais-toi|espera|tu no"
    r"|ahora no|luego|callate|ya has|du hast schon|let (?:him|her|them|\w+"
    r"|(?:your|the|my) \w+) (?:finish|speak|talk|answer|read|end|have|explain)|let (?:him|her|them)"
    r"|lass (?:ihn|sie)|laisse(?:z)?-l[ae]|dejal[ao])\b"
)
_OTHER = re.compile(r"\b(?:other|andere[rns]?|otr[oa]|autre)\s+$")
_EXCEPTED = re.compile(
    r"\b(?:apart from|aside from|except(?: for)?|besides|other than|not counting|not(?: for)?"
    r"|ausser"
    r"|bis auf|nicht|excepto|salvo|menos|aparte de|sauf|hormis|a part|pas)\s+$"
)
_WAITING = re.compile(
    r"\s*(?:(?:right |straight )?after (?:this|that|you|him|her|them)\b|later\b|(?:can|must|has to"
    r"|will(?: have to)?) wait\b|will follow\b)"
    r"|[^.,;:!?]*\b(?:go|goes|speak|speaks|come|comes|be) (?:second|third|last|later|after)\b"
)
_JOINS = re.compile(r"\s*(?:,|,?\s*(?:and|or|und|oder|y|e|o|et|ou))\s*")
_JOINED_LAST = re.compile(r"\s*,?\s*(?:and|or|und|oder|y|et|ou) (?:I|me|we|myself|ich|yo|moi)\b")
_REPAIR = re.compile(r"\W*(?:sorry|no|i mean|rather|pardon|nein|quatsch|ich meine|perdon|non)\W")
_REPAIRED = re.compile(r"\w\W+(?:sorry|pardon|i mean|ich meine|perdon)\W+(?:no\W+)?$")
_LONG_TITLES = MappingProxyType(
    {
        "Dr": ("Doctor", "Doktor", "Doctora", "Docteur"),
        "Prof": ("Professor", "Profesor", "Profesora", "Professeur"),
    }
)


@dataclass(frozen=True, slots=True)
class Naming:
    """One place where a text names a member, and what it does there."""

    member: str
    start: int
    end: int
    how: How


@dataclass(frozen=True, slots=True)
class _Forms:
    """What a cast's members are called by."""

    pattern: re.Pattern[str]
    members: dict[str, tuple[str, ...]]
    calling: frozenset[str]
    """Forms that name nobody unless they call: ids, titles alone."""


def titles_of(name: str) -> str:
    """The words of a name that are titles: what its bearer is, not who."""
    return " ".join(word for word in plain(name).split() if word.strip(".").casefold() in _TITLES)


def addressee(text: str, cast: Cast, candidates: Sequence[str]) -> str:
    """The candidate whom the text calls last, or hands over to; empty if there is none."""
    named = namings(text, cast)
    for how in ("called", "handed"):
        for one in reversed(named):
            if one.how == how and one.member in candidates:
                return one.member
    return ""


def namings(text: str, cast: Cast) -> tuple[Naming, ...]:
    """Every place where the text names a member, in their order.

    A name calls where a clause begins or after a comma, before a comma, a mark or the sentence's
    end (Sacks, Schegloff and Jefferson 1974: an address term selects the next speaker); thanks and
    refusals dismiss whom they call; the longest form goes before those within it.
    """
    return namings_among(text, tuple((one.id, one.persona.name) for one in cast.members))


@lru_cache(maxsize=1_024)
def namings_among(text: str, people: tuple[tuple[str, str], ...]) -> tuple[Naming, ...]:
    """Every place where the text names one of these people, pairs of id and name."""
    forms = _forms(people)
    found: list[Naming] = []
    place = 0
    for sentence in sentences(text):
        said = plain(sentence)
        for span, match in _spans(said, forms):
            form = match["several"] or match["titled"] or match["single"]
            how = _how(said, *span)
            if how == "mentioned" and form in forms.calling:
                continue
            start, end = place + match.start(), place + match.end()
            meant = _meant(forms.members[form], said[: match.start()], found)
            found += [Naming(member, start, end, how) for member in meant]
        found += _nicknames(said, people, place=place) if not found else ()
        place += len(sentence)
    return tuple(found)


def _spans(said: str, forms: _Forms) -> Iterator[tuple[tuple[int, int], re.Match[str]]]:
    """Each name of a sentence with where it begins and ends, or the list does that it is in."""
    matches = list(forms.pattern.finditer(said))
    lists: list[list[re.Match[str]]] = []
    for match in matches:
        joined = lists and _JOINS.fullmatch(said, lists[-1][-1].end(), match.start())
        lists = [*lists[:-1], [*lists[-1], match]] if joined else [*lists, [match]]
    for listed in lists:
        start, end = listed[0].start(), listed[-1].end()
        between = said[listed[-2].end() : listed[-1].start()] if len(listed) > 1 else ","
        with_speaker = _JOINED_LAST.match(said, end)
        one = with_speaker is not None or between.strip() != ","
        if with_speaker is not None:
            end = with_speaker.end()
        yield from (((start, end) if one else match.span(), match) for match in listed)


def _meant(members: tuple[str, ...], before: str, found: Sequence[Naming]) -> tuple[str, ...]:
    """Of several who bear a form: after "the other" those not named so far, else all."""
    if len(members) > 1 and _OTHER.search(before):
        named = {one.member for one in found}
        return tuple(member for member in members if member not in named) or members
    return members


def _how(said: str, start: int, end: int) -> How:
    """What a name does in its sentence."""
    before, after, small = said[:start], said[end:], fold(said)
    if _EXCEPTED.search(small[:start]) or _WAITING.match(small[end:]):
        return "dismissed"
    if _CAPITALISED.search(after) and _REPAIR.match(small[end:]):
        return "dismissed"
    leading = _LEADING.search(before) is not None
    comma = before.rstrip().endswith((",", ":"))
    closing = _CLOSING.match(after) is not None
    if leading and (
        _FOLLOWED.match(after) or (closing and (comma or not _LEADING.sub("", before)))
    ):
        away = _DISMISSING.search(small) or SENT_AWAY.search(small)
        dismissed = away and "?" not in small
        return "dismissed" if dismissed else "called"
    if (
        _HANDING.search(small[:start])
        or _HANDED.match(small[end:])
        or _REPAIRED.search(small[:start])
    ):
        return "handed"
    return "mentioned"


def _nicknames(said: str, people: tuple[tuple[str, str], ...], *, place: int) -> Iterator[Naming]:
    """Short forms nobody bears as a name, where they are called: Max for Maximilian."""
    for match in _CAPITALISED.finditer(said):
        meant = [one for one, name in people if _shortens(match[0], name)]
        if len(meant) == 1 and words_of(match[0]).stems:
            how = _how(said, match.start(), match.end())
            if how in {"called", "dismissed"}:
                yield Naming(meant[0], place + match.start(), place + match.end(), how)


def _shortens(short: str, name: str) -> bool:
    first = next(iter(_names(name)), "")
    return first.startswith(short) and len(first) > len(short) + 1


@lru_cache(maxsize=64)
def _forms(people: tuple[tuple[str, str], ...]) -> _Forms:
    """The forms of a cast's names; one that is part of several names belongs to all of them."""
    members: dict[str, list[str]] = {}
    calling: set[str] = set()
    for member, name in people:
        words, names = plain(name).replace("(", " ").replace(")", " ").split(), _names(name)
        named = {" ".join(words), " ".join(names), " ".join(names[:2]), *names} - {""}
        if names and words[0] != names[0]:
            named |= {f"{words[0]} {names[-1]}", f"{words[0]} {names[0]}"}
        titles = {word for word in map(_undotted, words) if len(word) > 2} - set(names)
        titles = {title for title in titles if title[0].isupper()} | {member.title()} - named
        titles |= {long for word in words for long in _LONG_TITLES.get(_undotted(word), ())}
        calling |= titles
        for form in named | titles:
            members.setdefault(form, []).append(member)
    calling -= {form for one, name in people for form in _names(name)}
    longest = sorted(members, key=lambda form: (-len(form), form))
    title = "|".join(word.capitalize() for word in sorted(_TITLES))
    several, single = (
        "|".join(re.escape(form) for form in longest if (" " in form) == wanted) or r"(?!)"
        for wanted in (True, False)
    )
    titled = rf"(?:(?:{title})\.? )+(?P<titled>{several}|{single})"
    pattern = rf"\b(?:(?P<several>{several})|{titled}|(?P<single>{single}))(?!\w)"
    kept = {form: tuple(dict.fromkeys(bearers)) for form, bearers in members.items()}
    return _Forms(re.compile(pattern), kept, frozenset(calling))


def _undotted(word: str) -> str:
    return word.rstrip(".")


def _names(name: str) -> list[str]:
    """The words of a name without titles and particles; all of them if nothing else is left."""
    words = plain(name).replace("(", " ").replace(")", " ").split()
    titled = _TITLES | _PARTICLES
    return [word for word in words if word.strip(".").casefold() not in titled]
