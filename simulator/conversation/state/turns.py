"""Turns: what was said aloud, who still has one to take, what became of the others, who moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from simulator.conversation.quoting import quoted
from simulator.definitions.act import Act
from simulator.llm.prompt import estimate_tokens

__all__ = ["Finished", "Move", "Pending", "Utterance"]


@dataclass(frozen=True, kw_only=True)
class Utterance:
    """Something said aloud: a turn, or words from outside; measured and quoted once."""

    turn: int
    speaker: str
    """A member's id, or the name of a voice from outside."""
    text: str
    act: Act | None
    """None for words from outside."""
    to: tuple[str, ...] = ()
    """Who heard it; empty: everybody present."""
    missed: frozenset[str] = frozenset()
    """Members who were not there."""
    reply: Mapping[str, Any] = field(default_factory=dict)
    """What the speaker put in the scenario's own reply fields."""
    edited: bool = False
    """Whether somebody who steers the run has changed the words."""
    moves: int = 0
    """Of words from outside: how many comings and goings were before them."""

    def heard_by(self, member: str) -> bool:
        """Whether a member perceived it: there, and meant by it or speaking."""
        if member in self.missed:
            return False
        return not self.to or member in self.to or member == self.speaker

    @cached_property
    def tokens(self) -> int:
        """Tokens of the words and of what stands beside them, estimated."""
        beside = "".join(f"; {name}: {value}" for name, value in self.reply.items())
        return estimate_tokens(self.text + beside)

    @cached_property
    def quoted(self) -> str:
        """The words for a prompt: after a line's break indented, so none forges a label or cue."""
        return quoted(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Somebody comes in or leaves, before the eyes of those who are there."""

    member: str
    comes: bool
    """False: leaves."""
    after: int
    """The last turn before it."""
    number: int
    """How many comings and goings were before it."""
    missed: frozenset[str] = frozenset()
    """Members who were not there to see it; whoever leaves is one of them."""

    def comes_before(self, said: Utterance) -> bool:
        """Whether these words were said when it had happened."""
        return said.moves > self.number if said.act is None else said.turn > self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """Somebody who has been given the floor and has not used it yet."""

    speaker: str
    turn: int
    heard: int
    """The last turn the speaker has heard."""
    missed: frozenset[str] = frozenset()
    """Members who were not there when the floor was given: they will not hear it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A turn that is over, whatever became of it."""

    turn: int
    speaker: str
    outcome: Literal["taken", "passed", "failed"]
    source: str = ""
    """The id of the written line or sample that was spoken, if any."""
    error: str = ""
    """The kind of the error of a failed turn."""
    message: str = ""
    """The error in words."""
