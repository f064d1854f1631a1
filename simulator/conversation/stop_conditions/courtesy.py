"""What of a turn is courtesy: thanks, compliments, good wishes and goodbyes, clause by clause.

A clause counts by how it begins, since what follows a "thank you for" may be about anything; and by
what is left of it without polite words. A goodbye must be meant for those who are there: whoever
says goodbye to a car stays.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from simulator.conversation.hearing.words import word_set

__all__ = ["Courtesy", "courtesy_of"]

_QUOTES = re.compile(
    r"\"[^\"]*\"|\u201c[^\u201d]*\u201d|\u201e[^\u201c]*\u201c|\u00ab[^\u00bb]*\u00bb"
)
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_SENTENCE = re.compile(r"[^.!?;:\n\u2026\u2014]+[.!?;:\n\u2026\u2014]*")
_CLAUSE = re.compile(
    r",\s*|\s[-\u2013]+\s|(?<!nothing)\s(?=(?:and|but|because|while|und|aber|et|mais|y|pero)\b)"
)
_ADVERBS = (
    r"(?:(?:so|far|very|too|really|truly|just|all|most|also|again|such|quite|both|always|ever|do"
    r"|did|here"
    r"|certainly|sincerely|deeply|greatly|much|especially|once|thoroughly|absolutely|been|already"
    r"|more than|as well) ){0,5}"
)
_FINE = (
    r"(?:lovely|wonderful|great|nice|good|pleasant|real|true|absolute|fantastic|beautiful|safe"
    r"|amazing|brilliant|delightful|inspiring|peaceful|restful|quiet|relaxing|enjoyable|joyful"
    r"|productive|insightful|enriching|marvell?ous|splendid|terrific|rewarding|fruitful|bright"
    r"|blessed)"
)
_TO_MEET = (
    r"(?:to )?(?:(?:have |having )?(?:meet|talk|chat|speak|work|hear|see|be|spend|shar|discuss"
    r"|collaborat|learn|listen|know|connect|get)\w*\b(?! to\b)(?: to know| together)?"
    r"(?: (?:with|from|to|time with|here with))?"
    r" (?:you|u|everyone|everybody|all|each other|this|here|again|both|such|time|together)\b"
    r"|hav(?:e|ing) (?:you|had|met)\b|\w+(?: \w+){0,4} (?:with|from) (?:you|all|both|everyone)\b"
    r"|talking\b|chatting\b|working together|collaborating)"
)
_I_AM = r"(?:i am|i'm|we are|we're|i was|i feel|i remain|am)"
_START = (
    r"^(?:(?:oh|ah|aw|aww|ha|hm|well|and|but|so|ok|okay|alright|all right|right|then|now|yes|no"
    r"|yeah|indeed"
    r"|of course|absolutely|certainly|definitely|again|anyway|please|once again|once more|thus"
    r"|finally|lastly|ja|nein|also|und|na"
    r"|oui|non|si|sir|madam|my|dear|friend|friends|colleague|colleagues|everyone|everybody|all"
    r"|folks"
    r"|team|truly|really|honestly|sincerely|from|the bottom of my heart|for now|until then"
    r"|till then"
    r"|in return|on my part|as always|at last|with that|on that note|until we meet again"
    r"|(?:i|we)(?: (?:must|will|would|do|just|only|want|wanted|like|to|also|should|all|have|shall"
    r"|really|simply|too)){1,5}(?: (?:say|bid|tell)(?: you)?)?|(?:i|we|let me|let us) (?:say|bid)"
    r"|i'd(?: (?:just|also|like|love|to|only)){0,4}(?: say)?|NAME) ){0,6}"
)
_THANKS = (
    r"(?:(?:i )?can(?:'t|not) thank you\b|(?:many |a thousand |my |our |warm |heartfelt "
    r"|sincere )*thanks\b(?! to (?:the|my|our)\b(?! team))|thank(?:ing)? (?:you|u|ye)\b"
    r"(?! to (?!you|every|all|each|both|NAME|the team))"
    rf"|(?:i|we)?(?:'m|'ve| am| are| have)? ?{_ADVERBS}(?:appreciate (?:it|that|this|you|your|the"
    r"|all|every|how|having)"
    r"|grateful|thankful|obliged)\b|appreciated\b|much (?:appreciated|obliged)"
    rf"|{_I_AM} {_ADVERBS}(?:grateful|thankful"
    r"|honou?red|touched|flattered|moved|blessed|obliged|glad (?:i|we|to|you|it|that)"
    r"|happy (?:to (?:have|help|hear)|i|we|you)"
    r"|delighted|pleased (?:to (?:have|meet|help|hear)|i|we|you))\b|my (?:gratitude|appreciation"
    r"|compliments)"
    r"|danke\w*\b|(?:vielen|herzlichen|besten|tausend) dank|gracias|mil gracias|muchas gracias"
    r"|merci\b|grazie|obrigad[oa])"
)
_ANSWERS = (
    r"(?:(?:you are|you're|your|most|very) (?:\w+ )?welcome(?! to\b)|welcome$|(?:the "
    r"|my )(?:\w+ )?(?:pleasure|honou?r|privilege)(?= (?:is|was|to|has|entirely|all|mine|indeed"
    r"|too|NAME)\b|$)"
    r"|pleasure$|likewise(?! (?:the|an?|we|they|he|she)\b)|(?:the )?same (?:to you|here$)"
    r"|(?:to )?you too$|you as well$|(?:and )?to you(?: too| as well)?$|and you$"
    r"|right back at you|back at you|ditto|don't mention it|not at all$|no (?:trouble|problem"
    r"|worries)(?: at all)?$|any ?time$"
    r"|cheers$|think nothing of it|the feeling is mutual|mutual|it(?:'s| is| was) mutual"
    r"|gern geschehen|bitte(?: sehr| sch\u00f6n)?$"
    r"|ebenso|gleichfalls|ebenfalls|de nada|igualmente|de rien|pareillement|\u00e9galement"
    r"|encantad[oa])"
)
_PRAISE = (
    rf"(?:(?:that|this|it) {_ADVERBS}means? {_ADVERBS}(?:a lot|a great deal|the world|everything"
    r"|to (?:me|us|hear|know|have)|$)"
    rf"|(?:that|this|it)(?:'s| is| was) {_ADVERBS}(?:kind|sweet|generous|nice|lovely|thoughtful"
    r"|gracious)(?: of you.*| to (?:say|hear).*)?$"
    rf"|how (?:very )?(?:kind|sweet|lovely|nice|generous|thoughtful)(?: of you.*| to hear.*)?$"
    rf"|you(?:'re| are|'ve been| have been| were) {_ADVERBS}(?:an? )?{_ADVERBS}(?:kind(?:ness)?"
    r"|sweet|generous|gracious|thoughtful"
    r"|lovely|wonderful|amazing|fantastic|great|helpful|patient|angel|star|gem|treasure|delight"
    r"|inspiration|best|kindest"
    r"|the best|the kindest|an? (?:\w+ )?(?:pleasure|joy|delight))"
    r"(?: (?:person|people|colleague|team|audience|host|friend|company|partner|soul|listener)s?)?"
    r"(?:$| (?:to (?:say|have|me|us|work|talk)|of you|for|as always|as ever|with your|indeed"
    r"|yourself|yourselves)\b.*)"
    r"|your (?:\w+ )?(?:kindness|words|insights?|support|generosity|patience|wisdom|company|help"
    r"|thoughtfulness|expertise|perspective)"
    r" (?:\w+ )?(?:mean|means|meant|has|have|was|were|is|are)\b(?! not\b).*)"
)
_IT_WAS = (
    rf"(?:(?:it|this|that)?(?:'s| is| was| has|'s been| has been| have been)? ?{_ADVERBS}"
    rf"(?:an? )?{_ADVERBS}(?:{_FINE} )*(?:pleasure|honou?r|privilege|joy|delight|treat|{_FINE})?"
    r"(?: (?:talk|chat|conversation|time|session|meeting|day|evening|discussion))?(?: for me"
    rf"| for us)? {_TO_MEET}"
    r"|(?:it|this|that)(?:'s| is| was| has been"
    rf"|'s been) {_ADVERBS}(?:an? )?{_ADVERBS}(?:{_FINE} )*"
    rf"(?:(?:pleasure|honou?r|privilege|joy|delight|treat)\b|{_FINE} (?:talk|chat|conversation"
    r"|time|session|meeting|discussion)\b)"
    rf"|(?:i|we)(?:'ve| have)? {_ADVERBS}(?:enjoyed|loved|cherished|treasured|valued"
    r"|learned so much|learnt so much)"
    r"(?= (?:it|this|our|every|talking|working|meeting|the (?:talk|chat|conversation|time"
    r"|company)|your|being|from|here)|$)"
    rf"|{_FINE} (?:talk|chat|conversation|session)$|what an? {_ADVERBS}{_FINE} (?:talk|chat"
    r"|conversation|time|session|evening|day)$)"
)
_WISHES = (
    r"(?:(?:i |we )?wish(?:ing)? (?:you|everyone|everybody|all of you|both of you)\b(?! (?:had"
    r"|would|could|were|did|was))"
    r"|(?:my |with (?:my )?)?(?:all |the )?(?:very )?best(?: wishes| regards| of luck| to (?:you"
    r"|everyone|all|your))?(?: to\b| for\b| with\b|$)"
    r"|all the best\b|(?:best of|good) luck\b(?! (?:is|was|has|does|never|alone)\b)|(?:kind "
    r"|warm )regards|congratulations(?! (?:are|is|were)\b)|bless you|god bless|be well\b"
    r"|stay (?:safe|well|warm|healthy|in touch|blessed)"
    r"|(?:let's |let us |please |do )?(?:keep|stay) in touch(?! with the)|may (?:you|your|the) "
    r"|enjoy (?:your"
    r"|the rest|yourself|it|every|the (?:evening|day|night|weekend))"
    r"|(?:i |we )?hope (?:you|your|we|to|everyone|it helps)\b(?: all| both)? ?(?:have|has|enjoy"
    r"|get home|sleep|meet|see|talk|cross|stay|day|evening|again|do this|goes well|you)\b"
    rf"|(?:(?:{_I_AM} )?{_ADVERBS}looking|(?:i |we ){_ADVERBS}look) forward"
    r"(?=$| (?:to (?:\w+ing|our|your|it|that|more|next|the next|the future|another)|and)\b)"
    r"|(?:i )?can't wait to (?:see|meet|talk|work|hear)"
    r"|(?:let's|let us|we (?:should|must)) do (?:this|it) again|until we meet again|rest well"
    r"|sleep well|sweet dreams"
    r"|alles gute|viel (?:gl\u00fcck|erfolg|spa\u00df)|mach'?s gut|macht'?s gut|bonne chance"
    r"|bon courage|buena suerte|que te vaya)"
)
_BYE = (
    r"(?:(?P<bare>good ?bye|good-bye|bye(?:[ -]bye)?|farewell|so long|adieu|adi\u00f3s|ciao"
    r"|cheerio|ta-ta|toodle-oo"
    r"|take (?:good |great )?care(?: of (?:yourself|yourselves|each other))?(?! (?:of|that|to"
    r"|not|with|when|how|what)\b)"
    r"|until (?:next time|then|tomorrow|(?:the )?next|soon|we meet)|till (?:next time|then"
    r"|tomorrow)"
    r"|(?:i'll |we'll |we will )?(?:talk|speak) (?:(?:to|with) you )?(?:soon|later|again|then"
    r"|tomorrow)"
    r"|good ?night(?!'s)|i'm off(?! (?:to|work|the|by|sick|duty)\b))"
    r"|(?:i'll |i will |we'll |we will |hope to )?(?:see|catch) you(?! (?:have|has|are|were|had"
    r"|did|do|know|think|through|made?|want|need|can|could|will|would|say|said|saw|took|as|out"
    r"|lying|trying|\w+ing)\b)"
    rf"|(?:do )?have (?:an?|yourself an?|the) {_ADVERBS}(?:{_FINE} )+"
    r"(?:one|day|night|evening|afternoon|morning|week|weekend|rest|time|trip|flight|journey"
    r"|drive|summer|holidays?|shift|break)"
    r"|safe (?:travels|journey|trip|home|flight)|travel safely|get home (?:safe|safely|well)"
    r"|later$|take it easy$"
    r"|tsch\u00fcss?|tschau|auf wiedersehen|bis (?:bald|dann|morgen|sp\u00e4ter)$"
    r"|sch\u00f6nen (?:tag|abend)(?: noch)?$|gute nacht$"
    r"|hasta (?:luego|pronto|ma\u00f1ana|la vista)|au revoir|\u00e0 (?:bient\u00f4t|demain)$"
    r"|bonne (?:journ\u00e9e|soir\u00e9e|nuit))"
)
_LEAVING = (
    r"(?:i|we)(?:'ll|'m|'d better|'ve got to| will| am| must| should| have to| need to"
    r"| had better|'ve to| gotta| really|better"
    r"| really have to| really must){1,3} (?:just )?(?:go|leave|run|off|be off|be going|get going"
    r"|going|head|heading|leaving|away|let you go|on my way|catch)\b"
)
_GRATITUDE = (
    r"(?:it|this|that|you|which|your \w+|who|they|both|each of you)(?:'ve|'s| have| has| was"
    r"| were| really| truly| all)* ?"
    + _ADVERBS
    + r"(?:help(?:ed|s)?|taught|means?|meant|gave|given|opened|made|inspired|encouraged"
    r"|brightened|enriched|touched|changed|shown"
    r"|brought|given|wonderful|lovely|invaluable|priceless|eye-opening|inspiring|helpful|great"
    r"|a great help|a pleasure|shared)\b"
    r"|(?:i|we)(?:'ve|'ll| have| will)? (?:really |truly |always |never ){0,3}"
    r"(?:(?:learn(?:ed|t)?|gained|took|take)(?: away)? (?:so |very )?(?:much|a lot|a great deal)"
    r"|(?:remember|cherish|treasure|carry|forget) (?:it|this|that|you|your|our|these|with)\b"
    r"|feel (?:much |so )?(?:better|lighter|inspired|understood|heard)\b)"
)
_AGREEMENT = (
    r"(?:i )?(?:could(?:n't| not) agree more|(?:completely |totally |fully |quite )?agreed?"
    r"|absolutely"
    r"|feel (?:exactly )?the same(?: way)?|exactly|definitely|certainly|(?:very )?well said)$"
)
_COURTEOUS = re.compile(f"{_START}(?:{_THANKS}|{_ANSWERS}|{_PRAISE}|{_IT_WAS}|{_WISHES})")
_GOODBYE = re.compile(f"{_START}{_BYE}")
_GRATEFUL = re.compile(f"{_START}{_GRATITUDE}")
_SAYS_NOTHING = re.compile(
    rf"(?:and |but |so |now |well |yes ){{0,3}}(?:{_LEAVING}"
    r"(?! (?:the|my|our|his|her|their|a|an|this|that|it|for|on|over|through|with|into|\w+ing)\b)"
    rf"|{_AGREEMENT})"
)
_TOLD_OF = re.compile(
    r"^(?:is|was|are|were|has|had|means?|meant|says?|said|sounds?)\b|\b(?:if|unless)\b"
)
_REPORTED = re.compile(r"\w+ (?:said|says|told|thought|wrote)\b")
_TO_THEM = re.compile(
    r"(?:(?:to|for|a) )?(?:you|everyone|everybody|all of you|now|both|folks|friends?|then|again"
    r"|all$|home"
    r"|my (?:dear|friend)s?|dear|until|till|next (?:time|week)|soon|tomorrow|good luck|take care"
    r"|bye"
    r"|bis|dann|noch|todos|tous|ladies|gentlemen|sir|madam|NAME)\b"
)
_BEGINS_ANEW = re.compile(
    r"(?:but|so|because|aber|mais|pero|while)\b|(?:and |und |et |y )?(?:then )?(?:i|i'\w+|we"
    r"|we'\w+|he|he'\w+|she|she'\w+|they|they'\w+|it|it'\w+"
    r"|this|that|that's|let|let's|what|how|why|when|where|who|if|there|there's|you|you'\w+|maybe"
    r"|perhaps|first|next|ich|wir|er|sie|es|je|nous)\b"
)
_WARM = re.compile(
    r"\b(?:glad|happy|happier|excited|kind\w*|wonderful\w*|lovely|thoughtful\w*|meaningful"
    r"|encourag\w+|success"
    r"|endeavou?rs|inspir\w+|grateful|gratitude|thank\w*|appreciat\w+|joy|pleasure|delight\w*"
    r"|honou?r\w*|wish\w*"
    r"|friend\w*|warm\w*|heart\w*|bless\w*|cherish\w*|treasur\w+|reach out|hesitate|memor(?:y"
    r"|ies|able)|insight\w*"
    r"|enrich\w+|stranger|best|generous|generosity|words with me|enough|need anything"
    r"|leave you to it)\b"
)
_COLD = re.compile(
    r"^(?:but|so|because|while|yet)\b|\d|\b(?:not|never|nobody|nothing|wrong|must|should)\b"
)
_A_THING = re.compile(r"(?:the|a|an|my|our|his|her|their|your|no|not|only|three|two|one|\d+)\b")
_FILLING = word_set(
    "welcome best wish wishes looking forward kind great wonderful lovely nice glad happy so very"
    " much everyone everybody all again really truly always anytime mutual likewise cheers thanks"
    " thank you a an and as at be been both but day evening did do for from had has have here how"
    " i in is it its just me my mine no not of off oh ah well on one our she he talk talking that"
    " the them then this time to today too us was we were what will with would yes yeah your yours"
    " s m ve ll d re soon later next until indeed goodbye bye ja nein dear friend friends okay ok"
    " alright right now also colleague colleagues ladies gentlemen sir madam folks guys team tight"
    " sleep kindly words"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Courtesy:
    """What of a turn is courtesy."""

    words: int
    """All of its words."""
    other: int
    """Words of clauses that are about anything else."""
    polite: bool
    """Whether it is courteous at all."""
    goodbye: bool
    """Whether it takes leave of those who are there."""

    def takes(self, share: float) -> bool:
        """Whether it is courtesy but for such a share of its words."""
        return self.polite and self.other <= share * self.words


_POLITE = frozenset({"polite", "goodbye", "bye"})
_LIST = 4
"""Words of a thing in a list of thanks, at most; more is a clause of its own."""


@dataclass(frozen=True, slots=True)
class _Clause:
    kind: str
    """`polite`, `goodbye`, `bye` (which stands alone), `empty` or `other`."""
    words: int
    warm: bool = False
    """Whether it is about other things in words that go with courtesy."""


def courtesy_of(text: str, names: Collection[str]) -> Courtesy:
    """What of somebody's words is courtesy; `names` are the folded words of people's names."""
    plain = _plain(text)
    asks = "?" in plain
    clauses: list[_Clause] = []
    for sentence in _SENTENCE.findall(plain):
        thanked = bool(clauses) and clauses[-1].kind in _POLITE
        clauses += _clauses(sentence, names, thanked=thanked)
    if any(one.kind in _POLITE for one in clauses):
        clauses = [replace(one, kind="polite") if one.warm else one for one in clauses]
    kinds = [one.kind for one in clauses]
    return Courtesy(
        words=sum(one.words for one in clauses),
        other=sum(one.words for one in clauses if one.kind == "other"),
        polite=not asks and ("polite" in kinds or "goodbye" in kinds),
        goodbye=not asks and "goodbye" in kinds,
    )


def _plain(text: str) -> str:
    folded = text.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").strip()
    quoted = _QUOTES.fullmatch(folded)
    return folded[1:-1] if quoted else _QUOTES.sub(" it ", folded)


def _clauses(sentence: str, names: Collection[str], *, thanked: bool) -> Iterator[_Clause]:
    """The clauses of one sentence; one that says nothing of its own goes with the one before.

    What is said after a bare "bye" is what is said goodbye to.
    """
    found: list[_Clause] = []
    before = ""
    for part in _CLAUSE.split(sentence):
        words = _WORD.findall(part)
        if not words:
            continue
        spoken = " ".join("NAME" if word in names else word for word in words)
        if thanked and not found and _GRATEFUL.match(spoken):
            before = "polite"
        else:
            before = _kind(spoken, words=words, names=names, before=before)
        if before == "other":
            void = {"bye", "goodbye"} if _REPORTED.match(spoken) else {"bye"}
            found = [replace(one, kind="other") if one.kind in void else one for one in found]
        found.append(_Clause(before, len(words), warm=before == "other" and _is_warm(spoken)))
    yield from (replace(one, kind="goodbye") if one.kind == "bye" else one for one in found)


def _is_warm(spoken: str) -> bool:
    return bool(_WARM.search(spoken)) and not _COLD.search(spoken)


def _kind(spoken: str, *, words: list[str], names: Collection[str], before: str) -> str:
    after_polite = before in _POLITE
    bye = _GOODBYE.match(spoken)
    if bye is not None:
        return _kind_of_bye(spoken[bye.end() :].strip(), bare=bye["bare"] is not None)
    if _COURTEOUS.match(spoken) or (after_polite and _GRATEFUL.match(spoken)):
        return "polite"
    if all(word in _FILLING or word in names for word in words):
        return before or "empty"
    if _SAYS_NOTHING.match(spoken):
        return "empty"
    joined = before != "bye" or spoken.startswith("and ")
    if after_polite and joined and not _BEGINS_ANEW.match(spoken):
        return "other" if _A_THING.match(spoken) and len(words) > _LIST else before
    return "other"


def _kind_of_bye(rest: str, *, bare: bool) -> str:
    """By what follows: whoever says goodbye to a thing stays."""
    if bare:
        return "bye" if not rest or _TO_THEM.match(rest) else "other"
    return "other" if _TOLD_OF.search(rest) else "goodbye"
