"""Keys in what users write, found before anything is sent: where each stands, and whose it is.

A key itself is never told: not in a message, and in the picture of its lines stars cover it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from simulator.definitions.bounded_pattern import BoundedPattern
from simulator.definitions.checks.outline import Outline
from simulator.definitions.folder import shown
from simulator.definitions.key_forms import FORMS
from simulator.definitions.knowledge_file import PDF, KnowledgeFile
from simulator.definitions.outgoing import Outgoing
from simulator.definitions.yaml.document import Loc, Node
from simulator.definitions.yaml.source_text import Mistake, SourceText
from simulator.errors import InvalidFiles, Problem, UsageError

__all__ = ["KeySearch"]

_COVER = "*"
_DONE = {
    "block": "`credentials: block` under `outgoing` in models.yaml sends no prompt with it",
    "redact": "*** is sent and kept in its place",
    "warn": "it is sent and kept as it stands",
}
"""What becomes of a key, by how models.yaml has them handled."""
_SPECIAL = {"secrets": "a secret of {!r}", "goals": "a goal of {!r}", "samples": "a sample of {!r}"}


@dataclass(frozen=True, slots=True)
class KeySearch:
    """Looks for what has the form of a key, as `outgoing:` in models.yaml wants it."""

    outgoing: Outgoing

    @property
    def blocks(self) -> bool:
        """Whether a find is a mistake, since a run would end by it, and no mere warning."""
        return self.outgoing.credentials == "block"

    def in_persona(self, persona: Outline, *, name: str, home: Path) -> Iterator[Problem]:
        """Those in a persona's file, and in the texts it knows; PDFs are not looked through."""

        def whose(loc: Loc) -> str:
            return _named(loc[:1], "the card of {!r}").format(name)

        yield from self._in_yaml(persona, whose)
        for pattern in (("knowledge", None), ("knowledge", None, "file")):
            for _, file in persona.texts(*pattern):
                yield from self._in_knowledge(home / file, whose=f"what {name!r} knows")

    def in_scenario(self, scenario: Outline, given: Mapping[str, str]) -> Iterator[Problem]:
        """Those in a scenario's file, and in the values given for its inputs."""

        def whose(loc: Loc) -> str:
            if loc[:1] != ("cast",) or len(loc) < 2:
                return f"`{loc[0]}` of the scenario" if loc else "the scenario"
            member = scenario.text(*loc[:2], "as") or scenario.text(*loc[:2], "persona") or "?"
            return _named(loc[2:3], "the part of {!r}").format(member)

        yield from self._in_yaml(scenario, whose)
        for name, text in given.items():
            for what, _, _ in self._finds(text):
                yield Problem(f"--set {name}", 0, 0, *self._told(what, "the value of an input"))

    def _in_yaml(self, outline: Outline, whose: Callable[[Loc], str]) -> Iterator[Problem]:
        source = outline.document.source
        if not self._finds(source.text) and "\\" not in source.text:
            return
        mistakes, places = [], []
        for loc, node in _scalars((), outline.document.root):
            for what, start, end in self._finds(node.source):
                places.append(_place(node, node.source[start:end], source.text))
                mistakes.append(Mistake(places[-1][0], *self._told(what, whose(loc))))
        covered = self._covered(source, *places)
        yield from map(covered.problem, mistakes)

    def _in_knowledge(self, path: Path, *, whose: str) -> Iterator[Problem]:
        if path.suffix.lower() == PDF:
            return
        try:
            source = SourceText(shown(path), KnowledgeFile.read(path).text)
        except InvalidFiles:
            return
        covered = self._covered(source)
        for what, start, _ in self._finds(source.text):
            yield covered.problem(Mistake(start, *self._told(what, whose)))

    def _told(self, what: str, whose: str) -> tuple[str, str]:
        message = f"This looks like {what}, in {whose}: {_DONE[self.outgoing.credentials]}."
        return message, "Take it out."

    def _covered(self, source: SourceText, *places: tuple[int, int]) -> SourceText:
        """The same text, character for character, with stars where keys are, and at these places.

        A place is the first character and the one behind it.
        """
        characters = list(source.text)
        found = ((start, end) for _, start, end in self._finds(source.text))
        for start, end in (*found, *places):
            for place in range(start, end):
                if characters[place] not in "\r\n":
                    characters[place] = _COVER
        return SourceText(source.file, "".join(characters))

    def _finds(self, text: str) -> tuple[tuple[str, int, int], ...]:
        """What stands where in a text, in its order."""
        found = [
            (form.name, *match.span())
            for form in FORMS
            if form.may_be_in(text)
            for match in form.pattern.finditer(text)
        ]
        for name, written in self.outgoing.patterns.items():
            found += [(name, *span) for span in _spans(written, text) if span[0] < span[1]]
        return tuple(sorted(found, key=lambda one: one[1:]))


def _named(step: Loc, otherwise: str) -> str:
    """Whose a field is, in words with a gap for the name."""
    return _SPECIAL.get(str(step[0]), otherwise) if step else otherwise


def _place(node: Node, key: str, text: str) -> tuple[int, int]:
    """Where a key begins and ends in a file, as far as it stands there letter by letter."""
    whole = text.find(key, node.start, node.end)
    if whole >= 0:
        return whole, whole + len(key)
    first = next(iter(key.split()), key)
    return max(node.start, text.find(first, node.start, node.end)), node.end


def _spans(written: str, text: str) -> tuple[tuple[int, int], ...]:
    """Where a user's pattern fits; nowhere, if that takes too long: a run tells of it."""
    try:
        return BoundedPattern(written).spans(text)
    except UsageError:
        return ()


def _scalars(loc: Loc, node: Node) -> Iterator[tuple[Loc, Node]]:
    """Every single value with its place."""
    if node.scalar:
        yield loc, node
    for step in node.fields or range(len(node.items or ())):
        child = node.child(step)
        if child is not None:
            yield from _scalars((*loc, step), child)
