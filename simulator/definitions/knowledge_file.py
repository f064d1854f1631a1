"""A file that a persona knows, read: text and Markdown with front matter, PDFs by page."""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import Final, Self

from simulator.definitions.knowledge_entry import CATEGORIES, Category
from simulator.definitions.pdf_text import check_pdf, pages_in
from simulator.errors import InvalidFiles, Problem, did_you_mean

__all__ = ["KnowledgeFile", "fault_in_knowledge"]

FRONT_MATTER: Final = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
CATEGORY_LINE: Final = re.compile(r"category[ \t]*:[ \t]*(.*)")
PDF: Final = ".pdf"


@dataclass(frozen=True, slots=True)
class KnowledgeFile:
    """One text, Markdown or PDF file, read."""

    path: str
    """What the file is called in sources: its last part is shown."""
    text: str
    """Text or Markdown; empty: the file has pages."""
    _: KW_ONLY
    pages: tuple[str, ...] = ()
    """The text of each page of a PDF; empty: it is no PDF."""
    given: Category | None = None
    """The category the persona's file gives it; None: its front matter decides."""

    @classmethod
    def read(cls, path: Path, *, category: Category | None = None) -> Self:
        """Read a PDF, or another file as UTF-8 text.

        Raises:
            InvalidFiles: it is missing, unreadable, or no UTF-8 text; of a PDF, see `pages_in`.
        """
        if path.suffix.lower() == PDF:
            return cls(str(path), "", pages=pages_in(path), given=category)
        return cls(str(path), _text(path), given=category)

    @property
    def body(self) -> str:
        """The text behind the front matter."""
        return _lines(self.text)[len(_matter(self.text)) :]

    @property
    def category(self) -> str:
        """What kind of knowledge it holds; empty where nothing says so."""
        return self.given or _written(self.text)[0]

    def problem(self) -> Problem | None:
        """What is wrong with the category in its front matter, if anything is."""
        if lost := _lost(self.text):
            message = "The front matter has no end, so its category is lost."
            return Problem(self.path, lost, 1, message, "Write --- on a line of its own below it.")
        written, line = _written(self.text)
        if line and written not in CATEGORIES:
            hint = did_you_mean(written, CATEGORIES) or f"Choose from {', '.join(CATEGORIES)}."
            return Problem(self.path, line, 1, f"{written!r} is no category of knowledge.", hint)
        if line and self.given not in {None, written}:
            message = f"The category is {written!r} here, and {self.given!r} in the persona's file."
            return Problem(self.path, line, 1, message, "Leave one of them out.")
        return None


def fault_in_knowledge(path: Path, *, category: Category | None = None) -> Problem | None:
    """What makes a file no knowledge, found without reading more of a PDF than needed."""
    try:
        if path.suffix.lower() == PDF:
            check_pdf(path)
            return None
        return KnowledgeFile.read(path, category=category).problem()
    except InvalidFiles as error:
        return error.problems[0]


def _text(path: Path) -> str:
    hint = ""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        message = "There is no such file."
    except UnicodeDecodeError as error:
        message = f"This is no UTF-8 text (byte {error.start} does not fit)."
        hint = "Save it as UTF-8 text, Markdown or PDF."
    except OSError as error:
        message = f"The file cannot be read: {error.strerror}."
    raise InvalidFiles([Problem(str(path), 0, 0, message, hint)])


def _lines(text: str) -> str:
    return "\n".join(text.splitlines())


def _matter(text: str) -> str:
    matter = FRONT_MATTER.match(_lines(text))
    return matter[0] if matter else ""


def _lost(text: str) -> int:
    """The line of a category in front matter that is not closed; 0: there is none."""
    lines = _lines(text).split("\n")
    if lines[0].rstrip() != "---" or _matter(text):
        return 0
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            return 0
        if CATEGORY_LINE.fullmatch(line):
            return number
    return 0


def _written(text: str) -> tuple[str, int]:
    """The category in the front matter and its line; no line where there is none."""
    for number, line in enumerate(_matter(text).splitlines(), start=1):
        if found := CATEGORY_LINE.fullmatch(line):
            return found[1].partition(" #")[0].strip().strip("\"'"), number
    return "", 0
