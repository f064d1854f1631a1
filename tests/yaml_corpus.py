"""Spoilt copies of the shipped YAML files, each with the place where a person sees the mistake.

Made from what the files must be able to say, not from how they are read: places come from a
scanner of its own (`yaml_anchors`), mistakes from tables (`yaml_mistakes`), from hands that slip
on the keyboard (`yaml_slips`) and from the functions here. The same files give the same cases.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from string import Template

from tests.yaml_anchors import Anchor
from tests.yaml_mistakes import ADDED, FINE, INSERTED, REPLACED, REQUIRED, WRITTEN, Row
from tests.yaml_slips import slips
from tests.yaml_source import Edit, Source, Spoilt, misspellings, read, spread, typo

__all__ = ["FINE", "MISSPELT", "Case", "cases"]

MISSPELT = "misspelt key: "
"""How the kinds begin whose suggestions are counted."""
MOST, MOST_MISSPELT = 9, 16
"""Cases of one kind at most, beside those from the tables; `fine` has no bound."""
MARK = "\ufeff"
"""The byte order mark, which nobody sees and which takes no column."""
FREE = {"endpoints", "inputs", "models", "relationships", "uses", "weights"}
"""Mappings whose keys the user chooses."""
PLACEHOLDER = re.compile(r"\{\{ *([\w-]+) *\}\}")


@dataclass(frozen=True, slots=True)
class Case:
    """One spoilt file; lines and columns count from 1, both are 0 where nothing is wrong."""

    id: str
    file: str
    text: str
    line: int
    column: int
    kind: str
    suggestion: str | None


def cases(files: Mapping[str, str]) -> list[Case]:
    """The corpus made of the shipped files: path in the project -> text."""
    sources = read(files)
    makers = (misspelt_keys, misspelt_names, missing_fields, duplicate_keys, slips)
    made = list(table_cases(sources))
    for maker in makers:
        by_kind: dict[str, list[Spoilt]] = {}
        for spoilt in maker(sources):
            by_kind.setdefault(spoilt.kind, []).append(spoilt)
        made += chain.from_iterable(spread(group, _most(kind)) for kind, group in by_kind.items())
    counted = Counter[str]()
    found = []
    for spoilt in made:
        counted[spoilt.kind] += 1
        found.append(_case(counted[spoilt.kind], spoilt))
    return found


def _most(kind: str) -> int:
    return 1_000 if kind == FINE else MOST_MISSPELT if kind.startswith(MISSPELT) else MOST


def _case(number: int, spoilt: Spoilt) -> Case:
    text, at = spoilt.edit
    line = 0 if at is None else text.count("\n", 0, at) + 1
    column = 0 if at is None else at - text.rfind("\n", 0, at)
    if line == 1 and text.startswith(MARK):
        column -= 1
    name = re.sub(r"\W+", "-", f"{spoilt.kind} {number}")
    return Case(name, spoilt.source.file, text, line, column, spoilt.kind, spoilt.suggestion)


def own_words(source: Source) -> list[Anchor]:
    """The entries whose keys are the simulator's words, not the user's."""
    return [
        anchor
        for anchor in source.anchors
        if isinstance(anchor.path[-1], str)
        and (len(anchor.path) == 1 or anchor.path[-2] not in FREE)
        and "uses" not in anchor.path[:-1]
    ]


def misspelt_keys(sources: Sequence[Source]) -> Iterator[Spoilt]:
    """Every key of ours, at every place it has, misspelt in some of the ways."""
    spots: dict[tuple[str, ...], list[tuple[Source, Anchor]]] = {}
    for source in sources:
        for anchor in own_words(source):
            parts = ("*" if isinstance(part, int) else part for part in anchor.path[:-1])
            place = (source.folder, *parts, str(anchor.path[-1]))
            spots.setdefault(_generic(place), []).append((source, anchor))
    known = {place[-1] for place in spots}
    for index, (place, here) in enumerate(sorted(spots.items())):
        for step, (way, spoil) in enumerate(misspellings().items()):
            word, source_anchor = place[-1], here[(index + step) % len(here)]
            new = spoil(word)
            rare = step > 5
            if new == word or new in known or not (rare or (index + step) % 3 == 0):
                continue
            if len(word) > 2 or way == "wrong case":
                yield Spoilt(source_anchor[0], MISSPELT + way, _renamed(*source_anchor, new), word)


def _generic(place: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        "*" if index > 1 and place[index - 1] in FREE else part for index, part in enumerate(place)
    )


def _renamed(source: Source, anchor: Anchor, new: str) -> Edit:
    word = str(anchor.path[-1])
    start = source.text.index(word, anchor.start)
    text, _ = source.edit(start, start + len(word), new)
    return text, anchor.start


def table_cases(sources: Sequence[Source]) -> Iterator[Spoilt]:
    """Every text of every table, each in one file that has a place for it."""
    tables = ((REPLACED, _replaced), (WRITTEN, _written), (INSERTED, _inserted), (ADDED, _added))
    for table, spoil in tables:
        numbered = enumerate((row, text) for row in table for text in row.texts)
        for number, (row, text) in numbered:
            fitting = [source for source in sources if source.folder == row.folder]
            turned = [fitting[(number + step) % len(fitting)] for step in range(len(fitting))]
            for source in turned:
                new = _filled(text, source)
                edit = spoil(source, row, new, number) if new else None
                if edit:
                    suggestion = _filled(row.suggestion or "", source) or None
                    yield Spoilt(source, row.kind, edit, suggestion)
                    break


def _filled(text: str, source: Source) -> str | None:
    try:
        return Template(text).substitute(source.words)
    except KeyError:
        return None


def _marked(text: str, row: Row) -> str:
    return text if "^" in text or row.kind == FINE else f"^{text}"


def _replaced(source: Source, row: Row, text: str, number: int) -> Edit | None:
    found = source.find(row.place)
    if not found:
        return None
    anchor = found[number * 5 % len(found)]
    apart = "\n" in source.text[anchor.after : anchor.value] or anchor.value == anchor.end
    start, blank = (anchor.after, " ") if apart else (anchor.value, "")
    return source.edit(start, anchor.end, blank + _marked(text, row))


def _written(source: Source, row: Row, text: str, _number: int) -> Edit:
    found, top = source.find(row.place), source.inside(())
    if found:
        return source.edit(found[0].start, source.line_end(found[0].end), _marked(text, row))
    return source.edit(top[-1].start, top[-1].start, _marked(text, row) + "\n")


def _inserted(source: Source, row: Row, text: str, number: int) -> Edit | None:
    found = [anchor.path for anchor in source.find(row.place)]
    path = () if row.place == "." else found[number * 5 % len(found)] if found else None
    inside = [] if path is None else source.inside(path)
    if not inside:
        return None
    before = inside[number % len(inside)] if path == () else inside[0]
    end = ", " if before.flow else "\n" + " " * source.column(before.start)
    return source.edit(before.start, before.start, _marked(text, row) + end)


def _added(source: Source, row: Row, text: str, _number: int) -> Edit | None:
    found = source.find(row.place)
    inside = source.inside(found[0].path) if found else []
    if not inside:
        return None
    last, line = inside[-1], source.line_start(inside[0].start)
    if last.flow:
        return source.edit(last.end, last.end, f", {text}")
    indent = source.text.index("-", line) - line
    end = source.line_end(last.end)
    return source.edit(end, end, "\n" + " " * indent + f"- {text}")


VALUES = {
    "cast * persona": "unknown persona",
    "lines * speaker": "speaker not in the cast",
    "lines * after *": "unknown line",
    "lines * unless *": "unknown line",
    "graph": "unknown graph",
    "tools *": "unknown tool",
    "knowledge *": "missing knowledge file",
    "default": "unknown model",
    "endpoints * plays": "unknown endpoint",
    "models * replaced_by": "unknown model",
    "tiers * *": "unknown endpoint",
}
"""Where a name stands as a value -> what it is when nothing bears it."""
KEYS = {
    "relationships *": "unknown persona",
    "lines * uses *": "unknown tool",
    "models *": "unknown endpoint",
    "routing weights *": "unknown feature",
}
"""Where a name stands as a key -> the same."""


def misspelt_names(sources: Sequence[Source]) -> Iterator[Spoilt]:
    """Names of other things, misspelt where they are used."""
    for source in sources:
        for place, kind in VALUES.items():
            anchors = source.find(place)
            known = [source.value(anchor) for anchor in anchors]
            for anchor in spread(anchors, 3):
                old = source.value(anchor).strip("\"'")
                start = source.text.index(old, anchor.value)
                text, _ = source.edit(start, start + len(old), _typo(old, known))
                yield Spoilt(source, kind, (text, anchor.value), old)
        for place, kind in KEYS.items():
            lonely = [
                anchor
                for anchor in source.find(place)
                if source.text.count(str(anchor.path[-1])) == 1 or kind == "unknown tool"
            ]
            for anchor in spread(lonely, 2):
                old = str(anchor.path[-1])
                yield Spoilt(source, kind, _renamed(source, anchor, _typo(old, ())), old)
        yield from _undefined_inputs(source)


def _typo(name: str, known: Sequence[str]) -> str:
    """A misspelling; of `endpoint/model` the endpoint, of a path the file's stem."""
    head, slash, tail = name.partition("/")
    if "." in tail and tail.endswith((".md", ".txt")):
        stem, dot, end = tail.partition(".")
        return f"{head}{slash}{typo(stem, known)}{dot}{end}"
    return f"{typo(head, known)}{slash}{tail}"


def _undefined_inputs(source: Source) -> Iterator[Spoilt]:
    names = [str(anchor.path[-1]) for anchor in source.find("inputs *")]
    for match in spread([m for m in PLACEHOLDER.finditer(source.text) if m[1] in names], 4):
        text, _ = source.edit(match.start(1), match.end(1), typo(match[1], names))
        yield Spoilt(source, "undefined input", (text, match.start()), match[1])
    for anchor in source.find("setting"):
        end = anchor.end - (source.text[anchor.end - 1] in "\"'")
        yield Spoilt(source, "undefined input", source.edit(end, end, " ^{{ undefined_input }}"))


def missing_fields(sources: Sequence[Source]) -> Iterator[Spoilt]:
    """A field left out; the place is the first key of the mapping that lacks it."""
    for number, row in enumerate(REQUIRED):
        for source in sources:
            found = [
                anchor
                for anchor in source.find(row.place)
                if source.folder == row.folder and len(source.inside(anchor.path[:-1])) > 1
            ]
            if found:
                anchor = found[number * 7 % len(found)]
                yield Spoilt(source, row.kind, _without(source, anchor))


def _without(source: Source, anchor: Anchor) -> Edit:
    together = source.inside(anchor.path[:-1])
    index = together.index(anchor)
    start, end = anchor.start, anchor.end
    if index + 1 < len(together):
        end = together[index + 1].start
    else:
        start = together[index - 1].end
    text, _ = source.edit(start, end, "")
    return text, together[0].start


def duplicate_keys(sources: Sequence[Source]) -> Iterator[Spoilt]:
    """A key written a second time at the end of its mapping; the place is the second one."""
    for source in sources:
        lines = [anchor for anchor in own_words(source) if source.on_one_line(anchor)]
        for anchor in spread(lines, 4):
            last = source.inside(anchor.path[:-1])[-1]
            copy = "^" + source.text[anchor.start : anchor.end]
            end = last.end if last.flow else source.line_end(last.end)
            before = ", " if last.flow else "\n" + " " * source.column(anchor.start)
            yield Spoilt(source, "duplicate key", source.edit(end, end, before + copy))
