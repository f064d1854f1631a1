"""Showing runs to people: terminal, pipes, notebooks; one renderer each, over events and rows.

`transcript` tells a talk, `summary` its end, `tables` rows, `money` amounts, `notebook` Jupyter.
"""

from __future__ import annotations

__all__: list[str] = []
