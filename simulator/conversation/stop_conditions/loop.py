"""Over when people say the same again and again."""

from __future__ import annotations

import re

from simulator.conversation.standing import Standing
from simulator.conversation.stop_conditions.condition import StopCondition, StopReason

__all__ = ["loop"]

_WORD = re.compile(r"\w+")
_SAME = 0.85
"""The share of their words that two turns have in common to be the same (Jaccard's index)."""
_REMEMBERED = 24
"""Turns that are looked back on."""


def loop(times: int) -> StopCondition:
    """The last turn is the same as enough earlier ones, but for a word or two."""

    def condition(standing: Standing, /) -> StopReason | None:
        said = [one for one in standing.state.utterances if one.act is not None][-_REMEMBERED:]
        if len(said) < times:
            return None
        last = _words(said[-1].text)
        same = sum(_alike(last, _words(one.text)) for one in said)
        return StopReason("loop", f"the same was said {same} times") if same >= times else None

    return condition


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and len(one & other) / len(one | other) >= _SAME
