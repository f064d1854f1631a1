"""The circumstances of one turn: what a prompt is made of beside the cast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from simulator.conversation.context_window import LeftOut
from simulator.conversation.perception import (
    Perceived,
    moved_until,
    perceive,
    said_until,
    summary_for,
)
from simulator.conversation.state import Move, State, Utterance
from simulator.definitions.cast import Cast
from simulator.definitions.window import halved, opening
from simulator.record.events import MemoryRecalled, PhaseEntered, SummaryMade

__all__ = ["Situation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """The circumstances of one turn."""

    turn: int
    turns: int
    """The run's limit of turns."""
    perceived: Perceived
    context_tokens: int
    """Tokens a prompt may have before its oldest lines are left out."""
    context_lines: int | None = None
    """Lines a prompt has at most; None: as many as there is room for."""
    left_out: LeftOut = LeftOut()
    """What is not read for the number of all lines alone."""
    allowed_tools: tuple[str, ...] = ()
    phase: PhaseEntered | None = None
    closing: bool = False
    """Whether it is the last word."""
    summary: SummaryMade | None = None
    """The beginning of what was perceived, in short."""
    noted: SummaryMade | None = None
    """What the speaker last noted for itself."""
    remembered: tuple[MemoryRecalled, ...] = ()
    """What the speaker has in mind from earlier runs."""
    goal: str = ""
    """What the speaker wants since an event changed it; empty: what its card says."""
    moves: tuple[Move, ...] = ()
    """Who came in and who left until now, seen by the speaker or not."""
    here: tuple[str, ...] = ()
    """Members who are there, the speaker among them; empty: that does not matter."""

    @property
    def aside(self) -> tuple[Utterance, ...]:
        """What the speaker alone heard, the latest lines where they are many."""
        private, most = self.perceived.private, self.context_lines
        return private if most is None else private[-most:]

    @classmethod
    def of(cls, state: State, cast: Cast, member: str, **more: Any) -> Situation:
        """The circumstances of a member's next turn, or of the one it was given.

        `more` are fields that the state does not tell.
        """
        pending, limits = state.pending_of(member), cast.scenario.limits
        heard = pending.heard if pending is not None else None
        said = said_until(state, heard)
        away = (state.absent if pending is None else pending.missed) - {member}
        return cls(
            turn=pending.turn if pending is not None else state.turn + 1,
            turns=limits.turns,
            perceived=perceive(state, member, heard=heard),
            context_tokens=state.prompt_tokens(limits.context_tokens, heard=heard),
            context_lines=limits.context_lines,
            left_out=_left_out(said, limits.context_lines, member),
            phase=state.phase,
            goal=state.goals.get(member, ""),
            summary=summary_for(state, member, heard=heard),
            noted=state.reflections.get(member),
            remembered=state.recalled.get(member, ())[-cast.scenario.memory.recall :],
            closing=state.closing is not None,
            moves=moved_until(state, heard),
            here=tuple(one for one in cast.ids if one not in away),
            **more,
        )

    @classmethod
    def outside(cls, state: State, cast: Cast, *, until: int | None = None) -> Situation:
        """The circumstances of somebody who takes no part and hears all; `until`: up to a turn."""
        said = tuple(one for one in state.utterances if until is None or one.turn <= until)
        moves = moved_until(state, None if until is None else until - 1)
        limits = cast.scenario.limits
        return cls(
            turn=state.turn + 1,
            turns=limits.turns,
            perceived=Perceived(
                public=tuple(one for one in said if not one.to),
                private=tuple(one for one in said if one.to),
                moves=moves,
            ),
            context_tokens=state.prompt_tokens(limits.context_tokens),
            context_lines=limits.context_lines,
            left_out=_left_out(said, limits.context_lines),
            phase=state.phase,
            summary=summary_for(state, "", heard=None if until is None else until - 1),
            moves=moves,
        )


def _left_out(said: Sequence[Utterance], most: int | None, member: str = "") -> LeftOut:
    """What a member does not read of what it heard, and of what it did not hear.

    By the lines of all, not by its own: so whoever came late reads on from the same line.
    """
    if most is None:
        return LeftOut()
    public = [member not in one.missed for one in said if not one.to]
    dropped, first = halved(len(public), most=most), opening(most)
    heard = sum(public[first : first + dropped])
    return LeftOut(sum(public[:first]), heard, dropped - heard)
