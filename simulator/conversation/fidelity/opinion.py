"""The rule about the opening opinion: it holds until somebody has given a reason to change it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from simulator.conversation.fidelity.expressions import any_of
from simulator.conversation.fidelity.figures import tells_number
from simulator.conversation.fidelity.reading import Reading, Sentence, content, fold
from simulator.conversation.fidelity.stance_asked import asked_in, leaves_open
from simulator.conversation.fidelity.stance_words import AGAINST, FOR, LETS, WARM
from simulator.conversation.fidelity.turn import Check, Subject, Turn, clip
from simulator.conversation.fidelity.vocabulary import UNITS

__all__ = ["opinion"]

_SIGN = re.compile(
    r"(?:(?:she|he|it|they)(?: is|'s| are)? )?(?:\w+ly |very |all |firmly )?(?P<sign>for|in "
    r"favou?r of|pro|"
    r"keen on|supports?|wants?(?: to)?|convinced of|enthusiastic about|against|opposed to|opposes?|"
    r"rejects?|refuses?(?: to)?|unwilling to|sceptical (?:of|about)|skeptical (?:of|about)|"
    r"contra|fur|gegen|pour|contre|a favor de|en contra de)\b[: ]+(?P<matter>.*?)(?: (?:at|in) the "
    r"(?:beginning|start|outset|opening|first))?\.?"
)
_PRO = re.compile(r"for|in|pro|keen|support|want|convinced|enthusiastic|fur|pour|a favor")
"""How the signs of those who are for something begin."""
_BOUND = re.compile(
    r"\b(?:(?P<below>below|under|less than|cheaper than|lower than|fewer than)|"
    r"(?P<above>above|over|more than|beyond|higher than|longer than))\b"
)
_BEHIND = re.compile(
    r" (?:for|in|on|at|of|to|by|with|from|into|near|fur|auf|an|im|am|bei|zu|mit|en|de|du|des|del|"
    r"dans|sur|a|au|para|por) "
)
"""What stands between a matter and where, when and what for."""
_GRANTS = re.compile(
    r"\b(?:you (?:can|may|could) have|(?:it's|it is|she's|they're) yours (?:for|at)|i(?:'ll|'d| "
    r"will| would|"
    r" can| could)(?: even| gladly| happily| easily| only)* (?:take|accept|give|pay|offer|go|let|"
    r"do|sell|spend|"
    r"say|start|stretch|put)|let's (?:say|make|agree)|make it|how about|deal at|(?:we|i) can "
    r"(?:talk|start|do|go)|(?:is|are|would be|sounds) (?:fine|no problem|all right|okay|fair))\b"
)
"""What somebody says who offers, or agrees to, a number."""
_YES = re.compile(
    r"^[\"“«¡¿ ]*(?:oh,? |well,? |mm,? )?(?:yes|yeah|yep|sure|of course|certainly|absolutely|"
    r"definitely|gladly|with pleasure|naturally|why not|any time|please do|sounds (?:good|great)|"
    r"ja|klar|naturlich|gern\w*|oui|bien sur|volontiers|si|claro|por supuesto|"
    r"desde luego)\b(?! (?:but|aber|mais|pero))"
)
_NO = re.compile(
    r"^[\"“«¡¿ ]*(?:oh,? |well,? |mm,? )?(?:no|nope|never|not (?:at all|me|really|any more)|"
    r"certainly not|of course not|nein|niemals|non|jamais|nunca)\b"
)
_WHY_NOT = re.compile(r"\b(?:why not|no (?:doubt|problem|question)|not that)\b")
_TAKES_BACK = re.compile(
    r"\b(?:no|not|never|but|until|over my|nein|nicht|non|pas)\b|n't\b",
)
_DENIED = re.compile(
    r"(?:\b(?:not|never|no longer|nobody|hardly|kaum|nicht|pas|jamais|no|nothing|what)|"
    r"n't) (?:\w+ ){0,2}$"
)
_FRAMED = re.compile(
    r"\b(?:they|he|she|people|others|management|some|you|who|everybody)(?:'d| would|'ll|"
    r" will)? (?:say|said|says|think|thinks|claim|tell|want|wants|call|believe)|\b(?:if|unless|"
    r"the day|(?<!at )once|until|imagine|suppose|as if|as though|wenn|si|quand|cuando|used to|only "
    r"when|"
    r"provided|depends)\b"
)
_TURNED = re.compile(
    r"\b(?:then|take it back|another matter|(?:a )?different(?: matter| story)?|changed? my mind|"
    r"convinced|persuaded|if (?:that's|that is|he|she|it|we|you|they|so)|in that case|you(?:'ve|"
    r" have) won|you win|you're right|you are right|all right|very well|fair enough|well|now that|"
    r"that changes|had not thought|hadn't thought|okay|dann|also gut|na gut|entonces|en ese caso|"
    r"alors|dans ce cas|soit|bueno|vale)\b"
)
_ASKED = re.compile(
    r"\b(?:what do you think|your (?:view|opinion|position|stance|thoughts)|where do you stand|"
    r"are you for|for or against|what do you say|how do you (?:feel|see)|que pensez-vous|"
    r"votre (?:position|avis|opinion)|pour ou contre|was (?:halten|denken|meinen|sagen) sie|"
    r"ihre (?:meinung|haltung|position)|wie stehen sie|que opina|que le parece|su opinion)\b"
)
_WILL = (
    r"\b(?:i(?:'d| would) (?:much |far )?(?:rather|sooner|prefer to)|i(?:'d| would)(?: like (?:us|"
    r"you|them|everybody|everyone) to)?|i(?:'ll| will|'m going to|"
    r" am going to|'d like to| would like to| want to| intend to|"
    r" plan to| want| need| can't wait to|'ve decided to| have decided to)|let's|let us|we(?:'ll|"
    r" should| must)|you (?:should|must)) (?:\w+ ){0,3}$"
)
_INTENDS = re.compile(_WILL)
_SPURNS = re.compile(
    r"\b(?:i(?:'d| would) (?:not|never)|i wouldn't|i(?:'ll| will) never|i(?:'m| am) not going to|i "
    r"won't|i refuse to|never|don't|"
    r"you (?:shouldn't|mustn't)) (?:\w+ ){0,3}$"
)
_LIKES = re.compile(
    r"\b(?:i|we)(?:'ve| have)?(?: \w+ly| always| do| did)? (?:like|liked|love|loved|fanc(?:y|ied))$"
)
"""Liking, whose object is yet to come."""
_OBJECT = re.compile(
    r"^ (?!to\b)(?:(?:the|a|an|my|our|your|this|that|these|those|its|their|his|her)\b ?)?"
    r"(?P<object>(?:[^\W\d_]+ ?)*?)(?=(?:of|on|in|at|for|with|by|before|after|when|and|but|more|"
    r"about|from|than)\b|'s|[^\w ]|$)"
)
_NOTION = content("idea thought plan notion concept prospect sound project look")
"""Whoever likes the idea of a thing likes the thing."""
_STANDS = re.compile(
    r"(?<!not )\b(?:i'm|i am|we're|we are) (?:still |firmly |strictly |only |just )?(?:against|"
    r"opposed)\b|\b(?:i|we) (?:still |just |really |simply )?(?:don't|do not|won't|wouldn't|"
    r"will not|would not|never) (?:ever )?(?:want|need|like|use|support) (?:it|this|that|one|them|"
    r"any)\b(?! to| us| you)|"
    r"\bich bin dagegen\b|\bje suis contre\b|\bestoy en contra\b"
)
"""What leaves no doubt that the persona is against it, whatever else it likes."""
_REMOVES = re.compile(
    r"(?:bann?|abolish|clos|forbid|scrapp?|cutt?|stopp?|remov|reduc|cancel|ditch|dropp?|prohibit|"
    r"outlaw|"
    r"end|replac|tear|demolish|sack|dismiss)\w*\b"
)
_LONG = 3
"""Words of matter from which on one alone is too few to know it by."""
_REASON = 11
"""Words others must have said for there to be a reason at all."""
_OPENING = 3
"""Turns of the persona within which its opinion is the opening one."""


@dataclass(frozen=True, slots=True)
class _Stance:
    """An opinion: for or against a matter."""

    favours: bool
    matter: frozenset[str]
    verb: frozenset[str] = frozenset()
    """The first word of the matter: what is to be done."""
    head: frozenset[str] = frozenset()
    """The matter without where, when and what for: the app, of an app for handovers."""
    acts: bool = False
    """The matter is that something is done: "closing the shop"."""
    removes: bool = False
    """It is to do away with something, so that praise of that is against it."""
    below: float = 0.0
    """The matter is a number below this one; 0: it is not."""
    above: float = 0.0
    """The matter is a number above this one; 0: it is not."""

    def is_meant_in(self, sentence: Sentence) -> bool:
        """Whether a sentence is about the matter, and not only about a word of it."""
        told = sentence.ideas & self.matter
        if self.acts and not self.verb & told:
            return len(told) > 1
        return bool(told & self.head) or len(told) > 1

    def is_near(self, sentence: Sentence) -> bool:
        """Whether a sentence names the matter, and not only where, when or what it is for."""
        told = sentence.ideas & self.matter
        return len(told) > 1 or bool(told & self.head if self.head - UNITS else told)

    def is_met_by(self, value: float) -> bool:
        """Whether a number is what the opinion is about, and of the same order."""
        values = (value, value * 1000) if value < 1000 else (value,)
        if self.below:
            return any(self.below / 3 <= one < self.below for one in values)
        return bool(self.above) and any(self.above < one <= self.above * 3 for one in values)


def opinion(subject: Subject) -> Check | None:
    """The rule for one persona; None where it opens with no opinion, or not for or against."""
    found = _SIGN.fullmatch(fold(subject.facts.opinion or ""))
    if found is None:
        return None
    bound = _BOUND.search(found["matter"])
    figures = Reading(found["matter"]).figures
    verb = content(found["matter"].split()[0])
    first = _BEHIND.split(found["matter"], maxsplit=1)[0]
    head = content(" ".join(word for word in first.split() if not tells_number(word)))
    return partial(
        _check,
        _Stance(
            bool(_PRO.match(found["sign"])),
            content(found["matter"]),
            verb=verb,
            head=head or content(found["matter"]),
            acts=found["matter"].split()[0].endswith("ing") and bool(verb),
            removes=bool(_REMOVES.match(found["matter"])),
            below=max(figures) if bound and figures and bound["below"] else 0.0,
            above=max(figures) if bound and figures and bound["above"] else 0.0,
        ),
    )


def _check(stance: _Stance, turn: Turn) -> Iterable[str]:
    if turn.taken >= _OPENING:
        return
    prompted = turn.prompted
    asked = prompted is not None and _is_asked(prompted, stance)
    granted = _grants(stance, turn)
    answered = prompted is not None and _answers_other_side(prompted, stance, turn)
    if not (asked or granted or answered or turn.said.ideas & stance.matter):
        return
    if _TURNED.search(turn.said.folded) and _has_reason(turn):
        return
    if granted:
        yield clip(granted)
        return
    if not stance.favours and any(_STANDS.search(one.folded) for one in turn.said.sentences):
        return
    for sentence in turn.said.sentences:
        if not sentence.question and _takes_other_side(sentence, stance, asked=asked):
            yield clip(sentence)
            return
        asked = asked or stance.is_near(sentence)
    if answered:
        yield clip(turn.said.sentences[0])


def _is_asked(prompted: Reading, stance: _Stance) -> bool:
    """Whether what is approved of, or turned down, is the matter, though nothing names it again."""
    if _ASKED.search(prompted.folded):
        return True
    asking = [one for one in prompted.sentences if one.question and one.ideas & stance.matter]
    if not asking or leaves_open(asking[-1]):
        return bool(prompted.ideas & stance.matter)
    asked = asked_in(asking[-1], stance.verb, removes=stance.removes)
    return asked is not None and asked.sign > 0 and not asked.denied


def _grants(stance: _Stance, turn: Turn) -> Sentence | None:
    """The sentence that offers a number the persona is against."""
    if stance.favours or not (stance.below or stance.above):
        return None
    for sentence in turn.said.sentences:
        folded = sentence.folded
        granted = _GRANTS.search(folded)
        if sentence.question or _FRAMED.search(folded) or granted is None:
            continue
        denied = re.search(r"\b(?:not|never|no|nobody|nothing)\b|n't\b", folded[: granted.start()])
        if not denied and any(stance.is_met_by(one.value) for one in sentence.figures):
            return sentence
    return None


def _takes_other_side(sentence: Sentence, stance: _Stance, *, asked: bool) -> bool:
    """Whether a sentence is for what the persona is against, or the other way round."""
    folded = sentence.folded
    near = stance.is_near(sentence)
    if _FRAMED.search(folded) or not (near or asked):
        return False
    told = sentence.ideas & stance.matter
    if not asked and len(stance.matter - UNITS) > _LONG and len(told) == 1:
        near = bool(stance.verb & sentence.ideas)
        if not near:
            return False
    tables: tuple[str, ...] = (AGAINST,) if stance.favours else (FOR, WARM) if near else (FOR,)
    if stance.favours and stance.removes and near and not stance.verb & sentence.ideas:
        tables = (AGAINST, WARM, LETS)
    pattern = any_of(*tables)
    for found in pattern.finditer(folded):
        taken_back = re.search(r"\b(?:but|aber|mais|pero|except)\b", folded[found.end() :])
        denied = _DENIED.search(folded[: found.start()])
        if not (taken_back or denied or _likes_another(folded, found.end(), stance)):
            return True
    return near and _means_to(sentence, stance)


def _likes_another(folded: str, at: int, stance: _Stance) -> bool:
    """Whether what is liked, up to a place, is something else: the colour of the app."""
    if _LIKES.search(folded[:at]) is None:
        return False
    found = _OBJECT.match(folded[at:])
    liked = content(found["object"]) if found is not None else frozenset[str]()
    return bool(liked) and not liked & (stance.matter | _NOTION)


def _means_to(sentence: Sentence, stance: _Stance) -> bool:
    """Whether the persona says it will do what it is against, or will not do what it is for."""
    lead = ""
    for at, word in enumerate(sentence.spoken):
        if word.idea in stance.matter:
            said = f"{lead} ".replace(" m ", "'m ").replace(" ll ", "'ll ").replace(" d ", "'d ")
            said = said.replace(" t ", "'t ").replace(" ve ", "'ve ").replace(" s ", "'s ")
            spurns = _SPURNS.search(said)
            if stance.favours:
                return bool(spurns)
            imperative = at == 0 and word.idea in stance.verb
            return not spurns and bool(_INTENDS.search(said) or imperative)
        lead = f"{lead} {word.low}".strip()
    return False


def _answers_other_side(prompted: Reading, stance: _Stance, turn: Turn) -> bool:
    """Whether a plain yes or no answers a question for the stance the other way."""
    asking = [one for one in prompted.sentences if one.question and stance.is_meant_in(one)]
    if not asking or not turn.said.sentences or turn.said.sentences[0].question:
        return False
    asked = asked_in(asking[-1], stance.verb, removes=stance.removes)
    answer = turn.said.folded
    said = 1 if _YES.search(answer) else -1 if _NO.search(answer) else 0
    if asked is None or not said:
        return False
    side = asked.side(said, answer)
    if said > 0 and side and _ironic(answer):
        return False
    return side > 0 if not stance.favours else side < 0


def _ironic(answer: str) -> bool:
    """Whether a yes is taken back at once: of course, and my house with it. No, my friend."""
    return bool(_TAKES_BACK.search(_WHY_NOT.sub("", answer)))


def _has_reason(turn: Turn) -> bool:
    said = (line for speaker, line in turn.before if speaker != turn.speaker)
    return any(
        sum(len(sentence.spoken) for sentence in line.sentences if not sentence.question) >= _REASON
        for line in said
    )
