"""The rule about age: what the persona says of its own age must be true."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from types import MappingProxyType

from simulator.conversation.fidelity.figures import Figure
from simulator.conversation.fidelity.hedges import fits
from simulator.conversation.fidelity.lifetime import lifetime_is_wrong
from simulator.conversation.fidelity.phrases import numbered
from simulator.conversation.fidelity.reading import Sentence
from simulator.conversation.fidelity.turn import Check, Subject, Turn, clip

__all__ = ["age"]

_HEDGE = (
    r"(?: (?:a|just|only|barely|now|already|about|around|roughly|nearly|almost|over|past|"
    r"not quite|not even|not|not yet|under|exactly|still|gerade|schon|erst|fast|knapp|uber|apenas|"
    r"casi|ya|presque|deja|bientot|pushing|going on|close to|all of|gerade mal|recien|a peine))*$"
)
_IS = re.compile(
    r"\b(?:i m|i am|im|ich bin|bin ich|bin|i ve (?:just )?turned|i(?: just)? turned|my age is|"
    r"i m turning|i m about to turn|tengo|acabo de cumplir|he cumplido|cumplo|cumpli|j ai|(?:i m|"
    r"i am|as|me|talking to|looking at) an? (?:\w+ )?(?:man|woman|girl|boy|lad|lass|lady|person|"
    r"bloke|guy) of|"
    r"ya con mis|con mis|mit meinen|a mis|mes|je vais sur mes|ich bin ja)" + _HEDGE
)
_NO_MORE = re.compile(r"\b(?:not|no longer|keine?|nicht mehr|ya no|plus)(?: \w+)?$")
_WAS = re.compile(
    r"\b(?:when i was|since i was|at the age of|(?:when|since|after|before|once|day) i (?:turned|"
    r"hit|"
    r"passed|reached)|since (?:turning|hitting)|als ich|seit ich|cuando tenia|"
    r"quand j avais)$"
)
_NOT_YET = re.compile(
    r"\b(?:war ich (?:\w+ ){0,3}(?:keine|nicht)|i wasn t(?: yet| even)?|i was not(?: yet| even)?|"
    r"no tenia (?:aun|todavia)|je n avais pas(?: encore)?)$"
)
"""What one was not yet, and is now."""
_PERSON_OF = re.compile(r"\b(?:man|woman|girl|boy|person|lady|fellow|lad|bloke) of$")
_ANYBODY = re.compile(r"(?:one|you|a (?:man|woman)) \w+")
_FOR_ONE = re.compile(r"\b(?:for|as) an? (?:man|woman|girl|boy|person|lady|lad) of$")
_LIKE_ME = re.compile(
    r",? ?(?:as i am|as me|like me|like myself|same as me|as i do|wie ich|como yo|comme moi)\b"
)
_WILL = re.compile(
    r"\b(?:i ll be|i will be|i ll turn|i turn|i m going to be|werde ich|ich werde|voy a cumplir|"
    r"cumplire|j aurai|je vais avoir)" + _HEDGE
)
_AT = re.compile(r"(?:^|\b)(?:at|with my|mit(?: meinen)?|a(?: mis)?|con mis|als)" + _HEDGE)
_AS = re.compile(r"(?:^|\b(?:as a|i m a|i am a|me|for a|unlike you|myself))(?: \w+ly)?$")
_OLD = re.compile(r"(?:years? old|years? of age|years? young|jahre alt|years? on this)\b")
_ENDS = re.compile(
    r"$|(?:and|but|or|now|next|this|in (?:\w+ (?:weeks|months|days)|january|february|march|april|"
    r"may|june|july|august|september|october|november|december|spring|summer|autumn|winter|the)|"
    r"myself|already|so|not|today|too|soon|last|at|since|with|who|y|et|und|ya|deja|on|going|if|"
    r"years? old|years? young|years? of age|jahre|anos|ans|geworden|just like|same as|ish)\b"
)
_FRAMED = re.compile(
    r"\b(?:if|when|until|till|before|after|since|feel|felt|like|though|sound|look|were|imagine|"
    r"say|pretend|wish|wenn|als|bis|quand|lorsque|si|cuando|hasta|desde|says?|thinks?|told)\b"
)
_OTHERS = re.compile(
    r"\b(?:he|she|it|they|who|you|we|her|his|their|er|sie|elle|il|ella|ellos|tu|vous|usted|du)\b"
)
_COMING = re.compile(
    r"^(?:next|in|on|this (?:autumn|summer|winter|spring|year|month|week)|soon|going)\b"
)
_NEVER = re.compile(r"\b(?:before|by the time|until|till|bevor|bis|avant que|antes de)\b")
_PAST = re.compile(
    r"\b(?:was|were|had|did|went|came|began|got|thought|knew|left|met|used|could|\w{3,}ed|war|"
    r"hatte|habe|wurde|durfte|kam|ging|konnte|etais|avais|j ai|\w+ais|quand|era|tenia|estaba|"
    r"empece|entre|fui)\b"
)
_ASKED = re.compile(
    r"how old (?!.*\bwhen\b)(?:\w+ ){0,5}you\b|\byour age\b|\b(?:what|which) age\b|\bage\b[^.]*\?|"
    r"date of birth|wie alt (?:\w+ ){0,3}(?:sie|du)\b|ihr alter|que edad|cuantos anos (?:tiene|"
    r"cumple)|su edad|quel age|votre age|birthday"
)
_BAND = re.compile(
    r"\b(?:(early|mid|late|anfang|mitte|ende)[ -])?(twen|thir|for|fif|six|seven|eigh|nine|"
    r"dreissig|vierzig|funfzig|sechzig|siebzig|achtzig|neunzig|zwanzig)(ties|ty|er|ern)?\b"
)
_OWN_BAND = re.compile(
    r"(?:\b(?:i'm|i am|ich bin)(?: \w+){0,3}|\b(?:my|meinen|meine)) ?$|^[^a-z]*$"
)
_TEENS = re.compile(r"\b(?:i'm|i am) (?:still |only |just )?(?:a teenager|in my teens)\b")
_HALF = re.compile(r"\b(?:i'm|i am) (?:over |nearly |almost )?half a century\b")
_BIRTHDAY = re.compile(r"\bmy (?:(\d{1,2})(?:st|nd|rd|th)|(\w+)) birthday\b")
_ORDINALS = numbered(
    "sixteenth=16 eighteenth=18 twentieth=20 thirtieth=30 fortieth=40 fiftieth=50 sixtieth=60 "
    "seventieth=70 eightieth=80 ninetieth=90"
)
_DECADES = numbered(
    "twen=20 thir=30 for=40 fif=50 six=60 seven=70 eigh=80 nine=90 zwanzig=20 dreissig=30 "
    "vierzig=40 funfzig=50 sechzig=60 siebzig=70 achtzig=80 neunzig=90"
)
_EARLY, _MID, _LATE = (0, 3), (3, 7), (6, 9)
_PARTS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "early": _EARLY,
        "anfang": _EARLY,
        "mid": _MID,
        "mitte": _MID,
        "late": _LATE,
        "ende": _LATE,
    }
)
_MARKS = frozenset(",.;:!?()\u2013—…\"'”\u2019»")
_STILL = re.compile(
    r"i (?:still|no longer|don t|can t|cannot|can|am|m|like|love|know|want|need|prefer|sleep|hope|"
    r"think|dance|run|ride|cycle|swim)\b(?! (?:off|out)\b)"
)
"""What goes on now with the speaker at that age."""
_GROWN = 25
"""From here on "at 30" is an age and no hour of the day."""
_FRAGMENT = 3
"""Words of "At seventy-two?" at most."""
_YOUNGEST, _OLDEST = 5, 99
"""Ages that people speak of as theirs; a number outside is no age."""


def age(subject: Subject) -> Check | None:
    """The rule for one persona; None where its age is not known."""
    known = subject.facts.age
    return None if known is None else partial(_check, known)


def _check(known: int, turn: Turn) -> Iterable[str]:
    asked = turn.prompted
    for sentence in turn.said.sentences:
        first = sentence is turn.said.sentences[0]
        for figure in sentence.figures:
            if _YOUNGEST <= figure.value <= _OLDEST and figure.value == int(figure.value):
                claim = _Claim(sentence, figure, known)
                if claim.wrong() or (first and claim.wrong_answer(turn)):
                    yield clip(sentence)
        answers = first and asked is not None and bool(_ASKED.search(asked.folded))
        yield from _bands(known, sentence, answers=answers)
        yield from _birthdays(known, sentence)
        if lifetime_is_wrong(known, sentence):
            yield clip(sentence)


class _Claim:
    """A number that may be an age, with the words around it."""

    def __init__(self, sentence: Sentence, figure: Figure, known: int) -> None:
        self.known = known
        words = [word.low for word in sentence.words]
        self.sentence = sentence
        self.figure = figure
        self.before = _joined(words[max(0, figure.first - 8) : figure.first])
        self.after = _joined(words[figure.after : figure.after + 4])
        behind = words[figure.after] if figure.after < len(words) else ""
        self.alone = not behind or behind in _MARKS
        self.odd = words[figure.after : figure.after + 1] == ["odd"]

    def wrong(self) -> bool:
        """Whether it is said to be the speaker's age, and is not."""
        value, before, known = self.figure.value, self.before, self.known
        if _NOT_YET.search(before) and self._ends:
            return value > known
        if self.odd or _WAS.search(before):
            return self._was_wrong()
        if _WILL.search(before) and self._ends:
            never = self._framed or _NEVER.search(self.sentence.folded)
            return not never and value not in self._coming()
        if _NO_MORE.search(before):
            return "yet" in self.after.split()[:1] + before.split()[-2:] and known >= value
        if _IS.search(before) and self._ends and not self._framed:
            coming = bool(_COMING.match(self.after)) and value in {known, known + 1}
            return not coming and not fits(value, known, before=before)
        and_yet = self.figure.first == 0 and re.match(r"and (?:still|never|i|not)\b", self.after)
        claimed = self._described or self._of_oneself or (and_yet and value >= _GROWN)
        return bool(claimed) and not fits(value, known, before=before)

    def _was_wrong(self) -> bool:
        """Whether the speaker has not come to that age yet, or is past "forty-odd"."""
        high = self.figure.value + (10 if self.odd else 120)
        own = bool(_IS.search(self.before) or not self.odd)
        return own and not self.figure.value <= self.known < high

    @property
    def _of_oneself(self) -> bool:
        """A man of sixty like me; "At sixty?" and nothing else."""
        if _PERSON_OF.search(self.before):
            mine = _FOR_ONE.search(self.before) and re.match(r"i\b|i'm\b", self.after)
            return bool(mine or _LIKE_ME.match(f" {self.after}"))
        if self.before.endswith("now at") and self.alone:
            return self.figure.value >= _GROWN
        short = len(self.sentence.spoken) <= _FRAGMENT and self.figure.value >= _GROWN
        return self.before == "at" and self.alone and short

    @property
    def _ends(self) -> bool:
        return self.alone or bool(_ENDS.match(self.after) and not _is_span(self.after))

    @property
    def _framed(self) -> bool:
        return bool(_FRAMED.search(" ".join(self.before.split()[-6:])))

    @property
    def _described(self) -> bool:
        """At 62 (present), as a 23-year-old, 48 years old (and nobody else is spoken of)."""
        folded, before, after = self.sentence.folded, self.before, self.after
        if _OLD.match(after):
            past = _PAST.search(folded) and self.figure.value <= self.known
            return bool(_AS.search(before)) and not _OTHERS.search(before) and not past
        years = re.match(r"(?:jahren?|ans|anos)\b", after)
        anybody = before == "at" and _ANYBODY.match(after)
        past = _PAST.search(folded.replace("'", " ")) and not anybody
        if not _AT.search(before) or past:
            return False
        if years:
            return not _OTHERS.search(before) and not re.match(r"jahren? (?:in|bei)\b", after)
        own = re.search(r"\bi\b|\bmy age\b", folded)
        begins = before.rpartition(" ")[2] == "at"
        begins = begins and (self.alone or bool(anybody or _STILL.match(after)))
        return bool(begins and (own or anybody) and self.figure.value >= _GROWN)

    def _coming(self) -> set[float]:
        """The ages that "I'll be" can mean."""
        known = self.known
        spans = re.search(r"\bin (?:an?|one|\w+) (?:years?|jahren?)\b", self.sentence.folded)
        if spans is None:
            return {known, known + 1}
        years = [one.value for one in self.sentence.figures if one is not self.figure]
        return {known + (years[0] if years else 1), known + (years[0] if years else 1) + 1}

    def wrong_answer(self, turn: Turn) -> bool:
        """Whether somebody asked for the age, and this number answers."""
        asked = turn.prompted
        answers = self.figure.first <= 3 and not _OTHERS.search(self.before) and self._ends
        if asked is None or not answers or not _ASKED.search(asked.folded):
            return False
        return not fits(self.figure.value, self.known, before=self.before)


def _is_span(after: str) -> bool:
    """Whether years of something else follow: ten years in this trade."""
    return bool(
        re.match(r"(?:jahre|anos|ans) (?:de|d|in|im|bei|beim|als|auf|en|am|con|avec|que)\b", after)
    )


def _bands(known: int, sentence: Sentence, *, answers: bool) -> Iterator[str]:
    """Mid-thirties, in my forties, and the like."""
    folded = sentence.folded
    for found in _BAND.finditer(folded):
        part, decade, ending = found[1], _DECADES[found[2]], found[3]
        if not part and ending != "ties":
            continue
        low, high = _PARTS.get(part or "", (0, 9))
        before = folded[: found.start()]
        own = _OWN_BAND.search(before.removesuffix("in ").removesuffix("the ").removesuffix("in "))
        said = bool(own) and (bool(before.strip(" \"'“")) or answers)
        likened = _LIKE_ME.match(folded, found.end()) or _anybodys(before, folded)
        if (
            likened or (said and not _OTHERS.search(before))
        ) and not decade + low - 1 <= known <= decade + high + 1:
            yield clip(sentence)


def _anybodys(before: str, folded: str) -> bool:
    """Whether "in your forties" means anybody's, the speaker's first of all."""
    lead = before.rstrip()
    if not lead.endswith("in your") or re.search(r"\byou(?:'re| are| look| sound)\b", lead):
        return False
    framed = re.search(r"\b(?:when|once|if|until|before|wait)\b", folded)
    return not framed and bool(re.search(r"\b(?:i|i'm|me|my|we|us)\b", folded))


def _birthdays(known: int, sentence: Sentence) -> Iterator[str]:
    """My fiftieth birthday; I'm a teenager; I'm half a century old."""
    folded = sentence.folded
    for found in _BIRTHDAY.finditer(folded):
        value = int(found[1]) if found[1] else _ORDINALS.get(found[2], 0)
        gone = re.search(r"\b(?:was|were|had|since|after|had)\b", folded)
        if value and (value > known + 1 or (value < known and not gone)):
            yield clip(sentence)
    young = not 13 <= known <= 19 and _TEENS.search(folded)
    if young or (abs(known - 50) > 3 and _HALF.search(folded)):
        yield clip(sentence)


def _joined(words: list[str]) -> str:
    return " ".join(word for word in words if word[:1].isalnum())
