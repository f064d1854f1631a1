"""What models are asked, rendered from what a speaker perceived and from nothing else."""

from __future__ import annotations

from simulator.conversation.prompts.lines import line_of, whispers
from simulator.conversation.prompts.notes import MEMORY_TOKENS, NOTE_TOKENS, SUMMARY_TOKENS
from simulator.conversation.prompts.prompts import Prompts
from simulator.conversation.prompts.situation import Situation

__all__ = [
    "MEMORY_TOKENS",
    "NOTE_TOKENS",
    "SUMMARY_TOKENS",
    "Prompts",
    "Situation",
    "line_of",
    "whispers",
]
