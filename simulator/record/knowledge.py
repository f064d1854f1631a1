"""What a persona knows from its files: a full-text search over their passages, in memory."""

from __future__ import annotations

import re
import sqlite3
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from threading import Lock
from typing import Final, Literal, Self, get_args

from simulator.errors import InvalidFiles, Problem, did_you_mean
from simulator.record.full_text import TOKENIZER, any_of, telling, words_in
from simulator.record.passages import passages_in

__all__ = ["CATEGORIES", "Category", "Knowledge", "KnowledgeFile", "Passage"]

Category = Literal["technical", "business", "creative"]
"""What kind of knowledge a file holds, as its front matter says: `category: technical`."""
CATEGORIES: Final[tuple[Category, ...]] = get_args(Category)

FRONT_MATTER: Final = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
CATEGORY_LINE: Final = re.compile(r"category[ \t]*:[ \t]*(.*)")

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


@dataclass(frozen=True, slots=True)
class KnowledgeFile:
    """One text or Markdown file, read."""

    path: str
    """What the file is called in sources: its last part is shown."""
    text: str

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file as UTF-8 text.

        Raises:
            InvalidFiles: it is missing, unreadable, or no UTF-8 text.
        """
        hint = ""
        try:
            return cls(str(path), path.read_text(encoding="utf-8-sig"))
        except FileNotFoundError:
            message = "There is no such file."
        except UnicodeDecodeError as error:
            message = f"This is no UTF-8 text (byte {error.start} does not fit)."
            hint = "Save it as UTF-8 text or Markdown."
        except OSError as error:
            message = f"The file cannot be read: {error.strerror}."
        raise InvalidFiles([Problem(str(path), 0, 0, message, hint)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A piece of a file that answers a search."""

    text: str
    source: str
    """The file and the heading: `ward.md#Handover`."""
    category: Category | None
    """None: the file names none."""
    rank: float
    """bm25: the smaller, the better it fits; comparable only within one search."""


class Knowledge:
    """The passages of some files, ready to be searched, from any thread.

    A file without a `category:` in its front matter is found whatever category is asked for.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        """For `Knowledge.from_files`."""
        self._connection, self._lock = connection, Lock()
        weakref.finalize(self, connection.close)

    @classmethod
    def from_files(cls, files: Sequence[KnowledgeFile]) -> Self:
        """Cut the files into passages and index them.

        Raises:
            InvalidFiles: the front matter of some names an unknown category.
        """
        problems = [problem for file in files if (problem := _problem_in(file))]
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


def _rows(file: KnowledgeFile) -> list[tuple[str, str, str, str]]:
    body = _lines(file)[len(_matter(file)) :]
    name = PurePath(file.path).name
    return [
        (
            "\n".join(passage.headings),
            passage.text,
            f"{name}#{passage.headings[-1]}" if passage.headings else name,
            _category(file)[0],
        )
        for passage in passages_in(body)
    ]


def _lines(file: KnowledgeFile) -> str:
    return "\n".join(file.text.splitlines())


def _matter(file: KnowledgeFile) -> str:
    matter = FRONT_MATTER.match(_lines(file))
    return matter[0] if matter else ""


def _category(file: KnowledgeFile) -> tuple[str, int]:
    for number, line in enumerate(_matter(file).splitlines(), start=1):
        if found := CATEGORY_LINE.fullmatch(line):
            return found[1].partition(" #")[0].strip().strip("\"'"), number
    return "", 0


def _problem_in(file: KnowledgeFile) -> Problem | None:
    category, line = _category(file)
    if not line or category in CATEGORIES:
        return None
    hint = did_you_mean(category, CATEGORIES) or f"Choose from {', '.join(CATEGORIES)}."
    return Problem(file.path, line, 1, f"{category!r} is no category of knowledge.", hint)
