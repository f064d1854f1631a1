"""What a speaker says of himself: what is his, what he wants or lacks, "we" and "us".

Whoever told something of his own is asked about it; whoever lacks something is offered it. Patterns
over folded text, in English, German, Spanish and French.
"""

from __future__ import annotations

import re

from simulator.conversation.hearing.phrases import any_of

__all__ = ["MINE", "OWN", "US", "WISHES"]

MINE = re.compile(
    r"\b(?:my|mine|mein\w{0,2}|unser\w{0,2}|our|mi|mis|mon|ma|mes|nuestr[oa]s?|notre|nos)"
    r" ([a-z]+)"
)
OWN = any_of(
    r"(?:i|i'm|i've|i'd|i'll|my|mine|me|we|we've|our|ich|mein\w*|mir|wir|yo|mi|mis|nos|je|j'ai"
    r"|mon|ma|mes|nous)\b"
)
US = any_of(r"(?:we|us|our|ours|wir|uns|unser\w*|nosotr[oa]s|nuestr[oa]s?|nous|notre)\b")
WISHES = any_of(
    r"i(?:'d| would) (?:love|like|rather)\b",
    r"i (?:wish|want|need|lack|can't|cannot|couldn't|must|have to|missed|lost|forgot"
    r"|failed|hate)\b",
    r"i've (?:never|no|lost|missed|forgotten|run out)\b",
    r"i'm (?:hopeless|bad at|starving|hungry|thirsty|freezing|cold|tired|stuck|late|lost)\b",
    r"too (?:heavy|difficult|hard|high|fast) for me\b",
    r"(?:ich (?:muss|kann nicht|brauche|mochte|wollte)|mir fehlt|ojala|quiero|necesito|no puedo"
    r"|je (?:voudrais|dois|ne peux)|j'ai besoin)\b",
)
