"""What a line does to the floor, read from its words; pure functions, no model."""

from __future__ import annotations

__all__: list[str] = []
