"""Over when people have said goodbye, or are only being polite to each other."""

from __future__ import annotations

import re
from collections.abc import Sequence

from simulator.conversation.standing import Standing
from simulator.conversation.state import State
from simulator.conversation.stop_conditions.condition import StopCondition, StopReason
from simulator.conversation.stop_conditions.courtesy import Courtesy, courtesy_of
from simulator.definitions.cast import Cast

__all__ = ["farewell"]

_WORD = re.compile(r"\w+")
_REST = 0.2
"""The share of a turn's words that may be about anything else, for it to be courtesy."""
_MOSTLY = 0.5
"""That share for one among several that are."""
_POLITE_TURNS = 3
"""So many turns that are nothing but courtesy end it, however many people there are: all in a row,
or with one among them that is mostly so."""


def farewell() -> StopCondition:
    """Everybody present has said goodbye last, or the last turns were courtesy only."""

    def condition(standing: Standing, /) -> StopReason | None:
        state, names = standing.state, _names(standing.cast)
        size = max(_POLITE_TURNS + 1, len(state.present))
        said = [one for one in state.utterances if one.act is not None][-size:]
        if not said:
            return None
        read = [(one.speaker, courtesy_of(one.text, names)) for one in said]
        if _all_have_left(state, read):
            return StopReason("farewell", "everybody has said goodbye")
        if _only_polite([courtesy for _, courtesy in read]):
            return StopReason("farewell", "nothing was said any more but thanks and goodbyes")
        return None

    return condition


def _all_have_left(state: State, read: Sequence[tuple[str, Courtesy]]) -> bool:
    last = read[-len(state.present) :] if state.present else ()
    went = {speaker for speaker, courtesy in last if courtesy.goodbye}
    return bool(state.present) and set(state.present) <= went


def _only_polite(read: Sequence[Courtesy]) -> bool:
    last = read[-_POLITE_TURNS:]
    if len(last) == _POLITE_TURNS and all(one.takes(_REST) for one in last):
        return True
    last = read[-_POLITE_TURNS - 1 :]
    polite = sum(one.takes(_REST) for one in last)
    return (
        polite == _POLITE_TURNS and len(last) > polite and all(one.takes(_MOSTLY) for one in last)
    )


def _names(cast: Cast) -> frozenset[str]:
    called = " ".join(form for member in cast.members for form in member.called)
    return frozenset(_WORD.findall(called.casefold()))
