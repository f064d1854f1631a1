"""What is counted, and what a question for a number asks about, under whatever word it has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from simulator.conversation.fidelity.reading import Reading

__all__ = ["ASKS_SMALL", "MEANT", "alike", "asked_of"]

_SAME: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "girl": ("daughter", "girl"),
        "boy": ("son", "boy"),
        "lad": ("son", "play"),
        "twin": ("child",),
        "soul": ("inhabitant",),
    }
)
"""Words for those whom facts have by another."""
_ASKS_HEADS = re.compile(
    r"\bhow many (?:are|of) (?:you|there of you|there are of you)\b|\bhow many (?:people|heads|"
    r"hands|men|"
    r"women|boys|girls|lads)\b|\bhow (?:big|large) is (?:your|the) (?:team|crew|staff|kitchen|"
    r"class|"
    r"group|choir|squad|office)\b"
)
ASKS_SMALL = re.compile(r"\b(?:little|small|young) ones?\b|\bkids\b|\bchildren\b")
MEANT: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bpay\w* .*\b(?:room|flat|apartment|place|house|landlord|landlady)\b"), "rent"),
    (re.compile(r"\b(?:earn|bring home|take home|make)\b"), "salary"),
    (re.compile(r"\b(?:weigh|on the scales?)\b"), "weight"),
)
"""What is spoken of though its word is not said."""


def alike(ideas: tuple[str, ...]) -> tuple[str, ...]:
    """Girls are daughters where daughters are counted."""
    return tuple(same for one in ideas for same in _SAME.get(one, (one,)))


def asked_of(asked: Reading) -> frozenset[str]:
    """What a question is about, those it can mean by "you" and "little ones" included."""
    found = asked.ideas | {same for one in asked.ideas for same in _SAME.get(one, ())}
    if _ASKS_HEADS.search(asked.folded):
        found |= {"people"}
    if ASKS_SMALL.search(asked.folded) or "child" in found:
        found |= {"child", "grandchild", "daughter", "son"}
    return found
