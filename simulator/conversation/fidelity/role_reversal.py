"""The rule about roles: the persona keeps its own place in the conversation.

A place (agent or customer, doctor or patient, ...) is known from the roles in the cast, and what
only people in another place say betrays a persona that has changed sides. Besides, nobody
introduces themselves as another, speaks to themselves, or claims what is another's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from types import MappingProxyType

from simulator.conversation.fidelity.everyday_lines import EVERYDAY
from simulator.conversation.fidelity.expressions import Phrases, any_of, either
from simulator.conversation.fidelity.place_lines import LINES
from simulator.conversation.fidelity.places import FACING, TITLES, places_of
from simulator.conversation.fidelity.reading import content, fold, idea, quotes
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
_LINES: Mapping[str, str] = MappingProxyType({**LINES, **EVERYDAY})
_ELDER = (
    r"(?:,|^|[.!?]) ?(?:son|my (?:boy|girl|child|dear (?:boy|girl)))(?:[.,!?]|$)|"
    r"\byour (?:father|mother) and i\b|\b(?:before|when|since) you were (?:born|little|small|a "
    r"(?:baby|boy|girl|child))\b|\bi (?:raised|bore|carried|brought you up|gave birth)\b"
)
"""What parents say to their children."""
_SERVED = re.compile(
    r"\b(patient|tenant|pupil|student|candidate|applicant|player|passenger|defendant)\b"
)
"""Those of whom only the other side says "my"."""
_NO_TITLE = frozenset(
    {"mother", "father", "wife", "husband", "sister", "brother", "friend", "partner", "customer"}
    | {
        "neighbour",
        "client",
        "patient",
        "buyer",
        "seller",
        "student",
        "pupil",
        "candidate",
        "tenant",
    }
)
"""Nouns by which nobody is spoken to for what he does."""
_SPOKEN_TO: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("surgeon", "dentist", "vet", "veterinarian", "physician"), "doctor"),
        **dict.fromkeys(("police", "detective", "policeman", "constable"), "officer"),
        **dict.fromkeys(("teacher", "lecturer", "tutor"), "teacher"),
        **dict.fromkeys(("judge", "magistrate"), "your honour"),
        **dict.fromkeys(("priest", "vicar", "pastor"), "reverend"),
        **dict.fromkeys(("cook",), "chef"),
        **dict.fromkeys(("skipper", "pilot"), "captain"),
    }
)
"""A trade -> how people are spoken to who have it."""
_BELOW = frozenset({"deputy", "assistant", "trainee", "apprentice", "intern", "secretary", "mate"})
"""Nouns for those who work under another."""
_DEEDS: Mapping[str, str] = MappingProxyType(
    {
        "owner": r"own(?:ed)? (?:this|the) (?:place|house|restaurant|shop|firm|business|building)",
        "landlady": r"own(?:ed)? (?:this|the) (?:place|house|building|flat)",
        "landlord": r"own(?:ed)? (?:this|the) (?:place|house|building|flat)",
        "moderator": r"(?:moderate|lead) (?:this|the|today's)",
        "director": r"run (?:this|the) (?:place|theatre|museum|house|school|company)",
        "manager": r"manage (?:this|the) (?:place|branch|shop|office|team)",
        "judge": r"(?:sentence|hereby)",
    }
)
"""A noun -> what those say they do of whom it is said."""
_CITED = re.compile(
    r"\b(?:i'm|i am|name|called?|myself|says?|said|told|tells?|thought|yours?|love|here|this is|"
    r"speaking|"
    r"soy|bin|suis|like)\b[^.!?]{0,25}$"
)
"""What goes before one's own name where it is not somebody else that is spoken to."""


def role_reversal(subject: Subject) -> Check | None:
    """The rule for one persona among the others of its cast."""
    mine = places_of(subject.member)
    theirs = {place for other in subject.others for place in places_of(other)}
    taken = sorted(
        place
        for place in _LINES
        if place not in mine and (place in theirs or FACING.get(place) in mine)
    )
    spoken = any_of(*(_LINES[place] for place in taken))
    betrayals = tuple(map(either, filter(None, _betrayals(subject, taken))))
    return partial(_check, spoken=spoken, betrayals=betrayals, oneself=either(_to_oneself(subject)))


def _check(
    turn: Turn,
    *,
    spoken: Phrases,
    betrayals: tuple[Phrases, ...],
    oneself: Phrases,
) -> Iterable[str]:
    folded = turn.said.folded
    folded = _QUOTE.sub(" ", folded) if quotes(folded) else folded
    found = spoken.search(folded)
    if found is not None and not _echoes(found[0], turn):
        yield clip(found[0])
        return
    for betrayal in betrayals:
        found = betrayal.search(folded)
        if found is not None:
            yield clip(found[0])
            return
    for found in oneself.finditer(folded):
        if not _CITED.search(folded[: found.start()]):
            yield clip(folded[max(0, found.start() - 40) : found.end()])
            return


def _to_oneself(subject: Subject) -> str:
    """The persona's own first name where somebody is spoken to by it."""
    name = fold(subject.member.persona.name).split()[0]
    if name in {word for other in subject.others for word in names_of(other)} or len(name) < 3:
        return "(?!)"
    return (
        rf"(?:^|[.!?,] |\bthat ){re.escape(name)} (?:will|is|has|was|would|can|says|wants|"
        rf"thinks)\b|"
        rf", {re.escape(name)}(?=,|\?|[.!](?: \w|$))|(?:^|[.!?] ){re.escape(name)}, (?=how|what|"
        rf"why|can|"
        rf"could|would|do|did|are|will|tell|please|let|where|when|you|your)"
    )


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
    roles = fold(f"{subject.member.role} {subject.member.persona.role}")
    served = {found[1] for found in _SERVED.finditer(roles)}
    if served:
        yield rf"\bmy (?:\w+ )?(?:{_any(served)})s?\b"
    yield from _trades(subject)
    yield from _kin(subject)
    yield from _belongings(subject)


def _trades(subject: Subject) -> Iterator[str]:
    """Spoken to by one's own trade, or speaking from another's: ", chef", "as a surgeon"."""
    mine, theirs = (
        _nouns(subject.member),
        {one for other in subject.others for one in _nouns(other)},
    )
    own = mine - theirs - _NO_TITLE
    own |= {title for word in own if (title := _SPOKEN_TO.get(word))}
    if own:
        yield rf", (?:{_any(own)})(?=,|\?|[.!](?: \w|$))"
    card = content(
        f"{subject.member.role} {subject.member.persona.role} {subject.member.persona.about}"
    )
    other = {word for word in theirs - mine if idea(word) not in card}
    if other:
        yield (
            rf"\b(?:as (?:a|an|the|your) (?:\w+ )?|i(?:'m| am) (?:a|an|the|your) (?:\w+ )?(?!of )|"
            rf"my (?:\w+ ){{0,2}}years (?:of|in|as)(?: an?| the)? )(?:{_any(other)})\b"
            rf"(?! (?:myself|said|says|of mine|too|like|would))"
        )
        yield rf"\b(?:been|be|as) your (?:{_any(other)})\b"
    if theirs & _BELOW and not mine & _BELOW:
        yield r", (?:boss|chief)(?=[,.!?])"
    verbs = {_DEEDS[word] for word in theirs - mine if word in _DEEDS}
    if verbs:
        yield rf"\bi(?:'ve| have)? (?:{'|'.join(sorted(verbs))})\b"


def _nouns(member: Member) -> frozenset[str]:
    """The head nouns of a member's roles: the last word before "of", "in", "at" or a comma."""
    found = set()
    for role in (member.role, member.persona.role):
        head = re.split(r",| (?:of|in|at|for|from|with|who|to|on) ", fold(role))[0]
        words = [word for word in re.findall(r"[^\W\d_]+", head) if word not in STOP]
        found |= {word for word in words[-1:] if len(word) > 2}
    return frozenset(found)


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
    if kin & {"mother", "father"} and not kin & {"son", "daughter"}:
        yield _ELDER
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
