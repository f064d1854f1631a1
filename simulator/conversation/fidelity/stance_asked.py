"""Whether a question asks for a stance, and which side a plain yes or no to it takes.

"Do you want an app?" asks for one, "Is the app in German?" does not. What is turned round (bans,
"would you mind", "you don't want it, do you?") is read as it is meant.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from simulator.conversation.fidelity.reading import Sentence

__all__ = ["Asked", "asked_in", "leaves_open"]

_HOW_MUCH = (
    r"(?: (?:really|still|also|all|both|then|now|not|personally|actually|ever|even|honestly"
    r"|generally|rather|seriously|truly|of you|two|the))*"
)
_WISHES = (
    r"(?:want|like|love|support|welcome|favou?r|prefer|approve|endorse|back|vote|agree|think"
    r"|believe|feel|find|need|accept|appreciate|fancy|wish|hope|recommend|go for|sign|mind|object"
    r"|oppose|refuse|reject|dislike|hate|dread|fear|say yes|say no|stand (?:for|behind|against))"
)
_ADJECTIVES = (
    r"(?:good|great|fine|bad|right|wrong|sensible|fair|worth\w*|necessary|needed|wanted|welcome"
    r"|acceptable|unacceptable|reasonable|excellent|nice|terrible|okay|ok|all right|desirable"
    r"|overdue|better|best|a mistake|a pity|a shame|nonsense|a waste|a blessing)"
)
_SIDES = (
    r"(?:for|pro|in favou?r|against|opposed|keen|happy|fine|okay|ok|glad|content|comfortable"
    r"|convinced|sceptical|skeptical|ready|willing|open|all for|on board|behind|a (?:fan|friend"
    r"|supporter|opponent|believer))"
)
_ASKS = re.compile(
    r"(?:^|\b(?:so|and|but|then|now|well|or|,) ?)(?:"
    rf"(?:do|did|would|could|will|can|don't|wouldn't|didn't|won't)(?: you| we| your \w+)"
    rf"{_HOW_MUCH} {_WISHES}\b"
    rf"|(?:are|aren't|were|you're|you are|you aren't)(?: you)?{_HOW_MUCH} {_SIDES}\b"
    rf"|you(?:'d| would)?{_HOW_MUCH}(?: don't| do| do not| wouldn't| would)?{_HOW_MUCH}"
    rf" {_WISHES}\b"
    r"|(?:should|shall|must|shouldn't|mustn't|ought|may we|let's|let us)\b"
    r"|(?:we|they|there|it|the \w+|somebody|people) (?:should|must|ought|shall|shouldn't)\b"
    rf"|(?:is|are|isn't|aren't|was|would|wouldn't|will|it's|that's)\b.{{0,60}}\b{_ADJECTIVES}\b"
    r"|(?:does|do) .{1,50} (?:sound|make sense|suit you|appeal|please you)\b"
    r"|(?:sind|waren|waren|seid|bist) (?:sie|ihr|du)\b.{0,20}\b(?:fur|gegen|dafur|dagegen)\b"
    r"|(?:wollen|mochten|wurden|unterstutzen|befurworten|begrussen|brauchen) (?:sie|wir|ihr)\b"
    r"|(?:willst|mochtest|wurdest|unterstutzt) du\b|(?:sollen|sollten|mussen) (?:wir|die|das)\b"
    r"|(?:soll|sollte|muss) (?:man|es|die|das|der|eine?)\b"
    r"|(?:etes-vous|vous etes|es-tu|tu es) (?:\w+ )?(?:pour|contre|favorable|d'accord)\b"
    r"|(?:voulez-vous|vous voulez|veux-tu|faut-il|il faut|soutenez-vous|devons-nous|doit-on)\b"
    r"|(?:esta|estas|estan) (?:usted |tu )?(?:a favor|en contra|de acuerdo)\b"
    r"|(?:quiere|quieres|apoya|apoyas|deberiamos|debemos|hay que|le gustaria|te gustaria)\b"
    r")"
)
"""How those begin who ask whether somebody is for something."""
_OPEN = re.compile(
    r"(?:^|[.!?,] ?)(?:and |so |but |then |now )?(?:what|why|how|where|when|who|which|was|wie|"
    r"warum|wer|wann|que|pourquoi|comment|quand|qui|por que|como|cual|quien)\b(?! about)"
)
_UNSURE = re.compile(r"\b(?:keep|stay|remain|rather|instead|or)\b")
"""What leaves open which side a yes takes."""
_AGAINST = re.compile(
    r"\b(?:against|mind|object|opposed|oppose|refuse|reject|dislike|hate|dread|fear|say no"
    r"|sceptical|skeptical|opponent|bad|wrong|terrible|unacceptable|a mistake|a pity|a shame"
    r"|nonsense|a waste|gegen|dagegen|contre|contra)\b"
)
_REMOVES = re.compile(
    r"\b(?:(?:bann?|abolish|forbid|forbidd|scrapp?|cutt?|stopp?|remov|cancel|ditch|dropp?"
    r"|prohibit|outlaw|replac|demolish|dismiss|axe?|block|prevent|avoid|ban)(?:e[dn]?|ing|s)?"
    r"|forbidden|get rid|rid of|do away|do without|give up|keep out|throw out|end|ended|ending"
    r"|close|closed|closing|tear|tearing|sack|verbieten|verboten|abschaffen|interdire|supprimer"
    r"|prohibir|eliminar)\b"
)
_NOT = re.compile(r"\b(?:not|never|no longer|nicht|kein\w*|pas|jamais|nunca)\b|n't\b")
_INVERTED = re.compile(
    r"^(?:so |and |but |then |now |well |oh )*,? ?(?:don't|wouldn't|shouldn't|aren't|isn't|won't|"
    r"didn't|mustn't|can't|couldn't)\b"
)
_TAG = re.compile(
    r",? (?:do|don't|would|wouldn't|are|aren't|should|shouldn't|is|isn't|right|am i right|correct|"
    r"nicht wahr|oder|n'est-ce pas|verdad)(?: (?:you|we|it|they|there))?(?: not)? ?\?*$"
)
_REPORTS = re.compile(
    r"^.{0,20}\b(?:is it (?:true|right|correct)|do you mean|are you saying|did i (?:hear|"
    r"understand)(?: you)?(?: correctly| right)?|you mean|you're saying|does that mean|i take it)"
    r"(?: that)?\b"
)
_FRAGMENT = 4
"""Words of a question without a verb, at most: "An app?"."""
_VERB = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|may|might|must|should|"
    r"ist|sind|hat|est|es|esta|tiene|a|ont|\w+ed|\w+st)\b"
)
_CONFIRMS = re.compile(
    r"\b(?:right|true|exactly|correct|quite|precisely|indeed|that's it|it is|of course|never|not|"
    r"don't|richtig|genau|exact\w*)\b"
)
_DENIES = re.compile(
    r"\b(?:i|we) (?:do|would|am|are|will|should)\b(?! not|n't)|\bi'm for\b|\bdoch\b"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question for a stance."""

    sign: int
    """The side a yes takes: 1 for the matter, -1 against it."""
    denied: bool
    """It is stated in the negative: "you don't want it?"; then `sign` is without the "not"."""

    def side(self, said: int, answer: str) -> int:
        """The side of a yes (1) or no (-1), with the folded answer; 0: it is not clear."""
        if not self.denied:
            return self.sign * said
        if said < 0:
            return self.sign if _DENIES.search(answer) else -self.sign
        if _CONFIRMS.search(answer):
            return -self.sign
        return self.sign if _DENIES.search(answer) else 0


def asked_in(question: Sentence, verbs: AbstractSet[str], *, removes: bool) -> Asked | None:
    """What a question asks; None where it asks for no stance, or not clearly.

    `verbs` are the ideas of what the stance wants done; `removes` says that this does away with
    something, so that a question for doing away with it is for the stance.
    """
    folded = question.folded
    if leaves_open(question):
        return None
    stated = _REPORTS.sub("", folded)
    reported = stated != folded
    stated = _TAG.sub("", stated.rstrip("?! "))
    if not (_ASKS.search(stated.strip(" ,")) or _is_fragment(question) or _wills(question, verbs)):
        return None
    against = bool(_AGAINST.search(stated)) != (bool(_REMOVES.search(stated)) != removes)
    sign = -1 if against else 1
    if not _NOT.search(stated) or _INVERTED.match(stated.strip(" ,")):
        return Asked(sign, denied=False)
    return Asked(-sign, denied=False) if reported else Asked(sign, denied=True)


def leaves_open(question: Sentence) -> bool:
    """Whether a question is none for a yes or no, or one where it is unsure what they mean."""
    return bool(_OPEN.search(question.folded) or _UNSURE.search(question.folded))


def _is_fragment(question: Sentence) -> bool:
    """An app? Nothing but the matter, with a mark behind it; or that behind a colon."""
    words = re.split(r"[:\u2014]", question.folded)[-1]
    return len(words.split()) <= _FRAGMENT and not _VERB.search(words)


def _wills(question: Sentence, verbs: AbstractSet[str]) -> bool:
    """Would you merge the wards? It asks whether somebody would do what the stance is about."""
    words = question.spoken
    starts = [at for at, word in enumerate(words[:-2]) if word.low in {"would", "will", "could"}]
    return any(
        words[at + 1].low in {"you", "we"}
        and any(one.idea in verbs for one in words[at + 2 : at + 4])
        for at in starts
    )
