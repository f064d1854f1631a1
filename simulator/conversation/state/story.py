"""The story so far: everything the next step depends on, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from simulator.conversation.state.turns import Finished, Move, Pending, Utterance
from simulator.record.events import (
    FidelityFlagged,
    LimitReached,
    MemoryKept,
    MemoryRecalled,
    PhaseEntered,
    RunClosing,
    SummaryMade,
    ToolBegun,
    ToolCalled,
)

__all__ = ["Story"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Everything the next step depends on; made from events only.

    Simultaneous turns end in any order; their traces stand in the order of turns, so that the
    state is the same whoever was quicker.
    """

    seed: int = 0
    members: tuple[str, ...] = ()
    """Everybody of the cast, in the order of the round."""
    absent: frozenset[str] = frozenset()
    """Members who have left."""
    leaving: tuple[Utterance, ...] = ()
    """Last words of members who have left, until the record says that they have."""
    moves: tuple[Move, ...] = ()
    """Who came in and who left since the beginning, in order."""
    spent: frozenset[str] = frozenset()
    """Members whose own budget is used up."""
    utterances: tuple[Utterance, ...] = ()
    turn: int = 0
    """The last turn number that was given out."""
    heard: int = 0
    """The last turn that the speakers chosen last have heard."""
    pending: tuple[Pending, ...] = ()
    finished: tuple[Finished, ...] = ()
    """Turns that are over, in the order of turns."""
    listened: Mapping[str, int] = field(default_factory=dict)
    """Member -> the last turn it had heard when it last had the floor."""
    tools: tuple[ToolCalled, ...] = ()
    """Tool results of turns that are still pending."""
    begun: tuple[ToolBegun, ...] = ()
    """Tools that change something outside and have begun in turns that are still pending."""
    tool_calls: int = 0
    """How many tools were called in the run, whatever came of it."""
    flags: tuple[FidelityFlagged, ...] = ()
    """What is out of character in turns that are still pending."""
    summaries: tuple[SummaryMade, ...] = ()
    """What was put in short for those who heard it, oldest first; without a text it failed."""
    reflections: Mapping[str, SummaryMade] = field(default_factory=dict)
    """Member -> what it last noted for itself; without a text it failed."""
    recalled: Mapping[str, tuple[MemoryRecalled, ...]] = field(default_factory=dict)
    """Member -> what came to its mind from earlier runs, oldest first."""
    taken_along: tuple[MemoryKept, ...] = ()
    """What members take along into later runs."""
    interventions: Mapping[int, int] = field(default_factory=dict)
    """Which of the scenario's events have happened: index -> how many of its effects."""
    intervening: int | None = None
    """The event that happened last since the floor was given."""
    phase: PhaseEntered | None = None
    """The phase the talk is in; its `turn` is the last turn before it."""
    goals: Mapping[str, str] = field(default_factory=dict)
    """Member -> what it wants since an event changed it."""
    called: str = ""
    """The member whom an event gives the floor next; empty: the turn-taking decides."""
    limit: LimitReached | None = None
    """The limit of the run, the day or the study that was reached."""
    unpaid: frozenset[str] = frozenset()
    """Purposes whose budget is used up, as limits name them: `purpose:judge`."""
    context_tokens: int | None = None
    """Tokens a prompt may have, where the models read less than the scenario's limit."""
    overflows: tuple[LimitReached, ...] = ()
    """Prompts that were too long for a model, in the order of turns."""
    closing: RunClosing | None = None
    """That it is about to end, and who has the last word."""
    closed: str = ""
    """Why an event from outside has ended it; empty: none has."""
    ended: str = ""
    """The stop reason, once the run is over."""

    def pending_of(self, speaker: str) -> Pending | None:
        """The turn this member still has to take."""
        return next((p for p in self.pending if p.speaker == speaker), None)
