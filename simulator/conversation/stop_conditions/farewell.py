"""Over when people have said goodbye, or are only being polite to each other.

A turn counts as polite if its clauses are courtesy (`courtesy`), or if it adds nothing to the last
turns (`platitude`). Whoever greets with the first words of all comes, and is not on the way out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from simulator.conversation.standing import Standing
from simulator.conversation.state import State, Utterance
from simulator.conversation.stop_conditions.condition import StopCondition, StopReason
from simulator.conversation.stop_conditions.courtesy import Courtesy, courtesy_of
from simulator.conversation.stop_conditions.platitude import Platitude, platitude_of
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
_MOVES = frozenset({"ask", "propose", "object", "challenge"})
"""Acts that add something, whatever the words."""
_RUNS = (_POLITE_TURNS, _POLITE_TURNS + 1)
"""Turns in a row that are looked at."""
_EARLIER = 3
"""Turns before those whose words are not new in them."""
_ODD = 2
"""New words in all that one turn more may have, each turn at most one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """A turn, read as courtesy."""

    text: str
    speaker: str
    courtesy: Courtesy
    platitude: Platitude
    first: bool
    """It is the first its speaker takes."""
    answers: bool
    """It may be the answer to a question: then agreement is news."""

    news: bool
    """It moves the talk on by its act, or by the scenario's own reply fields: an offer, a vote."""

    @property
    def comes(self) -> bool:
        """Whether its speaker has only just come."""
        return self.first and self.platitude.greets and not self.courtesy.goodbye

    @property
    def polite(self) -> bool:
        """Whether it is courtesy, and no mere agreement."""
        return self.courtesy.takes(_REST) or (self.platitude.warm and self._adds_at_most(0))

    @property
    def agrees(self) -> bool:
        """Whether it is courtesy, or mere agreement."""
        return self.polite or (self.idle and self.platitude.agrees)

    @property
    def idle(self) -> bool:
        """Whether it is courtesy, or adds nothing."""
        return self.polite or (not self.answers and self._adds_at_most(0))

    @property
    def nearly(self) -> bool:
        """Whether it is idle but for half of its words, or courtesy but for one that is new."""
        courteous = self.platitude.warm and self._adds_at_most(1)
        return self.idle or self.courtesy.takes(_MOSTLY) or courteous

    def _adds_at_most(self, words: int) -> bool:
        return not self.news and self.platitude.adds_at_most(words)


def farewell() -> StopCondition:
    """Everybody present has said goodbye last, or the last turns were courtesy only."""

    def condition(standing: Standing, /) -> StopReason | None:
        state, names = standing.state, _names(standing.cast)
        size = max(_POLITE_TURNS + 1, len(state.present))
        said = [one for one in state.utterances if one.act is not None]
        firsts = {one.speaker: one.turn for one in reversed(said)}
        last = said[-size - _EARLIER :]
        read = list(_read(last, names, present=len(state.present), firsts=firsts))
        if _all_have_left(state, read):
            return StopReason("farewell", "everybody has said goodbye")
        if any(_only_polite(_last(read, turns, names)) for turns in _RUNS):
            return StopReason("farewell", "nothing was said any more but thanks and goodbyes")
        return None

    return condition


def _read(
    said: Sequence[Utterance],
    names: frozenset[str],
    *,
    present: int,
    firsts: Mapping[str, int],
) -> Iterator[_Turn]:
    """The turns, each by itself; `firsts`: speaker -> its first turn."""
    open_for = 0
    replies: dict[str, Mapping[str, Any]] = {}
    for one in said:
        platitude = platitude_of(one.text, names, ())
        yield _Turn(
            text=one.text,
            speaker=one.speaker,
            courtesy=_courtesy(one.text, names),
            platitude=platitude,
            first=firsts[one.speaker] == one.turn,
            answers=open_for > 0,
            news=one.act in _MOVES or (bool(one.reply) and replies.get(one.speaker) != one.reply),
        )
        replies[one.speaker] = one.reply
        open_for = max(1, present - 1) if platitude.asks else max(0, open_for - 1)


@lru_cache(maxsize=256)
def _courtesy(text: str, names: frozenset[str]) -> Courtesy:
    """A text's courtesy, read once though several turns look back on it."""
    return courtesy_of(text, names)


def _last(read: Sequence[_Turn], turns: int, names: frozenset[str]) -> list[_Turn]:
    """The last turns, in the light of those before all of them; none if there are not so many."""
    if len(read) < turns:
        return []
    before = [one.text for one in read[:-turns][-_EARLIER:]]
    return [replace(one, platitude=platitude_of(one.text, names, before)) for one in read[-turns:]]


def _all_have_left(state: State, read: Sequence[_Turn]) -> bool:
    last = read[-len(state.present) :] if state.present else ()
    went = {one.speaker for one in last if one.courtesy.goodbye}
    return bool(state.present) and set(state.present) <= went


def _only_polite(last: Sequence[_Turn]) -> bool:
    if not last or any(one.comes for one in last):
        return False
    if not all(one.nearly for one in last) or not _is_courtesy(last):
        return False
    idle = sum(one.idle for one in last)
    if idle == len(last):
        return True
    new = sum(one.platitude.new for one in last)
    few = new <= _ODD and all(one.platitude.new <= 1 for one in last)
    return len(last) > _POLITE_TURNS and (few or idle >= _POLITE_TURNS)


def _is_courtesy(turns: Sequence[_Turn]) -> bool:
    """Whether turns that add nothing are polite: one of them is, and others agree, or all agree."""
    agreeing = sum(one.agrees for one in turns)
    return agreeing == len(turns) > _POLITE_TURNS or (
        agreeing > 1 and any(one.polite for one in turns)
    )


def _names(cast: Cast) -> frozenset[str]:
    called = " ".join(form for member in cast.members for form in member.called)
    return frozenset(_WORD.findall(called.casefold()))
