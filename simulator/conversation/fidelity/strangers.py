"""Names nobody has given the persona, told as those of its own people and things.

Where somebody of a kind whose name is known is spoken of, and beside it somebody is named who is
neither in the room nor on the persona's card nor talked about before, the two are taken for one:
"Ring my daughter. Ida knows.", "And Tiger? A cat needs a sill."
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType

from simulator.conversation.fidelity.name_asked import asks_for_other, tells_of_somebody
from simulator.conversation.fidelity.named import KIN, Kind, Known
from simulator.conversation.fidelity.phrases import words_of
from simulator.conversation.fidelity.reading import Sentence, Word, fold
from simulator.conversation.fidelity.turn import Turn, clip
from simulator.conversation.fidelity.vocabulary import IDEAS, STOP

__all__ = ["CAPITALS", "strangers"]

_ALSO: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        **KIN,
        "bark": frozenset({"dog"}),
        "purr": frozenset({"cat"}),
        "someone": frozenset({"wife", "husband", "partner"}),
        "parent": frozenset({"mother", "father"}),
        "family": frozenset({"wife", "husband", "partner", "daughter", "son", "child"}),
        "marri": frozenset({"wife", "husband", "partner"}),
    }
)
"""Words for what the facts may have by another."""
_MINE = words_of(
    "my our mein meine meinen meinem meiner unser unsere mi mis nuestro nuestra mon ma mes notre"
)
_ONE = words_of("a an any the that this ein eine un una une")
_ANIMATE = frozenset(
    {"wife", "husband", "partner", "cat", "dog", "son", "daughter", "mother", "father", "child"}
    | {"horse", "bird", "parrot", "grandson", "brother", "sister"}
)
"""Kinds of which a turn may speak as "a wife" and mean the persona's own."""
_OTHERS = re.compile(
    r"\b(?:his|her|their|your|neighbours?'?|client|friend|cousin|colleague|before|used to|was|were|"
    r"had|formerly|former|ex|late|old|called after)\b|\w's (?:cat|dog|wife|husband|son|daughter|"
    r"mother)"
)
_VERB = re.compile(
    r"(?:is|was|has|had|does|did|will|would|can|could|may|might|must|says?|said|s|and|who|"
    r"ist|hat|wird|sagt|es|tiene|dice|est|a|dit|va|\w{2,}(?:s|ed|t))$"
)
_NOT_OWN = re.compile(
    r"\b(?:neighbours?'?|clients?|friends?|cousin|colleagues?|before|former|formerly|ex|used to)\b"
)
_AT_HOME = re.compile(
    r"\b(?:someone|somebody|anyone|anybody) (?:at home|waiting|special)|\bmarried\b|\bsingle\b|"
    r"\bpartner\b"
)
_EARLY = 6
"""Words before a name that answers, at most."""
_OF_YOURS = re.compile(
    r"\byour (?:\w+ )?\w+\b|\b(?:do|have) you (?:\w+ )?(?:have|got|a|any|an)\b|\bwho(?:se)?\b|"
    r"\bwhat's (?:he|"
    r"she|it|that)\b|\bis (?:that|this|he|she) (?:yours|your)\b|\bare you (?:married|single|"
    r"alone)\b|"
    r"\bhow (?:is|are|'s) the\b|\bhow's the\b"
)
"""Questions for what is the persona's own."""
_RANKED = re.compile(
    r"\b(?:that's|that is|he's|he is|she's|she is|it's|it is) my (?:\w+ )?(?:elder|older|eldest|"
    r"oldest|younger|youngest|middle|little|big) (?:one|girl|boy)\b"
)
_MY_ELDEST = re.compile(
    r"\b[Mm]y (?P<rank>elder|older|eldest|oldest|younger|youngest|middle)(?: one)?,? (?:is )?"
    r"(?P<name>[A-Z]\w+)"
)
_AT_WORK = re.compile(
    r"\b(?:i|i've|i'm|we|we've|we're|my|our)\b.{0,80}\b(?:come|go|seen|work\w*|run|shifts?|boss\w*|"
    r"directors?|colleagues?|team|staff|hired|patients?|customers?|guests?|years?|months?|desk|"
    r"nights?|ward|office|kitchen|canteen|start\w*|join\w*|serv\w*|spent|been|manage\w*|lead)\b"
)
_PLACES = words_of("in to from near towards around of nach aus en a de vers over through by on")
CAPITALS = words_of(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june "
    "july august september october november december christmas easter god sir madam madame lord "
    "mr mrs ms miss dr doctor professor english german french spanish dutch polish italian europe "
    "european internet ok okay tv ha oh ah eh hm mm yes no hello hi good morning evening thanks "
    "thank please sorry well now then so and but look listen wait sure fine right mama papa mum "
    "dad "
    "sundays mondays saturdays fridays latin greek turkish russian american british swedish "
    "norwegian danish finnish swiss austrian irish scottish welsh chinese japanese indian catholic "
    "protestant orthodox muslim jewish"
)
"""Capitalised and no names of anybody's."""
_GERMAN = words_of("der die das und ist nicht ich ein eine mit zu auf war sie wir dem den im")


def strangers(known: Known, turn: Turn) -> Iterator[str]:
    """The evidence of names that contradict the known ones."""
    sentences = turn.said.sentences
    words = {word.low for one in sentences for word in one.words}
    german = len(words & _GERMAN) > 1
    heard = {word.low for _, line in turn.before for one in line.sentences for word in one.words}
    for sentence in sentences:
        if (
            _listed(known, sentence)
            or _ranked(known, sentence)
            or _posted(known, sentence, heard)
            or (
                not german
                and (_beside(known, sentence, heard) or _called_mine(known, sentence, heard))
            )
        ):
            yield clip(sentence)
    if not german and sentences:
        yield from _asked_about(known, turn, heard)
        for first, second in pairwise(sentences):
            if (
                _follows(known, first, second, heard=heard)
                or _precedes(known, first, second, heard=heard)
                or _bare(known, first, second)
            ):
                yield clip(f"{first.text.strip()} {second.text.strip()}")


def _asked_about(known: Known, turn: Turn, heard: set[str]) -> Iterator[str]:
    """Do you have children? One. Jonas, he is ten: asked for one's own, a name is theirs."""
    asked, sentences = turn.question, turn.said.sentences
    if asked is None or not _OF_YOURS.search(asked.folded):
        return
    if asks_for_other(asked) and not (sentences and tells_of_somebody(sentences[0])):
        return
    home = {"someone"} if _AT_HOME.search(asked.folded) else set[str]()
    names = asked.ideas.union(*(_ALSO.get(one, frozenset()) for one in asked.ideas | home))
    kinds = [known.kinds[name] for name in sorted(names & known.kinds.keys() & _ANIMATE)]
    if not kinds or any(kind.ranks for kind in kinds):
        return
    for sentence in sentences[:2]:
        if _NOT_OWN.search(sentence.folded):
            return
        for at, said in _names_in(known, sentence, heard):
            placed = at and sentence.words[at - 1].low in _PLACES
            if at <= _EARLY and len(said) == 1 and not placed and _wrong(known, kinds, said):
                yield clip(sentence)
                return


def _bare(known: Known, first: Sentence, second: Sentence) -> bool:
    """Anne. The wife."""
    word = second.words[-1]
    alone = len(first.words) <= 2 and len(second.words) == 2
    article = second.words[0].low in _MINE | {"the", "der", "die", "la", "el", "le"}
    kinds = [kind for kind in _kinds(known, word) if not kind.ranks]
    named = all(one.capital and one.low not in STOP | known.card for one in first.words)
    return alone and article and named and _wrong(known, kinds, first.words)


def _called_mine(known: Known, sentence: Sentence, heard: set[str]) -> bool:
    """My Lotte never let me drive: mine is whose name is known."""
    kinds = [one for name, one in known.kinds.items() if name in _ANIMATE]
    if not kinds or not re.search(
        r"\b(?:he|she|him|her|says?|said|never|always|let)\b", sentence.folded
    ):
        return False
    for at, said in _names_in(known, sentence, heard):
        before = sentence.words[at - 1].low if at else ""
        if before in _MINE and len(said) == 1 and all(known.wrong(one, said) for one in kinds):
            behind = sentence.words[at + 1 : at + 2]
            return bool(behind) and (behind[0].low == "," or bool(_VERB.match(behind[0].low)))
    return False


def _names_in(known: Known, sentence: Sentence, heard: set[str]) -> list[tuple[int, list[Word]]]:
    """Where somebody unknown is named: the place, and the words."""
    found: list[tuple[int, list[Word]]] = []
    words, at = sentence.words, 0
    while at < len(words):
        at += at == 0 and words[0].low in STOP | CAPITALS
        end = at
        while end < len(words) and words[end].capital:
            end += 1
        said = list(words[at:end])
        if said and all(_is_strange(known, word, heard, first=at == 0) for word in said):
            found.append((at, said))
        at = max(end, at + 1)
    return found


def _is_strange(known: Known, word: Word, heard: set[str], *, first: bool) -> bool:
    low = word.low
    return (
        len(low) > 2
        and low not in STOP | CAPITALS | known.card | known.cast
        and low not in heard
        and not (first and (low in IDEAS or low.endswith(("ing", "ly", "ed", "ever"))))
        and not word.raw.isupper()
    )


def _kinds(known: Known, word: Word) -> list[Kind]:
    names = {word.idea} | _ALSO.get(word.idea, frozenset())
    return [known.kinds[name] for name in sorted(names) if name in known.kinds]


def _wrong(known: Known, kinds: Sequence[Kind], said: Sequence[Word]) -> bool:
    return bool(kinds) and all(known.wrong(kind, said) for kind in kinds)


def _listed(known: Known, sentence: Sentence) -> bool:
    """My twins, Ada and Lou: all of a kind, each with a name."""
    words = sentence.words
    for at, word in enumerate(words[1:], start=1):
        if words[at - 1].low not in _MINE or word.capital:
            continue
        kinds, rest = _kinds(known, word), list(words[at + 1 : at + 6])
        rest = rest[1:] if rest and rest[0].low in {",", ":", "("} else rest
        pair = len(rest) > 2 and rest[0].capital and rest[1].low in {"and", "und", "y", "et", ","}
        if pair and rest[2].capital and all(_wrong(known, kinds, [one]) for one in rest[0:3:2]):
            return not any(kind.ranks for kind in kinds)
    return False


def _ranked(known: Known, sentence: Sentence) -> bool:
    """Mia sings, that's my elder one: a child, whatever the word for it."""
    kinds = [known.kinds[one] for one in ("child", "daughter", "son") if one in known.kinds]
    mine = _MY_ELDEST.search(sentence.text)
    if mine is not None:
        of_rank = [kind for kind in kinds if fold(mine["rank"]) in kind.words]
        named = fold(mine["name"]) not in STOP | known.cast
        return named and bool(of_rank) and all(fold(mine["name"]) not in k.values for k in of_rank)
    if not sentence.words[0].capital or not _RANKED.search(sentence.folded):
        return False
    first = sentence.words[0]
    return first.low not in STOP | known.card and _wrong(known, kinds, [first])


def _posted(known: Known, sentence: Sentence, heard: set[str]) -> bool:
    """I've had three bosses at Hill House: where the persona works is elsewhere."""
    firms = [known.kinds[kind] for kind in known.firms]
    if not firms or not _AT_WORK.search(sentence.folded) or _OTHERS.search(sentence.folded):
        return False
    for at, said in _names_in(known, sentence, heard):
        place = at and sentence.words[at - 1].low in {"at", "chez", "bei"}
        if place and len(said) > 1 and _wrong(known, firms, said):
            return True
    return False


def _beside(known: Known, sentence: Sentence, heard: set[str]) -> bool:
    """Greta and I have talked, and a wife is seldom wrong."""
    if _OTHERS.search(sentence.folded):
        return False
    kinds = _spoken_of(known, sentence)
    return bool(kinds) and any(
        _stands_for_somebody(sentence, at, said) and _wrong(known, kinds, said)
        for at, said in _names_in(known, sentence, heard)
    )


def _follows(known: Known, first: Sentence, second: Sentence, *, heard: set[str]) -> bool:
    """Ring my daughter. Ida knows: somebody of mine, and then a name that goes on."""
    if _OTHERS.search(first.folded) or second.question:
        return False
    own = [
        kind
        for before, word in pairwise(first.words)
        if (before.low in _MINE or (before.low == "the" and len(first.words) == 2))
        and not word.capital
        for kind in _kinds(known, word)
        if not kind.ranks
    ]
    named = [said for at, said in _names_in(known, second, heard) if at == 0]
    if not own or not named or len({kind.name for kind in own}) > 1:
        return False
    said = named[0]
    behind = second.words[len(said) : len(said) + 1]
    goes_on = bool(behind) and (bool(_VERB.match(behind[0].low)) or behind[0].low == "'")
    return goes_on and not _is_named(first) and _wrong(known, own, said)


def _is_named(sentence: Sentence) -> bool:
    """Whether a name stands in a sentence behind its first word."""
    return any(word.capital and word.low not in STOP for word in sentence.words[1:])


def _precedes(known: Known, first: Sentence, second: Sentence, *, heard: set[str]) -> bool:
    """And Tiger? A cat needs a sill: a name, and then what bears it."""
    words = second.words
    lead = words[0].low in _ONE and len(words) > 1
    kinds = [one for one in _kinds(known, words[1]) if one.name in _ANIMATE] if lead else []
    if not kinds or any(kind.ranks for kind in kinds) or _OTHERS.search(first.folded):
        return False
    return any(
        _stands_for_somebody(first, at, said) and _wrong(known, kinds, said)
        for at, said in _names_in(known, first, heard)
    )


def _spoken_of(known: Known, sentence: Sentence) -> list[Kind]:
    """The kinds of which one, anybody's, is spoken of: a wife."""
    return [
        kind
        for before, word in pairwise(sentence.words)
        if before.low in {"a", "an", "ein", "eine", "un", "una", "une"} and not word.capital
        for kind in _kinds(known, word)
        if kind.name in _ANIMATE and not kind.ranks and word.idea == kind.name
    ][:1]


def _stands_for_somebody(sentence: Sentence, at: int, said: Sequence[Word]) -> bool:
    """Whether a name is of a being that does something, and of no place."""
    if len(said) > 1 or (at and sentence.words[at - 1].low in _PLACES):
        return False
    behind = sentence.words[at + 1 : at + 2]
    return bool(behind) and behind[0].kind == "word"
