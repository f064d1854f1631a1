"""The rule about roles: the persona keeps its own place in the conversation.

A place (agent or customer, doctor or patient, ...) is known from the roles in the cast, and what
only people in another place say betrays a persona that has changed sides. Besides, nobody
introduces themselves as another, speaks to themselves, or claims what is another's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial

from simulator.conversation.fidelity.phrases import any_of
from simulator.conversation.fidelity.place_lines import LINES
from simulator.conversation.fidelity.places import FACING, TITLES, places_of
from simulator.conversation.fidelity.reading import fold, idea
from simulator.conversation.fidelity.turn import Check, Subject, Turn, clip, names_of
from simulator.conversation.fidelity.vocabulary import STOP, UNITS
from simulator.definitions.cast import Member

__all__ = ["role_reversal"]

_QUOTE = re.compile(r"[\"“„«][^\"”“»]{0,300}[\"”“»]")
_TITLE = r"(?:mr|mrs|ms|miss|dr|doctor|frau|herr|madame|monsieur|senora?|dona?)\.?"
_I_AM = (
    r"(?:my name is|my name's|i am|i'm|this is|ich bin|mein name ist|ich heisse|me llamo|soy|"
    r"je suis|je m'appelle|speaking with|talking to|here is|hier ist|hier spricht|habla)"
)
_PARENTS = r"(?:mama|mum|mummy|mom|mother|papa|dad|daddy|father|maman|mutti)"
_PLURAL = ("s", "children")
_PLACE = re.compile(r"firm|employer|clinic|shop|school|company")
_KIN = re.compile(r"\b(mother|father|son|daughter|wife|husband) of (\w+)")


def role_reversal(subject: Subject) -> Check | None:
    """The rule for one persona among the others of its cast."""
    mine = places_of(subject.member)
    theirs = {place for other in subject.others for place in places_of(other)}
    taken = sorted(
        place
        for place in LINES
        if place not in mine and (place in theirs or FACING.get(place) in mine)
    )
    spoken = any_of(*(LINES[place] for place in taken)) if taken else None
    patterns = tuple(re.compile(one) for one in _betrayals(subject, taken) if one)
    return partial(_check, spoken, patterns)


def _check(
    spoken: re.Pattern[str] | None, patterns: tuple[re.Pattern[str], ...], turn: Turn
) -> Iterable[str]:
    folded = turn.said.folded
    if '"' in folded or "“" in folded or "„" in folded or "«" in folded:
        folded = _QUOTE.sub(" ", folded)
    found = spoken.search(folded) if spoken is not None else None
    if found is not None and not _echoes(found[0], turn):
        yield clip(found[0])
        return
    for pattern in patterns:
        found = pattern.search(folded)
        if found is not None:
            yield clip(found[0])
            return


def _echoes(words: str, turn: Turn) -> bool:
    """Whether somebody else has just used the same words."""
    return any(words in line.folded for speaker, line in turn.before if speaker != turn.speaker)


def _betrayals(subject: Subject, taken: list[str]) -> Iterator[str]:
    """Patterns of words in which this persona would be somebody else."""
    others = _any({word for one in subject.others for word in names_of(one)} - subject.own_names)
    own = _any(subject.own_names)
    yield rf"\b{_I_AM} (?:{_TITLE} )?(?:\w+ )?(?:{others})\b(?!'| s |-| (?:and|from|who|again)\b)"
    yield (
        rf"(?<!i'm )(?<!i am )(?<!is )(?<!bin )(?<!soy )(?<!suis )(?<!to )"
        rf"\b{_TITLE} (?:{own})(?=[,.!?])(?! (?:speaking|here))"
    )
    titles = "|".join(TITLES[place] for place in taken)
    if titles:
        yield (
            rf"\b(?:as (?:your|the) (?:{titles})|i(?:'m| am) (?:your|the) (?:{titles})|"
            rf"(?:speaking |here |today )as (?:your|the|an?) (?:{titles}))\b(?! (?:said|says|told))"
        )
    yield from _kin(subject)
    yield from _belongings(subject)


def _any(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words))) or "(?!)"


def _kin(subject: Subject) -> Iterator[str]:
    """Family turned round: "Mama" to one's child, "my son" from the son."""
    kin = {
        found[1]
        for other in subject.others
        for role in (other.role, other.persona.role)
        if (found := _KIN.search(fold(role))) and found[2] in subject.own_names
    }
    if kin & {"son", "daughter"} and not kin & {"mother", "father"}:
        yield rf"(?:,|^|[.!?]) ?{_PARENTS}(?:[.,!?]|$)"
    facts = subject.facts
    whats = (*(one.what for one in facts.names), *(one.what for one in facts.numbers))
    has = fold(" ".join(whats))
    missing = [one for one in ("son", "daughter") if one not in has and "child" not in has]
    if kin & {"mother", "father"} and has and missing:
        yield rf"\bmy (?:{'|'.join(missing)})\b"


def _belongings(subject: Subject) -> Iterator[str]:
    """What is another's by its facts, said in the first person."""
    persona = subject.member.persona
    facts = persona.facts
    own = fold(
        " ".join(
            (
                *(persona.about, persona.role, subject.member.role, *persona.expertise),
                *(f"{fact.what} {fact.value}" for fact in facts.names),
                *(fact.what for fact in facts.numbers),
                *persona.goals,
            )
        )
    )
    places: set[str] = set()
    things: set[str] = set()
    for other in subject.others:
        things |= _counted(other, own)
        for fact in other.persona.facts.names:
            value = fold(fact.value)
            first = value.split()[0]
            if first not in subject.cast_names and first not in own:
                (places if _PLACE.search(fold(fact.what)) else things).update({value, first})
    if places:
        where = _any(places)
        yield rf"\b(?:here )?at (?:{where})(?: \w+)?,? (?:i|we)\b|\bwe at (?:{where})\b"
        yield (
            rf"\bi(?:'ve| have) (?:been|worked) (?:at|with|for) (?:{where})\b|"
            rf"\bi (?:work|manage|run) (?:at|for) (?:{where})\b"
        )
    if things:
        yield rf"\b(?:my|our) (?:\w+ ){{0,2}}(?:{_any(things)})\b"


def _counted(other: Member, own: str) -> set[str]:
    """The things another counts as its own: grandchildren, warehouses."""
    found: set[str] = set()
    for fact in other.persona.facts.numbers:
        head = re.split(r" (?:a|an|in|on|at|for|of|to|as|she|he|they) |,", fold(fact.what))[0]
        words = [word for word in head.split() if word not in STOP]
        plural = [word for word in words if word.endswith(_PLURAL) and idea(word) not in UNITS]
        found |= {word for word in plural[-1:] if word[:-1] not in own and idea(word) not in own}
    return found
