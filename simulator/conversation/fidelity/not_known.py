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

from simulator.conversation.fidelity.fields import singular
from simulator.conversation.fidelity.ignorance import IGNORANT
from simulator.conversation.fidelity.jargon import Jargon, jargon_of
from simulator.conversation.fidelity.phrases import words_of
from simulator.conversation.fidelity.reading import Sentence, content, fold, idea
from simulator.conversation.fidelity.turn import Check, Subject, Turn, clip
from simulator.conversation.fidelity.vocabulary import CURRENCIES, STOP

__all__ = ["not_known"]

_ABBREVIATION = re.compile(
    r"\b(?:[A-Z]{2,}[a-z]?[A-Z0-9]*|[A-Z][a-z]+[A-Z]\w*|\w*[a-z]\d+\w*|\w+\(\)|\w+_\w+|"
    r"\d+(?:\.\d+){2,})\b"
)
"""Abbreviations, names in code, addresses of machines."""
_MONEY = re.compile(
    r"^(?:what|how much)\b.*\b(?:earns?|costs?|charges?|worth|budget|pays?|price|makes|owes?|owed|"
    r"debts?|"
    r"spends?|spent|lost|got|gets|sold|bought|paid|salary|wage|rent|fee|turnover|profit)\b"
)
_ABOUT_MONEY = re.compile(
    r"\b(?:earns?|costs?|charges?|worth|budget|pays?|price|makes?|owes?|debts?|money|afford\w*|"
    r"spends?|"
    r"financ\w+|value|valued|expensive|cheap|bill|salary|wages?|rich|get for|much|finanziell|geld|"
    r"dinero|argent)\b"
)
_AMOUNTS_TO = re.compile(
    r"\b(?:is|are|was|earns?|earned|makes?|made|costs?|charges?|pays?|paid|gets?|worth|budget|"
    r"clears?|nets?|grosses|pockets?|collects?|rakes? in|turns? over|owes?|owed|spends?|spent|lost|"
    r"takes?|took|asks?|asked|left|leaves|"
    r"profit|turnover|goes? (?:for|up)|sells? for|takes? (?:in|home)|brings? in|est|gagne|coute|"
    r"vaut|verdient|kostet|cuesta|vale|gana|es|son|ist|macht)\b|'s\b"
)
_MEANS_TO = re.compile(
    r"(?:\b|(?='))(?:will|wants? to|means? to|hopes? to|aims? to|is about to|(?:is|are) (?:moving|"
    r"leaving|coming|"
    r"selling|buying|getting|taking|looking (?:for|at)|thinking of|planning|hoping|applying|"
    r"opening|"
    r"closing|giving up)|has (?:her|his) (?:heart|eye) (?:set )?on|next (?:year|spring|summer|"
    r"autumn|"
    r"winter|month) (?:he|she|they)|would like to|quiere|va a|piensa|veut|va \w+er|will sie|mochte|"
    r"(?:is|are|'s|'re) going to|plans? to|intends? to|has decided|have decided|"
    r"'ll)\b(?!.*\b(?:maybe|perhaps|probably|i hope|i suppose)\b)"
)
_REASONS = re.compile(r"\b(?:because|so|weil|then|until|every|when|porque|parce|after|since)\b")
_WAS = re.compile(r"\b(?:was|were|had|used|drove|went)\b")
_PAST = re.compile(r"\b(?:was|were|had|did|went|stood|ran|drove|\w{3,}ed)\b")
_BUSINESS = re.compile(
    r"\b(?:profits?|turnover|revenues?|takings|earnings|surplus|budgets?|gewinne?|umsatz|"
    r"uberschuss|"
    r"beneficios?|ganancias?|facturacion|chiffre d'affaires|benefices?)\b"
)
"""What a business makes, whoever says "we" of it."""
_SUMS = frozenset({"salary", "price", "worth", "budget", "profit", "loss", "turnover"})
_MINE = re.compile(
    r"\b(?:i|we)(?:'d|'ll|'ve)? (?:pay|paid|get|earn|had|have|want|would|ask|need|offer|sell|"
    r"take)\b"
)
_YOU = re.compile(r"\b(?:you|your|sie|ihr|usted|vous)\b")
_PLAIN = words_of("ok tv it hr gp mri ac dj cv pin usb sms wc id eu uk usa am pm")
"""Abbreviations that everybody uses."""
_ANY_SUBJECT = content(
    "work works now inside system systems software thing way process rules machine machinery does "
    "means mean gets goes happens happened details exactly really anything"
)
"""Words of a subject that stand in many others too."""
_LOOSE = content("system software machine machinery rules app device engine")
_HOW = re.compile(r"\b(?:how|why|what|explain|wie|warum|como|por que|comment|pourquoi)\b")
_BECAUSE = re.compile(
    r"\b(?:because|since|so (?:when|if|it|they|the)|that's why|that is why|which means|which is "
    r"why|so that|it means|means "
    r"that|"
    r"therefore|depends on|as long as|in order to|otherwise|whereas|first you|then you|you (?:just|"
    r"simply|have to|need to|take|put|add|multiply|divide|set|press|choose|turn)|the trick is|it's "
    r"(?:"
    r"simple|easy|just|basically)|basically|simply|works? by|is (?:just|called|when|where)|for "
    r"every|"
    r"weil|damit|man (?:muss|nimmt)|das heisst|bedeutet|porque|para que|se (?:hace|pone|usa)|parce "
    r"que|c'est pour|il faut|cela veut dire|hay que|basta con)\b"
)
"""What explanations go on with."""
_PERSONAL = re.compile(
    r"\b(?:i|i'm|i've|i'd|i'll|my|me|mine|ich|mir|mein\w*|yo|mi|me|je|j|mon|ma|you say|you said)\b"
)
_DEFLECTS = re.compile(
    r"^[\"“«¡¿ ]*(?:let's|let me|i'd rather|i would rather|why|ask|that's for|that is for|you'd|"
    r"you "
    r"would|you say|you said|depends|oh,? (?:you|that)|none of|never mind|no[,.]|nothing|not (?:to|"
    r"that|yet|for)|whatever|enough|as (?:if|though)|if )|\b(?:i hope|i suppose|i think|perhaps|"
    r"maybe|"
    r"probably|supposedly|apparently|they say|i'm told|i am told|i hear|i heard|rumou?r|heard that|"
    r"vielleicht|quizas?|peut-etre|ask |tell me|said)\b"
)
"""Beginnings and words of those who do not answer, or do not vouch for what they say."""
_SURE = 3
"""Terms of a field that show it even where nobody has named the field."""
_ENOUGH = 2
"""Terms and abbreviations of a field that show knowledge of it."""
_TOGETHER = 2
"""Terms that words count for which only experts say together."""
_SUM, _PRICE = 1000, 20
"""From here on a bare number is a sum, and one that answers what something costs."""
_FEW = 3
"""Up to here a number is said in passing."""
_LONG, _SHORT = 14, 11
"""Words an explanation has at least, and one that uses a term of the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Topic:
    """Something the persona does not know."""

    words: frozenset[str]
    """Its words of matter."""
    things: frozenset[str]
    """Those that say whose it is: the clinic, the candidate, a sister under her name too."""
    jargon: Jargon
    """Words of those who know it."""
    money: bool
    """It is a sum: what somebody earns, what something is worth."""
    business: bool
    """It is what a business makes."""
    plans: bool
    """It is what somebody means to do."""
    you: bool
    """Somebody in the room is meant: the candidate."""
    before: float
    """A year before which nothing is known; 0: none."""
    how: bool
    """It is how something works, or why something happened."""
    loose: frozenset[str]
    """Words that it shares with other subjects: the machine."""
    fact: bool
    """It is something that one answer gives away: a name, a number, a day, an intention."""
    own: frozenset[float]
    """The numbers the persona does know."""


def not_known(subject: Subject) -> Check | None:
    """The rule for one persona; None where nothing is named that it does not know."""
    topics = tuple(_topic(text, subject) for text in subject.facts.does_not_know)
    return partial(_check, topics) if topics else None


def _topic(text: str, subject: Subject) -> _Topic:
    folded = fold(text)
    low = frozenset(re.findall(r"[^\W\d_]+", folded))
    jargon = jargon_of(folded, low, _spoken_by(subject))
    words = content(text) - _ANY_SUBJECT or content(text)
    things = words - _SUMS - {"plan"}
    called = (
        *(fact.value for fact in subject.facts.names if content(fact.what) & things),
        *(one.name for one in subject.others if content(f"{one.role} {one.persona.role}") & things),
    )
    roles = frozenset[str]().union(
        *(content(f"{o.role} {o.persona.role} {o.name}") for o in subject.others)
    )
    year = re.search(r"\bbefore (\d{4})\b", folded)
    return _Topic(
        words=words,
        loose=content(text) & _LOOSE,
        things=things.union(*map(content, called)),
        jargon=jargon,
        money=bool(_MONEY.search(folded)),
        business=bool(
            re.search(r"\b(?:earns?|makes?|profits?|turnover|revenues?|budget)\b", folded)
        ),
        plans=bool({"plan", "intention", "future"} & content(text)) or " wants " in f" {folded} ",
        you=bool(things & roles),
        before=float(year[1]) if year else 0.0,
        how=bool(re.match(r"(?:how|why)\b", folded)),
        fact=not jargon.plain and not re.match(r"(?:how|why)\b(?! (?:many|much|long|old))", folded),
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
    if not asserted:
        return
    said = _Said(turn, asserted)
    ignorant = bool(IGNORANT.search(turn.said.folded))
    for topic in topics:
        if said.lectures(topic) if ignorant else said.tells(topic) or said.explains(topic):
            yield clip(asserted[0])
            return


def _tells_business(sentence: Sentence) -> bool:
    """Whether a sentence vouches for what a business makes."""
    return bool(_BUSINESS.search(sentence.folded)) and not _DEFLECTS.search(sentence.folded)


class _Said:
    """What a turn asserts, its questions left out."""

    def __init__(self, turn: Turn, asserted: list[Sentence]) -> None:
        self.turn = turn
        self.asserted = asserted
        self.ideas = frozenset[str]().union(*(one.ideas for one in asserted))
        self.terms = {word.term for one in asserted for word in one.words}
        self.prompted = turn.prompted.ideas if turn.prompted is not None else frozenset[str]()

    def tells(self, topic: _Topic) -> bool:
        """Whether it states a fact that the persona cannot have."""
        about = topic.things & (self.ideas | self.prompted)
        if topic.fact and self._answers(topic):
            return True
        you = topic.you and _YOU.search(self.turn.said.folded) and topic.words & self.ideas
        if topic.before and self._tells_of_before(topic):
            return True
        if topic.money:
            if self._prices(topic):
                return True
            opening = self.asserted[:1] if topic.things & self.prompted else []
            whose = [
                one
                for one in self.asserted
                if one.ideas & topic.things or you or (topic.business and _tells_business(one))
            ]
            return any(self._names_sum(topic, one) for one in (*whose, *opening))
        if topic.plans:
            return bool(about) and any(_MEANS_TO.search(one.folded) for one in self.asserted)
        return len(topic.words) > 1 and any(
            topic.words <= one.ideas and one.figures for one in self.asserted
        )

    def _prices(self, topic: _Topic) -> bool:
        """Whether a question for the sum is answered with a sum."""
        asked = self.turn.question
        if asked is None or not _ABOUT_MONEY.search(asked.folded) or not topic.words & asked.ideas:
            return False
        first = self.asserted[0]
        mine = _MINE.search(first.folded) or _DEFLECTS.search(first.folded)
        return not mine and self._has_sum(topic, first, least=_PRICE)

    def lectures(self, topic: _Topic) -> bool:
        """Whether so many terms of a field are used that no shrug makes up for them."""
        return len(topic.jargon.used(self.terms)) > _SURE

    def _answers(self, topic: _Topic) -> bool:
        """Whether it answers the very question of which the persona does not know the answer."""
        asked, first = self.turn.prompted, self.turn.said.sentences[0]
        if asked is None or first.question or first is not self.asserted[0]:
            return False
        if len(topic.words & asked.ideas) < min(2, len(topic.words)) or _DEFLECTS.search(
            first.folded
        ):
            return False
        opening = self.asserted[:2]
        new = {one.value for one_said in opening for one in one_said.figures}
        if new - self.turn.heard_figures - topic.own:
            return True
        if not asked.asks:
            return False
        lows = {word.low for word in asked.sentences[-1].words}
        plain = lows | STOP
        named = any(word.capital and word.low not in plain for word in first.words[1:])
        personal = _PERSONAL.search(first.folded)
        return not personal and (named or len(first.spoken) >= _SHORT - 3)

    def explains(self, topic: _Topic) -> bool:
        """Whether it speaks of a subject in the way of somebody who knows it."""
        heard = self.turn.heard_terms
        terms = self._terms(topic, heard)
        known = topic.jargon.used(heard)
        hits = len(topic.words & (self.ideas | self.prompted))
        hits += min(2, len(known)) if terms else 0
        new = {one.value for said in self.asserted for one in said.figures}
        exact = any(one > _FEW for one in new - self.turn.heard_figures - topic.own)
        if terms + exact >= _SURE or (terms >= _ENOUGH and hits):
            return True
        asked = self.turn.question
        raised = asked is not None and bool(
            (topic.words | topic.loose) & asked.ideas and _HOW.search(asked.folded)
        )
        stuck = topic.how and bool(topic.loose & self.prompted)
        if topic.money or not (hits >= min(2, len(topic.words)) or raised or stuck):
            return False
        if self._explains_at_length(topic):
            return True
        text = " ".join(one.text for one in self.asserted)
        coded = {singular(fold(one)) for one in _ABBREVIATION.findall(text)} - heard - _PLAIN
        marks = terms + exact + len({one for one in coded if idea(one) not in topic.words})
        words = sum(len(one.spoken) for one in self.asserted)
        if topic.how and (stuck or hits >= min(2, len(topic.words))):
            reasons = words >= _LONG and _REASONS.search(self.turn.said.folded)
            return marks >= _ENOUGH or bool(reasons)
        return marks >= _ENOUGH or (terms == 1 and words >= _SHORT)

    def _terms(self, topic: _Topic, heard: frozenset[str]) -> int:
        """How many terms of a field nobody has said before; what is said together counts twice."""
        folded = " ".join(one.folded for one in self.asserted)
        sayings = topic.jargon.sayings(folded)
        told = {singular(word) for one in sayings for word in re.findall(r"[^\W\d_]+", one)}
        new = [one for one in sayings if not set(map(singular, one.split())) <= heard]
        used = topic.jargon.used(self.terms - heard - told, among=bool(new))
        return len(used) + _TOGETHER * len(new)

    def _explains_at_length(self, topic: _Topic) -> bool:
        """Whether several sentences, or a long one, give reasons and speak of nobody's own life."""
        taught = [
            one
            for one in self.asserted
            if not _PERSONAL.search(one.folded) and not _DEFLECTS.search(one.folded)
        ]
        words = sum(len(one.spoken) for one in taught)
        reasons = sum(len(_BECAUSE.findall(one.folded)) for one in taught)
        return bool(topic.words) and words >= _LONG and reasons >= 1

    def _tells_of_before(self, topic: _Topic) -> bool:
        """Whether years before the one its knowledge begins with are spoken of as known."""
        named = rf"\b(?:before|until|up to|prior to|vor|antes de|avant) {topic.before:.0f}\b"
        if any(
            re.search(named, one.folded)
            and _PAST.search(one.folded)
            and len(one.spoken) >= _SHORT
            and not _PERSONAL.search(one.folded)
            for one in self.asserted
        ):
            return True
        return bool(topic.words & self.ideas) and any(
            1900 <= one.value < topic.before and one.value not in self.turn.heard_figures
            for sentence in self.asserted
            for one in sentence.figures
            if _WAS.search(sentence.folded)
        )

    def _names_sum(self, topic: _Topic, sentence: Sentence) -> bool:
        """Whether an amount is stated that nobody has said before, and not of the persona's own."""
        business = topic.business and bool(_BUSINESS.search(sentence.folded))
        told = _AMOUNTS_TO.search(sentence.folded) and not _MINE.search(sentence.folded)
        if not business and not told:
            return False
        return self._has_sum(topic, sentence, least=_SUM)

    def _has_sum(self, topic: _Topic, sentence: Sentence, *, least: float) -> bool:
        for one in sentence.figures:
            after = {word.idea for word in sentence.words[one.after : one.after + 2]}
            before = sentence.words[one.first - 1].raw if one.first else ""
            sum_of_money = (
                one.value >= least
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
