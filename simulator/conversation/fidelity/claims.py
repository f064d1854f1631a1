"""A number in a turn with what stands around it, and whether it is meant as a known fact."""

from __future__ import annotations

import re
from functools import cached_property

from simulator.conversation.fidelity.figures import Figure
from simulator.conversation.fidelity.hedges import fits
from simulator.conversation.fidelity.number_fact import Fact
from simulator.conversation.fidelity.number_question import ASKS_SMALL, MEANT, alike, asked_of
from simulator.conversation.fidelity.phrases import words_of
from simulator.conversation.fidelity.reading import Sentence, idea
from simulator.conversation.fidelity.spans import factor, is_coming, is_seasoned, of_another
from simulator.conversation.fidelity.turn import Turn
from simulator.conversation.fidelity.vocabulary import CURRENCIES, STOP

__all__ = ["A_SUM", "FRAMED", "OTHERS", "Claim"]

_TENURE = re.compile(
    r"\b(?:doing (?:this|it)|(?:in|of) (?:this|the) (?:job|trade|business|line|game|profession|"
    r"work)|on the job|here|with (?:the firm|the company|them|us|you)|at it|in diesem beruf|hier|"
    r"dabei|en este oficio|aqui|con ustedes|con vosotros|chez vous|dans ce metier|ici)\b"
)
FRAMED = re.compile(
    r"\b(?:if|i would|we would|would have|could|imagine|suppose|used to|back then|originally|"
    r"at first|record|next year|one day|(?:it|that|which) (?:took|takes)|was hoping|then i have|"
    r"then we have|there were|when i|i d|"
    r"we d|wenn|wurde|damals|fruher|si|cuando|antes|autrefois|aurais|normally it|ago|hace|vor|"
    r"il y a|another|extra|left|had|was|were|hatten?|war|waren|tenia|avais|avait|era|eran|need|"
    r"wanted|hope|want|said|says|told|heard|read|late|waited|waiting|offered)\b"
)
_NOT = re.compile(
    r"\b(?:not|no|never|nor|without|isn t|aren t|nicht|keine?|pas|sin|another|other|more|least|"
    r"last|next|first|every|for the)$"
)
_I = re.compile(r"\b(?:i|we|my|our|ich|wir|je|j|nous|yo|llevo|llevamos|mein\w*)\b")
_WE = re.compile(r"\b(?:i|we|ich|wir|je|j|nous|abri|llegue|empece)\b")
_OWN = re.compile(
    r"\b(?:my|our|of mine|i have|i ve|we have|we ve|i had|we are|we re|i lead|i run|i take|i do|"
    r"i pay|i get|i ride|i teach|i own|i manage|i cover|i work|i play|i live|i share|"
    r"meine?[mnrs]?|unsere?[mnrs]?|ich|wir|tengo|tenemos|mis?|nuestr[oa]s?|j ai|nous|mes|nos|"
    r"somos|trabajo|pago)\b|^(?:all|the|of|each|with|for|mit|con|avec)\b"
)
_OURS = re.compile(
    r"\b(?:our|my|meine[nrs]?|unser\w*|nuestr\w+|mis|nos|mes)(?: \w+)?$|\bof (?:my|our|mine)$"
)
_PARENT = re.compile(
    r"\b(?:mother|father|mum|dad|mutter|vater|madre|padre|mere|pere|grandmother|"
    r"grandfather) (?:of|von|de)$"
)
OTHERS = re.compile(
    r"\b(?:his|her|their|he|she|they|ihr|sein|elle|il|neighbour|neighbours|mrs|mr|sister|friend|"
    r"my (?:brother|sister|son|daughter|wife|husband|mother|father|cousin|uncle|aunt|boss|landlord|"
    r"partner|boyfriend|girlfriend|grandmother|grandfather) \w+s|"
    r"the \w+ (?:in|across|down|over|next|from|at|on) (?:\w+ ){1,3}(?:charges|asks|has|takes|pays|"
    r"gets|"
    r"wants|sells)|somebody|someone|colleague|colleagues|the other|others|vecina|vecino|nachbarin|"
    r"voisine?)\b"
)
_YOURS = re.compile(r"\b(?:your|you|tu|su|usted|vous|votre|du|dein\w*)\b")
_ASKS_HOW = re.compile(
    r"\b(?:how (?:long|many|much|far|often|big|large)|what|long|which (?:amount|number|sum|"
    r"figure|price|year|floor)|since when|wie ?(?:lange|viele?|gross)|"
    r"seit wann|cuant\w+|que|combien|depuis|quel\w*)\b"
)
_HOW_LONG = re.compile(
    r"\b(?:(?:have|has|are) you (?:\w+ ){1,4}(?:for )?long\b|how long you(?:'ve| have) |how long "
    r"have you (?!(?:been )?(?:waited|waiting|been "
    r"waiting|"
    r"tried|trying|sat|ill|sick|rung|ringing|called|calling))\w+|how long have you (?:been|worked|"
    r"done|lived|had|played|taught)|how many (?:years|"
    r"months)|since when|wie lange|seit wann|cuanto tiempo|cuantos anos (?:lleva|hace)|"
    r"depuis (?:quand|combien))\b"
)
_SINCE = re.compile(r"^(?:in|since|from|seit|jahr|en|desde|depuis|year|of)$")
_OTHER_RATE = re.compile(
    r"\b(?:a|an|per|each|every|al|par|pro|im) (?:year|month|week|day|hour|shift|night|minute)"
)
_CONDITION = re.compile(
    r"\b(?:if|when|whenever) (?:you|a|an|the|somebody|someone|anybody|one) .*?"
    r"(?=\b(?:there s|there is|there are|you pay|you ll pay|it costs?|it s|the fee|we charge|that "
    r"s)\b)"
)
"""What has to happen for a rule that holds now to apply: no fancy."""
_ELSE = re.compile(r"\b(?:the|that|this|my|our) (\w+) ones?\b")
_EARLIER = re.compile(r"^(?:before|prior to|vor|antes de|avant) (?!(?:you|we|i|anybody|sie|du) )")
_CLOCK_OF_CAR = re.compile(r"\bon the (?:clock|odometer|counter|meter)\b|\bbehind (?:it|her|him)\b")
_FOR_LONG = re.compile(r"\b(?:i|we) (?:ve |have |m )?\w+ (?:\w+ ){0,4}for(?: \w+)?$")
_PERSONS = frozenset(
    {
        "people",
        "play",
        "player",
        "pupil",
        "customer",
        "guest",
        "member",
        "soldier",
        "child",
        "patient",
    }
    | {
        "apprentic",
        "sing",
        "cook",
        "driver",
        "nurse",
        "volunte",
        "resident",
        "tenant",
        "inhabitant",
    }
)
_DOES = re.compile(
    r"^(?:and |so |but |well |here |today )?(?:i|we)(?: ve| m| re)? (?!(?:would|could|might|saw|"
    r"met|heard|"
    r"know|knew|need|want|see|read|think|thought|sold|bought|ate|told|had|asked|counted|found|lost|"
    r"paid|gave|took|wish|hope|remember|once|was|were|did|ll|d|\w+ed)\b)\w+"
)
"""What the persona does now, and not once."""
_GOES_ON = words_of("a per each every or and with now already by so this in")
"""What follows a number that stands for itself."""
_GENERIC = frozenset({"amount", "sum", "number", "figur", "price", "much"})
"""What questions ask for without saying of what."""
_CHILDREN = frozenset({"child", "son", "daughter"})
_SERVES = re.compile(
    r"\b(?:i|we)(?:'ve| have|'m| am)? (?:\w+ )?(?:been|worked|work|done|doing|lived|live|served|"
    r"taught|here)\b|\b(?:llevo|llevamos|trabajo|bin ich|ich bin|ich arbeite|arbeite ich|"
    r"mache ich|je suis|je travaille)\b"
)
_WAITS = re.compile(
    r"\b(?:waiting|arguing|calling|trying|asking|paying|without|sick|ill|standing|sitting|talking|"
    r"ringing)\b"
)
_HAVE = re.compile(
    r"\b(?:(?:i|we)(?: only| just)?(?: have| ve| ve got| have got| run| lead| take| keep| milk| do|"
    r" teach| cover| manage| own| work| get| count| share with| live with| re| are)|my|our|"
    r"meine|unsere|ich habe|wir haben|hat|tengo|tenemos|mis|j ai|nous avons|nous sommes|somos|"
    r"there are|"
    r"there s|all|only|just|with|mit|con)(?: \w+){0,2}$|\b(?:i|we) (?:ve |have )?(?:\w+ )?(?:lead|"
    r"led|cover|covered|run|taken?|taught|have) (?:\w+ ){0,4}\w*$"
)
_FURTHER = words_of(
    "mor other new another extra old sick lat further different good young andere nuevos"
)
_DISTANCES = frozenset({"kilometre", "mile", "metre"})
_ORDER = 3.0
"""A sum or distance that is further off than this factor is of something else."""
_SIZES = words_of("of von de is s was has counts are re")
_OF = frozenset({"of", "von", "de"})
_CLOSE = 4
"""Words between a number and what it counts."""
A_SUM = 100
"""From here on a number without a unit can be an amount of money."""
_BREAKS = words_of(", : ( ) \u2013 — and but so because und aber que qui y et which who")


class Claim:
    """A number in a turn, with what stands around it."""

    def __init__(
        self, turn: Turn, sentence: Sentence, *, earlier: Sentence | None, figure: Figure
    ) -> None:
        words = sentence.words
        lead = [word.low for word in words[: figure.first] if word.kind != "mark"]
        self.turn, self.sentence, self.figure, self.earlier = turn, sentence, figure, earlier
        self.lead = " ".join(lead)
        self.before = " ".join(lead[-6:])
        self.near = alike(_until_mark(sentence, figure.after))
        self.opens = (earlier is None or len(earlier.spoken) <= 4) and figure.first <= 8
        self.clause = _clause(sentence, figure)
        self.behind = words[figure.after : figure.after + 3]
        self.prefix = words[figure.first - 1].raw if figure.first else ""
        asked = turn.question
        self.question = asked_of(asked) if asked is not None else frozenset[str]()
        self.asked = asked.folded if asked is not None and self.opens else ""

    @cached_property
    def framed(self) -> bool:
        """Whether it is denied, imagined, past, a part, or only repeats what was heard."""
        part = self.near[:1] == ("of",) and not self.before.endswith("all")
        return bool(
            _NOT.search(self.before)
            or (part and self.near[1:2] != ("us",))
            or (self.near[:1] and self.near[0] in _FURTHER)
            or (is_coming(self.before, self.near) and not is_seasoned(self.sentence.folded))
            or FRAMED.search(_CONDITION.sub("", f"{self.lead} {self.clause}"))
            or _EARLIER.search(self.lead)
            or self.figure.value in self.turn.heard_figures
        )

    def is_about(self, fact: Fact) -> bool:
        """Whether it counts what the fact counts."""
        one = _ELSE.search(self.lead)
        if one is not None and idea(one[1]) not in fact.rest | fact.nouns:
            return False
        if fact.year:
            return self._is_year(fact)
        if fact.tenure and of_another(self.sentence, self.figure, fact.rest | fact.trade):
            return False
        if fact.nouns and self._counts(fact):
            return True
        return bool(fact.unit) and self._measures(fact)

    def means(self, fact: Fact) -> bool:
        """Whether it can be meant as the fact: no part of it, no other sum, not long past."""
        if fact.year:
            return self.figure.value not in self.turn.heard_figures
        if self.framed:
            return False
        value, truth = self._turned(fact)[0], abs(fact.value) or 1.0
        named = bool(fact.tenure and fact.rest & self.sentence.ideas)
        if (
            fact.unit in CURRENCIES
            or fact.unit in _DISTANCES
            or (self.asked and not fact.nouns and not named)
        ):
            return truth / _ORDER <= value <= truth * _ORDER
        smaller = value < truth and bool(fact.nouns or fact.unit == "people")
        return not smaller or bool(
            _HAVE.search(self.lead) or self.asked or fact.nouns & self._whole
        )

    def _is_year(self, fact: Fact) -> bool:
        value = self.figure.value
        return (
            1900 <= value <= 2100
            and bool(_SINCE.match(self.before.rpartition(" ")[2]))
            and bool(self._around & fact.rest)
            and bool(_WE.search(self.sentence.folded))
        )

    def _counts(self, fact: Fact) -> bool:
        """Whether the fact's own noun is counted, and is the persona's."""
        if _PARENT.search(self.before) and fact.nouns & _CHILDREN:
            return bool(_I.search(self.sentence.folded))
        if "tim" in self.near[:1] and fact.nouns & self.sentence.ideas:
            return bool(_I.search(self.sentence.folded)) and not fact.rate
        if not (fact.nouns & set(self.near) or fact.nouns & self._whole):
            return self._answers(fact)
        if fact.rate and fact.rate not in self._around:
            return False
        if _OURS.search(self.before) or {"my", "our"} & {word.low for word in self.behind}:
            return True
        others = (
            OTHERS.search(self.clause) or _YOURS.search(self.clause) or self._has_it_another(fact)
        )
        after = self.sentence.words[self.figure.after + 1 : self.figure.after + 2]
        ends = not after or after[0].kind == "mark"
        fragment = self.figure.first == 0 and (ends or len(self.sentence.spoken) <= _CLOSE)
        own = (
            fragment
            or (self.figure.first == 0 and bool(_ASKS_HOW.search(self.asked)))
            or _DOES.search(self.clause)
            or fact.nouns & self.question
            or fact.rate
            or _OWN.search(self.clause)
            or fact.rest & self._around
        )
        return bool(own) and not others

    def _answers(self, fact: Fact) -> bool:
        """Whether it is a bare number, and what the fact counts was asked for."""
        meant = bool(fact.nouns & self.question)
        if meant and self.before.endswith("all"):
            return True
        how = bool(_ASKS_HOW.search(self.asked) or ASKS_SMALL.search(self.asked))
        heads = "people" in self.question and bool(fact.nouns & _PERSONS)
        opens = self.figure.first == 0 and bool((fact.nouns | fact.rest) & self.question)
        told = (meant and how) or heads or (opens and not fact.unit and not fact.rate)
        bare = not self.near or self.near[0] in _GOES_ON
        return told and bare and not OTHERS.search(self.clause)

    def _has_it_another(self, fact: Fact) -> bool:
        """Whether somebody or something with another name has it: Block B has twelve beds."""
        words = self.sentence.words[: self.figure.first]
        if len(words) < 2 or words[-1].low not in {"has", "hat", "tiene", "a"}:
            return False
        who = words[-2]
        plain = who.low in STOP and (len(who.raw) > 1 or who.raw == "I")
        return who.capital and who.idea not in fact.rest | fact.nouns and not plain

    def _measures(self, fact: Fact) -> bool:
        """Whether the fact's unit is counted, and its other words say of what."""
        if OTHERS.search(self.clause):
            return False
        rest, how = fact.rest & self._around, bool(_ASKS_HOW.search(self.asked))
        if not self._has_unit(fact):
            heads = fact.unit == "people" and "people" in self.question
            answers = (bool(rest & self.question) or heads) and not self.near and how
            return answers or self._counts_people(fact)
        if fact.rate:
            return self._at_rate(fact, answers=how)
        if fact.tenure and (self._is_tenure or self._is_trade(fact)):
            return True
        if how and (not fact.shared or not self.question - _GENERIC) and not rest:
            return fact.unit not in {"year", "people"} or bool(_HOW_LONG.search(self.asked))
        return bool(rest) or (fact.unit == "people" and not fact.rest and self._mine)

    def _at_rate(self, fact: Fact, *, answers: bool) -> bool:
        """Whether an amount is said to be for the same span, or for none."""
        rest = fact.rest & self._around
        if fact.rate in self._around:
            return bool(rest or not fact.rest or answers)
        return bool(rest) and not _OTHER_RATE.search(" ".join(self.near))

    @property
    def _mine(self) -> bool:
        return bool(_OURS.search(self.before) or _OWN.search(self.clause))

    @property
    def _is_tenure(self) -> bool:
        """I have been here, or in this trade, or doing this, for so many years."""
        folded = self.sentence.folded
        return bool(_TENURE.search(folded) and _SERVES.search(folded) and not _WAITS.search(folded))

    def _is_trade(self, fact: Fact) -> bool:
        """I drove trains for so many years, from a train driver."""
        return bool(_FOR_LONG.search(self.lead) and fact.trade & self.sentence.ideas)

    def _counts_people(self, fact: Fact) -> bool:
        """A team of fifteen; my team is fifteen; there are fifteen of us."""
        if fact.unit != "people":
            return False
        us = self.near[:2] == ("of", "us") and fact.value != self.figure.value - 1
        mine = not fact.rest or bool(fact.rest & self._around)
        return bool(fact.rest & self._whole) or (us and mine)

    @cached_property
    def _whole(self) -> frozenset[str]:
        """What the number is the size of: a team of fifteen, our team is fifteen."""
        words = [word for word in self.sentence.words[: self.figure.first] if word.kind != "mark"]
        if len(words) < 2 or words[-1].low not in _SIZES:
            return frozenset()
        return frozenset({words[-2].idea}) if not self.near or words[-1].low in _OF else frozenset()

    def _has_unit(self, fact: Fact) -> bool:
        """Whether it is counted in the fact's unit, or in one that can be turned into it."""
        near = self.near[:3]
        if fact.unit in near or any(factor(one, fact.unit) for one in near[:2]):
            return True
        if fact.unit in _DISTANCES and _CLOCK_OF_CAR.search(self.sentence.folded):
            return not near or near[0] == "on"
        if fact.unit == "point":
            return near[:2] == ("out", "of")
        if fact.unit not in CURRENCIES:
            return False
        bare = not near or near[0] in {"a", "an", "per"} or near[0] in STOP
        named = {"€": "euro", "£": "pound", "$": "dollar"}.get(self.prefix) == fact.unit
        return named or (bare and self.figure.value >= A_SUM)

    @cached_property
    def _around(self) -> frozenset[str]:
        earlier = self.earlier.ideas if self.earlier is not None else frozenset[str]()
        earlier |= {meant for said, meant in MEANT if said.search(self.sentence.folded)}
        return self.sentence.ideas | earlier | (self.question if self.opens else frozenset[str]())

    def agrees(self, fact: Fact) -> bool:
        """Whether it is true, as exactly as it is meant."""
        value, slack = self._turned(fact)
        return fits(value, fact.value, before=self.before, slack=slack)

    def _turned(self, fact: Fact) -> tuple[float, float]:
        """Its value in the fact's unit, and how exact that is."""
        for one in self.near[:2]:
            times = factor(one, fact.unit)
            if times is not None and one != fact.unit:
                return self.figure.value * times, 0.2
        return self.figure.value, 0.0


def _clause(sentence: Sentence, figure: Figure) -> str:
    """The words between the marks around a number."""
    words = sentence.words
    first, last = figure.first, figure.after
    while first > 0 and words[first - 1].low not in _BREAKS:
        first -= 1
    while last < len(words) and words[last].low not in _BREAKS:
        last += 1
    return " ".join(word.low for word in words[first:last] if word.kind != "mark")


def _until_mark(sentence: Sentence, start: int) -> tuple[str, ...]:
    found: list[str] = []
    for word in sentence.words[start : start + _CLOSE]:
        if word.kind != "word":
            break
        found.append(word.idea)
    return tuple(found)
