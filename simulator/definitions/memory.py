"""What members keep of a talk when it grows long, and what personas take along into later runs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from simulator.definitions.amount import Count
from simulator.definitions.written import Written

__all__ = ["Memory", "memory_owner"]


class Memory(Written):
    """How the members of a conversation remember; whatever needs a model is asked and booked."""

    window: Literal["blocks", "summary"] = "blocks"
    """What becomes of lines that a prompt has no room for: `blocks` leaves them out, `summary`
    puts them in few words first."""
    across_runs: bool = False
    """True: each persona takes something along, and recalls it in later runs that say so too."""
    recall: int = Field(default=3, ge=1, le=20)
    """How many memories of earlier runs a turn's prompt holds at most."""
    reflect: Count | None = None
    """After so many turns of the run a speaker first notes down, for itself alone, what it takes
    from the talk; None: never."""


def memory_owner(persona: str, member: str) -> str:
    """Under which name a member remembers: the persona's id, `rosa/second-rosa` under `as:`.

    Who plays under another name is somebody else there, and hears and keeps other things.
    """
    return persona if member == persona else f"{persona}/{member}"
