"""What models are asked, rendered from what a speaker perceived and from nothing else."""

from __future__ import annotations

from simulator.conversation.prompts.lines import line_of
from simulator.conversation.prompts.prompts import Prompts
from simulator.conversation.prompts.situation import Situation

__all__ = ["Prompts", "Situation", "line_of"]
