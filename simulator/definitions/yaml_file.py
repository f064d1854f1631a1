"""Reading what users write: a YAML file becomes a validated model, or every mistake in it at once.

The YAML is strict 1.2 (see `yaml_document` for what is read as what). Two things are more lenient
than the types say, because people write names and not types: a scalar without quotes stands for
the text as written wherever text is wanted (`name: 007`, `wont: [no]`), and a key always does.
Two are stricter: `true` and `false` are no numbers, and a field with an alias is written by that.

Whatever bytes a file holds, reading it returns or raises InvalidFiles.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from simulator.definitions.yaml.composer import compose
from simulator.definitions.yaml.document import Document, Loc, Node
from simulator.definitions.yaml.model_finding import MISFITS
from simulator.definitions.yaml.model_mistake import describe_all, find_booleans, find_endless
from simulator.definitions.yaml.model_place import trace, vocabulary
from simulator.definitions.yaml.source_text import Mistake, SourceText
from simulator.definitions.yaml.syntax_mistake import explain
from simulator.errors import InvalidFiles, Problem

__all__ = ["Document", "Examined", "examine", "parse", "problem_at", "read", "read_text"]

T = TypeVar("T", bound=BaseModel)

LARGEST = 4_000_000
"""Bytes a file may have; a mistake in a larger one would take minutes to explain."""
UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""What YAML does not allow or what counts as a line break for some programs and not for others:
control characters, lone surrogates, byte order marks inside the text, NEL, LS and PS."""
BYTE_ORDER_MARK = "\ufeff"
UTF8_MARK = BYTE_ORDER_MARK.encode()
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
TOO_LARGE = ("The file is larger than 4 MB.", "Put long texts into knowledge files.")


@dataclass(frozen=True, slots=True)
class Examined(Generic[T]):
    """What became of a file: as much of it as can be understood, and every mistake in it."""

    problems: tuple[Problem, ...]
    value: T | None = None
    """None where there are problems."""
    document: Document | None = None
    """None where the file cannot be read as YAML."""


def examine(path: str | Path, model: type[T], *, file: str = "") -> Examined[T]:
    """Read and validate a file; `file` is the name to show if not the path's. Never raises."""
    name = file or str(path)
    try:
        text = _load(Path(path), name)
    except InvalidFiles as error:
        return Examined(error.problems)
    return _examine(text, name, model)


def read(path: str | Path, model: type[T], *, file: str = "") -> T:
    """Read and validate a file; `file` is the name to show if not the path's.

    Raises InvalidFiles with every mistake, sorted by place; also if there is no such file.
    """
    return _sound(examine(path, model, file=file))


def read_text(text: str, *, file: str, model: type[T]) -> T:
    """Validate a text that somebody wrote in YAML. Raises InvalidFiles with every mistake."""
    return _sound(_examine(text, file, model))


def parse(text: str, file: str) -> Document:
    """Read a text as YAML, without a model. Raises InvalidFiles with every mistake."""
    source = SourceText(file, text.removeprefix(BYTE_ORDER_MARK))
    document, mistakes = _compose(source, frozenset())
    if document is None or mistakes:
        raise _invalid(source, mistakes)
    return document


def problem_at(  # noqa: PLR0917 - what a check says in one breath: where, what, what to do
    document: Document, loc: Loc, message: str, hint: str = "", *, at_key: bool = False
) -> Problem:
    """A mistake that a check elsewhere found, placed at a value of a document or at its key."""
    return document.source.problem(Mistake(document.offset(loc, key=at_key), message, hint))


def _examine(text: str, file: str, model: type[T]) -> Examined[T]:
    source = SourceText(file, text.removeprefix(BYTE_ORDER_MARK))
    document, mistakes = _compose(source, vocabulary(model))
    value = None
    if document is not None:
        value, found = _validate(document, model)
        places = {mistake.index for mistake in mistakes}
        mistakes += [mistake for mistake in found if mistake.index not in places]
    if mistakes:
        return Examined(_invalid(source, mistakes).problems, document=document)
    return Examined((), value, document)


def _sound(examined: Examined[T]) -> T:
    if examined.value is None:
        raise InvalidFiles(examined.problems)
    return examined.value


def _invalid(source: SourceText, mistakes: list[Mistake]) -> InvalidFiles:
    ordered = sorted(dict.fromkeys(mistakes), key=lambda mistake: mistake.index)
    return InvalidFiles([source.problem(mistake) for mistake in ordered])


def _load(path: Path, file: str) -> str:
    """The text of a file, without a byte order mark."""
    try:
        with path.open("rb") as opened:
            raw = opened.read(LARGEST + 1)
    except IsADirectoryError:
        raise InvalidFiles([Problem(file, 0, 0, "This is a folder, not a file.")]) from None
    except FileNotFoundError:
        raise InvalidFiles([Problem(file, 0, 0, "There is no such file.")]) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise InvalidFiles([Problem(file, 0, 0, f"The file cannot be read: {why}.")]) from error
    raw = raw.removeprefix(UTF8_MARK)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8(raw, file, error.start) from error


def _not_utf8(raw: bytes, file: str, start: int) -> InvalidFiles:
    source = SourceText(file, raw.decode("utf-8", "replace"))
    index = len(raw[:start].decode("utf-8"))
    if raw.startswith(UTF16_MARKS):
        message, hint = "The file is UTF-16, not UTF-8.", "Save it as UTF-8."
    elif len(raw) > LARGEST:
        message, hint = TOO_LARGE
    else:
        message = f"The file is not UTF-8 text: the byte 0x{raw[start]:02X} stands here."
        char = raw[start : start + 1].decode("cp1252", "replace")
        hint = f"Save it as UTF-8 (in Windows-1252 that byte is {char!r})."
    return _invalid(source, [Mistake(index, message, hint)])


def _compose(source: SourceText, names: frozenset[str]) -> tuple[Document | None, list[Mistake]]:
    """The document, if there is one, and the mistakes that YAML itself shows."""
    if len(source.text) > LARGEST:
        return None, [Mistake(0, *TOO_LARGE)]
    unprintable = UNPRINTABLE.search(source.text)
    if unprintable:
        message = f"A character that cannot be seen stands here: U+{ord(unprintable[0]):04X}."
        return None, [Mistake(unprintable.start(), message, "Delete it.")]
    composition = compose(source)
    mistakes = list(composition.mistakes)
    if composition.failure is not None:
        broken = explain(source, composition.failure, names=names)
        mistakes = [mistake for mistake in mistakes if mistake.index <= broken.index]
        lines = {source.position(mistake.index)[0] for mistake in mistakes}
        if source.position(broken.index)[0] not in lines:
            mistakes.append(broken)
    return composition.document, mistakes


def _validate(document: Document, model: type[T]) -> tuple[T | None, list[Mistake]]:
    """The model, or what is wrong; scalars become text where only that is wanted."""
    texts: frozenset[int] = frozenset()
    data = document.data
    while True:
        try:
            value = model.model_validate(data, by_alias=True, by_name=False)
        except ValidationError as error:
            more = texts | _scalars_for_text(document, model, error)
            if more == texts:
                found = describe_all(model, document, error)
                places = {mistake.index for mistake in found}
                found += [m for m in find_booleans(model, document) if m.index not in places]
                return None, found
            texts, data = more, document.root.data(more)
        else:
            return value, [*find_booleans(model, document), *find_endless(document, texts)]


def _scalars_for_text(
    document: Document, model: type[BaseModel], error: ValidationError
) -> frozenset[int]:
    """The `id`s of nodes that are numbers or booleans where text is wanted, and nothing else."""
    wanted: dict[Loc, bool] = {}
    kinds: dict[Loc, set[str]] = defaultdict(set)
    for one in error.errors(include_url=False, include_input=False):
        path = trace(model, document, one["loc"]).path
        kinds[path].add(one["type"])
        node = document.node(path)
        fixed = str(one.get("ctx", {}).get("expected", ""))
        is_text = one["type"] == "string_type" or (node and f"'{node.source}'" in fixed)
        wanted[path] = wanted.get(path, False) or bool(is_text)
    nodes = (
        document.node(path)
        for path, is_text in wanted.items()
        if is_text and kinds[path] <= MISFITS.keys()
    )
    return frozenset(id(node) for node in nodes if node is not None and _is_figure(node))


def _is_figure(node: Node) -> bool:
    """Whether it is written without quotes and read as something else than text."""
    return node.plain and node.value is not None and not isinstance(node.value, str)
