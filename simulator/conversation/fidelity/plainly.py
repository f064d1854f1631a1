"""A secret of one word of matter, "she is leaving", told plainly: the persona says it of itself.

Such a word alone is in everybody's mouth ("left a bit", "I left four messages"); it tells the
secret where "I" or "my" stands before it and no object of another kind behind it.
"""

from __future__ import annotations

import re

from simulator.conversation.fidelity.kept import Kept
from simulator.conversation.fidelity.phrases import words_of
from simulator.conversation.fidelity.reading import Sentence
from simulator.conversation.fidelity.vocabulary import STOP

__all__ = ["is_short", "is_told_plainly"]

_SELF = words_of("i we my our ich wir mein meine unser yo me nos mi je j nous mon ma")
_BREAK = re.compile(r"[,;:.!?()\u2013\u2014]")
_ON = re.compile(
    r"\W*$|[.,;:!?)\u2013\u2014]|'s\b| (?:in|from|for|by|with|after|before|until|next|this|now|"
    r"soon|again|and|but|so|because|too|already|tomorrow|today|here|altogether|anyway|since|every|"
    r"a lot|too much|very|badly|when|if|as|at the end|at christmas|at easter|on (?:mon|tues|"
    r"wednes|thurs|fri|satur|sun)day|him|her|them|it|my (?:job|post|wife|husband|firm)|"
    r"the (?:job|firm|bank|company|house|country|team|band|party|church|school|city|town)|im|am|"
    r"nach|"
    r"zum|en|el|de|le)\b"
)
"""What can stand behind a deed that has no object."""
_SUFFERED = re.compile(r" (?:me|us|mich|uns)\b")
_BARE = 4
"""Words of a telling that leaves "I" out: "Leaving in May"."""


def is_short(secret: Kept) -> bool:
    """Whether the persona's secret has but one word of matter."""
    return secret.own and len(secret.weights) + len(secret.figures) == 1


def is_told_plainly(secret: Kept, sentences: tuple[Sentence, ...]) -> bool:
    """Whether one of the sentences says it of the persona itself."""
    return any(
        _is_plain(secret, one.folded, span) for one in sentences for span in secret.spans(one)
    )


def _is_plain(secret: Kept, folded: str, span: tuple[int, int]) -> bool:
    start, end = span
    rest = folded[end:]
    if secret.suffered and _SUFFERED.match(rest):
        return True
    lead = re.findall(r"[^\W\d_]+", _BREAK.split(folded[:start])[-1])
    own = bool(set(lead[-6:]) & _SELF) and all(
        word in STOP or word.endswith(("ly", "ing")) for word in _behind_self(lead)
    )
    bare = not lead and len(folded.split()) <= _BARE
    return bool(own or bare) and bool(_ON.match(rest))


def _behind_self(lead: list[str]) -> list[str]:
    """The words between "I" and what is told."""
    last = max((at for at, word in enumerate(lead) if word in _SELF), default=-1)
    return lead[last + 1 :]
