"""What was put in short, noted and remembered: foreign words under labels of ours."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.conversation.quoting import quoted
from simulator.definitions.memory import Memory
from simulator.record.events import MemoryRecalled, SummaryMade

__all__ = [
    "MEMORY_TOKENS",
    "NOTE_TOKENS",
    "SUMMARY_TOKENS",
    "noted",
    "remembered",
    "room_for",
    "summary_line",
]

SUMMARY_TOKENS = 320
"""Estimated tokens of a summary at most."""
NOTE_TOKENS = 120
"""Estimated tokens of a speaker's note to itself at most."""
MEMORY_TOKENS = 100
"""Estimated tokens of one memory at most."""


def room_for(memory: Memory) -> int:
    """Estimated tokens that are kept free for it in every prompt, so that all read alike."""
    summary = SUMMARY_TOKENS if memory.window == "summary" else 0
    recalled = MEMORY_TOKENS * memory.recall if memory.across_runs else 0
    return summary + recalled + (NOTE_TOKENS if memory.reflect else 0)


def summary_line(summary: SummaryMade) -> str:
    """The first line of a transcript whose beginning is in a summary."""
    turns = f"{summary.first}-{summary.last}" if summary.first < summary.last else summary.last
    return f"[{turns}] In short, in nobody's own words: {quoted(summary.text)}"


def noted(note: SummaryMade | None) -> str:
    """What a speaker last noted for itself; empty where there is nothing."""
    if note is None or not note.text:
        return ""
    return f"What you noted for yourself after turn {note.last}: {quoted(note.text)}"


def remembered(memories: Sequence[MemoryRecalled]) -> str:
    """What a speaker has in mind from earlier runs, with a heading; empty if nothing."""
    if not memories:
        return ""
    lines = "\n".join(f"- ({quoted(one.source)}) {quoted(one.text)}" for one in memories)
    return (
        "What you remember of earlier conversations, as you took it along then (the others here "
        f"may know nothing of it):\n{lines}"
    )
