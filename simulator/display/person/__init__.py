"""A person at a terminal: who plays a member, or steers the run, and what they may see of it."""

from __future__ import annotations

__all__: list[str] = []
