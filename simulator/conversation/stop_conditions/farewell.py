"""Over when people have said goodbye, or are only being polite to each other."""

from __future__ import annotations

import re

from simulator.conversation.standing import Standing
from simulator.conversation.state import State, Utterance
from simulator.conversation.stop_conditions.condition import StopCondition, StopReason

__all__ = ["farewell"]

_GOODBYE = re.compile(
    r"\b(good ?bye|bye(?: bye)?|farewell|see you|so long|take care|until (?:next|then|tomorrow)"
    r"|talk (?:to you )?(?:soon|later)|have a (?:good|great|nice|lovely|wonderful)"
    r"|(?:good|safe) (?:night|travels|evening)|i(?:'|\N{RIGHT SINGLE QUOTATION MARK})m off"
    r"|tschüss?|auf wiedersehen|bis (?:bald|dann|morgen)|schönen (?:tag|abend)"
    r"|adiós|hasta (?:luego|pronto|mañana)|au revoir|à (?:bientôt|demain)"
    r"|bonne (?:journée|soirée))\b"
)
_COURTEOUS = re.compile(
    r"\b(thanks?|thank you|grateful|appreciate\w*|welcome|pleasure|likewise|same to you|you too"
    r"|cheers|best|wish\w*|looking forward|kind|great|wonderful|lovely|nice|glad|happy|honou?red"
    r"|(?:so|very) much|everyone|everybody|all|again|really|truly|always|anytime|mutual"
    r"|danke\w*|gern\w*|bitte|ebenso|gleichfalls|gracias|igualmente|de nada|gusto|encantad\w"
    r"|merci|de rien|plaisir|pareillement|également)\b"
)
_GRAMMAR = re.compile(
    r"\b(a|an|and|as|at|be|been|both|but|day|did|do|for|from|had|has|have|here|how|i|in|is|it|its"
    r"|just|me|meeting|mine|my|no|of|off|oh|on|one|our|s|session|she|talk(?:ing)?|that|the|them|then"
    r"|this|time|to|today|too|us|was|we|were|what|will|with|would|yes|you|your|yours|he|conversation"
    r"|m|ve|ll|d|re|soon|later|next|until|working|chat(?:ting)?|discussion|help|and)\b"
)
_WORD = re.compile(r"\w+")
_REST = 0.34
"""The share of a turn's words that may be about anything else."""
_POLITE_TURNS = 3
"""So many turns in a row that are nothing but courtesy end it, however many are there."""


def farewell() -> StopCondition:
    """Everybody present has said goodbye last, or the last turns were courtesy only."""

    def condition(standing: Standing, /) -> StopReason | None:
        state = standing.state
        said = [one for one in state.utterances if one.act is not None]
        if said and _all_have_left(state, said):
            return StopReason("farewell", "everybody has said goodbye")
        last = said[-_POLITE_TURNS:]
        if len(last) == _POLITE_TURNS and all(_is_courtesy(one.text) for one in last):
            return StopReason("farewell", "nothing was said any more but thanks and goodbyes")
        return None

    return condition


def _all_have_left(state: State, said: list[Utterance]) -> bool:
    last = said[-len(state.present) :] if state.present else []
    went = {one.speaker for one in last if _GOODBYE.search(one.text.casefold())}
    return bool(state.present) and set(state.present) <= went


def _is_courtesy(text: str) -> bool:
    """Whether hardly anything is left of the words without thanks, goodbyes and grammar."""
    folded = text.casefold()
    courteous = _GOODBYE.search(folded) or _COURTEOUS.search(folded)
    rest = _GRAMMAR.sub(" ", _COURTEOUS.sub(" ", _GOODBYE.sub(" ", folded)))
    words = len(_WORD.findall(folded))
    return bool(courteous) and words > 0 and len(_WORD.findall(rest)) / words <= _REST
