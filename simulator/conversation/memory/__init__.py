"""What members make of a talk for later: summaries, reflections, and what they take along."""

from __future__ import annotations

from simulator.conversation.memory.due_note import DueNote
from simulator.conversation.memory.kept import episode_of, facts_of, facts_question
from simulator.conversation.memory.recall import Memories, recalled_now, what_to_recall
from simulator.conversation.memory.reflection import reflection_due
from simulator.conversation.memory.summary import summary_due

__all__ = [
    "DueNote",
    "Memories",
    "episode_of",
    "facts_of",
    "facts_question",
    "recalled_now",
    "reflection_due",
    "summary_due",
    "what_to_recall",
]
