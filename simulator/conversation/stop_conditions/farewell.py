"""Over when people have said goodbye, or are only being polite to each other."""

from __future__ import annotations

import re
from collections.abc import Collection

from simulator.conversation.standing import Standing
from simulator.conversation.state import State, Utterance
from simulator.conversation.stop_conditions.condition import StopCondition, StopReason
from simulator.definitions.cast import Cast

__all__ = ["farewell"]

_GOODBYE = re.compile(
    r"\b(good ?bye|bye(?: bye)?|farewell|so long|take care(?! (?:of|that|to)\b)"
    r"|see you (?:then|soon|later|around|again|all|tomorrow|there|next|on)|see you(?=\W*$)"
    r"|until (?:next time|(?:then|tomorrow)(?=\W*$))|talk (?:to you )?(?:soon|later)"
    r"|have a (?:good|great|nice|lovely|wonderful|pleasant|safe) "
    r"(?:one|day|night|evening|afternoon|week(?:end)?|rest|time|trip|flight|journey)"
    r"|good night|safe travels|i(?:'|\N{RIGHT SINGLE QUOTATION MARK})m off(?! to)"
    r"|tschüss?|tschau|auf wiedersehen|bis (?:bald|dann|morgen)(?=\W*$)"
    r"|schönen (?:tag|abend)(?: noch)?(?=\W*$)"
    r"|adiós|hasta (?:luego|pronto|mañana)|au revoir|à (?:bientôt|demain)(?=\W*$)"
    r"|bonne (?:journée|soirée))\b",
    re.MULTILINE,
)
_COURTEOUS = re.compile(
    r"\b(thanks?|thank you|grateful|appreciate\w*|you(?: are|.re) (?:\w+ )?welcome|pleasure"
    r"|likewise|same to you|you too|cheers|all the best|best wishes"
    r"|(?:lovely|nice|great|good) (?:to meet|meeting|talking|chatting)|honou?red"
    r"|danke\w*|gern geschehen|vielen dank|herzlichen dank|ebenso|gleichfalls|alles gute"
    r"|gracias|igualmente|de nada|merci|de rien|pareillement|également)\b"
)
"""Words that are a courtesy by themselves."""
_FILLING = re.compile(
    r"\b(welcome|best|wish\w*|looking forward|kind|great|wonderful|lovely|nice|glad|happy"
    r"|(?:so|very) much|everyone|everybody|all|again|really|truly|always|anytime|mutual"
    r"|vielen|herzlichen?|dank|gern\w*|bitte|todos?|gusto|encantad\w|plaisir|beaucoup)\b"
)
"""Words that often stand beside one."""
_GRAMMAR = re.compile(
    r"\b(a|an|and|as|at|be|been|both|but|day|did|do|for|from|had|has|have|here|how|i|in|is|it|its"
    r"|just|me|meeting|mine|my|no|of|off|oh|on|one|our|s|session|she|talk(?:ing)?|that|the|them|then"
    r"|this|time|to|today|too|us|was|we|were|what|will|with|would|yes|you|your|yours|he|conversation"
    r"|m|ve|ll|d|re|soon|later|next|until|working|chat(?:ting)?|discussion|help|and)\b"
)
_WORD = re.compile(r"\w+")
_REST = 0.2
"""The share of a turn's words, names aside, that may be about anything else."""
_POLITE_TURNS = 3
"""So many turns in a row that are nothing but courtesy end it, however many are there."""


def farewell() -> StopCondition:
    """Everybody present has said goodbye last, or the last turns were courtesy only."""

    def condition(standing: Standing, /) -> StopReason | None:
        state = standing.state
        said = [one for one in state.utterances if one.act is not None]
        if said and _all_have_left(state, said):
            return StopReason("farewell", "everybody has said goodbye")
        last, names = said[-_POLITE_TURNS:], _names(standing.cast)
        if len(last) == _POLITE_TURNS and all(_is_courtesy(one.text, names) for one in last):
            return StopReason("farewell", "nothing was said any more but thanks and goodbyes")
        return None

    return condition


def _all_have_left(state: State, said: list[Utterance]) -> bool:
    last = said[-len(state.present) :] if state.present else []
    went = {one.speaker for one in last if _GOODBYE.search(one.text.casefold())}
    return bool(state.present) and set(state.present) <= went


def _names(cast: Cast) -> frozenset[str]:
    called = " ".join(form for member in cast.members for form in member.called)
    return frozenset(_WORD.findall(called.casefold()))


def _is_courtesy(text: str, names: Collection[str]) -> bool:
    """Whether hardly anything is left of the words without thanks, goodbyes and grammar."""
    folded = text.casefold()
    if "?" in folded or not (_GOODBYE.search(folded) or _COURTEOUS.search(folded)):
        return False
    rest = folded
    for polite in (_GOODBYE, _COURTEOUS, _FILLING, _GRAMMAR):
        rest = polite.sub(" ", rest)
    other = [word for word in _WORD.findall(rest) if word not in names]
    return len(other) <= _REST * len(_WORD.findall(folded))
