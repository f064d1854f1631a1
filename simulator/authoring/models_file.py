"""A project's models.yaml as a text to change: places in it, a diff, and a safe way to write it."""

from __future__ import annotations

import difflib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from simulator.authoring.yaml_edit import Change, edited
from simulator.definitions.folder import shown
from simulator.definitions.model_catalog import ModelCatalog
from simulator.definitions.project import Project
from simulator.definitions.yaml_file import Document, parse, problem_at, read_text
from simulator.errors import InvalidFiles, UsageError

__all__ = ["ModelsFile"]

_MARK = b"\xef\xbb\xbf"
_AROUND = 3
"""Equal lines that are shown around what differs."""


@dataclass(frozen=True, kw_only=True)
class ModelsFile:
    """One models.yaml, as it was when it was read."""

    path: Path
    own: bool
    """Whether it is the project's, and no copy that came with the simulator."""
    catalog: ModelCatalog
    document: Document
    _raw: bytes

    @classmethod
    def of(cls, project: Project) -> Self:
        """The models.yaml that a project uses.

        Raises:
            InvalidFiles: it has mistakes.
        """
        catalog, path = project.catalog(), project.files.models
        raw = path.read_bytes()
        document = parse(raw.removeprefix(_MARK).decode(), shown(path))
        own = not project.is_starter and path.parent == project.root
        return cls(path=path, own=own, catalog=catalog, document=document, _raw=raw)

    @property
    def name(self) -> str:
        """The file's name to show."""
        return self.document.source.file

    def place(self, *loc: str) -> str:
        """`models.yaml:14:10`: where a field stands, or as much of the way to it as is there."""
        line, column = self.document.mark(loc, key=True)
        return f"{self.name}:{line}:{column}"

    def has(self, *loc: str) -> bool:
        """Whether that field is written there."""
        return self.document.node(loc) is not None

    def with_changes(self, changes: Sequence[Change]) -> str:
        """The text with these values, checked as models.yaml.

        Raises:
            InvalidFiles: a value cannot be changed by itself, or does not fit.
        """
        text = edited(self.document, changes)
        catalog = read_text(text, file=self.name, model=ModelCatalog)
        findings = catalog.cross_checks()
        if findings:
            document = parse(text, self.name)
            raise InvalidFiles([problem_at(document, *finding) for finding in findings])
        return text

    def diff(self, text: str) -> str:
        """What differs, as `diff -u` and `git diff` write it; empty: nothing."""
        old, new = _lines(self.document.source.text), _lines(text)
        if old == new:
            return ""
        sides = [f"--- a/{self.path.name}\n", f"+++ b/{self.path.name}\n"]
        # Without `autojunk=False`, which `difflib.unified_diff` cannot be told, lines that many
        # models have (`batch: 0.5`) are passed over in files of 200 lines and more.
        matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
        hunks = matcher.get_grouped_opcodes(_AROUND)
        return "".join([*sides, *(line for hunk in hunks for line in _hunk(hunk, old, new))])

    def require_own(self) -> None:
        """Refuse to change what came with the simulator.

        Raises:
            UsageError: it is the starter project's file.
        """
        if not self.own:
            raise UsageError(
                "This models.yaml came with the simulator and is not yours to change: make a "
                "project with `simulator init DIR`, and run this there."
            )

    def write(self, text: str) -> None:
        """Put a text in the file's place: whoever reads it sees the old or the new one, whole.

        Raises:
            UsageError: it is not the project's own, or was changed since it was read, or cannot
                be written.
        """
        self.require_own()
        target = self.path.resolve()
        mark = _MARK if self._raw.startswith(_MARK) else b""
        try:
            if target.read_bytes() != self._raw:
                raise UsageError(f"{self.name} was changed meanwhile: run this again.")
            _replace(target, mark + text.encode())
        except OSError as error:
            why = error.strerror or error
            raise UsageError(f"{self.name} cannot be written: {why}.") from error


def _hunk(
    steps: Sequence[tuple[str, int, int, int, int]], old: Sequence[str], new: Sequence[str]
) -> Iterator[str]:
    """One place of a diff: what was there, what comes, and the lines around."""
    first, last = steps[0], steps[-1]
    yield f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@\n"
    for step, start, end, new_start, new_end in steps:
        if step == "equal":
            yield from (f" {line}" for line in old[start:end])
            continue
        yield from (f"-{line}" for line in old[start:end])
        yield from (f"+{line}" for line in new[new_start:new_end])


def _range(start: int, end: int) -> str:
    """Lines as a diff counts them: the first, and how many. There are some in files with text."""
    return f"{start + 1}" if end == start + 1 else f"{start + 1},{end - start}"


def _lines(text: str) -> list[str]:
    """Lines that end as a diff's do; a last one without an end is marked as `diff` marks it."""
    lines = [line.rstrip("\r\n") + "\n" for line in text.splitlines(keepends=True)]
    if lines and not text.endswith(("\n", "\r")):
        lines[-1] += "\\ No newline at end of file\n"
    return lines


def _replace(target: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(target, name)
        Path(name).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
