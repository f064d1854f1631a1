"""What a question about somebody asks for: the name, or something else that may look like one.

"Lund." is a name of nobody's where somebody asked where the son lives.
"""

from __future__ import annotations

import re
from functools import lru_cache

from simulator.conversation.fidelity.reading import Reading, Sentence

__all__ = ["asks_for_name", "asks_for_other", "tells_of_somebody"]

_BE = r"(?:'s|'re| is| are| was| were| will be)"
_NAME = re.compile(
    r"\b(?:(?:called|named|names?|christened|whom|whose|heisst|heissen|nennen|nennst|namen?|"
    r"llama|llaman|nombre|s'appelle\w*|appelle\w*|appelez|nom|prenom)\b|"
    r"(?:do|did|does|would|can|could|may|shall|should) (?:you|we|i|they) call\b|"
    rf"who{_BE}\b(?! (?:\w+ing|at|in|on|with|to)\b)|who (?:else )?(?:do|did|are|were) you\b|"
    rf"which(?: one)?{_BE}\b|where do you work\b|wer (?:ist|sind|war)\b|"
    r"quien(?:es)? (?:es|son|era)\b|qui (?:est|sont|etait)\b|mit wem\b|con quien\b|avec qui\b)"
)
"""Questions that a name answers."""
_ABOUT_AT_ALL = re.compile(
    r"\b(?:what|how|wie|que|comment) (?:about|if)\b|\bhow(?:'s| is| are| was) (?!old|long|tall|big|"
    r"far|much|many|often|well)|\bwie geht\b|\bcomo esta\b|\bcomment va\b|\bwho (?:is|'s)\b|"
    r"\bwhat (?:kind|sort) of (?:family|pets?|animals?)\b"
)
_OPEN = re.compile(
    r"(?:^|[,;:] ?|\b(?:and|so|but|then|now|well|tell me|say|und|et|y|pero|mais|aber) )(?:and |so |"
    r"but |at |in |on |from |with |to |for |since |aus |seit |a |de |en |desde )*"
    r"(?:what|why|how|where|when|which|who|was|wo|woher|wohin|wann|warum|wie|welche\w*|wer|que|"
    r"donde|adonde|cuando|cuant\w+|por que|como|cual\w*|quien|ou|quand|combien|pourquoi|quel\w*|"
    r"comment|qui|qu'est-ce)\b"
)

_SOMEBODY = re.compile(
    r"^(?:oh|well|now)?,? ?\w+ (?:lives|works|sleeps|sits|stays|studies|moved|went|left|(?:is|was) "
    r"(?:at|with|on|off|away|out|home|asleep|still|back|here|there))\b"
)
"""Answers that begin with whoever does something somewhere."""


@lru_cache(maxsize=1_024)
def _asked(text: str) -> tuple[bool, bool]:
    """Whether the last question of a folded text is for a name, and whether for something else."""
    last = re.split(r"[.!?\n]\s*", text.strip().rstrip("?!. \"'\u201d"))[-1]
    if _NAME.search(last):
        return True, False
    return False, bool(_OPEN.search(last)) and not _ABOUT_AT_ALL.search(last)


def asks_for_name(asked: Reading) -> bool:
    """Whether who somebody is, or what something is called, is asked for."""
    return _asked(asked.folded)[0]


def asks_for_other(asked: Reading) -> bool:
    """Whether a place, a time, a trade or the like is asked for, which may look like a name."""
    return _asked(asked.folded)[1]


def tells_of_somebody(answer: Sentence) -> bool:
    """Whether an answer begins with somebody who is, or lives, somewhere: "Nils is at sea."."""
    return bool(_SOMEBODY.match(answer.folded))
