"""Showing runs to people: terminal, pipes, notebooks; one renderer each, over events and rows.

`talk` and `plain` tell a talk, `summary` its end, `tables` rows, `money` amounts, `json_lines`
the same for programs, `notebook` Jupyter.
"""

from __future__ import annotations

__all__: list[str] = []
