"""Reads the files of one project, each once, and finds every mistake in and between them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel

from simulator.definitions.checks.code_name import CodeName
from simulator.definitions.checks.credential_checks import KeySearch
from simulator.definitions.checks.outline import Outline
from simulator.definitions.checks.persona_checks import check_persona
from simulator.definitions.checks.scenario_checks import check_scenario
from simulator.definitions.checks.scenario_draft import Draft
from simulator.definitions.checks.surroundings import Surroundings
from simulator.definitions.folder import shown
from simulator.definitions.model_catalog import ModelCatalog
from simulator.definitions.outgoing import Outgoing
from simulator.definitions.persona import IDENTIFIER, Persona
from simulator.definitions.project_files import ProjectFiles
from simulator.definitions.scenario import Scenario
from simulator.definitions.tool_servers import ToolServers
from simulator.definitions.yaml.source_text import Mistake
from simulator.definitions.yaml_file import examine
from simulator.errors import Problem

__all__ = ["Checked", "Checker"]

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Checked(Generic[T]):
    """What became of a file: its value, and what it says where, as far as it can be read."""

    problems: tuple[Problem, ...] = ()
    """Every mistake in it, and in the files it names."""
    value: T | None = None
    """None where the file by itself is not valid."""
    outline: Outline | None = None
    """None where the file is no YAML."""
    warnings: tuple[Problem, ...] = ()
    """What is no mistake and should be known all the same: keys that are blotted out or sent."""

    def with_keys(self, found: Iterable[Problem], *, blocks: bool) -> Checked[T]:
        """This and keys in the file, which are mistakes where a run would end by them."""
        keys = tuple(dict.fromkeys(found))
        if blocks:
            return replace(self, problems=(*self.problems, *keys))
        return replace(self, warnings=(*self.warnings, *keys))

    def with_mistakes(self, mistakes: Iterable[Mistake]) -> Checked[T]:
        """This and further mistakes in the file, but for places where one is told already."""
        if self.outline is None:
            return self
        found = (self.outline.document.source.problem(mistake) for mistake in mistakes)
        told = {(problem.line, problem.column) for problem in self.problems}
        new = (problem for problem in found if (problem.line, problem.column) not in told)
        return replace(self, problems=(*self.problems, *new))


class Checker:
    """Files of one project and what is wrong with them; remembers the personas it has read."""

    def __init__(self, files: ProjectFiles) -> None:
        self._files = files
        self._personas: dict[Path, Checked[Persona]] = {}
        self._unread = Surroundings(
            root=files.root,
            graphs=files.graphs,
            personas=dict.fromkeys(files.personas),
            servers=_server_ids(files),
        )

    def persona(self, path: Path) -> Checked[Persona]:
        """A persona's file, with the tools, people and texts it names."""
        if path not in self._personas:
            read = _read(path, Persona)
            if read.outline is not None:
                found = check_persona(read.outline, self._unread, home=path.parent)
                keys = self._keys.in_persona(read.outline, name=path.stem, home=path.parent)
                read = read.with_mistakes(found).with_keys(keys, blocks=self._keys.blocks)
            named = _check_name(path, "persona", self._files.personas)
            self._personas[path] = replace(read, problems=(*named, *read.problems))
        return self._personas[path]

    def scenario(self, path: Path, values: Mapping[str, str] | None = None) -> Checked[Scenario]:
        """A scenario's file with these inputs, and the personas of its cast."""
        read = _read(path, Scenario)
        problems = [*_check_name(path, "scenario", self._files.scenarios)]
        warnings: list[Problem] = []
        if read.outline is not None:
            written = read.outline.texts("inputs", None, "default")
            defaults = {str(loc[1]): text for loc, text in written}
            outline = replace(read.outline, values={**defaults, **(values or {})})
            cast = {name for _, name in outline.texts("cast", None, "persona")}
            personas = {
                name: self.persona(file)
                for name, file in self._files.personas.items()
                if name in cast
            }
            problems += [problem for one in personas.values() for problem in one.problems]
            warnings += [warning for one in personas.values() for warning in one.warnings]
            outlines = {name: one.outline for name, one in personas.items()}
            around = replace(self._unread, personas={**self._unread.personas, **outlines})
            read = read.with_mistakes(check_scenario(Draft(outline=outline, around=around)))
            keys = self._keys.in_scenario(outline, values or {})
            read = read.with_keys(keys, blocks=self._keys.blocks)
        problems, warnings = [*problems, *read.problems], [*warnings, *read.warnings]
        return replace(read, problems=tuple(problems), warnings=tuple(warnings))

    @cached_property
    def _keys(self) -> KeySearch:
        """The search for keys; by default where models.yaml cannot be read."""
        catalog = _read(self._files.models, ModelCatalog).value
        return KeySearch(catalog.outgoing if catalog is not None else Outgoing())

    def catalog(self, path: Path) -> Checked[ModelCatalog]:
        """A models.yaml, with the code it names."""
        read = _read(path, ModelCatalog)
        if read.value is None or read.outline is None:
            return read
        return read.with_mistakes(_check_catalog(read.outline, read.value, self._files.root))

    def tool_servers(self, path: Path) -> Checked[ToolServers]:
        """A tools.yaml."""
        read = _read(path, ToolServers)
        if read.value is None or read.outline is None:
            return read
        document = read.outline.document
        findings = read.value.cross_checks()
        return read.with_mistakes(
            Mistake(document.offset(loc, key=len(loc) == 2), message, hint)
            for loc, message, hint in findings
        )


def _server_ids(files: ProjectFiles) -> frozenset[str] | None:
    """The ids of the tool servers; None where their file cannot be read."""
    if files.tools is None:
        return frozenset()
    outline = _read(files.tools, ToolServers).outline
    if outline is None or not outline.decided("servers", model=ToolServers):
        return None
    return frozenset(str(loc[-1]) for loc in outline.places("servers", None))


def _read(path: Path, model: type[T]) -> Checked[T]:
    examined = examine(path, model, file=shown(path))
    outline = Outline(document=examined.document) if examined.document else None
    return Checked(examined.problems, examined.value, outline)


def _check_name(path: Path, kind: str, known: Mapping[str, Path]) -> Iterator[Problem]:
    """What is wrong with a file's name, which is the id of what is in it."""
    file, other = shown(path), known.get(path.stem, path)
    if not re.match(IDENTIFIER, path.stem):
        message = f"{path.stem!r} cannot be a {kind}'s id."
        better = re.sub(r"[^a-z0-9_-]+", "-", path.stem.lower()).strip("-_0123456789")
        hint = "Name the file with small letters, digits, - and _, a letter first"
        hint += f": {better}{path.suffix}." if better else "."
        yield Problem(file, 0, 0, message, hint)
    if other != path and other.parent == path.parent:
        message = f"{other.name} is the {kind} {path.stem!r} already, so this file is never read."
        yield Problem(file, 0, 0, message, "Delete one of them, or give it another name.")


def _check_catalog(outline: Outline, catalog: ModelCatalog, root: Path) -> Iterator[Mistake]:
    document = outline.document
    for loc, message, hint in catalog.cross_checks():
        node = document.node(loc)
        on_key = (node is not None and not node.scalar) or loc[:2] == ("routing", "weights")
        yield Mistake(document.offset(loc, key=on_key), message, hint)
    own = catalog.routing.own_policy
    code = CodeName.parse(catalog.routing.policy) if own else None
    fault = code.fault(root) if code is not None else None
    if fault is not None:
        yield Mistake(document.offset(("routing", "policy")), *fault)
