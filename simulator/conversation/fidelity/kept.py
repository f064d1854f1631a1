"""A secret taken apart: what its words weigh, and by what it is known again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from simulator.conversation.fidelity.codes import has_figures, is_code
from simulator.conversation.fidelity.expressions import Phrases
from simulator.conversation.fidelity.paraphrases import COMMON, ways
from simulator.conversation.fidelity.phrases import words_of
from simulator.conversation.fidelity.reading import Reading, Sentence, content, fold, idea
from simulator.conversation.fidelity.turn import Subject
from simulator.conversation.fidelity.vocabulary import UNITS
from simulator.definitions.facts import Secret

__all__ = ["DENIED", "MATTER", "SEASONS", "TIMES", "Kept", "number", "stands_alone", "taken_apart"]

MATTER = 1.0
"""What a word of matter weighs."""
_NAME, _TIME, _VAGUE, _PUBLIC = 1.5, 0.75, 0.4, 0.6
"""What a name of one or more words weighs, a month or season, a word that says little, and, as a
share, a word that the persona's public card has too."""
_NUMBER, _YEAR, _SUM, _LARGE = 1.5, 0.75, 3.5, 100
"""What a number weighs, a year, and a number that is large enough to stand for itself."""
_VAGUE_WORDS = words_of(
    "once twice end first second own now new old whole real really big small secretly almost "
    "currently certain recently last next use try start want plan"
)
TIMES = words_of(
    "january february march april may june july august september october november december spring "
    "summer autumn winter monday tuesday wednesday thursday friday saturday sunday"
)
"""Ideas of months, seasons and days."""
SEASONS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "spring": content("march april may easter whitsun"),
        "summer": content("june july august midsummer"),
        "autumn": content("september october november halloween harvest"),
        "winter": content("december january february christmas"),
        "june": content("midsummer"),
        "december": content("christmas advent"),
        "march": content("easter"),
        "april": content("easter"),
    }
)
"""A season or month -> other words for a time within it."""
DENIED = re.compile(
    r"\b(?:never|no|not|nobody|nothing|didn|haven|hasn|isn|wasn|don|won|wouldn|t|nie|kein\w*|"
    r"nicht|jamais|pas|nunca)\b"
)
"""Words that say no."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kept:
    """A secret, taken apart; it equals itself only."""

    weights: Mapping[str, float]
    ways: tuple[tuple[Phrases, frozenset[str]], ...]
    """How else its deeds are told, and which of its words that stands for."""
    figures: frozenset[float]
    total: float
    rule: Secret
    denies: bool
    """It is itself a denial: she will not stand again."""
    suffered: frozenset[str]
    """What was done to the persona: he was dismissed."""
    deed: str
    """What was done: the first word of matter."""
    names: frozenset[str]
    """The words of names."""
    called: Mapping[str, frozenset[str]]
    """The words of a name it could say as well -> those of its words that stand for the same."""
    hints: frozenset[str]
    """Every word by which one of its words is told: itself, a name for it, a time within it."""
    core: frozenset[str]
    """What was done, and to what."""
    own: bool
    """It is about the persona's own doing."""
    opens: bool
    """It is a number that opens something, and says all by itself."""

    def weight(self, ideas: AbstractSet[str]) -> float:
        """What some of its words weigh together."""
        return sum(self.weights[one] for one in ideas)

    def touched(self, said: Reading) -> frozenset[Sentence]:
        """The sentences with a word of it or a number, or that tell a deed of its kind."""
        ways = [way for way, _ in self.ways if way.may_stand_in(said.folded)]
        return frozenset(
            one
            for one in said.sentences
            if self.hints & one.ideas
            or (self.figures and has_figures(one))
            or any(_first(way, one.folded) for way in ways)
        )

    def told_in(self, sentences: tuple[Sentence, ...]) -> tuple[frozenset[str], frozenset[str]]:
        """Its words that sentences have, and those for which they have another way."""
        ideas = frozenset[str]().union(*(one.ideas for one in sentences))
        plain = self.plain_in(ideas)
        found = [
            self._evident(stands_for - plain, said[0].split())
            for pattern, stands_for in self.ways
            for said in _found(pattern, sentences)
        ]
        return plain, frozenset[str]().union(*found) - plain

    def plain_in(self, ideas: AbstractSet[str]) -> frozenset[str]:
        """Its words that some ideas are, or name, or are a time within."""
        if self.hints.isdisjoint(ideas):
            return frozenset()
        times = {
            time for time in self.weights.keys() & SEASONS.keys() if SEASONS[time] & ideas - {time}
        }
        named = (self.called[one] for one in self.called.keys() & ideas)
        return frozenset(self.weights.keys() & ideas).union(times, *named)

    def loosely(self, sentences: tuple[Sentence, ...]) -> frozenset[str]:
        """Its words for which nothing stands but words that are in everybody's mouth."""
        loose, firm = set[str](), set[str]()
        for pattern, stands_for in self.ways:
            for said in _found(pattern, sentences):
                (loose if said[0] in COMMON else firm).update(stands_for)
        return frozenset(loose - firm)

    def spans(self, sentence: Sentence) -> Iterator[tuple[int, int]]:
        """Where its words or other ways of telling it stand in the folded sentence."""
        for pattern, _ in self.ways:
            yield from (said.span() for said in pattern.finditer(sentence.folded))
        for word in {word.low for word in sentence.words if word.idea in self.weights}:
            yield from (said.span() for said in re.finditer(rf"\b{word}\b", sentence.folded))

    def _evident(self, ideas: AbstractSet[str], said: Sequence[str]) -> frozenset[str]:
        """As many of some of its words as words were said, the heaviest first."""
        heaviest = sorted(ideas, key=lambda one: (-self.weights[one], one))
        return frozenset(heaviest[: len(said)])


def _found(way: Phrases, sentences: tuple[Sentence, ...]) -> tuple[re.Match[str], ...]:
    """Where a way of telling stands first; nothing where it does not."""
    found = (_first(way, one.folded) for one in sentences)
    return tuple(one for one in found if one is not None)


@lru_cache(maxsize=4_096)
def _first(way: Phrases, folded: str) -> re.Match[str] | None:
    return way.search(folded)


def taken_apart(secret: Secret, subject: Subject) -> Kept:
    """A secret as the rule compares it with what is said."""
    public = _card(subject)
    weights: dict[str, float] = {}
    figures: set[float] = set()
    names: set[str] = set()
    for sentence in Reading(secret.text).sentences:
        spans = {at for one in sentence.figures for at in range(one.first, one.after)}
        figures |= {one.value for one in sentence.figures}
        for at, word in enumerate(sentence.words):
            if at in spans or word.idea not in sentence.ideas or word.low in subject.own_names:
                continue
            weights[word.idea] = _weight(sentence, at) * (_PUBLIC if word.idea in public else 1)
            if word.capital and at and word.idea not in TIMES:
                names.add(word.idea)
    folded = fold(secret.text)
    called = _called(subject, weights)
    seasons = (SEASONS[time] for time in weights.keys() & SEASONS.keys())
    return Kept(
        weights=MappingProxyType(weights),
        ways=tuple(_ways(folded, weights)),
        figures=frozenset(figures),
        total=sum(weights.values()) + sum(map(number, figures)),
        rule=secret,
        suffered=frozenset(
            idea(word) for word in re.findall(r"\b(?:was|were|been|got) (\w+)", folded)
        ),
        denies=bool(DENIED.search(folded)),
        deed=next(iter(weights), ""),
        names=frozenset(names),
        called=MappingProxyType(called),
        hints=frozenset(weights).union(called, *seasons),
        core=frozenset([one for one in weights if weights[one] > _VAGUE][:2]),
        own=bool(re.match(r"(?:she|he|they|i)\b", folded)),
        opens=is_code(folded) and not weights.keys() & UNITS,
    )


def _ways(folded: str, weights: Mapping[str, float]) -> list[tuple[Phrases, frozenset[str]]]:
    found = []
    for pattern in ways():
        words = " ".join(match[0] for match in pattern.finditer(folded))
        stands_for = content(words) & weights.keys() - TIMES
        if stands_for:
            found.append((pattern, frozenset(stands_for)))
    return found


def _called(subject: Subject, weights: Mapping[str, float]) -> dict[str, frozenset[str]]:
    """Her daughter is Ida, and Ida is her daughter."""
    found: dict[str, frozenset[str]] = {}
    for fact in subject.facts.names:
        name, what = content(fact.value), content(fact.what) - content("old late")
        for said, meant in ((name, what), (what, name)):
            if meant and meant <= weights.keys():
                found |= {one: found.get(one, frozenset()) | meant for one in said - meant}
    return found


def _card(subject: Subject) -> frozenset[str]:
    """What everybody may know of the persona."""
    persona = subject.member.persona
    return content(" ".join((persona.role, persona.about, *persona.expertise, *persona.goals)))


def _weight(sentence: Sentence, at: int) -> float:
    """What a word of a secret weighs; the words of one name share the weight of a name."""
    words = sentence.words
    if words[at].idea in TIMES:
        return _TIME
    if words[at].low in _VAGUE_WORDS:
        return _VAGUE
    if not words[at].capital or at == 0:
        return MATTER
    beside = (words[at - 1 : at], words[at + 1 : at + 2])
    return _NAME / (1 + sum(near[0].capital for near in beside if near))


def number(value: float) -> float:
    """What a number of a secret weighs."""
    if stands_alone(value):
        return _SUM
    return _YEAR if value >= _LARGE else _NUMBER


def stands_alone(value: float) -> bool:
    """Whether a number is telling by itself: large or broken, and no year."""
    return value != int(value) or (value >= _LARGE and not 1900 <= value <= 2100)
