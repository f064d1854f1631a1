"""What a persona knows from its files: a full-text search over their passages, in memory."""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from threading import Lock
from typing import Final, Self

from simulator.definitions.knowledge_entry import Category
from simulator.definitions.knowledge_file import KnowledgeFile
from simulator.errors import InvalidFiles
from simulator.record.full_text import TOKENIZER, any_of, telling, words_in
from simulator.record.passages import passages_in, plain_passages_in

__all__ = ["Knowledge", "Passage"]

INDEX: Final = f"""
    CREATE VIRTUAL TABLE passages USING fts5 (
        headings, text, source UNINDEXED, category UNINDEXED, tokenize = '{TOKENIZER}'
    )"""
HEADING_WEIGHT: Final = 2.0
"""A word in a heading tells more of a passage than one in its text."""
SEARCH: Final = f"""
    SELECT text, source, category, bm25(passages, {HEADING_WEIGHT}, 1.0) AS rank FROM passages
    WHERE passages MATCH :words AND (:category IS NULL OR category IN (:category, ''))
    ORDER BY rank, rowid LIMIT :limit"""  # noqa: S608 - constants of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A piece of a file that answers a search."""

    text: str
    source: str
    """The file and the heading or page: `ward.md#Handover`, `ward.pdf#page 3`."""
    category: Category | None
    """None: the file names none."""
    rank: float
    """bm25: the smaller, the better it fits; comparable only within one search."""


class Knowledge:
    """The passages of some files, ready to be searched, from any thread.

    A file without a category is found whatever category is asked for.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        """For `Knowledge.from_files`."""
        self._connection, self._lock = connection, Lock()
        weakref.finalize(self, connection.close)

    @classmethod
    def from_files(cls, files: Sequence[KnowledgeFile]) -> Self:
        """Cut the files into passages and index them.

        Raises:
            InvalidFiles: the front matter of some names an unknown category, or another one than
                the persona's file.
        """
        problems = [problem for file in files if (problem := file.problem())]
        if problems:
            raise InvalidFiles(problems)
        # Tools run in worker threads; the lock keeps their searches apart.
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        connection.execute(INDEX)
        for file in files:
            connection.executemany("INSERT INTO passages VALUES (?, ?, ?, ?)", _rows(file))
        return cls(connection)

    def search(self, query: str, *, category: str | None = None, limit: int = 3) -> list[Passage]:
        """The passages that fit best; none where the query has no telling word.

        Words are found by their English stem, without case and accents, any of them; passages
        that fit equally well keep the order of the files.
        """
        words = telling(words_in(query))
        if not words:
            return []
        asked = {"words": any_of(words), "category": category, "limit": limit}
        with self._lock:
            found = self._connection.execute(SEARCH, asked).fetchall()
        return [
            Passage(text=text, source=source, category=own or None, rank=rank)
            for text, source, own, rank in found
        ]


def _rows(file: KnowledgeFile) -> Iterator[tuple[str, str, str, str]]:
    name = PurePath(file.path).name
    for number, page in enumerate(file.pages, start=1):
        for text in plain_passages_in(page):
            yield "", text, f"{name}#page {number}", file.category
    for passage in passages_in(file.body):
        source = f"{name}#{passage.headings[-1]}" if passage.headings else name
        yield "\n".join(passage.headings), passage.text, source, file.category
