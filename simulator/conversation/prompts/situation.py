"""The circumstances of one turn: what a prompt is made of beside the cast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator.conversation.perception import Perceived, perceive
from simulator.conversation.state import State
from simulator.definitions.cast import Cast
from simulator.record.events import PhaseEntered

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
    allowed_tools: tuple[str, ...] = ()
    phase: PhaseEntered | None = None
    goal: str = ""
    """What the speaker wants since an event changed it; empty: what its card says."""

    @classmethod
    def of(cls, state: State, cast: Cast, member: str, **more: Any) -> Situation:
        """The circumstances of a member's next turn, or of the one it was given.

        `more` are fields that the state does not tell.
        """
        pending, limits = state.pending_of(member), cast.scenario.limits
        heard = pending.heard if pending is not None else None
        return cls(
            turn=pending.turn if pending is not None else state.turn + 1,
            turns=limits.turns,
            perceived=perceive(state, member, heard=heard),
            context_tokens=state.prompt_tokens(limits.context_tokens, heard=heard),
            phase=state.phase,
            goal=state.goals.get(member, ""),
            **more,
        )

    @classmethod
    def outside(cls, state: State, cast: Cast, *, until: int | None = None) -> Situation:
        """The circumstances of somebody who takes no part and hears all; `until`: up to a turn."""
        said = [one for one in state.utterances if until is None or one.turn <= until]
        limits = cast.scenario.limits
        return cls(
            turn=state.turn + 1,
            turns=limits.turns,
            perceived=Perceived(
                public=tuple(one for one in said if not one.to),
                private=tuple(one for one in said if one.to),
            ),
            context_tokens=state.prompt_tokens(limits.context_tokens),
            phase=state.phase,
        )
