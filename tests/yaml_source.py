"""A shipped YAML file that can be spoilt at known places."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypeVar

from tests.yaml_anchors import Anchor, Path, scan

__all__ = ["Edit", "Source", "Spoilt", "misspellings", "read", "spread", "typo"]

Item = TypeVar("Item")
Edit = tuple[str, int | None]
"""A changed text and the offset of the mistake in it; None where nothing is wrong."""

NEIGHBOURS = str.maketrans("aeioustrnlcmpdg", "srouiyrtmkvnofh")
"""Letters and the ones beside them on a keyboard."""


@dataclass(frozen=True, slots=True)
class Source:
    """One shipped file, with its entries and the names a mistake can be about."""

    file: str
    text: str
    anchors: tuple[Anchor, ...]
    words: Mapping[str, str]
    """`member`, `plain`, `persona`, `input`, `line`, `other`, `typo`, as far as there are any."""

    @property
    def folder(self) -> str:
        """`personas`, `scenarios` or `models`."""
        return PurePosixPath(self.file).parts[0].removesuffix(".yaml")

    def find(self, place: str) -> list[Anchor]:
        """The entries at a place such as `lines * act`, from the top."""
        parts = place.split()
        return [anchor for anchor in self.anchors if _fits(anchor.path, parts)]

    def inside(self, path: Path) -> list[Anchor]:
        """The entries or items directly in a mapping or list, in order."""
        return [anchor for anchor in self.anchors if anchor.path[:-1] == path]

    def value(self, anchor: Anchor) -> str:
        """What is written there, quotes included."""
        return self.text[anchor.value : anchor.end]

    def line_start(self, offset: int) -> int:
        """Where the line of a place begins."""
        return self.text.rfind("\n", 0, offset) + 1

    def line_end(self, offset: int) -> int:
        """Where the line of a place ends."""
        return (self.text + "\n").index("\n", offset)

    def column(self, offset: int) -> int:
        """How far a place is from the beginning of its line."""
        return offset - self.line_start(offset)

    def on_one_line(self, anchor: Anchor) -> bool:
        """Whether key and value stand on one line."""
        return "\n" not in self.text[anchor.start : anchor.end] and anchor.end > anchor.value

    def edit(self, start: int, end: int, new: str) -> Edit:
        """The text with `new` in a stretch's place; `^` in it marks the mistake and is left out."""
        mark = new.find("^")
        text = self.text[:start] + new.replace("^", "", 1) + self.text[end:]
        return text, start + mark if mark >= 0 else None


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A source with one mistake in it, or with something odd that is none."""

    source: Source
    kind: str
    edit: Edit
    suggestion: str | None = None


def read(files: Mapping[str, str]) -> list[Source]:
    """The sources by path."""
    people = sorted(PurePosixPath(file).stem for file in files if file.startswith("personas/"))
    found = []
    for file, text in sorted(files.items()):
        bare = Source(file, text, scan(text), {})
        found.append(Source(file, text, bare.anchors, _words(bare, people)))
    return found


def _words(source: Source, people: Sequence[str]) -> dict[str, str]:
    cast = [
        {str(anchor.path[-1]): source.value(anchor) for anchor in source.inside(member.path)}
        for member in source.find("cast *")
    ]
    others = [name for name in people if name != PurePosixPath(source.file).stem]
    lists = {
        "member": [entry.get("as") or entry["persona"] for entry in cast],
        "plain": [entry["persona"] for entry in cast if "as" not in entry],
        "persona": [entry["persona"] for entry in cast],
        "input": [str(anchor.path[-1]) for anchor in source.find("inputs *")],
        "line": [source.value(anchor) for anchor in source.find("lines * id")],
        "other": others,
        "typo": [typo(others[0], people)] if others else [],
    }
    return {word: values[0] for word, values in lists.items() if values}


def _fits(path: Path, parts: Sequence[str]) -> bool:
    return len(path) == len(parts) and all(
        part in {"*", name} for name, part in zip(path, parts, strict=True)
    )


def spread(items: Sequence[Item], most: int) -> list[Item]:
    """At most so many of the items, in order, from all over and in step with no pattern."""
    golden = sorted(range(len(items)), key=lambda index: index * 0.618034 % 1)
    return [items[index] for index in sorted(golden[:most])]


def misspellings() -> dict[str, Callable[[str], str]]:
    """How people miss a key: name -> from the word to what they write (maybe the word itself)."""
    return {
        "swapped letters": _swapped,
        "missing letter": lambda word: word[: len(word) // 2] + word[len(word) // 2 + 1 :],
        "extra letter": lambda word: word[: len(word) // 2 + 1] + word[len(word) // 2 :],
        "wrong letter": _neighbour,
        "wrong plural": lambda word: word.removesuffix("s") if word.endswith("s") else f"{word}s",
        "wrong case": str.capitalize,
        "hyphen for underscore": lambda word: word.replace("_", "-"),
        "camel case": lambda word: word[0] + word.title().replace("_", "")[1:],
    }


def _swapped(word: str) -> str:
    middle = (len(word) - 1) // 2
    for i in (*range(middle, len(word) - 1), *range(middle)):
        if word[i] != word[i + 1]:
            return word[:i] + word[i + 1] + word[i] + word[i + 2 :]
    return word


def _neighbour(word: str) -> str:
    middle = len(word) // 2
    return word[:middle] + word[middle].translate(NEIGHBOURS) + word[middle + 1 :]


def typo(name: str, known: Sequence[str]) -> str:
    """A name somebody meant to be `name`, and that none of the known ones is."""
    tries = list(misspellings().values())[:4]
    first = sum(map(ord, name)) % len(tries)
    for spoil in (*tries[first:], *tries[:first]):
        if (new := spoil(name)) != name and new not in known:
            return new
    return f"{name}{name[-1]}"
