"""How long the persona has lived, told without the word "old": born so many years ago."""

from __future__ import annotations

import re

from simulator.conversation.fidelity.figures import Figure
from simulator.conversation.fidelity.hedges import fits
from simulator.conversation.fidelity.reading import Sentence
from simulator.conversation.fidelity.spans import factor

__all__ = ["lifetime_is_wrong"]

_BORN = re.compile(
    r"\b(?:i (?:was born|came (?:in)?to (?:this|the) world|was put into (?:this|the) world|"
    r"arrived in (?:this|the) world|saw the light of day|drew my first breath)|my mother (?:had|"
    r"bore) me|(?:ich bin|ich wurde) vor|naci hace|je suis nee? il y a)(?: \w+){0,3}$"
)
_AGO = re.compile(r"\w+ (?:ago|back)\b|(?:jahren|anos|ans)\b")
_ALIVE = re.compile(
    r"\bi(?: ve| have) (?:been alive|been on (?:this|god s|the) (?:\w+ )?(?:earth|planet)|"
    r"been in this world|lived on this earth|walked (?:this|the) earth)(?: for)?(?: \w+){0,2}$"
)
_ON_EARTH = re.compile(r"\w+ (?:on|of walking) (?:this|god s|the) (?:\w+ )?(?:earth|planet)\b")
_MINE = re.compile(r"\b(?:i(?: ve| have)? (?:\w+ )?(?:had|spent|been|lived)|my|mine)(?: \w+){0,2}$")
_FRAMED = re.compile(r"\b(?:feel|feels|felt|as if|as though|like|if|wish|say|said|says|not)\b")
_ROUND = 9
"""Years by which a life may be longer than the decades it is told in."""


def lifetime_is_wrong(known: int, sentence: Sentence) -> bool:
    """Whether the years since the speaker's birth are told, and are not its age."""
    return any(_is_wrong(known, sentence, one) for one in sentence.figures)


def _is_wrong(known: int, sentence: Sentence, figure: Figure) -> bool:
    ideas = [word.idea for word in sentence.words[figure.after : figure.after + 1]]
    years = factor(ideas[0], "year") if ideas else None
    if years is None:
        return False
    words = [word.low for word in sentence.words if word.kind != "mark"]
    marks = sum(word.kind == "mark" for word in sentence.words[: figure.first])
    inside = sum(word.kind == "mark" for word in sentence.words[figure.first : figure.after])
    first, after = figure.first - marks, figure.after - marks - inside
    before, behind = " ".join(words[:first]), " ".join(words[after : after + 6])
    if _FRAMED.search(before):
        return False
    born = _BORN.search(before) and _AGO.match(behind)
    alive = _ALIVE.search(before) or (_MINE.search(before) and _ON_EARTH.match(behind))
    if not (born or alive):
        return False
    span = figure.value * years
    if years > 1:
        return not span - 1 <= known <= span + _ROUND
    return abs(span - known) > 1 and not fits(span, known, before=before)
