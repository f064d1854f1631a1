"""A project: a folder with what a user writes, found, read and checked as a whole."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from simulator.definitions.cast import Cast, Member, member_from
from simulator.definitions.checks.checker import Checked, Checker
from simulator.definitions.checks.surroundings import GRAPH_NAME
from simulator.definitions.folder import absolute, files_in, is_file, is_folder, shown
from simulator.definitions.model_catalog import ModelCatalog
from simulator.definitions.persona import Persona
from simulator.definitions.project_files import (
    MODELS,
    TOOLS,
    YAML,
    ProjectFiles,
    is_project,
    starter_folder,
)
from simulator.definitions.scenario import Scenario
from simulator.definitions.tool_servers import ToolServer
from simulator.definitions.yaml_file import read
from simulator.errors import InvalidFiles, NotFound, Problem, UsageError, did_you_mean

__all__ = ["STARTER_PARTS", "Project", "Verdict", "checked_files", "examined", "validate"]

STARTER_PARTS = ("docs/schema", "graphs", "models.yaml", "personas", "scenarios")
"""What of the starter's folder is the starter project; in a checkout there is more beside it."""
FOLDERS = {"personas": "persona", "scenarios": "scenario"}
MARKS = {"cast": "scenario", "name": "persona", "endpoints": "models", "servers": "tools"}
"""Keys that show what a file is where its folder does not."""


class _AnyFile(BaseModel):
    model_config = ConfigDict(extra="allow")


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with personas/, scenarios/, graphs/ and models.yaml.

    What it lacks of them is the starter's (see `ProjectFiles.of`). Files are looked for anew at
    each call, so that a notebook sees what was just written.
    """

    root: Path
    is_starter: bool = False
    """No project was found, and this is the one that comes with the simulator."""

    @classmethod
    def find(cls, start: Path) -> Project:
        """The project in a folder or the nearest one above it; else the starter."""
        folder = start.resolve()
        found = next((one for one in (folder, *folder.parents) if is_project(one)), None)
        return cls(found) if found else cls.starter()

    @classmethod
    def starter(cls) -> Project:
        """The project that comes with the simulator."""
        return cls(starter_folder(), is_starter=True)

    @property
    def files(self) -> ProjectFiles:
        """The files there are now, by id."""
        return ProjectFiles.of(self.root)

    def scenario_ids(self) -> tuple[str, ...]:
        """The ids of all scenarios, sorted."""
        return tuple(sorted(self.files.scenarios))

    def persona_ids(self) -> tuple[str, ...]:
        """The ids of all personas, sorted."""
        return tuple(sorted(self.files.personas))

    def catalog(self) -> ModelCatalog:
        """The models there are. Raises InvalidFiles with every mistake in models.yaml."""
        files = self.files
        checked = Checker(files).catalog(files.models)
        if checked.problems or checked.value is None:
            raise InvalidFiles(_ordered(checked.problems))
        return checked.value

    def tool_servers(self) -> Mapping[str, ToolServer]:
        """The tool servers there are. Raises InvalidFiles with every mistake in tools.yaml."""
        files = self.files
        if files.tools is None:
            return {}
        checked = Checker(files).tool_servers(files.tools)
        if checked.problems or checked.value is None:
            raise InvalidFiles(_ordered(checked.problems))
        return checked.value.servers

    def persona(self, persona_id: str) -> Persona:
        """A persona. Raises NotFound, and InvalidFiles with every mistake in its file."""
        files = self.files
        if persona_id not in files.personas:
            raise self._not_found("persona", persona_id, files.personas)
        checked = Checker(files).persona(files.personas[persona_id])
        if checked.problems or checked.value is None:
            raise InvalidFiles(_ordered(checked.problems))
        return checked.value

    def scenario(self, scenario: str | Path) -> Scenario:
        """A scenario as it is written, its inputs not filled in.

        Raises NotFound, and InvalidFiles with every mistake in its file and its personas'.
        """
        files = self.files
        checked = Checker(files).scenario(self._scenario_file(scenario, files))
        if checked.problems or checked.value is None:
            raise InvalidFiles(_ordered(checked.problems))
        return checked.value

    def cast(self, scenario: str | Path, inputs: Mapping[str, str] | None = None) -> Cast:
        """A scenario with its inputs filled in and its members resolved, ready to be played.

        `scenario` is an id, or the path of a file anywhere, whose people are this project's.
        `inputs` go before the scenario's own defaults.

        Raises NotFound for an unknown scenario, InvalidFiles with every mistake in its file and
        its personas', UsageError for an unknown input, one without a value or one that does not
        fit where it is used.
        """
        files = self.files
        path = self._scenario_file(scenario, files)
        checker = Checker(files)
        checked = checker.scenario(path, inputs)
        if checked.problems or checked.value is None:
            raise InvalidFiles(_ordered(checked.problems))
        values = _values(path.stem, checked.value, inputs or {})
        filled = _filled(path.stem, checked.value, values)
        members = _members(filled, files, checker)
        graph, graph_folder = self._graph(filled.graph)
        return Cast(
            scenario_id=path.stem,
            scenario=filled,
            members=members,
            inputs=values,
            folder=self.root,
            servers=_servers(members, files, checker),
            graph=graph,
            graph_folder=graph_folder,
            warnings=tuple(_ordered(checked.warnings)),
        )

    def graph_file(self, name: str) -> Path:
        """The file of a graph called by its bare name. Raises NotFound."""
        graphs = self.files.graphs
        if name not in graphs:
            raise self._not_found("graph", name, graphs)
        return graphs[name]

    def _graph(self, name: str) -> tuple[str, Path]:
        """A graph as user code, and the folder that it is looked for from."""
        if ":" in name:
            return name, self.root
        file = self.graph_file(name)
        return f"{file.name}:{GRAPH_NAME}", file.parent

    def _scenario_file(self, scenario: str | Path, files: ProjectFiles) -> Path:
        if isinstance(scenario, str) and scenario in files.scenarios:
            return files.scenarios[scenario]
        path = Path(scenario)
        named = isinstance(scenario, Path) or path.suffix.lower() in YAML or len(path.parts) > 1
        if named and is_file(path):
            return absolute(path)
        raise self._not_found("scenario", str(scenario), files.scenarios)

    def _not_found(self, what: str, name: str, known: Mapping[str, Path]) -> NotFound:
        folder = next((file.parent for file in known.values()), self.root / f"{what}s")
        where = f"Looked in {shown(folder)}"
        why = ", the starter project: there is no other here." if self.is_starter else "."
        return NotFound(what, name, known=known, hint=where + why)


def _ordered(problems: Iterable[Problem]) -> list[Problem]:
    """Problems by file and place, each once."""
    return sorted(dict.fromkeys(problems), key=lambda one: (one.file, one.line, one.column))


def _values(scenario_id: str, scenario: Scenario, given: Mapping[str, str]) -> dict[str, str]:
    """The value of every input, in the scenario's order."""
    for name in given:
        if name not in scenario.inputs:
            raise UsageError(_unknown_input(scenario_id, scenario, name))
    defaults = {name: one.default for name, one in scenario.inputs.items()}
    values = {name: given.get(name, default) for name, default in defaults.items()}
    missing = [name for name, value in values.items() if value is None]
    if missing:
        names = " and ".join(repr(name) for name in missing)
        options = " ".join(f'--set {name}="..."' for name in missing)
        about = [f"{name!r}: {text}" for name in missing if (text := scenario.inputs[name].about)]
        needs = f"The scenario {scenario_id!r} needs a value for {names}: {options}."
        raise UsageError(" ".join([needs, *about]))
    return {name: value for name, value in values.items() if value is not None}


def _unknown_input(scenario_id: str, scenario: Scenario, name: str) -> str:
    there = f"Its inputs are: {', '.join(scenario.inputs)}." if scenario.inputs else "It has none."
    hint = did_you_mean(name, scenario.inputs) or there
    return f"The scenario {scenario_id!r} has no input {name!r}. {hint}"


def _filled(scenario_id: str, scenario: Scenario, values: Mapping[str, str]) -> Scenario:
    try:
        return scenario.filled(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise UsageError(
            f"With these inputs the scenario {scenario_id!r} is not valid: "
            f"{place}: {first['msg']}. Choose other values with --set."
        ) from error


def _members(scenario: Scenario, files: ProjectFiles, checker: Checker) -> tuple[Member, ...]:
    """The members in the cast's order, their names told apart by their ids where need be."""
    members = []
    for entry in scenario.cast:
        path = files.personas[entry.persona]
        persona = checker.persona(path).value
        if persona is not None:
            members.append(member_from(entry, persona, home=path.parent))
    counted = Counter(member.name.casefold() for member in members)
    return tuple(
        replace(member, name=f"{member.persona.name} ({member.id})")
        if counted[member.name.casefold()] > 1
        else member
        for member in members
    )


def _servers(
    members: Iterable[Member], files: ProjectFiles, checker: Checker
) -> Mapping[str, ToolServer]:
    """The tool servers that members use. Raises InvalidFiles with every mistake in tools.yaml."""
    used = {tool.server for member in members for tool in member.tools if tool.server}
    if not used or files.tools is None:
        return {}
    checked = checker.tool_servers(files.tools)
    if checked.problems or checked.value is None:
        raise InvalidFiles(_ordered(checked.problems))
    return {name: one for name, one in checked.value.servers.items() if name in used}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said of files, by file and place."""

    problems: tuple[Problem, ...]
    """Every mistake."""
    warnings: tuple[Problem, ...] = ()
    """What is no mistake and should be known: keys, and what becomes of them."""


def validate(paths: Sequence[Path], *, project: Project) -> list[Problem]:
    """Every mistake in some files and folders, as `examined` finds it."""
    return list(examined(paths, project=project).problems)


def examined(paths: Sequence[Path], *, project: Project) -> Verdict:
    """What is to be said of some files and folders; of no paths, of the project.

    Files are checked as the project's, wherever they stand; a folder that is itself a project is
    checked as that. Nothing of the user's is run.

    Raises NotFound for a path at which there is nothing.
    """
    checkers: dict[Path, Checker] = {}
    found: list[Verdict] = []
    for path in [absolute(path) for path in paths] or [project.root]:
        own = Project(path) if is_project(path) else project
        if own.root not in checkers:
            checkers[own.root] = Checker(own.files)
        found += _verdicts(path, checkers[own.root])
    problems = _ordered(problem for one in found for problem in one.problems)
    warnings = _ordered(warning for one in found for warning in one.warnings)
    return Verdict(tuple(problems), tuple(warnings))


def checked_files(paths: Sequence[Path], *, project: Project) -> tuple[Path, ...]:
    """The files that `validate` reads for these paths, each once."""
    wanted = [absolute(path) for path in paths] or [project.root]
    found = (file for path in wanted for file in _files_at(path))
    return tuple(dict.fromkeys(found))


def _verdicts(path: Path, checker: Checker) -> Iterator[Verdict]:
    if is_file(path):
        yield _of_file(path, checker)
    elif is_folder(path):
        yield from _of_folder(path, checker)
    else:
        known = [shown(near) for near in files_in(path.parent, *YAML)]
        raise NotFound("file or folder", shown(path), known=known)


def _of_folder(path: Path, checker: Checker) -> Iterator[Verdict]:
    files = _files_at(path)
    for file in files:
        yield _of_file(file, checker)
    for folder in _folders_at(path):
        if is_folder(folder) and not os.access(folder, os.R_OK):
            yield Verdict((Problem(shown(folder), 0, 0, "You may not read this folder."),))
    if not files:
        message = "There is nothing to check: no personas/, no scenarios/, no models.yaml."
        yield Verdict((Problem(shown(path), 0, 0, message, "Name the files themselves."),))


def _folders_at(path: Path) -> list[Path]:
    return [path] if path.name in FOLDERS else [path / name for name in FOLDERS]


def _files_at(path: Path) -> list[Path]:
    """The file itself, or what a folder holds of personas, scenarios, models.yaml, tools.yaml."""
    if not is_folder(path):
        return [path]
    files = [file for folder in _folders_at(path) for file in files_in(folder, *YAML)]
    return [*files, *(path / name for name in (MODELS, TOOLS) if is_file(path / name))]


def _of_file(path: Path, checker: Checker) -> Verdict:
    checked = _checked(path, checker)
    if isinstance(checked, InvalidFiles):
        return Verdict(checked.problems)
    return Verdict(checked.problems, checked.warnings)


def _checked(path: Path, checker: Checker) -> Checked[Any] | InvalidFiles:
    kind = FOLDERS.get(path.parent.name) or {MODELS: "models", TOOLS: "tools"}.get(path.name)
    if kind is None:
        try:
            kind = _kind_inside(path)
        except InvalidFiles as error:
            return error
    if kind == "persona":
        return checker.persona(path)
    if kind == "scenario":
        return checker.scenario(path)
    if kind == "tools":
        return checker.tool_servers(path)
    return checker.catalog(path)


def _kind_inside(path: Path) -> str:
    """What a file is by its keys. Raises InvalidFiles if they do not tell."""
    if path.suffix.lower() not in YAML:
        message, hint = "This is no YAML file.", "Name files that end with .yaml or .yml."
        raise InvalidFiles([Problem(shown(path), 0, 0, message, hint)])
    keys = read(path, _AnyFile, file=shown(path)).model_extra or {}
    kind = next((MARKS[key] for key in MARKS if key in keys), None)
    if kind is None:
        message = "This is neither a persona nor a scenario nor models.yaml nor tools.yaml."
        hint = "They have `name`, `cast`, `endpoints` or `servers`, or stand in their folders."
        raise InvalidFiles([Problem(shown(path), 1, 1, message, hint)])
    return kind
