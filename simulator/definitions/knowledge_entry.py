"""A file that a persona knows, as the persona's file names it."""

from __future__ import annotations

from typing import Final, Literal, get_args

from simulator.definitions.facts import Text
from simulator.definitions.written import Written

__all__ = ["CATEGORIES", "Category", "KnowledgeEntry", "as_knowledge_entry"]

Category = Literal["technical", "business", "creative"]
"""What kind of knowledge a file holds."""
CATEGORIES: Final[tuple[Category, ...]] = get_args(Category)


class KnowledgeEntry(Written):
    """A file that only this persona can search."""

    file: Text
    """A text, Markdown or PDF file, relative to the persona's file."""
    category: Category | None = None
    """What kind of knowledge it holds; None: as its front matter says, else every search finds it.
    """


def as_knowledge_entry(written: str | KnowledgeEntry) -> KnowledgeEntry:
    """A file as `knowledge:` has it; of a plain text, its own front matter says the category."""
    return KnowledgeEntry(file=written) if isinstance(written, str) else written
