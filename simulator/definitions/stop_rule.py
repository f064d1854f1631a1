"""When a conversation, or a phase of it, has reached its end: one rule, or several composed."""

from __future__ import annotations

from pydantic import Field

from simulator.definitions.amount import MOST, Count, Dollars, Seconds
from simulator.definitions.persona import Text
from simulator.definitions.written import Written

__all__ = ["StopRule"]


class StopRule(Written):
    """When a conversation has reached its end; exactly one field is given."""

    any: tuple[StopRule, ...] | None = Field(default=None, min_length=1)
    """One of these rules holds."""
    all: tuple[StopRule, ...] | None = Field(default=None, min_length=1)
    """All of these rules hold."""
    negated: StopRule | None = Field(default=None, alias="not")
    """The rule does not hold."""
    phrase: str | None = Field(default=None, min_length=1)
    """Somebody's last turn contains these words, whole and in this order, whatever their case."""
    speaker: Text | None = None
    """This member, or one with this role, has had the last word; useful within `all`."""
    everybody_passed: bool | None = None
    """Every present member passed, one after another."""
    turns: Count | None = None
    """This many turns were taken."""
    tokens: Count | None = None
    """The run has used so many prompt and completion tokens."""
    dollars: Dollars | None = None
    """The run has cost so much; what could not be settled counts at the most it can have cost."""
    seconds: Seconds | None = None
    """The run has lasted so long."""
    goal: Text | None = None
    """A statement about the talk that a cheap model judges once a round: "They set a date"."""
    agreement: Text | None = None
    """Everybody who fills in this reply field filled in the same the last time, two at least."""
    stale: int | None = Field(default=None, ge=2, le=MOST)
    """So many turns in a row brought nothing new."""
    loop: int | None = Field(default=None, ge=2, le=MOST)
    """The same was said so many times."""
    farewell: bool | None = None
    """Everybody present has taken leave, or nothing but thanks and goodbyes is left."""
    external: bool | None = None
    """Somebody outside asked for the end: `StopSwitch` in Python."""

    @property
    def given(self) -> tuple[str, ...]:
        """The names of the fields that were written, as YAML spells them."""
        names = {"negated": "not"}
        return tuple(names.get(n, n) for n in self.model_fields_set if getattr(self, n) is not None)
