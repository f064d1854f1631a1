"""The rule about the opening opinion: it holds until somebody has given a reason to change it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from simulator.conversation.fidelity.expressions import any_of
from simulator.conversation.fidelity.reading import Reading, Sentence, content, fold
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
_GRANTS = re.compile(
    r"\b(?:you (?:can|may|could) have|(?:it's|it is|she's|they're) yours (?:for|at)|i(?:'ll|'d| "
    r"will| would|"
    r" can| could)(?: even| gladly| happily| easily| only)* (?:take|accept|give|pay|offer|go|let|"
    r"do|sell|spend|"
    r"say|start|stretch|put)|let's (?:say|make|agree)|make it|how about|deal at|(?:we|i) can "
    r"(?:talk|start|do|go)|(?:is|are|would be|sounds) (?:fine|no problem|all right|okay|fair))\b"
)
"""What somebody says who offers, or agrees to, a number."""
_FOR = r"""
(?:sounds?|seems?|looks?|that's|is|are|only) (?:perfectly |quite |very |really |only |\
    more than )?(?:reasonable|fair|sensible|right and proper|all right|good to me|fine to me|\
    great|perfect)
i (?:\w+ )?agree\b(?! that)|(?:i'm|i am) (?:with you|of the same|all for)|you(?:'re| \
    are) (?:\w+ )?right (?:there|about|,|\.)|i(?:'ve| have) been meaning to|(?:it's|\
    it is) time (?:i|we|you|to|that)|please do\b|take it[.,!]|do it\b|the earlier the better|\
    with (?:all )?my heart|whatever you (?:say|want)
(?:perfectly|absolutely|totally|quite|completely) (?:fine|all right|okay|acceptable)
(?:exactly|precisely|just) what (?:i|we) (?:\w+ )?(?:want|need|like|hope|wish|ask|look)\w*|(?:i |\
    we )?wouldn't have it any other way|music to my ears|couldn't agree more|hear,? hear|\
    (?:you have|you've got|has) my (?:vote|support|blessing|yes|backing)|let's do it|\
    (?:a )?partidari[oa]s? de|(?:ein|eine) (?:segen|gewinn|erleichterung)|faltaria mas|\
    the (?:best|finest) thing (?:that|to|we|you|i|for)
(?:very much |all |strongly |fully )?in favou?r(?: of)?
(?:i'm|i am|we're|we are) (?:all|totally|completely|absolutely|very much)? ?(?:for|pro) (?:it|\
    that|this|the|a|an|\w+ing)
all for
by all means|be my guest|go ahead|count me in|sign me up|book me in|where do i sign|i'd sign|\
    i would sign|i vote for|i say yes|yes to
no problem|no objections?|nothing against|not against|(?:perfectly |quite |\
    absolutely )?fine (?:by|with) me|suits me
(?:a )?(?:firm |great |big |strong )?(?:believer in|fan of|supporter of)
(?:an? |the )?(?:very |really |rather )?(?:good|great|fine|excellent|wonderful|sensible|splendid|\
    brilliant|lovely|best|right|fantastic) (?:idea|thing|plan|step|decision|solution|move|news|\
    way)
i(?: do| really| fully| totally| completely| strongly| warmly)* (?:support|welcome|approve|\
    endorse|back|favour|prefer|recommend)
i(?:'d| would)(?: really| gladly| happily)? (?:love|welcome|gladly|happily|recommend|prefer|\
    be glad|be happy)
(?:can't|cannot|can hardly) wait|looking forward|i(?:'ve| have) (?:always |\
    long )?(?:been waiting|wanted|dreamt|dreamed|hoped)
(?:it's|it is|is) (?:high|about) time|the sooner\b.{0,30}\bthe better|rid of (?:it|them|that)|\
    not soon enough|long overdue
(?:doesn't|does not|don't|do not|wouldn't|won't) (?:bother|mind|hurt)|makes no difference|\
    (?:have )?never (?:cared|minded)|i don't care (?:about|if|whether)
(?:i'm|i am) (?:fully |totally |completely |absolutely )?(?:behind|convinced|persuaded|on board|\
    open to)
je (?:le |la |les )?(?:soutiens|suis pour|trouve .{0,20}(?:bien|excellent))|(?:tout a fait |\
    tres |plutot )?favorable|une (?:vraie |belle )?(?:chance|opportunite)|(?:bonne|\
    excellente) (?:idee|chose)|bien sur que oui|avec plaisir|j'ai hate
ich (?:bin|ware) (?:\w+ )?(?:dafur|fur)|(?:sehr |ganz |voll |unbedingt )?dafur|(?:gute|tolle|\
    prima) (?:idee|sache)|ich freue mich|von mir aus gern|ich unterstutze|warum nicht|richtig so|\
    hochste zeit
(?:estoy |muy )?a favor(?: de)?|me parece (?:bien|estupendo|perfecto|buena)|(?:buena|gran) idea|\
    (?:encantad[oa]|content[oa]) de|con mucho gusto|ya era hora|me apunto|por mi,? perfecto
"""
_LETS = r"""
let (?:them|him|her|people|everybody|it|us)|who am i to|nonsense|grand|lovely|nothing wrong with
"""
_WARM = r"""
(?:a )?(?:blessing|godsend|relief|improvement|step forward|win for|gift to|no-brainer)|\
    long wanted|for sure|definitely|(?:of course|naturally|absolutely|certainly)[.!]|\
    all the better|(?:the )?only (?:sensible|right|reasonable) (?:thing|way|choice|answer)|\
    my (?:first )?choice|(?:is|are|looks?|sounds?|would be|will be) (?:\w+ )?(?:great|wonderful|\
    perfect|magnificent|excellent|splendid|brilliant|fantastic|marvellous|lovely|superb|ideal|\
    sensible|right)
(?:very |really |only |so )?good for (?:us|me|them|him|her|you|everybody|everyone|children|\
    people|the \w+|my \w+|business)
(?:my|the|a) (?:big |old )?dream|i(?:'ve| have) (?:always )?(?:loved|liked|fancied)|(?:love|\
    like) the idea|bring it on
(?:can't|cannot) come soon enough|nothing wrong with|nothing better than|no harm in|\
    no trouble at all
(?:i'm |i am )?(?:more than )?(?:happy|glad|delighted|thrilled|keen|eager|willing|ready) (?:to|\
    with|about|for|on)
(?:should|must|ought to|need to) (?:absolutely |definitely |certainly |of course |really |\
    all )?(?:get|have|be|do|go|let|use|happen|come)
(?:makes|make) (?:perfect |good |a lot of |every )?sense|the way to go|the way forward|\
    can only help|only do (?:us )?good
(?:looking forward|i like|i want|i love|let's|let us)
"""
_AGAINST = r"""
(?:must|should|has to|have to|ought to|needs? to|let it|let them) (?:stay|remain|be (?:kept|\
    preserved|saved)|continue|go on|not)|(?:would|will|'d|it's|that's|is|be) (?:\w+ )?a (?:big |\
    great |grave |terrible |huge |serious )?(?:mistake|error|disaster|loss|scandal|pity|shame|\
    disgrace)|i(?:'d| would| want to| 'll| will)? keep|(?:dead|strictly|firmly|totally|\
    completely) against|(?:is|are) (?:best|better|fine|good|perfect) (?:as|for|the way|in|at)
(?:i |we )?(?:see|have|there's|there is) no (?:need|reason|point|sense|call|hurry)|\
    makes no sense|(?:fine|good|all right|well|works|perfect) (?:just )?(?:as|the way) (?:it|\
    they|things|we) (?:is|are|stands?)|not for me|i(?:'m| am) not (?:in favour|keen|interested|\
    convinced|a fan|having|for)|i (?:object|oppose|refuse|reject|dread|hate|can't stand)|no way|\
    let's not|waste of (?:time|money)|(?:a )?(?:shame|pity|crime|sin|folly|madness|nonsense) to|\
    (?:too|far too) (?:risky|early|soon|dangerous|expensive|much)|more harm than|(?:would|will|\
    it'll) (?:ruin|spoil|destroy|kill|harm)|why (?:would|should) (?:we|i|anybody|anyone|you)
(?:i'm|i am|we're|i was|always been|been) (?:\w+ )?(?:against|opposed)|against (?:it|that|this|\
    the|any|\w+ing)
i (?:really |still )?(?:don't|do not|wouldn't|would not|won't|will not|can't|never) (?:want|wish|\
    think (?:you|we|it)|see why|like|agree|support)
(?:an? )?(?:very |really )?(?:bad|terrible|stupid|awful|silly|dreadful|wrong) (?:idea|plan|thing|\
    mistake|move)|(?:would be|is|it's) a mistake
no (?:need|reason) to|(?:please )?(?:don't|do not|never) (?:do it|touch|think)
(?:i'd|i would|i'll|we'd) (?:much )?rather (?:keep|stay|not|you (?:kept|stayed|didn't))
(?:i|we) (?:want|would like|'d like|intend|plan|hope|wish|prefer|'m going|am going|'m happy|\
    am happy) to (?:keep|stay|renew|remain|continue|go on|extend)
(?:i'd|i would|i'll|i will) (?:like to )?(?:keep|stay|renew|remain)|(?:you|we|it|\
    she) should (?:stay|keep|not|remain)
shouldn't|must not|mustn't|ought not
(?:very |perfectly |quite |so |really )?(?:content|happy|satisfied|pleased) (?:with|where|as)|\
    out of the question|over my dead body|leave (?:it|things) as (?:it is|they are)|\
    there's no hurry
dagegen|ich bin gegen|auf keinen fall|ich will nicht|je suis contre|contre|hors de question|\
    je ne veux pas
(?:estoy |muy )?en contra|no quiero \w+r(?:me|lo|la)?|quiero (?:quedarme|seguir|conservar|\
    renovar)|(?:muy |tan )?content[oa]s? con|ni hablar|prefiero (?:quedarme|seguir)
"""
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
_OPEN = re.compile(
    r"(?:^|[.!?,] ?)(?:and |so |but |then |now )?(?:what|why|how|where|when|who|which|was|wie|"
    r"warum|wer|wann|que|pourquoi|comment|quand|qui|por que|como|cual|quien)\b"
)
_TURNS_ROUND = re.compile(
    r"\b(?:against|mind|object|opposed|keep|stay|refuse|dagegen|contre|contra)\b"
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
_STANDS = re.compile(
    r"(?<!not )\b(?:i'm|i am|we're|we are) (?:still |firmly |strictly |only |just )?(?:against|"
    r"opposed)\b|"
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
    removes: bool = False
    """It is to do away with something, so that praise of that is against it."""
    below: float = 0.0
    """The matter is a number below this one; 0: it is not."""
    above: float = 0.0
    """The matter is a number above this one; 0: it is not."""

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
    return partial(
        _check,
        _Stance(
            bool(_PRO.match(found["sign"])),
            content(found["matter"]),
            verb=content(found["matter"].split()[0]),
            removes=bool(_REMOVES.match(found["matter"])),
            below=max(figures) if bound and figures and bound["below"] else 0.0,
            above=max(figures) if bound and figures and bound["above"] else 0.0,
        ),
    )


def _check(stance: _Stance, turn: Turn) -> Iterable[str]:
    if turn.taken >= _OPENING:
        return
    prompted = turn.prompted
    asked = prompted is not None and (
        bool(prompted.ideas & stance.matter) or bool(_ASKED.search(prompted.folded))
    )
    granted = _grants(stance, turn)
    if not asked and not granted and not turn.said.ideas & stance.matter:
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
        asked = asked or bool(sentence.ideas & stance.matter)
    if asked and prompted is not None and _answers_other_side(prompted, stance, turn):
        yield clip(turn.said.sentences[0])


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
    near = bool(sentence.ideas & stance.matter)
    if _FRAMED.search(folded) or not (near or asked):
        return False
    told = sentence.ideas & stance.matter
    if not asked and len(stance.matter - UNITS) > _LONG and len(told) == 1:
        near = bool(stance.verb & sentence.ideas)
        if not near:
            return False
    tables: tuple[str, ...] = (_AGAINST,) if stance.favours else (_FOR, _WARM) if near else (_FOR,)
    if stance.favours and stance.removes and near and not stance.verb & sentence.ideas:
        tables = (_AGAINST, _WARM, _LETS)
    pattern = any_of(*tables)
    for found in pattern.finditer(folded):
        taken_back = re.search(r"\b(?:but|aber|mais|pero|except)\b", folded[found.end() :])
        if not taken_back and not _DENIED.search(folded[: found.start()]):
            return True
    return near and _means_to(sentence, stance)


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
    """Whether a plain yes or no answers a plain question the other way."""
    asking = [one for one in prompted.sentences if one.question and one.ideas & stance.matter]
    if not asking or not turn.said.sentences or turn.said.sentences[0].question:
        return False
    question = asking[-1].folded
    if _OPEN.search(question) or _TURNS_ROUND.search(question):
        return False
    if stance.favours:
        return bool(_NO.search(turn.said.folded))
    return bool(_YES.search(turn.said.folded)) and not _ironic(turn)


def _ironic(turn: Turn) -> bool:
    """Whether a yes is taken back at once: of course, and my house with it. No, my friend."""
    return bool(
        re.search(
            r"\b(?:no|not|never|but|until|over my|nein|nicht|non|pas)\b|n't\b", turn.said.folded
        )
    )


def _has_reason(turn: Turn) -> bool:
    said = (line for speaker, line in turn.before if speaker != turn.speaker)
    return any(
        sum(len(sentence.spoken) for sentence in line.sentences if not sentence.question) >= _REASON
        for line in said
    )
