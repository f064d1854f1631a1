"""Reaching a model and paying for it: prompts, routes, transports, the ledger's meter."""

from __future__ import annotations

__all__: list[str] = []
