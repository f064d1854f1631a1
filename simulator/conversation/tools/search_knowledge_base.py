"""A tool over what one persona knows: full-text search in the persona's own files."""

from __future__ import annotations

from langchain_core.tools import StructuredTool
from pydantic import BaseModel, ConfigDict, Field

from simulator.conversation.quoting import indented
from simulator.definitions.knowledge_entry import Category
from simulator.record.knowledge import Knowledge

__all__ = ["search_knowledge_base"]

_PASSAGES = 3


class _Search(BaseModel):
    model_config = ConfigDict(extra="forbid")

    query: str = Field(description="What to look for, in a few words.")
    category: Category | None = Field(
        default=None, description="technical, business or creative; null searches all of them."
    )


def search_knowledge_base(knowledge: Knowledge) -> StructuredTool:
    """The tool for one persona; its artifact is the tuple of sources it found."""

    def search(query: str, category: Category | None = None) -> tuple[str, tuple[str, ...]]:
        passages = knowledge.search(query, category=category, limit=_PASSAGES)
        if not passages:
            return "Nothing found.", ()
        text = "\n\n".join(f"[{passage.source}]\n{indented(passage.text)}" for passage in passages)
        return text, tuple(passage.source for passage in passages)

    return StructuredTool.from_function(
        func=search,
        name="search_knowledge_base",
        description="Search your own notes and documents.",
        args_schema=_Search,
        response_format="content_and_artifact",
    )
