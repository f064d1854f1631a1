"""Changing what users wrote, so that their comments, order and spelling stay."""

from __future__ import annotations

__all__: list[str] = []
