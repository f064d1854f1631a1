"""What a member perceived: a prompt can be rendered only from this."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.conversation.state import Move, State, Utterance
from simulator.record.events import SummaryMade

__all__ = ["Perceived", "moved_until", "perceive", "said_until", "summary_for"]


@dataclass(frozen=True, slots=True)
class Perceived:
    """Words a member heard, those for everybody present apart from those for a few."""

    public: tuple[Utterance, ...]
    private: tuple[Utterance, ...]
    moves: tuple[Move, ...] = ()
    """Who came in and who left while the member was there."""
    found: tuple[str, ...] = ()
    """Ids of those who were there when the member came in; none where it was there at the start."""

    @property
    def in_order(self) -> tuple[Utterance, ...]:
        """All of them, one after the other."""
        if not self.private:
            return self.public
        return tuple(sorted((*self.public, *self.private), key=_place))


def perceive(state: State, member: str, *, heard: int | None = None) -> Perceived:
    """What `member` heard up to and including turn `heard`; None means up to now."""
    audible = said_until(state, heard)
    public = tuple(u for u in audible if not u.to and member not in u.missed)
    private = tuple(u for u in audible if u.to and u.heard_by(member))
    moves = tuple(one for one in moved_until(state, heard) if member not in one.missed)
    entries = [one for one in moves if one.comes and one.member == member]
    found = (one for one in state.members if any(one not in move.missed for move in entries))
    return Perceived(public, private, moves, tuple(found))


def moved_until(state: State, heard: int | None) -> tuple[Move, ...]:
    """Who came in and who left up to turn `heard`; None means up to now."""
    if heard is None:
        return state.moves
    return tuple(one for one in state.moves if one.after <= heard)


def summary_for(state: State, member: str, *, heard: int | None = None) -> SummaryMade | None:
    """The latest summary `member` may read before what follows turn `heard`; None: there is none.

    It may be read by whoever has heard every line that is in it, and by nobody else; no name
    stands for somebody who takes no part and hears all.
    """
    turn = (state.turn if heard is None else heard) + 1
    for summary in reversed(state.summaries):
        if summary.text and summary.turn <= turn:
            covered = (u for u in state.utterances if not u.to and u.turn <= summary.last)
            if all(member not in u.missed for u in covered):
                return summary
    return None


def _place(said: Utterance) -> tuple[int, bool]:
    return said.turn, said.act is not None


def said_until(state: State, heard: int | None) -> tuple[Utterance, ...]:
    """What was said up to turn `heard`; None means up to now.

    Words from outside come right before the turn they bear the number of.
    """
    utterances = state.utterances
    end = len(utterances)
    if heard is None:
        return utterances
    while end and utterances[end - 1].turn > heard:
        end -= 1
    later = (u for u in utterances[end:] if u.act is None and u.turn == heard + 1)
    return (*utterances[:end], *later)
