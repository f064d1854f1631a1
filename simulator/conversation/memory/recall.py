"""Recall: what comes to somebody's mind from earlier runs when it is about to speak."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from simulator.conversation.perception import Perceived
from simulator.conversation.state import Pending, State
from simulator.definitions.cast import Cast, Member
from simulator.record.events import MemoryRecalled
from simulator.record.rows import Recollection

__all__ = ["Memories", "recalled_now", "what_to_recall"]

_LINES = 4
"""The last lines heard decide what comes to mind."""


class Memories(Protocol):
    """What personas took along from runs that were over before this one began."""

    def recall(self, owner: str, query: str, *, limit: int) -> Sequence[Recollection]:
        """The memories of one owner that fit a text best, the best first."""


def what_to_recall(perceived: Perceived, cast: Cast, member: Member) -> str:
    """The text whose words bring something to a member's mind, the most telling first.

    The last words heard, the people they are from, or, before much was said, all who take part;
    and then what the conversation is about.
    """
    heard = perceived.in_order[-_LINES:]
    early = len(heard) < _LINES
    speakers = cast.ids if early else tuple(dict.fromkeys(one.speaker for one in heard))
    people = [cast.member(one).name for one in speakers if one in cast.ids and one != member.id]
    about = [cast.scenario.title, cast.scenario.setting] if early else []
    return "\n".join((*(one.text for one in reversed(heard)), *people, *about))


def recalled_now(
    state: State, pending: Pending, found: Sequence[Recollection], *, limit: int
) -> tuple[MemoryRecalled, ...]:
    """What comes to mind in this turn and is not in mind yet.

    What was recalled in this turn before it broke off is on record and is not told again.
    """
    known = state.recalled.get(pending.speaker, ())
    before = [one for one in known if one.turn < pending.turn][-limit:]
    already = [one for one in known if one.turn == pending.turn]
    in_mind = {(one.text, one.source) for one in (*before, *already)}
    new = [one for one in found if (one.text, one.source) not in in_mind]
    return tuple(
        MemoryRecalled(turn=pending.turn, speaker=pending.speaker, text=one.text, source=one.source)
        for one in new[: max(0, limit - len(already))]
    )
