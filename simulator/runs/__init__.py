"""Talks in time: play a scenario and keep its record.

`simulation` plays, `run` reads a record, `rehearsal` tells what playing would cost. Reading loads
no model library.
"""

from __future__ import annotations

__all__: list[str] = []
