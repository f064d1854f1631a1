"""The names of a persona's people and things, by kind: what the rule about names compares with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from simulator.conversation.fidelity.phrases import words_of
from simulator.conversation.fidelity.reading import Word, fold, idea
from simulator.conversation.fidelity.turn import Subject
from simulator.conversation.fidelity.vocabulary import IDEAS, STOP
from simulator.definitions.facts import NameFact

__all__ = ["KIN", "RANKS", "Kind", "Known", "known_names", "ranks_in"]

KIN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        **dict.fromkeys(("boy", "lad", "laddie", "bub", "junge", "chico"), frozenset({"son"})),
        **dict.fromkeys(("girl", "lass", "lassie", "madchen", "chica"), frozenset({"daughter"})),
        **dict.fromkeys(
            ("child", "kid", "baby", "youngster", "twin", "toddler", "teenager", "offspr"),
            frozenset({"daughter", "son", "child"}),
        ),
        "sis": frozenset({"sister"}),
        "bro": frozenset({"brother"}),
        **dict.fromkeys(("spouse", "hubby", "missus"), frozenset({"wife", "husband", "partner"})),
        **dict.fromkeys(("pooch", "mutt", "puppy"), frozenset({"dog"})),
        **dict.fromkeys(("kitten", "tomcat", "moggy", "kitty"), frozenset({"cat"})),
    }
)
"""Everyday words for one's own people and animals -> the kinds facts have them by."""

RANKS = words_of(
    "other second third another older elder eldest younger youngest oldest first one middle andere "
    "altere jungere mayor menor otro otra autre aine cadet best"
)
"""Words that tell one of several of a kind."""
_SAME_RANK: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("older", "eldest", "oldest", "altere", "mayor", "aine"), "elder"),
        **dict.fromkeys(("youngest", "jungere", "menor", "cadet"), "younger"),
    }
)
_MANY = frozenset({"friend", "cousin", "neighbour", "people", "customer", "teacher", ""})
"""Kinds of which one has several, so that another name contradicts nothing."""
_FIRMS = words_of(
    "firm clinic shop restaurant bakery hotel agency studio farm practice newspaper paper magazine "
    "bank garage factory brewery museum theatre library orchestra union church pub bar cafe salon "
    "nursery station brigade yard publisher court ministry charity airline laboratory lab winery "
    "opera orchestra choir ferry ship boat company hall surgery pharmacy hostel workshop mill mine "
    "foundation institute college"
)
"""Where people work."""
_GONE = words_of("old former previous ex first last late rival")
_WHOLES: Mapping[str, frozenset[str]] = MappingProxyType(
    {"child": frozenset({"son", "daughter", "child"}), "sibling": frozenset({"brother", "sister"})}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Everything of one kind whose name is known."""

    name: str
    values: frozenset[str]
    """The words of the names, folded."""
    words: frozenset[str]
    """The words the facts call it by."""
    ranks: frozenset[str]
    """Only those of that kind are known: the eldest son, and not the others."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the persona's names are, and who is in the room."""

    kinds: Mapping[str, Kind]
    own: frozenset[str]
    cast: frozenset[str]
    card: frozenset[str]
    """Every word of the persona's card, folded."""

    @property
    def firms(self) -> frozenset[str]:
        """The kinds that are where the persona works."""
        return frozenset(
            kind
            for kind, one in self.kinds.items()
            if (kind in _FIRMS or one.words & _FIRMS) and not one.words & _GONE
        )

    def wrong(self, kind: Kind, said: Sequence[Word]) -> bool:
        """Whether something of a kind is called by a name it has not."""
        words = {word.low for word in said}
        telling = words - self.own if words & self.own and len(words) > 1 else words
        if len(said) == 1 and said[0].low in IDEAS:
            return False
        return not telling & (kind.values | self.cast - self.own)


def ranks_in(words: Iterable[str]) -> frozenset[str]:
    """The ranks among some words, the eldest and the elder taken for one."""
    return frozenset(_SAME_RANK.get(word, word) for word in words if word in RANKS)


def known_names(subject: Subject) -> Known | None:
    """The names of one persona; None where none is known."""
    counted = {_kind(fact.what): int(fact.value) for fact in subject.facts.numbers}
    grouped: dict[str, list[NameFact]] = {}
    for fact in subject.facts.names:
        grouped.setdefault(_kind(fact.what), []).append(fact)
    kinds = {
        kind: _kind_of(kind, facts, complete=counted.get(kind) == len(facts))
        for kind, facts in grouped.items()
        if kind not in _MANY or any(set(fold(fact.what).split()) & RANKS for fact in facts)
    }
    for whole, parts in _WHOLES.items():
        some = [fact for part in parts for fact in grouped.get(part, ())]
        if some and counted.get(whole) == len(some):
            kinds[whole] = _kind_of(whole, some, complete=True)
    if not kinds:
        return None
    card = _card(subject)
    return Known(MappingProxyType(kinds), subject.own_names, subject.cast_names, card)


def _card(subject: Subject) -> frozenset[str]:
    persona = subject.member.persona
    facts = persona.facts
    texts = (
        *(persona.name, persona.role, persona.about, *persona.expertise, *persona.goals),
        *(*persona.wont, *persona.relationships.values(), *subject.member.secrets),
        *(f"{fact.what} {fact.value}" for fact in facts.names),
        *(fact.what for fact in facts.numbers),
        *facts.does_not_know,
        *(f"{one.role} {one.name}" for one in subject.others),
    )
    return frozenset(re.findall(r"[^\W\d_]+", fold(" ".join(texts))))


def _kind_of(kind: str, facts: Sequence[NameFact], *, complete: bool) -> Kind:
    words = frozenset(word for fact in facts for word in fold(fact.what).split())
    values = frozenset(word for fact in facts for word in _words(fact.value))
    ranks = frozenset[str]() if complete else ranks_in(words)
    return Kind(name=kind, values=values, words=words, ranks=ranks)


def _kind(what: str) -> str:
    head = re.split(r",| of | in | at | on ", fold(what))[0]
    words = [word for word in re.findall(r"[^\W\d_]+", head) if word not in STOP]
    return idea(words[-1]) if words else ""


def _words(name: str) -> list[str]:
    return [word for word in re.findall(r"[^\W\d_]+", fold(name)) if len(word) > 1]
