"""What was said and what was paid: events, calls and attempts in one SQLite file.

`store` is the one door to the database; `events`, `usage` and `calls` are the values that pass
through it and know no SQL. `knowledge` searches the texts that a persona knows.
"""

from __future__ import annotations

__all__: list[str] = []
