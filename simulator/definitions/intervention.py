"""What happens to a conversation from outside, and when."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from simulator.definitions.amount import Count
from simulator.definitions.persona import Text
from simulator.definitions.written import Written

__all__ = ["EFFECTS", "Intervention", "Measured", "Moment"]

MeasureName = Literal["conflict", "silence", "share"]
EFFECTS = ("say", "tell", "goal", "join", "leave", "next", "end")
"""The fields of an intervention that say what happens."""


class Measured(Written):
    """A figure about the talk that has passed a threshold."""

    measure: MeasureName
    """conflict: the share of the last six turns that object or challenge. silence: turns since
    `of` had the floor. share: the part of all words that is `of`'s."""
    of: Text | None = None
    """The member it is about; left out only with conflict, which is about everybody."""
    above: float | None = None
    """It is greater than this."""
    below: float | None = None
    """It is less than this."""


class Moment(Written):
    """When something happens: all that is given must hold, then it happens once."""

    turn: Count | None = None
    """Right before this turn, or later if something else must hold too."""
    phase: Text | None = None
    """While this phase lasts."""
    said: Text | None = None
    """The last turn matches this regular expression, whatever its case."""
    speaker: Text | None = None
    """This member had the last word."""
    when: Measured | None = None
    """A figure about the talk has passed a threshold."""
    asked: Text | None = None
    """A statement about the talk that a cheap model judges to be true, once a round."""

    @property
    def certain(self) -> bool:
        """Whether it comes by counting turns alone."""
        return self.turn is not None and not (
            self.phase or self.said or self.speaker or self.when or self.asked
        )


class Intervention(Written):
    """Something that happens to a conversation from outside; at least one effect is given."""

    at: Moment
    """When it happens."""
    say: Text | None = None
    """Words everybody hears."""
    speaker: str = Field(default="narrator", alias="as")
    """Who says or tells them: narrator, or any name that is not in the cast."""
    tell: dict[str, Text] = Field(default_factory=dict)
    """Member -> something only that member learns."""
    goal: dict[str, Text] = Field(default_factory=dict)
    """Member -> what the member wants from now on, instead of what it wanted here."""
    join: tuple[Text, ...] = ()
    """Members who come in; the cast names them with `enters: later`."""
    leave: tuple[Text, ...] = ()
    """Members who have to go."""
    next: Text | None = None
    """The member who has the floor next, whatever the turn-taking says."""
    end: Text | None = None
    """The conversation is over, and why."""

    @property
    def effects(self) -> tuple[str, ...]:
        """What it does, in the order in which it is done."""
        return tuple(name for name in EFFECTS if getattr(self, name))
