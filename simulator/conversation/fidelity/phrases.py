"""Tables of phrases, one regular expression a line, made into one pattern when first needed."""

from __future__ import annotations

import re
from functools import cache

__all__ = ["any_of"]


@cache
def any_of(*tables: str) -> re.Pattern[str]:
    """A pattern that finds any of the phrases of some tables, as whole words of a folded text."""
    lines = [line.strip() for table in tables for line in table.splitlines() if line.strip()]
    return re.compile(rf"(?<!\w)(?:{'|'.join(lines)})(?!\w)")
