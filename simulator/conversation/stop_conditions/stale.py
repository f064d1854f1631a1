"""Over when nothing new is said any more."""

from __future__ import annotations

import re

from simulator.conversation.standing import Standing
from simulator.conversation.stop_conditions.condition import StopCondition, StopReason

__all__ = ["stale"]

_TELLING = re.compile(r"\w{4,}")
"""Words that can be new; shorter ones are nearly all grammar."""
_NEW = 0.2
"""The share of a turn's telling words that makes it one that brings something new."""


def stale(turns: int) -> StopCondition:
    """So many turns in a row had hardly a word in them that was not said before."""

    def condition(standing: Standing, /) -> StopReason | None:
        said = [one for one in standing.state.utterances if one.act is not None]
        if len(said) <= turns:
            return None
        known = _words(*(one.text for one in said[:-turns]))
        for one in said[-turns:]:
            words = _words(one.text)
            if words and len(words - known) / len(words) >= _NEW:
                return None
            known |= words
        return StopReason("stale", f"the last {turns} turns brought nothing new")

    return condition


def _words(*texts: str) -> set[str]:
    return {word for text in texts for word in _TELLING.findall(text.casefold())}
