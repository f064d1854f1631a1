"""The rule about names: whoever and whatever belongs to the persona is called what it is called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise, zip_longest

from simulator.conversation.fidelity.name_asked import (
    asks_for_name,
    asks_for_other,
    tells_of_somebody,
)
from simulator.conversation.fidelity.named import KIN, Kind, Known, known_names, ranks_in
from simulator.conversation.fidelity.phrases import words_of
from simulator.conversation.fidelity.reading import Reading, Sentence, Word
from simulator.conversation.fidelity.strangers import CAPITALS, strangers
from simulator.conversation.fidelity.turn import Check, Subject, Turn, clip
from simulator.conversation.fidelity.vocabulary import IDEAS, STOP

__all__ = ["names"]

_MINE = words_of(
    "my our mein meine meinen meinem meiner unser unsere unserem mi mis nuestro nuestra mon ma mes "
    "notre"
)
_THE = words_of("the der die el la le")
_KNOWN_AS = frozenset({"cat", "dog", "bike", "deputy", "coach", "firm"})
"""What is spoken of as "the" and means one's own."""
_HOMELY = frozenset({"missus", "hubby"})
"""Words for nobody but one's own."""
_GONE = re.compile(
    r"\b(?:died|dead|buried|stillborn|passed (?:away|on)|drowned|(?:we|i) lost (?:him|her|them|it|"
    r"(?:my|"
    r"our) (?:son|daughter|boy|girl|child|baby|husband|wife|brother|sister|mother|father))|"
    r"lived (?:only |just |for )*(?:\w+ )?(?:hours?|days?|weeks?|months?)|(?:in|from) (?:the|her|"
    r"his) grave|fell in the war|gestorben|ist tot|murio|est morte?)\b"
)
"""Of whom this is said, and not of those whose names are known."""
_TITLES = frozenset({"coach"})
"""What stands before a name as a title."""
_PAST = words_of("old former ex previous new late last")
_SPOUSES = frozenset({"wife", "husband", "partner"})
_CALLS = re.compile(
    r"\b(?:name (?:is|was)|names? s|called|named|call (?:him|her|it)|calls (?:him|her|it)|"
    r"christened|heisst|se llama|s appelle) $"
)
"""What stands before a name that is given to what was spoken of."""
_IS = words_of("is s was called named name ist heisst heissen llama se es est appelle")
_NAMES_IT = words_of("name called named heisst llama appelle")
_GLUE = frozenset({",", "'", "(", ":", "-"})
_LEAD = words_of(
    "to with it s that for at mit bei zu con para a avec chez c est by she he her his name is "
    "called "
    "the oh well see se llama mi"
)
_DONE = words_of("was were had did trained learned learnt began started left used came went")
_VERBS = words_of("is s was says said has thinks wants asks sends ist sagt dice es est dit va")
_OF = words_of("of von de")
_A_NAME = words_of("name names nom namen nombre")
_FIRMS = frozenset({"firm"})
"""Stands for every kind of place where people work."""
_TIES: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = (
    (re.compile(r"\b(?:i m|i am|i was|been|i) (?:happily )?married (?:to )?$"), _SPOUSES),
    (re.compile(r"\bi (?:\w+ )?(?:report|answer) (?:directly )?to $"), frozenset({"boss"})),
    (
        re.compile(
            r"\b(?:i|we) (?:(?:now|still|currently|only) )?(?:work|am employed) (?:here )?(?:at|"
            r"for|with) $|\b(?:here at|we at|back at|i joined|i ve been (?:with|at)|"
            r"i have been (?:with|at)|my (?:colleagues|boss|desk|job|team|contract) at) $|"
            r"\bich arbeite (?:bei|fur|in der) $|\btrabajo (?:en|para) $|\bje travaille (?:chez|"
            r"pour) $|\bi (?:run|own|opened|founded|manage) $|\byou (?:ve reached|have reached|"
            r"are through to|re through to)(?: the)? $|\b(?:calling|ringing|speaking|phoning) "
            r"(?:you )?(?:from|for|on behalf of)(?: the)? $|\bi (?:m|am) (?:here )?(?:from|with|"
            r"on behalf of)(?: the)? $|\b(?:welcome to|thank you for calling|we here at|my "
            r"(?:years|"
            r"time) (?:at|with)|us at)(?: the)? $"
        ),
        _FIRMS,
    ),
)
"""What ties the persona to a name, and what that then is."""
_OTHERS_OWN = re.compile(
    r"\b(?:his|their|your|neighbours?'?|'s (?:cat|dog|wife|husband|son|daughter))\b"
)
_ASKED_TIES: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = (
    (re.compile(r"\b(?:report|answer|reporting) to\b"), frozenset({"boss"})),
    (re.compile(r"\bmarried to\b"), _SPOUSES),
    (
        re.compile(
            r"\b(?:who|where|what|which)(?: \w+)? (?:do|are|did) you (?:\w+ )?(?:work|driv|play|"
            r"cook|"
            r"teach|rid|writ|sing|fly|sail|train|report|serv)\w*|\bemploy\w*\b"
        ),
        _FIRMS,
    ),
)


def names(subject: Subject) -> Check | None:
    """The rule for one persona; None where no name is known."""
    known = known_names(subject)
    return partial(_check, known) if known is not None else None


def _check(known: Known, turn: Turn) -> Iterable[str]:
    earlier: Sentence | None = None
    for sentence, later in zip_longest(turn.said.sentences, turn.said.sentences[1:]):
        if _is_mourned(sentence, later):
            pass
        elif (
            _misnames(known, sentence, earlier)
            or _tied(known, sentence)
            or _christened(known, sentence, (earlier, turn.question))
        ):
            yield clip(sentence)
        earlier = sentence
    yield from strangers(known, turn)
    if turn.said.sentences and turn.question is not None:
        yield from _answered(known, turn, turn.said.sentences[0])


def _is_mourned(sentence: Sentence, later: Sentence | None) -> bool:
    """Whether somebody is spoken of who is no more, here or in the next sentence."""
    goes_on = later is not None and len(later.spoken) > 1 and _GONE.search(later.folded)
    return bool(_GONE.search(sentence.folded) or goes_on)


def _misnames(known: Known, sentence: Sentence, earlier: Sentence | None) -> bool:
    words = sentence.words
    for at, word in enumerate(words):
        kind = known.kinds.get(word.idea) or _kin(known, word)
        said = _named(kind, words, at, earlier=earlier) if kind is not None else None
        if kind is not None and said and known.wrong(kind, said):
            return True
    return False


def _kin(known: Known, word: Word) -> Kind | None:
    """The one kind that an everyday word stands for: a lad is a son."""
    kinds = KIN.get(word.idea, frozenset())
    return known.kinds.get(next(iter(kinds))) if len(kinds) == 1 else None


def _named(
    kind: Kind, words: tuple[Word, ...], at: int, *, earlier: Sentence | None
) -> Sequence[Word] | None:
    """The name that the persona's own something gets where it is spoken of, at a place."""
    lead = [word.low for word in words[max(0, at - 3) : at]]
    if kind.name in _TITLES and words[at].capital and not set(lead) & _MINE:
        return _capitals(words, at + 1)
    ranks = ranks_in(lead)
    mine = set(lead) & _MINE and lead[-1:] != ["s"]
    homely = words[at].low in _HOMELY
    public = homely or kind.name in _KNOWN_AS or kind.name not in IDEAS.values()
    the = public and lead[-1:] and lead[-1] in _THE
    past = set(lead) & _PAST - kind.words
    if not (mine or the) or past or (ranks and kind.ranks and not ranks & kind.ranks):
        return None
    if bool(ranks) != bool(kind.ranks) and not (ranks and len(kind.values) > 1):
        return None
    if lead[1:] and lead[-2] in _OF and len(lead) > 2 and _is_thing(words[at - 3]):
        return _capitals(words, at + 1)
    said = _name_after(words, at) or _name_before(words, at)
    told = said is None and earlier is not None and _is_told(words, at)
    return _first_name(earlier) if told and earlier is not None else said


def _name_after(words: tuple[Word, ...], at: int) -> Sequence[Word] | None:
    """My wife Ingrid; my wife, Ingrid; my wife is called Ingrid."""
    place = at + 1
    while place < len(words) and place - at <= 5 and not words[place].capital:
        if words[place].low not in _IS | _GLUE:
            return None
        place += 1
    said = _capitals(words, place)
    between = {word.low for word in words[at + 1 : place]}
    if said and len(said) == 1 and said[0].low in CAPITALS:
        return None
    behind = words[place + len(said) :][:1] if said else ()
    only_is = between & _IS and not between & _NAMES_IT
    spoken_to = "," in between and len(between) == 1 and words[at].idea in KIN
    if said and (only_is or spoken_to) and behind and behind[0].kind == "word":
        return None
    return said


def _name_before(words: tuple[Word, ...], at: int) -> Sequence[Word] | None:
    """Ingrid, my wife; Ingrid is my wife; Ingrid, that's my wife."""
    place = at - 1
    while place >= 0 and at - place <= 4 and words[place].low not in _MINE | _THE:
        place -= 1
    place -= 1
    glue = _GLUE | {"is", "s", "that", "this", "he", "she"}
    end = place + 1
    while place >= 0 and words[place].low in glue and not words[place].capital:
        place -= 1
    if place < 0 or place + 1 == end:
        return None
    last = place + 1
    while place >= 0 and words[place].capital:
        place -= 1
    begins = place < 0 or words[place].kind == "mark" or words[place].low in {"and", "but", "so"}
    closed = words[last].low == "," and (at + 1 == len(words) or words[at + 1].kind == "mark")
    said = words[place + 1 : last]
    while said and said[0].low in _THE:
        said = said[1:]
    return said if (begins or closed) and said and said[0].low not in STOP else None


def _is_told(words: tuple[Word, ...], at: int) -> bool:
    """Whether the sentence says who somebody named before is: that's my bike."""
    lead = " ".join(word.low for word in words[:at] if word.kind == "word")
    told = r"(?:that|this|he|she|it|das|er|sie|ce|c|es)(?: (?:s|is|ist|est))?(?: \w+){1,2}"
    return bool(re.fullmatch(told, lead))


def _first_name(sentence: Sentence) -> Sequence[Word] | None:
    first = sentence.words[0] if sentence.words else None
    return _capitals(sentence.words, 0) if first is not None and first.low not in STOP else None


def _capitals(words: tuple[Word, ...], place: int) -> Sequence[Word] | None:
    end = place
    while (
        end < len(words) and end - place < 3 and words[end].capital and words[end].low not in STOP
    ):
        end += 1
    return words[place:end] if end > place else None


def _christened(
    known: Known, sentence: Sentence, around: tuple[Sentence | None, Reading | None]
) -> bool:
    """Whether the one thing that is spoken of gets a wrong name: "we call him Rex"."""
    if not _CALLS.search(" ".join(word.low for word in sentence.spoken if not word.capital) + " "):
        return False
    ideas = sentence.ideas.union(*(one.ideas for one in around if one is not None))
    ideas -= _owning(sentence)
    kinds = [known.kinds[one] for one in ideas if one in known.kinds]
    words = sentence.spoken
    if {word.low for word in words} & (_PAST | {"first"}):
        return False
    for at, word in enumerate(words):
        lead = " ".join(one.low for one in words[max(0, at - 4) : at]) + " "
        if word.capital and _CALLS.search(lead) and not _OTHERS_OWN.search(sentence.folded):
            said = _capitals(words, at)
            return len(kinds) == 1 and bool(said) and known.wrong(kinds[0], said or ())
    return False


def _owning(sentence: Sentence) -> frozenset[str]:
    """Of whom something is spoken, and not they themselves: my son's teacher."""
    found = set[str]()
    for word, mark, ending, thing in zip(*(sentence.words[n:] for n in range(4)), strict=False):
        if mark.low == "'" and ending.low == "s" and _is_thing(thing):
            found.add(word.idea)
        if mark.low in _OF and ending.low in _MINE and _is_thing(word):
            found.add(thing.idea)
    return frozenset(found)


def _is_thing(word: Word) -> bool:
    """Whether a word is what somebody has, and not a name that is about to be given."""
    low = word.low
    return word.kind == "word" and low not in _NAMES_IT | _IS | STOP | _A_NAME


def _tied(known: Known, sentence: Sentence) -> bool:
    """Whether a name has a tie to the persona that another name has: married to, report to."""
    words = sentence.words
    for at, (before, word) in enumerate(pairwise(words), start=1):
        if not word.capital or before.capital:
            continue
        lead = " ".join(one.low for one in words[max(0, at - 6) : at] if one.kind != "mark") + " "
        for tie, kinds in _TIES:
            if tie.search(lead) and _none_fits(known, kinds, _capitals(words, at)):
                return True
    greeted = re.search(r", (\w+) (?:speaking|here|am apparat)\b", sentence.folded)
    if greeted and greeted[1] in known.own:
        place = next(n for n, word in enumerate(words) if word.low == greeted[1])
        return _none_fits(known, _FIRMS, _capitals_before(words, place - 1))
    return _none_fits(known, _FIRMS, _workplace(words))


def _workplace(words: tuple[Word, ...]) -> Sequence[Word] | None:
    """At Fastway Logistics I own the count: a firm at the beginning, and the persona at work."""
    if not words or words[0].low not in {"at", "on", "aboard", "bei", "chez", "en"}:
        return None
    article = len(words) > 1 and words[1].low in _THE
    said = _capitals(words, 1 + article)
    behind = words[1 + article + len(said or ()) :]
    behind = behind[2:] if [word.low for word in behind[:2]] == ["'", "s"] else behind
    tail = [word.low for word in behind[:2]]
    works = len(tail) == 2 and tail[0] in {"i", "we", "ich", "wir"}
    present = works and tail[1] not in _DONE and not tail[1].endswith("ed")
    return said if said and (len(said) > 1 or article) and present else None


def _capitals_before(words: tuple[Word, ...], place: int) -> Sequence[Word] | None:
    while place >= 0 and words[place].kind == "mark":
        place -= 1
    first = place
    while first >= 0 and words[first].capital and words[first].low not in STOP:
        first -= 1
    return words[first + 1 : place + 1] if first < place else None


def _none_fits(known: Known, kinds: frozenset[str], said: Sequence[Word] | None) -> bool:
    meant = known.firms if kinds is _FIRMS else kinds
    there = [known.kinds[kind] for kind in sorted(meant) if kind in known.kinds]
    return bool(said and there) and all(known.wrong(kind, said or ()) for kind in there)


def _answered(known: Known, turn: Turn, sentence: Sentence) -> Iterator[str]:
    """A bare name, where somebody asked who or what it is called, or how it is."""
    asked = turn.question
    if asked is None:
        return
    tied = [kinds for tie, kinds in _ASKED_TIES if tie.search(asked.folded)]
    if not tied and asks_for_other(asked) and not tells_of_somebody(sentence):
        return
    meant = asked.ideas.union(*(known.firms if kinds is _FIRMS else kinds for kinds in tied))
    kinds = [known.kinds[one] for one in sorted(meant) if one in known.kinds]
    words, place = sentence.words, 0
    skipped = _LEAD | _MINE | _GLUE | known.kinds.keys()
    while place < min(len(words), 6) and words[place].low in skipped:
        place += 1
    said = _capitals(words, place)
    if not kinds or said is None or {word.low for word in said} & _everything(known):
        return
    behind = words[place + len(said) :][:1]
    alone = not behind or behind[0].kind == "mark"
    named = bool(tied or asks_for_name(asked)) and alone
    spoken_of = place == 0 and bool(behind) and behind[0].low in _VERBS | {"'"}
    if named or spoken_of or (sentence.question and not behind and place == 0):
        yield clip(sentence)


def _everything(known: Known) -> frozenset[str]:
    return known.cast.union(*(kind.values for kind in known.kinds.values()))
