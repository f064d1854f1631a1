"""One talk: who speaks, what they perceive, what they are asked, what they say, when it ends."""

from __future__ import annotations

__all__: list[str] = []
