"""The rule about numbers: how many, how much, how long and since when must be roughly true.

A number in a turn is held against a fact when it counts the same thing: the fact's noun stands
beside it, or the same unit does and another word of the fact stands near or was asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from itertools import pairwise

from simulator.conversation.fidelity.claims import A_SUM, FRAMED, OTHERS, Claim
from simulator.conversation.fidelity.number_fact import Fact, taken_apart
from simulator.conversation.fidelity.phrases import numbered
from simulator.conversation.fidelity.reading import Reading, Sentence, content
from simulator.conversation.fidelity.turn import Check, Subject, Turn, clip

__all__ = ["numbers"]

_LIVES = re.compile(r"\b(?:i|i'm|i've|we|we're|we've|my|our|here|ich|wir|vivo|j'habite)\b")
_HOMES = frozenset({"flat", "house", "town", "city", "village", "country", "street", "room"})
_YEAR_OF = re.compile(
    r"\b(?:in |into |of |starting |finishing )?(?:my|our) (\w+) (?:year|season|winter|summer)\b"
)
_ORDINALS = numbered(
    "first=1 second=2 third=3 fourth=4 fifth=5 sixth=6 seventh=7 eighth=8 ninth=9 tenth=10 "
    "ersten=1 zweiten=2 dritten=3 vierten=4 funften=5 sechsten=6 primero=1 segundo=2 tercero=3 "
    "cuarto=4 quinto=5 premier=1 deuxieme=2 troisieme=3 quatrieme=4 cinquieme=5"
)


_KEPT = 10
"""From here on a number of a secret is taken for that, and for no wrong fact."""


def numbers(subject: Subject) -> Check | None:
    """The rule for one persona; None where no number is known."""
    facts = [taken_apart(fact) for fact in subject.facts.numbers]
    units = [fact.unit for fact in facts if not fact.year]
    trade = content(subject.member.persona.role) - {"retire"}
    spans = sum(fact.tenure for fact in facts)
    persona = subject.member.persona
    texts = (*persona.goals, persona.about, subject.facts.opinion or "")
    known = {one for text in texts for one in Reading(text).figures if one >= A_SUM}
    known |= {
        one for text in subject.member.secrets for one in Reading(text).figures if one >= _KEPT
    }
    told = tuple(
        replace(
            fact,
            shared=units.count(fact.unit) > 1,
            tenure=fact.tenure and spans == 1,
            trade=trade if fact.tenure and spans == 1 and not fact.rest & _HOMES else frozenset(),
        )
        for fact in facts
    )
    return partial(_check, told, frozenset(known)) if told else None


def _check(facts: tuple[Fact, ...], known: frozenset[float], turn: Turn) -> Iterable[str]:
    earlier: Sentence | None = None
    for sentence in turn.said.sentences:
        for figure in sentence.figures:
            claim = Claim(turn, sentence, earlier=earlier, figure=figure)
            if figure.value in known:
                continue
            same = [fact for fact in facts if claim.is_about(fact) and claim.means(fact)]
            if same and not any(claim.agrees(fact) for fact in same):
                yield clip(sentence)
                break
        ordered = any(word.low in _ORDINALS for word in sentence.words)
        if ordered and any(
            _wrong_place(fact, sentence) or _wrong_turn(fact, sentence) for fact in facts
        ):
            yield clip(sentence)
        earlier = sentence


def _wrong_place(fact: Fact, sentence: Sentence) -> bool:
    """Whether "I live on the fifth floor" names another floor than the fact."""
    for first, second in pairwise(sentence.spoken):
        place = _ORDINALS.get(first.low)
        if place is not None and second.idea in fact.nouns and place != fact.value:
            folded = sentence.folded
            framed = FRAMED.search(folded.replace("'", " "))
            return bool(_LIVES.search(folded)) and not (framed or OTHERS.search(folded))
    return False


def _wrong_turn(fact: Fact, sentence: Sentence) -> bool:
    """Whether "in my sixth year" tells of more or fewer years than the fact."""
    found = _YEAR_OF.search(sentence.folded) if fact.tenure and fact.unit == "year" else None
    place = _ORDINALS.get(found[1]) if found is not None else None
    if place is None or fact.value <= place <= fact.value + 1:
        return False
    return not FRAMED.search(sentence.folded.replace("'", " "))
