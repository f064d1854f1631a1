"""The text of a PDF, page by page, read by pypdf, which comes with the extra `pdf`."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from simulator.errors import InvalidFiles, Problem

__all__ = ["check_pdf", "pages_in"]

LARGEST: Final = 50_000_000
"""Bytes a PDF may have."""
MOST_PAGES: Final = 2_000
HYPHEN: Final = re.compile(r"(?<=\w)(?:\u00ad|-)\n(?=[a-z\u00df-\u00ff])")
"""A word that goes on in the next line."""
LIGATURES: Final = str.maketrans(
    {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl"}
    | {"\u00ad": "", "\x00": ""}
)
"""Letters that are set as one, which nobody searches for, and what cannot be seen."""


def pages_in(path: Path) -> tuple[str, ...]:
    """The text of every page, in order; pages without any are empty.

    Raises:
        InvalidFiles: it is missing, broken, encrypted or too large, holds no text, or pypdf is
            not installed.
    """
    with _explained(path):
        pages = tuple(_text_of(page) for page in _pages(path))
    if not any(pages):
        raise _without_text(path)
    return pages


def check_pdf(path: Path) -> None:
    """Make sure that it can be read; looks no further than the first page with text.

    Raises:
        InvalidFiles: as `pages_in`.
    """
    with _explained(path):
        readable = any(_text_of(page) for page in _pages(path))
    if not readable:
        raise _without_text(path)


def _pages(path: Path) -> Iterator[Any]:
    size = path.stat().st_size
    if size > LARGEST:
        raise _invalid(path, f"The PDF has {size:,} bytes, and at most {LARGEST:,} are read.")
    reader = _pypdf(path).PdfReader(path)
    if reader.is_encrypted and not reader.decrypt(""):
        raise _encrypted(path)
    count = len(reader.pages)
    if count > MOST_PAGES:
        hint = "Name the parts that matter as files of their own."
        raise _invalid(path, f"The PDF has {count:,} pages, and at most {MOST_PAGES:,}.", hint)
    return iter(reader.pages)


def _text_of(page: Any) -> str:
    lines = (line.rstrip() for line in page.extract_text().splitlines())
    text = HYPHEN.sub("", "\n".join(lines)).translate(LIGATURES).strip()
    return text.encode("utf-8", "replace").decode()


def _pypdf(path: Path) -> Any:
    try:
        # Only who names a PDF pays for it, and it is an extra.
        module = import_module("pypdf")
    except ModuleNotFoundError as error:
        hint = f"Install it: {sys.executable} -m pip install pypdf"
        raise _invalid(path, "A PDF is read by pypdf, which is not installed.", hint) from error
    # What it finds odd in a file would else be printed by Python's last resort.
    if not logging.getLogger("pypdf").hasHandlers():
        logging.getLogger("pypdf").addHandler(logging.NullHandler())
    return module


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Whatever a strange file makes pypdf raise becomes a sentence."""
    try:
        yield
    except InvalidFiles:
        raise
    except FileNotFoundError as error:
        raise _invalid(path, "There is no such file.") from error
    except OSError as error:
        raise _invalid(path, f"The file cannot be read: {error.strerror}.") from error
    except Exception as error:
        if type(error).__name__ in {"DependencyError", "FileNotDecryptedError"}:
            raise _encrypted(path) from error
        why = " ".join(str(error).split()) or type(error).__name__
        message = f"This is no PDF that can be read: {why.rstrip('.')}."
        raise _invalid(path, message, "Save it as a PDF anew, or as text.") from error


def _encrypted(path: Path) -> InvalidFiles:
    return _invalid(path, "The PDF is encrypted.", "Save it without a password.")


def _without_text(path: Path) -> InvalidFiles:
    hint = "Run text recognition (OCR) over it, or name another file."
    return _invalid(path, "The PDF holds no text, only pictures of it.", hint)


def _invalid(path: Path, message: str, hint: str = "") -> InvalidFiles:
    return InvalidFiles([Problem(str(path), 0, 0, message, hint)])
