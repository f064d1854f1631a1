"""The rule about what the persona does not know: it may ask about it, and not explain it.

A subject is on the table when its own words are, in the turn or in the line before, or when the
turn uses words of the field it belongs to. Then a turn that asserts, with the marks of somebody
who knows (terms of the field, abbreviations, figures, code), breaks the rule; questions, shrugs
and repeating what was just said do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from simulator.conversation.fidelity.fields import FIELDS
from simulator.conversation.fidelity.phrases import words_of
from simulator.conversation.fidelity.reading import Sentence, content, fold, idea
from simulator.conversation.fidelity.turn import Check, Subject, Turn, clip
from simulator.conversation.fidelity.vocabulary import CURRENCIES

__all__ = ["not_known"]

_IGNORANT = re.compile(
    r"\b(?:no idea|don't know|do not know|doesn't know|didn't know|wouldn't know|couldn't (?:tell|"
    r"say)|could not (?:tell|say)|can't (?:tell|say|see|check|explain)|cannot (?:tell|say|see|"
    r"check|explain)|not sure|no clue|haven't (?:a clue|the faintest|heard)|never (?:understood|"
    r"heard|learned|asked|seen)|don't (?:understand|get|ask me|ask)|do not (?:understand|ask)|"
    r"ask (?:the|your|him|her|somebody|someone|them|a)|you'd have to ask|"
    r"you'll have to|you tell me|nothing about|beats me|who knows|god knows|above my|"
    r"not my (?:field|department|business|job)|i'm no|i am no|not a (?:doctor|lawyer|nurse|"
    r"technician|banker|programmer)|have to explain|explain it to me|means nothing|all greek|"
    r"could be anything|i only (?:know|see)|i've asked|i have asked|i guess|couldn't explain|"
    r"weiss (?:ich )?nicht|keine ahnung|weiss ich nicht|verstehe (?:ich )?nicht|fragen sie|frag|"
    r"no (?:lo )?se|ni idea|no me pregunt\w+|no entiendo|solo se|je ne sais pas|aucune idee|"
    r"j'ignore|ne comprends|demandez|sais pas)\b"
)
_ABBREVIATION = re.compile(
    r"\b(?:[A-Z]{2,}[a-z]?[A-Z0-9]*|[A-Z][a-z]+[A-Z]\w*|\w*[a-z]\d+\w*|\w+\(\)|\w+_\w+|"
    r"\d+(?:\.\d+){2,})\b"
)
"""Abbreviations, names in code, addresses of machines."""
_MONEY = re.compile(r"^what\b.*\b(?:earns?|costs?|charges?|worth|budget|pays?|price|makes)\b")
_AMOUNTS_TO = re.compile(
    r"\b(?:is|are|was|earns?|earned|makes?|made|costs?|charges?|pays?|paid|gets?|worth|budget|"
    r"profit|turnover|goes? (?:for|up)|sells? for|takes? (?:in|home)|brings? in|est|gagne|coute|"
    r"vaut|verdient|kostet|cuesta|vale|gana|es|son|ist|macht)\b|'s\b"
)
_MEANS_TO = re.compile(
    r"\b(?:will|wants? to|(?:is|are) going to|plans? to|intends? to|has decided|have decided|"
    r"'ll)\b(?!.*\b(?:maybe|perhaps|probably|i hope|i suppose)\b)"
)
_REASONS = re.compile(r"\b(?:because|so|weil|then|until|every|when|porque|parce|after|since)\b")
_WAS = re.compile(r"\b(?:was|were|had|used|drove|went)\b")
_SUMS = frozenset({"salary", "price", "worth", "budget", "profit", "loss", "turnover"})
_MINE = re.compile(
    r"\b(?:i|we)(?:'d|'ll|'ve)? (?:pay|paid|get|earn|had|have|want|would|ask|need|offer|sell|"
    r"take)\b"
)
_YOU = re.compile(r"\b(?:you|your|sie|ihr|usted|vous)\b")
_PLAIN = words_of("ok tv it hr gp mri ac dj cv pin usb sms wc id eu uk usa am pm")
"""Abbreviations that everybody uses."""
_SURE = 3
"""Terms of a field that show it even where nobody has named the field."""
_ENOUGH = 2
"""Terms and abbreviations of a field that show knowledge of it."""
_LONG, _SHORT = 14, 11
"""Words an explanation has at least, and one that uses a term of the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Topic:
    """Something the persona does not know."""

    words: frozenset[str]
    """Its words of matter."""
    things: frozenset[str]
    """Those that say whose it is: the clinic, the candidate, a sister under her name too."""
    terms: frozenset[str]
    """Words of the fields it belongs to, folded."""
    money: bool
    """It is a sum: what somebody earns, what something is worth."""
    plans: bool
    """It is what somebody means to do."""
    you: bool
    """Somebody in the room is meant: the candidate."""
    before: float
    """A year before which nothing is known; 0: none."""
    how: bool
    """It is how something works, or why something happened."""
    own: frozenset[float]
    """The numbers the persona does know."""


def not_known(subject: Subject) -> Check | None:
    """The rule for one persona; None where nothing is named that it does not know."""
    topics = tuple(_topic(text, subject) for text in subject.facts.does_not_know)
    return partial(_check, topics) if topics else None


def _topic(text: str, subject: Subject) -> _Topic:
    folded = fold(text)
    low = frozenset(re.findall(r"[^\W\d_]+", folded))
    fields = [
        terms
        for names, terms in FIELDS
        if names & low or any(name in folded for name in names if " " in name)
    ]
    words = content(text) - {"work", "now"}
    things = words - _SUMS - {"plan"}
    called = (fact.value for fact in subject.facts.names if content(fact.what) & things)
    roles = frozenset[str]().union(*(content(f"{o.role} {o.name}") for o in subject.others))
    year = re.search(r"\bbefore (\d{4})\b", folded)
    return _Topic(
        words=words,
        things=things.union(*map(content, called)),
        terms=frozenset[str]().union(*fields) - _spoken_by(subject),
        money=bool(_MONEY.search(folded)),
        plans="plan" in words,
        you=bool(things & roles),
        before=float(year[1]) if year else 0.0,
        how=bool(re.match(r"(?:how|why)\b", folded)),
        own=frozenset(float(fact.value) for fact in subject.facts.numbers),
    )


def _spoken_by(subject: Subject) -> frozenset[str]:
    """The words of the persona's own work, which it may use whatever else they mean."""
    persona = subject.member.persona
    facts = persona.facts
    texts = (
        *(persona.role, persona.about, subject.member.role, *persona.expertise, *persona.goals),
        *(fact.what for fact in facts.numbers),
        *(fact.what for fact in facts.names),
    )
    return frozenset(re.findall(r"[^\W\d_]+", fold(" ".join(texts))))


def _check(topics: tuple[_Topic, ...], turn: Turn) -> Iterable[str]:
    asserted = [one for one in turn.said.sentences if not one.question]
    if not asserted or _IGNORANT.search(turn.said.folded):
        return
    said = _Said(turn, asserted)
    for topic in topics:
        if said.tells(topic) or said.explains(topic):
            yield clip(asserted[0])
            return


class _Said:
    """What a turn asserts, its questions left out."""

    def __init__(self, turn: Turn, asserted: list[Sentence]) -> None:
        self.turn = turn
        self.asserted = asserted
        self.ideas = frozenset[str]().union(*(one.ideas for one in asserted))
        self.lows = {word.low for one in asserted for word in one.words}
        self.prompted = turn.prompted.ideas if turn.prompted is not None else frozenset[str]()

    def tells(self, topic: _Topic) -> bool:
        """Whether it states a fact that the persona cannot have."""
        about = topic.things & (self.ideas | self.prompted)
        you = topic.you and _YOU.search(self.turn.said.folded) and topic.words & self.ideas
        if topic.before and topic.words & self.ideas and self._tells_of_before(topic):
            return True
        if topic.money:
            opening = self.asserted[:1] if topic.things & self.prompted else []
            whose = [one for one in self.asserted if one.ideas & topic.things or you]
            return any(self._names_sum(topic, one) for one in (*whose, *opening))
        if topic.plans:
            return bool(about) and any(_MEANS_TO.search(one.folded) for one in self.asserted)
        return len(topic.words) > 1 and any(
            topic.words <= one.ideas and one.figures for one in self.asserted
        )

    def explains(self, topic: _Topic) -> bool:
        """Whether it speaks of a subject in the way of somebody who knows it."""
        heard = {w.low for _, line in self.turn.before for s in line.sentences for w in s.words}
        terms = len((topic.terms & self.lows) - heard)
        hits = len(topic.words & (self.ideas | self.prompted)) + bool(topic.terms & heard)
        if terms >= _SURE or (terms >= _ENOUGH and hits):
            return True
        if topic.money or hits < min(2, len(topic.words)):
            return False
        text = " ".join(one.text for one in self.asserted)
        coded = {fold(one) for one in _ABBREVIATION.findall(text)} - heard - _PLAIN
        marks = terms + len({one for one in coded if idea(one) not in topic.words})
        words = sum(len(one.spoken) for one in self.asserted)
        if topic.how:
            reasons = words >= _LONG and _REASONS.search(self.turn.said.folded)
            return marks >= _ENOUGH or bool(reasons)
        return marks >= _ENOUGH or (terms == 1 and words >= _SHORT)

    def _tells_of_before(self, topic: _Topic) -> bool:
        """Whether years before the one its knowledge begins with are spoken of as known."""
        return any(
            1900 <= one.value < topic.before and one.value not in self.turn.heard_figures
            for sentence in self.asserted
            for one in sentence.figures
            if _WAS.search(sentence.folded)
        )

    def _names_sum(self, topic: _Topic, sentence: Sentence) -> bool:
        """Whether an amount is stated that nobody has said before, and not of the persona's own."""
        if not _AMOUNTS_TO.search(sentence.folded) or _MINE.search(sentence.folded):
            return False
        for one in sentence.figures:
            after = {word.idea for word in sentence.words[one.after : one.after + 2]}
            before = sentence.words[one.first - 1].raw if one.first else ""
            sum_of_money = (
                one.value >= 1000
                or one.value != int(one.value)
                or bool(after & (CURRENCIES | {"percent"}))
                or before in {"€", "£", "$"}
            )
            year = 1900 <= one.value <= 2100
            if (
                sum_of_money
                and not year
                and one.value not in topic.own
                and one.value not in self.turn.heard_figures
            ):
                return True
        return False
