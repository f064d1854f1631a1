"""Asking models what they can do, and comparing that with models.yaml.

The door is `simulator.runs.model_check.check`.
"""

from __future__ import annotations

__all__: list[str] = []
